#!/usr/bin/env bash
# A small Debian with systemd for the tests of the packages, made once and kept in target/test-packages/base-SUITE-ARCHITECTURE.
# One of another architecture than this machine's is set up by qemu's user mode emulation, which the kernel is asked to start
# for its programs while that takes (binfmt_misc), unless it does so anyway.
#
#   debian-base.sh SUITE [ARCHITECTURE] [COMMAND...]     amd64 or arm64, this machine's unless told otherwise; a command is run
#                                                        in the end, where that architecture's programs can be run, with the
#                                                        folder as its last argument
set -euo pipefail
cd "$(dirname "$0")/.."
suite=$1
own=$(dpkg --print-architecture 2>/dev/null || uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
architecture=${2:-$own}
shift $(($# < 2 ? $# : 2))
work=$PWD/target/test-packages
base=$work/base-$suite-$architecture
readonly BINFMT=/proc/sys/fs/binfmt_misc

say() { printf 'debian-base: %s\n' "$*" >&2; }
die() { printf 'debian-base: %s\n' "$*" >&2; exit 69; }

# Bytes 0 to 19 of an ELF file for aarch64, and which of their bits count; F: the emulator is opened now, so that it is found
# in any root.
register() {
    local emulator
    emulator=$(type -P qemu-aarch64-static) || die "qemu-aarch64-static is missing (Debian: apt-get install qemu-user-static)"
    printf '%s' ":imds-aarch64:M::\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00:\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff:$emulator:F" \
        > $BINFMT/register
}

if [ "$architecture" != "$own" ] && [ "${IN_BINFMT:-}" != yes ]; then
    [ "$architecture" = arm64 ] || die "$architecture cannot be emulated here: there is arm64"
    # The file system of binfmt_misc is mounted in a mount namespace of this script's own.
    IN_BINFMT=yes exec unshare --mount "$PWD/packaging/debian-base.sh" "$suite" "$architecture" "$@"
fi
if [ "$architecture" != "$own" ]; then
    mountpoint -q $BINFMT || mount -t binfmt_misc binfmt_misc $BINFMT || die "the kernel has no binfmt_misc, by which it starts an emulator"
    if [ ! -e $BINFMT/qemu-aarch64 ] && [ ! -e $BINFMT/imds-aarch64 ]; then
        register
        trap 'echo -1 > $BINFMT/imds-aarch64' EXIT
        trap 'exit 130' INT TERM
    fi
fi

if [ ! -e "$base/complete" ]; then
    say "debootstrap $suite, $architecture, into $base"
    mkdir -p "$work"
    rm -rf "$base"
    debootstrap --variant=minbase --arch="$architecture" \
        --include=systemd,systemd-sysv,dbus,adduser,python3,iproute2,curl,init-system-helpers,kmod \
        "$suite" "$base" > "$base.log" || die "debootstrap $suite, $architecture: see $base.log"
    touch "$base/complete"
fi
if [ $# -gt 0 ]; then "$@" "$base"; else printf '%s\n' "$base"; fi
