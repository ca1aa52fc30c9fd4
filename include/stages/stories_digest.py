"""Whether a page is put together from several reports, with little of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from include.records import PageForm
from include.stages.clean_form import form_of
from include.stages.stories_postings import Groupable
from include.stages.stories_sketch import Fingerprint
from include.stages.stories_verify import held_by, share

LEAST_SHINGLES = 40  # a shorter page is a caption, not a digest
LEAST_PART = 0.12  # share of the page that one report must account for to be a part of it
MOST_OF_ONE = 0.5  # with more from one report, the page is that report with something added
LEAST_OF_ALL = 0.4  # of the page, from all its parts
APART = 0.2  # share of a part's shingles that may stand in another part too


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """What one neighbour accounts for of the page."""

    number: int
    neighbour: Fingerprint
    mask: npt.NDArray[np.bool_]
    share: float


def is_compiled(article: Groupable) -> bool:
    """Whether cleaning, the headline or the address says that the page holds several reports."""
    return article.is_compiled or form_of(title=article.title, url=article.url) is not PageForm.ARTICLE


def digest_parts(
    page: Fingerprint, neighbours: Sequence[Fingerprint], same_story: Callable[[Fingerprint, Fingerprint], bool]
) -> tuple[int, ...]:
    """Which neighbours, that tell different stories, a page is put together from; () when it is no digest."""
    if len(page.shingles) < LEAST_SHINGLES:
        return ()
    covers = sorted(_covers(page, neighbours), key=lambda cover: (-cover.share, cover.number))
    if not covers or not LEAST_PART <= covers[0].share < MOST_OF_ONE:
        return ()
    parts: list[Cover] = []
    for cover in covers:
        if cover.share >= LEAST_PART and all(
            np.count_nonzero(cover.mask & other.mask) < APART * np.count_nonzero(cover.mask)
            and not same_story(cover.neighbour, other.neighbour)
            for other in parts
        ):
            parts.append(cover)
    together = len(parts) > 1 and sum(part.share for part in parts) > LEAST_OF_ALL
    return tuple(part.number for part in parts) if together else ()


def _covers(page: Fingerprint, neighbours: Sequence[Fingerprint]) -> Iterator[Cover]:
    for number, neighbour in enumerate(neighbours):
        mask = held_by(page, neighbour)
        yield Cover(number, neighbour, mask, share(mask))
