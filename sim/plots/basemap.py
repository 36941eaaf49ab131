"""The base map under every map: land, borders, rivers, roads, scale bar.

Drawn from the scenario's own tables and base map, in degrees, with the aspect that is right at the
middle latitude (equirectangular). Nothing is fetched.
"""

import functools
import json
import math

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.path import Path

from sim.plots import style

KM_PER_DEGREE = 111.32
LAND, WATER, EDGE, BORDER, ROAD = "#f6f4ee", "#9cc3dd", "#dcd7c9", "#8d8878", "#c8bfae"
ROAD_WIDTH = {"motorway": 1.3, "highway": 1.1, "primary": 0.8, "secondary": 0.5, "urban": 0.5}


@functools.lru_cache(maxsize=8)
def _features(path, _changed):
    """Lines and rings of a GeoJSON file by kind: ``{kind: [(name, array of lon, lat), ...]}``."""
    with open(path, encoding="utf-8") as file:
        features = json.load(file)["features"]
    found = {}
    for feature in features:
        properties, shape = feature["properties"], feature["geometry"]
        for part in _parts(shape):
            place = found.setdefault(properties.get("kind", "border"), [])
            place.append((properties.get("name", ""), np.asarray(part, float)[:, :2]))
    return found


def _parts(shape):
    """The lines of a geometry: outer rings of polygons, lines as they are."""
    kind, points = shape["type"], shape["coordinates"]
    if kind == "LineString":
        return [points]
    if kind == "MultiLineString":
        return points
    if kind == "Polygon":
        return points[:1]
    if kind == "MultiPolygon":
        return [polygon[0] for polygon in points]
    return []


def features(scenario):
    """What the scenario's base map shows, empty if it has none."""
    if scenario.basemap is None:
        return {}
    return _features(str(scenario.basemap), scenario.basemap.stat().st_mtime_ns)


def places(scenario):
    """Longitude and latitude of the towns, in the order of their ids."""
    return scenario.towns[["longitude", "latitude"]].to_numpy(float)


def extent(scenario, margin=0.05):
    """West, east, south, north of the towns with a margin; never narrower than half a degree."""
    points = places(scenario)
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    wide, high = max(east - west, 0.5), max(north - south, 0.4)
    x, y = (west + east) / 2, (south + north) / 2
    wide, high = wide * (1 + 2 * margin), high * (1 + 3 * margin)
    box = np.array([x - wide / 2, y - high / 2, x + wide / 2, y + high / 2])
    lines = [line for named in features(scenario).values() for _, line in named]
    if lines:
        drawn = np.vstack(lines)
        low, top = np.minimum(drawn.min(axis=0), (west, south)), np.maximum(drawn.max(axis=0), (east, north))
        box = np.concatenate([np.maximum(box[:2], low), np.minimum(box[2:], top)])
    return box[0], box[2], box[1], box[3]


def shape_of(scenario):
    """Height of a map over its width."""
    west, east, south, north = extent(scenario)
    return (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))


def road_lines(scenario):
    """Each road as an array of lon, lat through its drawing points, and its class."""
    roads = scenario.roads
    at = dict(zip(scenario.town_ids, places(scenario), strict=True))
    via = roads["via"] if "via" in roads else [""] * len(roads)
    lines = []
    for a, b, between in zip(roads["a"], roads["b"], via, strict=True):
        lines.append(np.array([at[a], *_via(between), at[b]]))
    return lines, list(roads["class"]) if "class" in roads else ["primary"] * len(lines)


def _via(text):
    """Drawing points of a road: ``Name:lat:lon|Name:lat:lon``."""
    if not isinstance(text, str) or not text:
        return []
    return [(float(part.split(":")[-1]), float(part.split(":")[-2])) for part in text.split("|")]


def lay(ax, scenario, scale=1.0, names=False):
    """Draw the base map of a scenario and set the limits; ``scale`` below 1 draws thinner lines."""
    shapes = features(scenario)
    west, east, south, north = extent(scenario)
    ax.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[])
    ax.set_aspect(1 / math.cos(math.radians((south + north) / 2)))
    for side in ax.spines.values():
        side.set(visible=True, linewidth=0.5 * scale, color=EDGE)
    areas = [line for _, line in shapes.get("governorate", [])]
    ax.add_collection(PolyCollection(areas, facecolor=LAND, edgecolor="#d0c9b8", lw=0.4 * scale, zorder=0.1))
    lakes = [line for _, line in shapes.get("lake", [])]
    ax.add_collection(PolyCollection(lakes, facecolor=WATER, edgecolor="none", zorder=0.2))
    _lines(ax, shapes.get("river", []), WATER, 0.9 * scale, 0.3)
    _lines(ax, shapes.get("coast", []), WATER, 1.0 * scale, 0.4)
    _lines(ax, shapes.get("border", []), BORDER, 0.8 * scale, 0.5)
    lines, classes = road_lines(scenario)
    widths = [ROAD_WIDTH.get(name, 0.7) * scale for name in classes]
    ax.add_collection(LineCollection(lines, colors=ROAD, linewidths=widths, zorder=0.6, capstyle="round"))
    if names:
        _name_governorates(ax, scenario, shapes)
        _name_rivers(ax, scenario, shapes)


