#!/usr/bin/env bash
# Makes the pictures of docs/pictures: a made-up fleet's report as a page, and the demo on a terminal; checks the page on the way.
#
#   src/pictures/pictures.sh [--fleet]       --fleet: without the demo's, which needs root
#   src/pictures/pictures.sh --page PAGE...  pictures and checks of other reports' pages, into target/pictures alone
#
# Needs the application folder and the tests' classes (./dev pictures builds them). Ends with 1 where the check finds a fault.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly ANALYZER=target/imds-packet-analyzer/bin/imds-packet-analyzer WORK=target/pictures DOCUMENTS=docs/pictures
readonly LARGEST_BYTES=300000
export PICTURES_MODULES=$WORK/npm
[ -x "$ANALYZER" ] || { echo "there is no $ANALYZER: run ./dev build first" >&2; exit 66; }

packages() {
    mkdir -p "$PICTURES_MODULES"
    cp src/pictures/package.json src/pictures/package-lock.json "$PICTURES_MODULES"
    [ -d "$PICTURES_MODULES/node_modules/axe-core" ] || npm ci --silent --no-fund --no-audit --prefix "$PICTURES_MODULES"
}

# page PAGE NAME: its pictures in WORK.
page() {
    node src/pictures/pictures.mjs "$1" "$WORK" "$2"
    rm -f "$WORK/$2"-print-*.png
    pdftoppm -png -r 70 -l 12 "$WORK/$2.pdf" "$WORK/$2-print"
}

# keep PICTURE NAME: the picture, made small, among the documents.
keep() {
    pngquant --force --strip --skip-if-larger --output "$DOCUMENTS/$2.png" 64 "$1" || cp "$1" "$DOCUMENTS/$2.png"
    [ "$(wc -c <"$DOCUMENTS/$2.png")" -le "$LARGEST_BYTES" ] || { echo "$DOCUMENTS/$2.png is too large" >&2; exit 1; }
}

fleet() {
    rm -rf "$WORK/fleet"
    python3 src/pictures/fleet.py "$WORK/fleet"
    # It ends with 1, as that fleet is not ready.
    "$ANALYZER" report --format html --inventory "$WORK/fleet/inventory.json" --output "$WORK/report.html" "$WORK/fleet/logs" ||
        [ $? = 1 ]
    page "$WORK/report.html" report
    for width in 390 900 1440; do
        keep "$WORK/report-$width-top.png" "report-$width"
    done
    keep "$WORK/report.png" report
    keep "$WORK/report-print-03.png" report-print
    terminal 110 'imds-packet-analyzer show' show - "$ANALYZER" show --since 3h --finding imdsv1-rejected "$WORK/fleet/logs"
    terminal 110 'imds-packet-analyzer report' report-text 'Who uses IMDSv2 only' "$ANALYZER" report "$WORK/fleet/logs"
}

# terminal COLUMNS TITLE NAME UNTIL COMMAND...: UNTIL is - for all of it.
terminal() {
    local columns=$1 title=$2 name=$3 until=()
    [ "$4" = - ] || until=(--until "$4")
    shift 4
    python3 src/pictures/terminal.py "$columns" "$title" "$WORK/$name.html" ${until[@]+"${until[@]}"} -- "$@"
    node src/pictures/pictures.mjs --terminal "$WORK/$name.html" "$WORK/$name.png"
}

demo() {
    terminal 110 './dev demo' terminal 'wget over IPv6' java -cp \
        "target/test-classes:target/imds-packet-analyzer/lib/*" dev.imdsanalyzer.live.Demo --colour
    keep "$WORK/terminal.png" terminal
}

packages
mkdir -p "$DOCUMENTS"
case ${1:-} in
    --page)
        shift
        for other in "$@"; do
            name=${other##*/}
            page "$other" "${name%.html}"
        done
        ;;
    --fleet) fleet ;;
    *)
        fleet
        demo
        ;;
esac
