#!/usr/bin/env bash
# What ./dev bench runs: all benchmarks, or those that are named.
#
#   src/bench/run.sh [read] [report] [cloudtrail] [live] [parser] [callers] [owners] [pressure] [container]
#
# Needs the application folder (./dev build); live, callers, owners, pressure and container need root. A benchmark that fails stops none
# of the others.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ $# -gt 0 ] || set -- read report cloudtrail live parser callers owners pressure container
status=0
for name in "$@"; do
    case $name in
        read | report | cloudtrail | live | parser | callers | owners | pressure | container) ;;
        *)
            echo "no benchmark is named $name: read, report, cloudtrail, live, parser, callers, owners, pressure, container" >&2
            exit 64
            ;;
    esac
done
for name in "$@"; do
    printf '\n=== %s: src/bench/%s.sh ===\n' "$name" "$name"
    "src/bench/$name.sh" </dev/null || status=$?
done
exit "$status"
