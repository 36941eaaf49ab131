"""Paired counterfactuals: pairs, refusals, numbers, forks, figures, the command."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sealing import reseal

import sim
from sim import plots
from sim.__main__ import main
from sim.analysis import CompareError
from sim.analysis.comparison import HEADLINE, per_point, written
from sim.analysis.futures import AS_IT_WENT

ASKED = {"runs": 12, "days": 60, "detail": "daily", "progress": False}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Results of three scenarios on disk, by name."""
    here = tmp_path_factory.mktemp("results")
    for name in ("january_2014", "truce", "no_retreat"):
        sim.run_ensemble(name, **ASKED, out=here / name)
    return here


@pytest.fixture(scope="module")
def found(folders):
    return sim.compare(*(folders / name for name in ("january_2014", "truce", "no_retreat")))


def test_differences_are_those_of_twins(folders, found):
    a, b = (sim.load_results(folders / name).runs for name in ("january_2014", "truce"))
    row = found.table.query("comparison == 'truce' and measure == 'dead_isis'").iloc[0]
    change = b["dead_isis"] - a["dead_isis"]
    assert row["difference"] == pytest.approx(change.mean())
    assert (row["low"] + row["high"]) / 2 == pytest.approx(change.mean())
    apart = a["dead_isis"].var() + b["dead_isis"].var()
    assert row["gain"] == pytest.approx(apart / change.var())
    assert set(found.table["pairs"]) == {12}
    classes = found.table[found.table["meaning"].str.startswith("outcome class")]
    assert classes.groupby("comparison")["difference"].sum().abs().max() < 1e-12


def test_over_time_ends_where_the_table_of_runs_does(found):
    towns = found.over_time("towns")
    last = towns[(towns["comparison"] == "truce") & (towns["day"] == 60)].iloc[0]
    row = found.table.query("comparison == 'truce' and measure == 'end_towns'").iloc[0]
    assert last["difference"] == pytest.approx(row["difference"])
    assert (towns[towns["day"] == 0]["difference"] == 0).all()
    with pytest.raises(ValueError, match="measure = 'grievance': expected one of towns, people, men"):
        found.over_time("grievance")


def test_incidence_ends_at_the_share_of_the_broken_that_are_back(found):
    ends = found.regrouping().query("event == 'back' and day == @found.horizon").set_index("name")["share"]
    assert found.horizon == 31
    told = {name: each.runs["back"].dropna() for name, each in found.named.items()}
    assert sorted(ends.index) == sorted(name for name, back in told.items() if len(back))
    assert len(ends) > 0
    for name, share in ends.items():
        assert share == pytest.approx(told[name].mean())
    back = found.table[found.table["measure"] == "back"].set_index("comparison")
    assert all(row["b"] == pytest.approx(ends[name]) for name, row in back.iterrows())


def test_a_family_is_larger_than_a_pair(folders, found):
    pair = sim.compare(folders / "january_2014", folders / "truce")
    both = pair.table.merge(found.table, on=["comparison", "measure"], suffixes=("_pair", ""))
    headline = both["measure"].isin(HEADLINE)
    assert both.loc[~headline, ["p_adjusted", "p_adjusted_pair"]].isna().all(axis=None)
    both = both[headline]
    assert (both["p_adjusted"] >= both["p_adjusted_pair"] - 1e-12).all()
    assert (both["p_adjusted"] > both["p_adjusted_pair"]).any()
    raw = sim.compare(folders / "january_2014", folders / "truce", control="none").table
    raw = raw[raw["measure"].isin(HEADLINE)]
    assert len(raw) >= 3
    assert (raw["p"] == raw["p_adjusted"]).all()


def test_fewer_runs_in_common_are_said_and_used():
    a = sim.run_ensemble(**ASKED | {"runs": 3, "days": 5})
    b = sim.run_ensemble("truce", **ASKED | {"runs": 5, "days": 5, "detail": "summary"})
    found = sim.compare(a, b)
    assert set(found.table["pairs"]) == {3}
    assert "truce and january_2014 have 3 runs in common (of 5 and 3)" in found.notes[0]
    assert "no daily detail" in found.notes[1]
    assert not {"towns", "people"} & set(found.table["measure"])


