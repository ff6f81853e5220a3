"""The files that SOPS reads and writes, checked without a key: `.sops.yaml`, and the files of secrets."""
