"""The model as Mesa's own: data collector, tables, batch_run."""

import functools
import gc
import inspect
import warnings
import weakref

import matplotlib
import mesa
import pandas as pd
import pytest
from stepped import DAYS

from sim.core import measures
from sim.model import RebelConflict
from sim.model.views import UnknownNameError

NEW_BATCH_RUN = "rng" in inspect.signature(mesa.batch_run).parameters


def test_collector_has_one_row_a_day_with_the_measures_declared(played):
    frame = played.datacollector.get_model_vars_dataframe()
    assert list(frame["day"]) == list(range(1, DAYS + 1))
    assert set(frame.columns) == {"day", "date", *measures.SERIES}
    held = played.history("factions", "towns", "isis")
    assert frame["towns"].tolist() == held[1:]
    assert held[-1] <= len(played.faction("isis").towns)


def test_tables_have_a_row_for_every_faction_and_town_from_day_0(played):
    factions = played.datacollector.get_table_dataframe("factions")
    towns = played.datacollector.get_table_dataframe("towns")
    assert len(factions) == (DAYS + 1) * len(played.factions)
    assert len(towns) == (DAYS + 1) * len(played.towns)
    last = factions[factions["day"] == DAYS].set_index("faction")
    assert last["men"].tolist() == played.strengths().tolist()
    assert played.history("towns", "focal_men", "raqqa")[-1] == played.town("raqqa").fighters["isis"]
    with pytest.raises(UnknownNameError):
        played.history("towns", "men", "nowhere")


def batch(seeds, **parameters):
    if NEW_BATCH_RUN:
        return mesa.batch_run(RebelConflict, parameters, rng=seeds, display_progress=False)
    return mesa.batch_run(RebelConflict, {"seed": seeds, **parameters}, display_progress=False)


def test_batch_run_gives_one_row_a_run_with_its_last_day():
    frame = pd.DataFrame(batch([1, 2], days=3, **{"grievance.rise": [0.01, 0.05]}))
    assert len(frame) == 4
    assert set(frame["day"]) == {3}
    for row in frame.to_dict("records"):
        alone = RebelConflict(seed=row["seed"], **{"grievance.rise": row["grievance.rise"]}).run(3)
        assert alone.history("factions", "men", "isis")[-1] == row["men"]


@pytest.fixture(scope="module")
def drawing():
    """Mesa's own drawing of spaces, and how it is told what an agent looks like."""
    matplotlib.use("agg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of solara, about hooks in Mesa
        return pytest.importorskip("mesa.visualization"), pytest.importorskip("mesa.visualization.components")


def test_mesa_draws_every_town_and_faction_where_it_is(played, drawing):
    space, components = drawing
    drawn = space.SpaceRenderer(played, backend="matplotlib")
    nodes = drawn.draw_structure().collections[0].get_offsets()
    assert len(nodes) == len(played.towns)
    look = (lambda agent: components.AgentPortrayalStyle(size=30),)
    if hasattr(drawn, "setup_agents"):  # as Mesa 3.5 wants it
        drawn.setup_agents(*look)
        look = ()
    points = drawn.draw_agents(*look).collections[-1]
    rows = [agent.cell.coordinate for agent in played.space.agents]
    assert points.get_offsets().tolist() == nodes[rows].tolist()
    assert len(rows) > len(played.towns)


def test_mesa_draws_the_space_in_one_call_with_towns_where_they_are(played, drawing):
    space, components = drawing
    places = {row: (t["longitude"], t["latitude"]) for row, t in played.space.G.nodes(data=True)}
    look = functools.partial(components.AgentPortrayalStyle, size=30)  # a new one each: Mesa writes into it
    ax = space.draw_space(played.space, lambda agent: look(), layout_alg=lambda roads, **_: places)
    drawn = {tuple(place) for one in ax.collections for place in one.get_offsets().tolist()}
    azaz = played.roads.nodes["azaz"]
    assert set(places.values()) <= drawn
    assert (azaz["longitude"], azaz["latitude"]) in drawn


def test_batch_run_without_a_seed_is_refused():
    with pytest.raises(ValueError, match="give a seed"):
        mesa.batch_run(RebelConflict, {"days": 2}, display_progress=False)


def test_batch_run_that_loses_its_seeds_is_refused():
    """Mesa 3.5 puts None over a 'seed' among the parameters, without a word."""
    if not NEW_BATCH_RUN:
        pytest.skip("mesa 3.3 keeps them")
    with pytest.raises(ValueError, match=r"rng=\[1, 2, 3\]"):
        mesa.batch_run(RebelConflict, {"seed": [1, 2], "days": 2}, display_progress=False)


def test_finished_models_are_let_go():
    kept = [weakref.ref(RebelConflict(seed=k, days=1).run()) for k in range(3)]
    gc.collect()
    assert [ref() for ref in kept] == [None] * 3
