"""The answer to a plain `validate`, for which the command line is not imported: that takes as long as thousands of files."""

from collections.abc import Iterable
from typing import NamedTuple

from qafiles.cache.asked_paths import AskedPaths
from qafiles.render.color import wants_color
from qafiles.render.validation import FORMATS, Findings
from qafiles.render.validation.findings import NOT_WHOLE, where_it_lies
from qafiles.validation.asked import Line, paths_asked_at
from qafiles.validation.kept import KeptVerdict, KeptVerdictOfCommit
from qafiles.validation.selection import unchecked, undecided
from qafiles.validation.verdict import Verdict


class Answer(NamedTuple):
    """What is written to stdout, in pieces, and to stderr, and the exit code; `loaded` is what it was made of, if anything."""

    text: Iterable[str]
    talk: str
    code: int
    loaded: object = None


def kept_answer(line: Line, stored: KeptVerdict | KeptVerdictOfCommit) -> Answer | None:
    """Return the answer to a command line where it is known."""
    verdict = stored.read()
    if verdict is None:
        return None
    answer = _answer(line, verdict)
    return answer._replace(text=["".join(answer.text)])


def loaded_answer(line: Line, stored: object) -> Answer:
    """Return the answer to a command line for which the data root is loaded; takes and raises what loading does.

    `stored` is the kept verdict, which has been read in vain, or the paths that git was asked for.
    """
    from qafiles.render.progress import progress  # noqa: PLC0415  # not needed where the answer is known

    paths = stored if isinstance(stored, AskedPaths) else None
    if paths is not None:
        paths.go_on()
    verdict, loaded = None, None
    with progress() as on_progress:
        if isinstance(stored, KeptVerdict):
            from qafiles.validation.parts import is_partial  # noqa: PLC0415  # not needed where the answer is known

            if is_partial():
                from qafiles.validation.again import verdict_again  # noqa: PLC0415  # as above

                verdict = verdict_again(stored, line.folder, on_progress)
        if verdict is None:
            if isinstance(stored, KeptVerdict):
                paths = paths_asked_at(line.folder)
                stored.tree.forget_listing()
            from qafiles.validation.of_snapshot import is_whole_in_git, verdict_of  # noqa: PLC0415  # as above

            if isinstance(stored, KeptVerdict) and paths is not None:
                paths.go_on()
            from qafiles.validation.run import load  # noqa: PLC0415  # as above

            loaded = load(
                line.folder,
                line.revision,
                staged=line.staged,
                since=line.since,
                progress=on_progress,
                paths=paths,
                cache=not line.no_cache,
            )
            verdict = verdict_of(loaded, line.folder)
            if isinstance(stored, KeptVerdict | KeptVerdictOfCommit) and is_whole_in_git(loaded.source):
                entries = loaded.entries
                loaded = None  # its memory is enough for what is written, and for git
                stored.write(verdict, entries)
    return _answer(line, verdict)._replace(loaded=loaded)


def _answer(line: Line, verdict: Verdict) -> Answer:
    unknown = undecided(verdict)
    prefix, current_folder = where_it_lies(verdict.folder)
    findings = Findings(
        verdict.diagnostics,
        verdict,
        (*unchecked(verdict, line.since), *unknown),
        prefix=prefix,
        current_folder=current_folder,
        root=verdict.root,
        color=wants_color(),
        is_whole=not unknown,
    )
    text = FORMATS[line.format](findings)
    talk = [f"not checked: {sentence}\n" for sentence in findings.unchecked if line.format == "concise"]
    if unknown:
        talk.append(f"{NOT_WHOLE}\n")
        return Answer(text, "".join(talk), 3)
    failing = {"error", "warning"} if line.strict else {"error"}
    code = int(any(item.severity in failing for item in verdict.diagnostics))
    return Answer(text, "".join(talk), code)
