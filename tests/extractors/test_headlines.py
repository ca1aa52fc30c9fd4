"""Headlines are read word by word."""

import pytest

from include.extractors.headlines import headline_frame, lemmas
from include.records import EventType, Modality


@pytest.mark.parametrize(
    ("title", "kind", "modality"),
    [
        ("Canada slaps sanctions on Belarus", EventType.IMPOSED, Modality.ASSERTED),
        ("Japan to lift sanctions on Libya", EventType.LIFTED, Modality.PLANNED),
        ("France weighs sanctions against Niger", EventType.THREATENED, Modality.POSSIBLE),
        ("Iran slams sanctions", EventType.CONDEMNED, Modality.ASSERTED),
        ("China vetoes sanctions on Eritrea", EventType.PROPOSED, Modality.REJECTED),
        ("The long shadow of sanctions", None, Modality.ASSERTED),
    ],
)
def test_headline(title, kind, modality, nlp, catalog):
    doc = nlp(title)
    trigger = next(t for t in doc if t.lower_ == "sanctions")
    frame = headline_frame(trigger, catalog)
    assert (frame.event_type, frame.modality) == (kind, modality)


def test_inflections():
    assert {"impose", "ban", "slam"} <= {*lemmas("imposes"), *lemmas("banned"), *lemmas("slamming")}
