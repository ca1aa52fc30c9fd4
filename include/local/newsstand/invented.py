"""Further pages for the newsstand, put together from invented sentences: volume for runs that the written pages are too
few for. The same count gives the same pages; they carry no labels."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from include.local.newsstand.stock import Block, Newsstand, Outlet, Page
from include.records import Relation

BEGIN = datetime(2024, 1, 8, 6, tzinfo=UTC)
EVERY = timedelta(minutes=37)
ACTS_EVERY = 3  # every third story reports an act
COPIES_EVERY = 4  # every fourth page is another outlet's print of the story before it

IMPOSERS = (
    "The United States",
    "The European Union",
    "The United Kingdom",
    "Canada",
    "Australia",
    "Japan",
    "Switzerland",
)
TARGETS = ("Russia", "Belarus", "Iran", "North Korea", "Myanmar", "Syria", "Venezuela", "Sudan", "Nicaragua", "Mali")
SYLLABLES = (
    "ar",
    "bel",
    "cor",
    "dan",
    "el",
    "fen",
    "gor",
    "hal",
    "ist",
    "jor",
    "kal",
    "lum",
    "mer",
    "nor",
    "os",
    "pel",
)
TRADES = (
    "Shipping",
    "Metals",
    "Bank",
    "Aviation",
    "Chemicals",
    "Timber",
    "Energy",
    "Electronics",
    "Trading",
    "Logistics",
)
PLACES = (
    "Ashmere",
    "Port Wilding",
    "Gullane Bay",
    "Tarrow",
    "Oldcastle",
    "Brackwater",
    "Saint Orme",
    "Lindholm",
    "Kessock",
)
GOODS = (
    "diamonds",
    "machine tools",
    "crude oil",
    "semiconductors",
    "timber",
    "fertiliser",
    "aircraft parts",
    "gold",
    "coal",
)
TOPICS = ("tram line", "school kitchen", "swimming bath", "ferry pier", "bus depot", "town library", "fish market")
PEOPLE = ("councillors", "parents", "anglers", "shopkeepers", "pensioners", "students", "nurses", "cyclists", "bakers")

ACT_LEADS = (
    "{imposer} imposed sanctions on {target} on {day}, freezing assets of {company} and barring imports of {goods}.",
    "{imposer} announced new sanctions against {target} on {day}, adding {company} to its list and banning {goods}.",
    "{imposer} lifted sanctions on {company} of {target} on {day}, ending a freeze on its assets and a ban on {goods}.",
    "{imposer} sanctioned {company} on {day} for shipping {goods} out of {target} under false papers.",
)
ACT_BODIES = (
    "Officials said that the firm had moved {number} tonnes of {goods} through {place} within {count} months.",
    "The listing takes effect at midnight, and banks have {count} days to report what they hold for {company}.",
    "A spokesman for {company} called the decision unfounded and said that its lawyers in {place} would appeal.",
    "Brokers in {place} expect freight rates for {goods} to rise by {count} per cent before the end of the quarter.",
    "The foreign ministry of {target} summoned an envoy and spoke of an unfriendly act.",
    "{company} was founded {count} years ago by a former harbour pilot and employs {number} people.",
)
LOCAL_LEADS = (
    "The {topic} of {place} will stay shut for {count} weeks after {people} found {number} cracked tiles in it.",
    "More than {number} {people} came to {place} on {day} to hear how the {topic} is to be paid for.",
    "A plan to move the {topic} of {place} to the old quarry has been put off for {count} months.",
)
LOCAL_BODIES = (
    "The mayor, who keeps {count} beehives behind the town hall, said that the {topic} came before everything else.",
    "Repairs would cost {number} thousand, of which {people} have so far raised a tin and {count} envelopes.",
    "On {day} the brass band of {place} played beside the {topic} until the rain came in from the estuary.",
    "{people} from {place} had asked for a {topic} in a letter with {number} signatures, two of them from dogs.",
    "The last {topic} of this kind, in {place}, was taken down {count} years ago and sold to a circus.",
    "An engineer walked round the {topic} with a lamp, wrote down {number} and would not say what it meant.",
)
# What every story has for itself, so that no two are taken for one.
ADJECTIVES = (
    "rusty", "quiet", "crooked", "borrowed", "amber", "northern", "hollow", "patient", "salted", "striped", "unpaid",
    "wooden", "narrow", "idle", "muddy", "copper", "distant", "brittle", "velvet", "ordinary", "sunken", "windy",
)  # fmt: skip
NOUNS = (
    "lantern", "ledger", "anchor", "orchard", "kettle", "turbine", "archive", "ladder", "pigeon", "barge", "chapel",
    "compass", "violin", "reservoir", "bakery", "signal", "quarry", "timetable", "ferry", "hedge", "cellar", "bridge",
)  # fmt: skip
VERBS = (
    "outlived", "repainted", "overlooked", "replaced", "weighed down", "was traded for", "stood behind", "hid",
    "was named after", "outgrew", "leaned against", "was mistaken for", "kept company with", "gave way to",
)  # fmt: skip
ASIDES = 5


def with_invented_pages(newsstand: Newsstand, count: int) -> Newsstand:
    """The newsstand with so many pages in all, the written ones among them; never fewer than those."""
    wanted = count - len(newsstand.pages)
    if wanted <= 0:
        return newsstand
    pages = (*newsstand.pages, *_pages(newsstand, wanted))
    return Newsstand(outlets=newsstand.outlets, pages=pages, acts=newsstand.acts)


def _pages(newsstand: Newsstand, count: int) -> Iterator[Page]:
    taken = {outlet.id: len(newsstand.pages_of(outlet)) for outlet in newsstand.outlets}
    before: Page | None = None
    for n in range(count):
        outlet = newsstand.outlets[n % len(newsstand.outlets)]
        taken[outlet.id] += 1
        if before is not None and n % COPIES_EVERY == COPIES_EVERY - 1:
            page = _copy(before, outlet, taken[outlet.id], n)
        else:
            page = _story(outlet, taken[outlet.id], n)
        yield page
        before = page


def _story(outlet: Outlet, number: int, n: int) -> Page:
    chance = random.Random(n)  # noqa: S311 - the same page every time
    leads, bodies = (ACT_LEADS, ACT_BODIES) if n % ACTS_EVERY == 0 else (LOCAL_LEADS, LOCAL_BODIES)
    moment = BEGIN + n * EVERY
    words = _words(chance, moment)
    sentences = [chance.choice(leads).format(**words)]
    sentences += [_aside(chance) for _ in range(ASIDES)]
    sentences += [body.format(**(words | _passing(chance))) for body in chance.sample(bodies, 2)]
    return Page(
        outlet=outlet.id,
        slug=f"invented-{n}",
        number=number,
        title=f"{sentences[0].split(',')[0].split(' on ')[0].rstrip('.')}, {_thing(chance)} and all",
        byline=f"{_name(chance)} {_name(chance)}",
        published=moment,
        section=outlet.sections[n % len(outlet.sections)],
        summary=sentences[0],
        story=f"{outlet.id}/invented-{n}",
        body=tuple(Block(kind="p", text=sentence[0].upper() + sentence[1:]) for sentence in sentences),
    )


def _copy(original: Page, outlet: Outlet, number: int, n: int) -> Page:
    own = {
        "outlet": outlet.id,
        "slug": f"invented-{n}",
        "number": number,
        "published": original.published + EVERY / 2,
        "section": outlet.sections[0],
        "relation": Relation.COPY,
        "copy_of": (original.id,),
    }
    return original.model_copy(update=own)


def _words(chance: random.Random, moment: datetime) -> dict[str, str]:
    """What one story is about."""
    return {
        "imposer": chance.choice(IMPOSERS),
        "target": chance.choice(TARGETS),
        "company": f"{_name(chance)} {chance.choice(TRADES)}",
        "goods": chance.choice(GOODS),
        "topic": chance.choice(TOPICS),
        "day": f"{moment:%A}",
        **_passing(chance),
    }


def _passing(chance: random.Random) -> dict[str, str]:
    """What may differ from sentence to sentence."""
    return {
        "place": chance.choice(PLACES),
        "people": chance.choice(PEOPLE),
        "number": str(chance.randrange(40, 9000)),
        "count": str(chance.randrange(2, 30)),
    }


def _aside(chance: random.Random) -> str:
    return (
        f"The {_thing(chance)} of {_name(chance)} {chance.choice(VERBS)} the {_thing(chance)} beside {_name(chance)}."
    )


def _thing(chance: random.Random) -> str:
    return f"{chance.choice(ADJECTIVES)} {chance.choice(NOUNS)}"


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=3)).capitalize()
