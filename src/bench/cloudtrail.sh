#!/usr/bin/env bash
# Times `report --cloudtrail` on the records of a made-up fleet beside jq doing the plainest grouping of the same files, and beside
# `gzip -dc`.
#
#   src/bench/cloudtrail.sh [HOSTS [RECORDS [LINES]]]     default: 40 hosts, 1 000 000 records, 10 000 lines of each host's log
#
# Needs the application folder (./dev build). The records lie in files of 10 000 as in S3, gzip: some 130 bytes of disk each, so
# 1.3 GB for 10 million; all is removed at the end. jq only adds up records by instance and version; report also reads the hosts'
# logs, joins sessions with calls and judges. Past a million records jq and gzip read the first million alone: their rows say
# what they read. FLEET=FOLDER takes the folders logs and trail in it, made before.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."

readonly ANALYZER=target/imds-packet-analyzer/bin/imds-packet-analyzer HOSTS=${1:-40} RECORDS=${2:-1000000} LINES_EACH=${3:-10000}
readonly MOST_FILES=100
[ -x "$ANALYZER" ] || { echo "there is no $ANALYZER: run ./dev build first" >&2; exit 66; }

work=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
trap 'rm -rf "$work"' EXIT
fleet=${FLEET:-$work}
if [ -z "${FLEET:-}" ]; then
    java -XX:+UseSerialGC src/bench/java/dev/imdsanalyzer/report/FleetLog.java "$fleet/logs" "$HOSTS" "$LINES_EACH" 50
    java -Xmx256m src/bench/java/dev/imdsanalyzer/report/FleetTrail.java "$fleet/trail" "$HOSTS" "$RECORDS"
fi
find "$fleet/trail" -name '*.json.gz' | sort >"$work/all"
head -n "$MOST_FILES" "$work/all" >"$work/some"
packed() { xargs cat <"$1" | wc -c; }
# As stored, for rows that read packed files; and as the hosts' logs are, plain.
all=$(packed "$work/all")
some=$(packed "$work/some")

# shellcheck source=src/bench/measure.sh
source src/bench/measure.sh

# shellcheck disable=SC2016 # $e is jq's
readonly JQ='reduce (inputs.Records[] | select(.userIdentity.sessionContext.ec2RoleDelivery)) as $e ({};
    .[($e.userIdentity.principalId | sub(".*:"; "")) + " " + $e.userIdentity.sessionContext.ec2RoleDelivery] += 1)
    | to_entries[] | "\(.key) \(.value)"'

echo "$HOSTS hosts, $RECORDS records in $(wc -l <"$work/all") files; $(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg)"
printf '%-26s%12s %10s %10s %13s %11s\n' '' 'read, packed' elapsed CPU 'per CPU time' 'peak memory'
measure 'report, logs alone' "$(cat "$fleet"/logs/* | wc -c)" "$ANALYZER" report --format json "$fleet/logs"
measure 'report --cloudtrail' "$all" "$ANALYZER" report --format json --cloudtrail "$fleet/trail" "$fleet/logs"
cp "$work/output" "$work/all.json"
mapfile -t files <"$work/some"
# As many --cloudtrail as files.
measure 'the same, of the first' "$some" "$ANALYZER" report --format json "${files[@]/#/--cloudtrail=}" "$fleet/logs"
cp "$work/output" "$work/some.json"
# shellcheck disable=SC2016 # words of the inner shell
measure 'gzip -dc' "$some" bash -c 'xargs gzip -dc <"$1" | cat >/dev/null' - "$work/some"
# shellcheck disable=SC2016 # words of the inner shell
measure 'jq, grouping only' "$some" bash -c 'xargs gzip -dc <"$1" | jq -n -r "$2"' - "$work/some" "$JQ"

python3 - "$work" <<'PYTHON'
import json, sys
work = sys.argv[1]
trail = json.load(open(work + "/some.json"))["cloudtrail"]
theirs = {"1.0": 0, "2.0": 0}
instances = set()
for line in open(work + "/output"):
    instance, version, count = line.split()
    theirs[version] += int(count)
    if version == "1.0":
        instances.add(instance)
ours = {"1.0": trail["calls_v1"], "2.0": trail["calls_v2"]}
if ours != theirs:
    sys.exit(f"report and jq differ: {ours}, {theirs}")
whole = json.load(open(work + "/all.json"))["cloudtrail"]
print(f"report and jq agree on {sum(theirs.values())} calls of {len(instances)} and more instances;"
      f" in all {whole['records']} records, {whole['sessions_v1']} sessions by IMDSv1")
PYTHON
