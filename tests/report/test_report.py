"""Reports: they say what the results say, hold all they show, and replace nobody's file."""

import re
import shutil
from html import unescape

import numpy as np
import pytest
from fake_ensemble import fake_ensemble, keep
from scipy import stats

import sim
from sim.__main__ import main
from sim._util import tables
from sim.core.outcomes import CLASSES
from sim.ensemble import load_results, run_ensemble
from sim.ensemble.store import layout
from sim.ensemble.store.layout import ResultsError
from sim.plots.outcomes import outcome_share_table
from sim.report import ReportError, comparison, figures, numbers, write
from sim.scenario import load_scenario, scenarios_folder

RECORD = scenarios_folder() / "january_2014" / "record"
MINE = "<html>years of work</html>"


def made(folder, runs=25, days=120, scenario="january_2014", detail="full", seed=1, strength=1.0, said=None):
    """A folder of made-up results on a real scenario."""
    ensemble = fake_ensemble(runs, days, scenario=load_scenario(scenario), seed=seed, strength=strength)
    return keep(ensemble, folder, detail, said)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Results, and the report on them."""
    folder = made(tmp_path_factory.mktemp("results") / "one")
    write(folder)
    return folder


@pytest.fixture(scope="module")
def page(kept):
    return (kept / "report.html").read_text()


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """A comparison of three results, and their folders."""
    place = tmp_path_factory.mktemp("three")
    named = {"january_2014": 1.0, "truce": 1.2, "pursuit": 0.6}
    folders = [made(place / name, 20, 60, name, strength=strength) for name, strength in named.items()]
    return write(folders), folders


def words_of(page):
    """What a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


# --- one result ------------------------------------------------------------------------------------------


def test_it_says_question_outcome_doubts_and_origin(page):
    words = words_of(page)
    for expected in (
        "How and whether ISIS regroups",
        "25 runs of january_2014 (seed 1)",
        "not a forecast",
        "95 % interval",
        "The record ends on 31 March 2014",
        "Chance is in the bands.",
        "Doubt about the parameters is not.",
        "none: all as shipped",
        "grievance.half_life",
        "scenario (hash)",
    ):
        assert expected in words, expected
    assert load_scenario().hash in words


def test_it_counts_the_parameters_that_nobody_measured(page):
    table = sim.params.table().reset_index()
    numbers = table[(table["kind"] != "switch") & ~table["name"].str.startswith("outcomes.")]
    judged = numbers["source"].str.lower().str.match("assumed|judgement|none").sum()
    assert 20 < judged < len(numbers)
    text = f"All runs share one set of {len(numbers)} parameters. {judged} of these are assumed or judged"
    assert text in words_of(page)


def test_its_shares_are_those_of_the_runs(kept, page):
    ensemble = load_results(kept)
    table = outcome_share_table(ensemble).set_index("class")
    for name in CLASSES:
        row = re.search(rf"<th scope=row>{name}</th>(.*?)</tr>", page, re.DOTALL)[1]
        assert f"{table.loc[name, 'share']:.1%}".replace("%", "\u00a0%") in row
        assert f"{100 * table.loc[name, 'low']:.1f}\u00a0% to {100 * table.loc[name, 'high']:.1f}" in row


def test_the_records_own_class_is_marked(page):
    row = re.search(r'<tr class="marked">(.*?)</tr>', page, re.DOTALL)[1]
    assert "resurgent" in row
    assert "\u2605 held" in row


def test_ten_figures_are_inside_with_words_for_those_who_cannot_see_them(page):
    found = re.findall(
        r'<img src="data:image/(svg\+xml|png);base64,[^"]+" width="\d+" height="\d+" alt="([^"]*)"', page
    )
    assert len(found) == len(figures.KINDS) == 12
    assert all("seed 1" in says for _, says in found)
    assert {kind.name for kind in figures.KINDS} == set(layout.FIGURES)


def test_it_points_nowhere_outside_itself(page):
    assert set(re.findall(r'(?:src|href)="(#|data:)?', page)) == {"#", "data:"}
    assert "http" not in re.sub(r'base64,[^"]+|http-equiv', "", page)
    assert "default-src 'none'" in page


