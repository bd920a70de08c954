#!/usr/bin/env bash
# Runs a command where programs of an architecture can be run: those of another than this machine's by qemu's user mode
# emulation, which the kernel is asked to start for them while that takes (binfmt_misc), unless it does so anyway.
#
#   emulated.sh ARCHITECTURE COMMAND...     amd64 or arm64
set -euo pipefail
architecture=$1
shift
own=$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
readonly BINFMT=/proc/sys/fs/binfmt_misc

die() { printf 'emulated: %s\n' "$*" >&2; exit 69; }

[ "$architecture" != "$own" ] || exec "$@"
[ "$architecture" = arm64 ] || die "$architecture cannot be emulated here: there is arm64"
if [ "${IN_BINFMT:-}" != yes ]; then
    # The file system of binfmt_misc is mounted in a mount namespace of this script's own.
    IN_BINFMT=yes exec unshare --mount "$BASH" "${BASH_SOURCE[0]}" "$architecture" "$@"
fi

# Bytes 0 to 19 of an ELF file for aarch64, and which of their bits count; F: the emulator is opened now, so that it is found
# in any root.
register() {
    local emulator
    emulator=$(type -P qemu-aarch64-static) || die "qemu-aarch64-static is missing (Debian: apt-get install qemu-user-static)"
    printf '%s' ":$entry:M::\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00:\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff:$emulator:F" \
        > $BINFMT/register
}
mountpoint -q $BINFMT || mount -t binfmt_misc binfmt_misc $BINFMT || die "the kernel has no binfmt_misc, by which it starts an emulator"
# One of its own each time, as another's goes when that one ends.
entry=imds-aarch64-$$
if [ ! -e $BINFMT/qemu-aarch64 ]; then
    register
    trap 'echo -1 > $BINFMT/$entry' EXIT
    trap 'exit 130' INT TERM
fi
"$@"
