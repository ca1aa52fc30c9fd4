"""The cheap filter in front of the model: does a text speak of sanctions at all, and which sentences do?"""

from __future__ import annotations

import re

from ahocorasick_rs import AhoCorasick

TERMS = (
    "sanction",
    "embargo",
    "blacklist",
    "restrictive measure",
    "asset freeze",
    "freeze assets",
    "freezing of assets",
    "froze the assets",
    "visa ban",
    "travel ban",
    "arms ban",
    "import ban",
    "export ban",
    "export control",
    "entity list",
    "bans import",
    "banned import",
    "ban on import",
    "bans export",
    "banned export",
    "ban on export",
    "ban import",
    "withhold release",
    "countermeasure",
    "trade restriction",
    "blocks import",
    "ban on new",
    "bans new",
    "economic penalt",
    "punitive measure",
    "trade ban",
    "diplomats expelled",
    "expels",
    "expulsion of",
    "expel ",
    "expelled",
    "ban all trade",
    "restrictions on export",
    "food ban",
    "oil ban",
    "coal ban",
    "import restriction",
    "export restriction",
    "bans the import",
    "banning the import",
    "asset freezes",
    "export curbs",
    "cut off trade",
    "economic blockade",
    "trade curbs",
    "ban on the import",
    "ban on the export",
    "curbs on",
    "ofac",
    "general licen",
    "special economic measures",
    "restrictions on trade",
    "restricting exports",
    "barred from exporting",
    "all trade with",
)
# One of these says little, several distinct ones together do: how official texts tell it without the word.
HINTS = (
    "designat",
    "ofac",
    "sdn list",
    "freez",
    "frozen",
    "forbid",
    "forbade",
    "outlaw",
    "prohibit",
    "exports",
    "imports",
    "resolution",
    "asset",
    "visa",
    "council regulation",
    "package",
    "executive order",
    "e.o. ",
    "listed",
    "regulations",
    "security council",
    "diplomats",
    "breach of",
    "measures against",
    "measures concerning",
    "in response to",
    "additional measures",
    "european union",
    "treasury",
    "foreign ministry",
    "violation",
    "individuals",
    "entities",
    "seized",
    "north korea",
    "iran",
    "russia",
    "foreign exchange",
)
ENOUGH_HINTS = 5
# How a council's decision is told without the word: what it adopts, and what that stops.
COUNCIL = frozenset({"security council", "resolution", "council regulation", "executive order"})
STOPPING = frozenset({"forbid", "forbade", "outlaw", "prohibit", "freez", "frozen", "exports", "imports"})
FILTER, HINT_FILTER = AhoCorasick(TERMS), AhoCorasick(HINTS)

MOST_HINTED = 6_000

CORE = re.compile(
    r"\b(?:non-?)?(?:sanction(?:s|ed|ing)?|embargo(?:e?s|ed)?|blacklist(?:s|ed|ing)?|restrictive measures)\b",
    re.IGNORECASE,
)
WEAK = re.compile(
    r"\b(?:ban(?:s|ned|ning)?|bar(?:s|red|ring)?|block(?:s|ed|ing)?|freez(?:e|es|ing)|froze|"
    r"frozen|restrict(?:s|ed|ing|ions?)?|"
    r"prohibit(?:s|ed|ing)?|forbid\w*|forbade|outlaw\w*|expels|visas?|penalt(?:y|ies)|punitive|"
    r"measures?|curb(?:s|ed|ing)?|"
    r"countermeasures?|counter-measures?|"
    r"retaliat\w*|reprisals?|retribution|punish\w*|expel\w*|expulsion|impound\w*|seiz\w+|"
    r"entity list|export controls?|waivers?|licen[cs]es?|delist\w*|"
    r"blockade|boycott\w*|resolution|crackdown|designat\w+|halt(?:s|ed|ing)?|suspend(?:s|ed|ing)?|"
    r"stop(?:s|ped|ping)?|order(?:s|ed)?)\b",
    re.IGNORECASE,
)

