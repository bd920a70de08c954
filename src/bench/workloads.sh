#!/usr/bin/env bash
# What naming containers costs: 500 pods of a node, made as containerd makes them while the analyzer runs, each with a process
# that stays and then calls IMDS once, again after a while, and again at once. CPU time and system calls of the threads that
# read, and the memory that is resident before and after. Fails where a line does not name its pod.
#
#   src/bench/workloads.sh [CONTAINERS]       500 unless told otherwise
#
# Needs root, strace and the application folder (./dev build). Traffic, mounts and runtime folders stay in namespaces that end
# with this script; the control groups that it makes are removed.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."

readonly ANALYZER=${ANALYZER:-target/imds-packet-analyzer/bin/imds-packet-analyzer}
readonly IMDS=169.254.169.254
readonly CONTAINERS=${1:-500}
readonly TRACED=50
readonly STATE=/run/containerd/io.containerd.runtime.v2.task/k8s.io

# shellcheck source=src/bench/head.sh
source src/bench/head.sh "$@"
groups=/sys/fs/cgroup/bench-$$
[ -e /sys/fs/cgroup/cgroup.controllers ] || groups=/sys/fs/cgroup/pids/bench-$$
clean_up() {
    stop ${started[@]+"${started[@]}"}
    rm -rf "$work"
    [ ! -d "$groups" ] || find "$groups" -depth -type d -exec rmdir {} +
}
trap clean_up EXIT
trap 'exit 129' HUP INT TERM
source src/bench/scene.sh

