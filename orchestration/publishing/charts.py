"""Charts as inline SVG: Vega-Lite drawn by vl-convert, titled and described for those who listen.

The layout is fixed (`autosize: none`, explicit padding), so that no text is measured: the same
chart has the same bytes whichever fonts a machine has, and no label is clipped for want of one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from orchestration.publishing.figures import Estimate, Measure

FONT = "DejaVu Sans, Verdana, Segoe UI, Helvetica, Arial, sans-serif"
INK = "#1d2733"
QUIET = "#5a6672"
GRID = "#e3e7eb"
ACCENT = "#14567d"
INTERVAL = "#7fa8c2"

PANEL_WIDTH, PANEL_HEIGHT = 262, 150
PANEL_PADDING = {"left": 40, "right": 18, "top": 22, "bottom": 38}
ROW_HEIGHT = 46
LABELS_AT_MOST = 7
NOBODY = "none"

Spec = dict[str, Any]


def trend(
    measure: Measure,
    estimates: Sequence[Estimate],
    terms: Sequence[tuple[str, str]],
    *,
    key: str,
    title: str,
) -> str:
    """A unit's estimates over terms with their 95% intervals.

    `estimates` and `terms` (season and year of each) run alongside each other; `key` makes the ids
    of the title and description the page's own. A cell without a number has no mark, and its text
    at the foot.
    """
    rows = [
        {**_values(one), "at": f"{position}", "last": position == len(estimates) - 1}
        for position, one in enumerate(estimates)
    ]
    names = {row["at"]: list(lines) for row, lines in zip(rows, terms, strict=True)}
    x = {
        "field": "at",
        "type": "ordinal",
        "sort": None,
        "scale": {"domain": [row["at"] for row in rows]},
        "axis": {
            "title": None,
            "labelAngle": 0,
            "labelExpr": _labels(names),
            "ticks": False,
            "labelPadding": 6,
            "labelColor": QUIET,
            "labelLineHeight": 12,
            "domainColor": QUIET,
            "values": _labelled(list(names)),
        },
    }
    spec = _frame(PANEL_WIDTH, PANEL_HEIGHT, PANEL_PADDING)
    spec["data"] = {"values": rows}
    spec["layer"] = [
        *_target(measure, "y"),
        {
            "mark": {
                "type": "line",
                "color": INTERVAL,
                "strokeWidth": 1,
                "invalid": "break-paths-show-domains",
            },
            "encoding": {"x": x, "y": _scale(measure, "estimate")},
        },
        _rule("y", x, measure),
        _point("x", x, "y", _scale(measure, "estimate")),
        {
            "transform": [{"filter": "datum.last && datum.estimate !== null"}],
            "mark": {"type": "text", "fontWeight": "bold", "fontSize": 12, "dy": -8, "color": INK},
            "encoding": {"x": x, "y": _scale(measure, "top"), "text": {"field": "label"}},
        },
        {
            "transform": [{"filter": "datum.estimate === null"}],
            "mark": {"type": "text", "fontSize": 9, "color": QUIET, "y": PANEL_HEIGHT - 7},
            "encoding": {"x": x, "text": {"field": "label"}},
        },
    ]
    description = "; ".join(
        f"{' '.join(lines)}: {one.shown}" for one, lines in zip(estimates, terms, strict=True)
    )
    return _drawn(spec, key, title, description)


def by_unit(measure: Measure, estimates: Sequence[Estimate], *, key: str, title: str) -> str:
    """The units' estimates in one term with their 95% intervals, a line a unit."""
    rows = [
        {**_values(one), "at": f"{position}", "unit": one.unit_name}
        for position, one in enumerate(estimates)
    ]
    y = {
        "field": "at",
        "type": "ordinal",
        "sort": None,
        "axis": None,
        "scale": {"domain": [row["at"] for row in rows]},
    }
    padding = {"left": 18, "right": 26, "top": 6, "bottom": 26}
    spec = _frame(320, ROW_HEIGHT * max(len(rows), 1), padding)
    spec["data"] = {"values": rows}
    spec["layer"] = [
        *_target(measure, "x"),
        _rule("x", y, measure),
        _point("y", y, "x", _scale(measure, "estimate")),
        {
            "mark": {
                "type": "text",
                "align": "left",
                "x": 0,
                "dy": -13,
                "fontSize": 11,
                "color": INK,
            },
            "encoding": {"y": y, "text": {"field": "unit"}},
        },
        {
            "mark": {
                "type": "text",
                "align": "right",
                "x": 320,
                "dy": -13,
                "fontSize": 11,
                "fontWeight": "bold",
                "color": INK,
            },
            "encoding": {"y": y, "text": {"field": "label"}},
        },
    ]
    description = "; ".join(f"{one.unit_name}: {one.shown}" for one in estimates)
    return _drawn(spec, key, title, description)


