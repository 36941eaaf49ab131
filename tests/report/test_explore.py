"""`explore.html`: it holds what the results hold, says what it does not, and is nobody else's file."""

import base64
import json
import re
import shutil
from html import unescape

import numpy as np
import pytest
from fake_ensemble import fake_ensemble, keep

from sim.__main__ import main
from sim.core.outcomes import STATES
from sim.ensemble import load_results
from sim.ensemble.store.layout import ResultsError, existing
from sim.report import ReportError, comparison, explore, figures, packing, write
from sim.scenario import load_scenario

NAMESPACE = "http://www.w3.org/2000/svg"  # a name that SVG in a page must have; nothing is fetched


@pytest.fixture(scope="module", autouse=True)
def without_figures():
    """Figures are the report's, and slow to draw: none of them is on the page tested here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "draw", lambda ensemble: [])
        patch.setattr(comparison, "draw", lambda named: [])
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Results and their report."""
    place = tmp_path_factory.mktemp("results") / "one"
    keep(fake_ensemble(30, 120, scenario=load_scenario("january_2014")), place)
    write(place)
    return place


@pytest.fixture(scope="module")
def page(folder):
    return (folder / "explore.html").read_text()


def data_of(page):
    """What a page holds."""
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])


def words_of(page):
    """What a page says, without its tags, data and script."""
    seen = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", seen)).split())


def unpacked(text):
    """Whole numbers from their bytes, read one by one."""
    found, value, shift = [], 0, 0
    for byte in base64.b64decode(text):
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(value)
            value = shift = 0
    return found


# --- packing ---------------------------------------------------------------------------------------------


def test_whole_numbers_of_every_length_come_back():
    values = [0, 1, 127, 128, 16_383, 16_384, 2**31, 2**40]
    assert unpacked(packing.base64_of(packing.varints(values))) == values
    assert packing.varints([]).tolist() == []


