"""Answers in the place of IMDS: local_proxy.py ADDRESS PORT MODE

answer: by itself; forward, forward6: with what IMDS answers, by IPv4 or IPv6; slow-forward: the same, slowly;
transparent-forward: the same for connections that bear IMDS's own address; own: by itself, after a call of its own to IMDS;
own-later: makes a call of its own once it listens; linger: by itself, and keeps the connection for a while.
"""
import http.client
import http.server
import socket
import sys
import time

ADDRESS, PORT, MODE = sys.argv[1], int(sys.argv[2]), sys.argv[3]
IMDS = "fd00:ec2::254" if MODE == "forward6" else "169.254.169.254"


class Proxy(http.server.BaseHTTPRequestHandler):
    def answer(self):
        status, body = 200, b"local"
        if "forward" in MODE or MODE == "own":
            upstream = http.client.HTTPConnection(IMDS, 80, timeout=5)
            headers = {k: v for k, v in self.headers.items() if k.lower().startswith("x-aws") or k.lower() == "user-agent"}
            # As long as a proxy's own credentials take; the caller's connection can be looked for meanwhile.
            time.sleep(0.7 if MODE == "slow-forward" else 0.2)
            path = "/latest/meta-data/ami-id?proxys-own" if MODE == "own" else self.path
            upstream.request(self.command, path, headers=headers)
            response = upstream.getresponse()
            body = response.read()
            if MODE == "own":
                body = b"local"
            if MODE == "slow-forward":
                time.sleep(0.3)
            status = response.status
            upstream.close()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        if MODE == "linger":
            time.sleep(0.5)

    do_GET = do_PUT = answer

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6 if ":" in ADDRESS else socket.AF_INET

    def server_bind(self):
        if MODE.startswith("transparent"):
            self.socket.setsockopt(socket.SOL_IP, 19, 1)  # IP_TRANSPARENT, linux/in.h
        super().server_bind()


server = Server((ADDRESS, PORT), Proxy)
print("listening", flush=True)
if MODE == "own-later":
    own = http.client.HTTPConnection(IMDS, 80, timeout=5)
    own.request("GET", "/latest/meta-data/ami-id?proxys-own")
    own.getresponse().read()
    own.close()
server.serve_forever()