def _values(one: Estimate) -> dict[str, Any]:
    """What the marks of a cell are drawn from: nothing, where nothing is to be shown."""
    return {
        "estimate": one.estimate,
        "low": one.ci_low,
        "high": one.ci_high,
        "top": one.ci_high if one.ci_high is not None else one.estimate,
        "label": NOBODY if one.state == "nobody" else one.value,
        "caution": one.state == "caution",
    }


def _frame(width: int, height: int, padding: dict[str, int]) -> Spec:
    return {
        "width": width,
        "height": height,
        "padding": padding,
        "autosize": {"type": "none"},
        "config": {
            "font": FONT,
            "aria": False,
            "background": None,
            "view": {"stroke": None},
            "axis": {"labelFontSize": 10, "gridColor": GRID, "labelLimit": 0},
        },
    }


def _scale(measure: Measure, field: str) -> Spec:
    """The measure's whole range. Every layer states the same axis, or Vega-Lite drops it."""
    domain = [measure.range_min, measure.range_max]
    axis = _axis(measure)
    return {"field": field, "type": "quantitative", "scale": {"domain": domain}, "axis": axis}


def _axis(measure: Measure) -> Spec:
    return {
        "title": None,
        "tickCount": 5,
        "format": ".0%" if measure.kind == "proportion" else "~g",
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        "labelColor": QUIET,
    }


def _rule(along: str, across: Spec, measure: Measure) -> Spec:
    other = "x" if along == "y" else "y"
    return {
        "transform": [{"filter": "datum.low !== null"}],
        "mark": {"type": "rule", "color": INTERVAL, "strokeWidth": 4, "strokeCap": "round"},
        "encoding": {other: across, along: _scale(measure, "low"), f"{along}2": {"field": "high"}},
    }


def _point(other: str, across: Spec, along: str, scale: Spec) -> Spec:
    """A full point, or a hollow one for an estimate to be read with caution."""
    return {
        "transform": [{"filter": "datum.estimate !== null"}],
        "mark": {"type": "point", "size": 52, "strokeWidth": 1.8, "opacity": 1, "stroke": ACCENT},
        "encoding": {
            other: across,
            along: scale,
            "fill": {"condition": {"test": "datum.caution", "value": "#ffffff"}, "value": ACCENT},
        },
    }


def _target(measure: Measure, along: str) -> list[Spec]:
    if measure.target is None:
        return []
    mark = {"type": "rule", "color": QUIET, "strokeDash": [4, 3]}
    return [{"mark": mark, "encoding": {along: {"datum": measure.target}}}]


def _labels(names: dict[str, list[str]]) -> str:
    """A Vega expression from a position to its two lines, `2021–22` as `21–22`."""
    pairs = ", ".join(
        f"'{at}': ['{season}', '{year[2:] if len(year) > 4 else year}']"
        for at, (season, year) in names.items()
    )
    return f"({{{pairs}}})[datum.value]"


def _labelled(positions: list[str]) -> list[str]:
    """The positions that have room for a label; the last has always."""
    step = -(-len(positions) // LABELS_AT_MOST)
    return positions[::-1][::step][::-1]


def _drawn(spec: Spec, key: str, title: str, description: str) -> str:
    """The SVG, without namespaces (HTML needs none) and with its title and description."""
    import vl_convert  # its engine is loaded where a chart is drawn, not with the program

    svg = vl_convert.vegalite_to_svg({**spec, "description": ""})
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()  # type: ignore[union-attr]
    body = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    body = re.sub(r' (?:aria-\w+|role|class)="[^"]*"', "", body)
    return (
        f'<svg role="img" aria-labelledby="{key}-title {key}-desc" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}"><title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(description)}</desc>{body}</svg>'
    )
