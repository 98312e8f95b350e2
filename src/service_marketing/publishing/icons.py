"""The icons of the installed book: the mark as PNG files, for launchers do not draw SVG."""

import re
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image, ImageDraw

PAPER = "#fbfaf7"
SIZES = {"192": (192, 0.8, 0.18), "512": (512, 0.8, 0.18), "maskable-512": (512, 0.62, 0)}  # side; the mark's part of it; corners
FINER = 4  # drawn so many times larger, for smooth edges
STEP = 0.05  # of a dotted line, in units of the mark


def write_icons(mark: Path, target: Path) -> None:
    """Draw `mark`, an SVG of circles and straight lines, to PNG files in `target`, one for each of SIZES.

    A launcher may cut a maskable icon down to a circle of 80 % of its width: there the mark stays inside.
    """
    target.mkdir(parents=True, exist_ok=True)
    drawing = ElementTree.parse(mark).getroot()
    width = float(drawing.get("viewBox").split()[2])
    for name, (side, part, corner) in SIZES.items():
        canvas = Image.new("RGBA", (side * FINER, side * FINER))
        brush = ImageDraw.Draw(canvas)
        brush.rounded_rectangle((0, 0, side * FINER, side * FINER), corner * side * FINER, fill=PAPER)
        scale = side * FINER * part / width
        margin = side * FINER * (1 - part) / 2
        for shape in drawing:
            _draw(brush, shape, scale, margin)
        canvas.resize((side, side), Image.Resampling.LANCZOS).save(target / f"{name}.png", optimize=True)


def _draw(brush: ImageDraw.ImageDraw, shape: ElementTree.Element, scale: float, margin: float) -> None:
    thick = float(shape.get("stroke-width", "0")) / 2

    def disc(x: float, y: float, radius: float, **colours) -> None:
        middle = (margin + x * scale, margin + y * scale)
        brush.ellipse([*(value - radius * scale for value in middle), *(value + radius * scale for value in middle)], **colours)

    if shape.tag.endswith("circle"):
        x, y, radius = (float(shape.get(name)) for name in ("cx", "cy", "r"))
        if shape.get("stroke"):
            disc(x, y, radius + thick, outline=shape.get("stroke"), width=round(2 * thick * scale))
        else:
            disc(x, y, radius, fill=shape.get("fill"))
    elif shape.tag.endswith("path"):
        on, off = (float(part) for part in shape.get("stroke-dasharray", "1 0").split())
        (x, y), (to_x, to_y) = _ends(shape.get("d"))
        length = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
        for step in range(round(length / STEP) + 1):
            if (step * STEP) % (on + off) <= on:
                share = step * STEP / length
                disc(x + share * (to_x - x), y + share * (to_y - y), thick, fill=shape.get("stroke"))


def _ends(path: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where a straight line begins and ends: "M12 8v24" or "M17.5 13.5 23.5 22"."""
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path)]
    start = (numbers[0], numbers[1])
    return (start, (numbers[0], numbers[1] + numbers[2])) if "v" in path else (start, (numbers[2], numbers[3]))
