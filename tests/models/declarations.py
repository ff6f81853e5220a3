"""Strategies for declarations of custom fields, and for values that nearly or really fit them."""

from typing import Any

from hypothesis import strategies as st

WORDS = st.sampled_from(
    ["high", "low", "QA-12", "qa-12", "a", "", " ", "3", "2026-02-29", "2028-02-29", "x\n", "é😀"]
)
NUMBERS = st.one_of(st.integers(-3, 12), st.sampled_from([0.5, 1.0, 3.5, -0.5, 1e300, 2**53 + 1]))
SCALARS = st.one_of(WORDS, NUMBERS, st.booleans())
PATTERNS = st.sampled_from(
    [
        "^[A-Z]+-[0-9]+$",
        "a",
        "^$",
        r"^\d{4}-\d\d-\d\d$",
        r"\S",
        "^(?:high|low)$",
        ".",
        r"[^\w]",
        "^.{2,3}$",
        "(?=Q)",
        r"\s$",
    ]
)
VALUES = st.recursive(
    st.one_of(SCALARS, st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["a", "b", "title"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def _some(**keywords: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keywords)


def _ordered(pair: dict[str, Any]) -> dict[str, Any]:
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")):
        if low in pair and high in pair and pair[low] > pair[high]:
            pair[low], pair[high] = pair[high], pair[low]
    return pair


_COUNTS = st.integers(0, 4)
_SCALAR = st.one_of(
    st.fixed_dictionaries({"enum": st.lists(SCALARS, min_size=1, max_size=4)}),
    st.fixed_dictionaries({"const": SCALARS}),
    _some(
        type=st.just("string"),
        pattern=PATTERNS,
        format=st.sampled_from(["date", "uri", "email"]),
        minLength=_COUNTS,
        maxLength=_COUNTS,
    ).map(_ordered),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])}, optional={"minimum": NUMBERS, "maximum": NUMBERS}
    ).map(_ordered),
    st.just({"type": "boolean"}),
    st.just({}),
)
_ITEM = st.one_of(_SCALAR, st.just({"reference": "user"}))
_LIST = st.fixed_dictionaries(
    {"type": st.just("array")}, optional={"items": _ITEM, "minItems": _COUNTS, "maxItems": _COUNTS}
).map(_ordered)


def _mappings(part: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    required = st.one_of(st.booleans(), st.none())
    parts = st.tuples(part, required).map(
        lambda pair: {**pair[0], **({"required": pair[1]} if pair[1] is not None else {})}
    )
    return st.fixed_dictionaries(
        {"type": st.just("object")},
        optional={"properties": st.dictionaries(st.sampled_from(["a", "b", "title"]), parts, min_size=1)},
    )


DECLARATIONS = st.one_of(
    _SCALAR,
    st.just({"reference": "tag"}),
    _LIST,
    _mappings(st.one_of(_SCALAR, _LIST)),
    _mappings(_SCALAR).map(lambda inner: {"type": "array", "items": inner}),
)
"""Declarations of which most have no fault."""
