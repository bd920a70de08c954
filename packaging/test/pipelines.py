"""The steps of the shipped pipelines as a build would run them, one file each: packaging/test/pipelines.sh runs these.

pipelines.py image-builder FOLDER NAME=VALUE...   files 01-build-install.sh, …; a step that reboots is an empty NN-….reboot
pipelines.py packer FOLDER PACKAGE                a provisioner of shell each: 01-shell.sh, 02-shell.sh
pipelines.py cloud-init FILE BASE KEY             user data with this address of the repositories and this key
"""
import json
import os
import re
import sys

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pipelines")


def source(name):
    with open(os.path.join(HERE, name)) as file:
        return file.read()


def write(folder, name, text):
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)


def image_builder(folder, *values):
    """As Image Builder's own executor: parameters replaced, phases and steps in order, each command by bash, the first failure ends."""
    import yaml

    component = yaml.safe_load(source("image-builder.yaml"))
    given = dict(value.split("=", 1) for value in values)
    known = {name for parameter in component["parameters"] for name in parameter}
    if set(given) != known:
        sys.exit("parameters are " + ", ".join(sorted(known)))
    number = 0
    for phase in component["phases"]:
        for step in phase["steps"]:
            number += 1
            name = "%02d-%s-%s" % (number, phase["name"], step["name"])
            if step["action"] == "Reboot":
                write(folder, name + ".reboot", "")
            elif step["action"] == "ExecuteBash":
                commands = "\n".join(step["inputs"]["commands"])
                write(folder, name + ".sh", re.sub(r"\{\{ *(\w+) *\}\}", lambda found: given[found.group(1)], commands))
            else:
                sys.exit("no action " + step["action"])


def packer(folder, package):
    """Each string of HCL is one of JSON, once its ${…} is replaced."""
    number = 0
    for inline in re.findall(r"inline\s*=\s*\[(.*?)\n    \]", source("packer.pkr.hcl"), re.DOTALL):
        number += 1
        lines = [line.strip().rstrip(",") for line in inline.splitlines()]
        commands = [json.loads(line) for line in lines if line and not line.startswith("#")]
        text = "\n".join(commands).replace("${basename(var.package)}", os.path.basename(package))
        write(folder, "%02d-shell.sh" % number, text + "\n")


def cloud_init(file, base, key):
    with open(key) as armored:
        lines = armored.read().strip().splitlines()
    text = source("cloud-init.yaml").replace("https://packages.example.com", base)
    block = re.search(r"( +)-----BEGIN.*?-----END PGP PUBLIC KEY BLOCK-----", text, re.DOTALL)
    text = text[:block.start()] + "\n".join(block.group(1) + line for line in lines) + text[block.end():]
    with open(file, "w") as out:
        out.write(text)


{"image-builder": image_builder, "packer": packer, "cloud-init": cloud_init}[sys.argv[1]](*sys.argv[2:])
