"""Reads one item by IMDSv2 with Python's urllib."""

import urllib.request

BASE = "http://169.254.169.254/latest/"

put = urllib.request.Request(
    BASE + "api/token", method="PUT", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"})
token = urllib.request.urlopen(put, timeout=10).read().decode()
get = urllib.request.Request(BASE + "meta-data/instance-id", headers={"X-aws-ec2-metadata-token": token})
print(urllib.request.urlopen(get, timeout=10).read().decode())
