#!/usr/bin/python3
"""What the kubelet asks containerd for, over CRI's gRPC: a pod, and its containers one after another.

Field numbers are those of kubernetes/cri-api, pkg/apis/runtime/v1/api.proto. Standard input is JSON: pod {name, namespace,
uid, cgroup_parent, log_directory}, image, containers [{name, command[]}], each of which is awaited, executed [{container,
command[]}], each in a container of its own that stays meanwhile, or in the sandbox, POD. Prints the pod's and each container's id.
"""
import json
import os
import subprocess
import sys
import time

import grpc

# NamespaceOption.network: NODE
HOST_NETWORK = b"\x08\x02"


def varint(number):
    encoded = b""
    while number > 127:
        encoded += bytes([number & 127 | 128])
        number >>= 7
    return encoded + bytes([number])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    encoded = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(encoded)) + encoded


def first(message):
    """The first field of an answer, a text that is shorter than 128 bytes."""
    return message[2:2 + message[1]].decode() if message else ""


def ask(channel, method, message):
    call = channel.unary_unary("/runtime.v1.RuntimeService/" + method)
    return call(message, timeout=30)


def state(channel, container):
    """ContainerStatusResponse.status.state: 2 once it has ended."""
    message = ask(channel, "ContainerStatus", field(1, container))
    return field(3, 2) in message


def start(channel, wanted, pod_id, sandbox, name, command):
    """The identifier of a container that was just started."""
    pod = wanted["pod"]
    os.makedirs(os.path.join(pod["log_directory"], name), exist_ok=True)
    config = (
        field(1, field(1, name))
        + field(2, field(1, wanted["image"]))
        + b"".join(field(3, word) for word in command)
        + b"".join(field(6, field(1, key) + field(2, value)) for key, value in wanted["env"].items())
        + field(11, name + "/0.log")
        + field(15, field(2, field(3, HOST_NETWORK)))
    )
    request = field(1, pod_id) + field(2, config) + field(3, sandbox)
    container_id = first(ask(channel, "CreateContainer", request))
    ask(channel, "StartContainer", field(1, container_id))
    print(container_id)
    return container_id


def main():
    wanted = json.load(sys.stdin)
    pod = wanted["pod"]
    sandbox = (
        field(1, field(1, pod["name"]) + field(2, pod["uid"]) + field(3, pod["namespace"]))
        + field(3, pod["log_directory"])
        + field(8, field(1, pod["cgroup_parent"]) + field(2, field(1, HOST_NETWORK)))
    )
    with grpc.insecure_channel("unix:///run/containerd/containerd.sock") as channel:
        pod_id = first(ask(channel, "RunPodSandbox", field(1, sandbox)))
        print(pod_id)
        try:
            for container in wanted["containers"]:
                container_id = start(channel, wanted, pod_id, sandbox, container["name"], container["command"])
                deadline = time.monotonic() + 30
                while not state(channel, container_id) and time.monotonic() < deadline:
                    time.sleep(0.05)
            for executed in wanted["executed"]:
                if executed["container"] == "POD":
                    # CRI executes nothing in the sandbox; containerd does.
                    containerd = ["ctr", "-n", "k8s.io", "tasks", "exec", "--exec-id=e", pod_id]
                    subprocess.run(containerd + executed["command"], check=True, stdout=subprocess.DEVNULL)
                else:
                    container_id = start(channel, wanted, pod_id, sandbox, executed["container"], [])
                    command = b"".join(field(2, word) for word in executed["command"])
                    ask(channel, "ExecSync", field(1, container_id) + command + field(3, 20))
        finally:
            ask(channel, "StopPodSandbox", field(1, pod_id))
            ask(channel, "RemovePodSandbox", field(1, pod_id))


main()
