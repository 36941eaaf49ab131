"""Who fought whom and who died, by the record: what the files say, and that no run reads them."""

import shutil

import numpy as np
import pandas as pd
import pytest

from sim import run_ensemble
from sim.record import fought
from sim.scenario import load_scenario

FILES = ("ucdp_weekly", "clashes", "fatalities_sohr", "wars")


@pytest.fixture(scope="module")
def january():
    return load_scenario("january_2014")


def rows(scenario, name):
    return pd.read_csv(scenario.folder / "record" / f"{name}.csv")


def test_weeks_of_the_war_are_counted_by_side(january):
    weeks = fought._weeks(january)
    assert weeks["day"].min() == -3  # the week of Monday 30 December reaches into it
    assert weeks.groupby("against")["events"].sum().to_dict() == {
        "rebels": 563, "kurdish": 52, "government": 43,
    }  # fmt: skip


def test_every_row_names_what_there_is_and_says_where_it_is_from(january):
    clashes, wars = rows(january, "clashes"), rows(january, "wars")
    words = set(";".join([*clashes["by"], *clashes["against"]]).split(";"))
    assert words - {"isis"} == set(fought.FAMILY)
    assert set(clashes["town"].dropna()) <= set(january.town_ids)
    assert {*wars["faction_a"], *wars["faction_b"]} <= set(january.faction_ids)
    assert set(";".join(wars["only_in"].dropna()).split(";")) <= set(january.provinces)
    assert all(table["source"].notna().all() for table in (clashes, wars))


def test_every_engagement_that_was_counted_goes_to_one_family(january):
    pairs = fought.record_pairs(january)
    assert pairs["engagements"].sum() == pytest.approx(fought._weeks(january)["events"].sum())
    assert pairs.attrs["events"] == 658
    assert pairs["engagements"].isna().sum() == len(rows(january, "wars"))


def test_an_event_that_names_two_families_goes_half_to_each(january):
    clashes = fought.record_clashes(january)
    parts = clashes[list(fought.NAMED)].sum(axis=1)
    assert set(parts.round(12)) == {0.0, 1.0}
    assert clashes.iloc[0][["day", *fought.NAMED]].tolist() == [1, 0.5, 0.5, 0.0]


def test_the_dead_so_far_never_fall(january):
    table = fought.record_deaths(january)
    for _, part in table.sort_values("day").groupby("source"):
        for side in ("isis", "rebels", "civilians"):
            assert (np.diff(part[side].dropna()) >= 0).all()
    last = table[table["source"] == "UCDP"].iloc[-1]
    assert last[["day", "isis", "rebels"]].tolist() == [87, 1320, 1878]


def test_first_movers_are_first(january):
    joined = fought.record_joined(january).set_index("faction")["day"]
    assert joined["army_of_mujahideen"] == joined["syrian_revolutionaries_front"] == 1
    assert joined["jabhat_al_nusra"] == 4
    assert set(joined.index) <= set(january.faction_ids)


def test_a_variant_has_its_parents_record_and_a_scenario_of_its_own_none(january, tmp_path, monkeypatch):
    assert fought.record_pairs(load_scenario("truce")).equals(fought.record_pairs(january))
    shutil.copytree(january.folder, tmp_path / "scenarios" / "bare", ignore=shutil.ignore_patterns("record"))
    monkeypatch.chdir(tmp_path)
    bare = load_scenario("bare")
    for read in (fought.record_pairs, fought.record_deaths, fought.record_joined, fought.record_clashes):
        assert read(bare) is None


def test_no_run_reads_it(january, tmp_path, monkeypatch):
    shutil.copytree(january.folder, tmp_path / "scenarios" / "other")
    for name in FILES:
        (tmp_path / "scenarios" / "other" / "record" / f"{name}.csv").write_text("not,a\ntable")
    monkeypatch.chdir(tmp_path)
    ours, theirs = (
        run_ensemble(name, runs=3, days=20, progress=False).runs for name in (january.name, "other")
    )
    assert ours.equals(theirs)
