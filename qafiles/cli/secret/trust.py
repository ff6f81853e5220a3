"""Options with which key services are asked that the repository's default branch does not name."""

import os
from typing import Any

import click


def with_trust(command: click.Command) -> None:
    """Give a command that runs SOPS the options --trust-services and --trust-http, which stand for variables of this process."""
    command.params += [
        _option(
            "--trust-services",
            "TRUST_SERVICES",
            "Ask key services that the .sops.yaml of the default branch does not name.",
        ),
        _option(
            "--trust-http", "TRUST_HTTP", "Ask key services over http, which shows credentials on the way."
        ),
    ]


def _option(name: str, variable: str, help_: str) -> click.Option:
    def remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        del ctx, param
        if value:
            from qafiles.secrets import trust

            os.environ[getattr(trust, variable)] = "1"

    return click.Option([name], is_flag=True, expose_value=False, callback=remember, help=help_)