def _lines(ax, named, colour, width, order):
    lines = [line for _, line in named]
    ax.add_collection(LineCollection(lines, colors=colour, linewidths=width, zorder=order))


def _inside(ax, line):
    """The points of a line within the limits of the Axes."""
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    return line[(line[:, 0] > west) & (line[:, 0] < east) & (line[:, 1] > south) & (line[:, 1] < north)]


def _name_governorates(ax, scenario, shapes):
    """Name each governorate in spaced capitals where it is emptiest; leave out those with no room."""
    towns = places(scenario)
    per_degree = points_per_degree(ax) * (0.35, 1.0)  # names are wide: look for room sideways
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    x, y = np.meshgrid(np.linspace(west, east, 90)[3:-3], np.linspace(south, north, 60)[2:-2])
    spots = np.column_stack([x.ravel(), y.ravel()])
    for name, ring in shapes.get("governorate", []):
        inside = spots[Path(ring).contains_points(spots)]
        if not len(inside):
            continue
        edges = np.minimum(inside - (west, south), (east, north) - inside) * per_degree
        room = np.minimum(_nearest(inside, np.vstack([towns, ring]), per_degree), edges.min(axis=1))
        if room.max() > 5:
            letters = " ".join(name.upper())
            where = {"ha": "center", "va": "center", "zorder": 0.55}
            ax.text(*inside[room.argmax()], letters, size=5, color="#aaa089", **where)


def _nearest(spots, others, per_degree):
    """Distance in points from each spot to the nearest of others."""
    apart = (spots[:, None] - others[None, :]) * per_degree
    return np.hypot(apart[..., 0], apart[..., 1]).min(axis=1)


def _name_rivers(ax, scenario, shapes):
    """Name each river once, along its course, where towns are farthest."""
    longest = {}
    for name, line in shapes.get("river", []):
        seen = _inside(ax, line)
        if len(seen) > len(longest.get(name, [])):
            longest[name] = seen
    per_degree = points_per_degree(ax)
    for name, line in longest.items():
        if len(line) < 8:
            continue
        k = 3 + _nearest(line[3:-3], places(scenario), per_degree).argmax()
        along = (line[min(k + 3, len(line) - 1)] - line[k - 3]) * per_degree
        angle = (math.degrees(math.atan2(along[1], along[0])) + 90) % 180 - 90
        away = (-3 * math.sin(math.radians(angle)), 3 * math.cos(math.radians(angle)))
        turned = {"rotation": angle, "rotation_mode": "anchor", "ha": "center", "va": "bottom"}
        look = {"size": 5, "style": "italic", "color": "#4f86a8", "path_effects": style.halo(1, LAND)}
        style.beside(ax, name, line[k], away, zorder=0.7, **turned, **look)


def points_per_degree(ax):
    """Points on paper per degree of longitude and latitude, as the Axes are placed now."""
    ax.apply_aspect()
    box, figure = ax.get_position(), ax.figure
    wide, high = figure.get_size_inches() * 72
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    return np.array([box.width * wide / (east - west), box.height * high / (north - south)])


def scale_bar(ax, size=style.SMALL - 0.5):
    """A bar of a round number of km at the lower left."""
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    degree = KM_PER_DEGREE * math.cos(math.radians((south + north) / 2))
    target = 0.22 * (east - west) * degree
    km = max(k for k in (1, 2, 5, 10, 20, 50, 100, 200, 500) if k <= max(target, 1))
    x, y = west + 0.03 * (east - west), south + 0.045 * (north - south)
    ax.plot([x, x + km / degree], [y, y], color=style.SOFT, lw=1.2, solid_capstyle="butt", zorder=4)
    look = {"size": size, "color": style.SOFT, "path_effects": style.halo()}
    style.beside(ax, f"{km} km", (x + km / degree, y), (3, 0), **look)
