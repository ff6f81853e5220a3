"""Bytes of one YAML file to plain data: fast where the file is good, explained where it is not."""

from typing import Any

from qafiles.parsing.refusals import MAX_SIZE, Parsed
from qafiles.parsing.yaml_rs_reader import INSTALLED, read_plainly_written

_new = tuple.__new__  # a NamedTuple's own constructor takes more than twice as long


def parse(content: bytes, most: int = MAX_SIZE) -> Parsed:
    """Return the data of a YAML 1.2 file and the refusals with their positions; never raises for any bytes.

    `most` is how many bytes the file may have.
    """
    plain = read_plainly_written(content) if INSTALLED and len(content) <= most else None
    if plain is not None:
        return _new(Parsed, (plain, ()))
    from qafiles.parsing.libyaml_reader import parse_by_libyaml  # noqa: PLC0415  # PyYAML takes long to import, and few files need it

    return parse_by_libyaml(content, most)


def plainly_written(content: bytes, most: int = MAX_SIZE) -> Any:
    """Return the data of a file whose every line is plainly written, which most files are; None for any other."""
    return read_plainly_written(content) if INSTALLED and len(content) <= most else None
