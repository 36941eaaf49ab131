"""Pages escape what scenarios say: a title or a name with markup in it stays words, wherever it is shown."""

import re

import pytest
import toy

import sim
from sim.model import RebelConflict
from sim.report.writing import write
from sim.scenario import load_scenario

HARM = "<script>alert(1)</script><img src=x onerror=alert(2)>&'\""
RUNS = re.compile(r"<script>alert|<img src=x", re.IGNORECASE)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The made-up country with markup in its title and in every name."""
    folder = toy.write(tmp_path_factory.mktemp("hostile") / "toy")
    rows = toy.tables()
    for table in ("towns", "factions", "sponsors"):
        k = rows[table][0].index("name")
        for row in rows[table][1:]:
            row[k] = f"{row[k]} {HARM}"
    toy.write(folder, rows)
    text = (folder / "scenario.yaml").read_text()
    text = text.replace("title: A made-up country", f"title: {HARM!r}".replace("\\'", "''"))
    text = text.replace("about: Eight towns", f"about: {HARM!r}".replace("\\'", "''") + " #")
    (folder / "scenario.yaml").write_text(text)
    return load_scenario(folder)


@pytest.fixture(scope="module")
def played(hostile):
    return RebelConflict(hostile, seed=1, days=6).run(4)


@pytest.fixture(scope="module")
def ensemble(hostile):
    return sim.run_ensemble(hostile, runs=4, days=6, detail="full", progress=False)


PLAYED = ("one/explore.html", "explore_one_other.html")
SHOWN = {
    "model": lambda m: m._repr_html_(),
    "towns": lambda m: "".join(town._repr_html_() for town in m.towns.values()),
    "factions": lambda m: "".join(faction._repr_html_() for faction in m.factions.values()),
    "sponsors": lambda m: "".join(sponsor._repr_html_() for sponsor in m.sponsors.values()),
    "ledger": lambda m: "".join(m.explain(town=town)._repr_html_() for town in m.towns),
    "happenings": lambda m: m.explain(day=(1, 4))._repr_html_(),
}


@pytest.mark.parametrize("what", SHOWN)
def test_a_notebook_shows_names_as_words(played, what):
    page = SHOWN[what](played)
    assert not RUNS.search(page)
    assert "&lt;script&gt;alert(1)" in page or what == "happenings"


def test_the_dashboard_shows_title_and_names_as_words(played):
    app = pytest.importorskip("sim.report.dashboard.app", reason="pip install '.[dashboard]'")
    page = app.title_of(played.scenario) + app.about(played.scenario)
    assert not RUNS.search(page)
    assert "&lt;script&gt;alert(1)" in page


def test_the_live_view_is_told_names_as_data_and_writes_no_markup(played):
    widget = pytest.importorskip("sim.report.widget", reason="pip install '.[notebook]'")
    view = widget.View(played)
    view.town = played.town_ids[0]
    assert "<script>alert(1)" in view.stage + view.frame + view.card  # JSON, which is parsed and never run
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert word not in widget.View.template.default_value


def test_results_and_comparisons_show_names_as_words(ensemble, hostile):
    comparison = sim.compare({HARM: ensemble, "same": ensemble})
    pages = ensemble._repr_html_() + comparison._repr_html_()
    assert not RUNS.search(pages)
    assert pages.count("&lt;script&gt;") >= 2


def test_reports_show_title_and_names_as_words(hostile, tmp_path):
    for name in ("one", "other"):
        sim.run_ensemble(hostile, runs=2, days=4, out=tmp_path / name, progress=False)
    one = write(tmp_path / "one").read_text(encoding="utf-8")
    both = write([tmp_path / "one", tmp_path / "other"]).read_text(encoding="utf-8")
    played = [(tmp_path / name).read_text(encoding="utf-8") for name in PLAYED]
    for page in (one, both, *played):
        assert not RUNS.search(page)
        assert "&lt;script&gt;alert(1)" in page
    # in the data, names are text as well
    assert all("\\u003cscript\\u003ealert(1)" in page for page in played)
