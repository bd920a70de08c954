#!/bin/sh
# The same as a first installation: the package keeps the configuration and the log, and restarts the service.
set -eu
exec sh "$(dirname "$0")/install.sh"
