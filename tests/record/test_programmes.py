"""Event files of UCDP and ACLED become weekly counts of a record; nothing is lost without a word."""

import csv
import shutil
import sys

import numpy as np
import pytest

from sim.__main__ import main
from sim.record import RecordError, read_record
from sim.record.programmes import import_events
from sim.record.read import aliases_of
from sim.scenario import load_scenario

GED = """id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name
dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b
number_of_sources source_article source_office source_date source_headline source_original where_prec
where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id
region event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best
high low gwnoa gwnob"""  # the columns of UCDP GED 25.1
ACLED = """event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1
assoc_actor_1 inter1 actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1
admin2 admin3 location latitude longitude geo_precision source source_scale notes fatalities tags timestamp"""


def ged(side_a, side_b, adm_1, date_start, dead=(0, 0, 0, 0), type_of_violence=2, date_prec=1):
    names = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
    return dict(zip(names, dead, strict=True)) | {
        "side_a": side_a,
        "side_b": side_b,
        "dyad_name": f"{side_a} - {side_b}",
        "adm_1": adm_1,
        "date_start": f"{date_start} 00:00:00.000",
        "best": sum(dead),
        "type_of_violence": type_of_violence,
        "date_prec": date_prec,
        "source_article": 'SOHR, 2014, "clashes; many dead"',
    }


def acled(actor1, actor2, admin1, event_date, fatalities=0, event_type="Battles", time_precision=1):
    return {
        "actor1": actor1,
        "actor2": actor2,
        "admin1": admin1,
        "event_date": event_date,
        "fatalities": fatalities,
        "event_type": event_type,
        "time_precision": time_precision,
    }


EVENTS = [
    ged("IS", "Syrian insurgents", "Aleppo governorate", "2014-01-06", (3, 5, 1, 2)),
    ged("Islamic Front", "IS", "Aleppo governorate", "2014-01-12", (4, 1, 0, 0)),
    ged("IS", "Islamic Front, Jabhat Fateh al-Sham", "Al-Hasakeh governorate", "2014-01-13", (0, 2, 0, 0)),
    ged("IS, Jabhat Fateh al-Sham", "PYD", "Ar-Raqqa governorate", "2014-01-14", (6, 7, 0, 0)),
    ged("Government of Syria", "IS", "Homs governorate", "2014-01-20", (1, 2, 0, 0), 1),
]
OTHERS = [  # event: why it does not count
    (ged("IS", "Civilians", "Aleppo governorate", "2014-01-06", type_of_violence=3), "no two armed sides"),
    (
        ged("Government of Syria", "Syrian insurgents", "Idleb governorate", "2014-01-06"),
        "1 are without isis",
    ),
    (ged("IS", "Syrian insurgents", "Aleppo governorate", "2014-01-01", date_prec=4), "dated to a month"),
    (ged("IS", "Syrian insurgents", "Aleppo governorate", "2013-11-01"), "outside the days from 2014-01-03"),
    (ged("Government of Iraq", "IS", "Anbar province", "2014-01-06"), "1 are of another war"),
]


@pytest.fixture(scope="module")
def january():
    return load_scenario("january_2014")


