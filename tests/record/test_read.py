"""The record is read once, in one way: what its files say, names and dates as spreadsheets leave them."""

import csv
import io
import shutil

import numpy as np
import pandas as pd
import pytest

import sim
from sim import run_ensemble
from sim.record import RecordError, read, read_record, record_classes, record_of
from sim.scenario import load_scenario

FILES = ("ucdp_weekly", "clashes", "fatalities_sohr", "wars")


@pytest.fixture(scope="module")
def january():
    return load_scenario("january_2014")


@pytest.fixture(scope="module")
def record(january):
    return record_of(january)


@pytest.fixture
def folder(january, tmp_path):
    return shutil.copytree(january.folder / "record", tmp_path / "record")


def rows(scenario, name):
    return pd.read_csv(scenario.folder / "record" / f"{name}.csv")


def edit(folder, name, change, delimiter=","):
    """Change the rows of a file, header first, and write them again."""
    lines = list(csv.reader(io.StringIO((folder / name).read_text(encoding="utf-8-sig"))))
    lines = change(lines) or lines
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n", delimiter=delimiter).writerows(lines)


def put(column, old, new):
    """A change of every cell of a column that says ``old``; a function of the cell if that is None."""

    def change(lines):
        for line in lines[1:]:
            if old is None:
                line[column] = new(line[column])
            elif line[column] == old:
                line[column] = new

    return change


def assert_same(one, other):
    for a, b in zip(one.observed[:-1], other.observed[:-1], strict=True):
        assert np.array_equal(a, b, equal_nan=True)
    assert one.notes == other.notes


# -- what the files say


def test_weeks_of_the_war_are_counted_by_side(record):
    assert record.weeks["day"].min() == -3  # the week of Monday 30 December reaches into it
    counts = record.weeks.groupby(record.weeks["dyad"].map(read.DYADS))["events"].sum()
    assert counts.to_dict() == {"rebels": 563, "kurdish": 52, "government": 43}


def test_every_row_names_what_there_is_and_says_where_it_is_from(january):
    clashes, wars = rows(january, "clashes"), rows(january, "wars")
    words = set(";".join([*clashes["by"], *clashes["against"]]).split(";"))
    assert words - {"isis"} == set(read.FAMILY)
    assert set(clashes["town"].dropna()) <= set(january.town_ids)
    assert {*wars["faction_a"], *wars["faction_b"]} <= set(january.faction_ids)
    assert set(";".join(wars["only_in"].dropna()).split(";")) <= set(january.provinces)
    assert all(table["source"].notna().all() for table in (clashes, wars))


def test_every_engagement_that_was_counted_goes_to_one_family(january, record):
    pairs = record.pairs()
    assert pairs["engagements"].sum() == pytest.approx(record.weeks["events"].sum())
    assert pairs.attrs["events"] == 658
    assert pairs["engagements"].isna().sum() == len(rows(january, "wars"))


def test_an_event_that_names_two_families_goes_half_to_each(record):
    clashes = record.shares_of_clashes()
    parts = clashes[list(read.NAMED)].sum(axis=1)
    assert set(parts.round(12)) == {0.0, 1.0}
    assert clashes.iloc[0][["day", *read.NAMED]].tolist() == [1, 0.5, 0.5, 0.0]


def test_the_dead_so_far_never_fall(record):
    table = record.deaths()
    for _, part in table.sort_values("day").groupby("source"):
        for side in ("isis", "rebels", "civilians"):
            assert (np.diff(part[side].dropna()) >= 0).all()
    last = table[table["source"] == "UCDP"].iloc[-1]
    assert last[["day", "isis", "rebels"]].tolist() == [87, 1320, 1878]


def test_first_movers_are_first(january, record):
    joined = record.joined().set_index("faction")["day"]
    assert joined["army_of_mujahideen"] == joined["syrian_revolutionaries_front"] == 1
    assert joined["jabhat_al_nusra"] == 4
    assert set(joined.index) <= set(january.faction_ids)


def test_every_file_says_how_many_of_its_rows_are_used_and_why_others_are_not(record):
    assert [note.split(":")[0] for note in record.notes] == [
        *("control.csv", "targets.csv", "fatalities_sohr.csv"),
        *("ucdp_weekly.csv", "clashes.csv", "wars.csv"),
    ]
    assert record.notes[3] == (
        "ucdp_weekly.csv: 104 of 135 rows used; 31 are of weeks before 2014-01-03; "
        "11 of provinces off the map count in totals only"
    )


# -- where it is found, and when it is read


def test_a_variant_has_its_parents_record_and_a_scenario_of_its_own_none(january, tmp_path, monkeypatch):
    assert record_of(load_scenario("truce")).pairs().equals(record_of(january).pairs())
    shutil.copytree(january.folder, tmp_path / "scenarios" / "bare", ignore=shutil.ignore_patterns("record"))
    monkeypatch.chdir(tmp_path)
    bare = load_scenario("bare")
    assert record_of(bare) is None
    assert record_classes(bare, sim.Params(), 10) == ({}, None)


