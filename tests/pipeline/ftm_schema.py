"""What FollowTheMoney says of the schemata that we write, kept beside the tests: the package itself needs PyICU.

PyICU comes as source only and is built against the ICU of the machine, so `make test` cannot ask for it. Where the
package is installed, a test compares this excerpt with it and lets the package itself judge the entities.

python -m tests.pipeline.ftm_schema > tests/pipeline/ftm_schema.json   # with followthemoney installed
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

EXCERPT = Path(__file__).with_suffix(".json")
SCHEMATA = (
    *("Article", "Documentation", "Event", "Organization", "Person", "PublicBody", "Sanction", "UnknownLink", "Vessel"),
)
FORMS = {
    "date": re.compile(r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2})?)?)?"),
    "url": re.compile(r"https?://[^\s/]+(/\S*)?"),
}


def excerpt() -> dict[str, Any]:
    """The properties of our schemata and the codes of countries and languages, asked of the package."""
    from followthemoney import model, registry

    return {
        "schemata": {
            name: {
                "extends": sorted(each.name for each in model.get(name).schemata),
                "required": sorted(model.get(name).required),
                "properties": {
                    prop.name: {"type": prop.type.name, "range": prop.range and prop.range.name}
                    for prop in sorted(model.get(name).properties.values(), key=lambda each: each.name)
                    if not prop.stub
                },
            }
            for name in SCHEMATA
        },
        "codes": {kind.name: sorted(kind.names) for kind in (registry.country, registry.language)},
    }


def troubles(entities: Mapping[str, Mapping[str, Any]], known: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with entities, by the excerpt: one sentence each."""
    for entity in entities.values():
        schema = known["schemata"].get(entity["schema"])
        if schema is None:
            yield f"{entity['schema']} is none of our schemata"
            continue
        yield from (f"{entity['id']} lacks {name}" for name in schema["required"] if not entity["properties"].get(name))
        for name, values in entity["properties"].items():
            if name not in schema["properties"]:
                yield f"{entity['schema']} has no property {name}"
                continue
            prop = schema["properties"][name]
            yield from (
                f"{entity['schema']}.{name}: {value!r} is no {prop['type']} of {prop['range']}"
                for value in values
                if not _fits(value, prop, entities, known)
            )


def _fits(value: str, prop: Mapping[str, str], entities: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    if prop["type"] == "entity":
        target = entities.get(value)
        return target is not None and prop["range"] in known["schemata"][target["schema"]]["extends"]
    if prop["type"] in known["codes"]:
        return value in known["codes"][prop["type"]]
    return value.strip() != "" and (prop["type"] not in FORMS or FORMS[prop["type"]].fullmatch(value) is not None)


if __name__ == "__main__":
    print(json.dumps(excerpt(), indent=1))
