"""The fit of experiments/02_record finds what is known: where the answer is known, and on its own worlds."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from scipy import stats

import sim

sys.path.append(str(Path(__file__).parents[2] / "experiments" / "02_record"))
import calibration
import fit
import simulate
from misfit import Errors, out_of_reach
from summaries import Posterior, Scale
from vector import of_record, of_worlds, reported
from worlds import Theatre

NOISE = np.array([0.4, 1.0])  # with which the first two of three parameters are told
RECORDS = 300


def told(z, rng):
    """Statistics of a world whose posterior is known: two parameters told with noise, one not, and chance."""
    both = z[:, :2] + NOISE * rng.standard_normal((len(z), 2))
    return np.column_stack([both, rng.standard_normal((len(z), 4))])


@pytest.fixture(scope="module")
def known():
    """Posterior learned from worlds, and records of known truth: (posterior, z, x)."""
    rng = np.random.default_rng(4)
    z = rng.standard_normal((4000 + RECORDS, 3))
    x = told(z, rng)
    return Posterior(x[RECORDS:], z[RECORDS:], count=800, folds=2), z[:RECORDS], x[:RECORDS]


@pytest.fixture(scope="module")
def found(known):
    posterior, z, x = known
    summaries = np.moveaxis(posterior.summaries(x), 1, 0)[:, None]
    return summaries, calibration.ranks(posterior, summaries, z, "")


def test_the_posterior_is_that_of_bayes_where_it_is_known(known, found):
    posterior, _, x = known
    _, mean, variance = found[1]
    exact = NOISE**2 / (1.0 + NOISE**2)  # variance; the mean is what is told, drawn to the prior's
    assert list(posterior.told) == [0, 1]
    assert np.median(np.sqrt(variance), axis=0) == pytest.approx([*np.sqrt(exact), 1.0], rel=0.05)
    off = (mean[:, :2] - x[:, :2] * (1.0 - exact)) / np.sqrt(exact)
    assert np.abs(off.mean(axis=0)).max() < 0.05
    assert off.std(axis=0).max() < 0.15
    assert mean[:, 2].std() < 0.1


def test_spreads_that_differ_from_record_to_record_are_found():
    """What is told with four times the noise at one end is known worse there, though many worlds are used."""
    rng = np.random.default_rng(5)
    z = rng.standard_normal((6000, 2))
    x = z[:, :1] + 0.3 * np.exp(0.7 * z[:, :1]) * rng.standard_normal((6000, 1))
    posterior = Posterior(x, z, count=2000, folds=2, names=("ridge",))
    wide, narrow = (posterior.draws(posterior.summaries(np.array([[at]]))[:, 0]) for at in (1.0, -1.0))
    sd = [np.sqrt(np.cov(draws[:, 0], aweights=weight)) for draws, weight, _ in (wide, narrow)]
    line = np.linspace(-4, 4, 2001)  # exact: the prior times the chance of what is told
    for at, found in zip((1.0, -1.0), sd, strict=True):
        noise = 0.3 * np.exp(0.7 * line)
        chance = np.exp(-0.5 * line**2 - 0.5 * ((at - line) / noise) ** 2) / noise
        chance /= chance.sum()
        assert found == pytest.approx(np.sqrt(chance @ (line - chance @ line) ** 2), rel=0.1)


def test_ranks_are_uniform_and_planted_errors_are_found(known, found):
    posterior, z, _ = known
    summaries, ranks = found
    assert not calibration.row_of(ranks[0], posterior.told)["faulty"]
    rows = calibration.planted(posterior, summaries, z, ranks, posterior.told)
    assert [row["faulty"] for row in rows] == [True, True, True]
    explained = posterior.summaries.explained
    table = calibration.recovery(["a", "b", "c"], z, ranks, explained, {"a": 0.1}).set_index("name")
    assert list(table.loc[["a", "b", "c"], "verdict"]) == ["identified", "identified", "not"]
    assert table.loc["a", "contraction"] == pytest.approx(1 / (1 + NOISE[0] ** 2), abs=0.05)


def test_what_is_out_of_reach_is_named_and_no_longer_misleads(known):
    """A statistic twenty spreads off: in error, and without its error what the others say of it."""
    _, z, x = known
    rng = np.random.default_rng(6)
    worlds = np.column_stack([z[:, 0], z[:, 0] + 0.1 * rng.standard_normal(len(z)), x[:, 2]])
    record = np.array([0.5, 20.0, 0.0])
    without, slab = Errors(worlds).draw(record, 800, 20, rng)
    assert slab[1] > 0.99
    assert slab[[0, 2]].max() < 0.7
    assert without[:, 1].mean() == pytest.approx(0.5, abs=0.5)
    assert np.abs(without[:, 1]).max() < 3
    assert list(out_of_reach(worlds, record) < 0.01) == [False, True, False]


def test_a_statistic_of_the_wrong_sign_is_found():
    rng = np.random.default_rng(7)
    common = rng.standard_normal((500, 1))
    x = common + 0.3 * rng.standard_normal((500, 6))
    found = calibration.mirrored(Errors(x), x, 2, 60, rng)
    assert found["wrong"] > 0.9
    assert found["right"] < 0.2


def test_statistics_that_cannot_be_told_count_as_the_mean():
    table = pd.DataFrame({"ratio": [1.0, 3.0, np.nan], "dead": [0.0, 400.0, 50.0], "same": [1.0, 1.0, 1.0]})
    scale = Scale(table)
    assert scale.names == ["ratio", "dead"]
    assert scale(table)[2, 0] == 0.0
    assert np.isfinite(scale(table)).all()


@pytest.fixture(scope="module")
def settings():
    return yaml.safe_load((fit.HERE / "fit.yaml").read_text())


@pytest.fixture(scope="module")
def theatre(settings):
    return Theatre(str(fit.ROOT / settings["record"]), None, settings["seed"])


def test_reporting_is_negative_binomial_and_leaves_the_map(theatre):
    z, keys = np.zeros((4, len(theatre.prior.names))), np.arange(4)
    _, seen = next(iter(theatre.observations(z, keys)))
    many = type(seen)(*(np.repeat(part[:1], 400, axis=0) for part in seen[:-1]), fights=None)
    many = many._replace(fights=type(seen.fights)(*(column[:0] for column in seen.fights)))
    rng, exact = (
        np.random.default_rng(1),
        {"dead": [1, 1], "dead_size": 20, "events": [1, 1], "events_size": 9},
    )
    told = reported(many, exact, theatre.names.province_of, rng)
    week = many.dead[0, 13, 0] - many.dead[0, 6, 0]  # of one week, whose fullness is one number
    counts = told.dead[:, 13, 0] - told.dead[:, 6, 0]
    assert counts.mean() == pytest.approx(week, rel=0.05)
    assert counts.var() == pytest.approx(week + week**2 / 20, rel=0.25)
    assert np.array_equal(told.held, many.held)
    half = reported(seen, exact | {"events": [0.5, 0.5]}, theatre.names.province_of, rng)
    assert 0.3 < half.events.sum() / seen.events.sum() < 0.7


def test_record_and_worlds_tell_the_same_statistics(theatre):
    _, seen = next(iter(theatre.observations(np.zeros((1, len(theatre.prior.names))), np.arange(1))))
    record = of_record(theatre.record, theatre.scenario.town_ids, theatre.scenario.provinces)
    assert list(record) == [*of_worlds(seen, theatre), "marches"]
    assert np.isfinite(list(record.values())).all()
    assert len([name for name in record if name in {t["id"] for t in theatre.record.targets}]) == 36


def test_worlds_go_on_where_they_were_stopped(theatre, settings, tmp_path, monkeypatch):
    few, played, whole = settings | {"worlds": [6, 0], "shard": 2}, [], simulate.shard

    def stopped(theatre, settings, number, *rest):
        played.append(number)
        if played == [0, 1]:
            raise KeyboardInterrupt
        return whole(theatre, settings, number, *rest)

    once = simulate.simulate(theatre, few, 0, simulate.Region(), tmp_path / "once")
    monkeypatch.setattr(simulate, "shard", stopped)
    with pytest.raises(KeyboardInterrupt):
        simulate.simulate(theatre, few, 0, simulate.Region(), tmp_path / "again")
    pd.testing.assert_frame_equal(
        simulate.simulate(theatre, few, 0, simulate.Region(), tmp_path / "again"), once
    )
    assert played == [0, 1, 1, 2]
    assert once.filter(regex="^z ").nunique().min() == 6


def test_the_second_round_keeps_to_its_region_and_is_the_prior_elsewhere():
    region = simulate.Region([1], [1.0], [[0.04]], 4.0)  # within 0.4 of 1
    z, part = region.draw(4000, 3, np.random.default_rng(2))
    assert region.has(z).all()
    assert np.abs(z[:, 1] - 1.0).max() <= 0.4
    assert part == pytest.approx(stats.norm.cdf(1.4) - stats.norm.cdf(0.6), rel=0.05)
    within = stats.truncnorm(0.6, 1.4)
    assert stats.kstest(z[:, 1], within.cdf).pvalue > 1e-3
    assert stats.kstest(z[:, 0], "norm").pvalue > 1e-3


TINY = {
    "worlds": [60, 30],
    "shard": 30,
    "aside": [10, 8],
    "folds": 2,
    "nearest": [40, 40],
    "errors": {"sweeps": 12, "keep": 4},
    "errors_of_synthetic": {"records": 3, "sweeps": 8, "keep": 2},
    "region": {"dimensions": 2, "share": 0.99},
    "draws": 24,
}


def test_the_fit_writes_distinct_draws_within_bounds_and_the_same_again(settings, theatre, tmp_path):
    (tmp_path / "tiny.yaml").write_text(yaml.safe_dump(settings | TINY))
    for name in ("once", "again"):
        file = tmp_path / f"{name}.parquet"
        fit.main(
            ["--settings", str(tmp_path / "tiny.yaml"), "--out", str(tmp_path), "--posterior", str(file)]
        )
        if name == "once":
            tables = {table: (tmp_path / table).read_bytes() for table in ("recovery.csv", "misfit.csv")}
    assert file.read_bytes() == (tmp_path / "once.parquet").read_bytes()
    assert all((tmp_path / table).read_bytes() == was for table, was in tables.items())
    draws = sim.ensemble.posterior.Posterior(theatre.scenario, file).table
    assert len(draws.drop_duplicates()) == TINY["draws"]
    values = draws[theatre.prior.names].to_numpy()
    assert ((values >= theatre.prior.low) & (values <= theatre.prior.high)).all()
    assert pq.read_schema(file).metadata[b"rules"].decode() == sim.core.kernel.source_hash()


def test_the_search_finds_the_nearest_point_and_leaves_the_rest_alone():
    pytest.importorskip("cma", reason="pip install 'infighting[fit]'")
    import best

    top, start = np.array([1.0, -0.5, 0.3]), np.zeros(3)
    settings, told = {"generations": 40, "points": 8}, []
    z, off = best.search(lambda z: ((z - top) ** 2).sum(), start, [0, 1], settings, 5, lambda: told.append(1))
    assert z == pytest.approx([1.0, -0.5, 0.0], abs=0.05)
    assert off == pytest.approx(0.09, abs=0.01)
    assert len(told) == 320
    assert best.search(lambda z: ((z - top) ** 2).sum(), start, [0, 1], settings, 5)[1] == off
