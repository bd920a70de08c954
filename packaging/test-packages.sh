#!/usr/bin/env bash
# Installs, runs, upgrades and removes the packages of target/ for real: each DEB in a small Debian that systemd-nspawn
# boots, each RPM with rpm in a root of its own, the program of an arm64 DEB under qemu. Wants root and what ./dev installs
# for it, and packages newer than their sources. The Debians (11, 12 and 13; 12 alone with --quick) are kept in
# target/test-packages/base-SUITE-ARCHITECTURE for the next time.
#
#   packaging/test-packages.sh --quick      the DEB and the RPM of this machine's architecture alone, without the checkers
#   packaging/test-packages.sh --stale [--quick]    tests nothing, and says what is to be built first: ./dev does
#   SUITES="bullseye bookworm" packaging/test-packages.sh --quick      the DEB on these Debians; the RPM's root is of the last one
#   LINT=no packaging/test-packages.sh      without lintian and rpmlint, which take a minute each
#   PARTS="image pipelines" packaging/test-packages.sh     these alone, of: lint deb ways pipelines twice image noarch arm64 rpm
set -euo pipefail
cd "$(dirname "$0")/.."
quick=no only_stale=no
for argument in "$@"; do
    case $argument in
        --quick) quick=yes LINT=no ;;
        --stale) only_stale=yes ;;
        *) echo "test-packages: unknown argument $argument; there are --quick and --stale" >&2; exit 64 ;;
    esac
done
readonly NAME=imds-packet-analyzer
readonly WORK=$PWD/target/test-packages
BASE=
readonly ROOT=$WORK/root
say() { printf 'test-packages: %s\n' "$*"; }
die() {
    printf 'test-packages: FAILED: %s\n' "$*" >&2
    exit 1
}

# shellcheck source=packaging/test/systems.sh
. packaging/test/systems.sh
# shellcheck source=packaging/test/rpm.sh
. packaging/test/rpm.sh
# shellcheck source=packaging/test/arm64.sh
. packaging/test/arm64.sh
# shellcheck source=packaging/test/twice.sh
. packaging/test/twice.sh
# shellcheck source=packaging/test/image.sh
. packaging/test/image.sh
# shellcheck source=packaging/test/pipelines.sh
. packaging/test/pipelines.sh
# shellcheck source=packaging/test/repositories.sh
. packaging/test/repositories.sh
readonly ALL_PARTS="lint deb ways pipelines twice image noarch arm64 rpm"
for part in ${PARTS:=$ALL_PARTS}; do
    [[ " $ALL_PARTS " == *" $part "* ]] || die "there is no part $part; there are: $ALL_PARTS"
done
wanted() { [[ " $PARTS " == *" $1 "* ]]; }

