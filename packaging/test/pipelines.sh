# The shipped pipelines, each run to its end in a small system that is booted anew where they want it: sourced by
# packaging/test-packages.sh, and run on this machine. While nobody else on it calls an IMDS: the kernel reports connects of the whole
# machine, and the gate does not open beside those that its capture cannot show.
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by the script that reads this

# give_pipelines: the tools and the pipelines into the root, an IMDS at each boot, and who calls it in the version of the day.
give_pipelines() {
    local units=$ROOT/etc/systemd/system
    add_packages "$ROOT" cloud-init ansible-core python3-apt python3-yaml gpg
    cp -r packaging/pipelines "$ROOT/pipelines"
    cp -r "$WORK/repository" "$ROOT/repository"
    touch "$ROOT/etc/cloud/cloud-init.disabled"
    cat > "$ROOT/test/scene.sh" <<'SCENE'
. /test/common.sh
call_v1() { call_v2; }
mkdir /run/second-start
make_network
call_v2
[ ! -e /boot-calls-v1 ] || curl -sS -o /dev/null http://169.254.169.254/latest/meta-data/boot
SCENE
    cat > "$units/imds-scene.service" <<UNIT
[Unit]
After=$NAME.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/bash /test/scene.sh
UNIT
    mkdir -p "$units/multi-user.target.wants"
    ln -s ../imds-scene.service "$units/multi-user.target.wants/"
}

reboot_system() {
    stop_system
    boot
}

# run_steps FOLDER: the scripts of a folder of the root in their order; fails with the first that does. What they said is in
# $WORK/said, the name of the last in step.
run_steps() {
    : > "$WORK/said"
    for step in "$ROOT/$1"/*; do
        step=${step##*/}
        case $step in
            *.reboot) reboot_system ;;
            *) inside bash "/$1/$step" >> "$WORK/said" 2>&1 || return 1 ;;
        esac
    done
}
said() {
    die "$1; it said: $(tail -n 20 "$WORK/said")
the service's journal: $(inside journalctl -u $NAME --no-pager -o cat -n 20 2>/dev/null || true)
failed: $(inside systemctl --failed --no-pager --plain --no-legend 2>/dev/null || true)"
}
# Between two pipelines; the gate of Image Builder's test instance goes with that instance.
purge() {
    inside dpkg -P $NAME > /dev/null 2>&1 || true
    inside rm -rf /etc/systemd/system/$NAME.service.d
}

