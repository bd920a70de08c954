# Distributor's archives and the signed repositories, each in a small system: sourced by packaging/test-packages.sh, and run
# on this machine.
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by the script that reads this

# A key for this run alone.  make_key FOLDER
make_key() {
    rm -rf "$1"
    install -d -m 0700 "$1"
    gpg --homedir "$1" --batch --quiet --passphrase '' --quick-generate-key "test <test@localhost>" rsa2048 sign never 2>/dev/null ||
        die "no key can be made by gpg"
}
forget_key() {
    [ ! -d "$1" ] || gpgconf --homedir "$1" --kill all 2>/dev/null || true
    rm -rf "$1"
}

# give_ways FORM NEWER: what packaging/test/ways.sh wants, into the root.
give_ways() {
    python3 -m zipfile -e "target/distributor/$1-x86_64.zip" "$ROOT/distributor"
    cp -r "$ROOT/distributor" "$ROOT/update"
    rm "$ROOT"/update/*."$1"
    cp "$2" "$ROOT/update/"
    cp -r "$WORK/repository" "$ROOT/repository"
    cp "$WORK/wrong.asc" "$ROOT/wrong.asc"
}

# names_rpm FILE RPM...: a package that provides what these want of a distribution, as rpm knows nothing of that root's dpkg.
names_rpm() {
    local file=$1 top=$WORK/names
    shift
    mkdir -p "$top"
    {
        printf 'Name: names\nVersion: 1\nRelease: 1\nSummary: What this system has\nLicense: none\nBuildArch: noarch\n'
        rpm -qp --requires "$@" 2>/dev/null | grep -v '^rpmlib(' | sort -u | sed 's/^/Provides: /'
        printf '%%description\n%%files\n'
    } > "$top/names.spec"
    rpmbuild -bb --quiet --define "_topdir $top" --define "_rpmdir $top" --define "_build_name_fmt names.rpm" "$top/names.spec" \
        > "$top/log" 2>&1 || die "names.rpm: $(tail -n 3 "$top/log")"
    mv "$top/names.rpm" "$file"
    rm -rf "$top"
}

# What rpm asks of each RPM of the repository: its key, and no other.
signed_by_its_key_alone() {
    local keys=$WORK/rpm-keys
    rm -rf "$keys"
    mkdir "$keys"
    rpmkeys --dbpath "$keys" --import "$WORK/wrong.asc"
    if rpmkeys --dbpath "$keys" --checksig "$WORK"/repository/dnf/*x86_64.rpm >/dev/null 2>&1; then die "rpm takes another key"; fi
    rpmkeys --dbpath "$keys" --import "$WORK/repository/$NAME.asc"
    rpmkeys --dbpath "$keys" --checksig "$WORK"/repository/dnf/*x86_64.rpm >/dev/null || die "rpm refuses the repository's key"
    say "rpm: the RPM of the repository is signed by its key, and not taken with another"
    rm -rf "$keys"
}

by_apt_get() {
    make_root "$1"
    give_ways deb "$ROOT/packages/second.deb"
    boot
    inside bash /test/ways.sh deb || die "the other ways onto a host with apt"
    stop_system
}
by_dnf_and_zypper() {
    rm -rf "$ROOT"
    cp -a "$BASE" "$ROOT"
    add_packages "$ROOT" dnf zypper libsolv-tools rpm
    # Where systems of RPMs have it, and zypper looks; Debian's rpm takes a folder of the user.
    mkdir -p "$ROOT/etc/rpm"
    echo '%_dbpath /var/lib/rpm' > "$ROOT/etc/rpm/macros"
    cp -r packaging/test "$ROOT/test"
    newer_rpm "$1" "$WORK/newer.rpm"
    give_ways rpm "$WORK/newer.rpm"
    names_rpm "$ROOT/names.rpm" "$1" "$WORK/newer.rpm"
    boot
    inside bash /test/ways.sh rpm "$([ $quick = no ] || echo quick)" || die "the other ways onto a host with dnf and zypper"
    stop_system
}

# test_ways DEB RPM
test_ways() {
    local key=$WORK/key wrong=$WORK/wrong-key
    make_key "$key"
    make_key "$wrong"
    packaging/distributor.sh >/dev/null || die "distributor.sh"
    if GNUPGHOME=$key SIGNING_KEY=nobody@localhost packaging/repository.sh "$WORK/repository" 2> "$WORK/no-key"; then
        die "repositories without a key to sign them"
    fi
    [ ! -e "$WORK/repository" ] || die "without a key to sign them something of the repositories is left"
    say "repository.sh: $(cat "$WORK/no-key")"
    GNUPGHOME=$key SIGNING_KEY=test@localhost packaging/repository.sh "$WORK/repository" >/dev/null || die "repository.sh"
    gpg --homedir "$wrong" --batch --armor --export test@localhost > "$WORK/wrong.asc"

    if wanted ways; then
        by_apt_get "$1"
        by_dnf_and_zypper "$2"
        signed_by_its_key_alone
    fi

    # They install from the repository, too.
    if [ $quick = no ] && wanted pipelines; then
        test_pipelines "$1"
    fi

    forget_key "$key"
    forget_key "$wrong"
    rm -rf "$WORK/repository" "$WORK/no-key" "$WORK/wrong.asc" "$WORK/newer.rpm" "$WORK/upgrade"
}
