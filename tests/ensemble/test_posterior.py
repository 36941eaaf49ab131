"""Draws of parameters and garrisons: what is drawn and kept, and what the shipped ones are."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from scipy import stats

import sim
import sim.ensemble.verify
from sim.analysis.comparison import compare
from sim.analysis.pairing import CompareError
from sim.ensemble.engine import run_keys
from sim.ensemble.posterior import DRAWN_FROM, FILE, Posterior, deal_again
from sim.params import Params, as_dict, declared
from sim.report import write
from sim.scenario.build import build

sys.path.append(str(Path(__file__).parents[2] / "experiments" / "02_record"))
from sealing import reseal
from worlds import NOT_FITTED, Prior


@pytest.fixture(scope="module")
def scenario():
    return sim.load_scenario("january_2014")


@pytest.fixture(scope="module")
def posterior(scenario):
    return Posterior(scenario)


def test_dealing_again_keeps_whole_men_and_empty_towns():
    rng = np.random.default_rng(0)
    local, mobile = rng.integers(0, 200, (2, 30, 5)) * (rng.random((30, 5)) < 0.5)
    strengths = np.array([1.0, 0.5, 2.0, 1.37, 0.0])
    new = deal_again(local, mobile, strengths, key=7)
    men, old = new[0] + new[1], local + mobile
    assert np.array_equal(men.sum(axis=0), np.rint(old.sum(axis=0) * strengths))
    assert (men[old == 0] == 0).all()
    assert min(part.min() for part in new) >= 0
    assert all(
        np.array_equal(a, b) for a, b in zip(new, deal_again(local, mobile, strengths, 7), strict=True)
    )
    assert not np.array_equal(men, sum(deal_again(local, mobile, strengths, 8)))


def test_dealing_without_spread_is_the_scenarios_own():
    local, mobile = np.array([[30, 5], [10, 0]]), np.array([[10, 5], [0, 9]])
    same = deal_again(local, mobile, np.ones(2), key=3, spread=0.0)
    assert np.array_equal(same[0], local)
    assert np.array_equal(same[1], mobile)


def test_every_draw_is_within_bounds(posterior, scenario):
    bounds = {name: (p.low, p.high) for name, p in declared().items()}
    factions = scenario.factions.set_index("id")
    assert len(posterior.table) >= 1000
    for name in posterior.table.columns.drop(["weight", "dealing"]):
        low, high = bounds.get(name, (None, None))
        if name.startswith("men."):
            row = factions.loc[name.removeprefix("men.")]
            low, high = row["men_low"] / row["men"], row["men_high"] / row["men"]
        assert posterior.table[name].between(low - 1e-9, high + 1e-9).all(), name


def test_draws_come_as_often_as_they_weigh(posterior):
    posterior = Posterior.__new__(Posterior)
    posterior.table = pd.DataFrame({"weight": [1.0, 2.0, 5.0]})
    counts = np.bincount(posterior.choose(run_keys(1, range(4000))))
    assert stats.chisquare(counts, [500, 1000, 2500]).pvalue > 1e-3


def test_drawn_runs_differ_in_parameters_and_men_and_are_the_same_again(scenario):
    few = sim.run_ensemble(runs=4, seed=5, days=6, draw="posterior", detail="daily", progress=False)
    more = sim.run_ensemble(runs=70, seed=5, days=6, draw="posterior", detail="daily", progress=False)
    assert few.runs.equals(more.runs.iloc[:4])
    assert few.daily.equals(more.daily[more.daily["run"] < 4])
    eve = more.daily[(more.daily["day"] == 0) & (more.daily["faction"] == "isis")]
    assert eve["men"].nunique() > 20
    assert more.draws["draw"].nunique() > 20
    plain = sim.run_ensemble(runs=4, seed=5, days=6, progress=False)
    with pytest.raises(ValueError, match='draw="posterior"'):
        plain.draws  # noqa: B018


def test_what_is_asked_for_is_not_drawn(posterior):
    name = posterior.names[0]
    low = declared()[name].low
    base = sim.params.with_values(Params(), {name: low})
    assert as_dict(posterior.params(3, base))[name] == low
    assert as_dict(posterior.params(3, Params()))[name] == posterior.table[name].iloc[3]


def test_what_is_set_to_the_shipped_value_is_not_drawn_either(posterior, tmp_path):
    name = posterior.names[0]
    shipped = as_dict(Params())[name]
    runs = sim.run_ensemble(
        runs=3, seed=9, days=2, draw="posterior", params={name: shipped}, out=tmp_path / "set", progress=False
    )
    for each in (runs, sim.load_results(tmp_path / "set")):
        assert (each.draws[name] == shipped).all()
        assert as_dict(each.replay(1).params)[name] == shipped
        assert each.set_by_name == (name,)
    assert sim.ensemble.verify.check(tmp_path / "set", progress=False) == (None, 3)


def test_what_the_command_line_sets_is_not_drawn(posterior, tmp_path):
    name = posterior.names[0]
    shipped = as_dict(Params())[name]
    words = ["runs=2", "days=2", "draw=posterior", "detail=summary", "figures=false", "progress=false"]
    words += [f"params.{name}={shipped}"]
    subprocess.run([sys.executable, "-m", "sim", *words], cwd=tmp_path, check=True, capture_output=True)
    (folder,) = (tmp_path / "results").iterdir()
    loaded = sim.load_results(folder)
    assert (loaded.draws[name] == shipped).all()
    assert folder.name.startswith("january_2014_2_runs_seed_1_2_days_posterior_")
    page = " ".join((folder / "report.html").read_text().split())
    assert f"draw=posterior params.{name}={shipped}" in page
    assert "differ in random numbers, in parameters and in initial garrisons" in page
    assert f"initial garrisons drawn from {DRAWN_FROM}; doubt about the rules comes on top" in page
    assert "random numbers alone" not in page
    assert "one set of" not in page


def test_results_of_different_draws_are_told_apart(tmp_path):
    for name, draw in {"drawn": "posterior", "plain": "defaults", "other": "posterior"}.items():
        sim.run_ensemble(runs=2, days=2, draw=draw, out=tmp_path / name, progress=False)
    reseal(tmp_path / "other", draw="0" * 64)  # as if drawn from a file that was replaced
    page = write([tmp_path / "plain", tmp_path / "drawn"]).read_text()
    assert f"drawn from {DRAWN_FROM}" in page
    assert "Of some results every run has parameters and initial garrisons of its own" in page
    with pytest.warns(UserWarning, match="another posterior"):
        other = sim.load_results(tmp_path / "other")
    with pytest.raises(CompareError, match=r"posterior they were drawn from \(hash\): 000000000000 against"):
        compare(tmp_path / "drawn", other)
    for ask in (lambda: other.draws, lambda: other.replay(0)):
        with pytest.raises(ValueError, match="another posterior"):
            ask()


def test_a_drawn_run_is_replayed_and_kept(tmp_path):
    runs = sim.run_ensemble(
        runs=3, seed=9, days=12, draw="posterior", detail="daily", out=tmp_path / "drawn", progress=False
    )
    model = runs.replay(2)
    last = runs.daily[(runs.daily["run"] == 2) & (runs.daily["day"] == 12)].set_index("faction")
    for name, faction in model.factions.items():
        assert last.loc[name, "towns"] == len([t for t in faction.towns if not model.town(t).contested]), name
    loaded = sim.load_results(tmp_path / "drawn")
    assert loaded.draw == "posterior"
    assert loaded.draws.equals(runs.draws)
    assert sim.ensemble.verify.check(tmp_path / "drawn", progress=False) == (None, 3)


@pytest.mark.parametrize(
    ("asked", "said"),
    [({"draw": "prior"}, "defaults, posterior"), ({"draw": "posterior", "start": object()}, "stepped world")],
)
def test_a_draw_that_cannot_be_had_is_refused(asked, said):
    with pytest.raises(ValueError, match=said):
        sim.run_ensemble(runs=1, days=2, progress=False, **asked)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"weight": [1.0], "dealing": [1], "men.isiss": [1.0]}, "men.isiss is no parameter"),
        ({"weight": [1.0], "grievance.rise": [0.01]}, "needs weight and dealing"),
        ({"weight": [-1.0], "dealing": [1]}, "needs weight"),
    ],
)
def test_a_broken_file_of_draws_is_refused(table, said, scenario, tmp_path):
    pd.DataFrame(table).to_parquet(tmp_path / FILE)
    with pytest.raises(sim.scenario.ScenarioError, match=said):
        Posterior(scenario, tmp_path / FILE)


def test_prior_is_uniform_in_bounds_and_triangular_in_men(scenario):
    prior = Prior(scenario, ["grievance.rise", "men.isis"])
    values = prior.values(np.random.default_rng(0).standard_normal((20000, 2)))
    assert stats.kstest(values[:, 0] / 0.08, "uniform").pvalue > 1e-3
    low, judged, high = 4500 / 6500, 1.0, 11000 / 6500
    shape = (judged - low) / (high - low)
    assert stats.kstest(values[:, 1], stats.triang(shape, low, high - low).cdf).pvalue > 1e-3


def test_the_shipped_draws_are_a_posterior_of_this_record_over_all_parameters(posterior, scenario):
    """And DRAWN_FROM, which every output quotes, says so."""
    told = pq.read_schema(posterior.file).metadata
    record = sim.record.read_record(posterior.file.parent / "record", scenario)
    assert json.loads(told[b"record"]) == record.files
    assert DRAWN_FROM == "the posterior of January to March 2014"
    assert set(posterior.names) == {
        p.name for p in declared().values() if p.kind == "real" and not p.name.startswith("outcomes.")
    } - set(NOT_FITTED)
    values = posterior.table[posterior.names]
    assert len(values.drop_duplicates()) >= 1000
    # some of it is narrower than the prior by far more than chance makes of 1,000 draws
    prior = Prior(scenario, posterior.names)
    spread = values.std() / (prior.high - prior.low) * np.sqrt(12)
    assert (spread < 0.85).sum() >= 5


def test_another_war_takes_the_parameters_and_draws_its_own_men(scenario, posterior):
    war = sim.load_scenario("idlib_2017")
    taken = Posterior(war)
    assert taken.sha256 == posterior.sha256
    assert taken.names == posterior.names
    assert not [name for name in taken.table if name.startswith("men.")]
    _, state = build(war)
    own = state["garrisons"]["local"], state["garrisons"]["mobile"]
    drawn = np.array([sum(taken.garrisons(row, *own)).sum(axis=0) for row in range(len(taken.table))])
    low, high = (war.factions[name].to_numpy() for name in ("men_low", "men_high"))
    latent = (own[0] + own[1]).sum(axis=0) - war.factions["men"].to_numpy()
    assert (latent >= 0).all()
    assert (drawn >= low - 1).all()
    assert (drawn <= high * (1 + latent / war.factions["men"].to_numpy()) + 1).all()
    assert (drawn.std(axis=0) > 0).all()