def test_a_variant_of_a_scenario_of_ones_own_has_that_ones_record(january, tmp_path):
    shutil.copytree(january.folder, tmp_path / "mine")
    (tmp_path / "child").mkdir()
    (tmp_path / "child" / "scenario.yaml").write_text("parent: mine\ntitle: A child\n")
    assert record_of(load_scenario(tmp_path / "child")).folder == tmp_path / "mine" / "record"


def test_a_record_is_read_once_and_again_when_its_files_change(january, tmp_path):
    mine = load_scenario(shutil.copytree(january.folder, tmp_path / "mine"))
    first = record_of(mine)
    assert record_of(mine) is first
    edit(mine.folder / "record", "control.csv", lambda lines: lines[:-1])
    assert len(record_of(mine).spells) == len(first.spells) - 1


def test_no_run_reads_it(january, tmp_path, monkeypatch):
    shutil.copytree(january.folder, tmp_path / "scenarios" / "other")
    for name in FILES:
        (tmp_path / "scenarios" / "other" / "record" / f"{name}.csv").write_text("not,a\ntable")
    monkeypatch.chdir(tmp_path)
    ours, theirs = (
        run_ensemble(name, runs=3, days=20, progress=False).runs for name in (january.name, "other")
    )
    assert ours.equals(theirs)


# -- names


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("control.csv", put(3, "isis", "ISIS")),
        ("control.csv", put(4, "sole", "Sole")),
        ("control.csv", put(3, "isis", "isis\u00a0")),
        ("control.csv", put(0, None, lambda cell: cell.title() + " ")),
        ("control.csv", put(0, None, lambda cell: cell.replace("_", "\u00a0"))),
        ("control.csv", put(5, None, str.upper)),
        ("ucdp_weekly.csv", put(2, None, lambda cell: f"{cell} governorate")),
        ("ucdp_weekly.csv", put(2, "Ar-Raqqa", "Al-Raqqah governorate")),
        ("ucdp_weekly.csv", put(1, "isis_vs_rebels", "IS - Syrian insurgents")),
        ("ucdp_weekly.csv", put(1, None, str.upper)),
        ("wars.csv", put(1, None, str.title)),
        ("control.csv", put(0, "azaz", "أعزاز")),
        ("control.csv", put(0, "azaz", "Izzaz")),
        ("control.csv", put(0, "maarrat_al_numan", "Ma\u02bfarrat al-Nu\u2019m\u0101n")),
        ("control.csv", put(0, "kobani", "Ayn al-Arab")),
        ("control.csv", put(3, "isis", "داعش")),
        ("control.csv", put(3, "isis", "Islamic State of Iraq and al-Sham (ISIS/ISIL)")),
        ("ucdp_weekly.csv", put(1, "isis_vs_rebels", "IS - Islamic Front, Jabhat Fateh al-Sham")),
        ("ucdp_weekly.csv", put(1, "isis_vs_ypg", "IS, Jabhat Fateh al-Sham - PYD")),
        ("targets.csv", put(3, None, lambda cell: cell.replace("azaz", "Azaz (Izzaz)"))),
        ("clashes.csv", put(3, None, lambda cell: cell.replace(";", " ; ").upper())),
        ("targets.csv", put(3, None, str.upper)),
    ],
)
def test_a_name_is_known_whatever_its_capitals_and_spaces(name, change, folder, january, record):
    edit(folder, name, change)
    again = read_record(folder, january)
    assert [n.split(" (")[0] for n in again.notes[:3]] == record.notes[:3]
    for a, b in zip(again.observed[:-1], record.observed[:-1], strict=True):
        assert np.array_equal(a, b, equal_nan=True)
    assert again.pairs().equals(record.pairs())
    assert again.joined().equals(record.joined())
    assert again.targets == record.targets


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (
            "control.csv",
            put(3, "isis", "the caliphate"),
            "no faction or group of january_2014 is called 'the caliphate'",
        ),
        ("control.csv", put(0, "azaz", "azazz"), "; did you mean 'azaz'?)"),
        ("ucdp_weekly.csv", put(2, "Aleppo", "Alepo"), "'Alepo' (row 2; did you mean 'Aleppo'?)"),
        ("ucdp_weekly.csv", put(1, "isis_vs_ypg", "isis_vs_all"), "no dyad of january_2014 is called"),
        ("clashes.csv", put(3, "isis", "black flags"), "no faction or family of january_2014 is called"),
        ("wars.csv", put(1, "ypg", "ypq"), "no faction of january_2014 is called 'ypq'"),
    ],
)
def test_an_unknown_name_is_refused_in_one_sentence(name, change, said, folder, january):
    edit(folder, name, change)
    with pytest.raises(RecordError) as refused:
        read_record(folder, january)
    assert len(refused.value.problems) == 1
    assert name in str(refused.value)
    assert said in str(refused.value)
    assert "say in aliases.csv beside it" in str(refused.value)