gcc -O2 -o "$work/load" src/bench/load.c
nsenter --net="/proc/$imds/ns/net" "$work/load" serve "$IMDS" "$work/served" &
started+=("$!")
[ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing
mount -t tmpfs tmpfs /run
mkdir -p "$STATE"

lines=$work/lines.jsonl
"$ANALYZER" run --interface any --output "$lines" --ready-file "$work/ready" --set output.fold_seconds=0 \
    --set "host.root=/proc/$$/root" 2>"$work/analyzer.err" &
analyzer=$!
started+=("$analyzer")
await 300 test -e "$work/ready"
[ -e "$work/ready" ] || { cat "$work/analyzer.err" >&2; exit 70; }

# --- The containers ---------------------------------------------------------------------------------------------------

id() { printf '%064x' "$1"; }
group() { printf '%s/kubepods/burstable/pod4f1d2c3b-5a69-4788-9d0e-%012x/%s' "$groups" "$1" "$(id "$1")"; }
# As many variables as a pod has in a namespace with 40 services.
environment=$(for i in $(seq 280); do printf '"SERVICE_%d_PORT_8080_TCP_ADDR=10.100.0.1",' "$i"; done)
mkdir "$work/asked"
make() { # NUMBER: the pod's container, and its process, which calls as often as it is asked to
    local bundle cri=io.kubernetes.cri
    bundle=$STATE/$(id "$1")
    mkdir -p "$(group "$1")" "$bundle"
    cat >"$bundle/config.json" <<JSON
{"ociVersion":"1.0.2","process":{"user":{"uid":0},"args":["/app"],"env":[$environment"DB_PASSWORD=hidden"]},"annotations":{
"$cri.container-type":"container","$cri.container-name":"web","$cri.image-name":"registry.example.com/shop/web-$1:7",
"$cri.sandbox-id":"$(id "$1")","$cri.sandbox-name":"app-$1-7d4f9c8b6d-x2kqp","$cri.sandbox-namespace":"shop",
"$cri.sandbox-uid":"4f1d2c3b-5a69-4788-9d0e-$(printf %012x "$1")"},"linux":{"cgroupsPath":"$(group "$1" | sed "s|$groups||")"}}
JSON
    mkfifo "$work/asked/$1"
    # shellcheck disable=SC2016 # words of the inner shell
    unshare --mount bash -c 'exec 4<>"$0"; while read -r path <&4; do
            exec 3<>"/dev/tcp/$1/80"; printf "GET $path HTTP/1.1\r\nHost: $1\r\n\r\n" >&3; read -r _ <&3; exec 3>&-
        done' "$work/asked/$1" "$IMDS" &
    started+=("$!")
    echo "$!" >"$(group "$1")/cgroup.procs"
    echo "$!" >"$bundle/.init.pid"
    mv "$bundle/.init.pid" "$bundle/init.pid"
}
made=0
mkfifo "$work/never"
exec {never}<>"$work/never"
call() { # NUMBER ROUND: from the pod's container, and no sooner after the last than IMDS answers so many (1 024 packets a second)
    echo "/latest/meta-data/container/$2-$1." >"$work/asked/$1"
    made=$((made + 1))
    read -r -t 0.007 <&"$never" || true
}

# --- The measurement --------------------------------------------------------------------------------------------------

thread() { # NAME: of the analyzer's
    local task
    for task in /proc/"$analyzer"/task/*; do
        [ "$(cat "$task/comm")" != "$1" ] || basename "$task"
    done
}
micros() { awk '{ printf "%.0f\n", $1 / 1000 }' "/proc/$analyzer/task/$1/schedstat"; }
# All, the process's own, and what is mapped from files.
resident() {
    awk '/^(VmRSS|RssAnon|RssFile):/ { kib[$1] = $2 }
        END { printf "%.1f (%.1f + %.1f)", kib["VmRSS:"] / 1024, kib["RssAnon:"] / 1024, kib["RssFile:"] / 1024 }' \
        "/proc/$analyzer/status"
}
lines_of() { grep -c "container/$1-" "$lines" || true; }
all_lines() { [ "$(lines_of "$1")" -ge "$2" ]; }

naming=$(thread connect-source)
watching=$(thread container-watch)
row() { printf '%-44s %8s us of CPU each, %s MiB resident\n' "$@"; }
# step WHAT THREAD COMMAND ROUND: the command for each container, and what the thread needed for it
step() {
    local before
    before=$(micros "$2")
    for number in $(seq "$CONTAINERS"); do "$3" "$number" "$4"; done
    [ "$3" != call ] || await 100 all_lines "$4" "$CONTAINERS"
    sleep 1
    row "$1" $((($(micros "$2") - before) / CONTAINERS)) "$(resident)"
}
# traced WHAT THREAD COMMAND ROUND FIRST: its system calls for some more containers
traced() {
    local number
    strace -c -U calls,name -o "$work/calls" -p "$2" 2>"$work/strace.err" &
    local tracer=$!
    started+=("$tracer")
    await 50 grep -q attached "$work/strace.err"
    for number in $(seq "$5" $(($5 + TRACED - 1))); do "$3" "$number" "$4"; done
    [ "$3" != call ] || await 100 all_lines "$4" "$TRACED"
    sleep 0.5
    kill -INT "$tracer" && wait "$tracer" || true
    awk -v what="$1" -v each="$TRACED" '$2 ~ /^[a-z]/ && $2 != "total" && $1 > 0 { all += $1; part[$2] = $1 }
        END { printf "%-44s %8.1f system calls each:", what, all / each
              for (name in part) if (part[name] >= each / 2) printf " %s %.1f", name, part[name] / each
              print "" }' "$work/calls"
}

echo "$(nproc) processors, Linux $(uname -r), load $(cut -d' ' -f1-3 /proc/loadavg); $CONTAINERS containers"
row "when ready" - "$(resident)"
step "made: read while its runtime makes it" "$watching" make none
step "its first call" "$naming" call first
step "its next call, some seconds later" "$naming" call later
for number in $(seq "$CONTAINERS"); do call "$number" warm; call "$number" at-once; done
await 100 all_lines at-once "$CONTAINERS"
row "after 4 calls of each" - "$(resident)"
sleep 10
row "ten seconds later" - "$(resident)"
traced "made" "$watching" make none $((CONTAINERS + 1))
traced "its first call" "$naming" call traced $((CONTAINERS + 1))
sleep 1.1
traced "its next call, later" "$naming" call again $((CONTAINERS + 1))
traced "its next call, at once" "$naming" call third $((CONTAINERS + 1))
awk '$1 == "VmHWM:" { printf "at most %.1f MiB resident\n", $2 / 1024 }' "/proc/$analyzer/status"
# A call of container N has to have the line of pod app-N.
named=$(grep -cE '"path":"/latest/meta-data/container/[a-z-]+-([0-9]+)\.".*"name":"app-\1-7d4f9c8b6d-x2kqp"' "$lines" || true)
echo "$named of $made calls have a line that names their pod"
[ "$named" = "$made" ]