clean_up() {
    stop_system
    # With their agents.
    forget_key "$WORK/key"
    forget_key "$WORK/wrong-key"
    rm -rf "$ROOT" "$WORK"/{rpm-root,upgrade,arm64,elsewhere,repository}
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# --- Which packages -------------------------------------------------------------------------------------------------

last_built() { { find target -maxdepth 1 -name "$1" -printf '%T@ %p\n' 2>/dev/null || true; } | sort -n | tail -n 1 | cut -d' ' -f2; }
deb=$(last_built "${NAME}_*_amd64.deb")
rpm=$(last_built "$NAME-*.x86_64.rpm")
noarch_deb='' noarch_rpm='' arm64_deb='' arm64_rpm=''
if [ $quick = no ]; then
    noarch_deb=$(last_built "${NAME}_*_all.deb")
    noarch_rpm=$(last_built "$NAME-*.noarch.rpm")
    arm64_deb=$(last_built "${NAME}_*_arm64.deb")
    arm64_rpm=$(last_built "$NAME-*.aarch64.rpm")
fi

# What lies in packaging/ and in no package.
not_packaged=(! -path 'packaging/test*' ! -path packaging/debian-base.sh ! -path 'packaging/image*' ! -path 'packaging/distributor*'
    ! -path packaging/repository.sh ! -path 'packaging/pipelines*' ! -path 'packaging/ssm*' ! -path 'packaging/ecs*'
    ! -path 'packaging/kubernetes*')

# stale FILE...: says why they have to be built, if they have.
stale() {
    local file source
    for file in "$@"; do
        [ -n "$file" ] || { echo "not built yet"; return; }
        source=$(find pom.xml src/main packaging systemd README.md CHANGELOG.md LICENSE "${not_packaged[@]}" -newer "$file" -print -quit)
        [ -z "$source" ] || [ "$source" = packaging ] || { echo "$(basename "$file") is older than $source"; return; }
    done
}

# stale_packages: a line for each "./dev package" that is wanted, its argument or "native" and why. One for arm64 only if there
# is one already, as that fetches 300 MB.
stale_packages() {
    stale "$deb" "$rpm" | sed 's/^/native /'
    [ $quick = yes ] || ! wanted noarch || stale "$noarch_deb" "$noarch_rpm" | sed 's/^/--noarch /'
    [ -z "$arm64_deb$arm64_rpm" ] || stale "$arm64_deb" "$arm64_rpm" | sed 's/^/--arm64 /'
}

if [ $only_stale = yes ]; then
    stale_packages
    exit
fi
why=$(stale_packages | sed 's/^[^ ]* /; /' | tr -d '\n')
[ -z "$why" ] || die "not what the sources give$why; run ./dev test-packages, which builds them"
[ "$(id -u)" = 0 ] || die "needs root: sudo ./dev test-packages"
mkdir -p "$WORK"

# --- What the distributions' own checkers say ---------------------------------------------------------------------

if [ "${LINT:-yes}" = yes ] && wanted lint; then
    for file in "$deb" $noarch_deb $arm64_deb; do
        lintian --allow-root --fail-on error,warning "$file" || die "lintian finds something in $file"
    done
    for file in "$rpm" $noarch_rpm $arm64_rpm; do
        rpmlint -c packaging/rpm/rpmlint.toml "$file" > "$WORK/rpmlint" || { cat "$WORK/rpmlint"; die "rpmlint finds something in $file"; }
        say "$(tail -n 1 "$WORK/rpmlint" | tr -d '=')"
    done
    say "lintian and rpmlint: nothing but what packaging/deb/lintian-overrides and packaging/rpm/rpmlint.toml explain"
fi

# --- The DEB ------------------------------------------------------------------------------------------------------

# test_deb DEB
test_deb() {
    boot
    say "$(basename "$1"), $(stat -c %s "$1") bytes: $(inside sh -c '. /etc/os-release; echo "$PRETTY_NAME"'), $(inside systemctl --version | head -n 1) is up in a private network"
    inside bash /test/deb.sh /packages/first.deb /packages/second.deb || die "the test of $1"
    stop_system
}

suites=(bookworm)
[ $quick = yes ] || suites=(bullseye trixie bookworm)
[ -z "${SUITES:-}" ] || read -ra suites <<< "$SUITES"
for suite in "${suites[@]}"; do
    # shellcheck disable=SC2034 # by what is sourced above
    BASE=$(packaging/debian-base.sh "$suite") || die "no small Debian $suite can be made"
    if wanted deb; then
        make_root "$deb"
        test_deb "$deb"
    fi
done

# --- Distributor's scripts and the repositories, on the last of these Debians ---------------------------------------

if wanted ways || wanted pipelines; then
    test_ways "$deb" "$rpm"
fi

# --- Built twice ----------------------------------------------------------------------------------------------------

if [ $quick = no ] && wanted twice; then
    test_twice
fi

# --- The image ------------------------------------------------------------------------------------------------------

if [ $quick = no ] && wanted image; then
    test_image
fi

# --- The DEB without a runtime, with the distribution's Java --------------------------------------------------------

if [ -n "$noarch_deb" ] && wanted noarch; then
    make_root "$noarch_deb"
    add_packages "$ROOT" default-jre-headless
    test_deb "$noarch_deb"
fi

# --- The program of the arm64 DEB, emulated -------------------------------------------------------------------------

if [ -n "$arm64_deb" ] && wanted arm64; then
    # shellcheck disable=SC2034 # by what is sourced above
    mapfile -t traces < <(find src/test/resources -name '*.pcap' -o -name '*.pcapng' | sort)
    test_arm64 "$arm64_deb"
    test_arm64_image
    rm -rf "$WORK/arm64"
fi

# --- The RPM --------------------------------------------------------------------------------------------------------

# Installed with --nodeps below, as nothing in that root is known to rpm.
native_names=(shadow-utils systemd /bin/sh 'libc.so.6(GLIBC_2.*)(64bit)' 'libz.so.1()(64bit)' 'libstdc++.so.6()(64bit)' 'libgcc_s.so.1()(64bit)')
expect_requires "$rpm" "${native_names[@]}"
[ -z "$arm64_rpm" ] || expect_requires "$arm64_rpm" "${native_names[@]}"
[ -z "$noarch_rpm" ] || expect_requires "$noarch_rpm" shadow-utils systemd /bin/sh \
    '(java-headless >= 1:17 or java-17-headless or java-21-headless or java-25-headless)'

if wanted rpm; then
    test_rpm "$rpm"
fi
if [ -n "$noarch_rpm" ] && wanted noarch; then
    test_rpm "$noarch_rpm"
fi
say "all fine"
