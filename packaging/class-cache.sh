#!/usr/bin/env bash
# Caches the classes that a start of the daemon loads: an AOT cache on JDK 25 and newer, a class data archive before.
# The cache is made with these very jars, always: a JVM may run the old code of a changed jar from an old cache
# (JDK-8377932).  class-cache.sh APPLICATION_FOLDER
set -euo pipefail
app=$(cd "$1" && pwd)
release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$app/runtime/release")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The cache names the class path that it was made with: as it will be installed.
prefix=/opt/imds-packet-analyzer
training() {
    # shellcheck disable=SC2016 # the inner shell expands
    unshare --mount --net bash -ec '
        app=$1; prefix=$2; scratch=$3; shift 3
        if [ "$app" != "$prefix" ]; then
            mkdir -p "$prefix"
            mount --bind "$app" "$prefix"
        fi
        ip link set lo up
        export IMDS_ANALYZER_JVM_OPTIONS="$*" HOME=$scratch
        "$prefix/bin/imds-packet-analyzer" run --interface any --duration 2 --output "$scratch/log.jsonl" &
        pid=$!
        wait "$pid"
    ' training "$app" "$prefix" "$scratch" "$@"
}

if [ "$(id -u)" -ne 0 ]; then
    echo "class-cache: a live training run wants root; packaged without a class cache" >&2
    exit 0
fi
made=
[ -d "$prefix" ] || made=1
if [ "$release" -ge 25 ]; then
    training "-XX:AOTCacheOutput=$scratch/app.aot" > "$scratch/out" 2>&1 || { cat "$scratch/out" >&2; exit 1; }
    install -m 0644 "$scratch/app.aot" "$app/runtime/lib/app.aot"
else
    training "-XX:ArchiveClassesAtExit=$scratch/app.jsa" > "$scratch/out" 2>&1 || { cat "$scratch/out" >&2; exit 1; }
    install -m 0644 "$scratch/app.jsa" "$app/runtime/lib/app.jsa"
fi
[ -z "$made" ] || rmdir "$prefix" 2>/dev/null || true
ls -l "$app"/runtime/lib/app.*
