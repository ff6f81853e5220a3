"""A real Playwright run: its trace, its HTML report and its HAR hold what was typed, and the search finds it in each."""

import os
import subprocess
from pathlib import Path

import pytest

from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.scanning.scan import scan
from tests.runners.test_module_compiles import node_packages

pytestmark = [pytest.mark.node, pytest.mark.browser, pytest.mark.slow]

VALUE = 'canary-7f3k9x2m "pä&ss"/<+'
_CONFIG = """\
import { defineConfig } from '@playwright/test';
export default defineConfig({
  reporter: [['html', { open: 'never' }], ['json', { outputFile: 'results.json' }]],
  use: { trace: 'on', launchOptions: { executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] } },
});
"""
_TEST = """\
import { createServer } from 'node:http';
import { expect, test } from '@playwright/test';
test('sign in', async ({ browser }, info) => {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<form method=post><input name=password><button>Sign in</button></form>');
  }).listen(0);
  const url = `http://127.0.0.1:${(server.address() as any).port}/`;
  const context = await browser.newContext({ recordHar: { path: 'run.har' } });
  const page = await context.newPage();
  await page.goto(url);
  await page.fill('input', process.env.ADMIN_PASSWORD!);
  await page.click('button');
  await page.evaluate(async (value) => { await fetch('/api', { method: 'POST', body: JSON.stringify({ value }) }); }, process.env.ADMIN_PASSWORD!);
  await context.close();
  server.close();
  await info.attach('note', { body: `typed ${process.env.ADMIN_PASSWORD}`, contentType: 'text/plain' });
  expect(1, `typed ${process.env.ADMIN_PASSWORD}`).toBe(1);
});
"""


def test_a_value_is_found_in_the_trace_the_report_and_the_har_of_a_real_run(
    tmp_path: Path, node_modules: Path
) -> None:
    node_packages(tmp_path, node_modules)
    (tmp_path / "playwright.config.ts").write_text(_CONFIG)
    (tmp_path / "sign-in.spec.ts").write_text(_TEST)
    command = ["node", "node_modules/@playwright/test/cli.js", "test"]
    chromium = os.environ.get("QAFILES_CHROMIUM", "/usr/bin/chromium")
    variables = {**os.environ, "ADMIN_PASSWORD": VALUE, "CHROMIUM": chromium, "CI": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    values = {
        "acme/shop/ADMIN_PASSWORD": Plaintext(VALUE.encode()),
        "acme/shop/OTHER": Plaintext(b"never-typed-4711"),
    }
    hits = {}
    for name in ("test-results", "playwright-report", "results.json", "run.har"):
        result = scan(tmp_path / name, values)
        assert not result.unsearched
        hits[name] = {(Path(hit.path).name, *hit.members) for hit in result.hits}
        assert all(result.secrets[hit.secret] == "acme/shop/ADMIN_PASSWORD" for hit in result.hits)
    print(hits)  # noqa: T201  # shown where this fails
    assert {members[-1].rpartition(".")[2] for members in hits["test-results"] if len(members) > 1} >= {
        "trace",
        "network",
    }
    assert {"index.html"} <= {members[0] for members in hits["playwright-report"]}
    assert hits["run.har"]
    assert hits["results.json"]
