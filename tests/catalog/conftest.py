"""The model and the catalog, loaded once for these tests."""

import pytest

from include.catalog import Catalog, load_catalog
from include.edges.nlp import load_nlp


@pytest.fixture(scope="session")
def nlp():
    return load_nlp()


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog()
