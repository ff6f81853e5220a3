"""Git is asked for the commits in between once, whatever number of rules looks at them."""

from pathlib import Path
from typing import Any

import pytest

from qafiles import validate
from qafiles.git import log
from tests.conftest import committed, git
from tests.rules.data_root import data_root


def test_git_is_asked_for_the_commits_in_between_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = committed(tmp_path / "root", data_root())
    secret = root / "organizations/acme/projects/shop/secret_values/PLAIN.yaml"
    secret.parent.mkdir(parents=True, exist_ok=True)
    secret.write_text("secret_value: hunter2\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "in clear text")
    secret.unlink()
    git(root, "commit", "-qam", "gone")
    asked: list[Any] = []
    original = log.log

    def counted(*arguments: Any, **options: Any) -> Any:
        asked.append(options)
        return original(*arguments, **options)

    monkeypatch.setattr(log, "log", counted)
    codes = {item.code for item in validate(root, since="HEAD~2")}
    assert "QF506" in codes
    assert len(asked) == 1
