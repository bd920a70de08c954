# What packaging/test-packages.sh does with an RPM: sourced by it, and run on this machine.
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by the script that reads this

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

# newer_rpm RPM FILE: the same under a higher version, with another configuration.
newer_rpm() {
    local arch variant=native
    arch=$(rpm -qp --qf '%{ARCH}' "$1" 2>/dev/null)
    [ "$arch" != noarch ] || variant=noarch
    rm -rf "$WORK/upgrade"
    mkdir -p "$WORK/upgrade/root"
    rpm2archive - < "$1" | tar -xz -C "$WORK/upgrade/root"
    echo '# as newly shipped' >> "$WORK/upgrade/root/etc/$NAME/config.yaml"
    GLIBC_FLOOR=2.17 RPM_PAYLOAD=w1.gzdio packaging/rpm/build.sh "${WORK#"$PWD"/}/upgrade/root" 99.0 "$arch" $variant \
        "${2#"$PWD"/}" >/dev/null
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
        add_packages "$root" default-jre-headless
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
    newer_rpm "$rpm" "$WORK/upgrade/second.rpm"
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
