#!/usr/bin/env bash
# From start to ready and memory: the packaged program as the service's user beside the image in the DaemonSet's pod, taking
# turns. Needs root, the application folder and the test classes (./dev build), and builds the image where it is missing;
# container runtimes come from Debian's packages, and nothing is installed.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ -d target/test-classes ] || { echo "there are no test classes: run ./dev build first" >&2; exit 66; }
[ "$(id -u)" = 0 ] || { echo "network namespaces and containers need root" >&2; exit 77; }
exec java -cp "target/test-classes:target/imds-packet-analyzer/lib/*" dev.imdsanalyzer.live.ContainerFigures
