"""What the system refused is told with the place, and stdout is named only where it is what was written to."""

import errno
import os

import pytest

from qafiles.render.system_error import system_error


def _raised(module: str, number: int, *place: str) -> OSError:
    code = "def refuse(error):\n    raise error\n"
    names: dict[str, object] = {"__name__": module}
    exec(code, names)  # noqa: S102  # a function of another module
    with pytest.raises(OSError, match=r".") as raised:
        names["refuse"](OSError(number, os.strerror(number), *place))  # type: ignore[operator]  # the function above
    return raised.value


@pytest.mark.parametrize(
    ("module", "number", "place", "expected"),
    [
        ("click.utils", errno.ENOSPC, (), "No space left on device: stdout"),
        ("qafiles.render.streams", errno.EFBIG, (), "File too large: stdout"),
        ("qafiles.cli.talk", errno.EDQUOT, (), "Disk quota exceeded: stdout"),
        ("qafiles.cli.talk", errno.ENOSPC, ("a.yaml",), "No space left on device: a.yaml"),
        ("qafiles.cli.proposed", errno.EIO, (), "Input/output error"),
        ("qafiles.git.commit", errno.ENOSPC, (), "No space left on device"),
        ("pathlib", errno.ENOSPC, (), "No space left on device"),
    ],
)
def test_stdout_is_named_where_a_document_did_not_fit(
    module: str, number: int, place: tuple[str, ...], expected: str
) -> None:
    assert system_error(_raised(module, number, *place)) == expected


def test_an_error_that_nobody_raised_names_no_place() -> None:
    assert system_error(OSError(errno.ENOSPC, "No space left on device")) == "No space left on device"
