"""The language model loads offline and parses."""

from include.edges.nlp import load_nlp


def test_model_parses_and_names():
    doc = load_nlp()("Norway imposed sanctions on Boris Petrov.")
    assert [t.lemma_ for t in doc if t.dep_ == "ROOT"] == ["impose"]
    assert any(e.label_ == "PERSON" for e in doc.ents)
