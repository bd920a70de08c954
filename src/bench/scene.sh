# Sourced by the benchmarks that need a network: three network namespaces that end with the script, the callers', in which
# it already is, a container's behind a bridge with masquerade, and an emulated IMDS's. Wants IMDS, the array started and
# /proc; gives imds and container, the pids of processes in these.

# --- The network ------------------------------------------------------------------------------------------------------

namespace() { # sets holder to the pid of a process in a new network namespace
    unshare --net -- sleep infinity &
    holder=$!
    started+=("$holder")
    until [ "$(readlink "/proc/$holder/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
}
namespace
imds=$holder
namespace
container=$holder

ip -batch - <<COMMANDS
link set lo up
link add eth0 type veth peer name imds0 netns $imds
addr add 10.0.0.10/24 dev eth0
link set eth0 up
link add br0 type bridge
addr add 172.17.0.1/16 dev br0
link set br0 up
link add veth0 type veth peer name eth0 netns $container
link set veth0 master br0
link set veth0 up
COMMANDS
nsenter --net="/proc/$imds/ns/net" ip -batch - <<COMMANDS
addr add 10.0.0.1/24 dev imds0
link set imds0 up
link set lo up
addr add $IMDS/32 dev lo
COMMANDS
nsenter --net="/proc/$container/ns/net" ip -batch - <<COMMANDS
link set lo up
addr add 172.17.0.2/16 dev eth0
link set eth0 up
route add default via 172.17.0.1
COMMANDS
ip route add "$IMDS/32" via 10.0.0.1
echo 1 >/proc/sys/net/ipv4/ip_forward
nft -f - <<'RULES'
table ip bench { chain after {
    type nat hook postrouting priority 100; ip saddr 172.17.0.0/16 oifname "eth0" masquerade; }; }
RULES
# One-shot calls leave ports in TIME_WAIT for a minute.
echo "1024 65535" >/proc/sys/net/ipv4/ip_local_port_range
nsenter --net="/proc/$container/ns/net" sh -c 'echo "1024 65535" >/proc/sys/net/ipv4/ip_local_port_range'