# How steps are rejected, and answers vowed, without the sanctions' name.
STEP = re.compile(
    r"\b(?:sanction\w*|embargo\w*|blacklist\w*|(?:de)?list(?:ed|ing|ings)?|measures?|steps?|moves?|actions?|bans?|curbs?|"
    r"restrictions?|penalt(?:y|ies)|resolution|expulsions?|designations?|bill|law|controls|freez\w+|seizures?|votes?)\b",
    re.IGNORECASE,
)
HARSH = re.compile(
    r"\b(?:interfer\w+|meddling|unfriendly|hostile|illegal\w*|unlawful\w*|illegitimate|unacceptable|sovereignty|bully\w*|"
    r"(?:economic|trade|financial|act of|declaration of) war\w*|provocat\w+|provocative|a blow|unjust\w*|unfair\w*|"
    r"groundless|baseless|unfounded|unwarranted|counter-?productive|piracy|terrorism|blackmail\w*|robbery|theft|"
    r"hegemon\w+|absurd\w*|ridiculous|politici[sz]\w+|futile|tramp\w+ on|hypocri\w+|slander\w*|pretexts?|"
    r"dead end|cold war|(?:violat\w+|breach\w*|against|contrary to)\b.{0,30}\binternational law|"
    r"(?:firmly|resolutely|strongly|categorically) (?:oppos|reject|condemn)\w+|"
    r"(?:serious|grave|big|gross) (?:mistake|error|violation|breach))\b",
    re.IGNORECASE,
)
ANSWER = re.compile(
    r"\b(?:(?:in kind|in the same coin|reciproc\w+|tit[- ]for[- ]tat|counter-?measures|retaliat\w+|reprisals?)"
    r"|(?:will|would|shall|must|to) (?:\w+ ){0,2}(?:respond|answer|reply|repay|be (?:repaid|answered)|hit back|"
    r"pay (?:a|the|for))"
    r"|(?:not|never) (?:go|be left|be|remain|stay)(?: \w+)? (?:unanswered|unpunished|"
    r"without (?:an? |any )?(?:reply|answer|response))"
    r"|(?:harsh|tough|firm|strong|appropriate|adequate|proportionate|proper|symmetrical|painful|necessary|resolute|"
    r"decisive) (?:\w+ )?(?:response|reply|answer|reaction|(?:counter-?)?measures|steps)"
    r"|(?:serious|dire|grave|painful) (?:\w+ )?consequences)\b",
    re.IGNORECASE,
)

ENFORCEMENT = re.compile(
    r"\b(?:board(?:ed|ing)|plead(?:ed|s)? guilty|pled guilty|indict\w+|charged with|"
    r"charges (?:were|against)|"
    r"fin(?:ed|es)|arrest(?:ed|s)|extradit\w+|convict\w+|confiscat\w+|intercept\w+|detain\w+|forfeit\w*|settle(?:d|ment)|"
    r"(?:pay|paid|hand)\b.{0,40}[$€£])",
    re.IGNORECASE,
)


def speaks_of_sanctions(title: str, text: str) -> bool:
    """True when any sanctions term stands in the title or the text."""
    lowered = f"{title}\n{text}".lower()
    if FILTER.find_matches_as_indexes(lowered):
        return True
    hints = {HINTS[index] for index, _, _ in HINT_FILTER.find_matches_as_indexes(lowered[:MOST_HINTED])}
    return len(hints) >= ENOUGH_HINTS or bool(hints & COUNCIL and hints & STOPPING)


def may_protest(text: str) -> bool:
    """True when a sentence has the words in which states reject what others do to them."""
    return bool(ANSWER.search(text) or (HARSH.search(text) and STEP.search(text)))


def may_enforce(text: str) -> bool:
    """True when a sentence has the words in which courts, police and customs act."""
    return bool(ENFORCEMENT.search(text))
