#!/usr/bin/env bash
# What `run` costs on live traffic, beside `tcpdump -A -l` on the same load: CPU time of a call, lines found, memory, idle
# CPU, and the time from start to ready; of one-shot calls by processes of their own also the CPU time by thread, and the
# garbage.
#
#   src/bench/live.sh [SECONDS]        of each load, 10 unless told otherwise
#   ANALYZER=/opt/imds-packet-analyzer/bin/imds-packet-analyzer src/bench/live.sh     the installed one, with its class cache
#
# Needs root and the application folder (./dev build). All traffic stays in two network namespaces that end with this
# script: one holds the callers and the tools, the other an emulated IMDS. IMDSv1 and IMDSv2 calls take turns, the caller
# is one process, or in the rows "process" one for each call, and each call has its own line.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."

readonly ANALYZER=${ANALYZER:-target/imds-packet-analyzer/bin/imds-packet-analyzer}
readonly IMDS=169.254.169.254
readonly SECONDS_EACH=${1:-10}
readonly WARM_UP_CALLS=5000
readonly IDLE_SECONDS=${IDLE_SECONDS:-120}
readonly ALLOWED_RATE=150
readonly PROCESS_RATE=200
readonly STARTS=9

# shellcheck source=src/bench/head.sh
source src/bench/head.sh "$@"

gcc -O2 -o "$work/load" src/bench/load.c

# The tracepoint of connects; mounted in this script's own mount namespace only.
if [ ! -d /sys/kernel/tracing/events ] && [ ! -d /sys/kernel/debug/tracing/events ]; then
    mount -t tracefs tracefs /sys/kernel/tracing || echo "no tracefs: callers are found by their sockets alone"
fi

# --- The network ------------------------------------------------------------------------------------------------------

