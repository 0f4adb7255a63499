"""The pencil of the charts: SVG elements as text, titled and described for those who listen.

Charts are written out directly, in presentation attributes and fixed units: no text is measured,
so the same chart has the same bytes whichever fonts a machine has, and it can be put into any
document. Drawing by way of a chart grammar took 40 ms a panel, which a page of forty cannot afford.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

FONT = "DejaVu Sans, Verdana, Segoe UI, Helvetica, Arial, sans-serif"
INK = "#1d2733"
QUIET = "#5a6672"
GRID = "#e3e7eb"
PAPER = "#ffffff"


@dataclass(frozen=True)
class Pen:
    """How a series is drawn: a mark's shape and colour, and the paler colour of its interval."""

    shape: str
    ink: str
    pale: str


PENS = (
    Pen("circle", "#14567d", "#7fa8c2"),
    Pen("square", "#a4561a", "#dcae86"),
    Pen("triangle", "#3b6b4c", "#97bfa5"),
    Pen("diamond", "#6a4a86", "#b7a1cb"),
)
"""Series differ in shape as well as in colour. A fifth begins again."""
BESIDE = Pen("dot", "#8a949e", "#c3cad0")
"""What stands beside for comparison."""


def number(value: float) -> str:
    """A length in the drawing, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def line(
    x1: float, y1: float, x2: float, y2: float, stroke: str, width: float, *, dashed: bool = False
) -> str:
    """A straight line; a thick one has round ends."""
    more = ' stroke-dasharray="4 3"' if dashed else ' stroke-linecap="round"' * (width > 1)
    return (
        f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" '
        f'stroke="{stroke}" stroke-width="{number(width)}"{more}/>'
    )


def path(points: list[tuple[float, float]], stroke: str, width: float) -> str:
    """A line through points; none where there are fewer than two."""
    if len(points) < 2:
        return ""
    steps = "L".join(f"{number(x)},{number(y)}" for x, y in points)
    return f'<path d="M{steps}" fill="none" stroke="{stroke}" stroke-width="{number(width)}"/>'


def text(
    x: float,
    y: float,
    said: str,
    *,
    size: float = 10,
    fill: str = QUIET,
    anchor: str = "middle",
    bold: bool = False,
    keyed: str = "",
) -> str:
    """A line of text; `anchor` says whether x is its start, middle or end, `keyed` its figure."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}" fill="{fill}" '
        f'text-anchor="{anchor}"{weight}{keyed}>{escape(said)}</text>'
    )


def mark(x: float, y: float, pen: Pen, *, hollow: bool = False, size: float = 4) -> str:
    """A point of a series; a hollow one is to be read with caution."""
    fill = PAPER if hollow else pen.ink
    paint = f'fill="{fill}" stroke="{pen.ink}" stroke-width="1.6" class="point"'
    if pen.shape in ("circle", "dot"):
        radius = size if pen.shape == "circle" else size / 2
        return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" {paint}/>'
    if pen.shape == "square":
        side = size * 1.75
        place = f'x="{number(x - side / 2)}" y="{number(y - side / 2)}"'
        return f'<rect {place} width="{number(side)}" height="{number(side)}" {paint}/>'
    corners = {
        "triangle": ((0, -1.2), (1.15, 0.85), (-1.15, 0.85)),
        "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    }[pen.shape]
    steps = "L".join(f"{number(x + size * dx)},{number(y + size * dy)}" for dx, dy in corners)
    return f'<path d="M{steps}Z" {paint}/>'


def glyph(pen: Pen) -> str:
    """A mark by itself, to stand in a caption beside what it means."""
    return (
        '<svg class="glyph" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" '
        f'focusable="false">{mark(7, 7, pen)}</svg>'
    )


def drawn(
    body: list[str], width: float, height: float, *, key: str, title: str, description: str
) -> str:
    """The whole drawing; `key` makes the ids of its title and description the page's own."""
    return (
        f'<svg role="img" aria-labelledby="{key}-title {key}-desc" '
        f'viewBox="0 0 {number(width)} {number(height)}" width="{number(width)}" '
        f'height="{number(height)}" font-family="{FONT}">'
        f'<title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(description)}</desc>{"".join(body)}</svg>'
    )
