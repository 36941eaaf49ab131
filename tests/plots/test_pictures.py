"""Key figures as files, held against pictures that were looked at (tests/plots/pictures/).

After a wanted change: ``NEW_PICTURES=1 make test ARGS=tests/plots/test_pictures.py``, look at each, commit.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_ensemble import fake_ensemble, fake_scenario
from matplotlib.testing.compare import compare_images

from sim import plots
from sim.analysis.comparison import Comparison
from sim.plots import style
from sim.scenario import load_scenario

KEPT = Path(__file__).parent / "pictures"
TOLERANCE = 3.0  # root mean square of 256 shades: another release's letters pass, another curve does not
DOTS = 50


def happenings():
    rows = [
        (3, "withdraw", "town_02", "isis"),
        (9, "bombing", "town_00", "isis"),
        (30, "execution", "town_01", "isis"),
    ]
    return pd.DataFrame(rows, columns=["day", "what", "town", "faction"])


def past(towns=6, days=40):
    """A made-up record: the westernmost half is held from day 10."""
    held = np.zeros((towns, days + 1), bool)
    held[: towns // 2, 10:] = True
    return held


def pairs():
    rows = [
        ("isis", "islamic_front", 30.0),
        ("isis", "jabhat_al_nusra", 10.0),
        ("ahrar_al_sham", "syrian_government", np.nan),
    ]
    return pd.DataFrame(rows, columns=["faction_a", "faction_b", "engagements"])


def dead():
    one = pd.DataFrame(
        {"day": [5, 15, 40], "isis": [50, 80, 200], "rebels": [90, 170, 300], "source": "SOHR"}
    )
    return pd.concat([one, one.assign(day=one["day"] + 5, source="UCDP")])


def record():
    return pd.DataFrame({"day": [0, 10, 30], "towns": [3, 1, 4], "low": [3, 0, 3], "high": [3, 2, 4]})


def events():
    return pd.DataFrame({"day": [2, 5], "label": ["first", "second"]})


def comparison(base, *others, regroups=-0.42):
    """Made-up differences of shares, some of them significant; over time, those of the ensembles."""
    named = {"as it was": base, **{f"change {k}": other for k, other in enumerate(others, 1)}}
    rows = [
        {
            "comparison": name,
            "measure": measure,
            "unit": "share",
            "difference": change / k,
            "low": change / k - 0.08,
            "high": change / k + 0.06,
            "p_adjusted": p,
            "pairs": 40,
        }
        for k, name in enumerate(list(named)[1:], 1)
        for measure, change, p in (("regroups", regroups, 0.01), ("collapse", 0.3, 0.02), ("unbroken", 0, 1))
    ]
    return Comparison(named, pd.DataFrame(rows), "holm", (), 60)


def tiles():
    """A share over two parameters that passes one half on a slant."""
    x, y = (part.ravel() for part in np.meshgrid(np.linspace(20, 60, 5), np.linspace(0, 1, 6)))
    return pd.DataFrame({"speed": x, "pursuit": y, "share": np.clip(x / 60 - 0.6 * y, 0, 1), "runs": 20})


def effects():
    """Effects of parameters, and what of them is each one's own."""
    frame = pd.DataFrame({"parameter": ["march.speed", "plans.pursuit", "grievance.rise"]})
    frame["effect"], frame["low"], frame["high"] = [0.2, 0.7, 0.05], [0.1, 0.55, 0.0], [0.3, 0.8, 0.12]
    return frame.assign(first=[0.15, 0.4, 0.02])


def values():
    """Shares of mechanisms, one of which works against."""
    frame = pd.DataFrame({"mechanism": ["withdrawal in order", "money from Iraq", "men from abroad"]})
    return frame.assign(share=[0.31, 0.12, -0.09], low=[0.24, 0.05, -0.15], high=[0.4, 0.2, -0.02])


def boxes():
    """Two boxes over three parameters."""
    rows = [
        ("one", "plans.pursuit", 0.0, 0.45, 0.0, 1.0, 0.83, 0.6),
        ("one", "march.speed", 41.0, 90.0, 25.0, 90.0, 0.83, 0.6),
        ("two", "plans.pursuit", 0.3, 0.7, 0.0, 1.0, 0.71, 0.2),
        ("two", "grievance.half_life", 20.0, 28.0, 7.0, 90.0, 0.71, 0.2),
    ]
    columns = ["box", "parameter", "low", "high", "lowest", "highest", "density", "coverage"]
    return pd.DataFrame(rows, columns=columns)


