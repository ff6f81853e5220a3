"""Random edits of the files of a data root in memory, each of which may change what rules find in others."""

import random
import re
from collections.abc import Callable, MutableMapping

from qafiles.layout import Place, classify
from tests.validation.rich_root import BLOG, GAME, SHOP, id_

Files = MutableMapping[str, bytes]
_ILLEGIBLE = [b"\xff\xfe\n", b": [{\n", b"\t\t\t", b"<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x\n", b""]
_NAMES = [
    "smoke",
    "slow",
    "open",
    "suite/pay",
    "guide",
    "other",
    "desktop",
    "phone",
    "ada",
    "eve",
    "acme/shop",
    "TOKEN",
    "smkoe",
]
_SECRETS = ["TOKEN", "ADMIN_PASSWORD", "TOKEN_STAGING", "NO_SUCH", "TOKE", "token"]
_VALUES = [
    "7",
    "null",
    "''",
    "[]",
    "[smoke, smoke]",
    "{a: 1}",
    "true",
    "1.0",
    "1",
    "'x'",
    "{tool: t, key: E1}",
    "{tool: u, key: E1}",
]


def entity(files: Files, r: random.Random) -> str:
    """Return the path of some entity; each kind is as likely as any other."""
    by_kind: dict[str, list[str]] = {}
    for path in sorted(files):
        place = classify(path)
        if isinstance(place, Place):
            by_kind.setdefault(place.kind, []).append(path)
    return r.choice(by_kind[r.choice(sorted(by_kind))]) if by_kind else "users/new.yaml"


def _lines(files: Files, path: str) -> list[bytes]:
    return files.get(path, b"name: New\n").splitlines(keepends=True) or [b"\n"]


def _with(files: Files, path: str, line: str, r: random.Random) -> None:
    """Put a line of YAML in the place of the one with its key, or anywhere at the top level."""
    key = line.partition(":")[0].encode() + b":"
    lines = _lines(files, path)
    at = next((at for at, other in enumerate(lines) if other.startswith(key)), None)
    if at is None:
        at = r.choice([at for at, other in enumerate(lines) if not other.startswith(b" ")] or [0])
        lines.insert(at, line.encode() + b"\n")
    else:
        lines[at] = line.encode() + b"\n"
    files[path] = b"".join(lines)


def text_changed(files: Files, r: random.Random) -> None:
    path = entity(files, r)
    text = r.choice(
        [
            "Open it",
            f"Use {{{{ secret.{r.choice(_SECRETS)} }}}}",
            "50 % of ${TOKEN}",
            "a\\nb",
            "<secret>TOKEN</secret>",
        ]
    )
    key = {"documents": "content", "browser_configs": "browser_config"}.get(
        next((part for part in path.split("/") if part in {"documents", "browser_configs"}), ""),
        "test_description",
    )
    value = (
        f"{{user_agent: '{text}', allowed_domains: [{r.choice(_HOSTS)}]}}"
        if key == "browser_config"
        else f'"{text}"'
    )
    _with(files, path, f"{key}: {value}", r)


_HOSTS = ["shop.example.com", "example.com", "else.example", "'*'", "bad host"]


def reference_changed(files: Files, r: random.Random) -> None:
    name = r.choice([*_NAMES, id_(r.choice("abcdeghlm")), "l6" + "b" * 22, "m2" + "b" * 22])
    field = r.choice(
        ["tags", "browser_configs", "document_id", "test_case_id", "browser_config_id", "secret_values", "user_id", "project_id",
         "organization_id", "x-owner", "x-see", "x-config"]
    )  # fmt: skip
    other = r.choice(_NAMES)
    many = field in {"tags", "browser_configs", "secret_values", "x-see"}
    _with(files, entity(files, r), f"{field}: [{name}, {other}]" if many else f"{field}: {name}", r)


def value_changed(files: Files, r: random.Random) -> None:
    field = r.choice(
        ["name", "version", "email", "age_recipients", "logo", "x-source", "x-priority", "role", "color", "tags", "allowed_domains",
         "url_route", "secret_name", "secret_values", "default_url_route", "test_description", "x-own"]
    )  # fmt: skip
    values = {
        "name": ["smoke", "Ada", "open", "guide"],
        "url_route": ["/", "/x", "https://shop.example.com/", "https://else.example", "http://bad host/"],
        "default_url_route": ["https://shop.example.com", "https://else.example/a", "http://x:99999"],
        "allowed_domains": [f"[{host}]" for host in _HOSTS],
        "logo": ["logo.png", "Logo.png", "https://example.com/l.png", "../logo.png"],
        "email": ["ada@example.com", "eve@example.com"],
        "secret_name": _SECRETS,
        "version": ["1", "2"],
    }  # fmt: skip
    _with(files, entity(files, r), f"{field}: {r.choice(values.get(field, []) * 3 + _VALUES)}", r)


