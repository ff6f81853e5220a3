import json

import pytest

from qafiles import load, validate
from qafiles.diagnostics import json_pointer
from qafiles.render import FORMATS, Report
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root

CANARY = "canary-7f3k9x2m"
PATH = "browser_configs/staging.yaml"


def source(config: object) -> MemorySource:
    return MemorySource(
        data_root({PATH: json.dumps({"id": "b1c2d3e4f5g6h7i8j9k0l1m2", "browser_config": config})})
    )


@pytest.mark.parametrize(
    ("config", "place"),
    [
        ({"httpCredentials": {"username": "a", "password": CANARY}}, "/browser_config/httpCredentials/password"),
        ({"proxy": {"server": "http://p:1", "password": CANARY}}, "/browser_config/proxy/password"),
        ({"proxy": {"server": f"http://u:{CANARY}@p:1"}}, "/browser_config/proxy/server"),
        ({"extraHTTPHeaders": {"Authorization": f"Bearer {CANARY}"}}, "/browser_config/extraHTTPHeaders/Authorization"),
        ({"extraHTTPHeaders": {"X-Api-Key": CANARY}}, "/browser_config/extraHTTPHeaders/X-Api-Key"),
        ({"env": {"SERVICE_TOKEN": CANARY}}, "/browser_config/env/SERVICE_TOKEN"),
        ({"clientCertificates": [{"origin": "https://a.example", "passphrase": CANARY}]}, "/browser_config/clientCertificates/0/passphrase"),
    ],
)  # fmt: skip
def test_a_credential_is_told_and_shown_in_no_format(config: object, place: str) -> None:
    snapshot = load(source(config))
    assert [json_pointer(d.pointer or ()) for d in snapshot.diagnostics if d.code == "QF502"] == [place]
    for render in FORMATS.values():
        assert CANARY not in "".join(render(Report(snapshot.diagnostics, snapshot, (), here=PATH)))


@pytest.mark.parametrize(
    "config",
    [
        {"httpCredentials": {"username": "a", "password": "{{ secret.STAGING }}"}},
        {"extraHTTPHeaders": {"Authorization": "Bearer {{ secret.STAGING }}", "Accept": "text/html"}},
        {"proxy": {"server": "http://p:1", "password": ""}},
        {"baseURL": "https://a.example/x:y@z"},
    ],
)
def test_a_reference_to_a_secret_is_no_credential(config: object) -> None:
    assert "QF502" not in [d.code for d in validate(source(config))]
