"""At the door of a scenario: what is well-formed and yet impossible, or would do harm later, is refused."""

import csv
import json
import os
import shutil

import pytest
import toy

from sim.scenario import ScenarioError, load_scenario, scenario_names
from sim.scenario.build import build
from sim.scenario.head import DEEPEST
from sim.scenario.validate import crow_km


@pytest.fixture
def folder(tmp_path):
    return toy.write(tmp_path / "toy")


def edit(folder, name, change, delimiter=","):
    """Change the rows of a table, header first, and write them again."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    lines = change(lines) or lines
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n", delimiter=delimiter).writerows(lines)


def put(line, column, value):
    """A change of one cell, or (with no line) of a whole column; a value may be a function of the cell."""

    def change(lines):
        k = lines[0].index(column)
        for row in lines[1:] if line is None else [lines[line - 1]]:
            row[k] = value(row[k]) if callable(value) else value

    return change


def problems(folder):
    with pytest.raises(ScenarioError) as caught:
        load_scenario(folder)
    return caught.value.problems


def swap(lines):
    a, b = lines[0].index("latitude"), lines[0].index("longitude")
    for row in lines[1:]:
        row[a], row[b] = row[b], row[a]


def again(line):
    return lambda lines: [*lines, lines[line - 1]]


def rename(old, new):
    return lambda lines: [[new if cell == old else cell for cell in row] for row in lines]


IMPOSSIBLE = [
    ("roads", put(2, "km", "3"), "row 2, column km: 3 km is shorter than the crow flies from 'fort'"),
    ("towns", put(None, "people", "0"), "column people: nobody lives in any town"),
    ("control", put(None, "holder", ""), "column holder: nobody holds any town"),
    ("control", put(3, "focal_role", "none"), "row 3, column focal_role: 'none', and 569 men of 'caliph'"),
    ("control", put(5, "focal_role", "shared"), "row 5, column focal_role: 'shared', and no man of"),
    ("control", put(3, "holder", "brothers"), "row 3, column focal_role: 'sole', and the holder is"),
    ("events", put(2, "whom", "caliph;caliph"), "'caliph;caliph' names 'caliph' twice; expected each one"),
    ("events", put(2, "whom", "league"), "row 2, column whom: 'league' is also in who; expected"),
    ("events", again(2), "'murder' says the same of brothers, caliph as row 2; expected"),
    ("factions", put(2, "bases", "fort;fort"), "'fort;fort' names 'fort' twice"),
    ("towns", put(2, "name", "Br$dge"), "'Br$dge' cannot be drawn; expected a name without $"),
    ("roads", put(2, "via", "over the hill"), "'over the hill' cannot be drawn; expected points such as"),
    ("roads", put(2, "via", "A:36:north"), "'A:36:north' cannot be drawn; expected points such as"),
]


@pytest.mark.parametrize(("table", "change", "said"), IMPOSSIBLE, ids=[case[2][:40] for case in IMPOSSIBLE])
def test_what_cannot_be_is_refused_by_row(folder, table, change, said):
    edit(folder, table, change)
    found = [problem for problem in problems(folder) if said in problem]
    assert len(found) == 1
    assert found[0].startswith(f"toy/{table}.csv, ")
    assert "expected" in found[0]


def test_coordinates_the_wrong_way_round_are_one_sentence(tmp_path):
    mine = shutil.copytree(load_scenario().folder, tmp_path / "mine")
    edit(mine, "towns", swap)
    (found,) = problems(mine)
    assert found.startswith("mine/towns.csv, columns latitude and longitude: 16 roads are shorter than the")


def test_a_town_far_from_where_its_roads_can_reach_is_named_by_each_of_them(folder):
    edit(folder, "towns", put(3, "latitude", "46"))
    assert [found.split(":")[0] for found in problems(folder)] == [
        f"toy/roads.csv, row {row}, column km" for row in (8, 9, 10)
    ]


def test_a_town_at_the_origin_of_the_map_is_in_the_sea(folder):
    for column in ("latitude", "longitude"):
        edit(folder, "towns", put(3, column, "0"))
    assert "toy/towns.csv, row 3, column latitude: 0, 0 is in the sea off Africa" in problems(folder)[0]


@pytest.mark.parametrize("name", ["mixed", "none", "contested", "nobody", "latent", "civilians", "source"])
def test_a_faction_may_not_have_a_reserved_name(folder, name):
    for file in folder.glob("*.csv"):
        file.write_text(file.read_text(encoding="utf-8").replace("league", name), encoding="utf-8")
    (found,) = [problem for problem in problems(folder) if "is a reserved word" in problem]
    assert found == f"toy/factions.csv, row 6, column id: '{name}' is a reserved word; expected another id"


def test_a_faction_may_not_have_the_name_of_a_group(folder):
    edit(folder, "groups", rename("rebels", "guard"))
    edit(folder, "control", rename("guard;rebels;caliph", "guard;caliph"))
    assert any("'guard' is also the name of a group; expected another id" in p for p in problems(folder))


def test_there_is_room_for_any_number_of_dated_events(folder):
    edit(folder, "events", lambda lines: [*lines, *([f"e{k}", *lines[3][1:]] for k in range(420))])
    static, _ = build(load_scenario(folder))
    assert len(static.events) == 425


def test_the_crow_flies_along_a_great_circle():
    assert crow_km(0, 0, 0, 90) == pytest.approx(10_007.5, abs=0.1)
    assert crow_km(36, 37, 36, 37) == 0


# -- scenario.yaml


def nested(levels):
    return f"title: {'[' * levels}{']' * levels}\n"


HUGE = 10**400
YAML = {
    "a key twice": ("days: 60\n", "days: 60\ndays: 61\n", "row 5: not valid YAML (the key 'days' is given"),
    "a key twice within": ("iraq_flow: 2", "iraq_flow: 2, iraq_flow: 3", "key 'iraq_flow' is given twice"),
    "a list for a key": ("iraq_flow: 2", "? [iraq_flow] : 2", "a key is one word, not a list or a table"),
    "a reference": ("title: A", "about: &a x\ntitle: *a #", "*a refers to another place"),
    "deep": ("title: A made-up country\n", nested(DEEPEST), f"more than {DEEPEST} levels"),
    "very deep": ("title: A made-up country\n", nested(100_000), f"more than {DEEPEST} levels"),
    "long": ("title: A", f"about: {'x' * 1_000_001}\ntitle: A", "letters; expected at most 1,000,000"),
    "the year 1": ("starts: 2014-01-03", "starts: 0001-01-01", "starts: 0001-01-01 is out of range"),
    "a title with a formula": ("title: A", "title: $A$", "title: '$A$ made-up country' cannot be drawn"),
    "a province with a formula": ("[East, West]", "[East, $W$]", "provinces: ['East', '$W$'] is not a list"),
    "a huge number": (
        "title: A",
        f"params: {{march.speed: {HUGE}}}\ntitle: A",
        "...0 is not a number",
    ),
}


@pytest.mark.parametrize("case", YAML)
def test_a_head_that_hides_something_or_never_ends_is_refused_in_a_sentence(folder, case):
    old, new, said = YAML[case]
    text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "scenario.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    (found,) = problems(folder)
    assert said in found
    assert len(found) < 300


def test_a_bomb_in_one_folder_does_not_keep_others_from_being_read(tmp_path, monkeypatch):
    bomb = tmp_path / "scenarios" / "bomb"
    bomb.mkdir(parents=True)
    lines = ["a0: &a0 [x, x]", *(f"a{k}: &a{k} [*a{k - 1}, *a{k - 1}]" for k in range(1, 60))]
    (bomb / "scenario.yaml").write_text("\n".join(lines))
    monkeypatch.chdir(tmp_path)
    assert "bomb" in scenario_names()
    assert "*a0 refers to another place" in problems("bomb")[0]
    assert load_scenario("truce").name == "truce"


def child(folder, text):
    place = folder.parent / "child"
    place.mkdir()
    (place / "scenario.yaml").write_text(text)
    return place


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("parent: toy\ndrop_events: 5\n", "drop_events: 5 is no event; expected one of: channel"),
        ("parent: toy\ndrop_events: [[murder]]\n", "drop_events: ['murder'] is no event"),
        (f"parent: {'x' * 5_000}\n", "parent: no scenario is called 'xxx"),
        ("parent: [toy]\n", "no scenario is called"),
        ("parent: 5\n", "no scenario is called"),
    ],
)
def test_an_odd_variant_is_refused_in_a_sentence(folder, text, said):
    (found,) = problems(child(folder, text))
    assert said in found
    assert len(found) < 400


def test_a_name_too_long_for_any_folder_is_refused_in_a_sentence():
    assert len(problems("x" * 5_000)[0]) < 400


def test_a_pipe_or_a_folder_is_no_table(folder):
    (folder / "roads.csv").unlink()
    os.mkfifo(folder / "roads.csv")
    (folder / "towns.csv").unlink()
    (folder / "towns.csv").mkdir()
    found = problems(folder)
    assert [problem.split(";")[0] for problem in found] == [
        "toy/towns.csv: the file cannot be read",
        "toy/roads.csv: the file cannot be read",
    ]


def feature(**parts):
    return json.dumps({"type": "FeatureCollection", "features": [parts]})


POINT = {"type": "Point", "coordinates": [1, 2]}
MAPS = [
    feature(geometry=POINT),
    feature(properties=None, geometry=POINT),
    feature(properties={}, geometry={"type": "LineString", "coordinates": [["a", 2], [1, 2]]}),
    feature(properties={}, geometry=None),
    "[" * 100_000,
]


@pytest.mark.parametrize("text", MAPS, ids=["no properties", "null", "no number", "no geometry", "deep"])
def test_a_base_map_that_cannot_be_drawn_is_refused(folder, text):
    (folder / "map.geojson").write_text(text)
    head = (folder / "scenario.yaml").read_text()
    (folder / "scenario.yaml").write_text(f"basemap: map.geojson\n{head}")
    assert "basemap: 'map.geojson' is no map; expected GeoJSON" in problems(folder)[0]


# -- spreadsheets


@pytest.mark.parametrize(
    ("change", "delimiter"),
    [
        (lambda lines: lines, ";"),
        (lambda lines: lines, "\t"),
        (lambda lines: [[*line, "", ""] for line in lines], ","),
        (lambda lines: [*lines, [""] * len(lines[0]), [" ", "\u00a0"]], ","),
        (lambda lines: [[f"\u00a0{cell} " for cell in line] for line in lines], ","),
        (lambda lines: [[cell.replace(".", ",") for cell in line] for line in lines], ";"),
    ],
    ids=["semicolons", "tabs", "empty columns", "empty rows", "spaces", "decimal commas"],
)
def test_a_table_that_a_spreadsheet_saved_is_read_as_it_was(folder, change, delimiter):
    before = load_scenario(folder).towns
    edit(folder, "towns", change, delimiter)
    assert load_scenario(folder).towns.equals(before)


def test_dates_with_the_day_first_are_read_where_they_are_plain(folder):
    before = load_scenario(folder).events
    edit(folder, "events", put(2, "date", "30/12/2013"))
    edit(folder, "events", put(4, "date", "5.1.2014"))
    assert load_scenario(folder).events.equals(before)
    edit(folder, "events", put(4, "date", "05/01/2014"))
    assert problems(folder) == [
        "toy/events.csv, row 4, column date: '05/01/2014' may be 5 January or 1 May; "
        "expected a date such as 2014-01-03"
    ]


def test_one_short_row_is_one_sentence(folder):
    edit(folder, "towns", lambda lines: [*lines[:2], lines[2][:5], *lines[3:]])
    assert problems(folder) == ["toy/towns.csv, row 3: 5 cells; expected 14, one for each column"]


def test_many_bad_rows_are_a_short_message_with_a_count(folder):
    edit(folder, "roads", lambda lines: [*lines, *([["dam", "nowhere", *lines[1][2:]]] * 10_000)])
    with pytest.raises(ScenarioError) as caught:
        load_scenario(folder)
    assert len(str(caught.value).splitlines()) == 21
    assert str(caught.value).splitlines()[-1].startswith("and ")
