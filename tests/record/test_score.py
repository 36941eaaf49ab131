"""Scores against the record: known answers on made-up observations and records, bad files, the command."""

import csv
import shutil

import numpy as np
import pandas as pd
import pytest

import sim
from sim.__main__ import main
from sim.ensemble.engine import Start, run_keys
from sim.params import rows
from sim.record import RecordError, read_record
from sim.record import town_scores as towns
from sim.record.observe import MEANINGS, Fights, Observation, Observed, observed_of, observed_of_output
from sim.record.scoring import score
from sim.record.targets import Names, UnscoredError, value_of
from sim.report import score as telling

RECORD = sim.scenario.scenarios_folder() / "january_2014" / "record"
NAMES = Names(
    ("one", "two", "three"),
    ("West", "East"),
    ("ahrar", "isis", "nusra"),
    {"front": ["ahrar"], "": ["isis", "nusra"]},
    "isis",
    np.array([0, 0, 1]),
)


def days_held(*rows):
    """A observed of one run in which the rows say, town by town, on which days it is held ('1') or not."""
    held = np.array([[c == "1" for c in row] for row in rows]).T[None]
    days = held.shape[1]
    count = np.arange(days, dtype=float)[None]
    return Observed(
        held=held,
        presence=np.where(held, 2, 0).astype(np.int8),
        seen=np.ones(held.shape, bool),
        dead=np.stack([4 * count, 2 * count, count, 7 * count], axis=-1),
        executed=np.stack([count, 0 * count], axis=-1),
        bombings=3 * count,
        events=np.stack([np.ones((1, days)), 0 * count], axis=-1),
        fights=Fights(np.zeros(3, int), np.array([1, 2, 3]), np.array([0, 1, 2]), np.array([1, 4, 5])),
    )


def target(measure, **more):
    return {
        "measure": measure,
        "side": "isis",
        "towns": ["one", "two"],
        "held": "controller",
        "from": 1,
        "to": 9,
        "statistic": "sum",
    } | more


#                    0123456789
SIGHT = days_held("1100000001", "1111001110", "0000000000")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (target("held_share", statistic="at", to=1), 1.0),
        (target("held_share", statistic="min"), 0.0),
        (target("held_share", statistic="mean", towns=["two"], to=8), 6 / 8),
        (target("held_ratio", statistic="at", to=3), 0.5),
        (target("exit_day", towns=["one"]), 2.0),
        (target("exit_day"), np.inf),  # two days without either town are no exit
        (target("return_day", statistic="first"), 6.0),
        (target("return_day", statistic="all", towns=["one"]), 9.0),
        (target("return_day", statistic="all"), np.inf),
        (target("deaths", side="all"), 63.0),
        (target("deaths", side="rebels", **{"from": 3, "to": 4}), 8.0),
        (target("deaths_ratio", side="rebels/isis"), 2.0),
        (target("deaths_share", side="civilians"), 1 / 7),
        (target("executed_share", side="rebels"), 0.25),
        (target("suicide_attacks"), 27.0),
        (target("engagements_ratio", side="isis-rebels", statistic="over:1..3", to=2), 2 / 3),
        (target("engagements_share", side="front"), 2 / 3),
        (target("engagements_share", side="nusra@West"), 0.5),
    ],
)
def test_measures_by_hand(asked, expected):
    assert value_of(asked, SIGHT, NAMES, int)[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        (target("fighters"), "not known"),
        (target("deaths", to=10), "outside"),
        (target("held_share", statistic="at", towns=["tow"]), "did you mean 'two'"),
        (target("held_share", statistic="median"), "median"),
        (target("engagements_share", side="front@North"), "North"),
    ],
)
def test_what_cannot_be_measured_says_why(asked, word):
    with pytest.raises(UnscoredError, match=word):
        value_of(asked, SIGHT, NAMES, int)


def test_scores_of_single_forecasts():
    assert towns.brier(np.array(0.7), np.array(True)) == pytest.approx(0.09)
    assert towns.log_score(np.array(0.7), np.array(False)) == pytest.approx(-np.log(0.3))
    assert towns.log_score(np.array(0.0), np.array(True)) == pytest.approx(-np.log(towns.LEAST_CHANCE))


def test_interval_of_equal_blocks_has_no_width():
    total, number = np.full(9, 2.0), np.full(9, 4.0)
    mean, low, high, _ = towns.mean_and_band(total, number, towns.resampled(9))
    assert mean == low == high == 0.5


