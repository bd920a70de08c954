#!/usr/bin/env bash
# How many of many one-shot calls are logged where everything else wants the processors, too: curl, 32 at a time, beside a
# busy loop on each of two processors, the analyzer at nice 0 and with its default configuration. From the host, and from
# a container behind a bridge and masquerade, whose packets pass three interfaces.
#
#   src/bench/pressure.sh [CALLS]          3000 from each place, unless told otherwise
#   ANALYZERS="DIR/bin/imds-packet-analyzer …" src/bench/pressure.sh     these, one after the other
#   OPTIONS="--set KEY=VALUE …"            for the analyzer; KEEP=FOLDER takes its lines and the requests as served
#
# Needs root and the application folder (./dev build). All traffic stays in three network namespaces that end with this
# script: the callers', a container's, and an emulated IMDS's.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."

readonly ANALYZERS=${ANALYZERS:-target/imds-packet-analyzer/bin/imds-packet-analyzer}
readonly IMDS=169.254.169.254
readonly CALLS=${1:-3000}
readonly AT_A_TIME=${AT_A_TIME:-32}
readonly BUSY_LOOPS=2

# shellcheck source=src/bench/head.sh
source src/bench/head.sh "$@"
source src/bench/scene.sh

gcc -O2 -o "$work/load" src/bench/load.c
[ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing

nsenter --net="/proc/$imds/ns/net" "$work/load" serve "$IMDS" "$work/served" &
started+=("$!")

# --- The load ---------------------------------------------------------------------------------------------------------

TICK=$(getconf CLK_TCK)
readonly TICK
cpu_micros() { sed 's/.*) //' "/proc/$1/stat" | awk -v tick="$TICK" '{ printf "%.0f\n", ($12 + $13) * 1000000 / tick }'; }

lines_of() { grep -c "caller/$1-" "$work/lines-$2.jsonl" || true; }

# pressure PLACE NUMBER ANALYZER: one row
pressure() {
    local place=$1 number=$2 analyzer=$3 name="$1-$2" within=() busy=() before served lines=-1 settled=0
    [ "$place" = host ] || within=(nsenter --net="/proc/$container/ns/net" --)
    for _ in $(seq "$BUSY_LOOPS"); do
        timeout 300 sh -c 'while :; do :; done' &
        busy+=("$!")
    done
    started+=("${busy[@]}")
    before=$(cpu_micros "$analyzer")
    seq "$CALLS" >"$work/numbers"
    # A caller that fails makes xargs say so; the table shows it.
    # shellcheck disable=SC2016 # words of the inner shell
    "${within[@]}" xargs -P "$AT_A_TIME" -n $(((CALLS + AT_A_TIME - 1) / AT_A_TIME)) \
        sh -c 'for number; do curl -s -o /dev/null -m 20 "$0-$number"; done' \
        "http://$IMDS/latest/meta-data/caller/$name" <"$work/numbers" || true
    stop "${busy[@]}"
    served=$(grep -c "caller/$name-" "$work/served" || true)
    # Lines come until there are as many as there were calls, or none for 3 s.
    while [ "$lines" -lt "$served" ] && [ "$settled" -lt 30 ]; do
        if [ "$(lines_of "$name" "$number")" = "$lines" ]; then settled=$((settled + 1)); else settled=0; fi
        lines=$(lines_of "$name" "$number")
        sleep 0.1
    done
    awk -v place="$place" -v served="$served" -v lines="$lines" -v cpu=$(($(cpu_micros "$analyzer") - before)) \
        -v resident="$(awk '$1 == "VmHWM:" { print $2 }' "/proc/$analyzer/status")" 'BEGIN {
            printf "  %-10s %6d served %6d logged %6.1f %% %7.0f us of CPU a call, at most %d KiB resident\n", \
                place, served, lines, 100 * lines / served, cpu / served, resident }'
}

echo "$(nproc) processors, Linux $(uname -r), load $(cut -d' ' -f1-3 /proc/loadavg)"
number=0
for program in $ANALYZERS; do
    number=$((number + 1))
    rm -f "$work/ready"
    # shellcheck disable=SC2086 # options are words
    "$program" run --interface any --output "$work/lines-$number.jsonl" --ready-file "$work/ready" \
        --set output.fold_seconds=0 ${OPTIONS:-} 2>"$work/analyzer.err" &
    analyzer=$!
    started+=("$analyzer")
    until [ -e "$work/ready" ]; do
        kill -0 "$analyzer" 2>/dev/null || { cat "$work/analyzer.err" >&2; exit 70; }
        sleep 0.1
    done
    echo "$program ${OPTIONS:-}"
    for place in ${PLACES:-container host}; do
        pressure "$place" "$number" "$analyzer"
    done
    stop "$analyzer"
    grep -o '"\(kernel_drops\|long_packets_cut\)":[0-9]*' "$work/lines-$number.jsonl" | tail -n 2 | sed 's/^/  /' || true
done
[ -z "${KEEP:-}" ] || cp "$work"/lines-*.jsonl "$work/served" "$KEEP"
