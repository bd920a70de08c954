#!/usr/bin/env python3
"""Writes the logs of a made-up fleet of 40 hosts, as the analyzer would, and what describe-instances says of it.

    fleet.py FOLDER      FOLDER/logs/HOST.jsonl and FOLDER/inventory.json

Sixteen days up to the last full hour, with a summary every half hour. Its callers are of every kind that the report tells
apart: refused now, credentials by IMDSv1, vendor's agents, mended, falling back, only at boot, a person's, IMDSv2 alone.
"""

import datetime
import json
import pathlib
import sys

HOSTS = 40
DAYS = 16
HOUR = datetime.timedelta(hours=1)
END = datetime.datetime.now(datetime.timezone.utc).replace(minute=0, second=0, microsecond=0)
START = END - datetime.timedelta(days=DAYS)
CREDENTIALS = "/latest/meta-data/iam/security-credentials/"
SYSTEMD = ("systemd", "/usr/lib/systemd/systemd", "/sbin/init")
CRON = [("cron", "/usr/sbin/cron", "/usr/sbin/cron -f"), SYSTEMD]


class Program:
    """One caller: who it is, on which hosts, how often, and what it is answered."""

    def __init__(self, label, hosts, every, path, agent, executable, command, **more):
        self.label, self.hosts, self.every, self.path = label, hosts, every, path
        self.agent, self.executable, self.command = agent, executable, command
        self.version = more.get("version", "v1")
        self.findings = more.get("findings", ["imdsv1-request"] if self.version == "v1" else [])
        self.advice = more.get("advice", "Fetch a token first and send it with each request")
        self.minimum = more.get("minimum")
        self.chain = more.get("chain", [SYSTEMD])
        self.unit = more.get("unit")
        self.package = more.get("package")
        self.user = more.get("user", ("0", "root"))
        self.login = more.get("login")
        self.script = more.get("script")
        self.pod = more.get("pod")
        self.repeats = more.get("repeats", 1)
        self.mended = more.get("mended")  # days before the end, IMDSv2 since
        self.uptime = more.get("uptime")
        self.last = more.get("last")  # days before the end, silent since
        self.first = more.get("first", DAYS)
        # The same program has the same number on any host.
        self.fingerprint = f"{sum(ord(c) * 257**i for i, c in enumerate(label)) % 2**64:016x}"



