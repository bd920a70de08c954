#!/usr/bin/env bash
# Times `read` on a capture of 100 000 requests, one JSON line each, beside tshark's fields of the same file.
#
#   src/bench/read.sh [--no-tshark]
#
# Needs the application folder (./dev build). Ours is the median of three runs, tshark runs once.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."

readonly ANALYZER=target/imds-packet-analyzer/bin/imds-packet-analyzer
[ -x "$ANALYZER" ] || { echo "there is no $ANALYZER: run ./dev build first" >&2; exit 66; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
capture=$work/requests.pcap
python3 src/bench/capture.py "$capture"
expected() { awk -v kind="$1" '$1 == kind { print $2 }' "$capture.expected"; }
total=$(($(expected v1) + $(expected v2) + $(expected token)))

TIMEFORMAT='%R %U %S'
timed() { # FILE COMMAND...: adds seconds of elapsed, user and system time to the file
    local times=$1
    shift
    { time "$@" >"$work/output" 2>"$work/errors"; } 2>>"$times" || { cat "$work/errors" >&2; exit 1; }
}
median() { sort -n "$1" | sed -n "$((($(wc -l <"$1") + 1) / 2))p"; }

read_lines() { "$ANALYZER" read --set output.fold_seconds=0 --output "$work/lines.jsonl" "$capture"; }
fields() {
    tshark -n -r "$capture" -Y http.request -T fields -e http.request.method -e http.request.uri -e http.request.line
}

# The file's pages are in memory for both, and the JVM's as well.
cat "$capture" >/dev/null
for _ in 1 2 3; do
    rm -f "$work/lines.jsonl"
    timed "$work/ours" read_lines
done

# name, times, v1, v2, token
row() {
    local name=$1 elapsed user system
    read -r elapsed user system < <(median "$2")
    awk -v name="$name" -v elapsed="$elapsed" -v cpu="$user $system" -v total="$total" -v ours="$(median "$work/ours")" \
        -v v1="$3" -v v2="$4" -v token="$5" 'BEGIN {
            split(cpu, c, " "); split(ours, o, " ")
            printf "%-22s %8.2f s %8.2f s %10.0f/s   x%-6.1f %9d %9d %9d\n",
                name, elapsed, c[1] + c[2], total / elapsed, elapsed / o[1], v1, v2, token
        }'
}

echo "$total requests, $(($(wc -c <"$capture") / 1000000)) MB, $(expected cut) heads cut," \
    "$(expected cut-in-token-name) of them inside the token header's name"
echo "$(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg); ours is the median of three runs"
printf '%-22s %10s %10s %12s   %-7s %9s %9s %9s\n' '' elapsed CPU requests ratio v1 v2 token
printf '%-22s %10s %10s %12s   %-7s %9d %9d %9d\n' 'in the file' '' '' '' '' \
    "$(expected v1)" "$(expected v2)" "$(expected token)"
lines() { grep -c "\"imds\":{\"version\":\"$1\",\"operation\":\"$2\"" "$work/lines.jsonl" || true; }
row "read, JSON lines" "$work/ours" "$(lines v1 get)" "$(lines v2 get)" "$(lines v2 token)"

if [ "${1:-}" != --no-tshark ]; then
    timed "$work/tshark" fields
    gets=$(grep -c '^GET' "$work/output" || true)
    with_token=$(grep '^GET' "$work/output" | grep -ic 'x-aws-ec2-metadata-token:' || true)
    row "tshark -T fields" "$work/tshark" $((gets - with_token)) "$with_token" "$(grep -c '^PUT' "$work/output" || true)"
fi

[ "$(lines v1 get) $(lines v2 get) $(lines v2 token)" = "$(expected v1) $(expected v2) $(expected token)" ] ||
    { echo "read found other calls than the file holds" >&2; exit 1; }
