#!/usr/bin/env bash
# Boots the DEB of target/ on other kernels, each in a virtual machine of its own (KVM where it works, else emulated):
# a small Debian with the kernel of Ubuntu 20.04 (5.4), Debian 11 (5.10), 12 (6.1) or 13 (6.12), on pure cgroup v2. The
# service starts at boot; packaging/test/kernel.sh then makes calls and looks at the memory limit.
#
#   packaging/test-kernels.sh [5.4] [5.10] [6.1] [6.12]     without a number: all of them
#   TEST_ACCELERATOR=tcg                                    emulate, even where KVM works
#
# Wants root and what ./dev installs for it. Kernels are kept in target/test-kernels/, the Debian in
# target/test-packages/base. A kernel whose archive cannot be reached is named, and missed only if it was asked for.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly NAME=imds-packet-analyzer
readonly WORK=$PWD/target/test-kernels
readonly BASE=$PWD/target/test-packages/base
readonly SCRIPTS=/usr/share/debootstrap/scripts

say() { printf 'test-kernels: %s\n' "$*"; }
die() {
    printf 'test-kernels: FAILED: %s\n' "$*" >&2
    exit 1
}
clean_up() { rm -rf "$WORK/root" "$WORK/initrd" "$WORK/unpacked"; }
trap clean_up EXIT
trap 'exit 130' INT TERM

[ "$(id -u)" = 0 ] || die "needs root: sudo ./dev test-kernels"
deb=$(find "$PWD/target" -maxdepth 1 -name "${NAME}_*_amd64.deb" | sort -V | tail -n 1)
[ -n "$deb" ] || die "no DEB in target/: run ./dev package first"
asked=("$@")
[ $# -gt 0 ] || set -- 5.4 5.10 6.1 6.12
mkdir -p "$WORK"

# --- Kernels, from the archives that debootstrap knows --------------------------------------------------------------

apt_here() {
    local tool=$1
    shift
    "$tool" -o Dir::Etc::SourceList="$WORK/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$WORK/apt/lists" -o Dir::Cache="$WORK/apt/cache" -o APT::Sandbox::User=root "$@"
}
debian() { sed -n 's/^DEF_MIRROR="\(.*\)"/\1/p' "$(command -v debootstrap)" | head -n 1; }
ubuntu() { sed -n 's/^[[:space:]]*default_mirror \(.*\)/\1/p' $SCRIPTS/focal | grep -v 'old-releases\|ports' | head -n 1; }

package_lists() {
    local suite
    mkdir -p "$WORK/apt/lists/partial" "$WORK/apt/cache/archives/partial"
    for suite in bullseye bookworm trixie; do
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(debian) $suite main"
    done > "$WORK/apt/sources.list"
    apt_here apt-get -q update > "$WORK/apt.log" 2>&1 || die "Debian's archive: see $WORK/apt.log"
    # Ubuntu's key, as Debian vouches for it.
    fetch ubuntu-keyring
    dpkg-deb -x "$WORK"/ubuntu-keyring_*.deb "$WORK/keyring"
    echo "deb [signed-by=$WORK/keyring/usr/share/keyrings/ubuntu-archive-keyring.gpg] $(ubuntu) focal main" >> "$WORK/apt/sources.list"
    apt_here apt-get -q -o Acquire::Retries=0 update >> "$WORK/apt.log" 2>&1 || say "Ubuntu's archive cannot be reached: no 5.4"
}
fetch() { (cd "$WORK" && apt_here apt-get -q download "$1" >> "$WORK/apt.log" 2>&1) || die "$1: see $WORK/apt.log"; }

# get_kernel 6.1: leaves $WORK/6.1/ with boot/vmlinuz-… and lib/modules/…; fails if the archive has none.
get_kernel() {
    local pattern image
    [ ! -d "$WORK/$1/boot" ] || return 0
    [ -s "$WORK/apt/sources.list" ] || package_lists
    pattern="^linux-image-${1/./\\.}\\.[0-9].*-(cloud-amd64|aws)\$"
    image=$(apt_here apt-cache search --names-only "$pattern" | cut -d' ' -f1 | sort -V | tail -n 1)
    [ -n "$image" ] || return 1
    fetch "$image"
    rm -rf "$WORK/unpacked"
    dpkg-deb -x "$(find "$WORK" -maxdepth 1 -name "${image}_*.deb")" "$WORK/unpacked"
    if [ ! -d "$WORK/unpacked/lib/modules" ] && [ ! -d "$WORK/unpacked/usr/lib/modules" ]; then
        fetch "${image/image/modules}"
        dpkg-deb -x "$(find "$WORK" -maxdepth 1 -name "${image/image/modules}_*.deb")" "$WORK/unpacked"
    fi
    mv "$WORK/unpacked" "$WORK/$1"
}

# --- The system -----------------------------------------------------------------------------------------------------

make_root() {
    local root=$WORK/root
    [ -x "$BASE/sbin/init" ] || die "no $BASE: run ./dev test-packages first, which makes it"
    rm -rf "$root"
    cp -a "$BASE" "$root"
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{man,locale,info}/*
    cp "$deb" "$root/package.deb"
    chroot "$root" dpkg -i /package.deb > "$WORK/dpkg.log" 2>&1 || die "dpkg -i: see $WORK/dpkg.log"
    rm "$root/package.deb"
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

# test_kernel 6.1
test_kernel() {
    local root=$WORK/root release kernel modules
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
    chroot "$root" depmod "$release" 2>/dev/null
    (cd "$root" && find . -xdev | cpio --quiet -o -H newc > "$WORK/initrd")
    say "booting $release ($accelerator)"
    timeout -k 10 "${TEST_SECONDS:-420}" qemu-system-x86_64 -accel "$accelerator" -cpu max,-arch-capabilities -smp 2 -m 3000 \
        -nographic -no-reboot -nic none -kernel "$kernel" -initrd "$WORK/initrd" \
        -append "console=ttyS0 quiet panic=-1 systemd.unified_cgroup_hierarchy=1 systemd.show_status=0 rdinit=/init" \
        < /dev/null > "$WORK/$1.log" 2>&1 || true
    tr -d '\r' < "$WORK/$1.log" | grep -aE '^(kernel: |FAILED: )|Overall exposure' || true
    tr -d '\r' < "$WORK/$1.log" | grep -aqx 'kernel: result 0' || die "$release: see $WORK/$1.log"
}

# --- All of them ----------------------------------------------------------------------------------------------------

make_root
tested=()
for version in "$@"; do
    if get_kernel "$version"; then
        test_kernel "$version"
        tested+=("$version")
    elif [ ${#asked[@]} -gt 0 ]; then
        die "no archive that can be reached has a kernel $version"
    else
        say "skipped: no archive that can be reached has a kernel $version"
    fi
done
[ ${#tested[@]} -gt 0 ] || die "no kernel at all"
say "all fine: ${tested[*]}"
