"""Data roots in which every text is a payload."""

import json
from pathlib import Path

from tests.conftest import git, write
from tests.site.payloads import PAYLOADS

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _id(number: int) -> str:
    text = ""
    for _ in range(23):
        text = _LETTERS[number % 26] + text
        number //= 26
    return f"h{text}"


def hostile_data(folder: Path, payloads: tuple[str, ...] = PAYLOADS) -> Path:
    """Write, commit and change a data root whose texts and commits, and as far as paths allow its names, are payloads."""
    files: dict[str, str] = {"qafiles.yaml": "version: 1\n"}
    organization = "organizations/a"
    number = 0

    def put(path: str, **fields: object) -> str:
        nonlocal number
        number += 1
        held = {"id": _id(number), **fields}
        files[path] = "".join(f"{json.dumps(key)}: {json.dumps(value)}\n" for key, value in held.items())
        return _id(number)

    everything = "\n\n".join(payloads)
    put(
        f"{organization}/organization.yaml",
        name=PAYLOADS[0],
        role="guest",
        logo=PAYLOADS[-1],
        **{"x-a": everything},
    )
    for index, text in enumerate(payloads):
        project = f"{organization}/projects/p{index}"
        put(f"{project}/project.yaml", name=text, default_url_route=text, **{"x-y": [text], text: text})
        user = put(f"users/u{index}.yaml", name=text, email=text, logins=[text], signing_keys=[text])
        put(f"{organization}/members/m{index}.yaml", user_id=user, role=text)
        tag = put(f"{project}/tags/t.yaml", name=text, color=text)
        document = put(
            f"{project}/documents/d.yaml",
            name=text,
            content=f"{text}\n\n# {text}\n\n- {text}\n\n|{text}|\n|-|\n|{text}|\n",
        )
        config = put(
            f"browser_configs/c{index}.yaml", browser_config={text: {text: [text, text]}, "userAgent": text}
        )
        case = put(
            f"{project}/test_cases/s/c.yaml",
            test_description=f"{text}\n\n{everything}",
            extra_rules=text,
            url_route=text,
            allowed_domains=[text],
            tags=[tag, text],
            document_id=document,
            browser_configs=[config, text],
        )
        put(
            f"{project}/test_traversals/r/t.yaml",
            test_case_id=case,
            browser_config_id=text,
            secret_values=[text],
        )
        put(f"{project}/secret_values/S.yaml", secret_name=text, secret_value=text, name=text, version=text)
        safe = text.replace("/", "\u2215").replace("\0", "")[:200]
        files[f"{project}/test_cases/{safe}/{safe}.yaml"] = files[f"{project}/test_cases/s/c.yaml"].replace(
            case, _id(10_000 + index)
        )
    files[f"{organization}/projects/broken/project.yaml"] = everything
    write(folder, files)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    author = PAYLOADS[0].replace("<", "\u2039").replace(">", "\u203a")
    git(folder, "commit", "-qm", PAYLOADS[0])
    for index, text in enumerate(payloads[:12]):
        path = f"{organization}/projects/p{index}/documents/d.yaml"
        write(
            folder,
            {
                path: files[path].replace(
                    "\\n\\n# ", f"\\n\\nchanged {json.dumps(PAYLOADS[-1 - index])[1:-1]}\\n\\n# ", 1
                )
            },
        )
        git(folder, "commit", "-qam", text, GIT_AUTHOR_NAME=author)
    return folder
