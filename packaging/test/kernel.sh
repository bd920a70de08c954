# What test-kernels.sh runs in a virtual machine, as a unit, once the system is up: the service was started at boot.
# Its last line says whether all is fine; everything goes to the serial console, which is the system's.
# shellcheck shell=bash
set -euo pipefail
exec > /dev/console 2>&1
# shellcheck source=packaging/test/common.sh
. /test/common.sh
patience=1200
say() { printf 'kernel: %s\n' "$*"; }
finish() {
    say "result $1"
    stop_emulator
    systemctl poweroff --no-block
}
trap 'finish $?' EXIT

await "the service is not active after the boot" systemctl is-active -q $name
say "$(uname -rm), $(systemctl --version | head -n 1), cgroup $(stat -fc %T /sys/fs/cgroup), btf $([ -e /sys/kernel/btf/vmlinux ] && echo yes || echo no), $(nproc) cpus"
[ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ] || die "not a pure cgroup v2"
say "active $(($(property ActiveEnterTimestampMonotonic) / 1000)) ms after the kernel's start, basic.target $(($(systemctl show -P ActiveEnterTimestampMonotonic basic.target) / 1000)) ms"
say "effective capabilities $(awk '/CapEff/{print $2}' "/proc/$(pid)/status")"

# On Linux 4.18 a machine without devices gathers no random numbers for minutes, and who asks for them waits: the emulator,
# for a token. The service must have started without them, so only now does the kernel get something to count as random.
random_ready() { python3 -c 'import os; os.getrandom(1, os.GRND_NONBLOCK)' 2>/dev/null; }
if random_ready; then
    say "random numbers were there"
else
    python3 -c 'import fcntl, os, struct
RNDADDENTROPY = 0x40085203
fcntl.ioctl(os.open("/dev/random", os.O_WRONLY), RNDADDENTROPY, struct.pack("ii", 512, 64) + bytes(64))'
    random_ready || die "the kernel still has no random numbers"
    say "the service started while getrandom would still have blocked"
fi

make_network
unfold

# round WANTED: one v1 and one v2 call from this namespace and one from another, the first attributed by this source.
round() {
    local wanted=$1 v1
    v1=$(lines '"version":"v1"')
    staying_call
    staying_call elsewhere
    call_v2
    call_v2 elsewhere
    await "not all calls are logged" at_least '"version":"v1"' $((v1 + 2))
    await "not all calls are logged" at_least '"operation":"token"' $((tokens += 2))
    [ "$(of_python | grep -c "\"attribution\":{\"method\":\"$wanted\"")" = 2 ] || die "attributed otherwise: $(of_python)"
    [ "$(of_python | grep -c '200 by python3')" = 2 ] || die "the callers are not named: $(of_python)"
    say "$wanted: $(of_python | tail -n 1 | grep -o '"message":"[^"]*"')"
    say "$wanted, all calls so far:$(methods)"
}
tokens=0
of_python() { grep -h '"version":"v1"' $logs/*.jsonl | tail -n 2; }
# A caller that keeps its connection until it is logged, however long this machine takes: the search through /proc finds
# what is there.
staying_call() {
    local before caller
    before=$(lines '"version":"v1"')
    touch /run/stay
    "$@" python3 -c 'import http.client, os, time
connection = http.client.HTTPConnection("169.254.169.254")
connection.request("GET", "/latest/meta-data/")
connection.getresponse().read()
while os.path.exists("/run/stay"): time.sleep(0.1)' &
    caller=$!
    await "a call is not logged" at_least '"version":"v1"' $((before + 1))
    rm /run/stay
    wait $caller
}

resident() { awk "/$1/{print \$2}" "/proc/$(pid)/status"; }
out_of_memory() { journalctl -u $name -o cat --no-pager | grep -q "oom-kill\|OOM killer"; }

# Is this kernel as new as that?
kernel_of() { [ "$(printf '%s\n' "$1" "$(uname -r)" | sort -V | head -n 1)" = "$1" ]; }

say "$(last '"action":"analyzer-started"' | grep -o '"message":"[^"]*"')"
if kernel_of 5.8; then
    round connect
else
    # No CAP_BPF here: as packaged the service names callers by their sockets, and says what is missing.
    round socket
    cp /usr/share/doc/$name/examples/linux-before-5.8.conf /etc/systemd/system/$name.service.d/
    systemctl daemon-reload
    systemctl restart $name
    say "$(last '"action":"analyzer-started"' | grep -o '"message":"[^"]*"')"
    # Before 4.16 there is no tracepoint to attach to, whatever is allowed.
    if kernel_of 4.16; then round connect; else round socket; fi
fi

# The limit, under more calls than a host makes.
group=/sys/fs/cgroup$(property ControlGroup)
limit=$(cat "$group/memory.max")
[ "$limit" = "$(property MemoryMax)" ] || die "memory.max is $limit"
highest=0
before=$(lines '"version":"v1"')
calls 1000 &
load=$!
while kill -0 $load 2>/dev/null; do
    now=$(cat "$group/memory.current")
    [ "$now" -le "$highest" ] || highest=$now
    sleep 0.1
done
wait $load
await "calls of the load are not logged" at_least '"version":"v1"' $((before + 1000))
[ ! -e "$group/memory.peak" ] || highest=$(cat "$group/memory.peak")
grep -q '^oom_kill 0$' "$group/memory.events" || die "killed for its memory"
[ "$highest" -lt "$limit" ] || die "$highest bytes of $limit in use"
say "memory.max $((limit >> 20)) MiB; under 1000 calls at most $((highest >> 20)) MiB, $(resident VmRSS) kB resident, $(resident VmHWM) kB at its peak; no line lost"

# By sockets alone.
sed -i 's/^  # connect: true/  connect: false/' $config
systemctl restart $name
say "$(last '"action":"analyzer-started"' | grep -o '"message":"[^"]*"')"
round socket

say "doctor: $($name doctor 2>&1 | tail -n 1)"
systemd-analyze security --no-pager $name | tail -n 1
# A limit that is too small is enforced by this kernel: the service is killed, and systemd says why.
systemctl set-property --runtime $name MemoryMax=12M
await "a limit of 12 MiB is not enforced" out_of_memory
say "a limit of 12 MiB: $(property Result)"
