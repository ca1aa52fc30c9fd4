"""Strategies: valid inputs bent at some places, and documents grown from the names that our readers look for."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from tests.fuzzing.seeds import ATTRIBUTES, NAMES, SENTENCE, VALUES, WORDS

MAX_BENDS = 6
MAX_LENGTH = 60_000


@st.composite
def bent(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """A valid input after a few edits: cut, repeated, swapped, or with hostile words in it."""
    body = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, MAX_BENDS))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.sampled_from((0, 0, 1, 4, 30, 400))))
        match draw(st.integers(0, 5)):
            case 0 | 1:
                body = body[:start] + draw(st.sampled_from(WORDS)) + body[end:]
            case 2:
                body = body[:start] + body[start:end] * draw(st.sampled_from((0, 2, 50))) + body[end:]
            case 3:
                other = draw(st.sampled_from(seeds))
                body = body[:start] + other[draw(st.integers(0, len(other))) :]
            case 4:
                body = body[:start] + draw(st.binary(max_size=8)) + body[end:]
            case 5:
                body = body[:start]
        body = body[:MAX_LENGTH]
    return body


TEXTS = st.one_of(
    st.sampled_from((SENTENCE, SENTENCE * 4, "<b>x</b>", "]]>", "--", "https://courier.example/a", "2026-03-04")),
    st.sampled_from(WORDS).map(lambda word: word.decode("utf-8", "replace")),
    st.text(max_size=20),
)


@st.composite
def grown(draw: st.DrawFn, root: str = "") -> bytes:
    """A document of nested elements, most of them closed."""
    parts: list[str] = [root and f"<{root}>"]
    still_open: list[str] = [root] if root else []
    for _ in range(draw(st.integers(0, 25))):
        match draw(st.integers(0, 3)):
            case 0 | 1:
                name = draw(st.sampled_from(NAMES))
                pairs = draw(st.lists(st.tuples(st.sampled_from(ATTRIBUTES), st.sampled_from(VALUES)), max_size=3))
                attributes = "".join(f' {key}="{value}"' for key, value in pairs)
                is_empty = draw(st.integers(0, 4)) == 0
                parts.append(f"<{name}{attributes}{'/' if is_empty else ''}>")
                if not is_empty:
                    still_open.append(name)
            case 2:
                parts.append(draw(TEXTS))
            case 3 if still_open:
                parts.append(f"</{still_open.pop()}>")
    parts += [f"</{name}>" for name in reversed(still_open) if draw(st.integers(0, 9))]
    return "".join(parts).encode("utf-8", "replace")[:MAX_LENGTH]


def hostile(seeds: Sequence[bytes], *roots: str) -> st.SearchStrategy[bytes]:
    """Bent seeds, grown documents with one of these roots, and noise."""
    return st.one_of(bent(seeds), bent(seeds), *map(grown, roots), st.binary(max_size=300))
