#!/usr/bin/env bash
# Times `report` on a made-up fleet beside jq and mawk doing the plainest grouping of the same files, and beside `wc -l`.
#
#   src/bench/report.sh [HOSTS [LINES [CALLERS]]]        default: 30 hosts of 10 000 lines (400 MB), 50 callers
#
# Needs the application folder (./dev build). The files are in memory for all where they fit. jq and mawk only add up calls by
# program and version; report also checks, deduplicates, judges coverage and keeps every caller's details. Past 100 hosts, jq
# and mawk read only the first 100: their row says what they read. FLEET=FOLDER takes files made before.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."

readonly ANALYZER=target/imds-packet-analyzer/bin/imds-packet-analyzer HOSTS=${1:-30} LINES_EACH=${2:-10000} CALLERS=${3:-50}
readonly MOST_FOR_JQ=100
[ -x "$ANALYZER" ] || { echo "there is no $ANALYZER: run ./dev build first" >&2; exit 66; }

work=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
trap 'rm -rf "$work"' EXIT
logs=${FLEET:-$work/logs}
[ -n "${FLEET:-}" ] ||
    java -XX:+UseSerialGC src/bench/java/dev/imdsanalyzer/report/FleetLog.java "$logs" "$HOSTS" "$LINES_EACH" "$CALLERS"
files=("$logs"/*)
some=("${files[@]:0:MOST_FOR_JQ}")
bytes_of() { cat "$@" | wc -c; }
all_bytes=$(bytes_of "${files[@]}")
some_bytes=$(bytes_of "${some[@]}")

# shellcheck source=src/bench/measure.sh
source src/bench/measure.sh

# shellcheck disable=SC2016 # $e is jq's
readonly JQ='reduce (inputs | select(.event.action == "imds-request")) as $e ({};
    .[$e.caller.fingerprint + " " + $e.imds.version] += $e.imds.repeat_count) | to_entries[] | "\(.key) \(.value)"'
# shellcheck disable=SC2016 # $0 is mawk's
readonly AWK='/"action":"imds-request"/ {
        match($0, /"version":"v[12]"/); version = substr($0, RSTART + 11, 2)
        match($0, /"fingerprint":"[^"]*"/); caller = substr($0, RSTART + 15, RLENGTH - 16)
        match($0, /"repeat_count":[0-9]+/); calls[caller " " version] += substr($0, RSTART + 15, RLENGTH - 15)
    } END { for (key in calls) print key, calls[key] }'

echo "$HOSTS hosts, $LINES_EACH lines each, $CALLERS callers; $(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg)"
printf '%-26s%12s %10s %10s %13s %11s\n' '' read elapsed CPU 'per CPU time' 'peak memory'
measure 'wc -l' "$all_bytes" wc -l "${files[@]}"
measure 'report' "$all_bytes" "$ANALYZER" report --format csv "$logs"
measure 'mawk, grouping only' "$some_bytes" mawk "$AWK" "${some[@]}"
measure 'jq, grouping only' "$some_bytes" jq -n -r "$JQ" "${some[@]}"
sort "$work/output" >"$work/jq"
mkdir "$work/packed"
for file in "${some[@]}"; do
    gzip -1 -c "$file" >"$work/packed/${file##*/}.gz"
done
measure 'gzip -dc' "$some_bytes" gzip -dc "$work"/packed/*
measure 'report, of gzip' "$some_bytes" "$ANALYZER" report --format csv "$work/packed"
cp "$work/output" "$work/report.csv"

python3 - "$work" <<'PYTHON'
import collections, csv, sys
work = sys.argv[1]
ours = collections.Counter()
for row in csv.DictReader(open(work + "/report.csv", newline="")):
    ours[row["caller_fingerprint"], "v1"] += int(row["v1_served"]) + int(row["v1_rejected"])
    ours[row["caller_fingerprint"], "v2"] += int(row["v2"])
theirs = {tuple(line.split()[:2]): int(line.split()[2]) for line in open(work + "/jq")}
ours = {key: value for key, value in ours.items() if value}
if ours != theirs:
    sys.exit("report and jq differ in their sums")
print(f"report and jq agree on {len(ours)} sums, {sum(ours.values())} calls")
PYTHON
