# What test-packages.sh runs inside the booted system: one DEB from its installation to its purge.
#   deb.sh FIRST.deb SECOND.deb     SECOND is FIRST under a higher version
# shellcheck shell=bash
set -euo pipefail
first=$1 second=$2
# shellcheck source=packaging/test/common.sh
. /test/common.sh
say() { printf 'deb: %s\n' "$*"; }

# Everything on the disk and everything that systemd and the user database know, to be compared after the purge.
traces() {
    find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /dev -o -path /packages -o -path /test \
        -o -path /var/log/journal -o -path /var/lib/dpkg -o -path /var/log/dpkg.log -o -path /var/lib/systemd/timers \) \
        -prune -o -print | LC_ALL=C sort
    dpkg-query -W -f '${Package} ${Status}\n'
    getent passwd
    getent group
    systemctl list-unit-files --no-legend --no-pager | tr -s ' '
    find /sys/fs/cgroup -path '*imds*'
}

trap stop_emulator EXIT
make_network
traces > /run/traces-before

# --- Installed: enabled, running, as its own user
dpkg -i "$first" >/run/dpkg.log 2>&1 || { cat /run/dpkg.log; die "dpkg -i"; }
systemctl is-active -q $name || die "the service is not running after the install"
systemctl is-enabled -q $name || die "the service is not enabled after the install"
[ "$(stat -c '%a %U %G' $logs)" = "750 $name $name" ] || die "log folder: $(stat -c '%a %U %G' $logs)"
[ "$(stat -c '%a %U %G' $config)" = "640 root $name" ] || die "mode of config.yaml"
[ "$(stat -c %U "/proc/$(pid)")" = $name ] || die "runs as $(stat -c %U "/proc/$(pid)")"
say "installed, enabled, running as $name; $(($(property ActiveEnterTimestampMonotonic) / 1000 - $(property ExecMainStartTimestampMonotonic) / 1000)) ms to ready"
say "unit: $(property Type), watchdog $(property WatchdogUSec), MemoryMax $(property MemoryMax), TasksMax $(property TasksMax)"
[ "$(property MemoryMax)" != infinity ] || die "no memory limit"
# systemd before 254 does not know how to back off, and says so.
systemd-analyze verify --man=no /usr/lib/systemd/system/$name.service > /run/verify 2>&1 || die "systemd-analyze verify: $(cat /run/verify)"
if grep -v '20-back-off.conf:.*Restart\(Steps\|MaxDelaySec\)' /run/verify; then die "systemd-analyze verify says the above"; fi
[ "$(readlink /proc/1/ns/uts)" = "$(readlink "/proc/$(pid)/ns/uts")" ] || die "does not see the host's name when it changes"
systemctl show -P Before $name | grep -q 'network-pre.target' || die "10-early.conf is not in force"
systemctl show -P After $name | grep -q 'systemd-tmpfiles-setup.service' || die "starts while /tmp is emptied, where systemd makes its /dev"
# systemd before 248 knows no threshold to fail at: the figure is looked at here.
systemd-analyze security --no-pager $name > /run/security || die "$(tail -n 1 /run/security)"
exposure=$(tail -n 1 /run/security | grep -oE '[0-9]+\.[0-9]+' | head -n 1)
[ "${exposure/./}" -le 25 ] || die "$(tail -n 1 /run/security)"
say "systemd-analyze security: $(tail -n 1 /run/security | grep -o 'service.*' | cut -d' ' -f1-6)"
if [ -e /opt/$name/runtime/lib/app.jsa ]; then
    IMDS_ANALYZER_JVM_OPTIONS=-Xshare:on $name --version || die "the class cache does not fit the installed program"
    say "the class cache is in use"
else
    $name --version
fi
[ -e /opt/$name/runtime/lib/app.jsa ] || [ ! -e /opt/$name/runtime ] || [ "$(uname -m)" != x86_64 ] || die "no class cache"
$name check-config $config >/dev/null || die "the shipped configuration"
$name doctor > /run/doctor 2>&1 || true
say "doctor: $(tail -n 1 /run/doctor)"
grep -q "^ok  *service  *active (running), pid $(pid), .*with all capabilities wanted" /run/doctor || die "doctor of the service: $(cat /run/doctor)"
grep -q "^ok  *output  .* by the service's user $name, " /run/doctor || die "doctor of the log folder: $(cat /run/doctor)"
say "$(grep '^ok  *service' /run/doctor | tr -s ' ')"

