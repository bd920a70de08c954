#!/usr/bin/env bash
# Builds the OCI image from the tree that the packages install and from Debian's libraries: no engine, no registry, no
# shell and no package manager in it. The same commit, and the same state of Debian's archive, give the same bytes.
#
#   packaging/image/build.sh            for this machine's architecture; ./dev image calls it
#   TARGET_ARCH=arm64                   for the other one, from the tree that ./dev package --arm64 has left
#   IMAGE_NAME=registry.example/team/imds-packet-analyzer     what it is called where it is loaded
set -euo pipefail
cd "$(dirname "$0")/../.."
name=imds-packet-analyzer
version=${PACKAGE_VERSION:-$(sed -n 's:^  <version>\(.*\)</version>$:\1:p' pom.xml | head -n 1)}
export LC_ALL=C.UTF-8
umask 022

say() { printf 'image: %s\n' "$*"; }
die() { printf 'image: %s\n' "$*" >&2; exit "${2:-69}"; }

case ${TARGET_ARCH:-$(uname -m)} in
    x86_64 | amd64) architecture=amd64 machine=x86_64 compiler=gcc ;;
    aarch64 | arm64) architecture=arm64 machine=aarch64 compiler=aarch64-linux-gnu-gcc ;;
    *) die "unknown architecture ${TARGET_ARCH:-$(uname -m)}" 64 ;;
esac
[ "$machine" != "$(uname -m)" ] || compiler=gcc
[ "$(id -u)" = 0 ] || die "file capabilities are set by root: run it as root" 77
command -v "$compiler" >/dev/null || die "$compiler is missing (Debian: apt-get install gcc-${machine//_/-}-linux-gnu libc6-dev-$architecture-cross)"
tree=target/package/native-$architecture/root
[ -x "$tree/opt/$name/runtime/bin/java" ] || die "$tree is missing: ./dev package lays it out" 66
# The times of the tree, whatever was committed since: the class cache names those of the jars, and is not used with others.
SOURCE_DATE_EPOCH=$(stat -c %Y "$tree/opt/$name/bin/$name")
export SOURCE_DATE_EPOCH

# A distribution's JDK takes zlib and the C++ library from the system; others bring theirs.
packages=(libc6)
for library in $(packaging/needed-libraries.sh "$tree/opt/$name"); do
    case $library in
        libz.so.1) packages+=(zlib1g) ;;
        libstdc++.so.6) packages+=(libstdc++6) ;;
        libgcc_s.so.1) packages+=(libgcc-s1) ;;
        *) die "the runtime needs $library, and it is not known which of Debian's packages has it" ;;
    esac
done
packaging/image/fetch-base.sh "$architecture" "${packages[@]}"
work=target/image/$architecture
rm -rf "$work"
mkdir -p "$work"/{base,runtime,application}
home=opt/$name

# --- Debian's libraries, and what a program expects of any system
base=$work/base
cp -a "target/image/base-$architecture/root/." "$base/"
[ ! -d "$base/usr/lib64" ] || ln -s usr/lib64 "$base/lib64"
ln -s usr/lib "$base/lib"
install -d "$base/etc" "$base/proc" "$base/sys" "$base/dev" "$base/run" "$base/var/lib/dpkg/status.d" "$base/var/log"
install -d -m 1777 "$base/tmp"
cp "target/image/base-$architecture/packages"/* "$base/var/lib/dpkg/status.d/"
printf 'root:x:0:0:root:/:/sbin/nologin\n%s:x:65532:65532::/:/sbin/nologin\n' "$name" > "$base/etc/passwd"
printf 'root:x:0:\n%s:x:65532:\n' "$name" > "$base/etc/group"
printf 'PRETTY_NAME="imds-packet-analyzer on Debian 12 libraries"\nID=debian\nVERSION_ID=12\nVERSION_CODENAME=bookworm\n' > "$base/etc/os-release"

# --- The Java runtime, and the program
install -d "$work/runtime/$home" "$work/application/$home"
cp -a "$tree/$home/runtime" "$work/runtime/$home/"
application=$work/application
cp -a "$tree/$home/lib" "$tree/$home/native" "$application/$home/"
install -d "$application/$home/bin" "$application/$home/conf" "$application/usr/share/doc" "$application/etc/$name"
"$compiler" -static -Os -s -Wall -Wextra -Werror -o "$application/$home/bin/launcher" packaging/image/launcher.c
cp -a "$tree/usr/share/doc/$name" "$application/usr/share/doc/"
install -m 0644 packaging/image/config.yaml "$application/etc/$name/config.yaml"
# The very options that the starter gives, as there is no shell to run it.
IMDS_ANALYZER_SHOW_COMMAND=1 "$tree/$home/bin/$name" |
    sed -e "s:$PWD/$tree::g; s:$(uname -m)-linux-gnu:$machine-linux-gnu:g; s:linux-$(uname -m):linux-$machine:g" \
        -e '1d; s/.*/"&"/' > "$application/$home/conf/java.options"

# --- Permitted and inheritable, without the effective bit: see launcher.c. struct vfs_cap_data, linux/capability.h.
python3 - "$application/$home/bin/launcher" <<'PYTHON'
import os, struct, sys
capabilities = sum(1 << number for number in (2, 13, 19, 21, 38, 39))
low, high = capabilities & 0xffffffff, capabilities >> 32
os.setxattr(sys.argv[1], "security.capability", struct.pack("<5I", 0x02000000, low, low, high, high))
PYTHON

layers=()
for layer in base runtime application; do
    tar --directory "$work/$layer" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --format=pax \
        --pax-option=delete=atime,delete=ctime --xattrs --xattrs-include=security.capability \
        --create --file "$work/$layer.tar" .
    gzip -n9 --keep "$work/$layer.tar"
    layers+=("$work/$layer.tar.gz")
    say "$layer: $(du -sm "$work/$layer" | cut -f1) MB, $(($(stat -c %s "$work/$layer.tar.gz") / 1000000)) MB compressed"
done
output=target/$name-$version-$architecture.oci.tar
python3 packaging/image/layout.py --name "${IMAGE_NAME:-localhost/$name}" --version "$version" --architecture "$architecture" \
    --created "$SOURCE_DATE_EPOCH" --output "$output" "${layers[@]}"
say "$output: $(($(stat -c %s "$output") / 1000000)) MB; $(sha256sum "$output" | cut -c1-16)"