def test_baselines_by_hand():
    class Past:
        observed = days_held("1100", "1111", "0011")

    km = np.array([[0.0, 1, 5], [1, 0, 9], [5, 9, 0]])
    forecasts = towns.baselines(Past, "controller", km)
    assert forecasts["as on the eve"][3].tolist() == [1, 1, 0]
    assert "persistence" not in forecasts  # issued on the eve it is the same
    assert forecasts["nearest front"][3].tolist() == [1, 1, 1]
    assert forecasts["random same rate"][3].tolist() == [0.5, 0.5, 1]
    assert forecasts["weakly held lost"][3].tolist() == [1, 1, 0]


def test_baselines_know_the_record_to_the_day_of_issue():
    class Past:
        observed = days_held("11000", "11110", "00111")

    km = np.array([[0.0, 1, 5], [1, 0, 9], [5, 9, 0]])
    forecasts = towns.baselines(Past, "controller", km, issue=2)
    assert forecasts["as on the eve"][4].tolist() == [1, 1, 0]
    assert forecasts["persistence"][4].tolist() == [0, 1, 1]
    assert forecasts["nearest front"][4].tolist() == [1, 0, 0]
    assert forecasts["random same rate"][4].tolist() == [0, 0.5, 0.5]


@pytest.fixture(scope="module")
def ensemble():
    return sim.run_ensemble(runs=6, seed=2, days=88, detail="full", progress=False)


def write_record(folder, ensemble, run):
    """What one run did, written as a record: control by spells, its tolls, and targets read off it."""
    scenario, one = ensemble.scenario, ensemble.control[ensemble.control["run"] == run]
    spells = []
    for town, part in one.groupby("town", observed=True):
        ends = [*part["day"].to_numpy()[1:] - 1, ensemble.days]
        for change, end in zip(part.itertuples(index=False), ends, strict=True):
            spells.append(
                {
                    "town_id": town,
                    "date_from": scenario.date(change.day),
                    "date_to": scenario.date(end),
                    "controller": change.holder,
                    "isis_role": change.isis,
                    "confidence": "high",
                    "date_precision": "day",
                }
            )
    pd.DataFrame(spells).to_csv(folder / "control.csv", index=False)
    day = ensemble.focal[(ensemble.focal["run"] == run) & (ensemble.focal["day"] == 20)].iloc[0]
    sides = [day["dead_rebels"], day["dead_focal"], day["dead_civilians"]]
    pd.DataFrame(
        [["2014-01-22", sum(sides), *sides]], columns=["as_of", "total", "rebels", "isis", "civilians"]
    ).to_csv(folder / "fatalities_sohr.csv", index=False)
    asked = pd.read_csv(RECORD / "targets.csv", keep_default_na=False)
    asked.to_csv(folder / "targets.csv", index=False)
    return folder


def test_a_run_scored_against_itself_is_perfect(ensemble, tmp_path):
    held = score(ensemble, write_record(tmp_path, ensemble, run=3))
    alone = sim.ensemble.Ensemble(
        scenario=ensemble.scenario,
        params=ensemble.params,
        seed=2,
        days=88,
        detail="full",
        tables={name: table[table["run"] == 3] for name, table in ensemble.tables.items()},
    )
    own = score(alone, held.record)
    model = own.towns[own.towns["forecast"] == "model"]
    assert (model["brier"] == 0).all()
    # by control and by the dead of 22 January, record and run give the same value through the same code
    both = own.targets[own.targets["record"].notna()]
    assert len(both) > 15
    assert np.array_equal(both["record"], both["median"])
    several = held.towns[held.towns["forecast"] == "model"]
    assert (several["brier"] > 0).all()


