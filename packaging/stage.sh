#!/usr/bin/env bash
# Lays out everything beside /opt/imds-packet-analyzer as it is installed.  stage.sh ROOT
set -euo pipefail
root=$1
name=imds-packet-analyzer
doc=$root/usr/share/doc/$name

install -d "$root/usr/bin" "$root/etc/$name" "$root/usr/lib/systemd/system/$name.service.d" "$root/usr/share/man/man8" \
    "$root/usr/share/bash-completion/completions" "$doc/examples" "$doc/licenses"
ln -s "../../opt/$name/bin/$name" "$root/usr/bin/$name"
install -m 0640 packaging/conf/config.yaml "$root/etc/$name/config.yaml"
install -m 0644 "systemd/$name.service" "$root/usr/lib/systemd/system/"
install -m 0644 "systemd/$name.service.d"/*.conf "$root/usr/lib/systemd/system/$name.service.d/"
gzip -9n < "packaging/man/$name.8" > "$root/usr/share/man/man8/$name.8.gz"
install -m 0644 "packaging/completion/$name" "$root/usr/share/bash-completion/completions/$name"
install -m 0644 README.md CHANGELOG.md KNOWN_ISSUES.md "$doc/"
install -d "$doc/docs"
install -m 0644 docs/*.md "$doc/docs/"
install -d "$doc/docs/pictures"
install -m 0644 docs/pictures/*.png "$doc/docs/pictures/"
install -m 0644 packaging/cloudwatch-agent/*.json packaging/fluent-bit/*.conf packaging/examples/*.conf "$doc/examples/"
install -m 0644 src/main/resources/dev/imdsanalyzer/output/event.schema.json "$doc/"
cp -r packaging/cloudwatch "$doc/"
chmod -R u=rwX,go=rX "$doc/cloudwatch"
install -m 0644 LICENSE "$doc/licenses/$name"

# The licence that each library carries in its jar, or that its project publishes beside it.
for jar in "$root/opt/$name"/lib/*.jar; do
    library=$(basename "$jar" .jar)
    case $library in
        "$name"-*) ;;
        logback-*) cp packaging/licenses/logback "$doc/licenses/$library" ;;
        xz-*) cp packaging/licenses/xz "$doc/licenses/$library" ;;
        # Apache 2.0, as this program; the encoder's users may choose it.
        aircompressor-* | picocli-* | snakeyaml-engine-* | logstash-logback-encoder-*) cp LICENSE "$doc/licenses/$library" ;;
        *)
            if ! unzip -p "$jar" 'META-INF/*LICENSE*' 'META-INF/*NOTICE*' > "$doc/licenses/$library" 2>/dev/null; then
                # 11: one of the two is not in it.
                [ -s "$doc/licenses/$library" ] || { echo "stage: $library has no licence: put it into packaging/licenses" >&2; exit 1; }
            fi
            ;;
    esac
done
chmod 0644 "$doc"/licenses/*
sed -i 's/\r$//' "$doc"/licenses/*
[ ! -d "$root/opt/$name/runtime/legal" ] || mv "$root/opt/$name/runtime/legal" "$doc/licenses/java-runtime"
[ -f target/bom.json ] || { echo "stage: target/bom.json is missing: run ./dev package" >&2; exit 1; }
install -m 0644 target/bom.json "$doc/$name.cdx.json"
