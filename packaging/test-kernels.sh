#!/usr/bin/env bash
# Boots the DEB of target/ on other kernels, each in a virtual machine of its own (KVM where it works, else emulated):
# a small Debian 12 with the newest kernel of that number that Debian's or Ubuntu's archive has, on pure cgroup v2. The
# service starts at boot; packaging/test/kernel.sh then makes calls and looks at the memory limit.
#
#   packaging/test-kernels.sh [NUMBER...]     which kernels; without one: 4.15 5.4 5.10 6.1 6.12
#   packaging/test-kernels.sh --arm64 [NUMBER...]     the arm64 DEB on an emulated arm64 machine (Graviton2's processor); without
#                                             a number: 6.1. Debian's archive has 5.10, 6.1 and 6.12
#   TEST_ACCELERATOR=tcg                      emulate, even where KVM works
#   TEST_SECONDS=900                          how long one of them may take (2700 for arm64)
#
# 4.15 has not got the tracepoint yet, as Amazon Linux 2's 4.14; below 5.8 (4.18 is RHEL 8's) BPF wants CAP_SYS_ADMIN; 5.10 is
# Amazon Linux 2's, 6.1 and 6.12 are Amazon Linux 2023's. Others that are to be had: 5.0, 5.3, 5.15, 6.8, 6.17, 7.0 …
#
# Wants root and what ./dev installs for it. Kernels are kept in target/test-kernels/, the Debian in
# target/test-packages. A kernel whose archive cannot be reached is named, and missed only if it was asked for.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly NAME=imds-packet-analyzer
readonly SCRIPTS=/usr/share/debootstrap/scripts

# This machine's kind is x86_64 in all that follows, or the other one is asked for.
architecture=amd64 default=(4.15 5.4 5.10 6.1 6.12) seconds=900
qemu=(qemu-system-x86_64 -cpu "max,-arch-capabilities") console=ttyS0
if [ "${1:-}" = --arm64 ]; then
    shift
    architecture=arm64 default=(6.1) seconds=2700 TEST_ACCELERATOR=${TEST_ACCELERATOR:-tcg,thread=multi}
    qemu=(qemu-system-aarch64 -machine virt -cpu neoverse-n1) console=ttyAMA0
fi
readonly WORK=$PWD/target/test-kernels/$architecture

say() { printf 'test-kernels: %s\n' "$*"; }
die() {
    printf 'test-kernels: FAILED: %s\n' "$*" >&2
    exit 1
}
clean_up() { rm -rf "$WORK/root" "$WORK/initrd" "$WORK/unpacked"; }
trap clean_up EXIT
trap 'exit 130' INT TERM

