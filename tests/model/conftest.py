"""A model twelve days on, and copies of it to change."""

import pytest
from stepped import DAYS

from sim.model import RebelConflict


@pytest.fixture(scope="session")
def played():
    return RebelConflict(seed=1).run(DAYS)


@pytest.fixture
def model(played):
    """A model of its own for each test."""
    return played.fork()
