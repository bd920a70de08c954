#!/usr/bin/env bash
# A small Debian with systemd for the tests of the packages, made once and kept in target/test-packages/base-SUITE-ARCHITECTURE:
# its path is what this prints. One of another architecture than this machine's wants packaging/emulated.sh around it.
#
#   debian-base.sh SUITE [ARCHITECTURE]     amd64 or arm64, this machine's unless told otherwise
set -euo pipefail
cd "$(dirname "$0")/.."
suite=$1
architecture=${2:-$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')}
base=$PWD/target/test-packages/base-$suite-$architecture

if [ ! -e "$base/complete" ]; then
    printf 'debian-base: debootstrap %s, %s, into %s\n' "$suite" "$architecture" "$base" >&2
    mkdir -p "$(dirname "$base")"
    rm -rf "$base"
    debootstrap --variant=minbase --arch="$architecture" \
        --include=systemd,systemd-sysv,dbus,adduser,python3,iproute2,curl,init-system-helpers,kmod \
        "$suite" "$base" > "$base.log" || { printf 'debian-base: debootstrap failed: see %s.log\n' "$base" >&2; exit 69; }
    touch "$base/complete"
fi
printf '%s\n' "$base"
