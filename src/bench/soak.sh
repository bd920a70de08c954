#!/usr/bin/env bash
# Whether `run` stays the same for as long as one likes to watch: 150 new connections a second, each of its own, IMDSv1 and
# IMDSv2 in turns, and each minute what is resident, how many lines there are, threads and open descriptors. Fails where a call
# has no line, or more than one.
#
#   src/bench/soak.sh [SECONDS] [RATE]        3600 and 150 unless told otherwise
#
# Needs root and the application folder (./dev build). All traffic stays in two network namespaces that end with this script.
# The log takes some 1.5 KB a call in the temporary folder: 800 MB in an hour.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."

readonly ANALYZER=${ANALYZER:-target/imds-packet-analyzer/bin/imds-packet-analyzer}
readonly IMDS=169.254.169.254
readonly DURATION=${1:-3600}
readonly RATE=${2:-150}
readonly ROUND=60

# shellcheck source=src/bench/head.sh
source src/bench/head.sh "$@"
source src/bench/scene.sh
gcc -O2 -o "$work/load" src/bench/load.c
[ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing || true
nsenter --net="/proc/$imds/ns/net" "$work/load" serve "$IMDS" &
started+=("$!")

"$ANALYZER" run --interface any --output "$work/lines.jsonl" --ready-file "$work/ready" --set output.fold_seconds=0 \
    2>"$work/analyzer.err" &
analyzer=$!
started+=("$analyzer")
await 300 test -e "$work/ready"
[ -e "$work/ready" ] || { cat "$work/analyzer.err" >&2; exit 70; }

status_mib() { awk -v name="$1:" '$1 == name { printf "%.1f", $2 / 1024 }' "/proc/$analyzer/status"; }
entries() { find "/proc/$analyzer/$1" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l; }
counted=0
position=0
# Only what came since the last look is read: the log of an hour is long.
count_lines() {
    local size
    size=$(stat -c %s "$work/lines.jsonl")
    counted=$((counted + $(tail -c "+$((position + 1))" "$work/lines.jsonl" | head -c $((size - position)) |
        grep -c '"action":"imds-request"' || true)))
    position=$size
}
# A line that is half written at the look belongs to the next one.
whole_lines() { [ "$(tail -c 1 "$work/lines.jsonl" | od -An -tx1)" = " 0a" ] && count_lines && [ "$counted" -ge "$1" ]; }
row() { printf '%8s %10s %10s %9s %9s %9s %8s %6s\n' "$@"; }

echo "$(nproc) processors, Linux $(uname -r), load $(cut -d' ' -f1-3 /proc/loadavg); $RATE new connections a second for $DURATION s"
row second made lines "VmRSS MiB" anonymous VmHWM threads files
row 0 0 0 "$(status_mib VmRSS)" "$(status_mib RssAnon)" "$(status_mib VmHWM)" "$(entries task)" "$(entries fd)"
made=0
begin=$SECONDS
for ((second = 0; second < DURATION; second += ROUND)); do
    round=$((DURATION - second < ROUND ? DURATION - second : ROUND))
    read -r answered _ < <("$work/load" call "$IMDS" one-shot "$RATE" $((RATE * round)))
    made=$((made + answered))
    await 100 whole_lines "$made"
    row $((SECONDS - begin)) "$made" "$counted" "$(status_mib VmRSS)" "$(status_mib RssAnon)" "$(status_mib VmHWM)" \
        "$(entries task)" "$(entries fd)"
done
stop "$analyzer"
count_lines
# What the summaries say was lost on the way; nothing is expected.
grep -o '"imds":{"gap":.*\|"packets_dropped":[1-9][0-9]*' "$work/lines.jsonl" | cut -c1-300 | tail -n 5 || true
cat "$work/analyzer.err"
[ "$counted" = "$made" ] || { echo "$made calls were made, and the log has $counted" >&2; exit 1; }
echo "$made calls, a line each"
