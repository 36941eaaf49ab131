"""Where it happens: boxes of parameter space by PRIM, leaves by CART, and how sure one can be of them."""

import warnings

import numpy as np
import pandas as pd
from scipy.stats import binom
from sklearn.tree import DecisionTreeClassifier


def prim(points, cases, *, smallest=0.05, peel=0.05, density=None):
    """One box in which the cases of interest crowd (patient rule induction, Friedman and Fisher 1999).

    Parameters
    ----------
    points : pandas.DataFrame
        One row a point, parameters as columns; taken as real numbers whatever they are.
    cases : array_like of bool, shape (points,)
        Whether each point is of interest; a Series is matched by its index.
    smallest : float, default 0.05
        Least part of the points a box may hold.
    peel : float, default 0.05
        Part of the points peeled off at a step.
    density : float, optional
        Take the largest box of the trajectory with at least this share of cases (or the densest, if none
        has it). By default the box with the greatest density times coverage.

    Returns
    -------
    pandas.DataFrame
        One row a restricted parameter: ``box``, ``parameter``, ``low``, ``high``, ``lowest``, ``highest``
        (of the points), ``quasi_p``, ``density``, ``coverage``, ``mass``, ``points``, ``cases``. Empty if
        nothing or everything is of interest, or no box restricts anything.

    Raises
    ------
    ValueError
        A column holds no numbers or has gaps, or cases do not belong to the points.

    Notes
    -----
    Restrictions with a quasi-p value above 0.05 are dropped, worst first (Bryant and Lempert 2010).
    """
    points, cases = _checked(points, cases)
    if not cases.any() or cases.all():
        return _boxes([], points, cases)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of optional parts of the library that are not installed
        from ema_workbench.analysis.prim import Prim

        algorithm = Prim(points, cases, threshold=0.0, peel_alpha=peel, paste_alpha=peel, mass_min=smallest)
        box = algorithm.find_box()
    # the library counts every point as a case at threshold 0, and takes no box at all at another one
    dense, mass = (box.peeling_trajectory[name].to_numpy(float) for name in ("mean", "mass"))
    if density is None:
        chosen = int((dense * dense * mass).argmax())
    else:
        chosen = int((dense >= density).argmax() if (dense >= density).any() else dense.argmax())
    limits = box.box_lims[chosen]
    whole = {name: (points[name].min(), points[name].max()) for name in points}
    bounds = {
        name: (float(limits[name].iloc[0]), float(limits[name].iloc[1]))
        for name in points
        if (limits[name].iloc[0], limits[name].iloc[1]) != whole[name]
    }
    return _boxes([_needed(bounds, points, cases)], points, cases)


def cart(points, cases, *, smallest=0.05, leaves=8, least_density=0.5):
    """Boxes that are leaves of a classification tree (Breiman et al. 1984) in which cases prevail.

    Parameters
    ----------
    points, cases
        As for `prim`.
    smallest : float, default 0.05
        Least part of the points in a leaf.
    leaves : int, default 8
        At most so many leaves.
    least_density : float, default 0.5
        Share of cases from which a leaf is reported.

    Returns
    -------
    pandas.DataFrame
        As from `prim`, one box a leaf, the one with most cases first.
    """
    points, cases = _checked(points, cases)
    if not cases.any() or cases.all():
        return _boxes([], points, cases)
    tree = DecisionTreeClassifier(
        min_samples_leaf=max(1, int(np.ceil(smallest * len(points)))), max_leaf_nodes=leaves, random_state=0
    ).fit(points.to_numpy(), cases)
    found = [
        (inside[cases].sum(), bounds)
        for bounds in _leaves(tree.tree_, list(points))
        if (inside := within(bounds, points)).any() and cases[inside].mean() >= least_density
    ]
    found.sort(key=lambda leaf: -leaf[0])
    return _boxes([bounds for _, bounds in found], points, cases)


