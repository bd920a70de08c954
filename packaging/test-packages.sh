#!/usr/bin/env bash
# Installs, runs, upgrades and removes the packages for real: the DEB in a small Debian that systemd-nspawn boots, the RPM
# with rpm in a root of its own. Wants root, debootstrap, systemd-nspawn and rpm. The Debian is kept in
# target/test-packages/base for the next time.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly NAME=imds-packet-analyzer
readonly WORK=$PWD/target/test-packages
readonly BASE=$WORK/base
readonly ROOT=$WORK/root
init=''

say() { printf 'test-packages: %s\n' "$*"; }
die() {
    printf 'test-packages: FAILED: %s\n' "$*" >&2
    exit 1
}

stop_system() {
    local nspawn=${nspawn_pid:-}
    if [ -n "$init" ]; then
        kill -s RTMIN+4 "$init" 2>/dev/null || true
        init=''
    fi
    if [ -n "$nspawn" ]; then
        timeout 30 tail --pid="$nspawn" -f /dev/null || kill -KILL "$nspawn" 2>/dev/null || true
        nspawn_pid=''
    fi
}
clean_up() {
    stop_system
    rm -rf "$ROOT" "$WORK/rpm-root" "$WORK/upgrade"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

[ "$(id -u)" = 0 ] || die "needs root: sudo ./dev test-packages"
for tool in debootstrap systemd-nspawn rpm dpkg-deb; do
    command -v "$tool" >/dev/null || die "$tool is missing: apt-get install debootstrap systemd-container rpm"
done
deb=$(find target -maxdepth 1 -name "${NAME}_*_amd64.deb" | sort -V | tail -n 1)
rpm=$(find target -maxdepth 1 -name "$NAME-*.x86_64.rpm" | sort -V | tail -n 1)
{ [ -n "$deb" ] && [ -n "$rpm" ]; } || die "no packages in target/: run ./dev package first"
mkdir -p "$WORK"

# --- The DEB ------------------------------------------------------------------------------------------------------

make_root() {
    if [ ! -x "$BASE/sbin/init" ]; then
        say "debootstrap into $BASE"
        debootstrap --variant=minbase \
            --include=systemd,systemd-sysv,dbus,libpcap0.8,adduser,python3,iproute2,curl,init-system-helpers \
            bookworm "$BASE" http://deb.debian.org/debian > "$WORK/debootstrap.log"
    fi
    rm -rf "$ROOT"
    cp -a "$BASE" "$ROOT"
    mkdir -p "$ROOT/packages"
    cp "$deb" "$ROOT/packages/first.deb"
    # The upgrade: the same files under a higher version, without a compression that takes long.
    rm -rf "$WORK/upgrade"
    dpkg-deb -R "$deb" "$WORK/upgrade"
    sed -i 's/^Version: .*/&+upgrade/' "$WORK/upgrade/DEBIAN/control"
    dpkg-deb -Zgzip -z1 --root-owner-group -b "$WORK/upgrade" "$ROOT/packages/second.deb" >/dev/null
    cp -r src/test/emulator "$ROOT/emulator"
}

boot() {
    systemd-nspawn -q -D "$ROOT" --boot --register=no --keep-unit --private-network \
        --capability=CAP_PERFMON,CAP_BPF,CAP_SYSLOG --system-call-filter="bpf perf_event_open" --console=pipe \
        < /dev/null > "$WORK/console.log" 2>&1 &
    nspawn_pid=$!
    local _
    for _ in $(seq 300); do
        init=$(awk "{print \$1}" "/proc/$nspawn_pid/task/$nspawn_pid/children" 2>/dev/null || true)
        if [ -n "$init" ] && inside systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'; then
            return
        fi
        kill -0 "$nspawn_pid" 2>/dev/null || die "the system did not boot: see $WORK/console.log"
        sleep 0.2
    done
    die "the system did not boot in a minute: see $WORK/console.log"
}

inside() { nsenter -t "$init" -a "$@"; }

make_root
boot
say "systemd $(inside systemctl --version | head -n 1) is up in a private network"
inside bash -s < packaging/test-deb-inside.sh
stop_system

# --- The RPM ------------------------------------------------------------------------------------------------------

say "rpm: install, verify and remove in a root of its own"
root=$WORK/rpm-root
rm -rf "$root"
# A root with a shell and user tools, so that the scriptlets run.
cp -a "$BASE" "$root"
ln -sf /bin/true "$root/usr/bin/systemctl"
rpm_in() { rpm --root "$root" "$@"; }
rpm_in --initdb
rpm_in -i --nodeps --noplugins "$rpm" || die "rpm -i"
chroot "$root" getent passwd $NAME >/dev/null || die "no system user after rpm -i"
rpm_in -V --nodeps $NAME || die "rpm -V finds differences"
[ "$(stat -c '%a %G' "$root/etc/$NAME/config.yaml" | cut -d' ' -f1)" = 640 ] || die "mode of config.yaml"
[ "$(stat -c %a "$root/var/log/$NAME")" = 750 ] || die "mode of the log folder"
# A JVM finds its libraries through /proc; mounted in a namespace of its own, so nothing stays mounted.
# shellcheck disable=SC2016 # the inner shell expands
run_in() { unshare --mount sh -ec 'mount -t proc proc "$1/proc"; root=$1; shift; exec chroot "$root" "$@"' run "$root" "$@"; }
run_in $NAME --version || die "the installed program does not start"
run_in $NAME check-config "/etc/$NAME/config.yaml" || die "the shipped configuration"
echo '# changed' >> "$root/etc/$NAME/config.yaml"
rpm_in -U --force --nodeps --noplugins "$rpm"
grep -q '^# changed' "$root/etc/$NAME/config.yaml" || die "the upgrade lost the configuration"
rpm_in -e --nodeps --noplugins $NAME
{ [ ! -e "$root/opt/$NAME" ] && [ -e "$root/etc/$NAME/config.yaml.rpmsave" ] ; } || die "rpm -e left files or lost the configuration"
say "rpm: fine"
say "all fine"
