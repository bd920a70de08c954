#!/bin/sh
# Removes the package; its configuration and its log stay, as evidence: delete /etc/imds-packet-analyzer and
# /var/log/imds-packet-analyzer by hand.
set -eu
name=imds-packet-analyzer
if command -v dpkg-query >/dev/null 2>&1 && dpkg-query -W -f '${Status}' $name 2>/dev/null | grep -q '^install ok'; then
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 remove $name
elif command -v rpm >/dev/null 2>&1 && rpm -q $name >/dev/null 2>&1; then
    rpm -e $name
else
    echo "$name: is not installed: nothing to do"
fi
