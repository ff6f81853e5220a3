"""The output formats of `diff`."""
