"""What the emulated IMDS holds, and what it answers."""

import base64
import json
import os
import re
import threading
import time

from imds_request import TOKEN_HEADER, TTL_HEADER

ROLE = "demo-role"
CREDENTIALS = json.dumps({
    "Code": "Success", "LastUpdated": "2026-11-22T00:00:00Z", "Type": "AWS-HMAC",
    "AccessKeyId": "ASIAEXAMPLEEXAMPLE00", "SecretAccessKey": "emulated/secret/key", "Token": "emulated-session-token",
    "Expiration": "2036-11-22T00:00:00Z"}, indent=2)
IDENTITY = json.dumps({
    "accountId": "123456789012", "architecture": "x86_64", "availabilityZone": "eu-central-1a",
    "imageId": "ami-0123456789abcdef0", "instanceId": "i-0123456789abcdef0", "instanceType": "m5.large",
    "pendingTime": "2026-11-22T00:00:00Z", "privateIp": "10.0.0.10", "region": "eu-central-1",
    "version": "2017-09-30"}, indent=2)

# What lies below /latest/ and below every dated version.
TREE = {
    "": "dynamic\nmeta-data\nuser-data",
    "meta-data": "ami-id\nhostname\niam/\ninstance-id\ninstance-type\nlocal-ipv4\nmac\nplacement/\ntags/",
    "meta-data/ami-id": "ami-0123456789abcdef0",
    "meta-data/hostname": "ip-10-0-0-10.eu-central-1.compute.internal",
    "meta-data/iam": "info\nsecurity-credentials/",
    "meta-data/iam/info": json.dumps({
        "Code": "Success", "InstanceProfileArn": "arn:aws:iam::123456789012:instance-profile/" + ROLE}),
    "meta-data/iam/security-credentials": ROLE,
    "meta-data/iam/security-credentials/" + ROLE: CREDENTIALS,
    "meta-data/instance-id": "i-0123456789abcdef0",
    "meta-data/instance-type": "m5.large",
    "meta-data/local-ipv4": "10.0.0.10",
    "meta-data/mac": "0e:00:00:00:00:01",
    "meta-data/placement": "availability-zone\nregion",
    "meta-data/placement/availability-zone": "eu-central-1a",
    "meta-data/placement/region": "eu-central-1",
    "meta-data/tags/instance/Name": "demo",
    "dynamic": "instance-identity/",
    "dynamic/instance-identity": "document\npkcs7\nsignature",
    "dynamic/instance-identity/document": IDENTITY,
    "user-data": "#!/bin/sh\necho hello\n",
}

VERSION_PATH = re.compile(r"^/(latest|\d{4}-\d{2}-\d{2}|1\.0)(?:/(.*))?$")


class Tokens:
    """The tokens handed out, each with the time at which it expires."""

    def __init__(self):
        self.expiries = {}
        self.lock = threading.Lock()

    def issue(self, seconds):
        token = base64.urlsafe_b64encode(os.urandom(40))
        with self.lock:
            self.expiries[token] = time.monotonic() + seconds
        return token

    def remaining_seconds(self, token):
        """0 for a token that was never issued or has expired."""
        with self.lock:
            return max(0, int(self.expiries.get(token, 0) - time.monotonic() + 0.999))


class Answer:
    """Status, extra headers and body, and how they are sent."""

    def __init__(self, status, body=b"", headers=(), manner="whole", carries_token=False):
        self.status = status
        self.body = body.encode() if isinstance(body, str) else body
        self.headers = list(headers)
        self.manner = manner
        self.carries_token = carries_token


# Path below /latest/test/ and what becomes of the answer.
SPECIAL = {
    "split": "status line, headers and body leave in five segments, each once the one before was acknowledged",
    "chunked": "the body is sent in chunks",
    "slow": "the answer comes half a second late",
    "until-close": "the answer has no length and ends with the connection",
    "silent": "no answer; the connection stays open until the client closes it",
    "close": "the connection is closed without an answer",
    "reset": "the connection is reset without an answer",
    "status/N": "an answer with that status",
    "body/N": "a body of N bytes",
}


class Service:
    """Decides what a request is answered."""

    def __init__(self, settings, tokens):
        self.settings = settings
        self.tokens = tokens

    def answer(self, request):
        if request.malformed:
            return Answer(400)
        if self.settings.endpoint == "disabled":
            return Answer(403)
        if request.is_token_request():
            return self.issue(request)
        if request.method not in (b"GET", b"HEAD"):
            return Answer(405, headers=[("Allow", "GET, HEAD")])
        if request.path().rstrip("/") == "/latest/api/token":
            return Answer(405, headers=[("Allow", "OPTIONS, PUT")])
        headers = []
        token = request.header(TOKEN_HEADER)
        if token is not None:
            remaining = self.tokens.remaining_seconds(token)
            if not remaining:
                return Answer(401, "<html>401 - Unauthorized</html>")
            headers.append(("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", str(remaining)))
        elif self.settings.tokens == "required":
            return Answer(401, "<html>401 - Unauthorized</html>")
        answer = self.item(request)
        answer.headers += headers
        return answer

    def issue(self, request):
        if request.path().rstrip("/") != "/latest/api/token":
            return Answer(403)
        if request.header(b"x-forwarded-for") is not None:
            return Answer(403)
        seconds = request.header(TTL_HEADER) or b""
        if not re.fullmatch(rb"\d{1,5}", seconds) or not 1 <= int(seconds) <= 21600:
            return Answer(400)
        headers = [("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", str(int(seconds)))]
        return Answer(200, self.tokens.issue(int(seconds)), headers, carries_token=True)

    def item(self, request):
        if request.path() == "/":
            return Answer(200, "1.0\n2021-07-15\nlatest")
        match = VERSION_PATH.match(request.path())
        if not match:
            return Answer(404)
        item = (match.group(2) or "").rstrip("/")
        if item.startswith("test/"):
            return self.special(item[len("test/"):])
        return Answer(200, TREE[item]) if item in TREE else Answer(404, "<html>404 - Not Found</html>")

    @staticmethod
    def special(name):
        kind, _, number = name.partition("/")
        if kind == "status":
            return Answer(int(number))
        if kind == "body":
            return Answer(200, b"x" * int(number))
        return Answer(200, "abcdefghij" * 20, manner=kind) if kind in SPECIAL else Answer(404)
