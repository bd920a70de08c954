# Packer: the same for an image that Packer builds. Place both provisioners last, the reboot between them.
#   packer validate packer.pkr.hcl      as an example; take the build block's provisioners over into yours
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
      "systemctl reboot",
    ]
    expect_disconnect = true
  }

  provisioner "shell" {
    pause_before    = "30s"
    execute_command = "sudo sh -eu '{{ .Path }}'"
    inline = [
      "systemctl is-system-running --wait || true",
      "systemctl stop imds-packet-analyzer",
      "imds-packet-analyzer report /var/log/imds-packet-analyzer/ || test $? -eq 1",
      "! grep -h '\"action\":\"imds-request\"' /var/log/imds-packet-analyzer/*.jsonl | grep '\"version\":\"v1\"'",
      # The proof that somebody watched.
      "grep -q '\"action\":\"imds-summary\"' /var/log/imds-packet-analyzer/*.jsonl",
    ]
  }
}
