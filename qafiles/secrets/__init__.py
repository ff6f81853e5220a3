"""Secrets: files that SOPS encrypts and decrypts, without a plaintext ever leaving memory."""
