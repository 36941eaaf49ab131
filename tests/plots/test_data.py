"""The numbers of a figure, read back: those that went in."""

import numpy as np
import pandas as pd
import pytest
from fake_ensemble import fake_ensemble
from matplotlib.figure import Figure

from sim import plots
from sim.plots import frames, outcomes


def test_lines_and_bands_are_the_quantiles_over_runs():
    ensemble = fake_ensemble(60, 50)
    numbers = plots.data(plots.towns_over_time(ensemble))
    low, quarter, middle, upper, high = frames.bands(frames.towns_held(ensemble, "isis"))
    line = numbers[numbers["series"] == "line 1"]
    assert line["x"].tolist() == list(pd.to_datetime(frames.dates(ensemble, range(51))))
    np.testing.assert_allclose(line["y"].astype(float), middle)
    for series, (below, above) in {"band 1": (low, high), "band 2": (quarter, upper)}.items():
        band = numbers[numbers["series"] == series]
        np.testing.assert_allclose(band["low"].astype(float), below)
        np.testing.assert_allclose(band["high"].astype(float), above)


def test_points_are_the_shares_and_their_intervals():
    ensemble = fake_ensemble(40, 50)
    numbers = plots.data(plots.outcome_shares(ensemble))
    table = outcomes.outcome_share_table({"a": ensemble})
    drawn = numbers.groupby("series")["x"].agg(["min", "max"]).round(12).to_numpy().tolist()
    for row in table.itertuples():
        assert [round(row.low, 12), round(row.high, 12)] in drawn
        assert [round(row.share, 12)] * 2 in drawn


def test_maps_have_a_point_a_town_and_no_base_map():
    ensemble = fake_ensemble(30, 40)
    numbers = plots.data(plots.chance_map(ensemble, 40))
    assert (numbers["kind"] == "point").sum() == len(ensemble.scenario.towns)
    assert set(numbers["kind"]) <= {"point", "line"}  # the bar of km


def test_of_several_axes_each_has_its_name(tmp_path):
    axes = plots.chance_maps(fake_ensemble(30, 80))
    numbers = plots.data(axes)
    assert list(dict.fromkeys(numbers["axes"])) == [ax.get_title() or ax.get_title("left") for ax in axes]
    file = tmp_path / "deep" / "towns.csv"
    assert plots.save(axes, file) == [file]
    again = pd.read_csv(file)
    np.testing.assert_array_equal(again["x"], numbers["x"].astype(float))
    assert again["colour"].tolist() == numbers["colour"].tolist()


def test_cells_of_a_picture_are_the_numbers_painted():
    ax = Figure().add_subplot()
    painted = np.arange(6.0).reshape(2, 3)
    ax.imshow(painted, extent=(0, 3, 2, 0))
    numbers = plots.data(ax)
    assert numbers["value"].tolist() == painted.ravel().tolist()
    assert numbers[["x", "y"]].iloc[4].tolist() == [1.5, 1.5]


def test_what_draws_nothing_has_no_rows():
    assert len(plots.data(Figure())) == 0
    with pytest.raises(TypeError, match="ax_or_figure = 3: expected Axes, several of them, or a Figure"):
        plots.data(3)