def test_it_is_the_same_each_time(kept, page):
    write(kept)
    assert (kept / "report.html").read_text() == page


@pytest.mark.parametrize(("detail", "count"), [("summary", 3), ("daily", 10), ("full", 12)])
def test_every_detail_has_its_report(tmp_path, detail, count):
    page = write(made(tmp_path / detail, 5, 40, detail=detail)).read_text()
    assert page.count("<figure ") == count
    assert ("Scored against the record" in page) == (detail != "summary")
    assert ("more figures need more detail" in page) == (detail != "full")


SHAPES = {"one run": (1, 40, 1.0), "one day": (3, 1, 1.0), "no towns at the start": (5, 40, 0.0)}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_result_has_its_report(tmp_path, shape):
    runs, days, strength = SHAPES[shape]
    words = words_of(write(made(tmp_path / "odd", runs, days, strength=strength)).read_text())
    assert "very little" in words
    assert "nan" not in words.lower().split()


def test_what_a_reader_must_know_first_is_said_first(tmp_path):
    folder = made(tmp_path / "stopped", 20, 30, said={"runs": 40, "start": {"day": 12}})
    words = words_of(write(folder).read_text())
    assert words.index("20 of 40 runs were done") < words.index("Question")
    assert "The rules have changed" in words
    assert "a stepped world, by hand: day 12" in words
    assert "infighting verify" in words


def test_results_of_another_version_of_the_scenario_are_told(tmp_path):
    said = {"scenario": {"name": "january_2014", "hash": "0" * 16, "parents": []}}
    assert "The scenario has changed" in write(made(tmp_path / "older", 4, 20, said=said)).read_text()


def test_changed_parameters_are_named_and_in_the_command(tmp_path):
    folder = made(tmp_path / "bolder", 4, 20)
    params = load_results(folder).tables.manifest["params"] | {"plans.pursuit": 0.6, "march.on": False}
    shutil.rmtree(folder)
    words = words_of(
        write(
            made(
                folder, 4, 20, said={"params": params, "overrides": {"plans.pursuit": 0.6, "march.on": False}}
            )
        ).read_text()
    )
    assert "plans.pursuit 0.6 (shipped 0.2)" in words
    assert "params.plans.pursuit=0.6 params.march.on=false" in words


