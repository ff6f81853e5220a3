"""A static site of a data root: every entity with its references and its history, reports, and a search."""

from qafiles.site.making import site
from qafiles.site.output import SiteError, Written

__all__ = ["SiteError", "Written", "site"]
