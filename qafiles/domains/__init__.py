"""`allowed_domains`: what its entries say, what they cover, and how hosts are compared."""

from qafiles.domains.domain import Domain, Hosts, Origin, allows, covers, origin
from qafiles.domains.entries import GRAMMAR, Problem, covered_by, is_plain, parse
from qafiles.domains.masking import masked, shown

__all__ = [
    "GRAMMAR",
    "Domain",
    "Hosts",
    "Origin",
    "Problem",
    "allows",
    "covered_by",
    "covers",
    "is_plain",
    "masked",
    "origin",
    "parse",
    "shown",
]
