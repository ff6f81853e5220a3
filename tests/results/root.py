"""A data root of two projects with keys of other tools, and result files that tests write."""

import json
from pathlib import Path
from xml.sax.saxutils import quoteattr

from qafiles import MemorySource, Snapshot, load
from tests.rules.data_root import data_root

SHOP = "organizations/acme/projects/shop"
BANK = "organizations/acme/projects/bank"
IDS = {
    "acme/shop/open": "f2cp7rav4wo9ey1bug6sh3di",
    "acme/shop/cart/add": "c2cp7rav4wo9ey1bug6sh3da",
    "acme/shop/cart/remove": "c3cp7rav4wo9ey1bug6sh3db",
    "acme/bank/cart/add": "c4cp7rav4wo9ey1bug6sh3dc",
    "acme/bank/pay": "c5cp7rav4wo9ey1bug6sh3dd",
}
TAG_ID = "e1bo6qzu3vn8dx0atf5rg2ch"


def case(handle: str, more: str = "") -> str:
    """Return the file of a test case."""
    return f"id: {IDS[handle]}\nurl_route: /\ntest_description: |\n  Title of {handle}\n{more}"


def files() -> dict[str, str]:
    """Return a data root in which the key C1 is that of two projects, and C7 that of two tools."""
    return data_root(
        {
            "browser_configs/phone.yaml": "id: p4dy9cn2btm7rz5jx3w8qk1v\nbrowser_config: {isMobile: true}\n",
            f"{SHOP}/test_cases/cart/add.yaml": case(
                "acme/shop/cart/add",
                "browser_configs: [desktop, phone]\nx-source: {tool: testrail, key: C1}\n",
            ),
            f"{SHOP}/test_cases/cart/remove.yaml": case(
                "acme/shop/cart/remove", "x-source: {tool: testrail, key: C7}\n"
            ),
            f"{BANK}/project.yaml": (
                "id: tz5a98xxat96iws9zmbrgj3b\nname: Bank\ndefault_url_route: https://bank.example.com\n"
            ),
            f"{BANK}/test_cases/cart/add.yaml": case(
                "acme/bank/cart/add", "x-source: {tool: testrail, key: C1}\n"
            ),
            f"{BANK}/test_cases/pay.yaml": case("acme/bank/pay", "x-source: {tool: xray, key: C7}\n"),
            f"{SHOP}/test_traversals/add-desktop.yaml": (
                "id: t1cp7rav4wo9ey1bug6sh3de\ntest_case_id: cart/add\nbrowser_config_id: desktop\n"
            ),
        }
    )


def snapshot(more: dict[str, str] | None = None) -> Snapshot:
    """Return the data root, loaded, with more files in it."""
    return load(MemorySource({**files(), **(more or {})}))


def junit(*tests: dict[str, str], hostname: str = "machine") -> str:
    """Return a JUnit file; a test has `name`, `outcome` and properties, and `failure`, `time` where it says them."""
    pieces = []
    for test in tests:
        properties = "".join(
            f"<property name={quoteattr(name)} value={quoteattr(value)}/>"
            for name, value in test.items()
            if name not in {"name", "outcome", "failure", "time"}
        )
        message = quoteattr(test.get("failure", ""))
        inside = {
            "failed": f"<failure message={message}/>",
            "flaky": f"<flakyFailure message={message}/>",
            "skipped": "<skipped/>",
            "passed": "",
        }[test["outcome"]]
        pieces.append(
            f"<testcase classname='c' name={quoteattr(test['name'])} time='{test.get('time', '0.5')}'>"
            f"<properties>{properties}</properties>{inside}</testcase>"
        )
    return f"<testsuites><testsuite name='c' hostname='{hostname}'>{''.join(pieces)}</testsuite></testsuites>"


def playwright(*tests: dict[str, str], commit: str | None = None) -> str:
    """Return Playwright's JSON; a test has `name`, `outcome`, `project` and annotations, and `tag` where it has one."""
    status = {"failed": "unexpected", "flaky": "flaky", "passed": "expected", "skipped": "skipped"}
    specs = []
    for test in tests:
        annotations = [
            {"type": name, "description": value}
            for name, value in test.items()
            if name not in {"name", "outcome", "project", "tag", "failure"}
        ]
        failed = test["outcome"] in {"failed", "flaky"}
        error = {"errors": [{"message": test.get("failure", "Error: no")}]} if failed else {}
        results = [{"status": "failed" if failed else "passed", "duration": 100, **error}]
        specs.append(
            {
                "title": test["name"],
                "file": "a.spec.ts",
                "line": 3,
                "column": 1,
                "tags": [test["tag"]] if "tag" in test else [],
                "tests": [
                    {
                        "projectName": test.get("project", ""),
                        "status": status[test["outcome"]],
                        "annotations": annotations,
                        "results": results,
                    }
                ],
            }
        )
    metadata = {"metadata": {"gitCommit": {"hash": commit}}} if commit else {}
    suite = {"title": "a.spec.ts", "file": "a.spec.ts", "specs": specs}
    config = {"rootDir": "/app", "version": "1.55.0", "projects": [], **metadata}
    return json.dumps({"config": config, "suites": [suite], "errors": [], "stats": {}})


def written(folder: Path, **texts: str) -> list[Path]:
    """Return the files into which texts are written, `a_xml` into `a.xml`."""
    paths = []
    for name, text in texts.items():
        path = folder / name.replace("_", ".")
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths
