"""How figures look: one palette, one set of sizes, captions, and where a figure is born.

Nothing here touches matplotlib's global settings: every figure is drawn inside ``styled``. Figures are
plain ``Figure`` objects in a script (no window, nothing kept alive) and pyplot figures where something
shows them by itself: a notebook, or an interactive session.
"""

import functools
import textwrap

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import withStroke
from matplotlib.textpath import text_to_path
from matplotlib.ticker import PercentFormatter

from sim._util import validation
from sim.plots import arguments

COLUMN = 3.5  # inches, one column of a journal
PAGE = 7.0  # inches, full width
SMALL, TEXT, TITLE = 6.0, 7.0, 8.0  # points
INK, SOFT, FAINT, PAPER = "#1a1a1a", "#5c5c5c", "#c9c9c9", "#ffffff"
REMARK = {"size": SMALL - 0.5, "color": SOFT}  # small print beside marks
OVER = {"size": REMARK["size"], "color": SOFT, "annotation_clip": False}  # the same, also beyond the Axes
RECORD = "#c2571a"  # what history left, wherever it is laid over runs
FONT = "DejaVu Sans"  # travels with matplotlib, so a figure is the same on every machine
SETTINGS = {
    "font.family": FONT,
    "font.size": TEXT,
    "axes.labelsize": TEXT,
    "axes.titlesize": TITLE,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.linewidth": 0.6,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "axes.xmargin": 0.0,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "lines.solid_capstyle": "round",
    "patch.linewidth": 0.6,
    "hatch.linewidth": 0.5,
    "figure.dpi": 120,
    "savefig.dpi": 300,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "svg.fonttype": "path",
    "svg.hashsalt": "infighting",
    "pdf.fonttype": 42,
    "path.simplify": True,
    "text.usetex": False,
    "mathtext.default": "regular",
}
LOOKS = (
    "axes",
    "contour",
    "errorbar",
    "figure",
    "font",
    "grid",
    "hatch",
    "image",
    "legend",
    "lines",
    "markers",
)
LOOKS += ("mathtext", "patch", "path", "pcolor", "pcolormesh", "savefig", "scatter", "text", "xtick", "ytick")
# of all else matplotlib's defaults hold, whatever style its user has chosen
ALL_SETTINGS = {n: v for n, v in mpl.rcParamsDefault.items() if n.partition(".")[0] in LOOKS} | SETTINGS


def styled(function):
    """Draw inside this project's settings and leave matplotlib's own as they were; refuse odd arguments."""
    function.__doc__ = arguments.describe(function)

    @functools.wraps(function)
    def drawn(*args, **kwargs):
        arguments.check(function, args, kwargs)
        with mpl.rc_context(ALL_SETTINGS):
            result, interactive = function(*args, **kwargs), mpl.is_interactive()
        mpl.interactive(interactive)  # a notebook's first figure turns it on, and all later ones need it
        return result

    return drawn


def shows_by_itself():
    """True in a notebook or an interactive session, where a pyplot figure appears unasked."""
    backend = str(mpl.get_backend(auto_select=False) or "").lower()
    return mpl.is_interactive() or any(name in backend for name in ("inline", "ipympl", "nbagg", "widget"))


def new_figure(width, height, layout="constrained"):
    """A figure that shows in a notebook and opens no window in a script."""
    if shows_by_itself():
        import matplotlib.pyplot as plt

        return plt.figure(figsize=(width, height), layout=layout)
    figure = Figure(figsize=(width, height), layout=layout)
    FigureCanvasAgg(figure)
    return figure


def axes_for(ax, width, height):
    """The given Axes, or those of a new figure; and whether the figure is new."""
    if ax is not None:
        return dress(ax), False
    return dress(new_figure(width, height).add_subplot()), True


def dress(ax):
    """Set what matplotlib would otherwise read from its settings only when it draws."""
    ax.tick_params(which="major", length=3, width=0.6, labelsize=TEXT, color=INK, labelcolor=INK, pad=2.5)
    ax.tick_params(which="minor", length=1.5, width=0.4, color=INK)
    return ax


def halo(width=1.6, colour=PAPER):
    """Path effect that keeps text legible over lines."""
    return [withStroke(linewidth=width, foreground=colour)]


