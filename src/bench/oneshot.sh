#!/usr/bin/env bash
# What a one-shot call by a process of its own costs, of one build of the program or of several in turns, beside
# `tcpdump -A -l` on the same load: CPU time of a call over all threads, garbage, and how often its threads went to sleep;
# and the time from start to ready, memory when ready and after the calls, and what its maps take in the kernel.
#
#   src/bench/oneshot.sh [ROUNDS [CALLS]]      5 rounds of 1 000 calls unless told otherwise
#   ANALYZERS="old/bin/imds-packet-analyzer new/bin/imds-packet-analyzer" src/bench/oneshot.sh
#
# Each program is started anew in each round and warmed up by other calls. Needs root and the application folder (./dev
# build). All traffic stays in network namespaces that end with this script.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."

readonly ANALYZERS=${ANALYZERS:-target/imds-packet-analyzer/bin/imds-packet-analyzer}
readonly IMDS=169.254.169.254
readonly ROUNDS=${1:-5}
readonly CALLS=${2:-1000}
readonly RATE=200
readonly WARM_UP_RATE=1000
readonly WARM_UP_CALLS=5000

# shellcheck source=src/bench/head.sh
source src/bench/head.sh "$@"
# shellcheck source=src/bench/scene.sh
source src/bench/scene.sh

[ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing
gcc -O2 -o "$work/load" src/bench/load.c
nsenter --net="/proc/$imds/ns/net" "$work/load" serve "$IMDS" &
started+=("$!")

# --- Measures ---------------------------------------------------------------------------------------------------------

# Of all threads, from the kernel's account: ns on a processor, and how often they went to sleep by themselves.
used() {
    local task nanos name count nanos_sum=0 count_sum=0
    for task in "/proc/$1/task"/*; do
        read -r nanos _ <"$task/schedstat" || continue
        nanos_sum=$((nanos_sum + nanos))
        while read -r name count; do
            [ "$name" != voluntary_ctxt_switches: ] || count_sum=$((count_sum + count))
        done <"$task/status"
    done
    echo "$nanos_sum $count_sum"
}
lines_of() { grep -c "$1" "$2" || true; }
has_lines() { [ "$(lines_of "$1" "$2")" -ge "$3" ]; }

# measure NAME PID PATTERN FILE: a row of the table; PATTERN is what a call's line in FILE holds
measure() {
    local name=$1 pid=$2 pattern=$3 file=$4 before switches lines kib after answered
    lines=$(lines_of "$pattern" "$file")
    kib=$(allocated)
    read -r before switches < <(used "$pid")
    read -r answered _ < <("$work/load" call "$IMDS" process "$RATE" "$CALLS")
    await 50 has_lines "$pattern" "$file" $((lines + answered))
    read -r after count < <(used "$pid")
    printf '%s %d %d %d %d %d\n' "$name" "$answered" $(($(lines_of "$pattern" "$file") - lines)) \
        $(((after - before) / answered)) $(((count - switches) * 100 / answered)) \
        $((($(allocated) - kib) * 1024 / answered)) >>"$work/rows"
}

# What the kernel keeps in BPF maps for the process, KiB.
maps_kib() { awk '$1 == "map_type:" { map = FILENAME } $1 == "memlock:" && FILENAME == map { sum += $2 } END { printf "%d", sum / 1024 }' "/proc/$1/fdinfo"/* 2>/dev/null || true; }

ours() { # ANALYZER
    local analyzer begin start resident maps ready=$work/ready
    rm -f "$ready"
    : >"$work/collections"
    : >"$work/lines.jsonl"
    begin=${EPOCHREALTIME/./}
    IMDS_ANALYZER_JVM_OPTIONS="${IMDS_ANALYZER_JVM_OPTIONS:-} -Xlog:gc+heap=debug:file=$work/collections:none:filecount=0" \
        "$1" run --interface any --output "$work/lines.jsonl" --ready-file "$ready" --set output.fold_seconds=0 \
        2>"$work/analyzer.err" &
    analyzer=$!
    started+=("$analyzer")
    # No process is started for it: both processors are busy with the start.
    while [ ! -e "$ready" ]; do
        kill -0 "$analyzer" 2>/dev/null || { cat "$work/analyzer.err" >&2; exit 70; }
        read -r -t 0.002 <>"$work/never" || true
    done
    start=$(((${EPOCHREALTIME/./} - begin) / 1000))
    resident=$(status_kib "$analyzer" VmRSS)
    maps=$(maps_kib "$analyzer")
    "$work/load" call "$IMDS" one-shot "$WARM_UP_RATE" "$WARM_UP_CALLS" >"$work/warm-up"
    "$work/load" call "$IMDS" process "$RATE" "$CALLS" >"$work/warm-up"
    await 50 has_lines '"action":"imds-request"' "$work/lines.jsonl" $((WARM_UP_CALLS + CALLS))
    measure "$1" "$analyzer" '"action":"imds-request"' "$work/lines.jsonl"
    echo "$1 $start $resident $(status_kib "$analyzer" VmRSS) $maps" >>"$work/starts"
    stop "$analyzer"
}

tcpdump_too() {
    local tcpdump
    : >"$work/collections"
    tcpdump -A -l -n -i any "tcp port 80 and host $IMDS" >"$work/tcpdump.txt" 2>"$work/tcpdump.err" &
    tcpdump=$!
    started+=("$tcpdump")
    await 100 grep -q 'listening on' "$work/tcpdump.err"
    measure tcpdump "$tcpdump" 'HTTP: GET ' "$work/tcpdump.txt"
    stop "$tcpdump"
}

: >"$work/rows"
: >"$work/starts"
mkfifo "$work/never"
for _ in $(seq "$ROUNDS"); do
    for analyzer in $ANALYZERS; do
        ours "$analyzer"
    done
    tcpdump_too
done

# --- The table --------------------------------------------------------------------------------------------------------

echo "$(nproc) processors, Linux $(uname -r), load $(cut -d' ' -f1-3 /proc/loadavg), $ROUNDS rounds of $CALLS calls"
printf '%8s  %-30s %8s %8s  %s\n' 'CPU, us' 'of the rounds' sleeps 'garbage' ''
for name in $ANALYZERS tcpdump; do
    awk -v name="$name" '
        $1 == name {
            each = each sprintf("%.0f ", $4 / 1000)
            sleeps += $5 / 100; garbage += $6; asked += $2; lines += $3
            for (i = ++rounds; i > 1 && cpu[i - 1] > $4; i--) cpu[i] = cpu[i - 1]
            cpu[i] = $4
        }
        END {
            printf "%8.0f  %-30s %8.1f %8.0f  %s, %d lines of %d\n", cpu[int((rounds + 1) / 2)] / 1000, each,
                sleeps / rounds, garbage / rounds, name, lines, asked
        }' "$work/rows"
done
printf '%8s %10s %10s %10s\n' 'start ms' 'ready KiB' 'after KiB' 'maps KiB'
for name in $ANALYZERS; do
    for column in 2 3 4 5; do
        awk -v name="$name" -v column="$column" '$1 == name { print $column }' "$work/starts" | sort -n |
            sed -n "$(((ROUNDS + 1) / 2))p"
    done | paste -sd' ' | { read -r start ready after maps && printf '%8d %10d %10d %10d  %s\n' "$start" "$ready" "$after" "$maps" "$name"; }
done
