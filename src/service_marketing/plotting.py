"""One look for every matplotlib figure of the course, with a Chinese font that is always there."""

from importlib.resources import as_file, files

import matplotlib as mpl
from cycler import cycler
from IPython import get_ipython
from matplotlib import font_manager
from matplotlib_inline.backend_inline import set_matplotlib_formats

FONT = "Noto Sans SC Course"  # the subset's own name, so that a full Noto on the machine does not take its place
COLOURS = {
    "ink": "#1d2528",
    "paper": "#fbfaf7",
    "muted": "#5c6669",
    "grid": "#dcd8cf",
    "accent": "#0b6b6b",
    "dissatisfied": "#b5482a",
    "satisfied": "#a38c52",
    "delighted": "#1f7a74",
    "prediction": "#bf8000",
}
"""The course's colours by what they mean; they differ in lightness too, for print and colour-blind readers."""


def use_style() -> None:
    """Set matplotlib to the course's look. Call it once, at the top of a notebook."""
    if get_ipython():
        # a quarter of a PNG's weight, sharp on every screen
        set_matplotlib_formats("svg")
    with as_file(files("service_marketing") / "fonts" / "NotoSansCJKsc-GB2312.otf") as font:
        font_manager.fontManager.addfont(font)
    mpl.rcParams.update(
        {
            # drawn with the subset, shown with the reader's own font: Chinese has the same widths in both
            "font.family": [FONT, "sans-serif"],
            "font.sans-serif": ["Arial", "Helvetica", "DejaVu Sans"],
            "svg.fonttype": "none",
            "svg.hashsalt": "service-marketing",
            "axes.unicode_minus": False,  # the subset has the hyphen, and U+2212 looks too wide beside Chinese
            "figure.figsize": (6.4, 3.8),
            "figure.dpi": 100,
            "figure.facecolor": COLOURS["paper"],
            "figure.constrained_layout.use": True,
            "savefig.facecolor": COLOURS["paper"],
            "axes.facecolor": COLOURS["paper"],
            "axes.edgecolor": COLOURS["muted"],
            "axes.labelcolor": COLOURS["ink"],
            "axes.titlelocation": "left",
            "axes.titlesize": 12,
            "axes.labelsize": 11,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "axes.prop_cycle": cycler(color=[COLOURS[name] for name in ("accent", "dissatisfied", "prediction", "satisfied", "muted")]),
            "grid.color": COLOURS["grid"],
            "grid.linewidth": 0.8,
            "text.color": COLOURS["ink"],
            "xtick.color": COLOURS["muted"],
            "ytick.color": COLOURS["muted"],
            "legend.frameon": False,
            "lines.linewidth": 2,
        }
    )
