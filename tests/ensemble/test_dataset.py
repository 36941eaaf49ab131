"""Tables with labels: what xarray gives is what the tables say."""

import sys

import numpy as np
import pytest

import sim

xarray = pytest.importorskip("xarray")
RUNS, DAYS = 3, 6


@pytest.fixture(scope="module")
def ensemble():
    return sim.run_ensemble(runs=RUNS, seed=4, days=DAYS, detail="daily", progress=False)


@pytest.fixture(scope="module")
def swept():
    design = sim.make_design("grid", {"march.speed": [30, 60], "scenario": ["truce", "january_2014"]})
    return sim.run_design(design, runs_per_point=2, days=DAYS, detail="daily", progress=False)


@pytest.mark.parametrize("table", ["runs", "focal", "daily"])
def test_every_number_is_that_of_the_table(ensemble, table):
    data, frame = ensemble.to_xarray(table), getattr(ensemble, table)
    for name in data.data_vars:
        there = data[name].to_dataframe().reset_index()[name]
        assert there.astype(object).where(there.notna(), None).tolist() == (
            frame[name].astype(object).where(frame[name].notna(), None).tolist()
        )
    assert set(data.data_vars) | set(data.dims) == set(frame.columns)


def test_control_is_filled_forward(ensemble):
    data = ensemble.to_xarray("control")
    words = data["holder"].attrs["flag_meanings"].split()
    assert data["holder"].shape == (RUNS, DAYS + 1, len(ensemble.scenario.towns))
    for day in (0, 3, DAYS):
        known = (
            ensemble.control_on(day).astype({"town": str, "holder": str}).set_index(["run", "town"])["holder"]
        )
        mine = data["holder"].sel(day=day).to_series()
        assert {key: words[code] for key, code in mine.items()} == known.to_dict()
    raqqa = data.sel(town="raqqa")
    assert float(raqqa["latitude"]) == pytest.approx(35.95, abs=0.1)


def test_units_meanings_and_dates_come_along(ensemble):
    data = ensemble.to_xarray("daily")
    assert data["men"].attrs["units"] == "men"
    assert data["men"].attrs["long_name"]
    assert data["date"].to_numpy()[[0, -1]].astype("datetime64[D]").astype(str).tolist() == [
        "2014-01-02",
        "2014-01-08",
    ]
    assert data.attrs["scenario"] == "january_2014"
    assert data.attrs["seed"] == 4


def test_factors_are_coordinates_along_the_points(swept):
    data = swept.to_xarray("focal")
    assert data["people"].dims == ("point", "run", "day")
    assert data["march.speed"].attrs["units"] == "km/day"
    assert data["scenario"].to_numpy().tolist() == swept.points["scenario"].tolist()
    one = swept.at(3).to_xarray("focal")["people"]
    assert np.array_equal(data["people"].sel(point=3), one)
    holder = swept.to_xarray("control")["holder"]
    assert np.array_equal(holder.sel(point=3), swept.at(3).to_xarray("control")["holder"])


def test_points_that_failed_are_left_out(swept):
    swept_again = swept.at([1, 3])
    data = swept_again.to_xarray()
    assert data["point"].to_numpy().tolist() == [1, 3]
    assert data["march.speed"].to_numpy().tolist() == [30.0, 60.0]


def test_what_there_is_not_is_said(ensemble, monkeypatch):
    with pytest.raises(ValueError, match="table = 'weekly': expected one of"):
        ensemble.to_xarray("weekly")
    summary = sim.run_ensemble(runs=1, days=2, progress=False)
    with pytest.raises(ValueError, match='run with detail="daily"'):
        summary.to_xarray("focal")
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(ValueError, match=r"pip install 'infighting\[xarray\]'"):
        ensemble.to_xarray()
