from datetime import UTC, datetime
from pathlib import Path

from qafiles import load
from qafiles.render.secrets import as_json, as_text
from qafiles.secrets.listing import listed

_EXAMPLE = Path(__file__).parents[2] / "examples" / "acme-qa"


def test_on_a_terminal_the_table_names_two_uses_within_the_project_and_counts_the_others() -> None:
    secrets = listed(load(_EXAMPLE), datetime(2026, 12, 1, tzinfo=UTC))
    last = [*as_text(secrets, terminal=True)][-1]
    assert last.startswith("SWAG_LABS_PASSWORD_STAGING  acme/swag-labs  1        ")
    assert last.endswith(
        "  login/standard-user-logs-in, login/standard-user-logs-in/desktop-chrome and 2 more\n"
    )
    assert [*as_text(secrets)][-1].endswith(
        "desktop-chrome, login/standard-user-logs-in/desktop-firefox, login/standard-user-logs-in/iphone-15\n"
    )
    text = "".join(as_json(secrets))
    assert all(f'"{handle}"' in text for secret in secrets for handle in secret.used_by)