[ "$(id -u)" = 0 ] || die "needs root: sudo ./dev test-kernels"
deb=$(find "$PWD/target" -maxdepth 1 -name "${NAME}_*_$architecture.deb" | sort -V | tail -n 1)
[ -n "$deb" ] || die "no DEB for $architecture in target/: run ./dev package first"
asked=("$@")
[ $# -gt 0 ] || set -- "${default[@]}"
for version in "$@"; do
    [[ $version =~ ^[0-9]+\.[0-9]+$ ]] || die "$version is not a kernel's number, such as 6.1"
done
mkdir -p "$WORK"

# --- Kernels, from the archives that debootstrap knows --------------------------------------------------------------

apt_here() {
    local tool=$1
    shift
    "$tool" -o Dir::Etc::SourceList="$WORK/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$WORK/apt/lists" -o Dir::Cache="$WORK/apt/cache" -o APT::Sandbox::User=root \
        -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" "$@"
}
debian() { sed -n 's/^DEF_MIRROR="\(.*\)"/\1/p' "$(command -v debootstrap)" | head -n 1; }
ubuntu() { sed -n 's/^[[:space:]]*default_mirror \(.*\)/\1/p' $SCRIPTS/focal | grep -v 'old-releases\|ports' | head -n 1; }

# suites KEYRING MIRROR SUITE...
suites() {
    local keyring=$1 mirror=$2 suite
    shift 2
    for suite in "$@"; do
        echo "deb [arch=$architecture signed-by=$keyring] $mirror $suite main"
    done
}
package_lists() {
    mkdir -p "$WORK/apt/lists/partial" "$WORK/apt/cache/archives/partial"
    suites /usr/share/keyrings/debian-archive-keyring.gpg "$(debian)" bullseye bookworm trixie > "$WORK/apt/sources.list"
    apt_here apt-get -q update > "$WORK/apt.log" 2>&1 || say "not all of Debian's archive can be reached: see $WORK/apt.log"
    # Ubuntu has other architectures elsewhere.
    [ "$architecture" = amd64 ] || { touch "$WORK/apt/complete"; return; }
    # Ubuntu's key, as Debian vouches for it.
    fetch ubuntu-keyring
    dpkg-deb -x "$(newest ubuntu-keyring)" "$WORK/keyring"
    suites "$WORK/keyring/usr/share/keyrings/ubuntu-archive-keyring.gpg" "$(ubuntu)" bionic bionic-updates focal focal-updates \
        jammy-updates noble-updates >> "$WORK/apt/sources.list"
    apt_here apt-get -q -o Acquire::Retries=0 update >> "$WORK/apt.log" 2>&1 ||
        say "not all of Ubuntu's archive can be reached: see $WORK/apt.log"
    touch "$WORK/apt/complete"
}
fetch() { (cd "$WORK" && apt_here apt-get -q download "$1" >> "$WORK/apt.log" 2>&1) || die "$1: see $WORK/apt.log"; }
newest() { find "$WORK" -maxdepth 1 -name "$1_*.deb" | sort -V | tail -n 1; }

# get_kernel 6.1: leaves $WORK/6.1/ with boot/vmlinuz-… and lib/modules/…; fails if no archive has one. A cloud's own
# kernel before a general one.
get_kernel() {
    local flavour image='' modules
    [ ! -d "$WORK/$1/boot" ] || return 0
    # What an archive listed yesterday may be gone from it.
    [ -n "$(find "$WORK/apt/complete" -mmin -720 2>/dev/null)" ] || package_lists
    for flavour in "cloud-$architecture" aws generic; do
        image=$(apt_here apt-cache search --names-only "^linux-image-${1/./\\.}\\.[0-9].*-$flavour\$" | cut -d' ' -f1 | sort -V |
            tail -n 1)
        [ -z "$image" ] || break
    done
    [ -n "$image" ] || return 1
    fetch "$image"
    rm -rf "$WORK/unpacked"
    dpkg-deb -x "$(newest "$image")" "$WORK/unpacked"
    if [ ! -d "$WORK/unpacked/lib/modules" ] && [ ! -d "$WORK/unpacked/usr/lib/modules" ]; then
        modules=${image/image/modules}
        fetch "$modules"
        dpkg-deb -x "$(newest "$modules")" "$WORK/unpacked"
    fi
    mv "$WORK/unpacked" "$WORK/$1"
}

# --- The system -----------------------------------------------------------------------------------------------------

emulated() { packaging/emulated.sh "$architecture" "$@"; }
# install_deb ROOT BASE: in a copy of the base, wherever its programs can be run.
install_deb() {
    rm -rf "$1"
    cp -a "$2" "$1"
    rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* "$1"/usr/share/{man,locale,info}/*
    cp "$deb" "$1/package.deb"
    chroot "$1" dpkg -i /package.deb
    rm "$1/package.deb"
}
export -f install_deb
export deb

make_root() {
    local root=$WORK/root base
    base=$(emulated packaging/debian-base.sh bookworm "$architecture") || die "no small Debian can be made"
    # shellcheck disable=SC2016 # the inner shell expands
    emulated bash -euc 'install_deb "$@"' install_deb "$root" "$base" > "$WORK/dpkg.log" 2>&1 || die "dpkg -i: see $WORK/dpkg.log"
    cp -r src/test/emulator "$root/emulator"
    cp -r packaging/test "$root/test"
    cat > "$root/etc/systemd/system/kernel-test.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
TimeoutStartSec=infinity
ExecStart=/bin/bash /test/kernel.sh
UNIT
    # Emulated, everything takes ten times as long.
    mkdir "$root/etc/systemd/system/$NAME.service.d"
    printf '[Service]\nTimeoutStartSec=300\nWatchdogSec=300\n' > "$root/etc/systemd/system/$NAME.service.d/emulated.conf"
    mkdir "$root/etc/systemd/system/graphical.target.wants"
    ln -s ../kernel-test.service "$root/etc/systemd/system/graphical.target.wants/"
    ln -sf /usr/lib/systemd/system/graphical.target "$root/etc/systemd/system/default.target"
    # The first file system cannot be pivoted away from, as a unit's sandbox wants to: everything moves to another.
    cat > "$root/init" <<'INIT'
#!/bin/sh
mount -t tmpfs -o size=75%,mode=0755 tmpfs /mnt
for folder in /*; do [ "$folder" = /mnt ] || cp -a "$folder" /mnt/; done
mkdir -p /mnt/mnt
exec switch_root /mnt /sbin/init
INIT
    chmod 0755 "$root/init"
}

# Under another hypervisor /dev/kvm may be there and stop at a virtual machine's first steps: a kernel that finds no root
# has to get as far as saying so. Sets accelerator.
choose_accelerator() {
    accelerator=${TEST_ACCELERATOR:-}
    [ -z "$accelerator" ] || return 0
    accelerator=tcg,thread=multi
    [ -w /dev/kvm ] || return 0
    timeout 20 qemu-system-x86_64 -accel kvm -cpu max,-arch-capabilities -m 512 -nographic -no-reboot -nic none \
        -kernel "$1" -append "console=ttyS0 panic=-1" < /dev/null > "$WORK/kvm.log" 2>&1 || true
    ! grep -aq 'Kernel panic' "$WORK/kvm.log" || accelerator=kvm
}

# test_kernel 6.1: adds it to tested or to failed.
test_kernel() {
    local root=$WORK/root release kernel modules began=$SECONDS
    kernel=$(find "$WORK/$1/boot" -name 'vmlinuz-*' | head -n 1)
    release=${kernel##*/vmlinuz-}
    modules=$WORK/$1/lib/modules/$release
    [ -d "$modules" ] || modules=$WORK/$1/usr/lib/modules/$release
    [ -n "${accelerator:-}" ] || choose_accelerator "$kernel"
    rm -rf "$root/usr/lib/modules"
    mkdir -p "$root/usr/lib/modules/$release/kernel/drivers"
    cp -a "$modules"/modules.* "$root/usr/lib/modules/$release/"
    cp -a "$modules/kernel"/{net,lib} "$root/usr/lib/modules/$release/kernel/"
    cp -a "$modules/kernel/drivers/net" "$root/usr/lib/modules/$release/kernel/drivers/"
    emulated chroot "$root" depmod "$release" 2>/dev/null
    (cd "$root" && find . -xdev | cpio --quiet -o -H newc > "$WORK/initrd")
    say "booting $release ($accelerator)"
    timeout --foreground -k 10 "${TEST_SECONDS:-$seconds}" "${qemu[@]}" -accel "$accelerator" -smp 2 -m 3000 \
        -nographic -no-reboot -nic none -kernel "$kernel" -initrd "$WORK/initrd" \
        -append "console=$console quiet panic=-1 systemd.unified_cgroup_hierarchy=1 systemd.show_status=0 rdinit=/init" \
        < /dev/null > "$WORK/$1.log" 2>&1 || true
    tr -d '\r' < "$WORK/$1.log" | grep -aE '^(kernel: |FAILED: )|Overall exposure' || true
    if tr -d '\r' < "$WORK/$1.log" | grep -aqx 'kernel: result 0'; then
        say "$release is fine, after $((SECONDS - began)) s"
        tested+=("$1")
    else
        say "$release FAILED after $((SECONDS - began)) s: see $WORK/$1.log"
        failed+=("$1")
    fi
}

# --- All of them ----------------------------------------------------------------------------------------------------

make_root
tested=()
failed=()
for version in "$@"; do
    if get_kernel "$version"; then
        test_kernel "$version"
    elif [ ${#asked[@]} -gt 0 ]; then
        say "no archive that can be reached has a kernel $version"
        failed+=("$version")
    else
        say "skipped: no archive that can be reached has a kernel $version"
    fi
done
[ ${#failed[@]} -eq 0 ] || die "${failed[*]}; fine: ${tested[*]:-none}"
[ ${#tested[@]} -gt 0 ] || die "no kernel at all"
say "all fine: ${tested[*]}"
