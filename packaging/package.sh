#!/usr/bin/env bash
# Builds the DEB and the RPM from target/imds-packet-analyzer/: a trimmed Java runtime is put beside the program, its
# class data cached, and the folder laid out as it is installed. The same commit gives the same bytes.
#
#   packaging/package.sh            for this machine's architecture, with the newest LTS JDK found
#   RUNTIME_JDK=DIR                 link the runtime of that JDK
#   TARGET_JMODS=DIR TARGET_ARCH=arm64   link for another architecture from its jmods (no class data cache then), with
#                                   the jlink of a JDK of the same release: ./dev package --arm64 fetches both
#   ALLOW_GLIBC_FLOOR=2.34          accept a runtime that wants a glibc up to that; 2.28 (RHEL 8) otherwise
#   PACKAGE_VERSION=0.2.0           another version than pom.xml's
#   DEB_COMPRESSION="-Zgzip -z1" RPM_PAYLOAD=w1.gzdio    larger, in a fifth of the time, for a look
#   packaging/package.sh --noarch   without a runtime: wants Java 17 or newer on the host
#   packaging/package.sh --tree     only the tree that is installed, for the image
set -euo pipefail
cd "$(dirname "$0")/.."
name=imds-packet-analyzer
version=${PACKAGE_VERSION:-$(sed -n 's:^  <version>\(.*\)</version>$:\1:p' pom.xml | head -n 1)}
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1795305600)}"
export LC_ALL=C.UTF-8
umask 022

say() { printf '%s\n' "package: $*"; }
die() { printf '%s\n' "package: $*" >&2; exit 1; }

variant=native packages=yes
case ${1:-} in
    --noarch) variant=noarch ;;
    --tree) packages=no ;;
esac
case ${TARGET_ARCH:-$(uname -m)} in
    x86_64 | amd64) deb_arch=amd64 rpm_arch=x86_64 ;;
    aarch64 | arm64) deb_arch=arm64 rpm_arch=aarch64 ;;
    *) die "unknown architecture ${TARGET_ARCH:-$(uname -m)}" ;;
esac
[ "$variant" = native ] || { deb_arch=all rpm_arch=noarch; }

for tool in unzip rpmbuild dpkg-deb readelf strip xz; do
    command -v "$tool" >/dev/null || die "$tool is missing (Debian: apt-get install unzip rpm dpkg binutils xz-utils)"
done
[ -x "target/$name/bin/$name" ] || die "target/$name is missing: run ./dev build first"
work=target/package/$variant-$deb_arch
rm -rf "$work"
mkdir -p "$work"
app=$work/root/opt/$name
mkdir -p "$app"
cp -r "target/$name/bin" "target/$name/lib" "$app/"

# strip_for MACHINE FILE...: with that machine's strip; without one the files stay as they are, which is larger.
strip_for() {
    local tool=strip
    [ "$1" = "$(uname -m)" ] || tool=$1-linux-gnu-strip
    shift
    command -v "$tool" >/dev/null || return 0
    "$tool" --strip-unneeded --remove-section=.comment "$@" 2>/dev/null || true
}

