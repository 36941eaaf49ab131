"""Forecasts: the filter on made-up numbers and worlds, what is set, what is known, files, the command."""

import shutil

import numpy as np
import pandas as pd
import pytest

import sim
from sim.__main__ import main
from sim.analysis import read_forecast
from sim.analysis.filtering import Worlds, effective, likelihood, resampled, set_map, tempered
from sim.analysis.forecasts import ForecastError
from sim.core.measures import NONE, SHARED, SOLE
from sim.ensemble.design import Setting
from sim.ensemble.plan import Plan
from sim.record.observe import UNKNOWN

RECORD = sim.scenario.scenarios_folder() / "january_2014" / "record"
REQUEST = {"issue": "2014-01-15", "until": "2014-02-10", "worlds": 12, "progress": False}


@pytest.fixture(scope="module")
def issued():
    return sim.forecast(**REQUEST)


@pytest.fixture
def record(tmp_path):
    """A copy of the record, to be changed."""
    shutil.copytree(RECORD, tmp_path / "record")
    return tmp_path / "record"


def test_a_world_that_tells_more_towns_right_weighs_more():
    presence = np.array([[NONE, SOLE, SOLE], [NONE, SOLE, NONE], [SHARED, NONE, NONE]])
    reported, low = np.array([NONE, SOLE, UNKNOWN]), np.array([False, True, False])
    weights = likelihood(presence, reported, low)
    assert weights[0] == weights[1] > weights[2]  # nothing is known of the third town
    unsure = likelihood(presence, reported, np.ones(3, bool))
    assert unsure[0] - unsure[2] < weights[0] - weights[2]


def test_weights_are_tempered_until_enough_worlds_are_effective():
    weights = np.random.default_rng(1).normal(0.0, 5.0, 400)
    exponent = tempered(weights, 200.0)
    assert 0.0 < exponent < 1.0
    assert effective(exponent * weights) == pytest.approx(200.0, rel=1e-6)
    assert tempered(0.01 * weights, 200.0) == 1.0


def test_worlds_are_drawn_in_proportion_to_their_weights():
    share = np.array([0.5, 0.3, 0.15, 0.05])
    rows = [resampled(np.log(share), u) for u in np.linspace(0.0, 0.99, 100)]
    found = np.bincount(np.concatenate(rows), minlength=4) / 400
    assert found == pytest.approx(share, abs=0.01)


def test_what_is_set_is_as_reported_and_no_man_is_made_or_lost():
    worlds = Worlds(Plan(Setting("january_2014"), runs_per_point=6, draw="posterior"))
    presence = worlds.play(12).presence[:, -1]
    towns = presence.shape[1]
    reported = np.where(np.arange(towns) % 3 == 0, SOLE, np.where(np.arange(towns) % 3 == 1, NONE, UNKNOWN))
    low = np.arange(towns) >= towns - 6
    garrisons = worlds.states["garrisons"]

    def men():
        return sum(garrisons[kind].astype(int).sum(axis=1) for kind in ("local", "mobile", "sheltered"))

    before = men()
    edits = set_map(worlds, presence, reported, low)
    assert np.array_equal(men(), before)
    after = worlds.play(0).presence[:, -1]
    known = (reported != UNKNOWN) & ~low
    assert (after[:, known & (reported == NONE)] == NONE).all()
    assert (after[:, known & (reported == SOLE)] == SOLE).mean() > 0.9  # not where nobody can be sent
    assert sum(edit.worlds for edit in edits) == (presence[:, known] != reported[known]).sum()
    assert (garrisons["local"] >= 0).all()
    worlds.play(3)  # and it goes on


def test_nothing_after_the_day_of_issue_is_known(issued, record):
    control = pd.read_csv(record / "control.csv", keep_default_na=False)
    late = control["from"] > "2014-01-15"
    assert late.sum() > 10
    control.loc[late, ["holder", "focal_role"]] = ["isis", "sole"]
    control.to_csv(record / "control.csv", index=False)
    again = sim.forecast(**REQUEST, record=record)
    assert again.chances.equals(issued.chances)
    assert again.dead.equals(issued.dead)
    early = control["from"] <= "2014-01-15"
    control.loc[early, ["holder", "focal_role"]] = ["isis", "sole"]
    control.to_csv(record / "control.csv", index=False)
    assert not sim.forecast(**REQUEST, record=record).chances.equals(issued.chances)


def test_it_is_nearer_to_what_came_than_runs_that_know_nothing(issued):
    held = issued.score(RECORD)
    own = held[(held["forecast"] == "model") & (held["rows"] == "all") & (held["held"] == "controller")]
    plain = sim.run_ensemble(runs=12, days=39, draw="posterior", detail="daily", progress=False)
    blind = sim.record.scoring.score(plain, RECORD, issue="2014-01-15").towns
    blind = blind[(blind["forecast"] == "model") & (blind["rows"] == "all") & (blind["held"] == "controller")]
    assert list(own["horizon"]) == list(blind["horizon"]) == [7, 26]
    assert (own["brier"].to_numpy() < blind["brier"].to_numpy()).all()


def test_threads_change_nothing(issued):
    assert sim.forecast(**REQUEST, threads=2).chances.equals(issued.chances)
    assert not sim.forecast(**REQUEST | {"seed": 2}).chances.equals(issued.chances)


def test_it_is_kept_as_it_was_issued(issued, tmp_path):
    folder = issued.save(tmp_path / "forecast")
    back = read_forecast(folder)
    assert back.sha256 == issued.sha256 == (folder / "SHA256").read_text().strip()
    assert back.score(RECORD)["brier"].to_numpy() == pytest.approx(issued.score(RECORD)["brier"].to_numpy())
    assert back.edits.equals(issued.edits)
    with pytest.raises(ForecastError, match="never written over"):
        issued.save(folder)
    text = (folder / "towns.csv").read_text()
    (folder / "towns.csv").write_text(text.replace("2014-02-10", "2014-02-11"))
    with pytest.raises(ForecastError, match="changed since it was issued"):
        read_forecast(folder)


def test_the_forecast_that_is_kept_is_the_one_that_was_issued():
    kept = read_forecast(RECORD.parents[2] / "results" / "02_record" / "forecasts" / "2014-03-31")
    assert (kept.issue, kept.days, kept.about["worlds"]) == (88, 271, 1000)
    with pytest.raises(ForecastError, match="nothing is there to score"):
        kept.score(RECORD)


def test_the_command_issues_and_scores(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["forecast", "--issue", "2014-01-10", "--until", "2014-01-20", "--worlds", "6", "--out", "ten"]
    main(words)
    said = capsys.readouterr().out
    assert "6 worlds that agree with the record so far" in said
    assert "SHA-256" in said
    main(["score", "ten", "--record", str(RECORD)])
    assert "knows the record to its day of issue" in " ".join(capsys.readouterr().out.split())
    for more, expected in (
        ([], "never written over"),
        (["--out", "other", "--issue", "2015-01-01"], "expected a day from 0 to 88"),
        (["--out", "other", "--issue", "soon"], "a date such as"),
        (["--out", "other", "--until", "2014-01-10"], "expected a day after 2014-01-10"),
        (["--out", "other", "--draw", "lots"], "posterior"),
        (["--out", "other", "--worlds", "0"], "1 or more"),
    ):
        with pytest.raises(SystemExit) as stop:
            main([*words, *more])
        assert stop.value.code == 2
        assert expected in capsys.readouterr().err
    assert not (tmp_path / "other").exists()
