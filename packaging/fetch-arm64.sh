#!/usr/bin/env bash
# Fetches what an arm64 package is linked from and tried with, from Debian's archive, with lists of its own: nothing is
# installed on this machine. Kept in target/arm64 for the next time.
#
#   fetch-arm64.sh      gives target/arm64/jdk (an arm64 JDK 17, for its jmods) and target/arm64/root (libc, libpcap …)
#
# Debian 11's JDK comes first, as it wants an older glibc (2.29) than Debian 12's (2.34).
set -euo pipefail
cd "$(dirname "$0")/.."
readonly WORK=$PWD/target/arm64

say() { printf 'fetch-arm64: %s\n' "$*"; }
die() { printf 'fetch-arm64: %s\n' "$*" >&2; exit 1; }

[ ! -d "$WORK/jdk" ] || [ ! -d "$WORK/root" ] || { say "$WORK is there already"; exit 0; }

# The archive that this Debian uses itself, else the one that debootstrap would.
mirror() {
    { sed -nE 's/^URIs: *(http[^ ]*\/debian)\/? *$/\1/p; s/^deb (\[[^]]*\] )?(http[^ ]*\/debian)\/? .*/\2/p' \
        /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true
        sed -n 's/^DEF_MIRROR="\(.*\)"/\1/p' "$(command -v debootstrap)" 2>/dev/null || true; } | head -n 1
}

# apt for arm64, with an empty list of installed packages.
apt_arm64() {
    apt-get -q -y -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Install-Recommends=false \
        -o Dir::Etc::SourceList="$WORK/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State="$WORK/apt/state" -o Dir::State::status="$WORK/apt/status" -o Dir::Cache="$WORK/apt/cache" \
        -o APT::Sandbox::User=root -o Acquire::Languages=none "$@" >> "$WORK/apt.log" 2>&1
}

fetch_from() {
    local suite=$1
    rm -rf "$WORK"
    mkdir -p "$WORK"/apt/{state/lists/partial,cache/archives/partial}
    : > "$WORK/apt/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive $suite main" > "$WORK/apt/sources.list"
    apt_arm64 update && apt_arm64 --download-only install libpcap0.8 libstdc++6 zlib1g || return 1
    # Without what a whole JDK would bring along.
    (cd "$WORK/apt" && apt_arm64 download openjdk-17-jdk-headless openjdk-17-jre-headless) || return 1
}

archive=$(mirror)
[ -n "$archive" ] || die "no Debian archive is known here: neither apt's lists nor debootstrap name one"
for suite in bullseye bookworm; do
    say "asking $archive for an arm64 JDK 17, libc and libpcap of $suite (some 300 MB)"
    if fetch_from "$suite"; then
        found=$suite
        break
    fi
    tail -n 3 "$WORK/apt.log" >&2
done
[ -n "${found:-}" ] || die "no archive that can be reached has them: see $WORK/apt.log"
for package in "$WORK"/apt/openjdk-17-*.deb; do
    dpkg-deb -x "$package" "$WORK/unpacked"
done
for package in "$WORK"/apt/cache/archives/*.deb; do
    dpkg-deb -x "$package" "$WORK/root"
done
mv "$WORK"/unpacked/usr/lib/jvm/java-17-openjdk-arm64 "$WORK/jdk"
rm -rf "$WORK/unpacked" "$WORK"/apt/cache/archives/*.deb "$WORK"/apt/*.deb
[ -f "$WORK/jdk/jmods/java.base.jmod" ] || die "the JDK came without jmods"
say "JDK $(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$WORK/jdk/release") of $found"