def test_a_scenario_of_its_own_has_a_report_without_a_record(tmp_path, monkeypatch):
    mine = tmp_path / "scenarios" / "bare"
    shutil.copytree(load_scenario().folder, mine, ignore=shutil.ignore_patterns("record", "basemap.geojson"))
    text = (mine / "scenario.yaml").read_text()
    text = text.replace("basemap: basemap.geojson\n", "").replace("rebels against", "<b>rebels</b> &")
    (mine / "scenario.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    page = write(made(tmp_path / "own", 5, 40, "bare")).read_text()
    assert "has no record" in page
    assert 'id="record"' not in page
    assert "&lt;b&gt;rebels&lt;/b&gt; &amp;" in page


def test_the_run_that_is_told_is_an_ordinary_one(kept):
    ensemble = load_results(kept)
    runs = ensemble.runs.set_index("run")
    told = runs.loc[figures.typical_run(ensemble)]
    assert told["outcome"] == runs["outcome"].astype(str).mode()[0]
    same = runs[runs["outcome"] == told["outcome"]]["end_people_share"]
    assert same.quantile(0.05) <= told["end_people_share"] <= same.quantile(0.95)


# --- several ---------------------------------------------------------------------------------------------


def test_a_comparison_holds_each_against_the_first(three):
    file, _ = three
    assert file.name == "comparison_january_2014_truce_pursuit.html"
    page = file.read_text()
    assert page.count("<figure ") == 4
    assert {"difference_truce", "difference_pursuit"} <= set(re.findall(r'<figure id="(\w+)"', page))
    assert page.count("share of runs: regrouped") == 2
    assert "truce against january_2014" in page


def test_results_of_one_scenario_go_by_their_folders(tmp_path):
    folders = [made(tmp_path / name, 20, 40, seed=seed) for seed, name in enumerate("ab")]
    page = write(folders).read_text()
    assert "b less a" in page
    assert "Each result less a" in page


def test_what_makes_a_comparison_doubtful_is_said(tmp_path):
    one = made(tmp_path / "a", 20, 40)
    other = made(tmp_path / "b", 20, 30, detail="summary", said={"code": "others"})
    words = words_of(write([one, other]).read_text())
    for expected in ("made by different rules", "differ in length", "No map of b against a"):
        assert expected in words


def test_the_interval_of_two_means_is_welchs():
    rng = np.random.default_rng(1)
    one, other = rng.normal(3, 2, 40), rng.normal(1, 5, 25)
    difference, low, high = comparison.difference_of_means(one, other)
    said = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    assert (low, high) == pytest.approx(tuple(said))
    assert difference == pytest.approx(one.mean() - other.mean())


def test_what_does_not_vary_has_an_interval_of_nothing():
    assert comparison.difference_of_means(np.ones(3), np.zeros(4)) == (1, 1, 1)
    assert np.isnan(comparison.difference_of_means(np.ones(1), np.zeros(4))[1])


def test_a_result_does_not_differ_from_itself(kept, tmp_path):
    shutil.copytree(kept, tmp_path / "copy")
    ensembles = {"one": load_results(kept), "copy": load_results(tmp_path / "copy")}
    table = comparison.difference_table(ensembles)
    assert not table.marked
    assert all(row[4].value == 0 for row in table.rows)


# --- whose file ------------------------------------------------------------------------------------------


def test_nobodys_file_is_replaced_unasked(kept, tmp_path):
    file = tmp_path / "thesis.html"
    file.write_text(MINE)
    with pytest.raises(ReportError, match=r"thesis\.html is there, and is no report .* \(--overwrite\)"):
        write(kept, file)
    assert file.read_text() == MINE
    write(kept, file, overwrite=True)
    assert layout.report_of(file) == "one"
    write(kept, file)


def test_a_report_of_other_results_is_not_replaced_unasked(kept, tmp_path):
    other = made(tmp_path / "other", 3, 20, detail="summary")
    with pytest.raises(ReportError, match="is a report of one"):
        write(other, kept / "report.html")


def test_new_results_take_the_old_report_with_them_and_nobody_elses(tmp_path):
    file = write(made(tmp_path / "here", 3, 20, detail="summary"))
    with pytest.raises(ResultsError, match="holds other results"):
        run_ensemble(runs=2, days=2, out=file.parent, progress=False)
    run_ensemble(runs=2, days=2, out=file.parent, overwrite=True, progress=False)
    assert not file.exists()
    layout.check_report(file)
    file.write_text(MINE)
    run_ensemble(runs=1, days=2, out=file.parent, overwrite=True, progress=False)
    assert file.read_text() == MINE
    with pytest.raises(ResultsError, match="no report of this program"):
        layout.check_report(file)


def test_some_columns_are_those_of_the_whole(tmp_path):
    folder = made(tmp_path / "stopped", 6, 20, said={"runs": 12})
    with pytest.warns(UserWarning, match="is not complete"):
        results = load_results(folder)
    some = results.tables.some("daily", ("run", "day", "faction", "men"))
    assert some.equals(results.daily[["run", "day", "faction", "men"]])
    assert "daily" in results.tables
    assert "weekly" not in results.tables


def refused(capsys, *words):
    """What the command says when it refuses: one line, exit code 2."""
    with pytest.raises(SystemExit) as left:
        main(["report", *map(str, words)])
    said = capsys.readouterr()
    assert left.value.code == 2
    assert said.out == ""
    assert said.err.startswith("infighting: ")
    assert said.err.count("\n") == 1
    return said.err


def test_a_wrong_call_is_one_clear_line(capsys, kept, tmp_path):
    assert "FOLDER" in refused(capsys)
    assert "there is no such folder" in refused(capsys, tmp_path / "nowhere")
    assert "holds no results" in refused(capsys, tmp_path)
    assert "named twice" in refused(capsys, kept, f"{kept}/")
    assert "there is no folder" in refused(capsys, kept, "--out", tmp_path / "no" / "file.html")
    assert "is a folder" in refused(capsys, kept, "--out", tmp_path)
    assert "--output is not understood; did you mean '--out'?" in refused(capsys, kept, "--output", "x")


def test_damaged_and_foreign_results_are_one_clear_line(capsys, tmp_path):
    folder = made(tmp_path / "a", 3, 20)
    (folder / "daily" / "00000.parquet").write_bytes(b"nothing")
    assert "00000.parquet is damaged" in refused(capsys, folder)
    other = made(tmp_path / "b", 3, 20, said={"overrides": {"grievance.of_old": 1.0}})
    assert "cannot be opened by this version: there is no parameter" in refused(capsys, other)
    gone = made(tmp_path / "c", 3, 20, said={"scenario": {"name": "gone", "hash": "0", "parents": []}})
    assert "gone" in refused(capsys, gone)
    assert not list(tmp_path.glob("**/report.html*"))


def test_a_design_is_one_clear_line(capsys, kept, tmp_path):
    design = sim.make_design("grid", {"march.speed": [30.0, 60.0]})
    sim.run_design(design, runs_per_point=2, days=5, detail="daily", progress=False, out=tmp_path / "design")
    assert "is a design: a report is of runs of one world" in refused(capsys, tmp_path / "design")
    assert "is a design" in refused(capsys, tmp_path / "design", kept)
    with pytest.raises(SystemExit) as left:
        main(["score", str(tmp_path / "design"), "--record", str(RECORD)])
    assert left.value.code == 2
    assert "2 points of a design, and only runs of one world can be scored" in capsys.readouterr().err


def test_the_command_names_the_file(capsys, kept, tmp_path):
    main(["report", str(kept), "--out", str(tmp_path / "mine.html")])
    explore, report = (tmp_path / name for name in ("explore_mine.html", "mine.html"))
    assert capsys.readouterr().out == f"Explore: {explore}\nReport: {report}\n"


# --- numbers ---------------------------------------------------------------------------------------------


def test_numbers_read_well():
    assert tables.number(-0.04, "", 1, sign=True) == "+0.0"
    assert tables.number(float("nan")) == tables.number(None) == ""
    assert tables.number(float("inf")) == "never"
    assert tables.percent(-0.123) == "\u221212.3\u00a0%"
    with pytest.raises(ValueError, match="Length mismatch"):
        tables.table(("one", "two"), [(1, 2, 3)])
    assert comparison._change(1, 102.4, 51.2, 153.6)[0].text == "+102"
    assert comparison._change(1, 0.0153, -0.01, 0.04)[1].text == "\u22120.010 to +0.040"
    assert comparison._change(100, 0.275, 0.2, 0.3)[0].text == "+27.5\u00a0points"


def test_values_of_the_record_are_placed_among_the_runs(kept):
    ensemble = load_results(kept)
    table = numbers.record_table(ensemble)
    inside = sum(row[-1].text == "inside" for row in table.rows)
    assert f"{inside} of {len(table.rows)} values" in table.note
    for row in table.rows:
        low, high = (float(x.strip("\u00a0%").replace(",", "")) for x in row[5].text.split(" to "))
        record = float(row[2].text.strip("\u00a0%").replace(",", ""))
        assert (low <= record <= high) or row[-1].text != "inside" or abs(record - low) < 1


def test_what_each_side_did_is_the_sum_over_its_factions(kept):
    ensemble = load_results(kept)
    table = numbers.side_table(ensemble)
    factions = ensemble.scenario.factions
    last = ensemble.daily[ensemble.daily["day"] == ensemble.days]
    for side in ("focal", "rebel", "kurdish"):
        mine = last[last["faction"].isin(factions["id"][factions["side"] == side])]
        begun = mine.groupby("run")["campaigns"].sum().median()
        column = 1 + [name for name in numbers.SIDES if name in set(factions["side"])].index(side)
        assert table.rows[0][column].value == begun


def test_towns_are_sorted_by_how_far_they_are_off(kept):
    rows = numbers.town_table(load_results(kept)).rows
    off = [row[-1].value for row in rows if row[-1].value is not None]
    assert off == sorted(off, reverse=True)
    assert len(rows) == 60
