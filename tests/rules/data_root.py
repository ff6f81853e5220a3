"""A small data root without findings, into which the tests of rules put what they need."""

_PROJECT = "organizations/acme/projects/shop"

_BASE = {
    "qafiles.yaml": "version: 1\n",
    "users/ada.yaml": "id: v1kq8w3xj5zr7mtb2nc9yd4h\nname: Ada Lovelace\n",
    "browser_configs/desktop.yaml": (
        "id: h4dy9cn2btm7rz5jx3w8qk1v\nbrowser_config:\n  browserName: chromium\n  viewport: {width: 1280, height: 720}\n"
    ),
    "organizations/acme/organization.yaml": "id: a7xk2mvq9rj4zt6wpb1nc8yd\nname: Acme\n",
    "organizations/acme/members/ada.yaml": "id: b8yl3nwr0sk5au7xqc2od9ze\nuser_id: ada\nrole: admin\n",
    f"{_PROJECT}/project.yaml": (
        "id: tz4a98xxat96iws9zmbrgj3b\nname: Shop\ndefault_url_route: https://shop.example.com\n"
    ),
    f"{_PROJECT}/tags/smoke.yaml": "id: e1bo6qzu3vn8dx0atf5rg2ch\nname: smoke\ncolor: teal\n",
    f"{_PROJECT}/test_cases/open.yaml": (
        "id: f2cp7rav4wo9ey1bug6sh3di\ntags: [smoke]\nbrowser_configs: [desktop]\nurl_route: /\n"
        "test_description: |\n  The start page opens\n"
    ),
}


def data_root(files: dict[str, str] | None = None) -> dict[str, str]:
    """Return the files of the base data root, with the given ones added or in their place."""
    return {**_BASE, **(files or {})}
