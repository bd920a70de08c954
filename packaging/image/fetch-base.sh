#!/usr/bin/env bash
# What the image stands on, from Debian's archive: the C library and what else its Java needs, unpacked and nothing run. With
# lists of its own: nothing is installed on this machine.
#
#   fetch-base.sh ARCHITECTURE PACKAGE...      amd64 or arm64; gives target/image/base-ARCHITECTURE/{root,packages}
set -euo pipefail
cd "$(dirname "$0")/../.."
architecture=$1
shift
readonly SUITE=bookworm
readonly WANTED=("$@")
work=$PWD/target/image/base-$architecture

say() { printf 'image: %s\n' "$*"; }
die() { printf 'image: %s\n' "$*" >&2; exit 69; }

[ "$(cat "$work/complete" 2>/dev/null)" != "$*" ] || exit 0

# The archives that this Debian uses itself, else the one that debootstrap would: the main one, or that of security fixes.
archive() {
    { sed -nE "s/^URIs: *(http[^ ]*\/$1)\/? *\$/\1/p; s/^deb (\[[^]]*\] )?(http[^ ]*\/$1)\/? .*/\2/p" \
        /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true; } | head -n 1
}

apt_for_it() {
    apt-get -q -y -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" \
        -o APT::Install-Recommends=false -o Dir::Etc::SourceList="$work/apt/sources.list" \
        -o Dir::Etc::SourceParts=/dev/null -o Dir::State="$work/apt/state" -o Dir::State::status="$work/apt/status" \
        -o Dir::Cache="$work/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none "$@" >> "$work/apt.log" 2>&1
}

command -v apt-get >/dev/null || die "the image is made of Debian's packages, and this machine has no apt-get to fetch them"
main=$(archive debian)
[ -n "$main" ] || main=$(sed -n 's/^DEF_MIRROR="\(.*\)"/\1/p' "$(command -v debootstrap)" 2>/dev/null || true)
[ -n "$main" ] || die "no Debian archive is known here: neither apt's lists nor debootstrap name one"
security=$(archive debian-security)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -f "$keyring" ] || die "$keyring is missing: without it nobody can tell Debian's packages from others"

rm -rf "$work"
mkdir -p "$work"/apt/{state/lists/partial,cache/archives/partial} "$work/root" "$work/packages"
: > "$work/apt/status"
{
    echo "deb [signed-by=$keyring] $main $SUITE main"
    echo "deb [signed-by=$keyring] $main $SUITE-updates main"
    [ -z "$security" ] || echo "deb [signed-by=$keyring] $security $SUITE-security main"
} > "$work/apt/sources.list"
say "asking Debian's archive for ${WANTED[*]} of $SUITE, $architecture"
if ! { apt_for_it update && apt_for_it --download-only install "${WANTED[@]}"; }; then
    tail -n 3 "$work/apt.log" >&2
    die "Debian's packages could not be had"
fi

# /lib is a link in every Debian of today.
mkdir -p "$work/root/usr/lib" "$work/unpacked"
for package in "$work"/apt/cache/archives/*.deb; do
    name=$(dpkg-deb -f "$package" Package)
    dpkg-deb -x "$package" "$work/unpacked"
    # What scanners look for where there is no dpkg: one file a package.
    dpkg-deb -f "$package" > "$work/packages/$name"
done
# Libraries and licences are wanted, and no program, translation or character set.
for folder in lib lib64 usr/lib usr/lib64; do
    [ ! -d "$work/unpacked/$folder" ] || cp -a "$work/unpacked/$folder/." "$work/root/usr/$(basename "$folder")/" 2>/dev/null ||
        { mkdir -p "$work/root/usr/$(basename "$folder")" && cp -a "$work/unpacked/$folder/." "$work/root/usr/$(basename "$folder")/"; }
done
rm -rf "$work"/root/usr/lib/*/{gconv,audit,libnss_hesiod*,perl*} "$work"/root/usr/lib/{tmpfiles.d,sysusers.d,systemd,locale}
find "$work/unpacked/usr/share/doc" -name copyright | while read -r file; do
    install -D -m 0644 "$file" "$work/root/usr/share/doc/$(basename "$(dirname "$file")")/copyright"
done
rm -rf "$work/unpacked" "$work/apt/cache/archives" "$work/apt/state"
echo "$*" > "$work/complete"
