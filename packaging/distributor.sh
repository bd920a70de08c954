#!/usr/bin/env bash
# Lays out the folder that Systems Manager's Distributor takes, from the packages in target/: manifest.json and a zip for
# each package. The same packages give the same bytes.
#
#   packaging/distributor.sh            gives target/distributor/; ./dev package --distributor calls it
#   packaging/distributor.sh --publish s3://BUCKET/PREFIX     uploads it there, too, and adds the version to the package
#                                       document, by the AWS CLI with its own settings
#   PUBLISHER=TEAM                      who is named as the publisher
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
name=imds-packet-analyzer
version=${PACKAGE_VERSION:-$(sed -n 's:^  <version>\(.*\)</version>$:\1:p' pom.xml | head -n 1)}
folder=target/distributor
die() { printf 'distributor: %s\n' "$1" >&2; exit "${2:-69}"; }

deb=target/${name}_${version}_amd64.deb rpm=target/$name-$version-1.x86_64.rpm
to=
case ${1:-} in
    '') ;;
    --publish)
        to=${2:-}
        to=${to%/}
        [[ $to =~ ^s3://[a-z0-9][a-z0-9.-]+(/.+)?$ ]] || die "--publish wants where to: s3://BUCKET/PREFIX" 64
        command -v aws >/dev/null || die "the AWS CLI is missing: it uploads and publishes" 69
        ;;
    *) die "unknown argument $1: there is --publish s3://BUCKET/PREFIX" 64 ;;
esac
if [ ! -f "$deb" ] || [ ! -f "$rpm" ]; then die "$deb and $rpm are missing: run ./dev package" 66; fi
rm -rf "$folder"
mkdir -p "$folder"
python3 - "$folder" "$version" "${PUBLISHER:-imds-packet-analyzer maintainers}" target/"${name}_${version}"_{amd64,arm64}.deb \
    target/"$name-$version-1".{x86_64,aarch64}.rpm <<'PYTHON'
import hashlib, json, os, sys, zipfile

folder, version, publisher, packages = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
# Those of Distributor's own list that the packages are for. Amazon Linux 2 is left out: its systemd cannot run the service
# as its own user, so "amazon" is 2023 alone.
SYSTEMS = {
    "deb": {"debian": "_any", "ubuntu": "_any"},
    "rpm": {"amazon": "2023", "redhat": "_any", "rocky": "_any", "almalinux": "_any", "oracle": "_any", "suse": "_any",
            "opensuse": "_any", "opensuseleap": "_any"},
}
MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}
SCRIPTS = ["install.sh", "uninstall.sh", "update.sh"]
manifest = {"schemaVersion": "2.0", "version": version, "publisher": publisher, "packages": {}, "files": {}}
for package in packages:
    if not os.path.exists(package):
        continue
    kind = package.rsplit(".", 1)[1]
    machine = MACHINES[package.rsplit(".", 2)[1] if kind == "rpm" else package.rsplit("_", 1)[1].rsplit(".", 1)[0]]
    archive = "%s-%s.zip" % (kind, machine)
    with zipfile.ZipFile(os.path.join(folder, archive), "w") as out:
        for path in sorted(["packaging/distributor/" + script for script in SCRIPTS] + [package]):
            entry = zipfile.ZipInfo(os.path.basename(path), (2026, 1, 1, 0, 0, 0))
            entry.external_attr = (0o755 if path.endswith(".sh") else 0o644) << 16
            # Packages are compressed already.
            with open(path, "rb") as file:
                out.writestr(entry, file.read(), zipfile.ZIP_STORED)
    with open(os.path.join(folder, archive), "rb") as file:
        manifest["files"][archive] = {"checksums": {"sha256": hashlib.sha256(file.read()).hexdigest()}}
    for system, release in SYSTEMS[kind].items():
        manifest["packages"].setdefault(system, {}).setdefault(release, {})[machine] = {"file": archive}
with open(os.path.join(folder, "manifest.json"), "w") as file:
    json.dump(manifest, file, indent=1, sort_keys=True)
    file.write("\n")
PYTHON
ls -l "$folder"

# Asked before anything is uploaded: the versions in Distributor refer to what lies in the bucket.
publish() {
    local error versions made new=no
    error=$(mktemp)
    if versions=$(aws ssm list-document-versions --name $name --query 'DocumentVersions[].VersionName' --output text 2> "$error"); then
        if tr '\t' '\n' <<< "$versions" | grep -qxF "$version"; then
            rm "$error"
            die "version $version is in Distributor already, and no version there can be replaced: raise it (PACKAGE_VERSION=… ./dev package --distributor); nothing was uploaded" 73
        fi
    elif grep -q InvalidDocument "$error"; then
        new=yes
    else
        printf 'distributor: %s\n' "$(tr '\n' ' ' < "$error")" >&2
        rm "$error"
        die "Systems Manager cannot be asked which versions there are; nothing was uploaded"
    fi
    rm "$error"
    aws s3 cp --only-show-errors --recursive "$folder" "$to/" || die "the upload to $to failed; no version was added"
    set -- --name $name --version-name "$version" --content "file://$folder/manifest.json" --attachments "Key=SourceUrl,Values=$to" \
        --query DocumentDescription.DocumentVersion --output text
    if [ $new = yes ]; then
        aws ssm create-document --document-type Package "$@" >/dev/null || die "the package document was not made; the files are at $to"
    else
        # shellcheck disable=SC2016 # Systems Manager's own word
        made=$(aws ssm update-document --document-version '$LATEST' "$@") || die "the version was not added; the files are at $to"
        aws ssm update-document-default-version --name $name --document-version "$made" >/dev/null ||
            die "version $version was added, and is not the default: aws ssm update-document-default-version --name $name --document-version $made"
    fi
    printf 'distributor: version %s is in Distributor, from %s\n' "$version" "$to"
}
if [ -n "$to" ]; then
    publish
    exit
fi
cat <<TEXT
distributor: to publish it: ./dev package --distributor --publish s3://BUCKET/PREFIX; then, for all with a tag:
  aws ssm create-association --name AWS-ConfigureAWSPackage --targets Key=tag:imds,Values=watch \\
      --parameters '{"action":["Install"],"name":["$name"]}' --region REGION
TEXT
