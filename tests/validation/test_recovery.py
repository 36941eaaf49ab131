"""The sampler of experiments/02_record finds what is known: where the answer is known, and on worlds."""

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import stats

import sim

sys.path.append(str(Path(__file__).parents[2] / "experiments" / "02_record"))
import calibration
import worlds
from ranks import clumps, rank_of
from sampler import sample
from standin import Location, trial

from sim.record.targets import value_of

RECORD = sim.scenario.scenarios_folder() / "january_2014" / "record"
SETTINGS = yaml.safe_load((calibration.HERE / "calibration.yaml").read_text())
RECORDS = 60
FEWER = ["battle.attrition", "battle.civilians", "retaliation.per_death"]
FAULTS = {
    "ignores the data": lambda z, rng: rng.standard_normal(z.shape),
    "is off by half a spread": lambda z, rng: z + 0.5 * z.std(axis=0),
    "is half as wide": lambda z, rng: z.mean(axis=0) + 0.5 * (z - z.mean(axis=0)),
    "is half as wide again": lambda z, rng: z.mean(axis=0) + 1.5 * (z - z.mean(axis=0)),
}


@pytest.fixture(scope="module")
def trials():
    """Records of the stand-in, each fitted by the sampler; of the last dimension nothing is told."""
    patient, rng = SETTINGS["standin"]["patient"], np.random.default_rng(5)
    noise = np.geomspace(*SETTINGS["standin"]["patient_noise"], patient["told"])
    prior = worlds.Prior(sim.load_scenario("january_2014"), ["battle.attrition", "march.speed", "men.isis"])
    return [trial(Location(prior, noise), patient, rng) for _ in range(RECORDS)]


def check(trials, fault=None):
    """Draws agree with the known posterior, and ranks of the truth are uniform."""
    rng, rows = np.random.default_rng(6), []
    for truth, drawn, mean, sd in trials:
        z = drawn if fault is None else fault(drawn, rng)
        rows.append([rank_of(z, truth, rng), (z.mean(axis=0) - mean) / sd, z.std(axis=0) / sd])
    rank, shift, width = np.moveaxis(np.array(rows), 1, 0)
    estimate, known = (
        np.array([row[k].mean(axis=0) if k == 1 else row[k] for row in trials]) for k in (1, 2)
    )
    assert stats.kstest(rank[:, :2].ravel(), "uniform").pvalue > 1e-3
    assert stats.kstest(rank[:, 2], "uniform").pvalue > 1e-3
    assert np.abs(shift.mean(axis=0)).max() < 0.15
    assert (np.abs(np.median(width, axis=0) - 1.0) < 0.2).all()
    assert min(np.corrcoef(estimate[:, d], known[:, d])[0, 1] for d in (0, 1)) > 0.95


def test_sampler_is_calibrated_where_the_posterior_is_known(trials):
    check(trials)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_sampler_that_is_wrong_would_be_found_out(trials, fault):
    with pytest.raises(AssertionError):
        check(trials, FAULTS[fault])


def test_exact_posterior_of_the_stand_in_is_that_of_bayes():
    """By drawing from the prior and keeping what gives nearly the same numbers."""
    prior = worlds.Prior(sim.load_scenario("january_2014"), ["march.speed", "men.isis"])
    location, rng = Location(prior, np.array([0.2, 0.4])), np.random.default_rng(1)
    told = np.array([0.9, 0.3])
    z = rng.standard_normal((400_000, 2))
    off = np.abs(location.shares(z) + location.noise * rng.standard_normal(z.shape) - told)
    mean, sd = location.exact(told)
    for d in (0, 1):
        kept = z[off[:, d] < 0.02, d]
        assert kept.mean() == pytest.approx(mean[d], abs=4 * sd[d] / np.sqrt(len(kept)))
        assert kept.std() == pytest.approx(sd[d], rel=0.05)


@pytest.fixture
def theatre(monkeypatch):
    """Twenty days, to 22 January, and three parameters that they tell of."""
    monkeypatch.setattr(worlds, "DAYS", 20)
    return worlds.Theatre(str(RECORD), FEWER, seed=5)