# The newest LTS JDK on this machine: 25, 21 or 17.
newest_jdk() {
    local release home
    for release in 25 21 17; do
        for home in "${JAVA_HOME:-/none}" /usr/lib/jvm/*; do
            [ -x "$home/bin/jlink" ] || continue
            "$home/bin/java" -version 2>&1 | head -n 1 | grep -qE "version \"${release}(\\.|\")" && { printf '%s\n' "$home"; return; }
        done
    done
}

# The newest GLIBC_ version that any ELF file below a folder asks for: the oldest glibc it runs on.
glibc_floor() {
    # It fails over scripts among them.
    { find "$1" -type f \( -name '*.so' -o -perm -u+x \) -exec readelf -VW {} + 2>/dev/null || true; } |
        grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1 | sed 's/GLIBC_//'
}

newer() { [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort -V | tail -n 1)" = "$1" ]; }

# Modules: what jdeps finds, and java.naming and java.xml for Logback, jdk.unsupported for signals and JNA's memory access.
modules=java.base,java.logging,java.xml,java.naming,java.management,jdk.unsupported

link_runtime() {
    local jdk=$1
    local -a path=()
    local without=--strip-debug
    # This machine's objcopy, which jlink calls, cannot read another's files.
    [ -z "${TARGET_JMODS:-}" ] || { path=(--module-path "$TARGET_JMODS"); without=--strip-java-debug-attributes; }
    "$jdk/bin/jlink" "${path[@]}" --add-modules "$modules" --no-header-files --no-man-pages "$without" \
        --compress "$([ "$("$jdk/bin/jlink" --version | cut -d. -f1)" -ge 21 ] && echo zip-0 || echo 0)" \
        --vm server --output "$app/runtime"
    chmod -R u+w,go-w,a+rX "$app/runtime"
    find "$app/runtime" -name '*.so' -exec chmod 0755 {} +
    local -a files=()
    mapfile -t files < <(find "$app/runtime" -type f \( -name '*.so' -o -path '*/bin/*' -o -name jexec -o -name jspawnhelper \))
    strip_for "$rpm_arch" "${files[@]}"
}

# JNA's library beside the program: nothing is unpacked into a home folder, no ldconfig is run.
native_library() {
    mkdir -p "$app/native/linux-$1"
    unzip -q -j -o "$app"/lib/jna-[0-9]*.jar "com/sun/jna/$2/libjnidispatch.so" -d "$app/native/linux-$1"
    chmod 0755 "$app/native/linux-$1/libjnidispatch.so"
    strip_for "$1" "$app/native/linux-$1/libjnidispatch.so"
}

if [ "$variant" = native ]; then
    jdk=${RUNTIME_JDK:-$(newest_jdk)}
    [ -n "$jdk" ] || die "no JDK with jlink found: install a JDK of 17, 21 or 25"
    say "runtime: $("$jdk/bin/java" -version 2>&1 | head -n 1)"
    link_runtime "$jdk"
    case $rpm_arch in x86_64) native_library x86_64 linux-x86-64 ;; aarch64) native_library aarch64 linux-aarch64 ;; esac
    GLIBC_FLOOR=$(glibc_floor "$app")
    NEEDED_LIBRARIES=$(packaging/needed-libraries.sh "$app")
    export GLIBC_FLOOR NEEDED_LIBRARIES
    say "glibc floor: $GLIBC_FLOOR; of the host's libraries it needs: ${NEEDED_LIBRARIES:-none but the C library}"
    if newer "$GLIBC_FLOOR" "${ALLOW_GLIBC_FLOOR:-2.28}"; then
        die "this runtime wants glibc $GLIBC_FLOOR, and RHEL 8 has 2.28: link another JDK's (RUNTIME_JDK=DIR), or accept it by ALLOW_GLIBC_FLOOR=$GLIBC_FLOOR"
    fi
    # The class cache names the modification times of what it was made from.
    find "$app" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
    [ -n "${TARGET_JMODS:-}" ] || packaging/class-cache.sh "$app"
else
    native_library x86_64 linux-x86-64
    native_library aarch64 linux-aarch64
    GLIBC_FLOOR=$(glibc_floor "$app")
    export GLIBC_FLOOR
fi

packaging/stage.sh "$work/root"
find "$work/root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
if [ "$packages" = no ]; then
    say "the tree: $work/root"
    exit
fi

packaging/deb/build.sh "$work/root" "$version" "$deb_arch" "$variant" "target/${name}_${version}_${deb_arch}.deb"
packaging/rpm/build.sh "$work/root" "$version" "$rpm_arch" "$variant" "target/${name}-${version}-1.${rpm_arch}.rpm"
ls -l target/*.deb target/*.rpm
du -sh "$work/root" | sed 's/^/package: installed size /'