def test_courses_and_rises_come_back():
    rng = np.random.default_rng(1)
    values = rng.integers(-300, 90_000, (4, 30))
    steps = np.array([-(x + 1) // 2 if x % 2 else x // 2 for x in unpacked(packing.courses(values))])
    assert (np.cumsum(steps.reshape(4, 30), axis=1) == values).all()
    run, key = np.array([0, 0, 0, 2, 2]), np.array([0, 7, 400, 3, 90_000])
    packed = packing.rises(run, key, 4)
    assert unpacked(packed["count"]) == [3, 0, 2, 0]
    assert unpacked(packed["steps"]) == [0, 7, 393, 3, 89_997]


# --- the page --------------------------------------------------------------------------------------------


def test_it_says_what_it_shows_and_what_it_is_for(folder, page):
    words = words_of(page)
    for expected in (
        "30 runs of january_2014 (seed 1)",
        "It explains, it does not advise",
        "no forecast",
        "95 % interval",
        "not where their columns stood",
        "Doubt about the parameters is not.",
        "scenario (hash)",
        "runs=30 seed=1",
    ):
        assert expected in words or expected in page, expected
    assert load_scenario().hash in words


def test_it_asks_nothing_of_any_network(page):
    assert set(re.findall(r'(?:src|href)="(#|data:)?', page)) == {"#", "data:"}
    assert page.count(NAMESPACE) == 1
    assert "http" not in page.replace(NAMESPACE, "").replace("http-equiv", "")
    assert "default-src 'none'" in page
    assert "url(" not in page


def test_it_is_the_same_each_time(folder, page):
    write(folder)
    assert (folder / "explore.html").read_text() == page


def test_two_hundred_runs_of_the_whole_horizon_stay_under_three_megabytes(page):
    side = data_of(page)["results"][0]
    daily = sum(len(json.dumps(side[name])) for name in ("control", "fights", "courses"))
    every = sum(len(json.dumps(measure)) for measure in side["measures"])
    rest = len(page) - daily - every
    assert rest + every * 200 / 30 + daily * 200 / 30 * 271 / 120 < 3_000_000


def test_it_holds_every_change_of_hands_and_every_fight(folder, page):
    ensemble, side = load_results(folder), data_of(page)["results"][0]
    towns = list(ensemble.scenario.town_ids)
    control = ensemble.control.sort_values(["run", "town", "day"])
    new = control.groupby(["run", "town"], observed=True)["holder"].transform(lambda x: x != x.shift())
    control = control[new.astype(bool)].assign(
        key=lambda x: x["day"] * 60 + x["town"].astype(str).map(towns.index)
    )
    control = control.sort_values(["run", "key"])
    assert unpacked(side["control"]["count"]) == control.groupby("run").size().tolist()
    codes = [*ensemble.scenario.faction_ids, "none", "contested"]
    held = list(base64.b64decode(side["control"]["holder"]))
    assert [codes[code] for code in held] == control["holder"].astype(str).tolist()
    steps = control.groupby("run")["key"].transform(lambda x: x.diff().fillna(x.iloc[0]))
    assert unpacked(side["control"]["steps"]) == steps.astype(int).tolist()
    fights = ensemble.engagements
    ours = fights[(fights["faction_a"] == "isis") | (fights["faction_b"] == "isis")]
    assert sum(unpacked(side["fights"]["count"])) == len(ours.drop_duplicates(["run", "day", "town"]))


def test_it_holds_every_measure_exactly(folder, page):
    runs = load_results(folder).runs
    measures = {measure["name"]: measure for measure in data_of(page)["results"][0]["measures"]}
    assert set(measures) == set(runs.columns) - {"run"}
    for name, measure in measures.items():
        values = base64.b64decode(measure["values"])
        if "classes" in measure:
            names = [measure["classes"][code][0] for code in values]
            assert names == runs[name].astype(str).tolist()
        else:
            np.testing.assert_array_equal(np.frombuffer(values), runs[name].to_numpy(float))
    assert {name for name, *_ in measures["state"]["classes"]} <= set(STATES)
    assert all(meaning for _, _, meaning in measures["state"]["classes"])


@pytest.mark.parametrize(("detail", "kept"), [("summary", set()), ("daily", {"control", "courses"})])
def test_less_detail_gives_a_page_that_says_what_is_missing(tmp_path, detail, kept):
    write(keep(fake_ensemble(5, 40, scenario=load_scenario()), tmp_path / detail, detail))
    page = (tmp_path / detail / "explore.html").read_text()
    assert {"control", "courses", "fights"} & set(data_of(page)["results"][0]) == kept
    assert ("there is no map" in words_of(page)) == (detail == "summary")
    assert ('id="stage"' in page) == (detail != "summary")
    assert ("none are marked" in words_of(page)) == (detail == "daily")


def test_of_more_runs_than_a_page_shows_it_takes_the_first_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(explore, "MOST_RUNS", 8)
    folder = keep(fake_ensemble(12, 40, scenario=load_scenario()), tmp_path / "many")
    write(folder)
    page = (folder / "explore.html").read_text()
    assert data_of(page)["results"][0]["runs"] == list(range(8))
    assert "8 of 12 runs are here" in words_of(page)
    monkeypatch.setattr(explore, "MOST_BYTES", 40_000)
    write(folder)
    page = (folder / "explore.html").read_text()
    assert 0 < len(data_of(page)["results"][0]["runs"]) < 8
    assert f"{len(data_of(page)['results'][0]['runs'])} of 12 runs are here" in words_of(page)


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two results."""
    place = tmp_path_factory.mktemp("two")
    return [
        keep(fake_ensemble(6, 40, scenario=load_scenario(n)), place / n) for n in ("january_2014", "truce")
    ]


def test_two_results_stand_side_by_side(two):
    file = write(two)
    page = (file.parent / "explore_january_2014_truce.html").read_text()
    data = data_of(page)
    assert [side["name"] for side in data["results"]] == ["january_2014", "truce"]
    assert data["paired"]
    assert "share their luck decision by decision" in words_of(page)


def test_results_that_are_no_pairs_are_not_called_twins(two, tmp_path):
    other = keep(fake_ensemble(6, 40, scenario=load_scenario("truce"), seed=2), tmp_path / "other")
    write([two[0], other], tmp_path / "mine.html")
    page = (tmp_path / "explore_mine.html").read_text()
    assert not data_of(page)["paired"]
    assert "twins" not in words_of(page)
    assert "Runs of one number do not share their luck here" in words_of(page)


def test_of_three_results_there_is_none(two, tmp_path):
    third = keep(fake_ensemble(6, 40, scenario=load_scenario("pursuit")), tmp_path / "pursuit")
    write([*two, third], tmp_path / "three.html")
    assert [file.name for file in tmp_path.glob("*.html")] == ["three.html"]


def test_the_command_says_where_both_are(two, tmp_path, capsys):
    main(["report", *map(str, two), "--out", str(tmp_path / "mine.html")])
    assert capsys.readouterr().out == f"Explore: {tmp_path}/explore_mine.html\nReport: {tmp_path}/mine.html\n"


def test_nobodys_page_is_replaced(two, tmp_path):
    folder = tmp_path / "one"
    shutil.copytree(two[0], folder)
    (folder / "explore.html").write_text("years of work")
    with pytest.raises(ReportError, match="is no report of this program"):
        write(folder)
    assert (folder / "explore.html").read_text() == "years of work"
    assert not (folder / "report.html").exists()
    assert folder / "explore.html" not in existing(folder)
    write(folder, overwrite=True)
    assert folder / "explore.html" in existing(folder)


def test_a_run_does_not_begin_where_its_page_could_not_be_written(tmp_path, monkeypatch, called):
    mine = tmp_path / "results" / "mine" / "explore.html"
    mine.parent.mkdir(parents=True)
    mine.write_text("years of work")
    code, _, error = called(tmp_path, "runs=2", "days=3", "name=mine", "progress=false")
    assert code == 2
    assert "is no report of this program" in error
    assert [file.name for file in mine.parent.iterdir()] == ["explore.html"]
    assert ResultsError.__name__ not in error
