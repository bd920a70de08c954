"""Makes calls whose way over the network a test looks at; each carries the name of its case in the query.

network_client.py ADDRESS CASE calls               a token, a GET with it, a GET without, on a connection each
network_client.py ADDRESS CASE keep-alive N        N GETs one after the other on one connection
network_client.py ADDRESS CASE pipelined N         N GETs in one go
network_client.py ADDRESS CASE burst N             a GET cut into N segments that do not wait for one another
network_client.py ADDRESS CASE large N             a GET with a header field of N bytes
network_client.py ADDRESS CASE body N              a GET whose answer has N bytes
network_client.py ADDRESS CASE reuse PORT          three connections from the same port, at once one after the other
network_client.py ADDRESS CASE held PORT FILE      two GETs on a connection from that port, the second when FILE is there
"""

import os
import socket
import struct
import sys
import time

ADDRESS, CASE, KIND = sys.argv[1:4]
FAMILY = socket.AF_INET6 if ":" in ADDRESS else socket.AF_INET
ITEM = "/latest/meta-data/instance-id"
LIMIT_SECONDS = 20


def connect(port=0):
    connection = socket.socket(FAMILY, socket.SOCK_STREAM)
    connection.settimeout(LIMIT_SECONDS)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if port:
        connection.bind(("::" if FAMILY == socket.AF_INET6 else "0.0.0.0", port))
    connection.connect((ADDRESS, 80))
    return connection


def request(number, *fields, method="GET", path=ITEM):
    lines = ["%s %s?case=%s&number=%d HTTP/1.1" % (method, path, CASE, number), "Host: imds", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read_answer(stream):
    length = 0
    if not stream.readline().startswith(b"HTTP/1."):
        raise ValueError("no answer")
    for line in iter(stream.readline, b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return stream.read(length)


def ask(*requests, port=0):
    """Sends them in one go on a connection of their own."""
    with connect(port) as connection:
        stream = connection.makefile("rb")
        connection.sendall(b"".join(requests))
        return [read_answer(stream) for _ in requests]


def ask_to_the_end(number, port):
    """The same for one request after which IMDS closes first, so that the port is free again at once."""
    with connect(port) as connection:
        stream = connection.makefile("rb")
        connection.sendall(request(number, "Connection: close"))
        read_answer(stream)
        stream.read()


def calls():
    put = request(0, "X-aws-ec2-metadata-token-ttl-seconds: 60", method="PUT", path="/latest/api/token")
    token = ask(put)[0].decode()
    ask(request(1, "X-aws-ec2-metadata-token: " + token))
    ask(request(2))


def keep_alive(count):
    with connect() as connection:
        stream = connection.makefile("rb")
        for number in range(int(count)):
            connection.sendall(request(number))
            read_answer(stream)


def pipelined(count):
    ask(*[request(number) for number in range(int(count))])


def burst(count):
    whole = request(0, "X-Padding: " + "x" * 400)
    size = -(-len(whole) // int(count))
    with connect() as connection:
        for start in range(0, len(whole), size):
            connection.send(whole[start:start + size])
        read_answer(connection.makefile("rb"))


def large(size):
    ask(request(0, "X-Padding: " + "x" * int(size)))


def body(size):
    ask(request(0, path="/latest/test/body/" + size))


def reuse(port):
    """The first is closed by IMDS, the second is reset by us."""
    ask_to_the_end(0, int(port))
    with connect(int(port)) as connection:
        connection.sendall(request(1))
        read_answer(connection.makefile("rb"))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    ask_to_the_end(2, int(port))


def held(port, file):
    with connect(int(port)) as connection:
        stream = connection.makefile("rb")
        connection.sendall(request(0))
        read_answer(stream)
        end = time.monotonic() + LIMIT_SECONDS
        while not os.path.exists(file):
            if time.monotonic() > end:
                raise TimeoutError(file)
            time.sleep(0.005)
        connection.sendall(request(1))
        read_answer(stream)


if __name__ == "__main__":
    {
        "calls": calls, "keep-alive": keep_alive, "pipelined": pipelined, "burst": burst, "large": large,
        "body": body, "reuse": reuse, "held": held,
    }[KIND](*sys.argv[4:])
