#!/usr/bin/env bash
# Runs ./dev demo and ./dev test of this checkout once in a minimal Debian 13 that systemd-nspawn has booted, cloned into /root,
# which is closed to others: as one who tries the project on a fresh machine does. Wants root, debootstrap and systemd-nspawn.
# ./dev installs there what it needs; nothing of it stays on this machine, but for the base in target/test-checkout/base-SUITE
# for the next time. The system has this machine's network, to fetch from; the tests' IMDS is in networks of their own.
#
#   packaging/test-checkout.sh [demo | test [ARGUMENT...]]    by default the demo, and test without its live part: that compares
#                                             pids with the kernel's, and systemd-nspawn gives a pid namespace of its own; arguments of
#                                             test go to Maven
#
#   KEEP=yes packaging/test-checkout.sh …     leaves that system there, and takes the one that was left: target/test-checkout/root
#
# What is committed is tested, where this is a clone. Artefacts that Maven has fetched before are seen there, and those fetched there are not kept.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly SUITE=${SUITE:-trixie}
readonly WORK=$PWD/target/test-checkout
readonly BASE=$WORK/base-$SUITE ROOT=$WORK/root

say() { printf 'test-checkout: %s\n' "$*"; }
die() {
    printf 'test-checkout: FAILED: %s\n' "$*" >&2
    exit 1
}
[ "$(id -u)" = 0 ] || die "needs root"
# shellcheck source=packaging/test/systems.sh
. packaging/test/systems.sh
clean_up() {
    stop_system
    [ "${KEEP:-}" = yes ] || rm -rf "$ROOT" "$WORK/repository"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

make_base() {
    [ ! -e "$BASE/complete" ] || return 0
    say "debootstrap $SUITE"
    rm -rf "$BASE"
    mkdir -p "$WORK"
    debootstrap --variant=minbase --include=ca-certificates,systemd-sysv,dbus "$SUITE" "$BASE" >"$WORK/debootstrap.log" ||
        die "debootstrap $SUITE: see $WORK/debootstrap.log"
    touch "$BASE/complete"
}

make_system() {
    clean_up
    if [ ! -e "$ROOT/copied" ]; then
        rm -rf "$ROOT"
        cp -a "$BASE" "$ROOT"
        touch "$ROOT/copied"
    fi
    cp -L /etc/resolv.conf "$ROOT/etc/resolv.conf"
    # Authorities that this machine trusts beside Debian's.
    if [ -d /usr/local/share/ca-certificates ]; then
        cp -r /usr/local/share/ca-certificates "$ROOT/usr/local/share/"
        chroot "$ROOT" update-ca-certificates >/dev/null 2>&1
    fi
    chmod 0700 "$ROOT/root"
    rm -rf "$ROOT/root/try"
    mkdir "$ROOT/root/try"
    if [ -e .git ] && command -v git >/dev/null; then
        git -c safe.directory="$PWD" archive HEAD | tar -x -C "$ROOT/root/try"
    else
        tar -c --exclude=./target . | tar -x -C "$ROOT/root/try"
    fi
}

# boot_system: with all that root has on a host of its own, nothing that a container is denied, and version 2 of control groups as
# such a Debian has it.
boot_system() {
    local repository=$HOME/.m2/repository overlay=()
    mkdir -p "$WORK/repository" "$ROOT/root/.m2/repository"
    [ ! -d "$repository" ] || overlay=(--overlay="$repository:$WORK/repository:/root/.m2/repository")
    SYSTEMD_NSPAWN_API_VFS_WRITABLE=yes SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_SECCOMP=0 boot --capability=all --resolv-conf=off --timezone=off "${overlay[@]}"
}

# as_root COMMAND...: in a control group of its own there and without inherited capabilities, as who has logged in has it.
as_root() {
    inside systemd-run -q --wait --pipe --collect --working-directory=/root/try --setenv=HOME=/root --setenv=LANG=C.UTF-8 \
        --setenv=PATH=/usr/sbin:/usr/bin:/sbin:/bin setpriv --inh-caps=-all "$@" </dev/null
}

demo() {
    as_root /root/try/dev demo >"$WORK/demo.log" 2>&1 || { tail -n 30 "$WORK/demo.log"; die "./dev demo: all of it is in $WORK/demo.log"; }
    grep -q '^Look: ' "$WORK/demo.log" || die "./dev demo does not come to its end: $WORK/demo.log"
    say "./dev demo: $(grep 'The emulated IMDS saw' "$WORK/demo.log")"
}

tests() {
    as_root /root/try/dev test "$@" >"$WORK/test.log" 2>&1 || {
        { grep -E '^\[ERROR\]|BUILD' "$WORK/test.log" || cat "$WORK/test.log"; } | tail -n 40
        die "./dev test: all of it is in $WORK/test.log"
    }
    say "./dev test $*: $(grep -E 'Tests run: [0-9]+, .*Skipped: [0-9]+$' "$WORK/test.log" | tail -n 2 | sed 's/.*Tests run/tests run/' | paste -sd';')"
}

make_base
make_system
boot_system
say "$(chroot "$ROOT" sh -c '. /etc/os-release; echo "$PRETTY_NAME"'), $(chroot "$ROOT" dpkg-query -W | wc -l) packages, the checkout in /root/try (0700)"
case ${1:-both} in
    demo) demo ;;
    test) tests "${@:2}" ;;
    both)
        demo
        tests -DskipITs
        ;;
    *) die "unknown argument $1; there are demo and test" ;;
esac
