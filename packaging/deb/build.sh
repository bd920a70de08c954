#!/usr/bin/env bash
# build.sh ROOT VERSION ARCHITECTURE VARIANT FILE: the staged root becomes a DEB.
set -euo pipefail
root=$1 version=$2 arch=$3 variant=$4 file=$5
name=imds-packet-analyzer
tree=$(dirname "$root")/deb
rm -rf "$tree"
cp -a "$root" "$tree"
install -d "$tree/DEBIAN" "$tree/usr/share/lintian/overrides"
overrides=(packaging/deb/lintian-overrides)
[ "$variant" != noarch ] || overrides+=(packaging/deb/lintian-overrides.noarch)
cat "${overrides[@]}" > "$tree/usr/share/lintian/overrides/$name"
chmod 0644 "$tree/usr/share/lintian/overrides/$name"
# Policy 10.2 and 10.5; rpm's checker wants it the other way.
find "$tree/opt" -name '*.so' -exec chmod 0644 {} +
ln -sfn "/opt/$name/bin/$name" "$tree/usr/bin/$name"
rm "$tree/usr/share/doc/$name/CHANGELOG.md"
gzip -9n < CHANGELOG.md > "$tree/usr/share/doc/$name/NEWS.md.gz"
printf '%s (%s) unstable; urgency=medium\n\n  * See NEWS.md.gz.\n\n -- imds-packet-analyzer maintainers <maintainers@imdsanalyzer.dev>  %s\n' \
    "$name" "$version" "$(date -u -R --date="@$SOURCE_DATE_EPOCH")" |
    gzip -9n > "$tree/usr/share/doc/$name/changelog.gz"
install -m 0644 packaging/deb/copyright "$tree/usr/share/doc/$name/copyright"

depends="adduser, libc6 (>= ${GLIBC_FLOOR:?})"
for library in ${NEEDED_LIBRARIES:-}; do
    case $library in
        libz.so.1) depends="$depends, zlib1g" ;;
        libstdc++.so.6) depends="$depends, libstdc++6" ;;
        libgcc_s.so.1) depends="$depends, libgcc-s1" ;;
        *) echo "deb: the runtime needs $library: name its package in packaging/deb/build.sh" >&2; exit 1 ;;
    esac
done
[ "$variant" != noarch ] || depends="$depends, default-jre-headless (>= 2:1.17) | java17-runtime-headless"
cat > "$tree/DEBIAN/control" <<EOF
Package: $name
Version: $version
Architecture: $arch
Maintainer: imds-packet-analyzer maintainers <maintainers@imdsanalyzer.dev>
Installed-Size: $(du -sk --exclude=DEBIAN "$tree" | cut -f1)
Depends: $depends
Section: net
Priority: optional
Homepage: https://imdsanalyzer.dev
Description: name every program that calls the EC2 instance metadata service
 Sees every HTTP request to the EC2 Instance Metadata Service (IMDS), says
 whether it was IMDSv1 or IMDSv2, which program made it and who started that
 program, and writes one JSON line for it, so that IMDSv2 can be required
 without an outage.
EOF
printf '/etc/%s/config.yaml\n' "$name" > "$tree/DEBIAN/conffiles"
for script in postinst prerm postrm; do
    install -m 0755 "packaging/deb/$script" "$tree/DEBIAN/$script"
done
(cd "$tree" && find . -path ./DEBIAN -prune -o -type f -print0 | LC_ALL=C sort -z |
    xargs -0 md5sum | sed 's: \./: :' > DEBIAN/md5sums)
find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
# xz: dpkg of Ubuntu 20.04 and Debian 11 knows no zstd.
# shellcheck disable=SC2086 # options
dpkg-deb ${DEB_COMPRESSION:--Zxz} --root-owner-group -b "$tree" "$file" >/dev/null
rm -rf "$tree"
