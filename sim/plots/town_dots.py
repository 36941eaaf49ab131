"""The towns of a map: how large their dots are, where they go, and which names find room."""

import functools
import math

import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from sim.plots import basemap, style

PEOPLE_CAP, PEOPLE_UNKNOWN = 100_000, 5_000


def people(scenario):
    """People of the towns, 5,000 where unknown."""
    counts = pd.to_numeric(scenario.towns["people"], errors="coerce")
    return counts.fillna(PEOPLE_UNKNOWN).to_numpy(float)


def dot_area(counts, scale=1.0):
    """Area of a dot in square points: in proportion to people, capped as in the measure."""
    return scale * (13.0 + 55.0 * np.minimum(counts, PEOPLE_CAP) / PEOPLE_CAP)


def move_apart(points, radii, gap=0.4, rounds=400):
    """Dots moved so far that none hides another, and no farther; points and radii in one unit."""
    now = points.astype(float).copy()
    need = radii[:, None] + radii[None, :] + gap
    np.fill_diagonal(need, 0.0)
    turn = np.arange(len(points)) * 2.399963  # the golden angle parts dots that coincide
    nudge = 1e-3 * np.column_stack([np.cos(turn), np.sin(turn)])
    for _ in range(rounds):
        apart = now[:, None] - now[None, :] + nudge[:, None] - nudge[None, :]
        far = np.hypot(apart[..., 0], apart[..., 1])
        short = np.maximum(need - far, 0.0)
        if short.max() < 1e-2:
            break
        push = np.divide(short, far, out=np.zeros_like(far), where=far > 0)
        now += 0.35 * (apart * push[..., None]).sum(axis=1) + 0.01 * (points - now)
    return now


@functools.lru_cache(maxsize=64)
def _moved_apart(points, radii):
    """`move_apart` of the bytes of arrays: small multiples ask for the same places again and again."""
    return move_apart(np.frombuffer(points).reshape(-1, 2), np.frombuffer(radii))


def town_places(ax, scenario, areas):
    """Where the dots go (lon, lat) once moved apart, with the lines back to where they belong."""
    true = basemap.places(scenario)
    per_degree = basemap.points_per_degree(ax)
    points, radii = np.round(true * per_degree, 6), np.round(np.sqrt(areas / math.pi), 6)
    moved = _moved_apart(points.tobytes(), radii.tobytes()) / per_degree
    shift = np.hypot(*((moved - true) * per_degree).T)
    lines = [np.array([a, b]) for a, b, far in zip(true, moved, shift, strict=True) if far > 1.5]
    ax.add_collection(LineCollection(lines, colors=style.SOFT, linewidths=0.35, zorder=1.5))
    return moved


def short_name(name):
    """A town's name without what stands in brackets."""
    return name.split(" (")[0]


def full_names(scenario):
    """Names of the towns without brackets, except where two would be the same."""
    short = [short_name(name) for name in scenario.towns["name"]]
    full = [name.split(",")[0].rstrip(")") + ")" * ("(" in name) for name in scenario.towns["name"]]
    return [a if short.count(a) == 1 else b for a, b in zip(short, full, strict=True)]


def label_towns(ax, scenario, spots, areas, weights, count, size=style.SMALL, taken=()):
    """Name at most ``count`` towns, weightiest first, where they hide no name, dot or box of ``taken``."""
    per_degree = basemap.points_per_degree(ax)
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    points, radii = spots * per_degree, np.sqrt(areas / math.pi)
    frame = np.array([west, south, east, north]) * np.tile(per_degree, 2)
    names = [short_name(name) for name in scenario.towns["name"]]
    written = label_boxes(names, points, radii, weights, count, size, frame, taken)
    for name, box in written.items():
        x, y = box[0] / per_degree[0], (box[1] + box[3]) / 2 / per_degree[1]
        look = {"ha": "left", "va": "center_baseline", "path_effects": style.halo()}
        ax.text(x, y, name, size=size, zorder=5, **look)
    return list(written)


def label_boxes(names, points, radii, weights, count, size, frame, taken=()):
    """Where names of dots go, weightiest first, as far as there is room: ``{name: box}``, all in points."""
    taken, written = list(taken), {}
    for k in np.lexsort((np.arange(len(weights)), -np.asarray(weights))):
        if len(written) >= count or weights[k] <= 0:
            break
        if names[k] in written:
            continue
        box = _room(points, radii, k, style.text_width(names[k], size), size, frame, taken)
        if box is not None:
            taken.append(box)
            written[names[k]] = box
    return written


def _room(points, radii, k, wide, size, frame, taken):
    """A box for a label beside dot ``k`` that hides no dot or label and is nearest to its own; or None."""
    x, y, r, high = *points[k], radii[k] + 1.2, size * 0.95
    corners = [(x + r, y - high / 2), (x - r - wide, y - high / 2)]  # right and left, above and below
    corners += [(x - wide / 2, y + r), (x - wide / 2, y - r - high)]
    corners += [
        (left, low) for left in (x + 0.7 * r, x - 0.7 * r - wide) for low in (y + 0.7 * r, y - 0.7 * r - high)
    ]
    others = np.arange(len(points)) != k
    for left, low in corners:
        box = (left, low, left + wide, low + high)
        if box[0] < frame[0] + 1 or box[1] < frame[1] + 1 or box[2] > frame[2] - 1 or box[3] > frame[3] - 1:
            continue
        if any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in taken):
            continue
        nearest = np.clip(points[others], box[:2], box[2:])
        if (np.hypot(*(points[others] - nearest).T) > radii[others] + 2.5).all():
            return box
    return None


def size_legend(figure, left, bottom, areas_scale, size=style.SMALL):
    """Dots of 10,000, 50,000 and 100,000 people, named, at a place in inches from the lower left."""
    wide, high = figure.get_size_inches()
    x = left
    figure.text(x / wide, bottom / high, "people", size=size, va="center", color=style.SOFT)
    x += style.text_width("people", size) / 72 + 0.14
    for count, text in ((10_000, "10,000"), (50_000, "50,000"), (100_000, "100,000 and more")):
        across = math.sqrt(float(dot_area(np.array(count), areas_scale)) * 4 / math.pi)
        dot = {"marker": "o", "ms": across, "mfc": style.PAPER, "mec": style.SOFT, "mew": 0.5}
        figure.add_artist(Line2D([x / wide], [bottom / high], color="none", **dot))
        after = across / 144 + 0.04
        figure.text((x + after) / wide, bottom / high, text, size=size, va="center", color=style.SOFT)
        x += after + style.text_width(text, size) / 72 + 0.16