@pytest.fixture
def save(tmp_path):
    """Write rows into a file with all columns of a programme."""

    def write(rows, columns=GED, delimiter=","):
        with (tmp_path / "events.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, columns.split(), restval="", delimiter=delimiter)
            table.writeheader()
            table.writerows(rows)
        return tmp_path / "events.csv"

    return write


def imported(file, january, programme="ucdp", **how):
    content, notes = import_events(file, programme, january, aliases_of(january), **how)
    return list(csv.reader(content.splitlines())), notes


def test_events_of_ucdp_are_counted_by_week_dyad_and_province(save, january):
    rows, notes = imported(save(EVENTS + [event for event, _ in OTHERS]), january)
    assert rows[1:] == [
        ["2014-01-06", "isis_vs_rebels", "Aleppo", "2", "16", "4", "9", "1", "2"],
        ["2014-01-13", "isis_vs_rebels", "Hasakah", "1", "2", "0", "2", "0", "0"],
        ["2014-01-13", "isis_vs_ypg", "Raqqa", "1", "13", "6", "7", "0", "0"],
        ["2014-01-20", "regime_vs_isis", "Homs governorate", "1", "3", "2", "1", "0", "0"],
    ]
    assert notes[0] == "events.csv: 5 of 10 rows used"
    assert len(notes) == 1 + len(OTHERS)
    assert all(sum(why in note for note in notes) == 1 for _, why in OTHERS)


def test_weekly_counts_that_are_imported_are_read_as_a_record(save, january, tmp_path):
    record = shutil.copytree(january.folder / "record", tmp_path / "record")
    (record / "ucdp_weekly.csv").write_text(
        import_events(save(EVENTS), "ucdp", january, aliases_of(january))[0]
    )
    weeks = read_record(record, january).weeks
    assert weeks["events"].sum() == 5
    assert weeks[["focal", "rebels", "civilians"]].sum().tolist() == [12, 19, 1]


def test_events_of_acled_are_read_with_dates_in_words_and_without_the_dead_of_each_side(save, january):
    focal, rebels = "Islamic State (Syria)", "Opposition Rebels (Syria)"
    events = [
        acled(focal, rebels, "Aleppo", "06 January 2014", 7),
        acled("YPG: Peoples Protection Units", focal, "Al Hasakeh", "7 January 2014", 2),
        acled(rebels, focal, "Aleppo", "8 January 2014", 1, "Explosions/Remote violence"),
        acled(focal, "", "Aleppo", "8 January 2014", 1, "Strategic developments"),
        acled(focal, rebels, "Aleppo", "1 January 2014", 7, time_precision=3),
    ]
    rows, notes = imported(save(events, ACLED, ";"), january, "acled")
    assert rows[1:] == [
        ["2014-01-06", "isis_vs_rebels", "Aleppo", "2", "8", "", "", "", ""],
        ["2014-01-06", "isis_vs_ypg", "Hasakah", "1", "2", "", "", "", ""],
    ]
    assert notes[0] == "events.csv: 3 of 5 rows used"


STRANGE = [
    ged("IS", "Lions of the East", "Aleppo governorate", "2014-01-06"),
    ged("IS", "Syrian insurgents", "Anbar province", "2014-01-06"),
    ged("IS", "Syrian insurgents", "", "2014-01-06"),
    ged("Wolves of the West", "IS", "Aleppo governorate", "2014-01-06"),
]


def test_unknown_names_are_told_at_once_or_left_out_and_counted(save, january):
    file = save(EVENTS + STRANGE)
    with pytest.raises(RecordError) as refused:
        imported(file, january)
    said = "\n".join(refused.value.problems)
    assert len(refused.value.problems) == 3
    for name in ("'Lions of the East' (row 7)", "'Anbar province' (row 8)", "'(empty)' (row 9)"):
        assert name in said
    assert "column side_a: no actor of january_2014 is called 'Wolves of the West' (row 10)" in said
    rows, notes = imported(file, january, leave_out=True)
    assert rows == imported(save(EVENTS), january)[0]
    assert notes == ["events.csv: 5 of 9 rows used", "4 are of unknown actors or provinces"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"date_start": "01/02/2014"}, "row 2, date_start: '01/02/2014'; .* may be 1 February or 2 January"),
        ({"date_start": "soon"}, "row 2, date_start: 'soon'; expected a date"),
        ({"best": "many"}, "row 2, best: 'many'; expected a number, 0 or more"),
        ({"deaths_a": "-1"}, "row 2, deaths_a: '-1'; expected a number"),
        ({"side_a": "Daesh and others"}, "no event of 1 counts .*say in aliases.csv what it is called there"),
    ],
)
def test_what_cannot_be_read_is_refused_by_row(save, january, change, said):
    with pytest.raises(RecordError, match=said):
        imported(save([EVENTS[0] | change]), january)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no CSV file of UCDP GED"),
        (b"a,b\n1,2\n", "there is no column date_start, "),
        (b"\xff\xfe\x00", "is no CSV file of UCDP GED"),
        ("side_a,side_b\n\xff".encode("latin-1"), "is no CSV file of UCDP GED"),
        (",".join(GED.split()).encode(), "the file has no rows"),
    ],
)
def test_another_file_is_refused_in_a_sentence(tmp_path, january, content, said):
    (tmp_path / "events.csv").write_bytes(content)
    with pytest.raises(RecordError, match=said) as refused:
        imported(tmp_path / "events.csv", january)
    assert len(str(refused.value).splitlines()) == 1


def test_the_command_writes_once_and_says_what_it_used(save, january, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["infighting"])
    words = ["record", "import", "--from", "ucdp", str(save(EVENTS + STRANGE))]
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert "no actor of january_2014 is called" in capsys.readouterr().err
    main([*words, "--leave-out"])
    assert "events.csv: 5 of 9 rows used\n4 are of unknown" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        main([*words, "--leave-out"])
    assert "is there already" in capsys.readouterr().err
    main(["record", "check", str(january.folder / "record")])
    assert "control.csv: 111 of 111 rows used" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        main(["record", "import", str(tmp_path)])
    assert not np.any([file.name.startswith(".") for file in (tmp_path / "record").iterdir()])
