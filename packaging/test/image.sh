# The image: sourced by packaging/test-packages.sh, and run on this machine. That runtimes load it is a live test's matter.
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by the script that reads this

# Built twice of one tree: here, and in another folder with another umask, time zone and locale.
test_image() {
    local elsewhere=$WORK/elsewhere built architecture epoch file
    architecture=$(dpkg --print-architecture)
    epoch=$(git log -1 --format=%ct 2>/dev/null || echo 1795305600)
    SOURCE_DATE_EPOCH=$epoch packaging/package.sh --tree > "$WORK/image.log" || die "the tree for the image: see $WORK/image.log"
    SOURCE_DATE_EPOCH=$epoch packaging/image/build.sh > "$WORK/image.log" || die "the image: see $WORK/image.log"
    built=$(last_built "$NAME-*-$architecture.oci.tar")
    rm -rf "$elsewhere"
    mkdir -p "$elsewhere/target/package/native-$architecture" "$elsewhere/target/image"
    cp -r packaging pom.xml "$elsewhere/"
    cp -a "target/package/native-$architecture/root" "$elsewhere/target/package/native-$architecture/"
    cp -a "target/image/base-$architecture" "$elsewhere/target/image/"
    (
        cd "$elsewhere"
        umask 077
        TZ=Asia/Tokyo LC_ALL=C LANG=C SOURCE_DATE_EPOCH=$epoch packaging/image/build.sh
    ) > "$WORK/image.log" || die "the image, elsewhere: see $WORK/image.log"
    file=$(basename "$built")
    cmp "$built" "$elsewhere/target/$file" || die "the image is another one in another folder"
    rm -rf "$elsewhere"
    [ "$(stat -c %s "$built")" -le 60000000 ] || die "$file has $(stat -c %s "$built") bytes"
    grep -E ': [0-9]+ MB' "$WORK/image.log"
    say "$file, $(stat -c %s "$built") bytes, sha256 $(sha256sum "$built" | cut -c1-16): the same in another folder, with another umask and time zone"
}