def test_what_is_not_comparable_is_refused_with_every_reason(folders):
    a = sim.load_results(folders / "january_2014")
    cases = {
        "their seed, so that they have no common random numbers: 2 against 1": {"seed": 2},
        "their number of days: 59 against 60": {"days": 59},
    }
    for message, other in cases.items():
        b = sim.run_ensemble("truce", **ASKED | {"runs": 2} | other)
        with pytest.raises(CompareError, match=message):
            sim.compare(a, b)
    b = sim.run_ensemble("truce", **ASKED | {"seed": 2, "days": 59}, params={"outcomes.regained_people": 0.9})
    with pytest.raises(CompareError) as refused:
        sim.compare(a, b)
    assert len(str(refused.value).splitlines()) == 3
    assert "thresholds of the outcome classes" in str(refused.value)
    with pytest.raises(CompareError, match="two results or more"):
        sim.compare(a)
    world = sim.RebelConflict(seed=1, days=60).run(1)
    forked = sim.run_ensemble(start=world, **ASKED | {"runs": 2, "days": 60}, out=folders / "forked")
    with pytest.raises(CompareError, match="the world the runs set out from"):
        sim.compare(a, forked)


def test_results_of_other_rules_are_refused(folders, tmp_path):
    other = tmp_path / "truce"
    shutil.copytree(folders / "truce", other)
    reseal(other, code="0" * 16)
    with pytest.raises(CompareError, match=r"the rules that made them \(hash\)"):
        sim.compare(folders / "january_2014", other)


def test_points_of_designs_are_paired_by_draw():
    design = sim.make_design("latin_hypercube", {"march.speed": None}, points=5, seed=3)
    asked = {"runs_per_point": 2, "days": 20, "detail": "daily", "progress": False}
    a, b = sim.run_design(design, **asked), sim.run_design(design, "truce", **asked)
    found = sim.compare(a, b)
    assert set(found.table["pairs"]) == {5}
    mean = (b.runs["end_towns"] - a.runs["end_towns"]).mean()
    assert found.table.set_index("measure").loc["end_towns", "difference"] == pytest.approx(mean)
    assert len(found.over_time("towns")) == 21
    others = sim.make_design("latin_hypercube", {"march.speed": None}, points=5, seed=4)
    with pytest.raises(CompareError, match="not the same draws of parameters"):
        sim.compare(a, sim.run_design(others, "truce", **asked))
    with pytest.raises(CompareError, match="one is a design with points"):
        sim.compare(a, sim.run_ensemble("truce", days=20, runs=2, progress=False))


# --- futures -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world():
    return sim.RebelConflict(seed=3, days=60).run(11)


def test_futures_share_the_past_and_part_when_the_change_comes(world):
    found = sim.compare_futures(
        world, {"late truce": {"scenario": "truce", "on": 20}}, runs=8, progress=False
    )
    towns = {name: e.focal.pivot(index="run", columns="day", values="men") for name, e in found.named.items()}
    one, two = towns[AS_IT_WENT], towns["late truce"]
    assert (one.loc[:, :11] == one.loc[0, :11]).all().all()  # one past
    assert one.loc[:, :19].equals(two.loc[:, :19])  # the truce comes on the 20th day
    assert not one.loc[:, 20:].equals(two.loc[:, 20:])
    assert one.loc[0, 11] == world.strengths()[world.static.focal]
    assert found.notes == ()


def test_a_future_with_the_same_random_numbers_is_the_history_itself():
    straight = sim.run_ensemble(**ASKED | {"runs": 1, "seed": 3})
    world = sim.RebelConflict(seed=3, days=60).run(11)
    future = sim.compare_futures(world, {"same": {}}, runs=2, seed=3, progress=False).named["same"]
    for name in (
        "outcome",
        "trough_day",
        "regroup_day",
        "dead_isis",
        "bombings",
        "breathing_days",
        "end_towns",
    ):
        pd.testing.assert_series_equal(
            future.runs[name][:1], straight.runs[name][:1], check_dtype=False, obj=name
        )
    shared = future.focal[future.focal["run"] == 0].reset_index(drop=True)
    pd.testing.assert_frame_equal(shared, straight.focal, check_dtype=False)


