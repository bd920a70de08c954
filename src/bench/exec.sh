#!/usr/bin/env bash
# What remembering programs costs those who start many: `make -j2` over targets that each run a tiny program, or the
# compiler's preprocessor, without and with the program running beside it, in turns; and what the kernel spends in the two
# programs that remember, for each start and end of a process.
#
#   src/bench/exec.sh [ROUNDS]      5 unless told otherwise
#
# Needs root and the application folder (./dev build). Nothing is sent; all ends with this script.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."

readonly ANALYZER=${ANALYZER:-target/imds-packet-analyzer/bin/imds-packet-analyzer}
readonly ROUNDS=${1:-5}
readonly TARGETS_TRUE=3000
readonly TARGETS_GCC=300

# shellcheck source=src/bench/head.sh
source src/bench/head.sh "$@"

[ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing
ip link set lo up

mkdir "$work/true" "$work/gcc"
echo 'int main(void) { return 0; }' >"$work/gcc/tiny.c"
cat >"$work/true/Makefile" <<MAKE
all: \$(addprefix target,\$(shell seq $TARGETS_TRUE))
target%:
	@/bin/true \$*
.PHONY: all
MAKE
cat >"$work/gcc/Makefile" <<MAKE
all: \$(addprefix target,\$(shell seq $TARGETS_GCC))
target%:
	@gcc -E -DN=\$* tiny.c >/dev/null
.PHONY: all
MAKE

run_analyzer() {
    rm -f "$work/ready"
    "$ANALYZER" run --interface any --output "$work/lines.jsonl" --ready-file "$work/ready" 2>"$work/analyzer.err" &
    analyzer=$!
    started+=("$analyzer")
    until [ -e "$work/ready" ]; do
        kill -0 "$analyzer" 2>/dev/null || { cat "$work/analyzer.err" >&2; exit 70; }
        sleep 0.1
    done
    # What it does in its first seconds is not asked for here.
    sleep 6
}

TIMEFORMAT='%R %U %S'
# build WITH FOLDER: a row {with, load, wall s, user s, system s}
build() { echo "$1 $2 $( { time make -s -j2 -C "$work/$2" >&3; } 2>&1 3>/dev/null)" >>"$work/rows"; }

# In the programs that hang at tracepoints raw, the analyzer's: {runs, ns} of each that has run, in the order of their loading
programs() {
    local file
    for file in "/proc/$analyzer/fdinfo"/*; do
        awk '$1 == "prog_type:" { type = $2 } $1 == "prog_id:" { id = $2 } $1 == "run_time_ns:" { ns = $2 }
            $1 == "run_cnt:" { runs = $2 } END { if (type == 17 && runs > 0) print id, runs, ns }' "$file"
    done | sort -n
}

: >"$work/rows"
# The first run of each brings its files into memory.
build warm-up true
build warm-up gcc
for _ in $(seq "$ROUNDS"); do
    build without true
    build without gcc
    run_analyzer
    build with true
    build with gcc
    stop "$analyzer"
done

# Their own account, which costs a little by itself, so apart.
stats=/proc/sys/kernel/bpf_stats_enabled
before=$(cat "$stats")
trap 'echo "$before" >"$stats"; clean_up' EXIT
run_analyzer
echo 1 >"$stats"
programs >"$work/programs-before"
build counted true
programs >"$work/programs"
echo "$before" >"$stats"
stop "$analyzer"

echo "$(nproc) processors, Linux $(uname -r), load $(cut -d' ' -f1-3 /proc/loadavg), $ROUNDS rounds"
# median COLUMN LOAD WITH: of that column, and all of it
median() {
    awk -v column="$1" -v load="$2" -v with="$3" \
        '$1 == with && $2 == load { print (column == "wall" ? $3 : $4 + $5) }' "$work/rows" | sort -n |
        awk '{ value[NR] = $1; all = all sprintf(" %.2f", $1) } END { printf "%.3f s (%s )", value[int((NR + 1) / 2)], all }'
}
for load in true gcc; do
    for with in without with; do
        printf '%-5s %-8s wall %s  CPU %s\n' "$load" "$with" "$(median wall "$load" "$with")" "$(median cpu "$load" "$with")"
    done
done
awk 'NR == FNR { runs[$1] = $2; nanos[$1] = $3; next }
    $2 > runs[$1] { printf "%d runs of a program, %.0f ns each\n", $2 - runs[$1], ($3 - nanos[$1]) / ($2 - runs[$1]) }' \
    "$work/programs-before" "$work/programs"
