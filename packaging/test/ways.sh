#!/bin/bash
# The other ways onto a host, in a small system that systemd-nspawn has booted (packaging/test-packages.sh): Distributor's
# scripts, and the repositories with the right key and with a wrong one.
#
#   ways.sh deb       by apt-get
#   ways.sh rpm [quick]     by dnf; unless it has to be quick also Distributor's scripts by zypper, and the repository by dnf
# Wants /distributor (an unpacked archive), /update (the same with a newer package), /repository, /wrong.asc, and for rpm
# /names.rpm, which provides what the package wants of the distribution.
set -euo pipefail
form=$1
readonly name=imds-packet-analyzer
say() { printf 'ways: %s\n' "$*"; }
die() {
    printf 'ways: FAILED: %s\n' "$*" >&2
    cat /tmp/log >&2 || true
    exit 1
}
version() {
    case $form in
        deb) dpkg-query -W -f '${db:Status-Status} ${Version}' $name 2>/dev/null | sed -n 's/^installed //p' ;;
        rpm) rpm -q --qf '%{VERSION}' $name 2>/dev/null | grep -v 'not installed' || true ;;
    esac
}
runs() { systemctl is-active --quiet $name; }
expect() {
    local what=$1
    shift
    "$@" || die "$what"
}
quietly() { "$@" > /tmp/log 2>&1; }
refused() { if quietly "$@"; then die "not refused: $*"; fi; }
# Nothing of it is left but what removal keeps.
gone() {
    [ -z "$(version)" ] || die "$1: still installed"
    [ ! -e /opt/$name ] || die "$1: left $(find /opt/$name | head -n 3)"
}

# --- Distributor

distributor() {
    local with=$1 first
    expect "install.sh" quietly sh /distributor/install.sh
    first=$(version)
    expect "install.sh did not start the service" runs
    expect "install.sh where the version is there already" quietly sh /distributor/install.sh
    expect "install.sh a second time changed the version" [ "$(version)" = "$first" ]
    expect "install.sh a second time stopped the service" runs
    say "Distributor, $with: installed $first, the service runs; a second time changes nothing"

    echo '# changed here' >> /etc/$name/config.yaml
    expect "update.sh" quietly sh /update/update.sh
    expect "update.sh did not update" [ "$(version)" != "$first" ]
    expect "update.sh left the service down" runs
    expect "update.sh lost the configuration" grep -q '^# changed here' /etc/$name/config.yaml
    say "Distributor, $with: updated to $(version), the service runs, the configuration is kept"

    mkdir /broken
    cp /distributor/install.sh /broken/
    head -c 100000 /distributor/*."$form" > /broken/half."$form"
    refused sh /broken/install.sh
    expect "install.sh does not say what became of half a package" grep -q 'nothing is left half installed' /tmp/log
    say "Distributor, $with: half a package: $(grep 'nothing is left half installed' /tmp/log)"
    expect "half a package stopped the service" runs
    rm "/broken/half.$form"
    refused sh /broken/install.sh
    say "Distributor, $with: no package: $(tail -n 1 /tmp/log)"
    rm -r /broken

    expect "uninstall.sh" quietly sh /distributor/uninstall.sh
    if runs; then die "uninstall.sh left the service running"; fi
    gone "uninstall.sh"
    sh /distributor/uninstall.sh > /tmp/log
    expect "uninstall.sh a second time" grep -q 'nothing to do' /tmp/log
    say "Distributor, $with: removed; a second time says that there is nothing to do"
    case $form in
        deb) dpkg -P $name > /tmp/log 2>&1 ;;
        rpm) rm -rf "/etc/${name:?}" "/var/log/${name:?}" ;;
    esac
}

# --- The repositories

mkdir -p /etc/apt/empty
apt_here() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dir::Etc::SourceList=/etc/apt/ours.list -o Dir::Etc::SourceParts=/etc/apt/empty \
        -o APT::Update::Error-Mode=any -o APT::Sandbox::User=root "$@"
}
apt_repository() {
    sed 's:BASE:file\:/repository:' /repository/$name.list > /etc/apt/ours.list
    cp /wrong.asc /usr/share/keyrings/$name.asc
    refused apt_here update
    say "apt: another key is refused: $(grep -m 1 -i 'not available\|NO_PUBKEY\|not signed' /tmp/log)"
    cp /repository/$name.asc /usr/share/keyrings/$name.asc
    expect "apt-get update" quietly apt_here update
    expect "apt-get install from the repository" quietly apt_here install $name
    expect "what apt installed does not start" $name --version
    say "apt: $(version) installed from the signed repository"
    expect "purge" quietly apt_here purge $name
    gone "purge"
}

dnf_here() { dnf -y -q --releasever=12 --disablerepo='*' --enablerepo=$name "$@"; }
# use_key FILE: what the host trusts from now on is this key alone.
use_key() {
    if rpm -q gpg-pubkey >/dev/null 2>&1; then rpm -e --allmatches gpg-pubkey; fi
    mkdir -p /etc/yum.repos.d
    dnf clean all >/dev/null
    rm -rf /var/cache/dnf
    sed "s|BASE/$name.asc|$1|; s|BASE|file:///repository|" /repository/$name.repo > /etc/yum.repos.d/$name.repo
}
dnf_repository() {
    # The index and the package are each looked at.
    use_key file:///wrong.asc
    refused dnf_here install $name
    gone "another key"
    say "dnf: another key is refused: $(grep -m 1 -i 'error\|fail' /tmp/log)"
    sed -i 's/^repo_gpgcheck=1/repo_gpgcheck=0/' /etc/yum.repos.d/$name.repo
    refused dnf_here install $name
    gone "another key, the index unchecked"
    say "dnf: so is the package alone: $(grep -m 1 -i 'error\|fail' /tmp/log)"
    use_key "file:///repository/$name.asc"
    expect "dnf install from the repository" quietly dnf_here install $name
    expect "what dnf installed does not start" $name --version
    expect "the service does not start" systemctl start $name
    expect "the service is down" runs
    say "dnf: $(version) installed from the signed repository, the service runs"
    expect "dnf remove" quietly dnf_here remove $name
    if runs; then die "dnf remove left the service running"; fi
    gone "dnf remove"
    say "dnf: removed"
}

: > /tmp/log
case $form in
    deb)
        distributor apt-get
        apt_repository
        ;;
    rpm)
        expect "names.rpm" quietly rpm -i /names.rpm
        distributor dnf
        if [ "${2:-}" != quick ]; then
            dnf_repository
            mv /usr/bin/dnf /usr/bin/dnf.away
            distributor zypper
        fi
        ;;
esac
