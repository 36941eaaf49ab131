"""The map of a page: ground, places and names of the towns, looks of their holders."""

import math

import numpy as np

from sim.plots import basemap, holder_maps, palette, town_dots

WIDE, WIDE_PART = 760, 480  # width of a map and of a part of it, in its own units
DOT = 2.6  # scale of the dots of towns
LETTER, LETTER_OF_SMALL = 11, 13  # size of letters; on maps that are seen smaller
LABELS = 30  # towns that are named on a map, at most
PART, CROWD = 0.27, 10  # the part of the map drawn larger, if so many towns are in it
CLOSED = ("governorate", "lake")
# what is white in figures, on a page's strips
PALE = {palette.CONTESTED: "#f0b892", palette.NOBODY: "#e4e4e4"}


def holder_looks(scenario):
    """Looks of the families that may hold a town, in their order; and each holder's name and look."""
    table = palette.looks(scenario)
    names = [*scenario.faction_ids, "none", "contested"]
    found = {name: holder_maps.family_look(table[name]) for name in names}
    order = {
        look: k for k, look in enumerate([*palette.FAMILIES.values(), palette.CONTESTED, palette.NOBODY])
    }
    looks = sorted(set(found.values()), key=lambda look: (order.get(look, len(order) - 2), look.label))
    return looks, [[table[name].label, looks.index(found[name])] for name in names]


def plain_look(look):
    """A look as the page takes it."""
    return {"label": look.label, "colour": PALE.get(look, look.colour), "marker": look.marker}


def ground(scenario, letter=LETTER):
    """Towns, and the drawings they are shown on: the whole map and, where towns crowd, a part of it."""
    whole, *part = projections(scenario)
    views = [_view(scenario, whole, letter), *(_view(scenario, each, LETTER_OF_SMALL) for each in part)]
    for each in part:
        west, south, east, north = each.box
        at = whole.place(np.array([[west, north], [east, south]]))
        views[0]["box"] = [*at[0].round(1).tolist(), *(at[1] - at[0]).round(1).tolist()]
    names, provinces = town_dots.full_names(scenario), scenario.towns["province"].astype(str)
    return {
        "towns": [{"name": name, "province": where} for name, where in zip(names, provinces, strict=True)],
        "westward": np.argsort(basemap.places(scenario)[:, 0], kind="stable").tolist(),
        "views": views,
    }


class Projection:
    """From degrees to the units of a drawing, y downwards.

    >>> flat = Projection((36.0, 35.0, 38.0, 36.0), 200)
    >>> flat.place(np.array([[37.0, 35.0]])).tolist() == [[100.0, flat.high]]
    True
    """

    def __init__(self, box, wide):
        self.box, self.wide = box, wide  # west, south, east, north
        west, south, east, north = box
        middle = math.radians((south + north) / 2)
        per_degree = wide / (east - west)
        self.high = round((north - south) * per_degree / math.cos(middle))
        self.per_km = per_degree / (basemap.KM_PER_DEGREE * math.cos(middle))
        self._corner, self._scale = (
            np.array([west, north]),
            np.array([per_degree, -self.high / (north - south)]),
        )

    def place(self, points):
        """Units of the drawing of some points in degrees."""
        return (points - self._corner) * self._scale


def projections(scenario):
    """Of the whole map and, if towns crowd in it, of a part of it."""
    places = basemap.places(scenario)
    west, east, south, north = basemap.extent(scenario)
    found = [Projection((west, south, east, north), WIDE)]
    size = PART * np.array([east - west, north - south])
    corners = np.clip(places - size / 2, [west, south], [east, north] - size)
    inside = ((places[None] >= corners[:, None]) & (places[None] <= corners[:, None] + size)).all(axis=2)
    if inside.sum(axis=1).max() >= CROWD:
        low = corners[inside.sum(axis=1).argmax()] - 0.1 * size
        found.append(Projection((*low, *(low + 1.2 * size)), WIDE_PART))
    return found


def _view(scenario, flat, letter):
    """Base map and towns as a projection shows them."""
    people = town_dots.people(scenario)
    radii = np.sqrt(town_dots.dot_area(people, DOT) / math.pi)
    points = town_dots.move_apart(flat.place(basemap.places(scenario)), radii, 1.0)
    inside = ((points > 0) & (points < [flat.wide, flat.high])).all(axis=1)
    short = [town_dots.short_name(name) for name in scenario.towns["name"]]
    frame = np.array([0, 0, flat.wide, flat.high])
    boxes = town_dots.label_boxes(short, points, radii, np.where(inside, people, 0), LABELS, letter, frame)
    shapes = basemap.features(scenario)
    lines = {
        kind: [_path(flat.place(line), kind in CLOSED) for _, line in shapes.get(kind, [])]
        for kind in ("governorate", "lake", "river", "coast", "border")
    }
    roads, classes = basemap.road_lines(scenario)
    width = [basemap.ROAD_WIDTH.get(name, 0.7) * 1.3 for name in classes]
    return lines | {
        "wide": flat.wide,
        "high": flat.high,
        "letter": letter,
        "per_km": flat.per_km,
        "towns": np.column_stack([points, radii]).round(1).tolist(),
        "road": [[_path(flat.place(line), False), w] for line, w in zip(roads, width, strict=True)],
        "labels": [[name, *np.round([b[0], (b[1] + b[3]) / 2], 1).tolist()] for name, b in boxes.items()],
    }


def _path(points, closed):
    """A line as SVG draws it."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points.tolist()) + ("Z" if closed else "")
