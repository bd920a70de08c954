"""Asks for a token once and goes on without one, as many SDKs do for the life of the process.

one_token_try.py FILE            a PUT, an item at once if there was no token, and another when FILE is there
"""

import os
import sys
import time
import urllib.error
import urllib.request

BASE = "http://169.254.169.254/latest/"


def fetch_token():
    put = urllib.request.Request(
        BASE + "api/token", method="PUT", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"})
    try:
        return urllib.request.urlopen(put, timeout=1).read().decode()
    except (TimeoutError, urllib.error.URLError):
        return None


def fetch(item, token):
    headers = {"X-aws-ec2-metadata-token": token} if token else {}
    urllib.request.urlopen(urllib.request.Request(BASE + item, headers=headers), timeout=10).read()


def main():
    token = fetch_token()
    fetch("meta-data/ami-id?at-once", token)
    end = time.monotonic() + 60
    while not os.path.exists(sys.argv[1]):
        if time.monotonic() > end:
            raise TimeoutError(sys.argv[1])
        time.sleep(0.01)
    fetch("meta-data/ami-id?later", token)


if __name__ == "__main__":
    main()
