"""Files as rows of which some differ are looked up as if all had been looked through."""

import random
from collections.abc import Mapping

from qafiles import MemorySource
from qafiles.loading.loader import load
from qafiles.snapshot import EntityFile
from qafiles.snapshot.file_rows import RowFiles, by_handle, of_kind
from qafiles.snapshot.shared_ids import files_by_id
from tests.edits.test_new_findings import as_kept
from tests.rules.data_root import data_root

_IDS = [f"c{letter * 24}" for letter in "abcd"]


def _variants(chance: random.Random) -> Mapping[str, EntityFile]:
    """Return the files of a data root in which several files may have an id, and some have none."""
    texts = data_root()
    for path in [*texts]:
        kind = chance.randrange(4)
        if path == "qafiles.yaml" or kind == 0:
            continue
        lines = [line for line in texts[path].splitlines() if not line.startswith("id:")]
        texts[path] = "\n".join([*([f"id: {chance.choice(_IDS)}"] if kind == 1 else []), *lines, ""])
    return load(MemorySource({path: text.encode() for path, text in texts.items()})).files


def test_lookups_of_changed_files_are_those_of_all_of_them() -> None:
    for seed in range(150):
        chance = random.Random(seed)  # noqa: S311  # no secret
        others = [_variants(chance) for _ in range(2)]
        files = as_kept(load(MemorySource({p: t.encode() for p, t in data_root().items()}))).files
        assert isinstance(files, RowFiles)
        for _ in range(3):
            if chance.random() < 0.8:
                assert files.paths_by_handle
                assert files.paths_by_id
            changes: dict[str, EntityFile | None] = {}
            for path in chance.sample(sorted(files.keys() | others[0].keys()), chance.choice([1, 1, 2, 5])):
                changes[path] = chance.choice(
                    [None, others[0].get(path), others[1].get(path), files.get(path)]
                )
            files = files.changed(changes)
            whole = dict(files.items())
            assert [*files] == [*whole] == sorted(whole)
            assert dict(by_handle(files)) == dict(by_handle(whole))
            assert dict(files_by_id(files, {})) == dict(files_by_id(whole, {}))
            for kind in {file.kind for file in whole.values()} | {"tag"}:
                assert of_kind(files, kind) == of_kind(whole, kind)
