"""
The plain loop that callers.sh compares with, and the judge of all names.

  callers.py loop ADDRESS FILE               writes whom it finds at each connect to the address, until it is ended
  callers.py judge FOLDER CONTAINER SHELL RESULTS
                                             compares lines and loop with the truth, adds rows to RESULTS, prints the table
"""

import collections
import json
import os
import re
import shlex
import signal
import sys

TRACING = "/sys/kernel/tracing"
LEVELS = 4


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def arguments(pid):
    content = read(f"/proc/{pid}/cmdline")
    return content.decode(errors="replace").rstrip("\0").split("\0") if content else None


def parent(pid):
    content = read(f"/proc/{pid}/stat")
    return int(content.rpartition(b")")[2].split()[1]) if content else 0


def loop(address, output):
    """Woken by the kernel's trace of connects, it reads the caller's arguments and its parents', as a script would."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    instance = f"{TRACING}/instances/callers"
    event = f"{instance}/events/sock/inet_sock_set_state"
    os.mkdir(instance)
    try:
        write(f"{event}/filter", "dport == 80 && newstate == 2")
        write(f"{event}/enable", "1")
        with open(f"{instance}/trace_pipe") as pipe, open(output, "w", buffering=1) as found:
            follow(pipe, address, found)
    finally:
        write(f"{event}/enable", "0")
        os.rmdir(instance)


def follow(pipe, address, found):
    event = re.compile(r"^.*-(\d+) +\[\d+\].*daddr=(\S+) ")
    for line in pipe:
        match = event.match(line)
        if match and match[2] == address:
            pid = int(match[1])
            words = arguments(pid)
            chain = []
            for _ in range(LEVELS):
                pid = parent(pid)
                if pid == 0:
                    break
                chain.append((pid, arguments(pid)))
            found.write(json.dumps([int(match[1]), words, chain]) + "\n")


def ancestors_of(pid):
    chain = []
    while pid > 0:
        chain.append(pid)
        pid = parent(pid)
    return chain


class Truth:
    """Who called: by name of the caller, its pid, the pids of its ancestors and its arguments."""

    def __init__(self, folder, shell):
        self.folder = folder
        above = ancestors_of(shell)
        self.callers = {}
        for row in open(f"{folder}/truth"):
            name, pid, job, launcher = row.split()
            self.callers[name] = (int(pid), [int(job), int(launcher), *above])
        self.served = collections.Counter(
            match[1] for match in re.finditer(r"caller/(\S+) ", open(f"{folder}/served").read())
        )

    def of_cell(self, cell):
        return {name: truth for name, truth in self.callers.items() if name.rpartition("-")[0] == cell}

    def arguments(self, name):
        if "-leave-" in name:
            return [f"{self.folder}/load", "leave", "169.254.169.254", f"/latest/meta-data/caller/{name}"]
        return ["curl", "-s", "-o", "/dev/null", "-m", "10", f"http://169.254.169.254/latest/meta-data/caller/{name}"]


def split(command_line):
    try:
        return shlex.split(command_line or "")
    except ValueError:
        return None


def judge_lines(truth, cell, lines, container):
    counts = collections.Counter()
    for name, (pid, chain) in truth.of_cell(cell).items():
        counts["calls"] += 1
        counts["served"] += truth.served[name] == 1
        found = lines.get(name, [])
        counts["lines"] += len(found) == 1
        if len(found) != 1:
            continue
        line = found[0]
        process = line.get("process", {})
        counts["pid"] += process.get("pid") == pid
        counts["wrong"] += "pid" in process and process["pid"] != pid
        counts["arguments"] += split(process.get("command_line")) == truth.arguments(name)
        counts["chain"] += [ancestor["pid"] for ancestor in process.get("ancestors", [])] == chain[:16]
        counts["container"] += line.get("container", {}).get("id") == (container if "-container" in name else None)
        counts[line.get("attribution", {}).get("method")] += 1
    return counts


def judge_loop(truth, cell, path):
    found = {}
    for row in open(path):
        pid, words, chain = json.loads(row)
        found[pid] = (words, [ancestor for ancestor, _ in chain])
    counts = collections.Counter()
    for name, (pid, chain) in truth.of_cell(cell).items():
        counts["calls"] += 1
        counts["served"] += truth.served[name] == 1
        counts["lines"] += pid in found
        counts["pid"] += pid in found
        words, ancestors = found.get(pid, (None, None))
        counts["arguments"] += words == truth.arguments(name)
        counts["chain"] += ancestors == chain[:LEVELS]
        counts["wrong"] += words is not None and words != truth.arguments(name)
    return counts


def share(counts, key):
    return "-" if key == "container" and key not in counts else f"{100 * counts[key] / max(1, counts['calls']):.1f}"


COLUMNS = ("pid", "arguments", "chain", "container")


def row(tool, cell, counts, micros):
    _, processes, load, place = cell.split("-")
    cpu = "-" if micros is None else f"{micros / max(1, counts['calls']):.0f}"
    return "\t".join(
        [tool, processes, load, place, str(counts["calls"]), str(counts["served"]), str(counts["lines"])]
        + [share(counts, key) for key in COLUMNS]
        + [str(counts["wrong"]), cpu]
    )


def judge(folder, container, shell, results):
    truth = Truth(folder, int(shell))
    lines = collections.defaultdict(list)
    for file in os.listdir(folder):
        if file.startswith("lines-"):
            for text in open(f"{folder}/{file}"):
                match = re.search(r'"path":"/latest/meta-data/caller/([^"]+)"', text)
                if match:
                    lines[match[1]].append(json.loads(text))
    with open(results, "a") as file:
        for text in open(f"{folder}/cells"):
            cell, micros = text.split()
            source = cell.split("-")[0]
            print(row(source, cell, judge_lines(truth, cell, lines, container), int(micros)), file=file)
            if source == "connect":
                print(row("loop", cell, judge_loop(truth, cell, f"{folder}/loop-{cell}"), None), file=file)
    table(results)


def table(results):
    rows = sorted((line.rstrip("\n").split("\t") for line in open(results)), key=lambda row: ["connect", "socket", "loop"].index(row[0]))
    heads = ["by", "others", "load", "from", "callers", "served", "lines", *("right " + key for key in COLUMNS), "wrong", "CPU us"]
    for cells in [heads, *rows]:
        print("%-8s %6s %-6s %-9s %7s %6s %6s %9s %15s %11s %15s %5s %6s" % tuple(cells))


if __name__ == "__main__":
    {"loop": loop, "judge": judge}[sys.argv[1]](*sys.argv[2:])
