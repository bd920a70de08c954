#!/usr/bin/env bash
# Whether whoever runs curl is one caller, whatever had ended before it could be read: each kind of script many times, 8 at
# a time, beside a busy loop on each of two processors, everything at nice 0.
#
#   src/bench/owners.sh [RUNS]             of each kind in each place, 400 unless told otherwise
#
# KINDS="script becomes"  PLACES="host container" narrow it; ANALYZER=... is another build.
# Needs root and the application folder (./dev build). All traffic stays in network namespaces that end with this script.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."

readonly ANALYZER=${ANALYZER:-target/imds-packet-analyzer/bin/imds-packet-analyzer}
readonly IMDS=169.254.169.254
readonly RUNS=${1:-400}
readonly BUSY_LOOPS=2

# shellcheck source=src/bench/head.sh
source src/bench/head.sh "$@"
source src/bench/scene.sh

[ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing
gcc -O2 -o "$work/load" src/bench/load.c
nsenter --net="/proc/$imds/ns/net" "$work/load" serve "$IMDS" "$work/served" &
started+=("$!")

# --- The kinds --------------------------------------------------------------------------------------------------------

# kind NAME INTERPRETER: a script of that name, from the standard input; URL stands for the address of the call
kinds=()
kind() {
    local name=$1 interpreter
    interpreter=$(command -v "$2") || { echo "$name: no $2" >&2; return 0; }
    [ "$2" != python3 ] || [ ! -x /usr/bin/python3 ] || interpreter=/usr/bin/python3
    case " ${KINDS:-$name} " in *" $name "*) ;; *) return 0 ;; esac
    { echo "#!$interpreter"; sed "s|CURL|curl -s -o /dev/null -m 10 http://$IMDS/latest/meta-data/owner/$name|g; s|FOLDER|$work|g"; } >"$work/$name"
    chmod +x "$work/$name"
    kinds+=("$name")
}
kind script sh <<<'CURL; :'
kind becomes sh <<<'exec CURL'
kind subshell sh <<<'(CURL; :); :'
kind pipeline sh <<<'CURL | cat'
kind two-liner sh <<<"bash -c 'true; CURL; true'; :"
kind becomes-later sh <<<"bash -c 'true; exec CURL'; :"
kind here-document sh <<<"echo 'CURL; :' | bash; :"
kind xargs sh <<<'echo x | xargs -I N CURL; :'
kind timeout sh <<<'timeout 60 CURL; :'
kind environment sh <<<'env A=b CURL; :'
kind find sh <<<"find FOLDER -maxdepth 0 -exec CURL ';'; :"
kind run-parts sh <<<"mkdir -p FOLDER/parts; printf '#!/bin/sh\nCURL\n:\n' >FOLDER/parts/run-parts-job.\$\$; chmod +x FOLDER/parts/run-parts-job.\$\$; mv FOLDER/parts/run-parts-job.\$\$ FOLDER/parts/run-parts-job; run-parts --regex=^run-parts-job\$ FOLDER/parts"
kind background bash <<<'CURL & wait'
# The script has ended when curl connects, or ends meanwhile.
kind left sh <<<'CURL & exit 0'
kind left-nohup sh <<<'nohup CURL >/dev/null 2>&1 &'
kind left-setsid sh <<<'setsid CURL &'
kind left-later sh <<<'(sleep 0.2; CURL; :) & exit 0'
kind left-twice sh <<<'( (sleep 0.1; CURL; :) & ) & exit 0'
kind left-python python3 <<<'import subprocess; subprocess.Popen("CURL".split())'
kind python python3 <<<'import subprocess; subprocess.run("CURL".split())'
kind python-shell python3 <<<'import os; os.system("CURL; :")'
kind perl perl <<<'system("CURL")'
kind ruby ruby <<<'system("CURL")'
kind node node <<<'require("child_process").execSync("CURL")'
kind php php <<<'<?php system("CURL");'

# --- The runs ---------------------------------------------------------------------------------------------------------

lines=$work/lines.jsonl
"$ANALYZER" run --interface any --output "$lines" --ready-file "$work/ready" --set output.fold_seconds=0 \
    2>"$work/analyzer.err" &
analyzer=$!
started+=("$analyzer")
await 300 test -e "$work/ready"
[ -e "$work/ready" ] || { cat "$work/analyzer.err" >&2; exit 70; }
grep -m 1 attribution "$work/analyzer.err" || true
for _ in $(seq "$BUSY_LOOPS"); do
    timeout 3600 sh -c 'while :; do :; done' &
    started+=("$!")
done

lines_of() { grep -c "owner/$1\"" "$lines" || true; }
all_lines() { [ "$(lines_of "$1")" -ge "$2" ]; }

echo "$(nproc) processors, Linux $(uname -r), load $(cut -d' ' -f1-3 /proc/loadavg)"
printf '%-14s %-10s %6s %6s %8s %7s  %s\n' kind place runs lines callers share commonest
for name in "${kinds[@]}"; do
    for place in ${PLACES:-host container}; do
        within=()
        [ "$place" != container ] || within=(nsenter --net="/proc/$container/ns/net" --)
        before=$(lines_of "$name")
        seq "$RUNS" | "${within[@]}" xargs -P 8 -I {} "$work/$name" >"$work/out" 2>&1 || true
        await 100 all_lines "$name" $((before + RUNS))
        grep "owner/$name\"" "$lines" | tail -n +$((before + 1)) |
            sed -E 's/.*"caller":\{"label":"(([^"\\]|\\.)*)","fingerprint":"([0-9a-f]*)".*/\1 \3/' | sort | uniq -c | sort -rn >"$work/callers" || true
        awk -v kind="$name" -v place="$place" -v runs="$RUNS" '
            { total += $1 } NR == 1 { first = $1; $1 = ""; label = $0 }
            END { printf "%-14s %-10s %6d %6d %8d %6.1f%% %s\n", kind, place, runs, total, NR, total ? 100 * first / total : 0, label }' "$work/callers"
        [ -z "${VERBOSE:-}" ] || cat "$work/callers"
    done
done
resident=$(grep VmHWM "/proc/$analyzer/status" 2>/dev/null || true)
echo "analyzer: ${resident:-ended}"
[ -z "${KEEP:-}" ] || cp "$lines" "$KEEP"
