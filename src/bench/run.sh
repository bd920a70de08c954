#!/usr/bin/env bash
# What ./dev bench runs: all benchmarks but soak, which takes an hour, or those that are named.
#
#   src/bench/run.sh [read] [report] [cloudtrail] [live] [parser] [callers] [owners] [oneshot] [exec] [pressure] [container] [workloads] [soak]
#
# Needs the application folder (./dev build); live, callers, owners, oneshot, exec, pressure, container, workloads and soak need root. A
# benchmark that fails stops none of the others.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ $# -gt 0 ] || set -- read report cloudtrail live parser callers owners oneshot exec pressure container workloads
status=0
for name in "$@"; do
    case $name in
        read | report | cloudtrail | live | parser | callers | owners | oneshot | exec | pressure | container | workloads | soak) ;;
        *)
            echo "no benchmark is named $name: read, report, cloudtrail, live, parser, callers, owners, oneshot, exec, pressure, container, workloads, soak" >&2
            exit 64
            ;;
    esac
done
for name in "$@"; do
    printf '\n=== %s: src/bench/%s.sh ===\n' "$name" "$name"
    "src/bench/$name.sh" </dev/null || status=$?
done
exit "$status"
