#!/usr/bin/env bash
# Lays out an apt and a dnf repository of the packages in target/, signed with the key that you name.
#
#   SIGNING_KEY=KEY packaging/repository.sh [FOLDER]     KEY: fingerprint or address of a secret key that gpg has;
#                                                        FOLDER: target/repository unless told otherwise
#
# A folder that is there already gets the new versions beside the old ones.
set -euo pipefail
cd "$(dirname "$0")/.."
name=imds-packet-analyzer
say() { printf 'repository: %s\n' "$*"; }
die() { printf 'repository: %s\n' "$1" >&2; exit "${2:-69}"; }

folder=${1:-target/repository}
[ -n "${SIGNING_KEY:-}" ] || die "SIGNING_KEY is not set: the repositories are signed, by the key that you name (gpg --list-secret-keys)" 64
gpg --batch --list-secret-keys "$SIGNING_KEY" >/dev/null 2>&1 || die "gpg has no secret key $SIGNING_KEY (gpg --list-secret-keys)" 66
mapfile -t debs < <(find target -maxdepth 1 -name "${name}_*.deb" | sort)
mapfile -t rpms < <(find target -maxdepth 1 -name "$name-*.rpm" | sort)
[ ${#debs[@]} -gt 0 ] && [ ${#rpms[@]} -gt 0 ] || die "there are no packages in target/: run ./dev package" 66

# Beside what is there, and put in its place when it is whole.
work=$(mktemp -d "${TMPDIR:-/tmp}/$name-repository.XXXXXX")
trap 'rm -rf "$work"' EXIT
[ ! -d "$folder" ] || cp -a "$folder/." "$work/"
sign() { gpg --batch --yes --local-user "$SIGNING_KEY" "$@"; }

# --- apt: pool, dists/stable, Release signed in both ways
mkdir -p "$work/apt/pool"
cp "${debs[@]}" "$work/apt/pool/"
(
    cd "$work/apt"
    rm -rf dists
    for architecture in amd64 arm64; do
        mkdir -p "dists/stable/main/binary-$architecture"
        dpkg-scanpackages --multiversion --arch "$architecture" pool 2>/dev/null > "dists/stable/main/binary-$architecture/Packages"
        gzip -n9 --keep "dists/stable/main/binary-$architecture/Packages"
    done
    cat > dists/stable/Release <<RELEASE
Origin: $name
Label: $name
Suite: stable
Codename: stable
Architectures: amd64 arm64
Components: main
Date: $(date -u -R | sed 's/+0000/UTC/')
SHA256:
$(cd dists/stable && find main -type f | sort | while read -r file; do
        printf ' %s %d %s\n' "$(sha256sum "$file" | cut -d' ' -f1)" "$(stat -c %s "$file")" "$file"
    done)
RELEASE
    sign --clearsign --output dists/stable/InRelease dists/stable/Release
    sign --armor --detach-sign --output dists/stable/Release.gpg dists/stable/Release
)

# --- dnf: each RPM signed, and the index of the repository
mkdir -p "$work/dnf"
cp "${rpms[@]}" "$work/dnf/"
rpmsign --define "_gpg_name $SIGNING_KEY" --define "__gpg $(type -P gpg)" --addsign "$work"/dnf/*.rpm >/dev/null || die "the RPMs could not be signed"
createrepo_c --quiet "$work/dnf"
sign --armor --detach-sign --output "$work/dnf/repodata/repomd.xml.asc" "$work/dnf/repodata/repomd.xml"

gpg --batch --yes --armor --output "$work/$name.asc" --export "$SIGNING_KEY"
cat > "$work/$name.repo" <<'REPO'
[imds-packet-analyzer]
name=imds-packet-analyzer
baseurl=BASE/dnf
enabled=1
gpgcheck=1
repo_gpgcheck=1
gpgkey=BASE/imds-packet-analyzer.asc
REPO
printf 'deb [signed-by=/usr/share/keyrings/%s.asc] BASE/apt stable main\n' "$name" > "$work/$name.list"
chmod -R u=rwX,go=rX "$work"
rm -rf "$folder.new"
mkdir -p "$(dirname "$folder")"
cp -a "$work" "$folder.new"
rm -rf "$folder"
mv "$folder.new" "$folder"
say "$folder: $(find "$folder" -name '*.deb' | wc -l) DEB, $(find "$folder" -name '*.rpm' | wc -l) RPM, signed by $SIGNING_KEY"
say "serve it, set BASE in $name.repo and $name.list to where, and give both files and $name.asc to your hosts"
