#!/usr/bin/env bash
# Archives the classes that the daemon uses, so that a start neither reads nor verifies them again.
#
# A training run in a network namespace of its own, with one call of each IMDS version against the emulator, gives the
# list of classes; the archive is made from the sorted list alone and is the same to the byte each time. (An AOT cache of
# JDK 25 is not: it holds what the training run happened to profile.) It is made with these very jars, always: a JVM may
# run the old code of a changed jar from an old cache (JDK-8377932).
#
#   class-cache.sh APPLICATION_FOLDER      its files must have their final modification times: the archive names them
set -euo pipefail
app=$(cd "$1" && pwd)
# Where the builder lives, other classes of its time zone would be in it.
export LC_ALL=C TZ=UTC

if [ "$(id -u)" -ne 0 ] || ! command -v python3 >/dev/null || ! command -v ip >/dev/null; then
    echo "class-cache: the training run wants root, python3 and ip; packaged without a class cache" >&2
    exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The address of IMDS belongs to the private namespace's own loopback: no packet leaves it.
# shellcheck disable=SC2016 # the inner shell expands
unshare --mount --net bash -euc '
    app=$1; scratch=$2
    ip link set lo up
    ip addr add 169.254.169.254/32 dev lo
    mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null || true
    mkfifo "$scratch/commands"
    python3 src/test/emulator/imds_emulator.py --listen 169.254.169.254:80 --truth "$scratch/truth" \
        < "$scratch/commands" > "$scratch/emulator" 2>&1 &
    emulator=$!
    exec 3> "$scratch/commands"
    trap "kill $emulator 2>/dev/null || true" EXIT
    export IMDS_ANALYZER_JVM_OPTIONS="-Xshare:off -XX:DumpLoadedClassList=$scratch/loaded" HOME=$scratch
    "$app/bin/imds-packet-analyzer" run --ready-file "$scratch/ready" \
        --output "$scratch/log/" &
    analyzer=$!
    for _ in $(seq 600); do
        [ ! -e "$scratch/ready" ] || break
        kill -0 "$analyzer"
        sleep 0.1
    done
    # It goes on until its calls are written: of a caller that has gone less is looked up, and so fewer classes are loaded.
    mkfifo "$scratch/written"
    python3 - <<PYTHON &
import urllib.request as u
base = "http://169.254.169.254/latest/"
u.urlopen(base + "meta-data/").read()
ttl = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
token = u.urlopen(u.Request(base + "api/token", method="PUT", headers=ttl)).read().decode()
u.urlopen(u.Request(base + "meta-data/", headers={"X-aws-ec2-metadata-token": token})).read()
open("$scratch/written").read()
PYTHON
    caller=$!
    trap "kill $emulator $caller 2>/dev/null || true" EXIT
    for _ in $(seq 100); do
        [ "$(cat "$scratch"/log/*.jsonl | wc -l)" -lt 4 ] || break
        sleep 0.1
    done
    : > "$scratch/written"
    wait "$caller"
    kill -TERM "$analyzer"
    wait "$analyzer"
' training "$app" "$scratch" > "$scratch/out" 2>&1 || { cat "$scratch/out" >&2; exit 1; }

# Which of these are asked for depends on how soon a caller ends: all of them, and none of their lambdas, so that two builds have the
# same.
unzip -Z1 "$app"/lib/imds-packet-analyzer-*.jar 'dev/imdsanalyzer/process/*.class' 'dev/imdsanalyzer/kernel/netlink/*.class' | sed 's/\.class$//' > "$scratch/always"
grep -v '^@cp\|^#' "$scratch/loaded" | sed 's/ id: .*//' | sort -u - "$scratch/always" |
    grep -v 'package-info\|^@lambda-proxy dev/imdsanalyzer/kernel/netlink/' > "$scratch/classes"

# The starter has the JVM pass over flags that it does not know, as one list serves Java 17 to 25; this runtime knows them all.
for command in run read report; do
    IMDS_ANALYZER_SHOW_COMMAND=yes "$app/bin/imds-packet-analyzer" "$command" > "$scratch/command"
    mapfile -t flags < <(grep '^-XX:' "$scratch/command" | grep -v 'IgnoreUnrecognized\|SharedArchiveFile')
    "$app/runtime/bin/java" -XX:+UnlockDiagnosticVMOptions "${flags[@]}" -version > "$scratch/out" 2>&1 || { cat "$scratch/out" >&2; exit 1; }
done

# Made, and tried as an archive that the JVM refuses would only be noticed as a slow start, at the place where the packages
# put it: the archive holds the paths, and two builds must not differ by theirs. Made without the starter's options: with
# its small heap the archive differed from build to build on a busy machine.
# shellcheck disable=SC2016 # the inner shell expands
unshare --mount bash -euc '
    app=$1; scratch=$2; home=/opt/imds-packet-analyzer
    mkdir "$scratch/app"
    mount --bind "$app" "$scratch/app"
    mount -t tmpfs tmpfs /opt
    mkdir "$home"
    mount --bind "$scratch/app" "$home"
    "$home/runtime/bin/java" -Xshare:dump -XX:+IgnoreUnrecognizedVMOptions --enable-native-access=ALL-UNNAMED \
        -Xlog:disable -Xlog:all=error:stderr -XX:+UseSerialGC -Xmx128m -XX:SharedClassListFile="$scratch/classes" \
        -XX:SharedArchiveFile="$home/runtime/lib/app.jsa" -cp "$(printf "%s\n" "$home"/lib/*.jar | paste -sd:)"
    chmod 0644 "$home/runtime/lib/app.jsa"
    IMDS_ANALYZER_JVM_OPTIONS=-Xshare:on "$home/bin/imds-packet-analyzer" --version >/dev/null
' dump "$app" "$scratch"
echo "class-cache: $(wc -l < "$scratch/classes") classes, $(du -h "$app/runtime/lib/app.jsa" | cut -f1)"
