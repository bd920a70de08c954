"""Sends requests byte by byte as told, where libraries would not.

raw_client.py split              one IMDSv2 GET whose token header is cut inside the header's name
raw_client.py bytewise           the same GET, a segment a byte
raw_client.py pipeline N         N GETs in one go, every third one with a token
raw_client.py keep-alive N       N GETs one after the other on one connection, every third one with a token
raw_client.py continue           a token request whose body waits for 100 (Continue)
raw_client.py half-close         a GET after which this side closes, before the answer comes
raw_client.py until-close        a GET whose answer has no length
"""

import fcntl
import socket
import struct
import sys
import termios
import time

ADDRESS = "169.254.169.254"


def connect():
    connection = socket.create_connection((ADDRESS, 80), timeout=10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def send_segment(connection, data):
    """Sends the bytes in a segment of their own: the next ones wait until these are acknowledged."""
    connection.sendall(data)
    end = time.monotonic() + 5
    while struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)))[0]:
        if time.monotonic() > end:
            raise TimeoutError("no acknowledgement")
        time.sleep(0.0002)


def read_answer(stream):
    """Reads one answer; gives its body."""
    length = 0
    status = stream.readline()
    if not status.startswith(b"HTTP/1."):
        raise ValueError("no answer: %r" % status)
    for line in iter(stream.readline, b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return stream.read(length)


def fetch_token():
    with connect() as connection:
        connection.sendall(
            b"PUT /latest/api/token HTTP/1.1\r\nHost: 169.254.169.254\r\nUser-Agent: raw\r\n"
            b"X-aws-ec2-metadata-token-ttl-seconds: 60\r\nContent-Length: 0\r\n\r\n")
        return read_answer(connection.makefile("rb")).decode()


def get(target, token=None):
    header = "X-aws-ec2-metadata-token: %s\r\n" % token if token else ""
    return ("GET %s HTTP/1.1\r\nHost: 169.254.169.254\r\nUser-Agent: raw\r\n%s\r\n" % (target, header)).encode()


def send_cut(cuts):
    """Sends a GET in the pieces that cuts(request) gives."""
    request = get("/latest/meta-data/instance-id?cut", fetch_token())
    with connect() as connection:
        for piece in cuts(request):
            send_segment(connection, piece)
        print(read_answer(connection.makefile("rb")).decode())


def inside_the_name(request):
    middle = request.index(b"metadata-token")
    return [request[:middle], request[middle:]]


def bytewise(request):
    return [request[index:index + 1] for index in range(len(request))]


def many(count, pipelined):
    token = fetch_token()
    requests = [
        get("/latest/meta-data/instance-id?number=%d" % number, token if number % 3 == 0 else None)
        for number in range(count)]
    with connect() as connection:
        stream = connection.makefile("rb")
        if pipelined:
            connection.sendall(b"".join(requests))
        for request in requests:
            if not pipelined:
                connection.sendall(request)
            read_answer(stream)
    print(count)


def send_body_when_told():
    with connect() as connection:
        stream = connection.makefile("rb")
        connection.sendall(
            b"PUT /latest/api/token HTTP/1.1\r\nHost: 169.254.169.254\r\nUser-Agent: raw\r\nExpect: 100-continue\r\n"
            b"X-aws-ec2-metadata-token-ttl-seconds: 60\r\nContent-Length: 5\r\n\r\n")
        read_answer(stream)
        connection.sendall(b"hello")
        print(len(read_answer(stream)))


def close_half():
    with connect() as connection:
        connection.sendall(get("/latest/test/slow"))
        connection.shutdown(socket.SHUT_WR)
        print(read_answer(connection.makefile("rb")).decode())


def read_until_close():
    with connect() as connection:
        connection.sendall(get("/latest/test/until-close"))
        print(len(connection.makefile("rb").read()))


def main():
    kind = sys.argv[1]
    if kind == "split":
        send_cut(inside_the_name)
    elif kind == "bytewise":
        send_cut(bytewise)
    elif kind == "continue":
        send_body_when_told()
    elif kind == "half-close":
        close_half()
    elif kind == "until-close":
        read_until_close()
    else:
        many(int(sys.argv[2]), kind == "pipeline")


if __name__ == "__main__":
    main()
