"""Request heads, as the emulator reads them: by the header fields alone, not by what stands elsewhere."""

import re

TOKEN_HEADER = b"x-aws-ec2-metadata-token"
TTL_HEADER = b"x-aws-ec2-metadata-token-ttl-seconds"


class Request:
    """One parsed request head."""

    def __init__(self, head):
        lines = re.sub(rb"\r?\n[ \t]+", b" ", head).replace(b"\r\n", b"\n").split(b"\n")
        words = lines[0].split(b" ")
        self.malformed = len(words) != 3 or not words[2].startswith(b"HTTP/1.")
        self.method, self.target, self.protocol = (words + [b"", b"", b""])[:3]
        self.headers = []
        for line in lines[1:]:
            name, colon, value = line.partition(b":")
            if line and (not colon or name != name.strip()):
                self.malformed = True
            if colon:
                self.headers.append((name.lower(), value.strip(b" \t")))

    def header(self, name):
        for other, value in self.headers:
            if other == name:
                return value
        return None

    def path(self):
        target = self.target.decode("latin-1")
        target = re.sub(r"^http://[^/]*", "", target) or "/"
        return target.partition("?")[0]

    def is_token_request(self):
        return self.method == b"PUT" and self.path().rstrip("/").endswith("/api/token")

    def version(self):
        if self.malformed:
            return "unknown"
        return "v2" if self.header(TOKEN_HEADER) is not None or self.is_token_request() else "v1"

    def wants_close(self, settings):
        asked = (self.header(b"connection") or b"").lower()
        if settings.connection == "close" or b"close" in asked:
            return True
        return self.protocol == b"HTTP/1.0" and b"keep-alive" not in asked
