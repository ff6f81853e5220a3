"""What people call an entity."""

from qafiles.snapshot.entity_fields import EntityFields, KeptFields
from qafiles.snapshot.entity_file import EntityFile


def title(file: EntityFile) -> str:
    """Return what a person calls an entity: its name, or the first line of a test case's description."""
    data = file.data
    if isinstance(data, KeptFields) and data.title is not None:
        return data.title
    name = file.get("name")
    if isinstance(name, str) and name.strip():
        return name.strip()
    if isinstance(data, EntityFields):
        # Without keeping it: there may be many files.
        data = data.read()
    for field in ("secret_name", "test_description"):
        value = None if field in file.broken else data.get(field)
        text = value.strip() if isinstance(value, str) else ""
        if text:
            # A break of another kind may come before the first line feed, and behind it the text is long.
            return text.partition("\n")[0].splitlines()[0].strip() if field == "test_description" else text
    return file.name_part