def test_a_change_by_hand_and_by_parameter(world):
    def empty_raqqa(fork):
        fork.faction("isis").fighters["raqqa"] = 0

    changes = {"no raqqa": empty_raqqa, "bold": {"params": {"plans.pursuit": 1.0}}}
    found = sim.compare_futures(world, changes, runs=4, days=5, progress=False)
    assert list(found.named) == [AS_IT_WENT, "no raqqa", "bold"]
    assert found.named["bold"].params.plans.pursuit == 1.0
    assert world.faction("isis").fighters["raqqa"] > 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scenario": "concentrated_start"}, r"sets out from elsewhere \(control, garrisons\), and cannot"),
        ({"scenario": "truce", "on": 11}, "day 11 is past: the history stands at the evening of day 11"),
        ({"scenario": "no_trigger"}, "scenario no_trigger dates nothing that january_2014 does not"),
        ({"when": 3}, "a change has scenario, on and params, not when"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(world, change, message):
    with pytest.raises(CompareError, match=message):
        sim.compare_futures(world, {"it": change}, runs=2, progress=False)


# --- telling -------------------------------------------------------------------------------------------


def test_the_command_prints_draws_and_keeps(folders, capsys, tmp_path):
    out = tmp_path / "told"
    main(["compare", str(folders / "january_2014"), str(folders / "truce"), "--out", str(out)])
    said = capsys.readouterr().out
    assert "truce against january_2014: 12 pairs" in said
    assert f"Comparison: {out}" in said.replace("\n", "")
    kept = {file.name for file in out.iterdir()}
    assert {"differences.csv", "differences.png", "regrouping.png", "towns.png", "comparison.json"} <= kept
    about = json.loads((out / "comparison.json").read_text())
    assert [result["name"] for result in about["results"]] == ["january_2014", "truce"]
    for wrong, message in (
        ([str(folders / "january_2014"), str(folders / "truce"), "--out", str(out)], "is there already"),
        ([str(folders / "january_2014")], "two folders of results or more"),
        ([str(folders / "january_2014"), str(folders / "none")], "there is no such folder"),
        ([str(folders / "january_2014"), str(folders / "truce"), "--control", "x"], "invalid choice"),
    ):
        with pytest.raises(SystemExit) as left:
            main(["compare", *wrong])
        assert left.value.code == 2
        assert message in capsys.readouterr().err


def test_sweeps_are_compared_from_their_folders(tmp_path, capsys):
    design = sim.make_design("grid", {"march.speed": [30.0, 60.0]})
    asked = {"runs_per_point": 3, "days": 40, "detail": "daily", "progress": False}
    for name in ("january_2014", "truce"):
        sim.run_design(design, name, **asked, out=tmp_path / name)
    main(
        ["compare", str(tmp_path / "january_2014"), str(tmp_path / "truce"), "--out", str(tmp_path / "told")]
    )
    assert "truce against january_2014: 2 pairs" in capsys.readouterr().out
    assert (tmp_path / "told" / "regrouping.png").stat().st_size > 10_000
    swept = sim.load_results(tmp_path / "truce")
    alone = pd.concat([swept.at(point).runs["back_day"] for point in (0, 1)])
    assert np.array_equal(swept.runs["back_day"], alone, equal_nan=True)


def test_numbers_are_written_with_the_digits_they_bear():
    assert written(-0.0004, "share") == "0.0"
    assert [written(x, "men") for x in (0.0, 12.34, -1234.5)] == ["0.0", "12.3", "\u22121,234"]


def test_figures_say_how_many_pairs_and_which_seed(found):
    for ax in (plots.paired_differences(found), plots.paired_over_time(found, "people")):
        said = plots.caption_of(ax)
        assert "12 pairs of runs" in said
        assert "seed 1" in said
        assert "95 % interval" in said
    one = replace(found, named={name: found.named[name] for name in ("january_2014", "truce")})
    line = plots.paired_over_time(one, "towns").lines[0].get_ydata()
    assert np.allclose(line, one.over_time("towns")["difference"])


def test_points_have_their_share_and_interval():
    design = sim.make_design("grid", {"plans.withdrawal": [False, True]})
    swept = sim.run_design(design, runs_per_point=5, days=40, progress=False)
    shares, towns = (per_point(swept, name) for name in ("stands", "end_towns"))
    one = swept.at(1).runs
    assert towns.loc[1, "value"] == pytest.approx(one["end_towns"].mean())
    half = 2.776445 * one["end_towns"].std() / np.sqrt(5)
    assert towns.loc[1, "high"] - towns.loc[1, "value"] == pytest.approx(half, rel=1e-5)
    assert shares.loc[1, "value"] == one["outcome"].isin(["unbroken", "regrouped", "resurgent"]).mean()
    assert (shares["high"] > shares["low"]).all()
    assert list(shares["runs"]) == [5, 5]
