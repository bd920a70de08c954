#!/usr/bin/env bash
# Installs, runs, upgrades and removes the packages of target/ for real: each DEB in a small Debian that systemd-nspawn
# boots, each RPM with rpm in a root of its own, the program of an arm64 DEB under qemu. Wants root and what ./dev installs
# for it, and packages newer than their sources. The Debians (11, 12 and 13; 12 alone with --quick) are kept in
# target/test-packages/base-SUITE for the next time.
#
#   packaging/test-packages.sh --quick      the DEB and the RPM of this machine's architecture alone, without the checkers
#   packaging/test-packages.sh --stale [--quick]    tests nothing, and says what is to be built first: ./dev does
#   SUITES="bullseye bookworm" packaging/test-packages.sh --quick      the DEB on these Debians; the RPM's root is of the last one
#   LINT=no packaging/test-packages.sh      without lintian and rpmlint, which take a minute each
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
init=''
nspawn_pid=''

say() { printf 'test-packages: %s\n' "$*"; }
die() {
    printf 'test-packages: FAILED: %s\n' "$*" >&2
    exit 1
}

stop_system() {
    if [ -n "$init" ]; then
        kill -s RTMIN+4 "$init" 2>/dev/null || true
        init=''
    fi
    if [ -n "$nspawn_pid" ]; then
        timeout 30 tail --pid="$nspawn_pid" -f /dev/null || kill -KILL "$nspawn_pid" 2>/dev/null || true
        nspawn_pid=''
    fi
}
clean_up() {
    stop_system
    rm -rf "$ROOT" "$WORK/rpm-root" "$WORK/upgrade" "$WORK/arm64"
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

# stale FILE...: says why they have to be built, if they have.
stale() {
    local file source
    for file in "$@"; do
        [ -n "$file" ] || { echo "not built yet"; return; }
        source=$(find pom.xml src/main packaging systemd README.md CHANGELOG.md LICENSE ! -path 'packaging/test*' -newer "$file" \
            -print -quit)
        [ -z "$source" ] || { echo "$(basename "$file") is older than $source"; return; }
    done
}

# stale_packages: a line for each "./dev package" that is wanted, its argument or "native" and why. One for arm64 only if there
# is one already, as that fetches 300 MB.
stale_packages() {
    stale "$deb" "$rpm" | sed 's/^/native /'
    [ $quick = yes ] || stale "$noarch_deb" "$noarch_rpm" | sed 's/^/--noarch /'
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

if [ "${LINT:-yes}" = yes ]; then
    for file in "$deb" "$noarch_deb" $arm64_deb; do
        lintian --allow-root --fail-on error,warning "$file" || die "lintian finds something in $file"
    done
    for file in "$rpm" "$noarch_rpm" $arm64_rpm; do
        rpmlint -c packaging/rpm/rpmlint.toml "$file" > "$WORK/rpmlint" || { cat "$WORK/rpmlint"; die "rpmlint finds something in $file"; }
        say "$(tail -n 1 "$WORK/rpmlint" | tr -d '=')"
    done
    say "lintian and rpmlint: nothing but what packaging/deb/lintian-overrides and packaging/rpm/rpmlint.toml explain"
fi

# --- The DEB ------------------------------------------------------------------------------------------------------

# make_base SUITE: sets BASE.
make_base() {
    BASE=$WORK/base-$1
    [ ! -e "$BASE/complete" ] || return 0
    say "debootstrap $1 into $BASE"
    rm -rf "$BASE"
    debootstrap --variant=minbase \
        --include=systemd,systemd-sysv,dbus,adduser,python3,iproute2,curl,init-system-helpers,kmod \
        "$1" "$BASE" > "$WORK/debootstrap.log" || die "debootstrap $1: see $WORK/debootstrap.log"
    touch "$BASE/complete"
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

boot() {
    local _
    systemd-nspawn -q -D "$ROOT" --boot --register=no --keep-unit --private-network \
        --capability=CAP_PERFMON,CAP_BPF,CAP_SYSLOG --system-call-filter="bpf perf_event_open" --console=pipe \
        < /dev/null > "$WORK/console.log" 2>&1 &
    nspawn_pid=$!
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
# with_proc ROOT COMMAND...: a JVM finds its libraries through /proc; mounted in a namespace of its own, so nothing stays.
# shellcheck disable=SC2016 # the inner shell expands
with_proc() { unshare --mount sh -ec 'mount -t proc proc "$1/proc"; root=$1; shift; exec chroot "$root" "$@"' run "$@"; }
inside() { nsenter -t "$init" -a "$@"; }

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
    make_base "$suite"
    make_root "$deb"
    test_deb "$deb"
done

# --- Distributor's scripts and the repositories, on the last of these Debians ---------------------------------------

# A key for this run alone.  make_key FOLDER
make_key() {
    rm -rf "$1"
    install -d -m 0700 "$1"
    gpg --homedir "$1" --batch --quiet --passphrase '' --quick-generate-key "test <test@localhost>" rsa2048 sign never 2>/dev/null ||
        die "no key can be made by gpg"
}

test_ways() {
    local key=$WORK/key wrong=$WORK/wrong-key
    make_root "$1"
    make_key "$key"
    make_key "$wrong"
    packaging/distributor.sh >/dev/null || die "distributor.sh"
    python3 -m zipfile -e target/distributor/deb-x86_64.zip "$ROOT/distributor"
    cp -r "$ROOT/distributor" "$ROOT/update"
    rm "$ROOT"/update/*.deb
    cp "$ROOT/packages/second.deb" "$ROOT/update/"
    GNUPGHOME=$key SIGNING_KEY=test@localhost packaging/repository.sh "$WORK/repository" >/dev/null || die "repository.sh"
    if GNUPGHOME=$key SIGNING_KEY=nobody@localhost packaging/repository.sh "$WORK/repository-none" 2> "$WORK/no-key"; then
        die "repositories without a key to sign them"
    fi
    say "repository.sh: $(cat "$WORK/no-key")"
    cp -r "$WORK/repository" "$ROOT/repository"
    gpg --homedir "$wrong" --batch --armor --export test@localhost > "$ROOT/wrong.asc"
    boot
    inside bash /test/ways.sh || die "the other ways onto a host"
    stop_system
    # What rpm and dnf ask of each RPM: the key of the repository, and no other.
    rm -rf "$WORK/rpm-keys"
    mkdir "$WORK/rpm-keys"
    rpmkeys --dbpath "$WORK/rpm-keys" --import "$ROOT/wrong.asc"
    if rpmkeys --dbpath "$WORK/rpm-keys" --checksig "$WORK"/repository/dnf/*x86_64.rpm >/dev/null 2>&1; then die "rpm takes another key"; fi
    rpmkeys --dbpath "$WORK/rpm-keys" --import "$WORK/repository/$NAME.asc"
    rpmkeys --dbpath "$WORK/rpm-keys" --checksig "$WORK"/repository/dnf/*x86_64.rpm >/dev/null || die "rpm refuses the repository's key"
    say "rpm: the RPM of the repository is signed by its key, and not taken with another"
    gpgconf --homedir "$key" --kill all 2>/dev/null || true
    gpgconf --homedir "$wrong" --kill all 2>/dev/null || true
    rm -rf "$key" "$wrong" "$WORK/rpm-keys" "$WORK/repository" "$WORK/no-key"
}
test_ways "$deb"

# --- The DEB without a runtime, with the distribution's Java --------------------------------------------------------

# add_java ROOT: from the archive that debootstrap took the base from, and kept for the next time.
add_java() {
    mkdir -p "$WORK/java"
    cp -n "$WORK"/java/*.deb "$1/var/cache/apt/archives/" 2>/dev/null || true
    { chroot "$1" apt-get -q update && with_proc "$1" apt-get -q -y --no-install-recommends install default-jre-headless; } \
        > "$WORK/java.log" 2>&1 || die "default-jre-headless: see $WORK/java.log"
    cp -n "$1"/var/cache/apt/archives/*.deb "$WORK/java/" 2>/dev/null || true
    rm -f "$1"/var/cache/apt/archives/*.deb
}

if [ -n "$noarch_deb" ]; then
    make_root "$noarch_deb"
    add_java "$ROOT"
    test_deb "$noarch_deb"
fi

# --- The program of the arm64 DEB, emulated -----------------------------------------------------------------------

# It starts, reads its configuration and a trace of each link type; live capture is not tried: the emulator has no AF_PACKET
# filters and no bpf(2).
test_arm64() {
    local root=$WORK/arm64 app trace calls all=0
    packaging/fetch-arm64.sh >/dev/null || die "fetch-arm64.sh"
    rm -rf "$root"
    dpkg-deb -x "$1" "$root"
    app=$root/opt/$NAME
    # The starter is a shell script, and a shell of this machine runs it; its Java is emulated, and it is told the machine.
    mv "$app/runtime/bin/java" "$app/runtime/bin/java.arm64"
    printf '#!/bin/sh\nexec qemu-aarch64-static -L %s %s "$@"\n' "$PWD/target/arm64/root" "$app/runtime/bin/java.arm64" \
        > "$app/runtime/bin/java"
    mkdir "$root/bin-aarch64"
    printf '#!/bin/sh\necho aarch64\n' > "$root/bin-aarch64/uname"
    chmod 0755 "$app/runtime/bin/java" "$root/bin-aarch64/uname"
    emulated() { PATH="$root/bin-aarch64:$PATH" "$app/bin/$NAME" "$@"; }
    say "$(basename "$1"), $(stat -c %s "$1") bytes: wants $(dpkg-deb -f "$1" Depends)"
    say "arm64: $(emulated --version) on $(emulated_java)"
    emulated check-config "$root/etc/$NAME/config.yaml" >/dev/null || die "check-config under qemu"
    for trace in "${traces[@]}"; do
        emulated read "$trace" > "$root/lines" || die "read $trace under qemu"
        "target/$NAME/bin/$NAME" read "$trace" > "$root/lines-here" || die "read $trace"
        calls=$(grep -c '"action":"imds-request"' "$root/lines" || true)
        all=$((all + calls))
        same_calls "$root/lines" "$root/lines-here" || die "$trace: other calls under qemu than here"
    done
    [ "$all" -gt 0 ] || die "no call in any trace"
    say "arm64: read: $all calls of ${#traces[@]} traces, the same as on this machine"
}
emulated_java() { qemu-aarch64-static -L "$PWD/target/arm64/root" "$app/runtime/bin/java.arm64" -version 2>&1 | sed -n 2p; }
messages() { grep '"action":"imds-request"' "$1" | grep -o '"message":"[^"]*"'; }
same_calls() { diff <(messages "$1") <(messages "$2"); }

if [ -n "$arm64_deb" ]; then
    traces=()
    mapfile -t traces < <(find src/test/resources -name '*.pcap' -o -name '*.pcapng' | sort)
    test_arm64 "$arm64_deb"
    rm -rf "$WORK/arm64"
fi

# --- The RPM ------------------------------------------------------------------------------------------------------

# expect_requires FILE REQUIREMENT...: what an RPM wants, but for rpm's own features, is among these, and not nothing.
expect_requires() {
    local file=$1 wanted expected
    shift
    while read -r wanted; do
        for expected in "$@"; do
            # shellcheck disable=SC2053 # a pattern
            if [[ $wanted == $expected ]]; then continue 2; fi
        done
        die "$(basename "$file") wants \"$wanted\", which is no name that the distributions are known to have"
    done < <(rpm -qp --requires "$file" 2>/dev/null | grep -v '^rpmlib(' | sort -u)
    rpm -qp --requires "$file" 2>/dev/null | grep -qx systemd || die "$(basename "$file") does not want systemd"
    say "$(basename "$file") wants $(rpm -qp --requires "$file" 2>/dev/null | grep -v '^rpmlib' | sort -u | paste -sd, | sed 's/,/, /g')"
}
# Installed with --nodeps below, as nothing in that root is known to rpm.
native_names=(shadow-utils systemd /bin/sh 'libc.so.6(GLIBC_2.*)(64bit)' 'libz.so.1()(64bit)' 'libstdc++.so.6()(64bit)' 'libgcc_s.so.1()(64bit)')
expect_requires "$rpm" "${native_names[@]}"
[ -z "$arm64_rpm" ] || expect_requires "$arm64_rpm" "${native_names[@]}"
[ -z "$noarch_rpm" ] || expect_requires "$noarch_rpm" shadow-utils systemd /bin/sh \
    '(java-headless >= 1:17 or java-17-headless or java-21-headless or java-25-headless)'

rpm_in() { rpm --root "$root" "$@" 2> >(grep -v 'alien\|Alien\|However assuming' >&2); }
asked() { grep -qF -- "$1" "$root/systemctl.log" || die "the scriptlets did not ask for: systemctl $1"; }
run_in() { with_proc "$root" "$@"; }

# In a network namespace of its own, as root: it finds its Java and JNA's library, captures, and ends when told to.
# shellcheck disable=SC2016 # the inner shell expands
captures() {
    run_in unshare --net sh -euc '
        ip link set lo up
        rm -f /ready
        "$1" run --ready-file /ready --output /dev/null > /started.log 2>&1 &
        for _ in $(seq 300); do
            [ ! -e /ready ] || break
            kill -0 $!
            sleep 0.1
        done
        kill -TERM $!
        wait $!
    ' captures $NAME || { cat "$root/started.log"; die "the installed program does not capture"; }
}

# With a systemctl that says it is Amazon Linux 2's: the unit that such a systemd can run is chosen, and goes with the package.
# An administrator's own unit is left alone.
test_rpm_before_229() {
    local unit=$root/etc/systemd/system/$NAME.service
    rm -f "$root/systemctl.log"
    # shellcheck disable=SC2016 # expanded in the root
    printf '#!/bin/sh\nif [ "$1" = --version ]; then echo "systemd 219"; fi\necho "$*" >> /systemctl.log\n' > "$root/usr/bin/systemctl"
    rpm_in -i --nodeps --noplugins "$1" | grep -q 'runs as root, bounded to' || die "rpm -i does not say that the service is root's here"
    grep -q '^CapabilityBoundingSet=CAP_NET_RAW CAP_SYS_ADMIN CAP_DAC_READ_SEARCH CAP_SYS_PTRACE$' "$unit" || die "no unit for systemd 219"
    if grep -qE '^(User|AmbientCapabilities)=' "$unit"; then die "the unit for systemd 219 asks for what that does not have"; fi
    asked "daemon-reload"
    asked "preset $NAME.service"
    rpm_in -e --nodeps --noplugins $NAME || die "rpm -e beside systemd 219"
    [ ! -e "$unit" ] || die "rpm -e left the unit for systemd 219"
    echo '# of an administrator' > "$unit"
    rpm_in -i --nodeps --noplugins "$1" || die "rpm -i beside a unit of one's own"
    rpm_in -e --nodeps --noplugins $NAME || die "rpm -e beside a unit of one's own"
    grep -qx '# of an administrator' "$unit" || die "an administrator's own unit is gone"
    rm "$unit"
    say "rpm: with systemd 219 the unit for root, bounded to four capabilities, which goes with the package"
}

# test_rpm RPM
test_rpm() {
    local rpm=$1 root=$WORK/rpm-root arch variant=native config left
    arch=$(rpm -qp --qf '%{ARCH}' "$rpm" 2>/dev/null)
    say "$(basename "$rpm"), $(stat -c %s "$rpm") bytes: install, verify, upgrade and remove in a root of its own"
    rm -rf "$root" "$WORK/upgrade"
    # A root with a shell and user tools, so that the scriptlets run, and a systemctl that tells what they ask of it.
    cp -a "$BASE" "$root"
    if [ "$arch" = noarch ]; then
        variant=noarch
        add_java "$root"
    fi
    rm "$root/usr/bin/systemctl"
    # shellcheck disable=SC2016 # expanded in the root
    printf '#!/bin/sh\necho "$*" >> /systemctl.log\n' > "$root/usr/bin/systemctl"
    chmod 0755 "$root/usr/bin/systemctl"
    rpm_in --initdb
    rpm_in -i --nodeps --noplugins "$rpm" || die "rpm -i"
    asked "preset $NAME.service"
    chroot "$root" getent passwd $NAME >/dev/null || die "no system user after rpm -i"
    rpm_in -V --nodeps $NAME || die "rpm -V finds differences"
    config=$root/etc/$NAME/config.yaml
    [ "$(stat -c %a "$config")" = 640 ] || die "mode of config.yaml"
    [ "$(stat -c %a "$root/var/log/$NAME")" = 750 ] || die "mode of the log folder"
    rpm_in -qi $NAME | grep -E '^(Name|Version|Architecture|Size|License)' | tr -s ' ' | sed 's/^/rpm: /'
    if [ $variant = native ]; then
        run_in env IMDS_ANALYZER_JVM_OPTIONS=-Xshare:on $NAME --version || die "the installed program does not start with its class cache"
    else
        [ ! -e "$root/opt/$NAME/runtime" ] || die "a runtime in the package without one"
        say "rpm: the host's Java: $(run_in java -version 2>&1 | head -n 1)"
        run_in $NAME --version || die "the installed program does not start with the host's Java"
    fi
    run_in $NAME check-config "/etc/$NAME/config.yaml" >/dev/null || die "the shipped configuration"
    captures
    say "rpm: installed, verified, starts, captures"

    # The upgrade: a higher version that ships another configuration than the one that was changed here.
    mkdir -p "$WORK/upgrade/root"
    rpm2archive - < "$rpm" | tar -xz -C "$WORK/upgrade/root"
    echo '# as newly shipped' >> "$WORK/upgrade/root/etc/$NAME/config.yaml"
    GLIBC_FLOOR=2.17 RPM_PAYLOAD=w1.gzdio packaging/rpm/build.sh "${WORK#"$PWD"/}/upgrade/root" 99.0 "$arch" $variant \
        "${WORK#"$PWD"/}/upgrade/second.rpm" >/dev/null
    echo '# changed here' >> "$config"
    rpm_in -U --nodeps --noplugins "$WORK/upgrade/second.rpm" || die "rpm -U"
    [ "$(rpm_in -q --qf '%{VERSION}' $NAME)" = 99.0 ] || die "not upgraded"
    grep -q '^# changed here' "$config" || die "the upgrade lost the configuration"
    grep -q '^# as newly shipped' "$config.rpmnew" || die "the upgrade did not lay the new configuration beside"
    asked "try-restart $NAME.service"
    if grep -qF disable "$root/systemctl.log"; then die "the upgrade disabled the service"; fi
    run_in $NAME --version >/dev/null || die "the upgraded program does not start"
    say "rpm: upgraded, service restarted, configuration kept, the new one beside it as .rpmnew"

    rpm_in -e --nodeps --noplugins $NAME || die "rpm -e"
    asked "disable --now $NAME.service"
    [ -e "$config.rpmsave" ] || die "rpm -e lost the configuration"
    left=$(find "$root" -xdev -path '*imds*' ! -path '*/etc/*' | head)
    [ -z "$left" ] || die "rpm -e left $left"
    test_rpm_before_229 "$rpm"
    say "rpm: removed; only $(cd "$root" && find etc -path "*$NAME*" | tr '\n' ' ')and the system user, which this family keeps"
}
test_rpm "$rpm"
[ -z "$noarch_rpm" ] || test_rpm "$noarch_rpm"
say "all fine"
