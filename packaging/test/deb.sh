# Run by test-packages.sh inside the booted system, whose network is private: IMDS's address is on its own loopback.
# shellcheck shell=bash
set -euo pipefail
name=imds-packet-analyzer
logs=/var/log/$name
export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin

say() { printf 'deb: %s\n' "$*"; }
die() {
    printf 'deb: FAILED: %s\n' "$*" >&2
    systemctl status $name --no-pager -l >&2 || true
    journalctl -u $name --no-pager -n 30 >&2 || true
    tail -n 5 $logs/*.jsonl >&2 || true
    exit 1
}
# await WHAT COMMAND...: within 20 s.
await() {
    local what=$1
    shift
    for _ in $(seq 200); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.1
    done
    die "$what"
}
pid() { systemctl show -P MainPID $name; }
lines() { cat $logs/*.jsonl | grep -c -- "$1"; }
at_least() { [ "$(lines "$1")" -ge "$2" ]; }
call_v1() { curl -s -m 5 -o /dev/null http://169.254.169.254/latest/meta-data/; }
call_v2() {
    local token
    token=$(curl -s -m 5 -X PUT http://169.254.169.254/latest/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 60')
    curl -s -m 5 -o /dev/null -H "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/meta-data/
}

ip link set lo up
ip addr add 169.254.169.254/32 dev lo
mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing || say "no tracefs here"
cd /emulator
python3 imds_emulator.py --listen 169.254.169.254:80 --truth /tmp/truth < <(exec sleep 900) > /tmp/emulator.log 2>&1 &
emulator=$!
trap 'kill $emulator' EXIT
await "the emulator does not answer" call_v1 # its words are in /tmp/emulator.log

dpkg -i /packages/first.deb >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; die "dpkg -i"; }
systemctl is-active -q $name || die "the service is not running after the install"
systemctl is-enabled -q $name || die "the service is not enabled after the install"
[ "$(stat -c '%a %U %G' $logs)" = "750 $name $name" ] || die "log folder: $(stat -c '%a %U %G' $logs)"
[ "$(stat -c '%a %U %G' /etc/$name/config.yaml)" = "640 root $name" ] || die "mode of config.yaml"
say "installed, enabled and running as $(ps -o user= -p "$(pid)" 2>/dev/null || stat -c %U "/proc/$(pid)")"
say "started: $(systemctl show -P ExecMainStartTimestampMonotonic $name) to $(systemctl show -P ActiveEnterTimestampMonotonic $name) us"

# Equal calls are folded into one line for a minute by the shipped configuration.
IMDS_CONFIG=/etc/$name/config.yaml
sed -i 's/^  # fold_seconds: .*/  fold_seconds: 0/' $IMDS_CONFIG
systemctl reload $name
sleep 1
call_v1
call_v2
await "no IMDSv1 line" at_least '"version":"v1"' 1
await "no IMDSv2 lines" at_least '"version":"v2"' 2
say "memory: $(grep -E 'VmRSS|RssAnon' "/proc/$(pid)/status" | tr -s '\t\n ' ' '), effective capabilities $(awk '/CapEff/{print $2}' "/proc/$(pid)/status")"
lines '"message":"IMDSv1 GET /latest/meta-data/ 200 by curl' >/dev/null || die "the caller is not named"
say "$(grep -h -o '"message":"[^"]*started[^"]*"' $logs/*.jsonl | tail -n 1)"
say "$(grep -h -o '"message":"IMDSv1[^"]*"' $logs/*.jsonl | tail -n 1)"
say "attribution: $(grep -h -o '"attribution":{"method":"[^"]*"' $logs/*.jsonl | sort | uniq -c | tr '\n' ' ')"
grep -h '"version":"v1"' $logs/*.jsonl | tail -n 1 | grep -o '"capabilities":[^]]*]' || true
[ "$(stat -c %a $logs/*.jsonl | sort -u)" = 640 ] || die "mode of the log file"

before=$(pid)
dpkg -i /packages/second.deb >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; die "the upgrade"; }
systemctl is-active -q $name || die "not running after the upgrade"
[ "$before" != "$(pid)" ] || die "the upgrade did not restart the service"
grep -q '^  fold_seconds: 0' $IMDS_CONFIG || die "the upgrade lost the configuration"
count=$(lines '"version":"v1"')
call_v1
await "no line after the upgrade" at_least '"version":"v1"' $((count + 1))
say "upgraded and restarted, configuration kept"

before=$(pid)
kill -KILL "$before"
restarted() { systemctl is-active -q $name && [ "$(pid)" != "$before" ] && [ "$(pid)" != 0 ]; }
await "not restarted after kill -9" restarted
count=$(lines '"version":"v1"')
call_v1
await "no line after kill -9" at_least '"version":"v1"' $((count + 1))
say "kill -9: restarted, and logs again"

# The disk full: a small file system in the place of the log folder.
systemctl stop $name
mkdir -p /run/kept
mount -t tmpfs -o size=64k,mode=0750,uid="$(id -u $name)",gid="$(id -g $name)" tmpfs $logs
head -c 60k /dev/zero > $logs/ballast 2>/dev/null || true
systemctl start $name || die "does not start on a full disk"
for _ in $(seq 30); do call_v1; done
sleep 2
systemctl is-active -q $name || die "stopped by a full disk"
rm $logs/ballast
sleep 2
call_v1
await "no line once the disk has room again" at_least '"version":"v1"' 1
say "disk full: kept running, and logs again ($(grep -h -o '"action":"capture-gap"' $logs/*.jsonl | wc -l) capture-gap lines)"
systemctl stop $name
umount $logs

# Bad configuration is final: no restart in a loop.
cp $IMDS_CONFIG /tmp/good.yaml
printf 'nonsense: 1\n' >> $IMDS_CONFIG
systemctl start $name 2>/dev/null && die "starts with a bad configuration"
[ "$(systemctl show -P ExecMainStatus $name)" = 78 ] || die "exit status $(systemctl show -P ExecMainStatus $name) of a bad configuration"
[ "$(systemctl show -P ActiveState $name)" = failed ] || die "a bad configuration is tried again"
say "bad configuration: $(journalctl -u $name -o cat --no-pager | grep -m1 nonsense)"
cp /tmp/good.yaml $IMDS_CONFIG
systemctl reset-failed $name
systemctl start $name

dpkg -r $name >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; die "dpkg -r"; }
{ [ -e $IMDS_CONFIG ] && [ -d $logs ]; } || die "removal lost configuration or logs"
[ ! -e /opt/$name ] || die "removal left /opt/$name: $(find /opt/$name | head)"
systemctl is-active -q $name && die "runs after its removal"
dpkg -P $name >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; die "dpkg -P"; }
for left in /etc/$name $logs /opt/$name /usr/lib/systemd/system/$name.service; do
    [ ! -e "$left" ] || die "purge left $left"
done
say "removed and purged, nothing left"
