"""The output formats of commands: values in, text out."""
