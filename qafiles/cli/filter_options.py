"""The options that choose test cases by organization, project, suite, tag and field, as `report` has them."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from qafiles.cli.completions import complete_organizations, complete_projects, complete_suites
from qafiles.cli.options import complete_tags
from qafiles.cli.report_parameters import complete_conditions

F = TypeVar("F", bound=Callable[..., Any])


def filter_options(function: F) -> F:
    """Add --organization, --project, --suite, --tag and --where to a command; it gets them as `filters`."""

    def with_filters(
        *args: Any,
        organizations: tuple[str, ...],
        projects: tuple[str, ...],
        suites: tuple[str, ...],
        tags: tuple[str, ...],
        where: tuple[str, ...],
        **rest: Any,
    ) -> Any:
        from qafiles.reports.filters import Filters

        return function(*args, filters=Filters(organizations, projects, suites, tags, where), **rest)

    with_filters.__doc__ = function.__doc__
    with_filters.__dict__.update(function.__dict__)
    result: Any = with_filters
    for name, parameter, metavar, complete, text in (
        (
            "--where",
            "where",
            "FIELD=VALUE",
            complete_conditions,
            "Only test cases that meet this condition, as in `list` (repeatable: all).",
        ),
        ("--tag", "tags", "TAG", complete_tags, "Only test cases with this tag (repeatable: all)."),
        ("--suite", "suites", "FOLDER", complete_suites, "Only test cases in this folder."),
        ("--project", "projects", "NAME", complete_projects, "Only this project."),
        ("--organization", "organizations", "NAME", complete_organizations, "Only this organization."),
    ):
        result = click.option(
            name, parameter, metavar=metavar, multiple=True, shell_complete=complete, help=text
        )(result)
    final: F = result
    return final
