#!/usr/bin/env python3
"""Joins layers into one file that podman, docker, ctr and skopeo load: an OCI image layout with docker's manifest beside it.

layout.py --name NAME --version VERSION --architecture amd64|arm64 --created SECONDS --output FILE LAYER.tar.gz...

The same layers give the same bytes. LAYER.tar.gz stands beside LAYER.tar, whose digest the configuration names.
"""
import argparse
import hashlib
import io
import json
import tarfile
import time


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def encode(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def read(name):
    with open(name, "rb") as file:
        return file.read()


def arguments():
    parser = argparse.ArgumentParser()
    for name in ("name", "version", "architecture", "created", "output"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("layers", nargs="+")
    return parser.parse_args()


def main():
    asked = arguments()
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(asked.created)))
    home = "/opt/imds-packet-analyzer"
    labels = {
        "org.opencontainers.image.created": created,
        "org.opencontainers.image.description":
            "Names every program that calls the EC2 Instance Metadata Service",
        "org.opencontainers.image.licenses": "Apache-2.0",
        "org.opencontainers.image.title": "imds-packet-analyzer",
        "org.opencontainers.image.url": "https://imdsanalyzer.dev",
        "org.opencontainers.image.vendor": "imds-packet-analyzer maintainers",
        "org.opencontainers.image.version": asked.version,
    }
    blobs = {}

    def blob(data, media_type):
        name = digest(data)
        blobs["blobs/" + name.replace(":", "/")] = data
        return {"mediaType": media_type, "digest": name, "size": len(data)}

    layers = [blob(read(name), "application/vnd.oci.image.layer.v1.tar+gzip") for name in asked.layers]
    configuration = blob(encode({
        "architecture": asked.architecture,
        "os": "linux",
        "created": created,
        "config": {
            "User": "65532:65532",
            "WorkingDir": "/",
            "Entrypoint": [home + "/bin/launcher", home + "/runtime/bin/java", "@" + home + "/conf/java.options"],
            "Cmd": ["run", "--output", "-"],
            "Env": ["PATH=" + home + "/runtime/bin", "MALLOC_ARENA_MAX=1"],
            "Labels": labels,
            "StopSignal": "SIGTERM",
        },
        "rootfs": {"type": "layers", "diff_ids": [digest(read(name[:-3])) for name in asked.layers]},
        "history": [{"created": created, "created_by": name.rsplit("/", 1)[-1]} for name in asked.layers],
    }), "application/vnd.oci.image.config.v1+json")
    manifest = blob(encode({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": configuration,
        "layers": layers,
        "annotations": labels,
    }), "application/vnd.oci.image.manifest.v1+json")
    manifest["platform"] = {"architecture": asked.architecture, "os": "linux"}
    manifest["annotations"] = {
        # By the first ctr names it, by the second skopeo and podman do.
        "io.containerd.image.name": asked.name + ":" + asked.version,
        "org.opencontainers.image.ref.name": asked.version,
    }

    def path(descriptor):
        return "blobs/" + descriptor["digest"].replace(":", "/")

    files = dict(blobs)
    files["oci-layout"] = encode({"imageLayoutVersion": "1.0.0"})
    files["index.json"] = encode({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [manifest],
    })
    files["manifest.json"] = encode([{
        "Config": path(configuration),
        "RepoTags": [asked.name + ":" + asked.version],
        "Layers": [path(layer) for layer in layers],
    }])
    with tarfile.open(asked.output, "w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size = len(files[name])
            entry.mode = 0o644
            entry.mtime = int(asked.created)
            archive.addfile(entry, io.BytesIO(files[name]))


main()
