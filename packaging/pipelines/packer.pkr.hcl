# Packer: the same for an image that Packer builds. Place both provisioners last, the reboot between them.
#   packer validate -var package=FILE packer.pkr.hcl      as an example; take the build block's provisioners over into yours
variable "package" {
  type        = string
  description = "The RPM or the DEB on the machine that runs Packer"
}

source "null" "example" {
  communicator = "none"
}

build {
  sources = ["source.null.example"]

  provisioner "file" {
    source      = var.package
    destination = "/tmp/${basename(var.package)}"
  }

  provisioner "shell" {
    execute_command = "sudo sh -eu '{{ .Path }}'"
    inline = [
      "if command -v apt-get; then DEBIAN_FRONTEND=noninteractive apt-get -q -y install /tmp/${basename(var.package)}; else dnf -y -q install /tmp/${basename(var.package)}; fi",
      "systemctl enable imds-packet-analyzer",
      "systemctl stop imds-packet-analyzer",
      "rm -f /tmp/${basename(var.package)} /var/log/imds-packet-analyzer/*.jsonl",
      # For the next boot alone: the service judges what it sees. A start that systemd itself did not get done (226: the sandbox)
      # is no verdict: once more, at once.
      "mkdir -p /etc/systemd/system/imds-packet-analyzer.service.d",
      "printf '[Service]\\nExecStart=\\nExecStart=%s\\nRestart=no\\nRestartForceExitStatus=226\\nRestartSec=500ms\\n' '/opt/imds-packet-analyzer/bin/imds-packet-analyzer run --config /etc/imds-packet-analyzer/config.yaml --fail-on-v1' > /etc/systemd/system/imds-packet-analyzer.service.d/90-gate.conf",
      "systemctl reboot",
    ]
    expect_disconnect = true
  }

  provisioner "shell" {
    pause_before    = "30s"
    execute_command = "sudo sh -eu '{{ .Path }}'"
    inline = [
      "systemctl is-system-running --wait || true",
      # It has to have run since the boot, or nobody has watched.
      "timeout 30 sh -c 'until systemctl is-active --quiet imds-packet-analyzer; do sleep 1; done' || { echo \"the analyzer does not run\" >&2; exit 1; }",
      # Ready before the network was let up, or who called in between was not seen.
      "since() { systemctl show --property ActiveEnterTimestampMonotonic \"$1\" | cut -d= -f2; }",
      "watched=$(since imds-packet-analyzer)",
      "network=$(since network-pre.target)",
      "systemctl stop imds-packet-analyzer",
      "journalctl --boot --unit imds-packet-analyzer --no-pager --output cat",
      # The image begins with a log of its own.
      "rm -f /var/log/imds-packet-analyzer/*.jsonl",
      "rm /etc/systemd/system/imds-packet-analyzer.service.d/90-gate.conf",
      # 0 only if nothing was IMDSv1, lost or of unknown version; each caller has its line above.
      "status=$(systemctl show --property ExecMainStatus imds-packet-analyzer)",
      "systemctl daemon-reload",
      "test \"$watched\" -le \"$network\" || { echo \"not all was seen: the analyzer was ready $((watched / 1000)) ms into the boot, the network was let up at $((network / 1000)); boot again\" >&2; exit 1; }",
      "test \"$status\" = ExecMainStatus=0",
    ]
  }
}