# --- Calls, from this network namespace and from one behind it
unfold
call_v1
call_v2
call_v1 elsewhere
call_v2 elsewhere
await "no IMDSv1 lines" at_least '"version":"v1"' 2
await "no IMDSv2 lines" at_least '"version":"v2"' 4
say "memory: $(grep -E 'VmRSS|RssAnon' "/proc/$(pid)/status" | tr -s '\t\n ' ' '), effective capabilities $(awk '/CapEff/{print $2}' "/proc/$(pid)/status")"
at_least '"message":"IMDSv1 GET /latest/meta-data/ 200 by curl' 2 || die "the callers are not named"
[ "$(lines '"source":{"ip":"10.9.0.2"')" = 3 ] || die "calls of the other namespace: $(lines '"source":{"ip":"10.9.0.2"')"
say "$(last '"action":"analyzer-started"' | grep -o '"message":"[^"]*"')"
say "$(last '"version":"v1"' | grep -o '"message":"[^"]*"')"
say "$(last '"version":"v2"' | grep -o '"message":"[^"]*"')"
say "attribution:$(methods)"
[ "$(stat -c %a $logs/*.jsonl | sort -u)" = 640 ] || die "mode of the log file"

# --- Upgraded: restarted, the configuration kept
before=$(pid)
dpkg -i "$second" >/run/dpkg.log 2>&1 || { cat /run/dpkg.log; die "the upgrade"; }
systemctl is-active -q $name || die "not running after the upgrade"
[ "$before" != "$(pid)" ] || die "the upgrade did not restart the service"
grep -q '^  fold_seconds: 0' $config || die "the upgrade lost the configuration"
count=$(lines '"version":"v1"')
call_v1
await "no line after the upgrade" at_least '"version":"v1"' $((count + 1))
at_least '"reason":"SIGTERM"' 1 || die "the old version did not say that it stopped"
say "upgraded to $(dpkg-query -W -f '${Version}' $name): restarted, configuration kept"

# --- Set up again over an administrator's own modes, and without the configuration: neither is touched
chmod 0644 $config
chmod 0755 $logs
dpkg -i "$second" >/run/dpkg.log 2>&1 || { cat /run/dpkg.log; die "dpkg -i once more"; }
[ "$(stat -c %a $config $logs | tr '\n' ' ')" = "644 755 " ] || die "an upgrade takes back the modes of the administrator"
mv $config /run/kept.yaml
dpkg -i "$second" >/run/dpkg.log 2>&1 || { cat /run/dpkg.log; die "dpkg -i without the configuration"; }
[ ! -e $config ] || die "the deleted configuration is back"
mv /run/kept.yaml $config
chmod 0640 $config
chmod 0750 $logs
systemctl reset-failed $name
systemctl restart $name
say "set up again with other modes and without the configuration: both left as they were"

# --- Restarted: nothing that was logged is lost
before=$(pid)
systemctl restart $name
[ "$before" != "$(pid)" ] || die "not restarted"
count=$((count + 1))
[ "$(lines '"version":"v1"')" = $count ] || die "a restart lost lines"
say "restarted: $(last '"action":"analyzer-stopped"' | grep -o '"message":"[^"]*"')"

# --- Killed: what was called a second ago is on the disk, whole; systemd starts it again
before=$(pid)
calls 50
sleep 1
kill -KILL "$before"
count=$((count + 50))
[ "$(lines '"version":"v1"')" = $count ] || die "kill -9 lost lines of more than a second ago: $(lines '"version":"v1"') of $count"
restarted() { systemctl is-active -q $name && [ "$(pid)" != "$before" ] && [ "$(pid)" != 0 ]; }
await "not restarted after kill -9" restarted
call_v1
await "no line after kill -9" at_least '"version":"v1"' $((count + 1))
whole_lines || die "kill -9 left a line that is no JSON"
say "kill -9: all 50 calls up to a second before are there, started again after $(property RestartUSec), and logs again"

# --- The disk full: a small file system in the place of the log folder, and a short queue
systemctl stop $name
mount -t tmpfs -o size=64k,mode=0750,uid="$(id -u $name)",gid="$(id -g $name)" tmpfs $logs
sed -i 's/^  # queue: .*/  queue: 64/' $config
systemctl start $name || die "does not start on a small disk"
head -c 60k /dev/zero > $logs/ballast 2>/dev/null || true
calls 200 0.01
count=$(lines '"version":"v1"')
[ "$count" -lt 100 ] || die "the disk was not full"
systemctl is-active -q $name || die "stopped by a full disk"
mount -o remount,size=4m $logs
rm $logs/ballast
await "no capture-gap once the disk has room again" at_least '"lines_lost":[1-9]' 1
count=$(lines '"version":"v1"')
call_v1
await "no line once the disk has room again" at_least '"version":"v1"' $((count + 1))
# Lost in several turns, told in several lines.
accounted_for() {
    lost=$(grep -h -o '"lines_lost":[0-9]*' $logs/*.jsonl | awk -F: '{sum += $2} END {print sum}')
    written=$(lines '"version":"v1"')
    # On a machine without a processor to spare the kernel may drop packets too: told as well, in packets.
    [ $((written + lost)) = "$1" ] || grep -q '"packets_dropped":[1-9]' $logs/*.jsonl
}
await "of 201 calls some are neither written nor told as lost" accounted_for 201
whole_lines || die "the full disk left a line that is no JSON"
say "disk full: of 201 calls $written are written, and $lost told as lost: $(last '"lines_lost":' | grep -o '"message":"[^"]*"')"
systemctl stop $name
umount $logs

# --- A bad configuration is final: no restart in a loop
sed -i 's/^  queue: .*/  # queue: 8192/' $config
cp $config /run/good.yaml
printf 'nonsense: 1\n' >> $config
systemctl start $name 2>/dev/null && die "starts with a bad configuration"
[ "$(property ExecMainStatus)" = 78 ] || die "exit status $(property ExecMainStatus) of a bad configuration"
{ [ "$(property ActiveState)" = failed ] && [ "$(property NRestarts)" = 0 ]; } || die "a bad configuration is tried again"
status=0
$name doctor > /run/doctor 2>&1 || status=$?
{ [ $status = 78 ] && grep -q '^missing  *service  *failed .*exit status 78' /run/doctor; } || die "doctor of a failed service: $status $(cat /run/doctor)"
say "bad configuration: exit status 78, not tried again: $(journalctl -u $name -o cat --no-pager | grep -m1 nonsense)"
cp /run/good.yaml $config
systemctl reset-failed $name
systemctl start $name

# --- The log folder cannot be used: tried again until it can, however often that fails; one that is gone is made again
systemctl stop $name
mv $logs /var/log/away
touch $logs
systemctl start $name 2>/dev/null && die "starts without a log folder"
[ "$(property ExecMainStatus)" = 73 ] || die "exit status $(property ExecMainStatus) without a log folder"
[ "$(property StartLimitIntervalUSec)" = 0 ] || die "given up on after some failures"
tried_again() { [ "$(property NRestarts)" -ge 1 ]; }
await "not tried again" tried_again
rm $logs
await "does not come up once the log folder can be made" systemctl is-active -q $name
[ "$(stat -c '%a %U %G' $logs)" = "750 $name $name" ] || die "log folder as made by the unit: $(stat -c '%a %U %G' $logs)"
say "log folder unusable: exit status 73, tried again $(property NRestarts) times, up once it was mended, the folder made anew"
systemctl stop $name
rm -r $logs
mv /var/log/away $logs
systemctl start $name

# --- Removed and purged
dpkg -r $name >/run/dpkg.log 2>&1 || { cat /run/dpkg.log; die "dpkg -r"; }
{ [ -e $config ] && [ -n "$(ls $logs)" ]; } || die "the removal lost configuration or logs"
[ ! -e /opt/$name ] || die "the removal left /opt/$name: $(find /opt/$name | head)"
systemctl is-active -q $name && die "runs after its removal"
dpkg -P $name >/run/dpkg.log 2>&1 || { cat /run/dpkg.log; die "dpkg -P"; }
systemctl reset-failed $name 2>/dev/null || true
# dpkg takes an empty /opt away with its last package; base-files does not own it.
mkdir -p /opt
traces > /run/traces-after
diff /run/traces-before /run/traces-after || die "the purge left the above"
say "removed: configuration and logs kept; purged: no file, folder, user, unit or control group left"
