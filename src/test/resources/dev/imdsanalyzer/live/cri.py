#!/usr/bin/python3
"""What the kubelet asks containerd for, over CRI's gRPC: a pod, and its containers.

Standard input's first line is JSON: sandbox (a PodSandboxConfig) and containers (each a ContainerConfig), with the members
that kubernetes/cri-api names in pkg/apis/runtime/v1/api.proto; the numbers below are that file's. Prints the pod's and each
container's id. Containers run one after another, each to its end; with "stay" all run until standard input ends, and the exit
code of each is printed then. Each of "executed" has a command, and a container that stays until the command was executed in it;
without one, that is done in the sandbox. The pod is removed in any case.
"""
import json
import os
import subprocess
import sys
import time

import grpc

NAMESPACE_MODES = {"POD": 0, "CONTAINER": 1, "NODE": 2}
PROPAGATIONS = {"PRIVATE": 0, "HOST_TO_CONTAINER": 1}
PROFILES = {"RuntimeDefault": 0, "Unconfined": 1, "Localhost": 2}

# Of each message the members that are used: number and kind.
MESSAGES = {
    "PodSandboxConfig": {
        "metadata": (1, "PodSandboxMetadata"), "hostname": (2, str), "log_directory": (3, str), "labels": (6, dict),
        "annotations": (7, dict), "linux": (8, "LinuxPodSandboxConfig")},
    "PodSandboxMetadata": {"name": (1, str), "uid": (2, str), "namespace": (3, str)},
    "LinuxPodSandboxConfig": {"cgroup_parent": (1, str), "security_context": (2, "LinuxSandboxSecurityContext")},
    "LinuxSandboxSecurityContext": {
        "namespace_options": (1, "NamespaceOption"), "run_as_user": (3, "Int64Value"), "run_as_group": (8, "Int64Value"),
        "seccomp": (9, "SecurityProfile")},
    "NamespaceOption": {"network": (1, NAMESPACE_MODES), "pid": (2, NAMESPACE_MODES), "ipc": (3, NAMESPACE_MODES)},
    "SecurityProfile": {"profile_type": (1, PROFILES), "localhost_ref": (2, str)},
    "Int64Value": {"value": (1, int)},
    "ContainerConfig": {
        "metadata": (1, "ContainerMetadata"), "image": (2, "ImageSpec"), "command": (3, str), "args": (4, str),
        "envs": (6, "KeyValue"), "mounts": (7, "Mount"), "labels": (9, dict), "annotations": (10, dict), "log_path": (11, str),
        "linux": (15, "LinuxContainerConfig")},
    "ContainerMetadata": {"name": (1, str)},
    "ImageSpec": {"image": (1, str)},
    "KeyValue": {"key": (1, str), "value": (2, str)},
    "Mount": {"container_path": (1, str), "host_path": (2, str), "readonly": (3, bool), "propagation": (5, PROPAGATIONS)},
    "LinuxContainerConfig": {
        "resources": (1, "LinuxContainerResources"), "security_context": (2, "LinuxContainerSecurityContext")},
    "LinuxContainerResources": {"cpu_shares": (3, int), "memory_limit_in_bytes": (4, int)},
    "LinuxContainerSecurityContext": {
        "capabilities": (1, "Capability"), "privileged": (2, bool), "namespace_options": (3, "NamespaceOption"),
        "run_as_user": (5, "Int64Value"), "readonly_rootfs": (7, bool), "no_new_privs": (11, bool),
        "run_as_group": (12, "Int64Value"), "masked_paths": (13, str), "readonly_paths": (14, str),
        "seccomp": (15, "SecurityProfile"), "apparmor": (16, "SecurityProfile")},
    "Capability": {"add_capabilities": (1, str), "drop_capabilities": (2, str)},
}
CONTAINER_STATUS, STATE, EXIT_CODE, EXITED = 1, 3, 7, 2
STOP_SECONDS = 20


