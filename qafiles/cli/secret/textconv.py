"""`qafiles secret textconv`."""

from pathlib import Path

import click


@click.command("textconv")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def textconv(file: Path) -> None:
    """Print FILE with a short name in the place of each ciphertext, for `git diff` and `git log -p`. It needs no key.

    Once in each clone: git config diff.qafiles-secret.textconv 'qafiles secret textconv'
    """
    import sys

    from qafiles.errors import QafilesError
    from qafiles.sops_files.masking import masked

    try:
        content = file.read_bytes()
    except OSError as error:
        raise QafilesError(f"{file} can't be read: {error.strerror}") from error
    sys.stdout.buffer.write(masked(content))
    sys.stdout.buffer.flush()
