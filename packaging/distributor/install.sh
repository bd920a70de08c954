#!/bin/sh
# Installs the package that lies beside this script, and starts the service. Systems Manager runs it as root in the folder
# that the archive was unpacked into; what it says on stderr and its exit code are shown to whoever asked.
set -eu
cd "$(dirname "$0")"
name=imds-packet-analyzer

fail() {
    printf '%s: %s\n' "$name" "$1" >&2
    exit "${2:-1}"
}

for package in ./*.deb ./*.rpm; do
    [ ! -f "$package" ] || break
done
[ -f "$package" ] || fail "there is no package beside $0" 66
[ "$(id -u)" = 0 ] || fail "needs root" 77

# What the host has now: package managers take all of a package or nothing.
there() {
    { dpkg-query -W -f '${Version}, ${db:Status-Status}' $name || { rpm -q --quiet $name && rpm -q $name; }; } 2>/dev/null ||
        echo "not installed"
}

case $package in
    *.deb)
        # The lock is waited for: a new instance installs other things at the same time.
        DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold \
            --no-install-recommends --allow-downgrades install "$package" ||
            fail "apt-get could not install $package; nothing is left half installed: $(there)"
        ;;
    *.rpm)
        # Zypper has "nothing to do" with half a package of a version that is not newer.
        rpm --checksig --nosignature "$package" >/dev/null 2>&1 ||
            fail "$package is damaged; nothing is left half installed: $(there)"
        if command -v dnf >/dev/null 2>&1; then
            manager="dnf -y -q install"
        elif command -v zypper >/dev/null 2>&1; then
            manager="zypper --non-interactive --no-gpg-checks install --oldpackage --allow-unsigned-rpm"
        elif command -v yum >/dev/null 2>&1; then
            manager="yum -y -q install"
        else
            manager="rpm -U --replacepkgs"
        fi
        # shellcheck disable=SC2086 # a command and its options
        $manager "$package" || fail "could not install $package by ${manager%% *}; nothing is left half installed: $(there)"
        ;;
esac

if command -v systemctl >/dev/null 2>&1 && [ -d /run/systemd/system ]; then
    systemctl enable --now $name.service || fail "installed, and the service does not start: $(systemctl show -P Result $name.service)"
fi
