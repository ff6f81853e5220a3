"""`qafiles secret run`."""

import sys
from pathlib import Path

import click

from qafiles.cli.secret.masks import mask
from qafiles.cli.secret.options import Choice, choice_options, values_of


@click.command("run", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@choice_options
@click.option(
    "--scan",
    "folders",
    metavar="DIR",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Afterwards, search what COMMAND wrote there for the values; can be given more than once.",
)
@click.argument("program", nargs=-1, required=True, metavar="-- COMMAND...")
@click.pass_obj
def run(folder: Path, choice: Choice, folders: tuple[Path, ...], program: tuple[str, ...]) -> int:
    """Run COMMAND with secrets as variables of its environment, each under its name; the exit code is that of COMMAND.

    It inherits all other variables but those that hold keys, such as SOPS_AGE_KEY. With --env, the values are those of the
    secrets of that environment, and the variables have the same names. Names from which programs take orders, such as
    NODE_OPTIONS, are refused; --as and --prefix hand out a secret under another name.

    With --scan, each file that COMMAND wrote in DIR is searched for the values, in archives and encoded, too: where one
    stands, the exit code is 1.
    """
    from qafiles.secrets.environment import become, run_child

    secrets = values_of(folder, choice)
    for value in secrets.values():
        mask(value)
    sys.stdout.flush()
    sys.stderr.flush()
    if not folders:
        become(program, secrets)
    from qafiles.cli.secret.scan import tell
    from qafiles.secrets.scanning.scan import joined, scan, stamps

    before = {place: stamps(place) for place in folders}
    code = run_child(program, secrets)
    scanned = joined([scan(place, secrets, before=before[place]) for place in folders])
    # A value that stands where others read it outweighs what the command says of itself.
    scan_code = tell(scanned, "text", to_stderr=True)
    return scan_code if scanned.hits else code or scan_code