test_image_builder() {
    mkdir "$ROOT/image-builder"
    inside python3 /test/pipelines.py image-builder /image-builder Package=file:///packages/first.deb || die "Image Builder's component"
    boot_calls no
    run_steps image-builder || said "Image Builder: $step of an image without IMDSv1"
    reachable_before false || said "Image Builder: IMDS could be reached before the service's start of early boot"
    say "Image Builder: built, booted anew, and an image whose boot uses tokens passes"
    purge
    boot_calls yes
    if run_steps image-builder; then said "Image Builder: an image whose boot calls IMDSv1 passes"; fi
    [ "$step" = 05-test-boot-time-callers.sh ] || said "Image Builder: $step"
    grep -q 'IMDSv1 by .*curl' "$WORK/said" || said "Image Builder: the caller is not named"
    say "Image Builder: one whose boot calls IMDSv1 fails: $(grep -m 1 'IMDSv1 by' "$WORK/said")"
    purge
    boot_calls no
    fail_first_start
    if run_steps image-builder; then said "Image Builder: an image passes whose boot was not watched from its beginning"; fi
    [ "$step" = 05-test-boot-time-callers.sh ] || said "Image Builder, a start tried again: $step"
    grep -q '^not all was seen: ' "$WORK/said" || said "Image Builder: does not say what a start that was tried again costs"
    reachable_before true || said "Image Builder: a late start does not say in the log that IMDS could be reached before"
    say "Image Builder: one where systemd fails the first start and tries again: $(grep '^not all was seen: ' "$WORK/said")"
    purge
}
# reachable_before true|false: what the last start has in the log.
reachable_before() { grep -h '"action":"analyzer-started"' "$ROOT/var/log/$NAME"/*.jsonl | tail -n 1 | grep -q "\"imds_reachable\":$1"; }
# fail_first_start: with 226, as a folder that has to be written to is not there; the scene makes it, which comes after that start.
fail_first_start() {
    local folder=$ROOT/etc/systemd/system/$NAME.service.d
    mkdir -p "$folder"
    printf '[Service]\nReadWritePaths=/run/second-start\n' > "$folder/95-first-start.conf"
}
boot_calls() {
    rm -f "$ROOT/boot-calls-v1"
    [ "$1" = no ] || touch "$ROOT/boot-calls-v1"
}

# Its first script ends with a reboot that it asks systemd for.
test_packer() {
    mkdir "$ROOT/packer"
    inside python3 /test/pipelines.py packer /packer /packages/first.deb || die "Packer's provisioners"
    for calls in no yes; do
        boot_calls $calls
        inside cp /packages/first.deb /tmp/
        inside sh -eu /packer/01-shell.sh > "$WORK/said" 2>&1 || true
        # systemd-nspawn ends with it, as --keep-unit has it.
        timeout 300 tail --pid="$nspawn_pid" -f /dev/null || said "Packer: no reboot"
        nspawn_pid=''
        boot
        if inside sh -eu /packer/02-shell.sh >> "$WORK/said" 2>&1; then
            [ $calls = no ] || said "Packer: an image whose boot calls IMDSv1 passes"
        else
            [ $calls = yes ] || said "Packer: an image without IMDSv1"
            grep -q 'IMDSv1 by .*curl' "$WORK/said" || said "Packer: the caller is not named"
        fi
        inside test ! -e /etc/systemd/system/$NAME.service.d/90-gate.conf || die "Packer: the gate stays in the image"
        purge
    done
    say "Packer: its scripts pass an image whose boot uses tokens, and stop one whose boot calls IMDSv1: $(grep -m 1 'IMDSv1 by' "$WORK/said")"
}

test_ansible() {
    local gate
    cat > "$ROOT/variables.json" <<'JSON'
{"imds_packet_analyzer_package": "/packages/first.deb", "imds_packet_analyzer_config": {"output": {"fold_seconds": 0}}}
JSON
    play() {
        inside env LC_ALL=C.UTF-8 ANSIBLE_NOCOLOR=1 ansible-playbook -i localhost, -c local -e @/variables.json "$@" \
            /pipelines/ansible/playbook.yml > "$WORK/said" 2>&1
    }
    play || said "Ansible"
    inside systemctl is-active -q $NAME || said "Ansible: the service is down"
    inside grep -q 'fold_seconds: 0' /etc/$NAME/config.yaml || said "Ansible: no configuration"
    play || said "Ansible, a second time"
    grep -q 'changed=0' "$WORK/said" || said "Ansible: a second time changes something"
    play -e imds_packet_analyzer_gate_seconds=3 || said "Ansible: the gate, without a caller"
    inside systemd-run -q bash -c 'while sleep 0.5; do curl -sS -o /dev/null http://169.254.169.254/latest/meta-data/; done'
    if play -e imds_packet_analyzer_gate_seconds=3; then said "Ansible: the gate, beside a caller of IMDSv1"; fi
    gate=$(grep -o -m 1 'IMDSv1 by [^"\\]*' "$WORK/said") || said "Ansible: the gate does not name the caller"
    if play -e '{"imds_packet_analyzer_config": {"nonsense": 1}}'; then said "Ansible: a configuration with nonsense"; fi
    inside grep -q 'fold_seconds: 0' /etc/$NAME/config.yaml || said "Ansible: a refused configuration was put in place"
    say "Ansible: installed, configured, started; a second time nothing changes; the gate stops on $gate; a wrong configuration changes nothing"
    purge
}

test_cloud_init() {
    local seed=$ROOT/var/lib/cloud/seed/nocloud
    mkdir -p "$seed"
    echo 'instance-id: test' > "$seed/meta-data"
    python3 packaging/test/pipelines.py cloud-init "$seed/user-data" file:/repository "$ROOT/repository/$NAME.asc"
    inside cloud-init schema --config-file /var/lib/cloud/seed/nocloud/user-data > "$WORK/said" 2>&1 || said "cloud-init schema"
    say "cloud-init schema: $(tail -n 1 "$WORK/said")"
    # What needs a network or changes other things is left out; Debian's own archive cannot be reached here.
    cat > "$ROOT/etc/cloud/cloud.cfg.d/99-test.cfg" <<'CONFIG'
datasource_list: [NoCloud]
cloud_init_modules: []
cloud_config_modules: [apt-configure, yum-add-repo, runcmd]
cloud_final_modules: [package-update-upgrade-install, scripts-user, final-message]
CONFIG
    sed -i 's/^apt:$/&\n  preserve_sources_list: true/' "$seed/user-data"
    : > "$ROOT/etc/apt/sources.list"
    rm "$ROOT/etc/cloud/cloud-init.disabled"
    reboot_system
    inside cloud-init status --wait --long > "$WORK/said" 2>&1 || said "cloud-init: $(inside tail -n 30 /var/log/cloud-init-output.log)"
    inside systemctl is-active -q $NAME || said "cloud-init: the service is down"
    inside systemctl is-enabled -q $NAME || said "cloud-init: the service is not enabled"
    say "cloud-init: $(inside cloud-init --version 2>&1): installed from the signed repository at the first boot, the service runs"
}

# test_pipelines DEB
test_pipelines() {
    make_root "$1"
    give_pipelines
    boot
    test_image_builder
    test_packer
    test_ansible
    test_cloud_init
    stop_system
}
