#!/usr/bin/env bash
# How many short-lived callers get their right name: pid, arguments, whole chain of ancestors, container. By both sources
# of the analyzer, and by a plain loop that is woken by the same connects and then reads /proc, as other tools do.
#
#   src/bench/callers.sh [CALLS]           in each cell of the table, 1000 unless told otherwise
#
# What is gone through can be narrowed by variables, each a list of words:
#   SOURCES="connect socket"  PROCESSES="0 500 2000"  LOADS="alone busy leave"  PLACES="host container"
# and RESULTS=FILE keeps the rows, to be joined by later runs with the same file.
#
#   alone   curl, started one after another        busy   8 at a time, and a busy loop on each of two processors
#   leave   as busy, with a client that connects, sends and exits without waiting for the answer
#
# The analyzer runs at the nice value of its unit, -5. Each caller is the child of a shell that lives no longer than it.
# Needs root and the application folder (./dev build).
# All traffic stays in three network namespaces that end with this script: the callers', a container's behind a bridge
# with masquerade, and an emulated IMDS's.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."

readonly ANALYZER=target/imds-packet-analyzer/bin/imds-packet-analyzer
readonly IMDS=169.254.169.254
readonly CALLS=${1:-1000}
readonly DESCRIPTORS=20
readonly BUSY_LOOPS=2
readonly WARM_UP_CALLS=20

# shellcheck source=src/bench/head.sh
source src/bench/head.sh "$@"
scope=
# The kernel lets go of a control group shortly after its last process has ended.
remove_scope() { for _ in 1 2 3 4 5 6 7 8 9 10; do rmdir "$1" 2>/dev/null && break || sleep 0.1; done; }
clean_up() {
    stop ${started[@]+"${started[@]}"}
    [ -z "$scope" ] || remove_scope "$scope"
    [ ! -d /sys/kernel/tracing/instances/callers ] || rmdir /sys/kernel/tracing/instances/callers || true
    rm -rf "$work"
}
source src/bench/scene.sh
mkfifo "$work/never"

gcc -O2 -o "$work/load" src/bench/load.c

# Both in this script's own mount namespace only: the tracepoint of connects, and control groups as hosts have them today.
[ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing
[ -e /sys/fs/cgroup/cgroup.controllers ] || mount -t cgroup2 cgroup2 /sys/fs/cgroup

nsenter --net="/proc/$imds/ns/net" "$work/load" serve "$IMDS" "$work/served" &
started+=("$!")

# --- The callers ------------------------------------------------------------------------------------------------------

container_id=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
scope=/sys/fs/cgroup/docker-$container_id.scope
mkdir "$scope"

# A caller and its parent, whose pid is its own shell's: NAME PID PARENT GRANDPARENT goes to the file of the truth.
cat >"$work/job.sh" <<'JOB'
name=$1
shift
sh -c 'echo "$0 $$ $PPID $1" >>"$TRUTH"; shift; exec "$@"' "$name" "$PPID" "$@"
exit $?
JOB

# call NAME PLACE LOAD COUNT: callers NAME-1 to NAME-COUNT; xargs, their grandparent, is this shell's child
call() {
    local name=$1 place=$2 load=$3 count=$4 at_a_time=8 within=() command
    [ "$load" != alone ] || at_a_time=1
    if [ "$place" = container ]; then
        within=(nsenter --net="/proc/$container/ns/net" -- sh -c 'echo $$ >"$0/cgroup.procs"; exec "$@"' "$scope")
    fi
    case $load in
        leave) command=("$work/load" leave "$IMDS" "/latest/meta-data/caller/$name-{}") ;;
        *) command=(curl -s -o "/dev/null" -m 10 "http://$IMDS/latest/meta-data/caller/$name-{}") ;;
    esac
    seq "$count" >"$work/numbers"
    # A caller that fails makes xargs say so; the table shows it.
    TRUTH=$work/truth "${within[@]}" xargs -P "$at_a_time" -I {} sh "$work/job.sh" "$name-{}" "${command[@]}" \
        <"$work/numbers" || true
}

busy_loops() {
    busy=()
    for _ in $(seq "$BUSY_LOOPS"); do
        timeout 120 sh -c 'while :; do :; done' &
        busy+=("$!")
    done
    started+=("${busy[@]}")
}

# --- The tools --------------------------------------------------------------------------------------------------------

TICK=$(getconf CLK_TCK)
readonly TICK
cpu_micros() { sed 's/.*) //' "/proc/$1/stat" | awk -v tick="$TICK" '{ printf "%.0f\n", ($12 + $13) * 1000000 / tick }'; }

run_analyzer() { # SOURCE: sets analyzer to its pid, and lines to its log
    local ready=$work/ready flag=true
    [ "$1" = connect ] || flag=false
    lines=$work/lines-$1.jsonl
    rm -f "$ready"
    nice -n -5 "$ANALYZER" run --interface any --output "$lines" --ready-file "$ready" \
        --set output.fold_seconds=0 --set attribution.connect=$flag 2>"$work/analyzer.err" &
    analyzer=$!
    started+=("$analyzer")
    await 300 test -e "$ready"
    [ -e "$ready" ] || { cat "$work/analyzer.err" >&2; exit 70; }
}

run_loop() { # FILE: sets loop to its pid
    python3 src/bench/callers.py loop "$IMDS" "$1" &
    loop=$!
    started+=("$loop")
    await 100 test -e "$1"
}

lines_of() { grep -c "caller/$1-" "$lines" || true; }
served() { grep -c "caller/$1-" "$work/served" || true; }
all_lines() { [ "$(lines_of "$1")" -ge "$2" ]; }

# cell SOURCE PROCESSES LOAD PLACE: one row of the table, two with the loop
cell() {
    local source=$1 processes=$2 load=$3 place=$4 name="$1-$2-$3-$4" before
    [ "$source" != connect ] || run_loop "$work/loop-$name"
    busy=()
    [ "$load" = alone ] || busy_loops
    before=$(cpu_micros "$analyzer")
    call "$name" "$place" "$load" "$CALLS"
    [ "$load" = alone ] || stop "${busy[@]}"
    await 100 all_lines "$name" "$(served "$name")"
    echo "$name $(($(cpu_micros "$analyzer") - before))" >>"$work/cells"
    [ "$source" != connect ] || stop "$loop"
}

for source in ${SOURCES:-connect socket}; do
    run_analyzer "$source"
    call "first-$source" host alone "$WARM_UP_CALLS"
    for processes in ${PROCESSES:-0 500 2000}; do
        : >"$work/idle"
        "$work/load" idle "$processes" "$DESCRIPTORS" <>"$work/never" >"$work/idle" &
        idle=$!
        started+=("$idle")
        await 300 grep -q ready "$work/idle"
        for load in ${LOADS:-alone busy leave}; do
            for place in ${PLACES:-host container}; do
                cell "$source" "$processes" "$load" "$place"
            done
        done
        stop "$idle"
    done
    stop "$analyzer"
    grep -m 1 'by their sockets alone' "$work/analyzer.err" || true
done

# --- The table --------------------------------------------------------------------------------------------------------

echo "$(nproc) processors, Linux $(uname -r), load $(cut -d' ' -f1-3 /proc/loadavg)"
python3 src/bench/callers.py judge "$work" "$container_id" "$$" "${RESULTS:-$work/results}"
[ -z "${KEEP:-}" ] || cp "$work"/lines-*.jsonl "$work"/truth "$work"/cells "$KEEP"