def varint(number):
    encoded = b""
    while number > 127:
        encoded += bytes([number & 127 | 128])
        number >>= 7
    return encoded + bytes([number])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def encode(message, members):
    """Members that the message has not are a KeyError."""
    encoded = b""
    for name, value in members.items():
        number, kind = MESSAGES[message][name]
        if kind is dict:
            value = [{"key": key, "value": text} for key, text in value.items()]
            kind = "KeyValue"
        for each in value if isinstance(value, list) else [value]:
            if isinstance(kind, dict):
                encoded += field(number, kind[each])
            elif isinstance(kind, str):
                encoded += field(number, encode(kind, each))
            else:
                encoded += field(number, each.encode() if kind is str else kind(each))
    return encoded


def number_at(message, index):
    number = shift = 0
    while True:
        number |= (message[index] & 127) << shift
        shift += 7
        index += 1
        if message[index - 1] < 128:
            return number, index


def decode(message):
    """The last value of each member by its number: a number, or bytes."""
    members = {}
    index = 0
    while index < len(message):
        tag, index = number_at(message, index)
        value, index = number_at(message, index)
        if tag & 7 == 2:
            value, index = message[index:index + value], index + value
        members[tag >> 3] = value
    return members


class Runtime:
    def __init__(self, channel):
        self.channel = channel

    def ask(self, method, message):
        call = self.channel.unary_unary("/runtime.v1.RuntimeService/" + method)
        return decode(call(message, timeout=60))

    def start(self, pod, sandbox, container):
        os.makedirs(os.path.dirname(os.path.join(sandbox["log_directory"], container["log_path"])), exist_ok=True)
        request = field(1, pod) + field(2, encode("ContainerConfig", container)) + field(3, encode("PodSandboxConfig", sandbox))
        made = self.ask("CreateContainer", request)[1]
        self.ask("StartContainer", field(1, made))
        print(made.decode(), flush=True)
        return made

    def status(self, container):
        return decode(self.ask("ContainerStatus", field(1, container))[CONTAINER_STATUS])

    def await_end(self, container):
        deadline = time.monotonic() + 30
        while self.status(container).get(STATE, 0) != EXITED and time.monotonic() < deadline:
            time.sleep(0.05)

    def execute(self, pod, sandbox, executed):
        if "container" in executed:
            container = self.start(pod, sandbox, executed["container"])
            command = b"".join(field(2, word.encode()) for word in executed["command"])
            self.ask("ExecSync", field(1, container) + command + field(3, STOP_SECONDS))
        else:
            # CRI executes nothing in a sandbox; containerd does.
            containerd = ["ctr", "-n", "k8s.io", "tasks", "exec", "--exec-id=executed", pod.decode()]
            subprocess.run(containerd + executed["command"], check=True, stdout=subprocess.DEVNULL)

    def run(self, wanted):
        pod = self.ask("RunPodSandbox", field(1, encode("PodSandboxConfig", wanted["sandbox"])))[1]
        print(pod.decode(), flush=True)
        try:
            running = []
            for container in wanted["containers"]:
                running.append(self.start(pod, wanted["sandbox"], container))
                if not wanted.get("stay"):
                    self.await_end(running[-1])
            for executed in wanted.get("executed", []):
                self.execute(pod, wanted["sandbox"], executed)
            if wanted.get("stay"):
                sys.stdin.read()
                for container in running:
                    self.ask("StopContainer", field(1, container) + field(2, STOP_SECONDS))
                    print(self.status(container).get(EXIT_CODE, 0), flush=True)
        finally:
            self.ask("StopPodSandbox", field(1, pod))
            self.ask("RemovePodSandbox", field(1, pod))


def main():
    wanted = json.loads(sys.stdin.readline())
    with grpc.insecure_channel("unix:///run/containerd/containerd.sock") as channel:
        Runtime(channel).run(wanted)


main()
