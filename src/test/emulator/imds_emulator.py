#!/usr/bin/env python3
"""Stands in for the EC2 Instance Metadata Service in tests, and records the truth of every request.

Listens on the addresses given, answers as IMDS does (IMDSv1 and IMDSv2), and appends one JSON object a line to
the truth file before each answer leaves. Commands come on standard input, one a line, each answered by "ok":

    set tokens optional|required        whether IMDSv1 is still served
    set endpoint enabled|disabled       disabled answers 403 to everything
    set hop-limit N                     IP TTL (IPv6: hop limit) of the packets that carry a token
    set connection keep-alive|close     whether connections outlive a request
    set http-version 1.1|1.0            the version in the status line

The end of standard input ends the program, so it never outlives the one who started it.

Paths below /latest/test/ misbehave on purpose: see SPECIAL in imds_service.py.
Python's standard library only.
"""

import argparse
import fcntl
import json
import os
import re
import signal
import socket
import struct
import sys
import termios
import threading
import time
from email.utils import formatdate

from imds_request import Request
from imds_service import Service, Tokens

MAXIMUM_HEAD_BYTES = 256 * 1024
IDLE_SECONDS = 60
DEFAULT_TTL = 64
REASONS = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 429: "Too Many Requests", 503: "Service Unavailable",
}


class Settings:
    """What the commands change."""

    def __init__(self, arguments):
        self.tokens = arguments.tokens
        self.endpoint = "enabled"
        self.hop_limit = arguments.hop_limit
        self.connection = "keep-alive"
        self.http_version = "1.1"


class Truth:
    """Appends one JSON line a request; a line is in the file before the request's answer leaves."""

    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8")
        self.lock = threading.Lock()

    def record(self, entry):
        line = json.dumps(entry) + "\n"
        with self.lock:
            self.file.write(line)
            self.file.flush()


class ConnectionThread(threading.Thread):
    """Serves one connection, request after request, pipelined or not."""

    def __init__(self, emulator, connection, peer, number):
        super().__init__(daemon=True)
        self.emulator = emulator
        self.socket = connection
        self.peer = peer
        self.number = number
        self.buffer = b""

    def run(self):
        try:
            self.socket.settimeout(IDLE_SECONDS)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            exchange = 0
            while True:
                head = self.read_head()
                if head is None or not self.serve(Request(head), exchange):
                    return
                exchange += 1
        except (OSError, ValueError):
            pass  # the client went away, or sent what cannot be read on: either ends this connection only
        finally:
            self.socket.close()

    def read_head(self):
        """The next request head without its empty line; None at the end of the stream."""
        self.buffer = self.buffer.lstrip(b"\r\n")
        while True:
            end = re.search(rb"\r?\n\r?\n", self.buffer)
            if end:
                head = self.buffer[:end.start()]
                self.buffer = self.buffer[end.end():]
                return head
            if len(self.buffer) > MAXIMUM_HEAD_BYTES or not self.fill():
                return None

    def fill(self):
        received = self.socket.recv(65536)
        self.buffer += received
        return bool(received)

    def serve(self, request, exchange):
        """Answers one request; False if the connection ends with it."""
        settings = self.emulator.settings
        answer = self.emulator.service.answer(request)
        if (request.header(b"expect") or b"").lower() == b"100-continue":
            self.socket.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.skip_body(request)
        silent = answer.manner in ("silent", "close", "reset")
        agent = request.header(b"user-agent")
        self.emulator.truth.record({
            "time": time.time_ns(),
            "connection": self.number,
            "exchange": exchange,
            "client_address": self.peer[0].partition("%")[0],
            "client_port": self.peer[1],
            "server_address": self.socket.getsockname()[0],
            "method": request.method.decode("latin-1"),
            "target": request.target.decode("latin-1"),
            "version": request.version(),
            "status": None if silent else answer.status,
            "user_agent": agent.decode("latin-1") if agent is not None else None,
        })
        close = request.malformed or request.wants_close(settings) or answer.manner == "until-close"
        return self.send(request, answer, close) and not close

    def skip_body(self, request):
        if b"chunked" in (request.header(b"transfer-encoding") or b"").lower():
            size = -1
            while size != 0:
                size = int(self.take_line().partition(b";")[0], 16)
                self.take(size)
                self.take_line()
            return
        self.take(int(request.header(b"content-length") or 0))

    def take(self, length):
        while len(self.buffer) < length and self.fill():
            pass
        self.buffer = self.buffer[length:]

    def take_line(self):
        while b"\n" not in self.buffer and self.fill():
            pass
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.strip()

    def send(self, request, answer, close):
        """Sends the answer in its manner; False if the connection cannot go on after it."""
        if answer.manner == "silent":
            while self.fill():
                pass
            return False
        if answer.manner == "reset":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if answer.manner in ("reset", "close"):
            return False
        if answer.manner == "slow":
            time.sleep(0.5)
        # Left as it is until the next answer, so that a retransmission of a token travels no farther than it did.
        self.set_ttl(self.emulator.settings.hop_limit if answer.carries_token else DEFAULT_TTL)
        for piece in self.pieces(request, answer, close):
            self.socket.sendall(piece)
            if answer.manner == "split":
                self.await_acknowledgement()
        return True

    def pieces(self, request, answer, close):
        chunked = answer.manner == "chunked"
        lines = ["HTTP/%s %d %s" % (
            self.emulator.settings.http_version, answer.status, REASONS.get(answer.status, "Other"))]
        headers = [("Content-Type", "text/plain"), ("Date", formatdate(usegmt=True)), ("Server", "EC2ws")]
        if answer.manner != "until-close":
            headers.append(("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(len(answer.body))))
        headers.append(("Connection", "close" if close else "keep-alive"))
        lines += ["%s: %s" % header for header in headers + answer.headers]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        body = b"" if request.method == b"HEAD" else answer.body
        if chunked:
            return [head, b"%x\r\n" % len(body) + body + b"\r\n", b"0\r\n\r\n"]
        if answer.manner == "split":
            third = len(head) // 3
            middle = len(body) // 2
            return [head[:third], head[third:2 * third], head[2 * third:], body[:middle], body[middle:]]
        return [head + body]

    def await_acknowledgement(self):
        """Waits until the client's kernel has everything sent so far, at most a second."""
        end = time.monotonic() + 1
        while time.monotonic() < end:
            unacknowledged = struct.unpack("i", fcntl.ioctl(self.socket, termios.TIOCOUTQ, bytes(4)))[0]
            if unacknowledged == 0:
                return
            time.sleep(0.0005)

    def set_ttl(self, ttl):
        if self.socket.family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, ttl)
        else:
            self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)