def _checked(points, cases):
    """Points as real numbers and cases as truth values in their order, or ValueError."""
    points = pd.DataFrame(points)
    numbers = points.apply(pd.to_numeric, errors="coerce").astype(float)
    for name in points:
        lacking = int((~np.isfinite(numbers[name])).sum())
        if lacking:
            first = points[name][~np.isfinite(numbers[name])].iloc[0]
            raise ValueError(
                f"column {name}: {lacking} of {len(points)} points have no number there, such as '{first}'; "
                "leave out the column or the points"
            )
    if isinstance(cases, pd.Series) and not cases.index.equals(points.index):
        if not (cases.index.is_unique and points.index.is_unique and set(cases.index) == set(points.index)):
            raise ValueError("cases have another index than the points: give both the same, or an array")
        cases = cases.loc[points.index]
    cases = np.asarray(cases)
    if cases.shape != (len(points),) or not np.isin(cases, (0, 1)).all():
        raise ValueError(f"cases: expected True or False for each of {len(points)} points")
    return numbers.reset_index(drop=True), cases.astype(bool)


def _leaves(tree, names, node=0, bounds=None):
    """Bounds of every leaf of a fitted tree: ``{parameter: (low, high)}``."""
    bounds = bounds or {}
    if tree.children_left[node] < 0:
        yield bounds
        return
    name, cut = names[tree.feature[node]], float(tree.threshold[node])
    low, high = bounds.get(name, (-np.inf, np.inf))
    yield from _leaves(tree, names, tree.children_left[node], bounds | {name: (low, min(high, cut))})
    yield from _leaves(tree, names, tree.children_right[node], bounds | {name: (max(low, cut), high)})


def within(bounds, points):
    """Which points lie in a box ``{parameter: (low, high)}``, its sides included.

    >>> within({"a": (0.0, 1.0)}, pd.DataFrame({"a": [0.5, 2.0]})).tolist()
    [True, False]
    """
    inside = np.ones(len(points), bool)
    for name, (low, high) in bounds.items():
        inside &= points[name].between(low, high).to_numpy()
    return inside


def quasi_p(bounds, name, points, cases):
    """Chance of at least so many cases in the box if restricting this parameter were worth nothing.

    Binomial, with the share of cases found when this one restriction is lifted (Bryant and Lempert 2010).

    >>> points = pd.DataFrame({"a": np.arange(8.0)})
    >>> round(float(quasi_p({"a": (0, 3)}, "a", points, points["a"] < 4)), 4)
    0.0625
    """
    cases = np.asarray(cases, bool)
    inside = within(bounds, points)
    wider = within({other: limits for other, limits in bounds.items() if other != name}, points)
    return binom.sf(cases[inside].sum() - 1, inside.sum(), cases[wider].mean())


def _needed(bounds, points, cases, most=0.05):
    """The box without restrictions that chance explains, the least needed lifted first."""
    bounds = dict(bounds)
    while bounds:
        worth = {name: quasi_p(bounds, name, points, cases) for name in bounds}
        worst = max(worth, key=worth.get)
        if worth[worst] <= most:
            break
        del bounds[worst]
    return bounds


def _boxes(boxes, points, cases):
    """Boxes as a table, one row a box and parameter it restricts."""
    rows = []
    for number, bounds in enumerate(boxes, 1):
        inside = within(bounds, points)
        for name, (low, high) in bounds.items():
            lowest, highest = float(points[name].min()), float(points[name].max())
            ends = (max(low, lowest), min(high, highest), lowest, highest)
            p, density = float(quasi_p(bounds, name, points, cases)), float(cases[inside].mean())
            found = int(cases[inside].sum())
            size = (float(found / cases.sum()), float(inside.mean()), int(inside.sum()), found)
            rows.append((f"box {number}", name, *ends, p, density, *size))
    columns = "box parameter low high lowest highest quasi_p density coverage mass points cases"
    return pd.DataFrame(rows, columns=columns.split())
