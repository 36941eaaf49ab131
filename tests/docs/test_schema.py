"""The page about results says what results are."""

import pytest

import sim
from sim.docs import results


@pytest.fixture(scope="module")
def swept():
    """A design with everything kept."""
    design = sim.make_design("grid", {"march.speed": [30, 60]})
    return sim.run_design(design, runs_per_point=1, days=3, detail="full", progress=False)


def test_every_column_is_documented(swept):
    assert set(swept.tables) == set(results.TABLES)
    for name, (_, _, keys, columns) in results.TABLES.items():
        documented = [*keys, *(column for column in columns if column not in keys)]
        assert list(swept.tables[name].columns) == documented
