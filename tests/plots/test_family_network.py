"""Figures with the record beside the runs: they count what they say, for every shape of result."""

import numpy as np
import pandas as pd
import pytest
from fake_ensemble import fake_ensemble, fake_scenario
from matplotlib.figure import Figure

from sim import plots
from sim.plots import family_network, style
from sim.record import record_of
from sim.scenario import load_scenario

RECORD = pd.DataFrame(
    [
        ("isis", "islamic_front", 30.0),
        ("isis", "jabhat_al_nusra", 10.0),
        ("ahrar_al_sham", "syrian_government", np.nan),
    ],
    columns=["faction_a", "faction_b", "engagements"],
)
SHAPES = {
    "one run": lambda: fake_ensemble(1, 40),
    "many runs": lambda: fake_ensemble(60, 40),
    "no towns of the focal faction": lambda: fake_ensemble(25, 40, strength=0.0),
    "a single town": lambda: fake_ensemble(25, 40, scenario=fake_scenario(1)),
}


@pytest.fixture(scope="module")
def ensemble():
    return fake_ensemble(40, 60)


def words_of(ax):
    return {text.get_text() for text in ax.texts}


@pytest.mark.parametrize("width", [style.COLUMN, style.PAGE])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_record_stands_beside_every_shape_of_result(shape, width):
    axes = plots.infighting_compared(SHAPES[shape](), RECORD, width=width)
    axes[0].figure.canvas.draw()
    assert [ax.get_title(loc="left") for ax in axes] == ["By the record", "In the runs"]
    assert {"Islamic Front\n75 %", "Nusra, other jihadists\n25 %"} <= words_of(axes[0])
    assert "seed 1" in plots.caption_of(axes[0])


def test_fights_are_counted_by_run_and_family(ensemble):
    counts = family_network.focal_fights(ensemble, (1, 30))
    table = ensemble.engagements[ensemble.engagements["day"] <= 30]
    ours = table[(table["faction_a"] == "isis") ^ (table["faction_b"] == "isis")]
    assert counts.sum() == len(ours)
    families = family_network.families_of(ensemble.scenario)
    nusra = ours[(ours["faction_a"] == "jabhat_al_nusra") | (ours["faction_b"] == "jabhat_al_nusra")]
    per_run = nusra.groupby("run").size().reindex(range(40), fill_value=0)
    assert counts[:, families.index("jihadist")].tolist() == per_run.tolist()


def test_runs_without_fighting_are_said_to_be(ensemble):
    early = plots.infighting_compared(ensemble, RECORD, days=(1, 1))
    idle = int((family_network.focal_fights(ensemble, (1, 1)).sum(axis=1) == 0).sum())
    assert f"{idle} of them without fighting" in plots.caption_of(early[0])


def test_given_axes_are_drawn_on(ensemble):
    pair = Figure().subplots(1, 2)
    drawn = plots.infighting_compared(ensemble, RECORD, pair)
    assert list(drawn) == list(pair)
    assert "seed 1" in plots.caption_of(pair[0])


def test_the_record_of_january_is_drawn_as_it_is_counted():
    january = fake_ensemble(5, 100, scenario=load_scenario("january_2014"))
    axes = plots.infighting_compared(january, record_of(january.scenario).pairs())
    assert "658 engagements" in plots.caption_of(axes[0])
    assert "to 30 March 2014" in plots.caption_of(axes[0])
    assert {"YPG\n8 %", "government\n7 %"} <= words_of(axes[0])


def test_dead_of_two_sources_are_told_apart(ensemble):
    one = pd.DataFrame({"day": [5, 12], "source": "SOHR", "isis": [99.0, np.nan], "rebels": [198.0, 300.0]})
    both = pd.concat([one, one.assign(source="UCDP")])
    ax = plots.deaths_over_time(ensemble, record=both)
    marks = [c for c in ax.collections if type(c).__name__ == "PathCollection"]
    assert [len(c.get_offsets()) for c in marks] == [1, 1, 2, 2]
    assert "hollow SOHR, small UCDP" in plots.caption_of(ax)


def test_first_clashes_are_marked_in_the_rows_of_their_factions(ensemble):
    record = pd.DataFrame({"faction": ["jabhat_al_nusra", "nobody_here"], "day": [4, 4]})
    ax = plots.alignment(ensemble, record=record)
    ax.figure.canvas.draw()
    rows = [label.get_text() for label in ax.get_yticklabels()]
    (mark,) = ax.collections[-1].get_offsets()
    assert rows[round(mark[1])] == "Nusra"
    assert "Diamond" in plots.caption_of(ax)


def test_events_are_named_where_there_is_room_and_numbered_where_there_is_not(ensemble):
    events = pd.DataFrame({"day": [2, 3], "label": ["first", "second"]})
    for figure in (plots.towns_over_time, plots.over_time, plots.deaths_over_time):
        assert {"first", "second"} <= words_of(figure(ensemble, events=events))
        narrow = figure(ensemble, events=events, width=style.COLUMN)
        assert {"1", "2"} <= words_of(narrow)
        assert "Dotted: 1 first, 2 second." in plots.caption_of(narrow)
    assert "Above: 1 first, 2 second." in plots.caption_of(plots.alignment(ensemble, events=events))


def test_a_faction_is_not_shown_at_war_with_itself(ensemble):
    ax = plots.over_time(ensemble, "provinces_at_war")
    assert "ISIS" not in words_of(ax)
