# Sourced by the benchmarks that need a network of their own, with their arguments and from the checkout's root: begins each
# anew in a network and a mount namespace that end with it. Wants ANALYZER or ANALYZERS; gives work, a folder that goes with
# the script, started, an array of processes that do too, stop, and some measures.

for analyzer in ${ANALYZERS:-$ANALYZER}; do
    [ -x "$analyzer" ] || { echo "there is no $analyzer: run ./dev build first" >&2; exit 66; }
done
[ "$(id -u)" = 0 ] || { echo "network namespaces and captures need root" >&2; exit 77; }
if [ "${IN_NAMESPACE:-}" = "" ]; then
    IN_NAMESPACE=$(readlink /proc/self/ns/net) exec unshare --net --mount -- "$BASH" "src/bench/$(basename "$0")" "$@"
fi
[ "$IN_NAMESPACE" != "$(readlink /proc/self/ns/net)" ] || { echo "not in a network namespace of its own" >&2; exit 71; }

work=$(mktemp -d)
started=()
stop() { # PID...: ends processes that this script started, and waits for them
    local pid
    for pid in "$@"; do
        kill "$pid" 2>/dev/null || continue
        wait "$pid" 2>/dev/null || true
    done
}
clean_up() {
    stop ${started[@]+"${started[@]}"}
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 129' HUP INT TERM

# --- Measures of several ------------------------------------------------------------------------------------------------

await() { # TENTHS COMMAND...: until the command says yes, at most a time in tenths of a second; then the table shows it
    local tenths=$1
    shift
    while [ "$tenths" -gt 0 ] && ! "$@"; do
        sleep 0.1
        tenths=$((tenths - 1))
    done
}
status_kib() { # PID NAME: of that line of its status
    awk -v name="$2:" '$1 == name { print $2 }' "/proc/$1/status"
}
# What was allocated so far, KiB, by the collections that the JVM was asked to log there: what each one of the young generation
# found, less what the one before left.
allocated() {
    sed -n 's/.*DefNew: \([0-9]*\)K([0-9]*K)->\([0-9]*\)K.*/\1 \2/p' "$work/collections" |
        awk 'NR > 1 { sum += $1 - left } { left = $2 } END { print sum + 0 }'
}
