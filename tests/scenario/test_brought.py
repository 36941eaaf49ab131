"""Scenarios that another installed package brings by an entry point."""

import pytest

import sim
from sim.scenario import ScenarioError, load_scenario, scenario_names

SCENARIO = """parent: truce
title: A quiet January
about: Made up.
params: {march.speed: 30}
"""


@pytest.fixture
def downstream(tmp_path, monkeypatch):
    """An installed package with one scenario, and another whose module is missing."""
    monkeypatch.chdir(tmp_path)
    site = tmp_path / "site"
    folder = site / "downstream" / "scenarios" / "quiet_january"
    folder.mkdir(parents=True)
    (site / "downstream" / "__init__.py").write_text("")
    (folder / "scenario.yaml").write_text(SCENARIO)
    for name, module in {"downstream": "downstream.scenarios", "broken": "broken.scenarios"}.items():
        about = site / f"{name}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[infighting.scenarios]\nmine = {module}\n")
    with pytest.raises(ScenarioError, match="no scenario is called 'quiet_january'"):
        load_scenario("quiet_january")
    monkeypatch.syspath_prepend(site)
    with pytest.warns(UserWarning, match="the package broken are left out: broken.scenarios is no package"):
        scenario_names()
    return folder


def test_it_is_found_by_name_like_any_other(downstream, called, tmp_path):
    assert "quiet_january" in scenario_names()
    scenario = load_scenario("quiet_january")
    assert (scenario.title, scenario.parents[0], scenario.folder) == (
        *("A quiet January", "truce"),
        downstream.resolve(),
    )
    world = sim.RebelConflict("quiet_january", seed=1).run(2)
    assert world.params.march.speed == 30
    assert world.fork().scenario.name == "quiet_january"
    design = sim.make_design("grid", {"scenario": ["quiet_january", "truce"]})
    assert len(sim.run_design(design, runs_per_point=1, days=2, progress=False).runs) == 2
    code, out, _ = called(tmp_path, "--show", "scenario=quiet_january")
    assert code == 0
    assert "scenario.name: january_2014 -> quiet_january" in out


def test_what_is_shipped_goes_first(downstream):
    (downstream.parent / "truce").mkdir()
    (downstream.parent / "truce" / "scenario.yaml").write_text(SCENARIO)
    assert load_scenario("truce").title != "A quiet January"
