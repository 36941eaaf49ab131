"""The layout of a map: where maps, colour bar, legend and caption go, in inches."""

import math

import numpy as np

from sim._util.tables import say_date
from sim.plots import basemap, palette, style

MARGIN = 0.06  # inches around maps


def map_axes(scenario, ax, width, below=0.62):
    """The given Axes, or those of a new figure shaped for one map with room below it in inches."""
    if ax is not None:
        return ax, False
    high = (width - 2 * MARGIN) * basemap.shape_of(scenario)
    figure = style.new_figure(width, high + below + 0.26, layout="none")
    tall = high + below + 0.26
    box = (MARGIN / width, below / tall, 1 - 2 * MARGIN / width, high / tall)
    return figure.add_axes(box), True


def scale_of(ax):
    """How large dots and lines may be: 1 on a full page."""
    return min(1.0, ax.get_position().width * ax.figure.get_size_inches()[0] / style.PAGE + 0.15)


def map_caption(ax, text, new, caption):
    """Write a caption at the foot of a map figure, or remember it on Axes that were given."""
    if not caption:
        return
    text = caption if isinstance(caption, str) else text
    if not new:
        ax.text(0, 0, text, visible=False, gid="caption")
        return
    wide, high = ax.figure.get_size_inches()
    look = {"size": style.SMALL, "color": style.SOFT, "va": "bottom", "gid": "caption"}
    ax.figure.text(MARGIN / wide, 0.04 / high, style.wrap(text, wide - 2 * MARGIN), **look)


def caption_height(text, width, caption=True):
    """Inches that a wrapped caption needs."""
    if not caption:
        return 0.05
    text = caption if isinstance(caption, str) else text
    lines = style.wrap(text, width - 2 * MARGIN).count("\n") + 1
    return lines * style.SMALL * 1.22 / 72 + 0.08


def colour_bar(figure, coloured, words, below, ticks, labels):
    """A horizontal colour bar in the strip below the maps, named above it."""
    wide, high = figure.get_size_inches()
    long = min(2.9, wide - 2 * MARGIN - 0.2)
    place = figure.add_axes(((MARGIN + 0.1) / wide, (below - 0.23) / high, long / wide, 0.075 / high))
    bar = figure.colorbar(coloured, cax=place, orientation="horizontal", spacing="uniform")
    bar.set_ticks(ticks, labels=labels)
    _tick(bar, pad=1.5)
    bar.outline.set_linewidth(0.4)
    bar.ax.set_title(words, size=style.SMALL, weight="normal", pad=2.5)


def chance_bar(ax, image, words, **place):
    """A colour bar of chances beside Axes."""
    bar = ax.figure.colorbar(image, ax=ax, **place)
    bar.set_ticks(palette.CHANCE_EDGES, labels=palette.CHANCE_WORDS)
    _tick(bar)
    bar.set_label(words, size=style.TEXT)


def _tick(bar, **more):
    """Small ticks; their colour would otherwise be asked for when the page is drawn."""
    bar.ax.tick_params(labelsize=style.SMALL, length=2, width=0.5, colors="black", **more)


def legend_columns(width):
    """Entries of a legend that fit side by side."""
    return max(2, int(width / 1.15))


def legend_height(handles, width):
    """Inches that a legend needs."""
    return 0.15 * math.ceil(len(handles) / legend_columns(width))


def legend_below(ax, handles, new, width, below):
    """The legend: in the strip below a new map, inside given Axes."""
    if not new:
        ax.legend(handles=handles, loc="lower right", handletextpad=0.1)
        return
    legend_at(ax.figure, handles, (below - 0.02) / ax.figure.get_size_inches()[1], width)


def legend_at(figure, handles, height, width):
    """A legend of a figure, its upper edge at a part of the height."""
    tight = {"handletextpad": 0.1, "columnspacing": 1.0, "borderpad": 0.3, "borderaxespad": 0}
    place = {"loc": "upper left", "bbox_to_anchor": (0, height)}
    figure.legend(handles=handles, ncols=legend_columns(width), **place, **tight)


def grid(scenario, count, columns, width, below, title=0.2, gap=0.06):
    """Axes of ``count`` maps in a grid on a new figure, with room below in inches."""
    rows = math.ceil(count / columns)
    wide = (width - 2 * MARGIN - (columns - 1) * gap) / columns
    high = wide * basemap.shape_of(scenario)
    tall = below + rows * (high + title) + 0.02
    figure = style.new_figure(width, tall, layout="none")
    axes = []
    for k in range(count):
        left = MARGIN + (k % columns) * (wide + gap)
        low = below + (rows - 1 - k // columns) * (high + title)
        axes.append(figure.add_axes((left / width, low / tall, wide / width, high / tall)))
    return np.array(axes)


def multiples(scenario, days, columns, width, below, labels):
    """Small maps on a new figure, one a day: the Axes, how large dots may be, how many towns to name."""
    columns = min(len(days), columns or max(1, round(width / 2.3)))
    axes = grid(scenario, len(days), columns, width, below)
    for ax, day in zip(axes, days, strict=True):
        ax.set_title(say_date(scenario.date(day)), size=style.TEXT, pad=2.5)
    room = width / columns / 2.33
    return axes, 0.42 * room, round(9 * room**2) if labels is None else labels
