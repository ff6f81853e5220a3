"""HTML that the site and reports in one file share: frame, style, tables, pictures and Markdown, safe for any text."""

from qafiles.pages.frame import SITE_POLICY, environment, standalone, stylesheet
from qafiles.pages.markdown import markdown
from qafiles.pages.tables import breakable, gap, table
from qafiles.pages.text import clean, printed

__all__ = [
    "SITE_POLICY",
    "breakable",
    "clean",
    "environment",
    "gap",
    "markdown",
    "printed",
    "standalone",
    "stylesheet",
    "table",
]
