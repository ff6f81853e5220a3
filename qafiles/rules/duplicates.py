"""What the rules against duplicate values share: entities grouped by a value that must be unique among them."""

from collections.abc import Hashable, Iterable, Iterator

from qafiles.diagnostics import Finding, Related
from qafiles.snapshot import EntityFile


def duplicates(
    keyed: Iterable[tuple[Hashable, EntityFile]], field: str, message: str, hint: str
) -> Iterator[Finding]:
    """Yield a finding at each entity whose key an earlier one has; `message` may hold {value} and {path}."""
    first: dict[Hashable, EntityFile] = {}
    for key, file in keyed:
        other = first.setdefault(key, file)
        if other is not file:
            value = str(file.data[field])
            sentence = message.format(value=value[:80], path=other.path)
            related = (Related(other.path, "has it first", (field,)),)
            yield Finding(file.path, sentence, (field,), hint=hint, related=related, subject=value)
