"""The map of the dashboard as plain numbers and words: ground, circles, names (drawn by town_map.vue)."""

import math
from html import escape

import numpy as np

from sim.plots import basemap, palette, town_dots

WIDE = 720  # of the map, in its own units
NAMED = 24  # at most so many towns have their name on the map


def projection(scenario):
    """Height of the map, and a function from longitude and latitude to its units."""
    west, east, south, north = basemap.extent(scenario)
    scale = WIDE / (east - west)
    squeeze = math.cos(math.radians((south + north) / 2))
    high = (north - south) * scale / squeeze

    def place(points):
        return np.column_stack(
            [(points[:, 0] - west) * scale, (north - points[:, 1]) * scale / squeeze]
        ).round(1)

    return high, place


def ground_paths(scenario):
    """What lies under the towns, as SVG paths: land, water, borders, roads."""
    _, place = projection(scenario)
    shapes = basemap.features(scenario)
    kinds = (
        ("governorate", basemap.LAND, "#d0c9b8", 0.5),
        ("lake", basemap.WATER, "none", 0),
        ("river", "none", basemap.WATER, 1.2),
        ("coast", "none", basemap.WATER, 1.2),
        ("border", "none", basemap.BORDER, 1.0),
    )
    lines = [(line, *look) for kind, *look in kinds for _, line in shapes.get(kind, [])]
    lines += [(line, "none", basemap.ROAD, 1.2) for line in basemap.road_lines(scenario)[0]]
    return [
        {
            "d": "M" + "L".join(f"{x:g},{y:g}" for x, y in place(line)),
            "fill": fill,
            "stroke": stroke,
            "width": width,
        }
        for line, fill, stroke, width in lines
    ]


def circles(scenario):
    """Where each town's circle goes, how large it is, by people, and its name; none hides another."""
    _, place = projection(scenario)
    counts = np.minimum(town_dots.people(scenario), town_dots.PEOPLE_CAP)
    radii = 4.0 + 5.5 * np.sqrt(counts / town_dots.PEOPLE_CAP)
    spots = town_dots.move_apart(place(basemap.places(scenario)), radii, gap=1.5)
    return spots, radii, labels_on_map(scenario, spots, radii)


def labels_on_map(scenario, spots, radii):
    """Names of the largest towns that find room beside their circle: ``{row: (text, x, anchor)}``."""
    names, taken = (
        town_dots.full_names(scenario),
        [(x - r, y - r, x + r, y + r) for (x, y), r in zip(spots, radii, strict=True)],
    )
    found = {}
    for row in np.argsort(-town_dots.people(scenario), kind="stable"):
        (x, y), r, width = spots[row], radii[row], 5.8 * len(names[row])
        for left, at, anchor in ((x + r + 2, x + r + 2, "start"), (x - r - 2 - width, x - r - 2, "end")):
            box = (left, y - 5, left + width, y + 5)
            free = not any(box[0] < c and a < box[2] and box[1] < d and b < box[3] for a, b, c, d in taken)
            if free and left > 0 and left + width < WIDE and len(found) < NAMED:
                taken.append(box)
                found[int(row)] = (names[row], round(float(at), 1), anchor)
                break
    return found


def towns_on_map(model, places):
    """The towns as the map wants them: place, size, colour of the holder, name, words."""
    spots, radii, labels = places
    looks, names = palette.looks(model.scenario), town_dots.full_names(model.scenario)
    out = []
    for (x, y), r, town in zip(spots, radii, model.towns.values(), strict=True):
        look = looks[town.holder or "none"]
        contested = ", contested" if town.contested else ""
        label, label_x, anchor = labels.get(town.row, ("", 0.0, "start"))
        out.append(
            {
                "id": town.name,
                "holder": town.holder or "nobody",
                "contested": "true" if town.contested else "false",
                "x": round(float(x), 1),
                "y": round(float(y), 1),
                "r": round(float(r), 1),
                "colour": look.colour,
                "label": label,
                "label_x": label_x,
                "anchor": anchor,
                "told": f"{names[town.row]}: {look.label}{contested}, {town.strength:,} armed men",
            }
        )
    return out


def key_of(model):
    """Who has which colour: families of factions that hold a town now, as HTML."""
    looks = palette.looks(model.scenario)
    families = {looks[t.holder].family for t in model.towns.values() if t.holder}
    focal = looks[model.scenario.focal]
    kinds = {focal.family: focal} | palette.FAMILIES
    marks = [(look.colour, escape(look.label)) for name, look in kinds.items() if name in families]
    marks.append(("#ffffff", "nobody; dashed ring: contested"))
    return "".join(
        f"<span style='white-space:nowrap;margin-right:1em'><span style='display:inline-block;width:0.8em;"
        f"height:0.8em;border:1px solid #1a1a1a;border-radius:50%;background:{colour}'></span> {label}</span>"
        for colour, label in marks
    )
