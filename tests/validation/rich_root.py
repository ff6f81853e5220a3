"""A small data root with every kind of entity, secrets, custom fields and environments, and with findings of many rules."""

from typing import Final

from tests.sealed import RECIPIENT, SOPS_CONFIG, sealed

SHOP: Final = "organizations/acme/projects/shop"
BLOG: Final = "organizations/acme/projects/blog"
GAME: Final = "organizations/other/projects/game"


def id_(letter: str) -> str:
    """Return an id that begins with a letter."""
    return f"{letter}1" + "a" * 22


_MORE_FAULTS: Final = {
    "sub/qafiles.yaml": "version: 1\n",
    "key.pem": "-----BEGIN " + "PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n",
    ".qafiles/schemas/user.schema.json": '{"$id": "user.schema.json", "$schema": "http://json-schema.org/draft-07/schema#"}',
    "organizations/third/members/x.yaml": f"id: {id_('t')}\nuser_id: {id_('d')}\nrole: guest\n",
    f"{SHOP}/tags/bad name.yaml": f"id: {id_('u')}\nname: bad\ncolor: red\n",
    f"{SHOP}/tags/Smoke.yaml": f"id: {id_('v')}\nname: Smoke\ncolor: red\n",
    f"{SHOP}/tags/copy.yaml": f"id: {id_('v')}\nname: Copy\ncolor: red\n",
    f"{SHOP}/secret_values/notes.txt": "x",
    ".sops.yaml": SOPS_CONFIG + "    unencrypted_suffix: _x\n",
    f"{SHOP}/secret_values/UNUSED.yaml": sealed("UNUSED", id_=id_("y"), project="l1" + "a" * 22).replace(
        f"recipient: {RECIPIENT}", f"recipient: {RECIPIENT[:-4]}qqqq"
    )
    + "# Note\n",
    f"{SHOP}/secret_values/PLAIN.yaml": sealed("OTHER", id_=id_("w"), project="l1" + "a" * 22).replace(
        "ENC[", "plain[", 1
    ),
    f"{SHOP}/test_cases/foreign.yaml": f"id: {id_('x')}\ntags: [acme/blog/smoke]\ntest_description: F\nurl_route: /\n",
}


