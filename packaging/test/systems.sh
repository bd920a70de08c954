# The small systems that packaging/test-packages.sh and test-checkout.sh test in: sourced by them, and run on this machine.
# shellcheck shell=bash
init=''
nspawn_pid=''

stop_system() {
    if [ -n "$init" ]; then
        kill -s RTMIN+4 "$init" 2>/dev/null || true
        init=''
    fi
    if [ -n "$nspawn_pid" ]; then
        timeout 180 tail --pid="$nspawn_pid" -f /dev/null || kill -KILL "$nspawn_pid" 2>/dev/null || true
        nspawn_pid=''
    fi
}

# make_root DEB: a copy of the base with this package, a newer one and the tests.
make_root() {
    rm -rf "$ROOT" "$WORK/upgrade"
    cp -a "$BASE" "$ROOT"
    mkdir -p "$ROOT/packages"
    cp "$1" "$ROOT/packages/first.deb"
    # The upgrade: the same files under a higher version, without a compression that takes long.
    dpkg-deb -R "$1" "$WORK/upgrade"
    sed -i 's/^Version: .*/&+upgrade/' "$WORK/upgrade/DEBIAN/control"
    dpkg-deb -Zgzip -z1 --root-owner-group -b "$WORK/upgrade" "$ROOT/packages/second.deb" >/dev/null
    rm -rf "$WORK/upgrade"
    cp -r src/test/emulator "$ROOT/emulator"
    cp -r packaging/test "$ROOT/test"
}

# boot [ARGUMENT...]: with these of systemd-nspawn; without any as the packages are tested, in a network of its own.
boot() {
    [ $# -gt 0 ] || set -- --private-network --capability=CAP_PERFMON,CAP_BPF,CAP_SYSLOG --system-call-filter="bpf perf_event_open"
    systemd-nspawn -q -D "$ROOT" --boot --register=no --keep-unit --console=pipe "$@" < /dev/null > "$WORK/console.log" 2>&1 &
    nspawn_pid=$!
    await_system
}
# Until it is up, at first or after a reboot of its own.
await_system() {
    local _ state
    init=''
    for _ in $(seq 900); do
        init=$(awk "{print \$1}" "/proc/$nspawn_pid/task/$nspawn_pid/children" 2>/dev/null || true)
        # Its exit code is another than 0 for all but "running".
        state=$([ -z "$init" ] || inside systemctl is-system-running 2>/dev/null || true)
        case $state in running | degraded) return ;; esac
        kill -0 "$nspawn_pid" 2>/dev/null || die "the system did not boot: see $WORK/console.log"
        sleep 0.2
    done
    die "the system did not boot in three minutes (${state:-nothing to be asked}): see $WORK/console.log"
}
# with_proc ROOT COMMAND...: a JVM finds its libraries through /proc; mounted in a namespace of its own, so nothing stays.
# shellcheck disable=SC2016 # the inner shell expands
with_proc() { unshare --mount sh -ec 'mount -t proc proc "$1/proc"; root=$1; shift; exec chroot "$root" "$@"' run "$@"; }
inside() { nsenter -t "$init" -a "$@"; }


# add_packages ROOT NAME...: from the archive that debootstrap took the base from, and kept for the next time.
add_packages() {
    local root=$1
    shift
    mkdir -p "$WORK/added"
    cp -n "$WORK"/added/*.deb "$root/var/cache/apt/archives/" 2>/dev/null || true
    { chroot "$root" apt-get -q update && with_proc "$root" apt-get -q -y --no-install-recommends install "$@"; } \
        > "$WORK/added.log" 2>&1 || die "$*: see $WORK/added.log"
    cp -n "$root"/var/cache/apt/archives/*.deb "$WORK/added/" 2>/dev/null || true
    rm -f "$root"/var/cache/apt/archives/*.deb
}
