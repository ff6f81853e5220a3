"""The generated module under TypeScript's compiler: all that a browser config may hold, hostile texts, wrong handles."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from qafiles.playwright.module import module
from qafiles.playwright.places import Placed, for_test_runner, placed
from qafiles.playwright.project import CaseToRun, ConfigToRun, RunnableProject
from tests.runners.configs import HOSTILE, merged

pytestmark = pytest.mark.node

_PACKAGES = ("@playwright", "playwright", "playwright-core", "typescript")
_OPTIONS = {
    "strict": True,
    "target": "es2022",
    "module": "esnext",
    "moduleResolution": "bundler",
    "skipLibCheck": True,
    "noUnusedLocals": True,
    "noUncheckedIndexedAccess": True,
    "exactOptionalPropertyTypes": True,
    "verbatimModuleSyntax": True,
    "types": [],
    "outDir": "js",
}
_CASES = tuple(
    CaseToRun(
        f"suite/{number}-{text}", f"q1w2e3r4t5y6u7i8o9p0a1s{number}", f"https://shop.example.com/{text}"
    )
    for number, text in enumerate(HOSTILE)
)


def _project(configs: list[dict[str, Any]]) -> str:
    runnable = tuple(
        ConfigToRun(
            HOSTILE[number % len(HOSTILE)] + str(number),
            "x" * 24,
            for_test_runner(placed(config)),
            _CASES[:2],
        )
        for number, config in enumerate(configs)
    )
    secrets = ("ADMIN_PASSWORD", "PASS")
    return "".join(module(RunnableProject("acme/shop", "https://a", _CASES, runnable, secrets, _CASES[2:])))


def node_packages(folder: Path, node_modules: Path) -> None:
    """Put what tests of Playwright import beside them; Playwright refuses to be loaded from two places."""
    (folder / "node_modules").mkdir()
    for name in _PACKAGES:
        if not (node_modules / name).is_dir():
            pytest.skip(f"{name} is not among the npm packages")
        (folder / "node_modules" / name).symlink_to(node_modules / name)


@pytest.fixture
def folder(tmp_path: Path, node_modules: Path) -> Path:
    """A folder in which TypeScript and Playwright's types are found."""
    node_packages(tmp_path, node_modules)
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": _OPTIONS, "include": ["*.ts"]}))
    (tmp_path / "package.json").write_text('{"type": "module"}')
    return tmp_path


def _compiled(folder: Path) -> str:
    compiler = folder / "node_modules/typescript/lib/tsc.js"
    result = subprocess.run(
        ["node", compiler, "-p", "."], cwd=folder, capture_output=True, text=True, check=False
    )
    assert bool(result.stdout) == bool(result.returncode)
    return result.stdout


_SECRETS = {"PASS": "p", "ADMIN_PASSWORD": "q"}


def _evaluated(folder: Path) -> Any:
    """Return what the compiled module exports, as JSON; undefined keys are left out, as Playwright takes them."""
    result = _run(folder, _SECRETS)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def _run(folder: Path, variables: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    code = (
        'import * as exported from "./js/qafiles.js";'
        "const { cases, noConfig, projects } = exported;"
        "console.log(JSON.stringify({ cases, noConfig, projects }, (key, value) =>"
        " value instanceof RegExp ? value.source : value));"
    )
    return subprocess.run(
        ["node", "--input-type=module", "-e", code, "--", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def _expected(options: Placed) -> dict[str, Any]:
    text = json.dumps([options.use, options.launch, options.context])
    text = text.replace("{{ secret.PASS }}", "p").replace("{{secret.PASS}}", "p")
    use, launch, context = json.loads(text.replace("{{ secret.ADMIN_PASSWORD }}", "q"))
    whole = {"baseURL": "https://a", **use}
    if options.engine is not None:
        whole["browserName"] = options.engine
    return whole | {
        name: group for name, group in (("launchOptions", launch), ("contextOptions", context)) if group
    }


def test_all_that_a_browser_config_may_hold_compiles_and_is_what_the_config_says(folder: Path) -> None:
    configs = [config for config in merged(12) if placed(config).device is None]
    assert len(configs) > 100
    (folder / "qafiles.ts").write_text(_project(configs))
    assert _compiled(folder) == ""
    exported = _evaluated(folder)
    assert exported["cases"] == {case.name: {"id": case.id, "url": case.url} for case in _CASES}
    for project, config in zip(exported["projects"], configs, strict=True):
        assert project["use"] == _expected(for_test_runner(placed(config)))
    pattern = f"@qa:({_CASES[0].id}|{_CASES[1].id})(?![0-9a-z])"
    assert {project["grep"] for project in exported["projects"]} == {pattern}
    assert exported["noConfig"]["grepInvert"] == pattern
    missing = _run(folder, {"PASS": "p"})
    assert missing.returncode == 1
    said = "Error: ADMIN_PASSWORD is not set; `qafiles secret run --project acme/shop -- npx playwright test` sets it"
    assert said in missing.stderr
    assert _run(folder, {}, "--list").returncode == 0


def test_a_wrong_handle_and_a_wrong_secret_do_not_compile(folder: Path) -> None:
    (folder / "qafiles.ts").write_text(_project([{"browserName": "firefox", "device": "Pixel 7"}]))
    right = json.dumps(_CASES[0].name)
    lines = [
        'import { test } from "@playwright/test";',
        'import { qa, secret, url } from "./qafiles";',
        f"test('right', qa({right}, {right}), async ({{ page }}) => {{ await page.goto(url({right})); }});",
        "secret('PASS');",
        "test('wrong', qa('suite/gone'), () => {});",
        "qa();",
        "url('toString');",
        "secret('PATH');",
    ]
    (folder / "cart.spec.ts").write_text("\n".join(lines))
    errors = _compiled(folder).splitlines()
    assert [line.partition("(")[2].partition(",")[0] for line in errors if line.startswith("cart")] == [
        "5",
        "6",
        "7",
        "8",
    ]
    assert '"suite/gone"\' is not assignable to parameter of type' in errors[0]