class Emulator:
    """The listeners, and the numbering of their connections."""

    def __init__(self, arguments):
        self.settings = Settings(arguments)
        self.truth = Truth(arguments.truth)
        self.service = Service(self.settings, Tokens())
        self.listeners = [self.listen(address) for address in arguments.listen]
        self.lock = threading.Lock()
        self.connections = 0

    @staticmethod
    def listen(address):
        host, _, port = address.rpartition(":")
        host = host.strip("[]")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, int(port)))
        listener.listen(1024)
        return listener

    def accept(self, listener):
        while True:
            connection, peer = listener.accept()
            with self.lock:
                number = self.connections
                self.connections += 1
            ConnectionThread(self, connection, peer, number).start()

    def obey(self, command):
        words = command.split()
        if len(words) != 3 or words[0] != "set":
            return "unknown command: " + command.strip()
        name = words[1].replace("-", "_")
        if not hasattr(self.settings, name):
            return "unknown setting: " + words[1]
        setattr(self.settings, name, int(words[2]) if name == "hop_limit" else words[2])
        return "ok"

    def run(self):
        for listener in self.listeners:
            threading.Thread(target=self.accept, args=(listener,), daemon=True).start()
        print("ready", flush=True)
        for command in sys.stdin:
            print(self.obey(command), flush=True)


def main():
    parser = argparse.ArgumentParser(description="Emulates the EC2 Instance Metadata Service.")
    parser.add_argument("--listen", action="append", required=True, metavar="ADDRESS:PORT")
    parser.add_argument("--tokens", choices=["optional", "required"], default="optional")
    parser.add_argument("--hop-limit", type=int, default=1)
    parser.add_argument("--truth", required=True, metavar="FILE")
    # Ctrl-C at the terminal reaches everybody: end without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    Emulator(parser.parse_args()).run()
    os._exit(0)


if __name__ == "__main__":
    main()