def test_sampler_recovers_parameters_of_the_model_from_its_worlds(theatre):
    """Far from the middle of the prior, where the particles set out: found, and better known than before."""
    truth, each, rng = np.array([1.2, -1.2, 1.2]), 8, np.random.default_rng(5)
    _, seen = next(iter(theatre.observations(np.repeat(truth[None], 32, axis=0), np.arange(32))))
    targets = [t for t in theatre.record.targets if t["id"] in ("C7b", "C7d", "C8e", "C11a")]
    values = [float(np.median(value_of(t, seen, theatre.names, theatre.scenario.day))) for t in targets]
    known = [t | {"value": v, "lo": 0.7 * v, "hi": 1.3 * v} for t, v in zip(targets, values, strict=True)]
    theatre.record = dataclasses.replace(theatre.record, targets=known)

    def play(z, keys):
        off, _ = theatre.responses(np.repeat(z, each, axis=0), np.repeat(keys, each))
        return np.abs(off[:, 1:-1].reshape(len(z), each, -1).mean(axis=1)).mean(axis=1)

    last = np.quantile(play(np.repeat(truth[None], 12, axis=0), rng.integers(0, 2**62, 12)), 0.8)
    tolerances = [*np.geomspace(2.5, last, 11), *[last] * 7]
    people = sample(play, np.zeros(3), tolerances, size=40, rng=rng)
    low, high = np.percentile(people.z, [5, 95], axis=0)
    assert people.off.max() <= last
    assert ((low < truth) & (truth < high)).all(), (low, high)
    assert (people.z.std(axis=0) < [0.7, 0.35, 0.8]).all(), people.z.std(axis=0)  # of the prior: 1
    assert (np.sign(truth) * people.z.mean(axis=0) > 0.5).all(), people.z.mean(axis=0)


def test_ranks_among_right_draws_are_uniform_whatever_their_number():
    rng = np.random.default_rng(2)
    ranks = [rank_of(rng.standard_normal((4, 3)), rng.standard_normal(3), rng) for _ in range(500)]
    assert stats.kstest(np.ravel(ranks), "uniform").pvalue > 1e-3


def test_descendants_of_few_count_as_few():
    rng = np.random.default_rng(3)
    assert clumps(rng.standard_normal((60, 40)))[0] > 50
    few = np.repeat(rng.standard_normal((6, 40)), 10, axis=0) + 0.1 * rng.standard_normal((60, 40))
    assert clumps(few) == (6, pytest.approx(6.0))


TINY = {
    "seed": 1,
    "standin": SETTINGS["standin"] | {"records": 3},
    "model": {
        "records": 3,
        "dimensions": 2,
        "steps": 2,
        "runs": 2,
        "each": 2,
        "trials": 2,
        "as_good": [0.9, 0.5],
        "particles": 3,
        "generations": {"wide": 1, "narrowing": [1, 1], "staying": [0, 1]},
        "wide": 1.5,
    },
}


def test_calibration_goes_on_where_it_was_stopped(tmp_path, monkeypatch):
    played, whole = [], calibration.fit_synthetic

    def stopped(theatre, record, number, *rest):
        if number == 2 and 2 not in played:
            played.append(number)
            raise KeyboardInterrupt
        played.append(number)
        return whole(theatre, record, number, *rest)

    (tmp_path / "tiny.yaml").write_text(yaml.safe_dump(TINY))
    for name in ("once", "again"):
        (tmp_path / name).mkdir()
    words = ["--settings", str(tmp_path / "tiny.yaml"), "--out"]
    calibration.main([*words, str(tmp_path / "once")])
    monkeypatch.setattr(calibration, "fit_synthetic", stopped)
    with pytest.raises(KeyboardInterrupt):
        calibration.main([*words, str(tmp_path / "again")])
    calibration.main([*words, str(tmp_path / "again")])
    assert played == [0, 1, 2, 2]
    for name in ("calibration.csv", "calibration_records.csv"):
        assert (tmp_path / "once" / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name
    assert not (tmp_path / "again" / "calibration").exists()
    table = pd.read_csv(tmp_path / "once" / "calibration.csv")
    assert list(table["problem"].unique()) == [
        "patient",
        "as the fit",
        "one world a point",
        "model",
    ]
