#!/bin/bash
# The other ways onto a host, in a small system that systemd-nspawn has booted (packaging/test-packages.sh): Distributor's
# scripts, and the apt repository with the right key and with a wrong one.
#
#   ways.sh      wants /distributor (an unpacked archive), /update (the same with a newer package), /repository, /wrong.asc
set -euo pipefail
name=imds-packet-analyzer
say() { printf 'ways: %s\n' "$*"; }
die() { printf 'ways: FAILED: %s\n' "$*" >&2; exit 1; }
version() { dpkg-query -W -f '${Version}' $name 2>/dev/null || true; }
runs() { systemctl is-active --quiet $name; }

# --- Distributor
sh /distributor/install.sh >/tmp/log 2>&1 || { cat /tmp/log; die "install.sh"; }
first=$(version)
runs || die "install.sh did not start the service"
sh /distributor/install.sh >/tmp/log 2>&1 || { cat /tmp/log; die "install.sh where the version is there already"; }
[ "$(version)" = "$first" ] && runs || die "install.sh a second time changed something"
say "Distributor: installed $first, the service runs; a second time changes nothing"
echo '# changed here' >> /etc/$name/config.yaml
sh /update/update.sh >/tmp/log 2>&1 || { cat /tmp/log; die "update.sh"; }
[ "$(version)" != "$first" ] && runs || die "update.sh did not update, or the service is down"
grep -q '^# changed here' /etc/$name/config.yaml || die "update.sh lost the configuration"
say "Distributor: updated to $(version), the service runs, the configuration is kept"
mkdir /broken
cp /distributor/install.sh /broken/
head -c 100000 /distributor/*.deb > /broken/half.deb
if sh /broken/install.sh >/tmp/log 2>&1; then die "half a package was installed"; fi
grep -q 'nothing is left half installed' /tmp/log || { cat /tmp/log; die "install.sh does not say what became of half a package"; }
runs || die "half a package stopped the service"
rm /broken/half.deb
if sh /broken/install.sh >/tmp/log 2>&1; then die "install.sh without a package"; fi
say "Distributor: half a package is refused, and the service goes on; so is none: $(tail -n 1 /tmp/log)"
sh /distributor/uninstall.sh >/tmp/log 2>&1 || { cat /tmp/log; die "uninstall.sh"; }
if runs; then die "uninstall.sh left the service running"; fi
sh /distributor/uninstall.sh | grep -q 'nothing to do' || die "uninstall.sh a second time"
say "Distributor: removed; a second time says that there is nothing to do"

# --- The apt repository
mkdir -p /etc/apt/empty
apt_here() { apt-get -q -y -o Dir::Etc::SourceList=/etc/apt/ours.list -o Dir::Etc::SourceParts=/etc/apt/empty -o APT::Update::Error-Mode=any -o APT::Sandbox::User=root "$@"; }
sed 's:BASE:file\:/repository:' /repository/$name.list > /etc/apt/ours.list
cp /wrong.asc /usr/share/keyrings/$name.asc
if apt_here update >/tmp/log 2>&1; then die "a repository signed with another key was taken"; fi
say "apt: another key is refused: $(grep -m 1 -i 'not available\|NO_PUBKEY\|not signed' /tmp/log)"
cp /repository/$name.asc /usr/share/keyrings/$name.asc
apt_here update >/tmp/log 2>&1 || { cat /tmp/log; die "apt-get update"; }
apt_here install $name >/tmp/log 2>&1 || { cat /tmp/log; die "apt-get install from the repository"; }
[ -n "$(version)" ] && $name --version >/dev/null || die "what apt installed does not start"
say "apt: $(version) installed from the signed repository"
DEBIAN_FRONTEND=noninteractive apt-get -q -y purge $name >/dev/null 2>&1 || die "purge"
