"""Files that are made to hang, crash or fill the memory, and what reading each of them costs."""

import json
import sys
import time
from collections.abc import Callable, Mapping

from qafiles.parsing import Positions, parse
from qafiles.schema.validators import problems

ALIASES = b"a0: &a0 x\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (i, i, b", ".join([b"*a%d" % (i - 1)] * 9)) for i in range(1, 10)
)
MERGES = b"a0: &a0 {k: v}\n" + b"".join(
    b"a%d: &a%d {<<: [%s]}\n" % (i, i, b", ".join([b"*a%d" % (i - 1)] * 9)) for i in range(1, 10)
)
BOMBS: Mapping[str, bytes] = {
    "nine to the ninth aliases": ALIASES,
    "merge keys that multiply": MERGES,
    "an alias of what it is in": b"a: &a [*a]\n",
    "an alias of the whole file": b"&a {b: *a}\n",
    "brackets 20,000 deep": b"a: " + b"[" * 20_000 + b"]" * 20_000,
    "braces 20,000 deep": b"{a: " * 20_000 + b"b" + b"}" * 20_000,
    "a block 20,000 deep": b"- " * 20_000 + b"a",
    "keys 20,000 deep": b"? " * 20_000 + b"a",
    "10 MB": b"a: b # c\n" * 1_200_000,
    "10 MB without a line end": b"x" * 10_000_000,
    "60,000 tag directives": b"".join(b"%%TAG !a%d! x\n" % i for i in range(60_000)) + b"--- a\n",
    "60,000 tag directives at the end": b"a: b\n...\n"
    + b"".join(b"%%TAG !a%d! x\n" % i for i in range(60_000)),
    "50,000 anchors": b"".join(b"- &a%d x\n" % i for i in range(50_000)),
    "a key of 1 MB": b"x" * 1_000_000 + b": a\n",
    "a tag of 1 MB": b"a: !<" + b"t" * 1_000_000 + b"> b\n",
    "10,000 keys": b"".join(b"key%d: v\n" % i for i in range(10_000)),
    "5,000 digits": b"a: " + b"9" * 5_000 + b"\n",
    "1 MB of digits": b"a: " + b"9" * 1_000_000 + b"\n",
}
_TOKENS: Mapping[str, bytes] = {
    "nulls": b"-\n",
    "empty lists": b"- []\n",
    "dashes": b"- ",
    "colons": b": ",
    "questions": b"? : ",
    "brackets": b"[",
    "braces": b"{",
    "commas": b",",
    "quotes": b'"',
    "single quotes": b"'",
    "exclamation marks": b"!",
    "ampersands": b"- &a\n",
    "asterisks": b"- *a\n",
    "tabs": b"\t",
    "spaces": b" ",
    "line ends": b"\n",
    "carriage returns": b"\r",
    "comments": b"#\n",
    "glued comments": b"- 'a'#b\n",
    "documents": b"---\n",
    "ends": b"...\n",
    "directives": b"%a\n",
    "percent signs": b"%",
    "conflicts": b"<<<<<<< a\n",
    "control characters": b"\x07",
    "invalid bytes": b"\xff",
    "old line ends": b"\xc2\x85",
    "byte order marks": b"\xef\xbb\xbf",
    "number keys": b"1: a\n",
    "duplicate keys": b"a: b\n",
    "templates": b"- {{ a }}\n",
    "broken templates": b"- {{ a }} b\n",
    "large numbers": b"- 1e999\n",
    "folded lines": b" a\n\n",
    "question marks": b"[?a,",
    "quoted lines": b"- 'a\n",
}


def dense(size: int) -> dict[str, bytes]:
    """Return files of one token repeated up to a size, alone and inside brackets."""
    files = {name: (token * (size // len(token) + 1))[:size] for name, token in _TOKENS.items()}
    files["items"] = b"[" + b"a," * (size // 2 - 1) + b"]"
    files["pairs"] = b"[" + b"a: b," * (size // 5 - 1) + b"]"
    files["flow templates"] = b"[" + b"{{a}}: b," * (size // 9 - 1) + b"]"
    files["fields"] = b"".join(b"k%d: v\n" % i for i in range(size // 12))
    files["lines in quotes"] = b"a: '" + b"\n b" * (size // 3 - 2) + b"'"
    files["lines in brackets"] = b"a: [" + b"\n b," * (size // 4 - 2) + b"]"
    return files


def read(content: bytes) -> list[str]:
    """Return the codes of the refusals, after everything that validating does with a file."""
    parsed = parse(content)
    positions = Positions(content)
    for problem in problems("tag", parsed.data)[:20]:
        positions.span(problem.pointer, "key" if problem.at_key else "value")
    return sorted({refusal.code for refusal in parsed.refusals})


def measure(
    files: Mapping[str, bytes], work: Callable[[bytes], list[str]] = read
) -> dict[str, tuple[float, list[str]]]:
    """Return the CPU seconds and the result of each file."""
    found = {}
    for name, content in files.items():
        start = time.process_time()
        codes = work(content)
        found[name] = time.process_time() - start, codes
    return found


if __name__ == "__main__":
    chosen = BOMBS if sys.argv[1] == "bombs" else dense(int(sys.argv[1]))
    sys.stdout.write(json.dumps(measure(chosen)))
