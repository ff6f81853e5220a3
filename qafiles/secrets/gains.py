"""Who comes to read what he could not read before: told, and asked about, before anything is written."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from qafiles.edits.plan import Plan
from qafiles.layout import Place, classify
from qafiles.secrets.strays import encrypted_elsewhere
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.key_owners import described
from qafiles.sops_files.access import gained, shares_in, shares_of
from qafiles.sops_files.config import SopsConfig
from qafiles.sops_files.recipients import Recipient, Shares


class Gain(NamedTuple):
    """A recipient that comes to read secrets: whose key it is, whole and with its comment, and the secrets by handle."""

    recipient: Recipient
    description: str
    secrets: tuple[str, ...]


class Resealing(NamedTuple):
    """A secret, by its handle, and the groups of keys that read its value before and after."""

    handle: str
    before: Shares
    after: Shares


def resealings(plan: Plan) -> Iterator[Resealing]:
    """Yield each secret that an edit writes anew; one that is new had no value that anybody could read."""
    return _written(plan, new=False)


def first_sealings(plan: Plan) -> Iterator[Resealing]:
    """Yield each secret that an edit makes."""
    return _written(plan, new=True)


def _written(plan: Plan, *, new: bool) -> Iterator[Resealing]:
    contents = {change.path: change.before for change in plan.changes}
    proposal = plan.proposal
    for change in plan.changes:
        place = classify(change.path)
        if change.after is None or not isinstance(place, Place) or not place.is_secret:
            continue
        origin = proposal.origins.get(change.path) or contents.get(
            proposal.moves.get(change.path, change.path)
        )
        if (origin is None) == new:
            yield Resealing(place.handle, shares_of(origin), shares_of(change.after))


def planned_resealings(files: Iterable[EntityFile], config: SopsConfig) -> Iterator[Resealing]:
    """Yield what encrypting secrets anew for the recipients of `.sops.yaml` would come to."""
    for file in files:
        rule = config.rule_for(file.path)
        if rule is not None:
            yield Resealing(file.handle, shares_in(file.data), rule.shares)


def gains(snapshot: Snapshot, items: Iterable[Resealing]) -> tuple[Gain, ...]:
    """Return who gains access to what, sorted by recipient; the snapshot says whose keys they are."""
    handles: dict[Recipient, list[str]] = {}
    for item in items:
        for recipient in gained(item.before, item.after):
            handles.setdefault(recipient, []).append(item.handle)
    names = described(snapshot, handles)
    return tuple(
        Gain(recipient, names[recipient], tuple(sorted(own))) for recipient, own in sorted(handles.items())
    )


def gain_lines(all_gains: Iterable[Gain], *, new: bool = False) -> Iterator[str]:
    """Yield lines that name the secrets, new ones or others, and below those everybody who gains access to them."""
    together: dict[tuple[str, ...], list[str]] = {}
    for gain in all_gains:
        together.setdefault(gain.secrets, []).append(gain.description)
    for handles, descriptions in together.items():
        noun = "new secret" if new else "secret"
        count = f"1 {noun}" if len(handles) == 1 else f"{len(handles)} {noun}s"
        yield f"{'able' if new else 'newly able'} to read {count} ({', '.join(handles)}):"
        yield from (f"  {description}" for description in descriptions)


def lost_lines(snapshot: Snapshot, lost: Mapping[Recipient, tuple[str, ...]]) -> tuple[str, ...]:
    """Return lines on values that must be changed at their source, since somebody who reads no later one has read them."""
    names = described(snapshot, lost)
    lines: list[str] = []
    for recipient, handles in lost.items():
        lines.append(
            f"{names[recipient]} can still read in git's history what was written before: change these values at their "
            "source, then `qafiles secret set` them:"
        )
        lines += [f"  {handle}" for handle in handles]
        if copies := encrypted_elsewhere(snapshot, recipient[1]):
            lines.append(
                f"these files are encrypted for {recipient[1]}, too, and stay as they are, since they lie outside of the secrets: "
                "delete them, or encrypt them anew with sops:"
            )
            lines += [f"  {path}" for path in copies]
    return tuple(lines)
