#!/usr/bin/env python3
"""A network cable in user space, which does to frames what a test asks for, each time the same.

Makes four TAP devices in its network namespace, wire0 to wire3, and carries Ethernet frames between wire0 (the caller's
end) and wire1, and between wire2 and wire3 (the end of IMDS). Who bridges wire1 and wire2 sees on the way what became of
the frames. Commands come on standard input, one a line, each answered by "ok"; "set MODE" takes one of:

    plain               nothing
    vlan                an 802.1Q tag between wire1 and wire2
    qinq                an 802.1ad and an 802.1Q tag there
    extension-headers   IPv6: hop-by-hop and destination options there
    fragmented          the caller's IP packets come in fragments, the last one first
    duplicated          the caller's TCP segments come twice
    reordered           the caller's next segment with payload comes after the two that follow it
    lost-syn            the caller's next SYN is lost behind wire2
    lost-request        the caller's next segment with payload is lost behind wire2
    lost-response       the next segment with payload from IMDS is lost behind wire1

The end of standard input ends the program. Python's standard library only.
"""

import fcntl
import os
import select
import struct
import sys

TUNSETIFF = 0x400454CA
IFF_TAP_WITHOUT_HEADER = 0x1002
MTU = 1500
TAGS = {"vlan": struct.pack("!HH", 0x8100, 5), "qinq": struct.pack("!HHHH", 0x88A8, 7, 0x8100, 5)}
FRAGMENT_BYTES = 64
TCP = 6
FIN_SYN_RST = 0x07
SYN = 0x02


def open_tap(name):
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP_WITHOUT_HEADER))
    return tap


class Segment:
    """Where the TCP segment is in an untagged frame, if there is one."""

    def __init__(self, frame):
        self.payload_length = 0
        self.flags = None
        kind = struct.unpack_from("!H", frame, 12)[0]
        if kind == 0x0800 and frame[23] == TCP:
            start = 14 + 4 * (frame[14] & 15)
            end = 14 + struct.unpack_from("!H", frame, 16)[0]
        elif kind == 0x86DD and frame[20] == TCP:
            start = 54
            end = start + struct.unpack_from("!H", frame, 18)[0]
        else:
            return
        self.flags = frame[start + 13]
        self.payload_length = end - start - 4 * (frame[start + 12] >> 4)


def internet_checksum(header):
    total = sum(struct.unpack("!%dH" % (len(header) // 2), header))
    total = (total & 0xFFFF) + (total >> 16)
    return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


def fragments(frame):
    """The frame's IP packet cut into pieces, if it carries TCP."""
    if Segment(frame).flags is None:
        return [frame]
    is_ipv4 = frame[12:14] == b"\x08\x00"
    header_end = 14 + 4 * (frame[14] & 15) if is_ipv4 else 54
    length = struct.unpack_from("!H", frame, 16 if is_ipv4 else 18)[0]
    data = frame[header_end:14 + length if is_ipv4 else 54 + length]
    pieces = []
    for offset in range(0, len(data), FRAGMENT_BYTES):
        piece = data[offset:offset + FRAGMENT_BYTES]
        more = offset + FRAGMENT_BYTES < len(data)
        header = bytearray(frame[14:header_end])
        if is_ipv4:
            struct.pack_into("!H", header, 2, len(header) + len(piece))
            struct.pack_into("!H", header, 6, (0x2000 if more else 0) | offset // 8)
            header[10:12] = bytes(2)
            struct.pack_into("!H", header, 10, internet_checksum(bytes(header)))
        else:
            extension = struct.pack("!BxHI", header[6], offset | more, hash(data) & 0xFFFFFFFF)
            header[6] = 44
            struct.pack_into("!H", header, 4, len(extension) + len(piece))
            header += extension
        pieces.append(frame[:14] + bytes(header) + piece)
    return pieces[::-1]


def with_extension_headers(frame):
    if frame[12:14] != b"\x86\xdd" or frame[20] != TCP:
        return frame
    padding = b"\x01\x04\0\0\0\0"
    extensions = bytes([60, 0]) + padding + bytes([TCP, 0]) + padding
    length = struct.unpack_from("!H", frame, 18)[0] + len(extensions)
    return frame[:18] + struct.pack("!H", length) + b"\0" + frame[21:54] + extensions + frame[54:]


class Wire:
    def __init__(self):
        self.taps = [open_tap("wire%d" % number) for number in range(4)]
        self.mode = "plain"
        self.pending = False
        self.held = []

    def set(self, mode):
        self.mode = mode
        self.pending = True
        self.held = []

    def carry(self, end, frame):
        """Gives what comes out at the other end of the cable for a frame that went in at this one."""
        outward, inward = end in (0, 3), end in (1, 2)
        tag = TAGS.get(self.mode)
        if tag and outward:
            return [frame[:12] + tag + frame[12:]]
        if tag and inward:
            return [frame[:12] + frame[12 + len(tag):]] if frame[12:12 + len(tag)] == tag else []
        if self.mode == "extension-headers" and outward:
            return [with_extension_headers(frame)]
        if end == 0:
            return self.from_caller(frame)
        return [] if self.is_lost(end, frame) else [frame]

    def from_caller(self, frame):
        segment = Segment(frame)
        if self.mode == "fragmented":
            return fragments(frame)
        if self.mode == "duplicated" and segment.flags is not None:
            return [frame, frame]
        if self.mode == "reordered" and segment.payload_length and self.pending:
            self.held.append(frame)
            if len(self.held) < 3:
                return []
            self.pending = False
            return self.held[1:] + self.held[:1]
        return [frame]

    def is_lost(self, end, frame):
        segment = Segment(frame)
        wanted = (
            (self.mode == "lost-syn" and end == 2 and segment.flags is not None and segment.flags & FIN_SYN_RST == SYN)
            or (self.mode == "lost-request" and end == 2 and segment.payload_length)
            or (self.mode == "lost-response" and end == 1 and segment.payload_length))
        if wanted and self.pending:
            self.pending = False
            return True
        return False

    def run(self):
        print("ready", flush=True)
        while True:
            for ready in select.select(self.taps + [0], [], [])[0]:
                if ready == 0:
                    command = sys.stdin.readline().split()
                    if not command:
                        return
                    self.set(command[1])
                    print("ok", flush=True)
                else:
                    self.pass_on(self.taps.index(ready))

    def pass_on(self, end):
        try:
            frame = os.read(self.taps[end], 2 * MTU)
            for out in self.carry(end, frame):
                os.write(self.taps[end ^ 1], out)
        except OSError:
            pass  # a device that is down, or gone with its namespace, loses frames as any other does


if __name__ == "__main__":
    Wire().run()
