#!/usr/bin/env python3
"""Writes a capture of requests to IMDS, the same bytes each time, and what is in it.

    capture.py FILE [REQUESTS]

FILE is a pcap of Ethernet frames: 100 000 requests unless told otherwise, on connections that are interleaved, with
their handshakes, answers, acknowledgements and ends. Half of the requests share kept-alive connections, the others have
one each. One head in eight is cut over two or three segments, and a quarter of those inside the name of the token
header. FILE.expected has one line for each kind: v1, v2 (with a token, without the PUTs), token (the PUTs), and how many
heads were cut.
"""
import random
import struct
import sys

IMDS = bytes([169, 254, 169, 254])
TOKEN = "AQAEAFOk1rBaaJhLxSz3Ck0hVAmUoLCvqxmWH5ZKxtZ5q0vN2pQ1Lg=="
TOKEN_HEADERS = ("X-aws-ec2-metadata-token", "x-aws-ec2-metadata-token")
PATHS = (
    "/latest/meta-data/",
    "/latest/meta-data/instance-id",
    "/latest/meta-data/placement/availability-zone",
    "/latest/meta-data/iam/security-credentials/",
    "/latest/meta-data/iam/security-credentials/web-server",
    "/latest/dynamic/instance-identity/document",
    "/latest/user-data",
    "/2021-07-15/meta-data/tags/instance/Name",
)
AGENTS = (
    "curl/7.88.1",
    "Wget/1.21.3",
    "Boto3/1.26.27 Python/3.11.2 Linux/6.1.0-18-cloud-amd64 Botocore/1.29.27",
    "aws-sdk-java/1.11.700 Linux/5.10.205 OpenJDK_64-Bit_Server_VM/11.0.22+7 java/11.0.22",
    "aws-sdk-go-v2/1.24.1 os/linux lang/go#1.21.6 md/GOOS#linux md/GOARCH#amd64 ft/ec2-imds",
)
BODIES = (b"i-0123456789abcdef0", b"eu-west-1a", b"web-server", b"ami-id\nhostname\niam/\ninstance-id\n" * 4,
          b'{"Code":"Success","Type":"AWS-HMAC","Expiration":"2026-11-21T18:00:00Z"}', b"x" * 1300)
FIN, SYN, PUSH_ACK, ACK = 0x01, 0x02, 0x18, 0x10
KEPT_ALIVE_REQUESTS = 100
CONNECTIONS_AT_ONCE = 16

choose = random.Random(20261121)


def checksum(octets):
    """RFC 1071: the sum of 16-bit words is the whole number modulo 65535."""
    if len(octets) % 2:
        octets += b"\0"
    return 0xFFFF - int.from_bytes(octets, "big") % 0xFFFF


class Capture:
    """A pcap file with microseconds, Ethernet."""

    def __init__(self, file):
        self.file = file
        self.micros = 1_790_000_000_000_000
        self.identification = 0
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))

    def packet(self, source, destination, ports, sequence, acknowledgment, flags, payload=b""):
        self.micros += choose.randrange(1, 40)
        self.identification = (self.identification + 1) & 0xFFFF
        tcp = struct.pack("!IIIBBHHH", ports, sequence & 0xFFFFFFFF, acknowledgment & 0xFFFFFFFF, 0x50, flags, 64240, 0, 0)
        pseudo = source + destination + struct.pack("!HH", 6, len(tcp) + len(payload))
        tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp + payload)) + tcp[18:]
        length = 20 + len(tcp) + len(payload)
        ip = struct.pack("!BBHHHBBH", 0x45, 0, length, self.identification, 0x4000, 64, 6, 0) + source + destination
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        frame = b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0" + ip + tcp + payload
        seconds, micros = divmod(self.micros, 1_000_000)
        self.file.write(struct.pack("<IIII", seconds, micros, len(frame), len(frame)) + frame)


class Expected:
    """What was written, by kind."""

    def __init__(self):
        self.counts = {"v1": 0, "v2": 0, "token": 0, "cut": 0, "cut-in-token-name": 0}

    def add(self, kind):
        self.counts[kind] += 1