def test_a_score_by_horizon_counts_the_days_after_the_day_of_issue(ensemble, tmp_path):
    late = score(ensemble, RECORD, issue="2014-01-31").towns
    assert sorted(late["horizon"].unique()) == [7, 30, 59]
    all_rows = late[(late["rows"] == "all") & (late["held"] == "controller")].set_index("horizon")
    days = all_rows[all_rows["forecast"] == "model"]["town_days"]
    assert days[7] * 30 == days[30] * 7  # the record knows the holder of its towns on every day
    lasting = all_rows[all_rows["forecast"] == "persistence"]["brier"]
    assert lasting[7] <= lasting[59]
    assert lasting[7] < all_rows[all_rows["forecast"] == "as on the eve"]["brier"][7]
    itself = score(ensemble, write_record(tmp_path, ensemble, run=3), issue=40).towns
    assert (itself.loc[itself["forecast"] == "model", "brier"] > 0).any()
    for issue, said in ((88, "a day from 0 to 87"), ("2014-13-01", "a date such as"), (-1, "a day from 0")):
        with pytest.raises(ValueError, match=said):
            score(ensemble, RECORD, issue=issue)


def test_many_runs_recover_the_chances_a_record_was_drawn_from():
    rng = np.random.default_rng(0)
    chance = rng.random((40, 50))
    runs, truth = rng.random((400, 40, 50)) < chance, rng.random((40, 50)) < chance
    found = towns.brier(runs.mean(axis=0), truth).mean()
    assert found == pytest.approx((chance * (1 - chance)).mean(), abs=0.01)


def test_the_record_gives_back_the_targets_made_from_it(ensemble):
    held = score(ensemble, RECORD)
    own = held.targets[held.targets["record"].notna()]
    off = own[(own["record"] < own["lo"]) | (own["record"] > own["hi"])]
    assert list(off["id"]) == ["C4c"]  # control.csv has Darat Izza free from 6 January, SOHR from the 20th
    assert held.targets["unscored"].eq("").all()
    assert held.observed.dead[..., 3].max() > 0


def test_kernel_rows_and_tables_tell_the_same_fights(ensemble):
    begin = Start("january_2014", None, 88)
    table = np.repeat(rows([begin.params]), 6).view(np.recarray)
    kept = observed_of_output(begin.play(table, run_keys(2, range(6)), "full"), begin.scenario, begin.static)
    told = observed_of(ensemble)
    for name in ("held", "presence", "dead", "executed", "bombings", "events"):
        assert np.array_equal(getattr(kept, name), getattr(told, name)), name
    for one, other in zip(kept.fights, told.fights, strict=True):
        assert np.array_equal(one, other)


def test_a_record_to_the_end_of_september_works_unchanged(tmp_path):
    spells = list(csv.DictReader((RECORD / "control.csv").read_text().splitlines()))
    for row in spells:
        row["to"] = row["to"].replace("2014-03-31", "2014-09-30")
    with (tmp_path / "control.csv").open("w") as file:
        writer = csv.DictWriter(file, spells[0])
        writer.writeheader()
        writer.writerows(spells)
    text = (RECORD / "targets.csv").read_text()
    text += "L1,held_ratio,isis,raqqa;tabqa,controller,,2014-09-15,at,1.0,0.8,1.5,ratio,made up\n"
    text += "L2,caliphate,isis,,,,2014-09-15,at,1.0,0.8,1.5,ratio,made up\n"
    (tmp_path / "targets.csv").write_text(text)
    for days, reason in ((271, ""), (88, "its dates are outside days 0 to 88")):
        runs = sim.run_ensemble(runs=2, days=days, detail="daily", progress=False)
        held = score(runs, tmp_path)
        unscored = held.targets.set_index("id")["unscored"]
        assert unscored["L1"] == reason
        assert "caliphate" in unscored["L2"]
        assert "detail=full" in unscored["T24"]
        model = held.towns[held.towns["horizon"] == days].iloc[0]
        assert model["town_days"] == days * 52


def test_observation_is_off_unless_asked_for_and_loses_what_it_says(ensemble):
    reported = Observation(rebels=0.5, isis=1.0, civilians=0.8)
    plain, seen = observed_of(ensemble), observed_of(ensemble, reported)
    last = [s.dead[:, -1].sum(axis=0) for s in (plain, seen)]
    assert last[1][1] == last[0][1]
    for side, share in ((0, 0.5), (2, 0.8)):
        error = 4 * np.sqrt(share * (1 - share) / last[0][side])
        assert last[1][side] / last[0][side] == pytest.approx(share, abs=error)
    assert seen.events.sum() < plain.events.sum()
    assert (np.diff(seen.dead, axis=1) >= 0).all()
    assert np.array_equal(seen.held, plain.held)
    again = observed_of(ensemble, Observation(rebels=0.5, isis=1.0, civilians=0.8))
    assert np.array_equal(again.dead, seen.dead)
    assert np.array_equal(again.events, seen.events)


