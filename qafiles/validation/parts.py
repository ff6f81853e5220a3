"""Whether a check may be made of parts of earlier ones, and what such a check imports."""

from collections.abc import Iterator
from typing import Final

from qafiles.cache.surroundings import variable

_IMPORTED: Final = (
    "pathlib",
    "ast",
    "inspect",
    "dataclasses",
    "json",
    "threading",
    "qafiles.cache.file_rows",
    "qafiles.git",
    "qafiles.loading.listed_tree",
    "qafiles.declared_fields",
    "qafiles.sources",
    "qafiles.snapshot.entity_file",
    "qafiles.snapshot.naming",
    "qafiles.snapshot.resolution",
    "qafiles.snapshot",
    "qafiles.models.access",
    "qafiles.models.settings",
    "qafiles.loading.row_loading",
    "qafiles.sources.git_objects",
    "qafiles.loading.kept_files",
    "qafiles.rules",
    "qafiles.rules.carried",
    "qafiles.rules.file_rules",
    "qafiles.rules.check",
    "qafiles.rules.stored_findings",
    "qafiles.validation.again",
    "qafiles.loading.loader",
    "qafiles.schema.validators",
    "qafiles.rules.credential_values",
    "qafiles.rules.credential_shapes",
    "qafiles.rules.plaintext_credential",
    "qafiles.rules.private_key",
    "qafiles.domains",
    "qafiles.rules.allowed_domains",
    "qafiles.rules.dangerous_domain",
    "qafiles.rules.nonexistent_date",
    "random",
    "socket",
    "calendar",
    "email.utils",
    "qafiles.atomic_write",
)
"""What `qafiles.validation.again` imports, and then what reads a file, in their order: none takes longer than some milliseconds."""


def is_partial() -> bool:
    """Return whether a check may be made of parts of earlier ones: unless QAFILES_PARTIAL=0 says otherwise."""
    return variable("QAFILES_PARTIAL") != "0"


def imports() -> Iterator[str]:
    """Yield the name of each module that such a check needs, after it has been imported."""
    for name in _IMPORTED:
        __import__(name)
        yield name
