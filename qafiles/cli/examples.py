"""What the help of each command ends with: two examples, and the page of the manual that says more."""

from collections.abc import Mapping
from copy import copy
from types import MappingProxyType
from typing import Final, NamedTuple

import click


class Ending(NamedTuple):
    """Two command lines, which work in `examples/acme-qa`, and the topic of a page."""

    topic: str
    first: str
    second: str


ENDINGS: Final[Mapping[str, Ending]] = MappingProxyType(
    {
        "init": Ending("getting-started", "init my-qa", "init --ci github --requirement requirements-qa.txt"),
        "validate": Ending("validating", "validate", "validate --since main --format github"),
        "explain": Ending("rules", "explain QF401", "explain test_case"),
        "list": Ending(
            "looking-up",
            "list test_case --tag smoke --where project=todomvc",
            "list test_case --where x-priority=high --format csv",
        ),
        "show": Ending(
            "looking-up",
            "show persistence/todos-survive-a-reload --resolve",
            "show tag:swag-labs/smoke@v1 --format json",
        ),
        "log": Ending(
            "history", "log acme/swag-labs/cart/add-two-products", "log acme/todomvc --format json"
        ),
        "blame": Ending(
            "history",
            "blame acme/swag-labs/cart/add-two-products",
            "blame desktop-chrome --fields pointer,commit",
        ),
        "diff": Ending("comparing", "diff", "diff main...HEAD --format markdown"),
        "refs": Ending(
            "looking-up", "refs acme/swag-labs/cart", "refs test_case:cart/add-two-products --format mermaid"
        ),
        "fmt": Ending("formatting", "fmt --check", "fmt organizations/acme/projects/todomvc"),
        "fix": Ending("formatting", "fix --dry-run", "fix --by-place"),
        "new": Ending(
            "editing",
            "new tag acme/todomvc/slow name=slow color=teal",
            "new test_case acme/todomvc/filters/all --from filters/active-hides-completed-at-once",
        ),
        "set": Ending(
            "editing",
            "set cart/add-two-products tags+=regression x-priority=high",
            "set test_case --where x-owner=mei x-owner=priya --dry-run",
        ),
        "mv": Ending(
            "editing",
            "mv acme/swag-labs/cart basket",
            "mv test_case:acme/todomvc/filters/ acme/todomvc/routes/",
        ),
        "rm": Ending("editing", "rm acme/swag-labs/cart --detach", "rm acme/conduit --cascade --dry-run"),
        "restore": Ending(
            "history",
            "restore acme/swag-labs/cart/add-two-products@v1",
            "restore tag:acme/todomvc/smoke@HEAD",
        ),
        "access": Ending("roles", "access check main..HEAD", "access check main..HEAD --explain"),
        "access check": Ending(
            "roles",
            "access check main..HEAD",
            "access check main..HEAD --actor acme-mei --approved-by acme-nora --format github",
        ),
        "access who": Ending(
            "roles",
            "access who cart/add-two-products",
            "access who qafiles.yaml --operation change",
        ),
        "access can": Ending(
            "roles",
            "access can nora change:tags cart/add-two-products",
            "access can nora create tag:acme/todomvc/slow",
        ),
        "access codeowners": Ending(
            "roles", "access codeowners --forge gitlab", "access codeowners --forge gitea"
        ),
        "access recipients": Ending("roles", "access recipients", "access recipients --format json"),
        "secret": Ending("secrets", "secret list", "secret set SWAG_LABS_PASSWORD"),
        "secret set": Ending(
            "secrets",
            "secret set SWAG_LABS_PASSWORD",
            "secret set CARD_NUMBER --project swag-labs --from-file card.txt",
        ),
        "secret get": Ending(
            "secrets", "secret get SWAG_LABS_PASSWORD", "secret get SWAG_LABS_PASSWORD --stdout"
        ),
        "secret list": Ending("secrets", "secret list", "secret list --format json"),
        "secret run": Ending(
            "secrets-ci",
            "secret run --project swag-labs -- npx playwright test",
            "secret run --traversal swag-labs/login/standard-user-logs-in/iphone-15 -- pytest",
        ),
        "secret init": Ending("secrets", "secret init --dry-run", "secret init"),
        "secret key": Ending("secrets", "secret key", "-C qa secret key"),
        "secret rotate": Ending(
            "secrets", "secret rotate SWAG_LABS_PASSWORD --dry-run", "secret rotate --all --project swag-labs"
        ),
        "secret import": Ending(
            "secrets",
            "secret import .env --project swag-labs --dry-run",
            "secret import .env --project swag-labs",
        ),
        "secret export": Ending(
            "secrets",
            "secret export --project swag-labs --stdout",
            "secret export --secret SWAG_LABS_PASSWORD --format dotenv --stdout",
        ),
        "secret scan": Ending(
            "secrets-ci",
            "secret scan playwright-report test-results",
            "secret scan test-results --format json",
        ),
        "secret check": Ending("secrets", "secret check", "secret check --since main"),
        "secret recipients": Ending("secrets", "secret recipients", "secret recipients --format json"),
        "secret recipients add": Ending(
            "secrets",
            "secret recipients add priya --dry-run",
            "secret recipients add age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
        ),
        "secret recipients remove": Ending(
            "secrets", "secret recipients remove priya --dry-run", "secret recipients remove priya"
        ),
        "secret resolve": Ending(
            "merging",
            "secret resolve SWAG_LABS_PASSWORD --ours",
            "secret resolve SWAG_LABS_PASSWORD --theirs --stage",
        ),
        "secret sync": Ending("secrets", "secret sync --dry-run", "secret sync"),
        "secret textconv": Ending(
            "secrets",
            "secret textconv organizations/acme/projects/swag-labs/secret_values/SWAG_LABS_PASSWORD.yaml",
            "secret textconv organizations/acme/projects/conduit/secret_values/CONDUIT_PASSWORD.yaml",
        ),
        "report": Ending(
            "reports",
            "report coverage --project todomvc",
            "report results --playwright playwright/results/playwright.json --project todomvc",
        ),
        "export": Ending(
            "playwright",
            "export playwright swag-labs -o qafiles.ts",
            "export playwright swag-labs -o qafiles.ts --env staging",
        ),
        "export playwright": Ending(
            "playwright",
            "export playwright swag-labs -o qafiles.ts",
            "export playwright swag-labs -o qafiles.ts --env staging",
        ),
        "export sheet": Ending(
            "results", "export sheet --tag smoke -o run.xlsx", "export sheet --project swag-labs --format csv"
        ),
        "impact": Ending("impact", "impact", "impact main...HEAD --format playwright"),
        "site": Ending("site", "site -o public", "site -o public --rev v1"),
        "schema": Ending("editors", "schema test_case", "schema --draft 7 --write .qafiles/schemas"),
        "lsp": Ending("editors", "lsp", "-C qa lsp"),
        "help": Ending("getting-started", "help", "help secrets"),
        "completion": Ending("getting-started", "completion bash", "completion zsh"),
    }
)
"""Command, with the commands that it belongs to in front -> the end of its help."""


def example_of(path: str) -> str:
    """Return a command line with the command at a path, as a sentence; nothing for a command without any."""
    ending = ENDINGS.get(path)
    return f"For example: qafiles {ending.first}" if ending else ""


def documented(command: click.Command, path: str) -> click.Command:
    """Return a command, and those that it is made of, whose help ends with examples and a page of the manual."""
    result = copy(command)
    ending = ENDINGS.get(path)
    if ending is not None:
        result.epilog = (
            f"\b\nExamples:\n  qafiles {ending.first}\n  qafiles {ending.second}\n\n"
            f"`qafiles help {ending.topic}` says more."
        )
    if isinstance(result, click.Group):
        result.commands = {name: documented(part, f"{path} {name}") for name, part in result.commands.items()}
    return result