def test_dates_known_to_the_week_are_left_out_when_observing(ensemble):
    exact, careful = score(ensemble, RECORD), score(ensemble, RECORD, Observation())
    assert careful.towns["town_days"].iloc[0] < exact.towns["town_days"].iloc[0]


def test_the_less_exact_a_date_the_more_days_are_unsure(tmp_path):
    scenario, folder = sim.load_scenario("january_2014"), tmp_path / "record"
    shutil.copytree(RECORD, folder)
    control = pd.read_csv(folder / "control.csv", keep_default_na=False)
    unsure = []
    for precision in ("day", "week", "window", "month"):
        control.assign(date_precision=precision).to_csv(folder / "control.csv", index=False)
        unsure.append(int(read_record(folder, scenario).unsure.sum()))
    assert unsure[0] == 0
    assert unsure[0] < unsure[1] < unsure[2] < unsure[3]


BAD = {
    "no such town": ("control.csv", "azaz,", "azazz,", "did you mean 'azaz'"),
    "bad date": ("control.csv", "2014-02-28", "2014-02-30", "a date such as"),
    "bad role": ("control.csv", ",sole,", ",alone,", "sole, shared, none"),
    "bad precision": ("control.csv", ",high,day,", ",high,dya,", "one of day, week, window, month"),
    "no end": ("control.csv", "2014-03-31,", "9999-12-31,", "a date not after 2023-12-31"),
    "overlap": ("control.csv", "azaz,2014-01-16", "azaz,2014-01-10", "after the end of the row before"),
    "lacking column": ("control.csv", "confidence,", "trust,", "no column confidence"),
    "bad number": ("targets.csv", ",385.0,", ",many,", "a number"),
    "twice": ("targets.csv", "C1b,", "C1a,", "another id"),
    "turned round": ("targets.csv", "385.0,350.0,550.0", "385.0,550.0,350.0", "not above hi"),
    "negative": ("ucdp_weekly.csv", "isis_vs_rebels,Aleppo,23,", "isis_vs_rebels,Aleppo,-23,", "0 or more"),
    "toll": ("fatalities_sohr.csv", "2014-01-07,5,385", "2014-01-07,5,many", "a number"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_refused_in_one_sentence(case, tmp_path):
    name, old, new, expected = BAD[case]
    folder = tmp_path / "record"
    shutil.copytree(RECORD, folder)
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1))
    with pytest.raises(RecordError) as error:
        read_record(folder, sim.load_scenario("january_2014"))
    assert name in str(error.value)
    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_the_command_writes_tables_and_figure_and_replaces_nothing(ensemble, tmp_path, capsys):
    sim.ensemble.save_results(ensemble, tmp_path / "runs")
    words = ["score", str(tmp_path / "runs"), "--record", str(RECORD)]
    main(words)
    out = tmp_path / "runs" / "score_record"
    assert sorted(f.name for f in out.iterdir()) == sorted(telling.FILES)
    assert set(pd.read_parquet(out / "score_towns.parquet")["held"]) == set(MEANINGS)
    assert len(pd.read_parquet(out / "score_targets.parquet")) == 36
    text = capsys.readouterr().out
    assert "of 36 is inside its tolerance" in text
    assert "random same rate" in text
    for wrong, said in (
        (words, "holds a score already"),
        ([*words[:2], "--record", str(tmp_path / "none")], "no such folder"),
        (["score", str(tmp_path / "none"), "--record", str(RECORD)], "no such folder"),
        ([*words, "--overwrite", "--observe", "rebells=0.5"], "expected NAME=VALUE"),
        ([*words, "--overwrite", "--observe", "rebels=7"], "outside"),
        ([*words, "--overwrite", "--issue", "2014-02-30"], "issue = '2014-02-30': expected a day (0 is"),
    ):
        with pytest.raises(SystemExit) as stop:
            main(wrong)
        assert stop.value.code == 2
        assert said in capsys.readouterr().err
    main([*words, "--overwrite", "--observe", "--issue", "2014-02-28"])
    text = capsys.readouterr().out
    assert "as a monitor would have reported it" in text
    assert "as on 2 January: every town stays as it was on 2 January" in " ".join(text.split())
    assert "Town by day, by days after 28 February" in " ".join(text.split())
