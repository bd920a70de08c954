#!/bin/sh
# The libraries that ELF files below a folder need, and that are neither below it nor glibc's own: a distribution's JDK
# takes its own zlib, say, where others bring one. On one line.   needed-libraries.sh FOLDER
set -eu
{ find "$1" -type f \( -name '*.so' -o -perm -u+x \) -exec readelf -dW {} + 2>/dev/null || true; } |
    sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u |
    grep -vE '^(libc|libm|libdl|libpthread|librt|ld-linux.*)\.so\.[0-9]+$' |
    while read -r library; do
        [ -n "$(find "$1" -name "$library")" ] || printf '%s\n' "$library"
    done | paste -sd' ' -
