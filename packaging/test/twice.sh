# The packages, built twice: sourced by packaging/test-packages.sh, and run on this machine.
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by the script that reads this

# Of one application folder: here, and in another folder with another umask, time zone and locale. In the quick compression: what
# is compressed is compared.
test_twice() {
    local elsewhere=$WORK/elsewhere folder entry file epoch
    epoch=$(git log -1 --format=%ct 2>/dev/null || echo 1795305600)
    rm -rf "$elsewhere"
    for folder in one two/deeper; do
        mkdir -p "$elsewhere/$folder/target"
        for entry in *; do
            [ "$entry" = target ] || cp -r "$entry" "$elsewhere/$folder/"
        done
        cp -r "target/$NAME" target/bom.json "$elsewhere/$folder/target/"
    done
    (
        export SOURCE_DATE_EPOCH=$epoch DEB_COMPRESSION="-Zgzip -z1" RPM_PAYLOAD=w1.gzdio ALLOW_GLIBC_FLOOR=99
        cd "$elsewhere/one"
        packaging/package.sh
        cd "$elsewhere/two/deeper"
        umask 077
        TZ=Asia/Tokyo LANG=C packaging/package.sh
    ) > "$WORK/twice.log" 2>&1 || die "the packages, a second time: see $WORK/twice.log"
    for file in "$elsewhere"/one/target/*.{deb,rpm}; do
        cmp "$file" "$elsewhere/two/deeper/target/$(basename "$file")" || die "$(basename "$file") is another one in another folder"
        say "$(basename "$file"), sha256 $(sha256sum "$file" | cut -c1-16): the same in another folder, with another umask and time zone"
    done
    rm -rf "$elsewhere"
}