def id_changed(files: Files, r: random.Random) -> None:
    path, other = entity(files, r), entity(files, r)
    found = re.search(rb"(?m)^id: (\S+)$", files.get(other, b""))
    new = (
        found[1].decode()
        if found and r.random() < 0.5
        else r.choice(["q7x3k9q2m4p8r5t1v6w0y2bd", "7", "open", id_("z")])
    )
    _with(files, path, f"id: {new}", r)


def line_gone(files: Files, r: random.Random) -> None:
    path = entity(files, r)
    lines = _lines(files, path)
    del lines[r.randrange(len(lines))]
    files[path] = b"".join(lines)


def comment_added(files: Files, r: random.Random) -> None:
    """Move what follows, and change nothing else."""
    path = entity(files, r)
    lines = _lines(files, path)
    lines.insert(
        r.choice([0, *(at for at, line in enumerate(lines) if not line.startswith(b" "))]), b"# Note\n"
    )
    files[path] = b"".join(lines)


def lines_swapped(files: Files, r: random.Random) -> None:
    path = entity(files, r)
    lines = _lines(files, path)
    one, other = r.randrange(len(lines)), r.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    files[path] = b"".join(lines)


def letter_changed(files: Files, r: random.Random) -> None:
    path = entity(files, r)
    content = bytearray(files.get(path, b"") or b"x")
    content[r.randrange(len(content))] = ord(r.choice("abcxyzA019:{}[]'\" \n%$_"))
    files[path] = bytes(content)


def made_illegible(files: Files, r: random.Random) -> None:
    path = entity(files, r)
    files[path] = r.choice([files.get(path, b"") + r.choice(_ILLEGIBLE), r.choice(_ILLEGIBLE)])


def taken_from_another(files: Files, r: random.Random) -> None:
    files[entity(files, r)] = files.get(entity(files, r), b"")


def new(files: Files, r: random.Random) -> None:
    place = r.choice(
        ["users/new.yaml", "users/Ada.yaml", "browser_configs/new.yaml", f"{SHOP}/tags/new.yaml", f"{BLOG}/documents/a/b.yaml",
         f"{GAME}/test_cases/new.yaml", f"{GAME}/secret_values/ADMIN_PASSWORD_STAGING.yaml", "organizations/third/members/x.yaml",
         f"{SHOP}/test_cases/bad name/a.yaml", "organizations/othr/projects/game/project.yaml", f"{SHOP}/test_cases/smke.yaml"]
    )  # fmt: skip
    same = [path for path in files if path.split("/")[-2:-1] == place.split("/")[-2:-1]]
    text = (
        files[r.choice(sorted(same))]
        if same and r.random() < 0.5
        else b"id: q7x3k9q2m4p8r5t1v6w0y2bd\nname: smoke\n"
    )
    files[place] = text


def copied(files: Files, r: random.Random) -> None:
    path = entity(files, r)
    files[path.rpartition("/")[0] + r.choice(["/copy.yaml", "/COPY.yaml", "/TOKEN.yaml"])] = files.get(
        path, b""
    )


def renamed(files: Files, r: random.Random) -> None:
    path = entity(files, r)
    text = files.pop(path, b"")
    files[path.rpartition("/")[0] + r.choice(["/renamed.yaml", "/Open.yaml", "/n.yml", "/smoke.yaml"])] = text


def deleted(files: Files, r: random.Random) -> None:
    files.pop(entity(files, r), None)


def other_settings(files: Files, r: random.Random) -> None:
    text = files["qafiles.yaml"].decode()
    files["qafiles.yaml"] = r.choice(
        [
            "version: 1\n",
            "version: 1\nrules: {ignore: [QF4]}\n",
            "version: 1\nautomated: [tags=smoke]\n",
            "version: 1\nunique_secret_names: project\n",
            text + "# comment\n",
            text.replace("_STAGING", "_TEST"),
            text.replace("x-owner", "x-boss"),
        ]
    ).encode()


def other_files(files: Files, r: random.Random) -> None:
    place = r.choice(
        [".sops.yaml", "README.md", "users/x.yml", "organizations/acme/logo.png", "organizations/other/lgo.png", "user/a.yaml",
         f"{SHOP}/secret_values/notes.txt", "sub/qafiles.yaml", ".qafiles/schemas/user.schema.json", "key.pem"]
    )  # fmt: skip
    if place in files and r.random() < 0.6:
        del files[place]
    else:
        files[place] = r.choice(
            [b"", b"creation_rules: []\n", b"x: 1\n", b"-----BEGIN " + b"PRIVATE KEY-----\nAAAA\n"]
        )


EDITS: list[Callable[[Files, random.Random], None]] = [
    text_changed,
    text_changed,
    text_changed,
    reference_changed,
    reference_changed,
    reference_changed,
    value_changed,
    value_changed,
    value_changed,
    value_changed,
    id_changed,
    line_gone,
    comment_added,
    comment_added,
    lines_swapped,
    letter_changed,
    letter_changed,
    made_illegible,
    taken_from_another,
    new,
    copied,
    renamed,
    deleted,
    other_settings,
    other_files,
]
