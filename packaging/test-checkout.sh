#!/usr/bin/env bash
# Runs ./dev demo and ./dev test of this checkout once in a minimal Debian 13, cloned into /root, which is closed to others: as
# one who tries the project on a fresh machine does. Wants root and debootstrap. ./dev installs there what it needs; nothing of it
# stays on this machine, but for the base in target/test-checkout/base-SUITE for the next time.
#
#   packaging/test-checkout.sh [demo | test [ARGUMENT...]]    both by default; arguments of test go to Maven
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
clean_up() { [ "${KEEP:-}" = yes ] || rm -rf "$ROOT" "$WORK/repository" "$WORK/work"; }
trap clean_up EXIT
trap 'exit 130' INT TERM

make_base() {
    [ ! -e "$BASE/complete" ] || return 0
    say "debootstrap $SUITE"
    rm -rf "$BASE"
    mkdir -p "$WORK"
    debootstrap --variant=minbase --include=ca-certificates "$SUITE" "$BASE" >"$WORK/debootstrap.log" ||
        die "debootstrap $SUITE: see $WORK/debootstrap.log"
    touch "$BASE/complete"
}

make_root() {
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

# inside COMMAND...: in the minimal system, in a mount namespace of its own; the machine's network, for what is fetched.
inside() {
    local repository=$HOME/.m2/repository
    mkdir -p "$WORK/repository" "$WORK/work" "$ROOT/root/.m2/repository"
    # shellcheck disable=SC2016 # the inner shell expands
    unshare --mount --propagation private bash -ec '
        root=$1 repository=$2 upper=$3 work=$4
        shift 4
        # A mount of its own: what unshares mounts below it changes its propagation.
        mount --bind "$root" "$root"
        [ ! -d "$repository" ] || mount -t overlay overlay \
            -o "lowerdir=$repository,upperdir=$upper,workdir=$work" "$root/root/.m2/repository"
        mount -t proc proc "$root/proc"
        mount --rbind /sys "$root/sys"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/run"
        cd "$root"
        exec chroot . /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
            bash -c '\''cd /root/try && exec "$@"'\'' run "$@"' \
        run "$ROOT" "$repository" "$WORK/repository" "$WORK/work" "$@" </dev/null
}

demo() {
    inside ./dev demo >"$WORK/demo.log" 2>&1 || { tail -n 30 "$WORK/demo.log"; die "./dev demo: all of it is in $WORK/demo.log"; }
    grep -q '^Look: ' "$WORK/demo.log" || die "./dev demo does not come to its end: $WORK/demo.log"
    say "./dev demo: $(grep 'The emulated IMDS saw' "$WORK/demo.log")"
}

tests() {
    inside ./dev test "$@" >"$WORK/test.log" 2>&1 || {
        grep -E '^\[ERROR\]|BUILD' "$WORK/test.log" | tail -n 40
        die "./dev test: all of it is in $WORK/test.log"
    }
    say "./dev test $*: $(grep -E 'Tests run: [0-9]+, .*Skipped: [0-9]+$' "$WORK/test.log" | tail -n 2 | sed 's/.*Tests run/tests run/' | paste -sd';')"
}

make_base
make_root
say "$(chroot "$ROOT" sh -c '. /etc/os-release; echo "$PRETTY_NAME"'), $(chroot "$ROOT" dpkg-query -W | wc -l) packages, the checkout in /root/try (0700)"
case ${1:-both} in
    demo) demo ;;
    test) tests "${@:2}" ;;
    both)
        demo
        tests
        ;;
    *) die "unknown argument $1; there are demo and test" ;;
esac
