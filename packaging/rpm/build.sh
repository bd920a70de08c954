#!/usr/bin/env bash
# build.sh ROOT VERSION ARCHITECTURE VARIANT FILE: the staged root becomes an RPM.
set -euo pipefail
root=$(cd "$1" && pwd) version=$2 arch=$3 variant=$4 file=$PWD/$5
name=imds-packet-analyzer
top=$PWD/$(dirname "$1")/rpm
rm -rf "$top"
mkdir -p "$top"

if [ "$variant" = noarch ]; then
    # One of them alone is not enough: RHEL's java-17 provides java-17-headless and not java-headless, which is its default
    # Java's; Fedora's has gone on from 17. A choice wants rpm 4.13: RHEL 8 has 4.14, Amazon Linux 2 has 4.11 and refuses
    # this package; the one with a runtime goes there.
    requires="Requires: (java-headless >= 1:17 or java-17-headless or java-21-headless or java-25-headless)"
else
    requires="Requires: libc.so.6(GLIBC_${GLIBC_FLOOR:?})(64bit)"
    for library in ${NEEDED_LIBRARIES:-}; do
        requires="$requires $library()(64bit)"
    done
fi
sed -e "s|@VERSION@|$version|g" -e "s|@REQUIRES@|$requires|g" -e "s|@ROOT@|$root|g" \
    -e "s|@UNIT@|$PWD/packaging/rpm/systemd-before-229.service|g" \
    -e "s|@DATE@|$(date -u --date="@${SOURCE_DATE_EPOCH:-1795305600}" '+%a %b %d %Y')|" \
    packaging/rpm/$name.spec.in > "$top/$name.spec"
# JNA's libraries for both machines lie in the package without a runtime: rpmbuild refuses such files unless told.
# _buildhost and the clamped times make a rebuild give the same bytes; __os_install_post would strip and repack our jars.
rpmbuild -bb --quiet --target "$arch" \
    --define "_topdir $top" --define "_rpmdir $top/out" --define "_build_name_fmt package.rpm" \
    --define "_buildhost reproducible" --define "use_source_date_epoch_as_buildtime 1" \
    --define "clamp_mtime_to_source_date_epoch 1" --define "__os_install_post %{nil}" \
    --define "_binaries_in_noarch_packages_terminate_build 0" \
    --define "_binary_payload ${RPM_PAYLOAD:-w6.xzdio}" --define "_build_id_links none" --define "debug_package %{nil}" \
    "$top/$name.spec"
cp "$top/out/package.rpm" "$file"
rm -rf "$top"
