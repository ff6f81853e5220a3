"""Pages as HTML: templates that escape what they print, one stylesheet, and a policy that lets nothing else in."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from markupsafe import Markup

from qafiles.pages.text import printed

SITE_POLICY: Final = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
"""The Content-Security-Policy of a page that has its style and its script in files beside it."""


def environment(*packages: str) -> Environment:
    """Return a Jinja environment that escapes everything, with the templates of these packages and of this one.

    A name that a template uses and is not given raises.
    """
    loaders: list[BaseLoader] = [PackageLoader(name) for name in (*packages, "qafiles.pages")]
    made = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.code_generator_class = _Generator
    return made


class _Generator(CodeGenerator):
    """Prints a value by `finalize` alone, which escapes; Jinja would escape what that returns once more."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write(f"({finalize.src}")


@cache
def stylesheet() -> str:
    """Return the stylesheet of all pages."""
    return files("qafiles.pages").joinpath("style.css").read_text("utf-8")


def standalone(title: str, body: Markup, *, footer: str = "") -> str:
    """Return a page in one file, which needs nothing beside it and runs no script; `body` begins with its `<h1>`."""
    return _standalone().render(
        title=title,
        body=body,
        footer=footer,
        style=Markup(stylesheet()),  # noqa: S704  # a file of this package
        policy=_inline_policy(),
    )


@cache
def _standalone() -> Template:
    return environment().get_template("standalone.html")


@cache
def _inline_policy() -> str:
    """Return the policy that allows this one stylesheet, by its hash, and pictures that the page holds itself."""
    digest = base64.b64encode(hashlib.sha256(stylesheet().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
