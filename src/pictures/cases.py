#!/usr/bin/env python3
"""Writes the logs of three made-up places that a report has to tell apart from plain IMDSv1, as the analyzer would.

    cases.py FOLDER      FOLDER/probes, FOLDER/v1-first, FOLDER/kube2iam: a fleet whose libraries look for other clouds; one
                         under HttpTokens=required whose programs try IMDSv1 first and then get a token; a node with kube2iam
"""

import datetime
import json
import pathlib
import sys

import fleet
from fleet import CREDENTIALS, END, Program, SYSTEMD

SHIM = [("containerd-shim", "/usr/bin/containerd-shim-runc-v2", "containerd-shim-runc-v2 -namespace k8s.io"), SYSTEMD]
AGENT = Program("amazon-ssm-agent.service: amazon-ssm-agent", (), 6, CREDENTIALS + "instance",
                "aws-sdk-go/1.55.5 (go1.22.7; linux; amd64)", "/usr/bin/amazon-ssm-agent", "/usr/bin/amazon-ssm-agent",
                version="v2", unit="amazon-ssm-agent.service", package=("amazon-ssm-agent", "3.3.987.0"), repeats=4)
NOTHING_BREAKS = "; nothing of this breaks when IMDSv2 is required."


def probe(label, path, agent, executable, command, advice, every=6, **more):
    return Program(label, (), every, path, agent, executable, command, findings=["other-cloud-probe"],
                   advice=advice + NOTHING_BREAKS, **more), {"status": 404, "category": "other"}


PROBES = [
    probe("checkout.service: checkout.py (google-auth)", "/computeMetadata/v1/instance/", "python-requests/2.31.0",
          "/usr/bin/python3.11", "python3 /opt/checkout/checkout.py",
          "If this program needs nothing of Google Cloud's, set NO_GCE_CHECK=true for it: its Google library looks for"
          " Google's metadata service", script="/opt/checkout/checkout.py", unit="checkout.service"),
    probe("invoices.service: Invoices.dll", "/metadata/instance", "azsdk-net-Identity/1.10.4", "/usr/bin/dotnet",
          "dotnet /opt/invoices/Invoices.dll",
          "If this program needs nothing of Azure's, take managed identities out of its credentials"
          " (AZURE_TOKEN_CREDENTIALS, exclude_managed_identity_credential)", unit="invoices.service"),
    probe("cloud-init-local.service: cloud-init", "/openstack", "Cloud-Init/22.4.2", "/usr/bin/python3.11",
          "python3 /usr/bin/cloud-init init --local",
          "If a detector of clouds sends this, tell it where it is (cloud-init: datasource_list: [ Ec2 ])", every=200,
          script="/usr/bin/cloud-init", unit="cloud-init-local.service", package=("cloud-init", "22.4.2-1")),
    (AGENT, {}),
]


def first_and_then(label, agent, executable, command, **more):
    """IMDSv1 that is refused, the token, and the same again with it."""
    refused = Program(label, (), 8, CREDENTIALS + "app", agent, executable, command, findings=["imdsv1-recovers"],
                      advice="Nothing to change: it got a token by itself.", **more)
    token = Program(label, (), 8, "/latest/api/token", agent, executable, command, version="v2", **more)
    served = Program(label, (), 8, CREDENTIALS + "app", agent, executable, command, version="v2", **more)
    return [(refused, {"status": 401}), (token, {"status": 200, "category": "token", "method": "PUT"}), (served, {})]


V1_FIRST = [
    *first_and_then("mount-s3.service: mount-s3 (aws-sdk-crt)", "aws-sdk-crt/aws-imds-client", "/usr/bin/mount-s3",
                    "mount-s3 acme-data /mnt/data", unit="mount-s3.service", package=("mount-s3", "1.10.0")),
    *first_and_then("shipper.service: shipper (Go-http-client)", "Go-http-client/1.1", "/opt/shipper/bin/shipper",
                    "shipper --config /etc/shipper.yaml", unit="shipper.service"),
    (AGENT, {}),
]

KUBE2IAM = {"pid": 2101, "name": "kube2iam", "executable": "/bin/kube2iam",
            "command_line": "kube2iam --host-ip=10.0.0.5 --node=ip-10-0-0-5 --iptables=true"}


def pod(name, agent, answered):
    program = Program(f"shop/{name} app ({agent.split('/')[0]})", (), 4, CREDENTIALS + "shop-" + name, agent,
                      "/usr/local/bin/python3.11", f"python3 /app/{name}.py", script=f"/app/{name}.py", chain=SHIM,
                      pod=("shop", f"{name}-7d4f9c8b6d-x2kqp", "app", f"111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/{name}"),
                      user=("1000", None), findings=["imdsv1-request"] + (["answered-locally"] if answered else []),
                      advice="Nothing to change in this caller to require IMDSv2: a process of this host answered in the place"
                             " of IMDS; look at what that process asks IMDS itself, which has lines of its own."
                             if answered else "Upgrade Boto3 from 1.9.0 to 1.29.4 or newer (IMDSv2 since 1.12.6)")
    return program, {"proxy": KUBE2IAM, "answered_by": "local-proxy" if answered else None}


NODE = [
    pod("web", "Boto3/1.9.0 Python/3.6.8 Linux/4.14 Botocore/1.12.0", True),
    pod("worker", "Boto3/1.34.0 Python/3.11.2 Linux/6.1 Botocore/1.34.0", True),
    pod("legacy", "Boto3/1.9.0 Python/3.6.8 Linux/4.14 Botocore/1.12.0", False),
    (Program("kube-system/kube2iam kube2iam (aws-sdk-go 1.23.15)", (), 2, CREDENTIALS + "eks-node",
             "aws-sdk-go/1.23.15 (go1.13; linux; amd64)", "/bin/kube2iam", KUBE2IAM["command_line"], chain=SHIM,
             minimum="1.25.38", advice="Replace kube2iam by IAM roles for service accounts or EKS Pod Identity.",
             pod=("kube-system", "kube2iam-x8k2p", "kube2iam", "jtblin/kube2iam"), user=("0", "root")), {}),
    (AGENT, {}),
]


def changed(line, more):
    if "status" in more:
        line["http"]["response"]["status_code"] = more["status"]
        line["event"]["outcome"] = "success" if more["status"] < 400 else "failure"
    if "category" in more:
        line["imds"]["category"] = more["category"]
    if "method" in more:
        line["http"]["request"]["method"] = more["method"]
    if more.get("proxy"):
        line["proxy"] = {"process": more["proxy"]}
    if more.get("answered_by"):
        line["imds"]["answered_by"] = more["answered_by"]
    return line


def write(folder, hosts, programs):
    folder.mkdir(parents=True)
    for number in hosts:
        host = fleet.Host(number)
        lines, port = [], 40_000
        time = fleet.START
        while time < END:
            time += fleet.HOUR / 2
            lines.append(fleet.summary(host, time))
        for index, (program, more) in enumerate(programs):
            time = fleet.START + datetime.timedelta(minutes=7 + number, seconds=index)
            while time < END:
                port = 40_000 + (port + 1) % 20_000
                lines.append(changed(fleet.call(host, program, time, port), more))
                time += program.every * fleet.HOUR
        lines.sort(key=lambda line: line["timestamp"])
        (folder / (host.name + ".jsonl")).write_text("".join(json.dumps(line) + "\n" for line in lines))


def main():
    folder = pathlib.Path(sys.argv[1])
    write(folder / "probes", range(3, 11), PROBES)
    write(folder / "v1-first", range(15, 23), V1_FIRST)
    write(folder / "kube2iam", range(28, 29), NODE)


main()