PICTURES = {
    "outcome_shares": lambda e, o: plots.outcome_shares({"one": e, "other": o}),
    "towns_over_time": lambda e, o: plots.towns_over_time(e, record=record(), events=events()),
    "over_time": lambda e, o: plots.over_time(e, "men", width=style.COLUMN),
    "chance_maps": lambda e, o: plots.chance_maps(e, [5, 30, 60], record=past()),
    "holders_maps": lambda e, o: plots.holders_maps(e, 3, [0, 5, 30, 90], width=style.COLUMN, columns=2),
    "difference_map": lambda e, o: plots.difference_map(o, e, 30, width=style.COLUMN),
    "regrouping": lambda e, o: plots.regrouping(e, width=style.COLUMN),
    "trough_recovery": lambda e, o: plots.trough_recovery(e, record=(0.2, 1.3, 40)),
    "alignment": lambda e, o: plots.alignment(
        e, events=events(), record=pd.DataFrame({"faction": ["ypg", "jabhat_al_nusra"], "day": [3, 20]})
    ),
    "deaths_over_time": lambda e, o: plots.deaths_over_time(e, record=dead(), events=events()),
    "infighting_network": lambda e, o: plots.infighting_network(e),
    "infighting_compared": lambda e, o: plots.infighting_compared(e, pairs()),
    "control_raster": lambda e, o: plots.control_raster(e, 3, happenings=happenings()),
    "paired_differences": lambda e, o: plots.paired_differences(comparison(e, o, e)),
    "paired_over_time": lambda e, o: plots.paired_over_time(comparison(e, o)),
    "phase_diagram": lambda e, o: plots.phase_diagram(
        tiles(), "speed", "pursuit", "share", labels=("speed, km/day", "pursuit"), record=(42, 0.3)
    ),
    "sensitivity": lambda e, o: plots.sensitivity(effects(), note="40 runs of each of 64 points"),
    "shapley": lambda e, o: plots.shapley(values()),
    "discovery_boxes": lambda e, o: plots.discovery_boxes(boxes()),
}


@pytest.fixture(scope="module")
def ensembles():
    return fake_ensemble(40, 90), fake_ensemble(40, 90, strength=0.8, scenario=fake_scenario(name="other"))


def held_against(axes, name, folder):
    """How a picture differs from the one kept; None where it does not."""
    file = plots.save(axes, folder / f"{name}.png", dpi=DOTS)[0]
    if os.environ.get("NEW_PICTURES"):
        (KEPT / file.name).write_bytes(file.read_bytes())
    return compare_images(str(KEPT / file.name), str(file), TOLERANCE)


@pytest.mark.parametrize("name", PICTURES)
def test_a_figure_looks_as_it_did_when_it_was_looked_at(name, ensembles, tmp_path):
    assert held_against(PICTURES[name](*ensembles), name, tmp_path) is None


def test_a_map_of_the_north_looks_as_it_did_when_it_was_looked_at(tmp_path):
    january = fake_ensemble(30, 60, scenario=load_scenario("january_2014"))
    assert held_against(plots.chance_map(january, 30), "chance_map", tmp_path) is None


@pytest.mark.parametrize(
    "name",
    ["outcome_shares", "towns_over_time", "regrouping", "alignment", "control_raster", "paired_over_time"],
)
@pytest.mark.skipif("NEW_PICTURES" in os.environ, reason="pictures are being made anew")
def test_other_numbers_look_different(name, tmp_path):
    others = (
        fake_ensemble(40, 90, seed=2),
        fake_ensemble(40, 90, seed=3, scenario=fake_scenario(name="other")),
    )
    assert "RMS" in str(held_against(PICTURES[name](*others), name, tmp_path))


OTHERS = {  # of figures that are drawn from tables
    "paired_differences": lambda e, o: plots.paired_differences(comparison(e, o, e, regroups=0.1)),
    "phase_diagram": lambda e, o: plots.phase_diagram(
        tiles().assign(share=lambda t: t["share"] ** 2),
        "speed",
        "pursuit",
        "share",
        labels=("speed, km/day", "pursuit"),
        record=(42, 0.3),
    ),
    "sensitivity": lambda e, o: plots.sensitivity(
        effects().assign(effect=[0.7, 0.2, 0.05]), note="40 runs of each of 64 points"
    ),
    "shapley": lambda e, o: plots.shapley(values().assign(share=[0.12, 0.31, -0.09])),
    "discovery_boxes": lambda e, o: plots.discovery_boxes(boxes().assign(low=lambda t: t["high"] * 0.9)),
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.skipif("NEW_PICTURES" in os.environ, reason="pictures are being made anew")
def test_other_tables_look_different(name, ensembles, tmp_path):
    assert held_against(OTHERS[name](*ensembles), name, tmp_path) is not None


def test_kept_pictures_are_small_and_all_are_used():
    kept = {file.stem for file in KEPT.iterdir()}
    assert kept == {*PICTURES, "chance_map"}
    assert sum(file.stat().st_size for file in KEPT.iterdir()) < 300_000