unshare --net -- sleep infinity &
holder=$!
started+=("$holder")
until [ "$(readlink "/proc/$holder/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
ip link set lo up
ip link add eth0 type veth peer name imds0 netns "$holder"
ip addr add 10.0.0.10/24 dev eth0
ip link set eth0 up
nsenter --net="/proc/$holder/ns/net" ip -batch - <<COMMANDS
addr add 10.0.0.1/24 dev imds0
link set imds0 up
link set lo up
addr add $IMDS/32 dev lo
COMMANDS
ip route add "$IMDS/32" via 10.0.0.1
# One-shot calls leave ports in TIME_WAIT for a minute.
echo "1024 65535" >/proc/sys/net/ipv4/ip_local_port_range

nsenter --net="/proc/$holder/ns/net" "$work/load" serve "$IMDS" &
started+=("$!")

# --- Measures ---------------------------------------------------------------------------------------------------------

TICK=$(getconf CLK_TCK)
readonly TICK
# utime + stime of a process in microseconds: fields 14 and 15, after a name that may hold anything.
cpu_micros() { sed 's/.*) //' "/proc/$1/stat" | awk -v tick="$TICK" '{ printf "%.0f\n", ($12 + $13) * 1000000 / tick }'; }

# threads FILE: what each thread of the analyzer has used so far, ns, by name
threads() {
    local task name nanos
    for task in "/proc/$analyzer/task"/*; do
        read -r name <"$task/comm" && read -r nanos _ <"$task/schedstat" && echo "${name// /_} $nanos"
    done >"$1" 2>/dev/null || true
}

ours_lines() { grep -c '"action":"imds-request"' "$work/lines.jsonl" || true; }
tcpdump_lines() { grep -c 'HTTP: GET ' "$work/tcpdump.txt" || true; }
has_lines() { [ "$("$1")" -ge "$2" ]; }

# load TOOL PID MODE RATE CALLS: adds a row to the table
load() {
    local tool=$1 pid=$2 mode=$3 rate=$4 calls=$5 before lines_before answered elapsed cpu
    lines_before=$("${tool}_lines")
    before=$(cpu_micros "$pid")
    read -r answered elapsed < <("$work/load" call "$IMDS" "$mode" "$rate" "$calls")
    await 50 has_lines "${tool}_lines" $((lines_before + answered))
    cpu=$(($(cpu_micros "$pid") - before))
    printf '%s %s %s %s %s %s %s %s\n' "$tool" "$mode" "$rate" "$answered" "$elapsed" "$cpu" \
        $(($("${tool}_lines") - lines_before)) "$(cut -d' ' -f1 /proc/loadavg)" >>"$work/rows"
}

# highest_resident COMMAND...: runs it, and sets resident to the analyzer's highest VmRSS meanwhile, KiB
highest_resident() {
    local job now
    resident=0
    "$@" &
    job=$!
    while kill -0 "$job" 2>/dev/null; do
        now=$(status_kib "$analyzer" VmRSS)
        [ "$now" -le "$resident" ] || resident=$now
        read -r -t 0.2 <>"$work/never" || true
    done
    wait "$job"
}

# spread FILE: the median of its numbers, and all of them
spread() { echo "median $(sort -n "$1" | sed -n "$(((STARTS + 1) / 2))p") ms of $STARTS ($(sort -n "$1" | paste -sd' '))"; }

# run_analyzer: starts it, sets analyzer to its pid, capture_millis to the time until the kernel held packets for it, and
# start_millis to the time until it was ready
run_analyzer() {
    local begin ready=$work/ready packet_sockets
    rm -f "$ready"
    capture_millis=
    begin=${EPOCHREALTIME/./}
    IMDS_ANALYZER_JVM_OPTIONS="${IMDS_ANALYZER_JVM_OPTIONS:-} -Xlog:gc+heap=debug:file=$work/collections:none:filecount=0" \
        "$ANALYZER" run --interface any --output "$work/lines.jsonl" --ready-file "$ready" \
        --set output.fold_seconds=0 2>"$work/analyzer.err" &
    analyzer=$!
    started+=("$analyzer")
    while [ ! -e "$ready" ]; do
        kill -0 "$analyzer" 2>/dev/null || { cat "$work/analyzer.err" >&2; exit 70; }
        # A heading and a line for each. No process is started for it: both processors are busy with the start.
        mapfile -t packet_sockets </proc/net/packet
        if [ -z "$capture_millis" ] && [ ${#packet_sockets[@]} -gt 1 ]; then
            capture_millis=$(((${EPOCHREALTIME/./} - begin) / 1000))
        fi
        read -r -t 0.002 <>"$work/never" || true
    done
    start_millis=$(((${EPOCHREALTIME/./} - begin) / 1000))
}
mkfifo "$work/never"

: >"$work/starts"
: >"$work/captures"
for _ in $(seq "$STARTS"); do
    run_analyzer
    echo "$capture_millis" >>"$work/captures"
    echo "$start_millis" >>"$work/starts"
    stop "$analyzer"
done

: >"$work/lines.jsonl"
run_analyzer
resident_at_start=$(status_kib "$analyzer" VmRSS)
# The first calls of a service's life, as fast as IMDS takes them: 1 024 packets a second.
highest_resident load ours "$analyzer" one-shot "$ALLOWED_RATE" $((ALLOWED_RATE * 20))
resident_at_allowed_rate=$resident
: >"$work/rows"
stop "$analyzer"
run_analyzer
# The service runs for months: what the JVM compiles in its first seconds is told apart.
load ours "$analyzer" kept 1000 "$WARM_UP_CALLS"
sed -i 's/^ours kept/ours first/' "$work/rows"
load ours "$analyzer" one-shot 1000 "$WARM_UP_CALLS"
sed -i '$d' "$work/rows"

tcpdump_on() {
    tcpdump -A -l -n -i any "tcp port 80 and host $IMDS" >"$work/tcpdump.txt" 2>"$work/tcpdump.err" &
    tcpdump=$!
    started+=("$tcpdump")
    await 100 grep -q 'listening on' "$work/tcpdump.err"
}

for mode in kept one-shot process; do
    rate=1000
    [ "$mode" != process ] || rate=$PROCESS_RATE
    threads "$work/threads-before"
    allocated_before=$(allocated)
    highest_resident load ours "$analyzer" "$mode" "$rate" $((rate * SECONDS_EACH))
    threads "$work/threads-$mode"
    cp "$work/threads-before" "$work/threads-before-$mode"
    garbage=$((($(allocated) - allocated_before) * 1024 / (rate * SECONDS_EACH)))
    [ "$mode" != one-shot ] || resident_at_one_shots=$resident
    # The analyzer is halted meanwhile, so that each has the machine to itself.
    kill -STOP "$analyzer"
    tcpdump_on
    load tcpdump "$tcpdump" "$mode" "$rate" $((rate * SECONDS_EACH))
    stop "$tcpdump"
    kill -CONT "$analyzer"
    # What it captured while halted belongs to no row.
    sleep 3
done
for rate in 5000 10000; do
    load ours "$analyzer" kept "$rate" $((rate * 5))
done

before=$(cpu_micros "$analyzer")
sleep "$IDLE_SECONDS"
idle_micros=$(($(cpu_micros "$analyzer") - before))

# --- The tables -------------------------------------------------------------------------------------------------------

echo "$(nproc) processors, Linux $(uname -r), load $(cut -d' ' -f1-3 /proc/loadavg)"
awk '
    BEGIN { printf "%-28s %8s %8s %8s %8s %12s %8s\n", "", "asked/s", "made/s", "calls", "lines", "CPU a call", "load" }
    {
        name = ($1 == "ours" ? "imds-packet-analyzer" : "tcpdump -A -l")
        printf "%-28s %8d %8.0f %8d %8d %9.0f us %8s\n", name, $3, $4 / $5, $4, $7, $6 / $4, $8 "  " $2
        if (!(($1, $2) in cost)) cost[$1, $2] = $6 / $4
    }
    END {
        printf "ratio to tcpdump: kept alive x%.2f, one-shot x%.2f, a process each x%.2f\n",
            cost["ours", "kept"] / cost["tcpdump", "kept"], cost["ours", "one-shot"] / cost["tcpdump", "one-shot"],
            cost["ours", "process"] / cost["tcpdump", "process"]
    }' "$work/rows"
echo "a process each: $garbage bytes of garbage a call; CPU a call by thread, us:" \
    "$(awk -v calls=$((PROCESS_RATE * SECONDS_EACH)) '
        { if (FILENAME ~ /before/) sum[$1] -= $2; else sum[$1] += $2 }
        END { for (name in sum) if (sum[name] > 500 * calls) printf "%.0f %s\n", sum[name] / calls / 1000, name }' \
        "$work/threads-before-process" "$work/threads-process" | sort -rn | paste -sd, | sed 's/,/, /g')"
echo
echo "memory: VmRSS $resident_at_start KiB when ready, at most $resident_at_allowed_rate in 20 s of $ALLOWED_RATE new connections" \
    "a second, $resident_at_one_shots in $SECONDS_EACH s of 1000, $(status_kib "$analyzer" VmRSS) KiB after the load," \
    "VmHWM $(status_kib "$analyzer" VmHWM) KiB"
grep -m 1 'by their sockets alone' "$work/analyzer.err" || true
awk -v micros="$idle_micros" -v seconds="$IDLE_SECONDS" \
    'BEGIN { printf "idle: %.0f ms of CPU in %d s, %.3f %%\n", micros / 1000, seconds, micros / seconds / 10000 }'
echo "start to the open capture: $(spread "$work/captures")"
echo "start to ready: $(spread "$work/starts")"