def off_the_map(lines):
    places = ("sarmin", "homs", "homs")
    return [*lines, *([place, *lines[1][1:]] for place in places)]


def test_all_places_off_the_map_are_told_at_once_and_no_other_town_is_suggested(folder, january):
    edit(folder, "control.csv", off_the_map)
    with pytest.raises(RecordError) as refused:
        read_record(folder, january)
    (said,) = refused.value.problems
    assert "no town of january_2014 is called 'sarmin' (row 113), 'homs' (row 114); correct" in said


def test_places_off_the_map_can_be_left_out_and_are_counted(folder, january, record):
    edit(folder, "control.csv", off_the_map)
    (folder / "aliases.csv").write_text("file,token,means\ncontrol.csv,sarmin,\n,Homs,\n")
    again = read_record(folder, january)
    assert again.notes[0] == (
        "control.csv: 111 of 114 rows used; left out, as aliases.csv says: homs (2), sarmin (1)"
    )
    assert again.spells.equals(record.spells)


def test_an_alias_gives_a_name_its_meaning(folder, january, record):
    edit(folder, "control.csv", put(3, "isis", "black flags"))
    (folder / "aliases.csv").write_text("file;token;means\ncontrol.csv;Black Flags;isis\n")
    assert_same(read_record(folder, january), record)


def test_a_record_of_ones_own_in_capitals_has_the_same_class(january, tmp_path):
    mine = shutil.copytree(january.folder, tmp_path / "mine")
    edit(mine / "record", "control.csv", put(3, "isis", "ISIS"))
    edit(mine / "record", "control.csv", put(4, "sole", "Sole"))
    expected = record_classes(january, sim.Params(), 271)
    assert record_classes(load_scenario(mine), sim.Params(), 271) == expected


# -- spreadsheets


def spaced(lines):
    return [[f" {cell}" for cell in lines[0]], *([f"{cell} " for cell in line] for line in lines[1:])]


def day_first(lines):
    for line in lines[1:]:
        for k in (1, 2):
            line[k] = "/".join(reversed(line[k].split("-")))


SAVED = {
    "empty rows": (lambda lines: [*lines, [""] * len(lines[0]), ["", ""]], ","),
    "empty columns": (lambda lines: [[*line, "", ""] for line in lines], ","),
    "semicolons": (lambda lines: lines, ";"),
    "tabs": (lambda lines: lines, "\t"),
    "spaces": (spaced, ","),
    "the day first": (day_first, ","),
}


@pytest.mark.parametrize("case", SAVED)
def test_what_a_spreadsheet_saved_is_read_as_it_was(case, folder, january, record):
    edit(folder, "control.csv", *SAVED[case])
    assert_same(read_record(folder, january), record)


def test_a_file_of_another_width_of_letters_is_read(folder, january, record):
    text = (folder / "control.csv").read_text(encoding="utf-8")
    (folder / "control.csv").write_text(text, encoding="utf-16")
    assert_same(read_record(folder, january), record)


def test_a_date_that_may_be_two_days_is_refused(folder, january):
    edit(folder, "control.csv", put(1, "2013-12-01", "01/12/2013"))
    with pytest.raises(RecordError) as refused:
        read_record(folder, january)
    assert "control.csv, row 2, from: '01/12/2013'; expected a date such as 2014-01-31" in str(refused.value)
    assert "('01/12/2013' may be 1 December or 12 January)" in str(refused.value)


def test_one_short_row_is_one_sentence(folder, january):
    edit(folder, "control.csv", lambda lines: [*lines[:5], lines[5][:3], *lines[6:]])
    with pytest.raises(RecordError) as refused:
        read_record(folder, january)
    (said,) = refused.value.problems
    assert said.endswith("control.csv, row 6: 3 cells; expected 10, one for each column")


@pytest.mark.parametrize("count", [3_000, 100_000])
def test_many_bad_rows_are_a_short_message_with_a_count(folder, january, count):
    edit(folder, "control.csv", lambda lines: lines + [[*lines[1][:1], "soon", *lines[1][2:]]] * count)
    with pytest.raises(RecordError) as refused:
        read_record(folder, january)
    assert len(refused.value.problems) == count
    assert len(str(refused.value).splitlines()) == 21
    assert str(refused.value).endswith(f"and {count - 20:,} more")


def test_a_record_without_targets_is_read_but_not_scored(folder, january):
    (folder / "targets.csv").unlink()
    record = read_record(folder, january)
    assert record.targets == []
    ensemble = run_ensemble(runs=1, days=3, detail="daily", progress=False)
    with pytest.raises(RecordError, match=r"targets\.csv is missing"):
        sim.record.score(ensemble, record)


def test_a_week_that_is_counted_twice_is_refused(folder, january):
    edit(folder, "ucdp_weekly.csv", lambda lines: [*lines, lines[1]])
    with pytest.raises(RecordError, match="expected one row of each week, dyad and province: row 2 is of"):
        read_record(folder, january)
