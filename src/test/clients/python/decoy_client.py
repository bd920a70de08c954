"""A TCP client of its own, which sends two contents for the same bytes of its requests and other segments that mean no good.

decoy_client.py RUNS SEED: makes RUNS connections from eth0 to IMDS through a packet socket and prints one line each: the
number of the run, its port, the number of its requests that were answered, and what it sent. The kernel's resets for these
ports must be dropped by a packet filter. Python's standard library only.
"""

import json
import random
import select
import socket
import struct
import subprocess
import sys
import time

IMDS = "169.254.169.254"
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
ANSWER_SECONDS = 1.0
TRIES = 4

# What nobody who sees it in one place only can tell from what arrives.
UNKNOWABLE = ("partial", "ttl", "signed", "route", "no-options", "fin-partial", "reset-partial")
KINDS = UNKNOWABLE + (
    "good", "sum", "header-sum", "old-time", "no-ack", "unsent", "old-ack", "reset", "syn", "fin-sum", "beyond")


def ones(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


class Link:
    """Frames through eth0."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
        self.socket.bind(("eth0", 0))
        link = json.loads(subprocess.check_output(["ip", "-j", "address", "show", "dev", "eth0"]))[0]
        self.address = [one["local"] for one in link["addr_info"] if one["family"] == "inet"][0]
        socket.create_connection((IMDS, 80)).close()
        hop = json.loads(subprocess.check_output(["ip", "-j", "route", "get", IMDS]))[0].get("gateway", IMDS)
        neighbours = json.loads(subprocess.check_output(["ip", "-j", "neigh", "show", "dev", "eth0"]))
        self.peer = [one["lladdr"] for one in neighbours if one["dst"] == hop][0]
        self.ethernet = bytes.fromhex((self.peer + link["address"]).replace(":", "")) + b"\x08\0"
        self.source = socket.inet_aton(self.address)
        self.destination = socket.inet_aton(IMDS)

    def send(self, segment, ttl=64, options=b"", bad_header=False):
        words = (20 + len(options)) // 4
        header = struct.pack(
            "!BBHHHBBH4s4s", 0x40 | words, 0, 20 + len(options) + len(segment), random.getrandbits(16), 0x4000, ttl, 6, 0,
            self.source, self.destination) + options
        told = ones(header) ^ 0xFFFF ^ (0x1234 if bad_header else 0)
        self.socket.send(self.ethernet + header[:10] + struct.pack("!H", told) + header[12:] + segment)

    def segment(self, port, seq, ack, flags, data=b"", window=512, options=b"", urgent=0, sum_of="all"):
        header = struct.pack(
            "!HHIIBBHHH", port, 80, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, (20 + len(options)) // 4 << 4, flags, window, 0,
            urgent) + options
        pseudo = self.source + self.destination + struct.pack("!HH", 6, len(header) + len(data))
        if sum_of == "pseudo":
            total = ones(pseudo)
        else:
            total = ones(pseudo + header + data) ^ 0xFFFF ^ (0x5555 if sum_of == "wrong" else 0)
        return header[:16] + struct.pack("!H", total) + header[18:] + data

    def receive(self, port, until):
        """The next segment for that port, or None."""
        while True:
            ready = select.select([self.socket], [], [], max(0, until - time.monotonic()))[0]
            if not ready:
                return None
            frame = self.socket.recv(65536)
            if frame[12:14] != b"\x08\0" or frame[23] != 6 or frame[26:30] != self.destination:
                continue
            tcp = 14 + (frame[14] & 15) * 4
            end = 14 + struct.unpack("!H", frame[16:18])[0]
            _, to, seq, ack = struct.unpack("!HHII", frame[tcp:tcp + 12])
            if to == port:
                return frame[tcp + 13], seq, ack, frame[tcp + (frame[tcp + 12] >> 4) * 4:end]


class Connection:
    def __init__(self, link, port, chance):
        self.link = link
        self.port = port
        self.chance = chance
        self.sent = []
        self.next = chance.choice([chance.getrandbits(32), 0xFFFFFFF0])
        self.timestamps = chance.random() < 0.6
        self.clock = chance.choice([chance.getrandbits(31), 0xFFFFFFF0])
        self.expected = 0
        self.acked = 0

    def options(self, time_of=None):
        if not self.timestamps:
            return b""
        return struct.pack("!BBBBII", 1, 1, 8, 10, (self.clock if time_of is None else time_of) & 0xFFFFFFFF, 0)

    def put(self, flags, data=b"", seq=None, ack=None, ip=None, **how):
        how.setdefault("options", self.options())
        seq = self.next if seq is None else seq
        ack = self.expected if ack is None else ack
        self.link.send(self.link.segment(self.port, seq, ack if flags & ACK else 0, flags, data, **how), **(ip or {}))

    def open(self):
        offered = struct.pack("!BBHBBB", 2, 4, 1460, 1, 3, 3) + b"\x07" + self.options()
        offered += b"\0" * (-len(offered) % 4)
        first = self.next
        until = time.monotonic() + 3
        payload = b""
        if self.chance.random() < 0.2:
            payload = b"GET /latest/syn HTTP/1.1\r\nX-aws-ec2-metadata-token: x\r\n\r\n"
            self.sent.append("syn-payload")
        self.put(SYN, payload, options=offered)
        while True:
            got = self.link.receive(self.port, until)
            if got is None:
                return False
            if got[0] & (SYN | ACK) == SYN | ACK:
                break
        self.next = first + 1
        self.expected = got[1] + 1
        self.acked = self.next
        self.put(ACK)
        return True

    def decoy(self, start, data, base):
        kind = self.chance.choice(KINDS)
        self.sent.append(kind)
        seq = base + start
        clock = self.options(self.clock - 50_000)
        if kind == "good":
            self.put(ACK | PSH, data, seq)
        elif kind == "sum":
            self.put(ACK | PSH, data, seq, sum_of="wrong")
        elif kind == "partial":
            self.put(ACK | PSH, data, seq, sum_of="pseudo")
        elif kind == "header-sum":
            self.put(ACK | PSH, data, seq, ip={"bad_header": True})
        elif kind == "ttl":
            self.put(ACK | PSH, data, seq, ip={"ttl": self.chance.randint(1, 63)})
        elif kind == "old-time":
            self.put(ACK | PSH, data, seq, options=clock)
        elif kind == "no-ack":
            self.put(PSH, data, seq)
        elif kind == "unsent":
            self.put(ACK | PSH, data, seq, self.expected + self.chance.randint(1, 1000))
        elif kind == "old-ack":
            self.put(ACK | PSH, data, seq, self.expected - self.chance.randint(500_000, 1_000_000))
        elif kind == "signed":
            self.put(ACK | PSH, data, seq, options=struct.pack("!BBBB", 1, 1, 19, 18) + bytes(16))
        elif kind == "route":
            self.put(ACK | PSH, data, seq, ip={"options": b"\x83\x07\x04\x0a\x00\x00\x01\x00"})
        elif kind == "no-options":
            self.put(ACK | PSH, data, seq, options=b"", sum_of="pseudo")
        elif kind == "reset":
            self.put(RST, b"", self.next + self.chance.randint(1, 1000))
        elif kind == "reset-partial":
            self.put(RST, b"", self.next, sum_of="pseudo")
        elif kind == "syn":
            self.put(SYN, b"", self.next + self.chance.randint(0, 1 << 30))
        elif kind == "fin-sum":
            self.put(FIN | ACK, b"", self.next, sum_of="wrong")
        elif kind == "fin-partial":
            self.put(FIN | ACK, b"", self.next, sum_of="pseudo")
        elif kind == "beyond":
            self.put(ACK | PSH, data, self.next + 200_000)

    def request(self, number, run):
        """Sends one request in pieces with decoys between them; whether it was answered."""
        name = "/latest/meta-data/mac?run=%d-%d-" % (run, number)
        heads = [
            ("GET %s%s HTTP/1.1\r\nHost: a\r\nX-aws-ec2-metadata-%s: none\r\n\r\n" % (name, path, field)).encode()
            for path, field in self.chance.sample([("real", "tokex"), ("fake", "token")], 2)]
        real, fake = heads
        urgent = None
        if self.chance.random() < 0.15:
            # One more byte, which is out of band.
            urgent = self.chance.randrange(5, len(real) - 4)
            real = real[:urgent] + b"x" + real[urgent:]
            fake = fake[:urgent] + b"x" + fake[urgent:]
            self.sent.append("urgent")
        base = self.next
        cuts = sorted(self.chance.sample(range(1, len(real)), self.chance.randint(0, 3)))
        pieces = list(zip([0] + cuts, cuts + [len(real)]))
        if self.chance.random() < 0.2:
            self.chance.shuffle(pieces)
            self.sent.append("order")
        for start, end in pieces:
            self.clock += 1
            for _ in range(self.chance.choice([0, 0, 1, 1, 2])):
                first = max(0, start - self.chance.choice([0, 0, 3]))
                last = min(len(real), end + self.chance.choice([0, 0, 3]))
                self.decoy(first, fake[first:last], base)
            self.piece(real, start, end, base, urgent)
            if self.chance.random() < 0.3:
                self.decoy(start, fake[start:end], base)
            if self.chance.random() < 0.2:
                time.sleep(0.002)
        for _ in range(TRIES):
            if self.answered(base, len(real)):
                return True
            self.clock += 1
            self.piece(real, 0, len(real), base, urgent)
        return False

    def piece(self, real, start, end, base, urgent):
        if urgent is not None and urgent >= start:
            self.put(ACK | PSH | URG, real[start:end], base + start, urgent=urgent - start + 1)
        else:
            self.put(ACK | PSH, real[start:end], base + start)

    def answered(self, base, length):
        """Whether the answer came; takes it in, whatever the decoys made of the request."""
        until = time.monotonic() + ANSWER_SECONDS
        answer = b""
        while True:
            got = self.link.receive(self.port, until)
            if got is None:
                return False
            flags, seq, ack, data = got
            if flags & RST:
                self.sent.append("was-reset")
                return False
            if data and seq & 0xFFFFFFFF == self.expected & 0xFFFFFFFF:
                answer += data
                self.expected += len(data)
            if flags & FIN:
                self.expected += 1
            end = answer.find(b"\r\n\r\n")
            if data or flags & FIN:
                self.next = base + length
                self.put(ACK)
            if end >= 0:
                size = [int(line[15:]) for line in answer[:end].lower().split(b"\r\n") if line.startswith(b"content-length:")]
                if len(answer) >= end + 4 + (size or [0])[0]:
                    return not flags & FIN


def main():
    runs, seed = int(sys.argv[1]), int(sys.argv[2])
    link = Link()
    for run in range(runs):
        chance = random.Random(seed * 1_000_003 + run)
        connection = Connection(link, 20_000 + run % 30_000, chance)
        answered = 0
        if connection.open():
            for number in range(chance.randint(1, 3)):
                if not connection.request(number, run):
                    break
                answered += 1
            connection.put(RST | ACK, b"", connection.next)
        print(json.dumps({"run": run, "port": connection.port, "answered": answered, "sent": connection.sent}), flush=True)


main()
