#!/usr/bin/env bash
# prepare.sh DIRECTORY: builds the client programs of the live tests there, unless that was done since they changed.
# What comes from package registries stays in Maven's and npm's own caches, so that it is fetched only once.
set -euo pipefail
sources=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
directory=$(cd "$1" && pwd)
stamp=$directory/stamp

fingerprint() {
    (cd "$sources" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum)
}

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ]; then
    exit 0
fi
rm -f "$stamp"

gcc -O2 -Wall -Wextra -Werror -shared -fPIC -o "$directory/linger.so" "$sources/native/linger.c" -ldl

mvn --batch-mode --quiet --no-transfer-progress -f "$sources/java/pom.xml" -Dclients.directory="$directory" \
    compiler:compile dependency:copy-dependencies </dev/null

# npm cannot install elsewhere than beside package.json.
mkdir -p "$directory/javascript"
cp "$sources"/javascript/* "$directory/javascript/"
(cd "$directory/javascript" && npm ci --no-audit --no-fund --ignore-scripts --prefer-offline --loglevel=error </dev/null)

fingerprint >"$stamp"
