# Shared by what runs inside the systems under test. Their network is their own: the address of IMDS is given to a network
# namespace made here, and no packet leaves the machine.
# shellcheck shell=bash
name=imds-packet-analyzer
logs=/var/log/$name
config=/etc/$name/config.yaml
export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin

# In a command substitution the words only, and not into what is substituted; the rest is told once, where that ends.
die() {
    printf 'FAILED: %s\n' "$1" >&2
    [ "$BASH_SUBSHELL" = 0 ] || exit "${2:-1}"
    {
        systemctl status $name --no-pager -l || true
        journalctl -u $name --no-pager -n 30 || true
        tail -n 3 $logs/*.jsonl || true
        echo "--- the emulator: ${emulator:-not started}, $(stat -c '%s bytes of truth' /run/imds-truth 2>&1)"
        tail -n 30 /run/imds-emulator.log || true
        tail -n 3 /run/imds-truth || true
        echo "--- the kernel"
        dmesg | tail -n 30 || true
    } >&2
    exit "${2:-1}"
}
# Whatever else fails says where.
set -E
failed() { die "$2: exit status $1" "$1"; }
trap 'failed $? "$BASH_COMMAND"' ERR
# await WHAT COMMAND...: within so many tenths of a second.
patience=200
await() {
    local what=$1
    shift
    for _ in $(seq $patience); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.1
    done
    die "$what"
}

property() { systemctl show -P "$1" $name; }
pid() { property MainPID; }
# Lines of the log that hold this text; of a call that is not folded, so many calls.
lines() { cat $logs/*.jsonl | grep -c -- "$1" || true; }
at_least() { [ "$(lines "$1")" -ge "$2" ]; }
last() { grep -h -- "$1" $logs/*.jsonl | tail -n 1; }
whole_lines() {
    cat $logs/*.jsonl | python3 -c 'import json, sys
for line in sys.stdin: json.loads(line)'
}

emulator=''
stop_emulator() { [ -z "$emulator" ] || kill "$emulator" 2>/dev/null || true; }

# Two namespaces behind this one: IMDS answers in the first, callers live in the second and here. Tokens have a hop to go
# to the second.
make_network() {
    ip link set lo up
    mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
    ip netns add metadata
    ip link add imds0 type veth peer name eth0 netns metadata
    ip addr add 10.8.0.1/24 dev imds0
    ip link set imds0 up
    ip -n metadata link set lo up
    ip -n metadata addr add 10.8.0.2/24 dev eth0
    ip -n metadata addr add 169.254.169.254/32 dev eth0
    ip -n metadata link set eth0 up
    ip route add 169.254.169.254/32 via 10.8.0.2
    ip netns add caller
    ip link add call0 type veth peer name eth0 netns caller
    ip addr add 10.9.0.1/24 dev call0
    ip link set call0 up
    ip -n caller link set lo up
    ip -n caller addr add 10.9.0.2/24 dev eth0
    ip -n caller link set eth0 up
    ip -n caller route add default via 10.9.0.1
    ip -n metadata route add default via 10.8.0.1
    echo 1 > /proc/sys/net/ipv4/ip_forward
    (cd /emulator && exec ip netns exec metadata python3 imds_emulator.py --listen 169.254.169.254:80 --hop-limit 2 \
        --truth /run/imds-truth < <(exec sleep 900) > /run/imds-emulator.log 2>&1) &
    emulator=$!
    await "the emulator does not answer" call_v1
}

# In the caller's namespace, entered without the fresh /sys of "ip netns exec".
elsewhere() { nsenter --net=/run/netns/caller "$@"; }
call_v1() { "$@" curl -sS -m 20 -o /dev/null http://169.254.169.254/latest/meta-data/; }
call_v2() {
    local token
    # Without a token the next one would be IMDSv1: curl leaves an empty field out.
    token=$("$@" curl -sSf -m 20 -X PUT http://169.254.169.254/latest/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 60') || return
    "$@" curl -sS -m 20 -o /dev/null -H "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/meta-data/
}
# calls COUNT [PAUSE]: IMDSv1, one connection each, as fast as one program makes them or with a pause in seconds between them.
calls() {
    python3 - "$1" "${2:-0}" <<'PYTHON'
import sys, time, urllib.request
for _ in range(int(sys.argv[1])):
    urllib.request.urlopen("http://169.254.169.254/latest/meta-data/", timeout=20).read()
    time.sleep(float(sys.argv[2]))
PYTHON
}

# Equal calls are folded into one line for a minute by the shipped configuration.
unfold() {
    sed -i 's/^  # fold_seconds: .*/  fold_seconds: 0/' $config
    systemctl reload $name
    await "the reload is not told" reloaded
}
reloaded() { journalctl -u $name -o cat --no-pager | grep -q 'configuration reloaded'; }
methods() { grep -h '"action":"imds-request"' $logs/*.jsonl | grep -o '"attribution":{"method":"[^"]*"' | cut -d'"' -f6 | sort | uniq -c | tr -s ' \n' ' '; }