def request(kind, kept):
    """The bytes of a request head, and where the name of its token header begins, or -1."""
    agent = choose.choice(AGENTS)
    lines = ["PUT /latest/api/token HTTP/1.1" if kind == "token" else f"GET {choose.choice(PATHS)} HTTP/1.1",
             "Host: 169.254.169.254", f"User-Agent: {agent}", "Accept: */*"]
    if kind == "token":
        lines += ["X-aws-ec2-metadata-token-ttl-seconds: 21600", "Content-Length: 0"]
    if kind == "v2":
        lines.append(f"{choose.choice(TOKEN_HEADERS)}: {TOKEN}")
    lines.append("Connection: keep-alive" if kept else "Connection: close")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode()
    return head, head.lower().find(b"x-aws-ec2-metadata-token:")


def cuts(head, name_at, expected):
    """The head as the segments that carry it."""
    if choose.randrange(8):
        return [head]
    expected.add("cut")
    if name_at >= 0 and choose.randrange(4) == 0:
        expected.add("cut-in-token-name")
        at = [name_at + choose.randrange(1, len(TOKEN_HEADERS[0]))]
    else:
        at = sorted(choose.sample(range(1, len(head)), choose.choice((1, 2))))
    return [head[a:b] for a, b in zip([0] + at, at + [len(head)])]


def response(kind, kept):
    if kind == "token":
        status, body = "200 OK", TOKEN.encode()
    elif choose.randrange(20) == 0:
        status, body = "404 Not Found", b""
    else:
        status, body = "200 OK", choose.choice(BODIES)
    head = (f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
            f"Date: Sat, 21 Nov 2026 12:00:00 GMT\r\nServer: EC2ws\r\nConnection: {'keep-alive' if kept else 'close'}\r\n\r\n")
    return head.encode() + body


def connection(capture, number, kinds, expected):
    """One connection; yields after each packet, so that others come between."""
    client = bytes([10, 0, 0, 10 + number // 50000 % 100])
    port = 10000 + number % 50000
    up, down = port << 16 | 80, 80 << 16 | port
    mine, theirs = choose.getrandbits(32), choose.getrandbits(32)
    kept = len(kinds) > 1

    def sent(flags, payload=b""):
        capture.packet(client, IMDS, up, mine, 0 if flags == SYN else theirs, flags, payload)

    def answered(flags, payload=b""):
        capture.packet(IMDS, client, down, theirs, mine, flags, payload)

    yield sent(SYN)
    mine += 1
    yield answered(SYN | ACK)
    theirs += 1
    yield sent(ACK)
    for kind in kinds:
        expected.add(kind)
        for part in cuts(*request(kind, kept), expected):
            yield sent(PUSH_ACK, part)
            mine += len(part)
        if not kept:
            yield answered(ACK)
        answer = response(kind, kept)
        yield answered(PUSH_ACK, answer)
        theirs += len(answer)
        if not kept or choose.randrange(2):
            yield sent(ACK)
    yield answered(FIN | ACK)
    theirs += 1
    yield sent(FIN | ACK)
    mine += 1
    yield answered(ACK)


def connections(capture, total, expected):
    number = 0
    while total > 0:
        # A kept-alive connection for as many one-shots as it has requests.
        for size in [KEPT_ALIVE_REQUESTS] + [1] * KEPT_ALIVE_REQUESTS:
            size = min(size, total)
            if size == 0:
                return
            total -= size
            kinds = choose.choices(("v1", "v2", "token"), (4, 4, 2), k=size)
            yield connection(capture, number, kinds, expected)
            number += 1


def main():
    path = sys.argv[1]
    total = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    expected = Expected()
    with open(path, "wb", buffering=1 << 20) as file:
        waiting = connections(Capture(file), total, expected)
        active = [c for _, c in zip(range(CONNECTIONS_AT_ONCE), waiting)]
        while active:
            at = choose.randrange(len(active))
            if next(active[at], active) is active:
                following = next(waiting, None)
                if following is None:
                    active.pop(at)
                else:
                    active[at] = following
    with open(path + ".expected", "w", encoding="ascii") as file:
        for kind, count in expected.counts.items():
            file.write(f"{kind} {count}\n")


if __name__ == "__main__":
    main()