def rich_root(*, faults_of_references: bool = True) -> dict[str, str]:
    """Return the files of the data root, with ids that several have and references to nothing or without."""
    files = {
        "qafiles.yaml": (
            "version: 1\nrules:\n  ignore: [QF999]\n  severity: {QF407: warning}\n  paths:\n"
            '    "organizations/other/**": {ignore: [QF601]}\n'
            "fields:\n  test_case:\n    x-owner: {reference: user}\n    x-see: {type: array, items: {reference: document}}\n"
            "    x-priority: {enum: [high, low]}\n  tag:\n    x-config: {reference: browser_config}\n    x-many: {type: integer, minimum: 9, maximum: 1}\n"
            "environments:\n  staging:\n    secret_suffix: _STAGING\n    shared: [TOKEN, NO_SUCH]\n"
            "    default_url_route: {acme/shop: https://staging.example.com, acme/none: 'http://x.example:99999'}\n"
            "access:\n  rules:\n  - {who: [ada, nobody], may: [change], paths: [users/**, nowhere/**]}\n"
        ),
        ".sops.yaml": SOPS_CONFIG,
        "README.md": "# Tests\n",
        "browser_config/a.yaml": "",
        "users/notes.yml": "",
        "users/ada.yaml": f"id: {id_('a')}\nname: Ada\nemail: ada@example.com\nage_recipients: [{RECIPIENT}]\n",
        "users/bob.yaml": f"id: {id_('b')}\nname: Bob\nemail: ADA@example.com\nage_recipients: [{RECIPIENT}]\n",
        "users/eve.yaml": f"id: {id_('c')}\nname: Eve\nx-source: {{tool: t, key: E1}}\n",
        "browser_configs/desktop.yaml": (
            f"id: {id_('d')}\nx-source: {{tool: t, key: E1}}\nbrowser_config:\n  allowed_domains: [shop.example.com]\n"
            "  user_agent: '{{ secret.TOKEN }} ${ADMIN_PASSWORD}'\n"
        ),
        "browser_configs/phone.yaml": (
            f"id: {id_('e')}\nbrowser_config:\n  allowed_domains: [else.example]\n  viewprt: {{width: 1}}\n"
        ),
        "browser_configs/unused.yaml": f"id: {id_('f')}\nbrowser_config: {{}}\n",
        "organizations/acme/organization.yaml": f"id: {id_('g')}\nname: Acme\nlogo: logo.png\n",
        "organizations/acme/logo.png": "PNG",
        "organizations/other/organization.yaml": f"id: {id_('h')}\nname: Other\nlogo: lgo.png\n",
        "organizations/acme/members/ada.yaml": f"id: {id_('i')}\nuser_id: ada\nrole: admin\n",
        "organizations/acme/members/bob.yaml": f"id: {id_('j')}\nuser_id: {id_('a')}\nrole: guest\n",
        "organizations/other/members/eve.yaml": f"id: {id_('k')}\nuser_id: eve\norganization_id: acme\nrole: member\n",
    }
    for number, (folder, name) in enumerate(((SHOP, "Shop"), (BLOG, "Blog"), (GAME, "Game"))):
        low = name.lower()
        letter = "lmn"[number]
        ids = [f"{letter}{digit}" + "b" * 22 for digit in range(2, 10)]
        project = f"{letter}1" + "a" * 22
        files |= {
            f"{folder}/project.yaml": f"id: {project}\nname: {name}\ndefault_url_route: https://{low}.example.com\n",
            f"{folder}/tags/smoke.yaml": f"id: {ids[0]}\nname: smoke\ncolor: teal\nx-config: desktop\n",
            f"{folder}/tags/slow.yaml": f"id: {ids[1]}\nname: {'smoke' if number else 'slow'}\ncolor: '#fff'\n",
            f"{folder}/documents/guide.yaml": (
                f"id: {ids[2]}\nname: Guide\ntest_case_id: open\ncontent: |\n  Use {{{{ secret.ADMIN_PASSWORD }}}} here.\n"
            ),
            f"{folder}/documents/other.yaml": f"id: {ids[3]}\nname: Other\ntest_case_id: open\ncontent: Text\n",
            f"{folder}/test_cases/open.yaml": (
                f"id: {ids[4]}\ndocument_id: guide\ntags: [smoke, {ids[0]}]\nbrowser_configs: [desktop]\nurl_route: /\n"
                "allowed_domains: [elsewhere.example]\nx-owner: ada\nx-see: [other]\ntest_description: |\n"
                "  Log in with {{ secret.TOKEN }} and <secret>TOKEN</secret>\n"
            ),
            f"{folder}/test_cases/suite/pay.yaml": (
                f"id: {ids[5]}\nproject_id: acme/shop\ntags: [smke]\nbrowser_configs: [phone]\nurl_route: /pay\n"
                "created_at: 2026-02-30T00:00:00Z\ntest_description: Pay with {{ secret.NO_SUCH }}\n"
            ),
            f"{folder}/test_traversals/one.yaml": (
                f"id: {ids[6]}\ntest_case_id: open\nbrowser_config_id: desktop\nsecret_values: [ADMIN_PASSWORD]\nversion: 1\n"
            ),
            f"{folder}/test_traversals/two.yaml": (
                f"id: {ids[7]}\ntest_case_id: {ids[4]}\nbrowser_config_id: phone\nversion: 1\n"
            ),
        }
        for at, secret in enumerate(("ADMIN_PASSWORD", "TOKEN", "TOKEN_STAGING")[: 3 - number]):
            files[f"{folder}/secret_values/{secret}.yaml"] = sealed(
                secret, id_=f"s{number}{at}" + "c" * 21, project=project
            )
    files |= _MORE_FAULTS
    if not faults_of_references:
        files = {path: text.replace("tags: [smke]", "tags: [slow]") for path, text in files.items()}
        del files[f"{SHOP}/tags/copy.yaml"]
    return files
