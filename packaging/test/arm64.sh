# The program of the arm64 DEB, emulated: sourced by packaging/test-packages.sh, and run on this machine.
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by the script that reads this
# It starts, reads its configuration and a trace of each link type; live capture is not tried: the emulator has no AF_PACKET
# filters and no bpf(2).
test_arm64() {
    local root=$WORK/arm64 app trace calls all=0
    packaging/fetch-arm64.sh >/dev/null || die "fetch-arm64.sh"
    rm -rf "$root"
    dpkg-deb -x "$1" "$root"
    app=$root/opt/$NAME
    # The starter is a shell script, and a shell of this machine runs it; its Java is emulated, and it is told the machine.
    mv "$app/runtime/bin/java" "$app/runtime/bin/java.arm64"
    printf '#!/bin/sh\nexec qemu-aarch64-static -L %s %s "$@"\n' "$PWD/target/arm64/root" "$app/runtime/bin/java.arm64" \
        > "$app/runtime/bin/java"
    mkdir "$root/bin-aarch64"
    printf '#!/bin/sh\necho aarch64\n' > "$root/bin-aarch64/uname"
    chmod 0755 "$app/runtime/bin/java" "$root/bin-aarch64/uname"
    emulated() { PATH="$root/bin-aarch64:$PATH" "$app/bin/$NAME" "$@"; }
    say "$(basename "$1"), $(stat -c %s "$1") bytes: wants $(dpkg-deb -f "$1" Depends)"
    say "arm64: $(emulated --version) on $(emulated_java)"
    emulated check-config "$root/etc/$NAME/config.yaml" >/dev/null || die "check-config under qemu"
    for trace in "${traces[@]}"; do
        emulated read "$trace" > "$root/lines" || die "read $trace under qemu"
        "target/$NAME/bin/$NAME" read "$trace" > "$root/lines-here" || die "read $trace"
        calls=$(grep -c '"action":"imds-request"' "$root/lines" || true)
        all=$((all + calls))
        same_calls "$root/lines" "$root/lines-here" || die "$trace: other calls under qemu than here"
    done
    [ "$all" -gt 0 ] || die "no call in any trace"
    say "arm64: read: $all calls of ${#traces[@]} traces, the same as on this machine"
}
emulated_java() { qemu-aarch64-static -L "$PWD/target/arm64/root" "$app/runtime/bin/java.arm64" -version 2>&1 | sed -n 2p; }
messages() { grep '"action":"imds-request"' "$1" | grep -o '"message":"[^"]*"'; }
same_calls() { diff <(messages "$1") <(messages "$2"); }

# The launcher and the Java of the arm64 image, as its user, in a root that is the image and nothing else.
test_arm64_image() {
    local image=$WORK/arm64-image root=$WORK/arm64-image/root home=/opt/$NAME said
    TARGET_ARCH=arm64 packaging/image/build.sh > "$WORK/image.log" || die "the arm64 image: see $WORK/image.log"
    rm -rf "$image"
    mkdir -p "$root"
    for layer in base runtime application; do
        cp -a "target/image/arm64/$layer/." "$root/"
    done
    mkdir -p "$root/proc"
    # shellcheck disable=SC2016 # the inner shell expands
    said=$(unshare --mount packaging/emulated.sh arm64 sh -ec 'mount -t proc proc "$1/proc"
        exec chroot --userspec=65532:65532 "$1" "$2/bin/launcher" "$2/runtime/bin/java" "@$2/conf/java.options" --version' \
        image "$root" "$home" 2>&1) || die "the arm64 image does not start: $said"
    say "arm64: $(tail -n 1 "$WORK/image.log"): its launcher and its Java say $said"
    rm -rf "$image"
}