def beside(ax, text, at, away, **look):
    """Write a text some points away from a place, small unless ``look`` says otherwise."""
    return ax.annotate(text, at, away, **{"textcoords": "offset points", "va": "center", **look})


def percent_axis(axis):
    """Label an axis of shares in per cent."""
    axis.set_major_formatter(PercentFormatter(1, symbol=" %"))


def bare(ax, **limits):
    """Leave nothing of the Axes but what is drawn in them, both directions on one scale."""
    ax.set(**limits, xticks=[], yticks=[], aspect="equal")
    for side in ax.spines.values():
        side.set_visible(False)


def text_width(text, size):
    """Width of a line of text in points, the same on every machine."""
    return text_to_path.get_text_width_height_descent(text, FontProperties(family=FONT, size=size), False)[0]


def wrap(text, inches, size=SMALL):
    """Break text into lines that fit a width in inches, with a little to spare for hinted letters."""
    inches *= 0.96
    text = " ".join(text.split()).replace(" %", "\u00a0%")
    letters = max(20, int(len(text) * inches * 72 / max(text_width(text, size), 1)))
    lines = textwrap.wrap(text, letters)
    while any(text_width(line, size) > inches * 72 for line in lines) and letters > 20:
        letters -= 1
        lines = textwrap.wrap(text, letters)
    return "\n".join(lines)


def put_caption(ax, text, new, caption=True):
    """Write the caption under a new figure; remember it on Axes that were given."""
    text = caption if isinstance(caption, str) else text
    if not caption:
        return
    if not new:
        ax.text(0, 0, text, visible=False, gid="caption")
        return
    inches = ax.figure.get_size_inches()[0] - 0.15
    ax.figure.supxlabel(
        wrap(text, inches), x=0.075 / (inches + 0.15), ha="left", size=SMALL, color=SOFT, gid="caption"
    )


def caption_of(ax_or_figure):
    """The caption of a figure as one line of text, empty if it has none.

    Parameters
    ----------
    ax_or_figure : matplotlib.axes.Axes or matplotlib.figure.Figure
        What a plot function returned.

    Returns
    -------
    str
        The caption.

    Raises
    ------
    TypeError
        It is neither.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> caption_of(Figure())
    ''
    """
    figure = getattr(ax_or_figure, "figure", None) or ax_or_figure
    if not hasattr(figure, "findobj"):
        raise validation.invalid("ax_or_figure", ax_or_figure, "Axes or a Figure of matplotlib", TypeError)
    found = figure.findobj(lambda artist: artist.get_gid() == "caption")
    return " ".join(found[0].get_text().split()) if found else ""


def spread(values, gap, low=None, high=None):
    """Move labels apart: as near to their values as a least distance allows, order kept."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    placed = [float(values[i]) for i in order]
    for _ in range(200):
        moved = False
        for k in range(len(placed) - 1):
            short = gap - (placed[k + 1] - placed[k])
            if short > 1e-9:
                placed[k] -= short / 2
                placed[k + 1] += short / 2
                moved = True
        if low is not None and placed and placed[0] < low:
            placed[0], moved = low, True
        if high is not None and placed and placed[-1] > high:
            placed[-1], moved = high, True
        if not moved:
            break
    result = [0.0] * len(values)
    for k, i in enumerate(order):
        result[i] = placed[k]
    return result


def label_ends(ax, labels, height):
    """Name lines at their right ends by ``(y, text, colour)``, once the limits of the Axes are set."""
    if not labels:
        return
    bottom, top = ax.get_ylim()
    gap = (top - bottom) * (SMALL * 1.15 / 72) / height
    places = spread([y for y, _, _ in labels], gap, bottom + gap / 3, top)
    for (y, text, colour), place in zip(labels, places, strict=True):
        moved = abs(place - y) > gap / 4
        away = (8 if moved else 4, (place - y) / (top - bottom) * height * 72)
        line = {"arrowstyle": "-", "lw": 0.4, "color": FAINT, "shrinkA": 0, "shrinkB": 0} if moved else None
        look = {"size": SMALL, "color": colour, "annotation_clip": False, "arrowprops": line}
        beside(ax, text, (1, y), away, xycoords=("axes fraction", "data"), **look)


def signed(number, form="+.2f"):
    """A number with its sign, minus written as a minus."""
    return format(number, form).replace("-", "\u2212")
