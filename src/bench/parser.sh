#!/usr/bin/env bash
# Compares the parser of request heads with picohttpparser on the same bytes, in one session, and with Netty's under JMH.
#
#   src/bench/parser.sh [--no-jmh]
#
# picohttpparser comes from the Debian source package of h2o, fetched by apt with its signatures checked, into a
# directory of its own that is removed in the end; nothing is installed. PICOHTTPPARSER=DIR uses the sources there.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch_picohttpparser() {
    local release mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    # The mirror that this machine takes its own packages from.
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 2>/dev/null |
        awk -v release="$release" '$2 == release && $3 == "main" { print $1; exit }')
    if [ ! -r "$keyring" ] || [ -z "$mirror" ]; then
        echo "needs a Debian machine with the package debian-archive-keyring, or PICOHTTPPARSER=DIR" >&2
        exit 69
    fi
    mkdir -p "$work/lists/partial" "$work/source"
    chmod -R a+rwX "$work"
    echo "deb-src [signed-by=$keyring] $mirror $release main" >"$work/sources.list"
    local apt=(apt-get -qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o "Dir::State::lists=$work/lists")
    "${apt[@]}" update >&2
    (cd "$work/source" && "${apt[@]}" source --download-only --tar-only h2o >&2)
    tar -C "$work/source" -xf "$work"/source/h2o_*.orig.tar.* --wildcards '*/deps/picohttpparser/*'
    echo "$work"/source/h2o-*/deps/picohttpparser
}

pico=${PICOHTTPPARSER:-$(fetch_picohttpparser)}
for variant in plain sse4.2; do
    flags=(-O3)
    if [ "$variant" != plain ]; then
        grep -qw sse4_2 /proc/cpuinfo || continue
        flags+=(-msse4.2)
    fi
    gcc "${flags[@]}" -c -o "$work/$variant.o" "$pico/picohttpparser.c"
    gcc -O3 -I "$pico" -o "$work/$variant" src/bench/picohttpparser.c "$work/$variant.o"
done

# A build without the profile drops JMH's list of benchmarks, and one with it does not notice that it is gone.
[ -e target/test-classes/META-INF/BenchmarkList ] || rm -rf target/test-classes
mvn -q -Pbench -Dspotless.check.skip=true test-compile dependency:build-classpath -Dmdep.outputFile="$work/class-path" >"$work/maven.log" 2>&1 ||
    { cat "$work/maven.log" >&2; exit 1; }
class_path=target/classes:target/test-classes:$(cat "$work/class-path")
mkdir "$work/requests"
java -cp "$class_path" dev.imdsanalyzer.http.RequestHeadTimes "$work/requests"
requests=("$work/requests"/CURL_V1 "$work/requests"/CURL_V2 "$work/requests"/SDK_V2)

times() { # NAME COMMAND...: adds the name to each line
    local name=$1
    shift
    "$@" | sed "s/^/$name /" >>"$work/times"
}
# In turns, so that a busy moment of the machine does not hit one of them only.
for _ in 1 2 3; do
    times picohttpparser "$work/plain" "${requests[@]}"
    [ ! -x "$work/sse4.2" ] || times picohttpparser-sse4.2 "$work/sse4.2" "${requests[@]}"
    times ours-C1 java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$class_path" dev.imdsanalyzer.http.RequestHeadTimes
    times ours-C2 java -XX:+UseSerialGC -cp "$class_path" dev.imdsanalyzer.http.RequestHeadTimes
done

echo "ns of CPU time for one request head parsed and the token header looked up: median of the best run (least), ratio"
echo "$(java -version 2>&1 | head -1); $(gcc --version | head -1); $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)"
awk '
    !(($1, $3) in median) || $4 < median[$1, $3] { median[$1, $3] = $4 }
    !(($1, $3) in least) || $5 < least[$1, $3] { least[$1, $3] = $5 }
    !($1 in known) { known[$1] = 1; names[++count] = $1 }
    !($3 in size) { size[$3] = 1; sizes[++columns] = $3 }
    END {
        printf "%-24s", ""
        for (j = 1; j <= columns; j++) printf "%26s", sizes[j] " bytes"
        print ""
        for (i = 1; i <= count; i++) {
            printf "%-24s", names[i]
            for (j = 1; j <= columns; j++)
                printf "%26s", sprintf("%.0f (%.0f)  x%.2f", median[names[i], sizes[j]], least[names[i], sizes[j]], \
                    median[names[i], sizes[j]] / median["picohttpparser", sizes[j]])
            print ""
        }
    }' "$work/times"

[ "${1:-}" = --no-jmh ] || for compiler in -XX:TieredStopAtLevel=1 -XX:+TieredCompilation; do
    echo
    echo "JMH, ns of elapsed time and bytes allocated, $compiler"
    java -cp "$class_path" org.openjdk.jmh.Main RequestHeadBenchmark -prof gc -jvmArgs "-XX:+UseSerialGC $compiler" |
        grep -E '^Benchmark|avgt' | grep -vE 'gc\.(count|time|alloc\.rate )'
done
