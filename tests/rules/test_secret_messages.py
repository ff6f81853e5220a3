"""No message repeats what stands in the file of a secret: a value in the wrong place may be the secret itself."""

import pytest

from qafiles import validate
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root
from tests.sealed import SOPS_CONFIG, sealed

CANARY = "hunter2-canary"
PATH = "organizations/acme/projects/shop/secret_values/ADMIN_PASSWORD.yaml"
TEXTS = (
    CANARY, f"[{CANARY}]", f"{{{CANARY}: {CANARY}}}", f"&{CANARY} x", f"*{CANARY}", f"!{CANARY} x", f"'{CANARY}",
    f"%{CANARY}", f"{CANARY}\x07", "HUNTER2_CANARY", f"{CANARY}: 1\n{CANARY}", f"2026-{CANARY}", f"# {CANARY}",
)  # fmt: skip


@pytest.mark.parametrize(
    "old",
    [
        "ux5q1gpzr2kh0jmz8w3vcd7n", "tz4a98xxat96iws9zmbrgj3b", "ADMIN_PASSWORD", '"2026-03-01T09:30:00Z"', "1\n",
        "3.11.0", "^secret_value$", '"2026-11-22T19:58:18Z"', "id: ", "secret_name: ", "sops:", "    mac: ",
        "age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n", "-----BEGIN AGE ENCRYPTED FILE-----",
    ],
)  # fmt: skip
def test_no_message_repeats_a_value_of_the_file_of_a_secret(old: str) -> None:
    for text in TEXTS:
        for above in ("", f"- {CANARY}\n", f"<<<<<<< {CANARY}\n", f"{CANARY}: x\n"):
            content = above + sealed().replace(old, text, 1)
            items = validate(MemorySource(data_root({".sops.yaml": SOPS_CONFIG, PATH: content})))
            assert items
            assert "hunter2" not in repr(items).casefold(), (text, above)


def test_a_number_in_the_place_of_a_text_is_not_repeated() -> None:
    for content in (sealed().replace("ADMIN_PASSWORD", "4711123"), "4711123\n", sealed(version=4711123)):
        items = validate(MemorySource(data_root({".sops.yaml": SOPS_CONFIG, PATH: content})))
        assert items
        assert "4711123" not in repr(items)
