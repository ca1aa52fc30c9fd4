"""What one sanctions word in one sentence says: the raw material that events are put together from."""

from __future__ import annotations

from dataclasses import dataclass

from include.records import EventType, Modality, Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """One trigger, read in its sentence; parties are those that the sentence itself gives."""

    sentence: int  # -1 for the title
    start: int  # of the trigger in the sentence
    trigger: str
    event_type: EventType | None  # None when the sentence only describes the sanctions
    modality: Modality
    imposers: tuple[Party, ...] = ()
    targets: tuple[Party, ...] = ()
    actors: tuple[Party, ...] = ()
    is_core: bool = True  # a sanctions word, not just a ban or a curb
    is_new: bool = False  # "new", "additional", "further"
    is_past: bool = False  # told as history
    is_direct: bool = True  # the type comes from the word that governs the trigger
    crossed: bool = False  # inside a relative or adverbial clause
    describes: bool = False  # the sanctions themselves, or the paper, are what acts in the sentence
    speakers: tuple[Party, ...] = ()  # whose words the sentence reports
    caller_imposes: bool = False  # a call that names no addressee: the caller stands in for the imposer
    is_distant: bool = False  # a protest whose sentence need not name the sanctions
    guessed: bool = False  # a side was taken from the neighbourhood
