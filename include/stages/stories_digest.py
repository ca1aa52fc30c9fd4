"""Whether a page is put together from several reports, with little of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from include.stages.stories_sketch import Fingerprint
from include.stages.stories_verify import among, share

LEAST_SHINGLES = 40  # a shorter page is a caption, not a digest
LEAST_PART = 0.06  # share of the page that one report must account for to be a part of it
MOST_OF_ONE = 0.5  # with more from one report, the page is that report with something added
LEAST_OF_ALL = 0.4  # of the page, from all its parts
APART = 0.2  # share of a part's shingles that may stand in another part too


def is_digest(
    page: Fingerprint, neighbours: Sequence[Fingerprint], same_story: Callable[[Fingerprint, Fingerprint], bool]
) -> bool:
    """Whether two or more of the neighbours, which tell different stories, account for much of the page."""
    if len(page.shingles) < LEAST_SHINGLES:
        return False
    masks = [(neighbour, among(page.shingles, neighbour.shingle_set)) for neighbour in neighbours]
    covers = sorted(((share(mask), n) for n, (_, mask) in enumerate(masks)), key=lambda cover: (-cover[0], cover[1]))
    if not covers or not LEAST_PART <= covers[0][0] < MOST_OF_ONE:
        return False
    parts: list[tuple[Fingerprint, npt.NDArray[np.bool_]]] = []
    for cover, n in covers:
        neighbour, mask = masks[n]
        if cover >= LEAST_PART and all(
            np.count_nonzero(mask & other_mask) < APART * np.count_nonzero(mask) and not same_story(neighbour, other)
            for other, other_mask in parts
        ):
            parts.append((neighbour, mask))
    return len(parts) > 1 and sum(share(mask) for _, mask in parts) > LEAST_OF_ALL