PROGRAMS = [
    Program("consul.service: consul (aws-sdk-go 1.25.3)", range(0, 3), 1, CREDENTIALS + "consul-server",
            "aws-sdk-go/1.25.3 (go1.13.1; linux; amd64)", "/usr/bin/consul",
            "/usr/bin/consul agent -config-dir=/etc/consul.d/", findings=["imdsv1-rejected"], minimum="1.25.38",
            advice="Upgrade AWS SDK for Go v1 from 1.25.3 to 1.47.2 or newer (IMDSv2 since 1.25.38)",
            unit="consul.service", package=("consul", "1.6.2"), user=("996", "consul"), repeats=9, first=14),
    Program("cron.service: backup.sh (curl)", range(3, 15), 6, CREDENTIALS + "backup-writer", "curl/7.88.1",
            "/usr/bin/curl", "curl -s http://169.254.169.254" + CREDENTIALS + "backup-writer",
            chain=[("backup.sh", "/usr/bin/dash", "/bin/sh /opt/backup/backup.sh --full --to s3://acme-backups"), *CRON],
            unit="cron.service", package=("curl", "7.88.1-10+deb12u8")),
    Program("falcon-sensor.service: falcon-sensor", range(12, 21), 12, "/latest/meta-data/instance-id",
            "", "/opt/CrowdStrike/falcon-sensor", "falcon-sensor", unit="falcon-sensor.service",
            package=("falcon-sensor", "6.14.0-11110")),
    Program("jenkins.service: jenkins.war (aws-sdk-java 1.11.500)", range(20, 22), 2, CREDENTIALS + "ci",
            "aws-sdk-java/1.11.500 Linux/6.1 OpenJDK_64-Bit_Server_VM/17", "/usr/lib/jvm/java-17/bin/java",
            "java -Xmx2g -jar /usr/share/java/jenkins.war --httpPort=8080", script="/usr/share/java/jenkins.war",
            minimum="1.11.678", advice="Upgrade AWS SDK for Java 1.x from 1.11.500 to 1.12.634 or newer",
            unit="jenkins.service", package=("jenkins", "2.387.1"), user=("112", "jenkins")),
    Program("datadog-agent.service: agent", range(22, 28), 3, "/latest/meta-data/hostname",
            "Go-http-client/1.1", "/opt/datadog-agent/bin/agent/agent", "agent run -p /opt/datadog-agent/run/agent.pid",
            unit="datadog-agent.service", package=("datadog-agent", "1:7.40.1-1"), user=("110", "dd-agent")),
    Program("k8s: shop/checkout web (boto3 1.26.90)", range(28, 31), 4, CREDENTIALS + "eks-node",
            "Boto3/1.26.90 Python/3.11.2 Linux/6.1 Botocore/1.29.90", "/usr/local/bin/python3.11",
            "python3 /app/web.py --port 8080", script="/app/web.py",
            findings=["imdsv1-request", "imdsv1-fallback", "token-response-dropped"],
            advice="Give the pod a role of its own",
            chain=[("containerd-shim", "/usr/bin/containerd-shim-runc-v2", "containerd-shim-runc-v2 -namespace k8s.io"),
                   SYSTEMD],
            pod=("shop", "checkout-7d4f9c8b6d-x2kqp", "web", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/checkout"),
            user=("1000", None)),
    Program("report.timer: nightly.py (boto3 1.9.0)", range(31, 35), 24, CREDENTIALS + "reports",
            "Boto3/1.9.0 Python/3.6.8 Linux/4.14 Botocore/1.12.0", "/usr/bin/python3.6",
            "python3 /opt/reports/nightly.py --day yesterday", script="/opt/reports/nightly.py", minimum="1.13.25",
            advice="Upgrade Boto3 from 1.9.0 to 1.29.4 or newer (IMDSv2 since 1.12.6)", unit="report.service", mended=9),
    Program("session-*.scope: bash: curl", range(35, 36), 200, "/latest/meta-data/public-ipv4", "curl/7.88.1",
            "/usr/bin/curl", "curl http://169.254.169.254/latest/meta-data/public-ipv4",
            chain=[("bash", "/usr/bin/bash", "-bash"), ("sudo", "/usr/bin/sudo", "sudo -i"),
                   ("sshd", "/usr/sbin/sshd", "sshd: alice"), SYSTEMD],
            unit="session-12.scope", package=("curl", "7.88.1-10+deb12u8"), login="alice", last=2),
    Program("amazon-ssm-agent.service: amazon-ssm-agent", range(0, HOSTS), 3, CREDENTIALS + "instance",
            "aws-sdk-go/1.55.5 (go1.22.7; linux; amd64)", "/usr/bin/amazon-ssm-agent", "/usr/bin/amazon-ssm-agent",
            version="v2", unit="amazon-ssm-agent.service", package=("amazon-ssm-agent", "3.3.987.0"), repeats=4),
    Program("amazon-cloudwatch-agent.service: amazon-cloudwatch-agent", range(0, HOSTS, 2), 2,
            "/latest/meta-data/placement/region", "aws-sdk-go/1.48.6 (go1.22; linux; amd64)",
            "/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent",
            "amazon-cloudwatch-agent -config /opt/aws/amazon-cloudwatch-agent/etc/config.toml", version="v2",
            unit="amazon-cloudwatch-agent.service", package=("amazon-cloudwatch-agent", "1.300044.0"), repeats=6),
]

SCHEDULES = ["17 */6 * * * backup.sh", "0 4 1 * * invoice.sh", "@weekly scrub", "logrotate.timer OnCalendar=daily"]


def time_text(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Host:
    def __init__(self, number):
        self.number = number
        self.name = ("consul" if number < 3 else "web" if number < 15 else "app" if number < 28 else "node"
                     if number < 31 else "batch") + f"-{number:02d}"
        self.id = f"i-0{0x5d3a9c71e2 + number * 7919:010x}{number:06x}"
        self.other = number >= 28
        self.account, self.region = ("444455556666", "us-east-1") if self.other else ("111122223333", "eu-west-1")

    def fields(self, time):
        return {"cloud": {"account": {"id": self.account}, "region": self.region,
                          "availability_zone": self.region + "a", "instance": {"id": self.id}},
                "host": {"name": self.name, "uptime": 40_000 + int((time - START).total_seconds())}}

    def tags(self):
        team = ("platform", "shop", "security", "ci", "data")[(0 if self.number < 3 else 1 if self.number < 15 else 2
                                                               if self.number < 20 else 3 if self.number < 22 else 4)]
        return {"Team": team, "aws:autoscaling:groupName": self.name[:-3] + "-group",
                "aws:ec2launchtemplate:id": f"lt-0{(0x3c5e77a1 + sum(map(ord, self.name[:-3]))):08x}aaaaaaaa"}


def summary(host, time):
    line = {"timestamp": time_text(time), "level": "INFO", "message": "1800 s watched", "event": {
        "action": "imds-summary", "duration": 1_800_000_000_000, "schema": 1, "start": time_text(time - HOUR / 2),
        "end": time_text(time)},
        "imds": {"packets": {"seen": 512, "dropped_by_kernel": 0, "dropped_by_interface": 0, "dropped_by_analyzer": 0}},
        "coverage": {"seconds": 1800.0, "gap_seconds": 0.0},
        "agent": {"version": "0.1.0", "ephemeral_id": f"{host.number:016x}"}, **host.fields(time)}
    if time.hour == 0 and time.minute == 0:
        line["imds"]["schedules"] = SCHEDULES[: 2 + host.number % 3]
    return line


def call(host, program, time, port):
    version = program.version
    if program.mended and time > END - datetime.timedelta(days=program.mended):
        version = "v2"
    refused = "imdsv1-rejected" in program.findings
    status = 401 if refused else 200
    name = program.executable.rsplit("/", 1)[-1]
    pid = 1200 + host.number * 31 + port % 977
    agent, _, agent_version = program.agent.split(" ")[0].partition("/")
    line = {"timestamp": time_text(time), "level": "WARN" if version == "v1" else "INFO",
            "message": f"IMDS{version} GET {program.path} {status} by {program.label}", "event": {
                "action": "imds-request", "outcome": "failure" if refused else "success", "duration": 812345, "schema": 1},
            "imds": {"version": version, "operation": "get",
                     "category": "credentials" if CREDENTIALS in program.path else "meta-data",
                     "token": {"present": version == "v2"}, "repeat_count": program.repeats, "server": "EC2ws"},
            "http": {"version": "1.1", "request": {"method": "GET"}, "response": {"status_code": status}},
            "url": {"path": program.path}, "source": {"ip": f"10.0.{host.number}.5", "port": port},
            "destination": {"ip": "169.254.169.254", "port": 80}, "network": {"type": "ipv4"},
            "process": {"pid": pid, "name": name, "executable": program.executable, "command_line": program.command,
                        "ancestors": [{"pid": 1 if link is SYSTEMD else 900 + depth, "name": link[0],
                                       "executable": link[1], "command_line": link[2]}
                                      for depth, link in enumerate(program.chain)],
                        "lineage": " < ".join([name, *(link[0] for link in program.chain)])},
            "user": {"id": program.user[0]},
            "caller": {"label": program.label, "fingerprint": program.fingerprint},
            "attribution": {"method": "connect"}, **host.fields(time)}
    if version == "v1":
        line["imds"].update(findings=program.findings, advice=program.advice)
        if program.minimum:
            line["imds"]["sdk"] = {"minimum": program.minimum}
    if program.agent:
        line["user_agent"] = {"original": program.agent, "name": agent, "version": agent_version}
    if program.script:
        line["process"]["script"] = program.script
    if program.user[1]:
        line["user"]["name"] = program.user[1]
    if program.login:
        line["user"]["login_name"] = program.login
    if program.unit:
        line["systemd"] = {"unit": program.unit}
    if program.package:
        line["package"] = {"name": program.package[0], "version": program.package[1], "type": "deb"}
    if program.pod:
        namespace, pod, container, image = program.pod
        line["k8s"] = {"namespace": {"name": namespace}, "pod": {"name": pod, "uid": "0f6d"}, "container": {"name": container}}
        line["container"] = {"id": f"{host.number:012x}", "name": container, "image": {"name": image}}
        line["caller"]["workload"] = f"{namespace}/checkout {container}"
    return line


def calls(host):
    port = 40_000
    for program in PROGRAMS:
        if host.number not in program.hosts:
            continue
        time = END - datetime.timedelta(days=program.first) + datetime.timedelta(
            minutes=7 + host.number, seconds=program.every)
        last = END - datetime.timedelta(days=program.last or 0)
        while time < last:
            port = 40_000 + (port + 1) % 20_000
            yield call(host, program, time, port)
            time += HOUR * program.every


def lines(host):
    if host.number != 39:  # one that boots in the window
        started = START
    else:
        started = END - datetime.timedelta(days=6)
        yield {"timestamp": time_text(started), "level": "INFO", "message": "imds-packet-analyzer 0.1.0 started",
               "event": {"action": "analyzer-started", "schema": 1},
               "agent": {"version": "0.1.0", "ephemeral_id": f"{host.number:016x}"},
               "analyzer": {"capture": "any", "attribution": ["connect"]},
               **{**host.fields(started), "host": {"name": host.name, "uptime": 14}}}
    time = started + HOUR / 2
    while time <= END:
        # Two days that one host was not watched.
        if host.number != 38 or not 3 < (END - time).days < 6:
            yield summary(host, time)
        time += HOUR / 2
    yield from (line for line in calls(host) if line["timestamp"] >= time_text(started))


def main():
    folder = pathlib.Path(sys.argv[1])
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    reservations = []
    for host in map(Host, range(HOSTS)):
        with open(folder / "logs" / (host.name + ".jsonl"), "w", encoding="utf-8") as out:
            for line in sorted(lines(host), key=lambda line: line["timestamp"]):
                out.write(json.dumps(line, separators=(",", ":")) + "\n")
        reservations.append({"OwnerId": host.account, "Instances": [{
            "InstanceId": host.id, "ImageId": "ami-0a1b2c3d4e5f60718", "State": {"Name": "running"},
            "Placement": {"AvailabilityZone": host.region + "a"},
            "MetadataOptions": {"HttpTokens": "required" if host.number < 3 else "optional"},
            "Tags": [{"Key": key, "Value": value} for key, value in host.tags().items()]}]})
    (folder / "inventory.json").write_text(json.dumps({"Reservations": reservations}))


if __name__ == "__main__":
    main()
