"""Another war under other names: what is written of it names its own faction, days and places."""

import html
import io
import json
import re
import shutil

import pytest
from rich.console import Console

import sim
from sim.params import declared
from sim.report import terminal, world, write
from sim.report.summary import show_summary, summary
from sim.scenario import load_scenario, write_garrisons

OF_JANUARY = r"ISIS|\bisis\b|Islamic State|Raqqa|January|Islamic Front|Nusra"
OF_THIS_WAR = r"\bHTS\b|\bhts\b|Hayat"
YEARS = r"(?<![\w.])20(?:14|18)(?!\w|\.\d)"  # years, and no coordinates


@pytest.fixture(scope="module")
def renamed(tmp_path_factory):
    """Idlib 2018 with its focal faction under another name, in another year."""
    source = load_scenario("idlib_2018").folder
    folder = tmp_path_factory.mktemp("wars") / "league_war"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("*.md", "record", "garrisons.csv"))
    for file in folder.iterdir():
        text = re.sub(r"\bhts\b", "the_league", file.read_text(encoding="utf-8"))
        text = re.sub(r"Hayat Tahrir al-Sham", "the League", text)
        text = re.sub(r"\b2017-|\b2018-", lambda year: {"2017-": "2030-", "2018-": "2031-"}[year[0]], text)
        if file.name == "scenario.yaml":
            text = re.sub(r"(?s)title:.*?starts:", "title: A war\nabout: A made-up war.\nstarts:", text)
        file.write_text(text, encoding="utf-8")
    write_garrisons(folder)
    return folder


@pytest.fixture(scope="module")
def played(renamed, tmp_path_factory):
    """Two runs of twenty days, all that is kept, in a folder."""
    out = tmp_path_factory.mktemp("results") / "league"
    sim.run_ensemble(renamed, runs=2, days=20, detail="full", out=out, progress=False)
    return out


def foreign(text):
    """Names of another war in a text, each with what stands around it."""
    text = re.sub(r"data:[a-z/+;-]+;base64,[A-Za-z0-9+/=]+", "", text)
    sources = {parameter.source for parameter in declared().values()}
    for source in sorted(sources, key=len, reverse=True):  # told with the date and place they are from
        text = text.replace(html.escape(source), "")
    found = re.finditer(f"{OF_JANUARY}|{OF_THIS_WAR}|{YEARS}", text)
    return [text[max(0, m.start() - 60) : m.end() + 40] for m in found]


def test_tables_in_the_terminal_name_its_own_faction(played):
    ensemble, out = sim.load_results(played), io.StringIO()
    console = Console(file=out, width=200)
    terminal.show(ensemble, console)
    show_summary(summary(ensemble.runs.assign(point=0)), console=console)
    text = out.getvalue()
    assert "What became of the League" in text
    assert not foreign(text.replace(str(ensemble.scenario.hash), ""))


def test_its_report_and_its_page_name_no_other_war(played):
    report = write(played)
    for page in (report, report.with_name("explore.html")):
        text = page.read_text(encoding="utf-8")
        assert "the league" in text
        assert "2031" in text
        assert not foreign(text), page.name


def test_what_is_explained_and_shown_of_a_world_names_its_own(renamed):
    model = sim.RebelConflict(renamed, seed=1).run(12)
    told = [model.explain(day=(1, 12)).text, model.explain(faction="the_league", day=(1, 12)).text]
    told += [model.explain(town="idlib", day=(1, 12)).text, repr(model), repr(model.town("idlib"))]
    text = "\n".join(told)
    assert "the League" in text
    assert not foreign(text)


def test_a_live_view_names_its_own(renamed):
    model = sim.RebelConflict(renamed, seed=1).run(8)
    stage, evening = world.stage(model.scenario, model.days), world.frame(model, 8)
    assert stage["focal"] == "the league"  # the short name that charts have
    text = json.dumps([stage, evening], ensure_ascii=False)
    assert "the league" in text
    assert not foreign(text)
