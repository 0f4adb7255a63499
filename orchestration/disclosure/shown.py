"""The text a reader sees for a cell, which stands beside its numbers in every publishable table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

HIDDEN = "n < {minimum}"
PIECES = {
    "whole": "in all",
    "within": "in the same schools",
    "now": "now",
    "before": "before",
    "since": "since",
    "lead": "leads by",
}
"""What names each piece of a text that has several, one after another, with `; ` between."""
NOT_TOLD = "not shown"
"""What stands for a part of a cell that has no figure, or whose figure is hidden."""
WITHHELD = "withheld"
"""What stands for a cell that is hidden with another: its own n is no reason."""

SINGULAR = {
    "classrooms": "classroom",
    "students": "student",
    "teachers": "teacher",
    "educators": "educator",
}
SEEN = {
    "classrooms": "observed",
    "students": "answered",
    "teachers": "answered",
    "educators": "attended",
}
"""What was asked of a unit for it to be seen."""

A_HALF, SURE = 1e-6, 1e9
"""How near to a half, and from how much on, a float is not asked which way it rounds."""


@dataclass(frozen=True)
class Shown:
    """A writer of cells, given a cell's unit and the values of the columns that it `reads`.

    A value that is missing is None. `kind` is read as the kind of the row's measure.
    """

    write: Callable[..., str]
    reads: tuple[str, ...]


def rounded(number: float, scale: int) -> int:
    """A number times `scale`, whole, halves away from nought: 0.145 is 15 hundredths.

    It is the number as it is written that counts, which Decimal keeps: to a float, 0.145 times 100
    is less than a half. Away from halves floats tell as well, and ten times as fast.
    """
    scaled = float(number) * scale
    beside = (abs(scaled) + 0.5) % 1
    if A_HALF < beside < 1 - A_HALF and abs(scaled) < SURE:
        return round(scaled)
    return int((Decimal(repr(float(number))) * scale).quantize(Decimal(1), ROUND_HALF_UP))


def percent(share: float) -> str:
    """A share as a whole percentage, halves up.

    Some is never shown as none, nor most as all: a share strictly between 0 and 1 that rounds to
    either is `<1%` or `>99%`.
    """
    whole = rounded(share, 100)
    if whole == 0 and share > 0:
        return "<1%"
    if whole == 100 and share < 1:
        return ">99%"
    return f"{whole}%"


def tenths(value: float) -> str:
    """A mean, or hours, to one decimal, halves away from nought: `2.9`, never `-0.0`."""
    return f"{rounded(value, 10) / 10:,.1f}"


def hundredths(value: float) -> str:
    """A coefficient of at most 1, such as Cronbach's alpha: `.81`, `-.12`, `1.00`."""
    text = f"{rounded(value, 100) / 100:.2f}"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def count(number: float) -> str:
    """A count with its thousands set apart."""
    return f"{int(number):,}"


def counted(number: float, unit: str) -> str:
    """A count and what it counts: `1 educator`, `1,204 educators`."""
    return f"{count(number)} {unit if number != 1 else SINGULAR.get(unit, unit)}"


def hidden(minimum: int) -> str:
    """What stands in place of a cell under the minimum n."""
    return HIDDEN.format(minimum=minimum)


def nobody(unit: str) -> str:
    """What stands in place of a cell that rests on nobody: `no classroom observed`."""
    return f"no {SINGULAR.get(unit, unit)} {SEEN.get(unit, 'seen')}"


def value(kind: str, number: float) -> str:
    """An estimate alone: a proportion in percent, a mean to one decimal."""
    return percent(number) if kind == "proportion" else tenths(number)


def _estimate(
    unit: str,
    kind: str,
    n: int,
    estimate: float | None,
    ci_low: float | None,
    ci_high: float | None,
) -> str:
    if n == 0:
        return nobody(unit)
    if estimate is None:
        return "no estimate"
    if ci_low is None or ci_high is None:
        return f"{value(kind, estimate)} (no interval)"
    return f"{value(kind, estimate)} ({value(kind, ci_low)} to {value(kind, ci_high)})"


def _coverage(
    unit: str, n_seen: int, n_matched: int | None, n_eligible: int | None, coverage: float | None
) -> str:
    if n_seen == 0:
        return nobody(unit)
    if n_eligible is None:
        return f"{counted(n_seen, unit)} {SEEN.get(unit, 'seen')}; no roster tells of how many"
    if n_eligible == 0 or n_matched is None or coverage is None:
        return f"no {SINGULAR.get(unit, unit)} rostered"
    return f"{percent(coverage)} ({count(n_matched)} of {count(n_eligible)})"


def _quality(
    unit: str,
    n_respondents: int,
    n_eligible: int | None,
    response_rate: float | None,
    n_items: int | None,
    n_complete: int | None,
    alpha: float | None,
) -> str:
    if n_respondents == 0:
        return nobody(unit)
    if response_rate is None or n_eligible is None:
        said = f"{counted(n_respondents, unit)} answered"
    else:
        said = f"{percent(response_rate)} answered ({count(n_respondents)} of {count(n_eligible)})"
    if alpha is None or n_complete is None:
        return said
    items = "" if n_items is None else f"{count(n_items)} items, "
    return f"{said}; α {hundredths(alpha)} ({items}{count(n_complete)} complete)"


def _reach(
    unit: str,
    n_attended: int,
    mean_hours: float | None,
    reach: float | None,
    n_eligible: int | None,
) -> str:
    if n_attended == 0:
        return nobody(unit)
    said = f"{counted(n_attended, unit)} attended"
    if reach is not None and n_eligible is not None:
        said = f"{percent(reach)} ({count(n_attended)} of {count(n_eligible)}) attended"
    return said if mean_hours is None else f"{said}, {tenths(mean_hours)} hours each"


def _attendance(unit: str, n_attended: int) -> str:
    return nobody(unit) if n_attended == 0 else f"{counted(n_attended, unit)} attended"


def points(kind: str, number: float) -> str:
    """A difference with its sign: of shares in percentage points, of means to one decimal."""
    whole = rounded(number, 100 if kind == "proportion" else 10)
    text = f"{abs(whole)}" if kind == "proportion" else f"{abs(whole) / 10:.1f}"
    return f"{'+' if whole > 0 else '−' if whole < 0 else ''}{text}"


def _difference(
    kind: str, number: float | None, ci_low: float | None, ci_high: float | None
) -> str | None:
    """A difference and its interval: `+4 points (−1 to +9)`; None where there is none."""
    if number is None:
        return None
    said = points(kind, number)
    if kind == "proportion":
        said += " point" if said[1:] == "1" else " points"
    if ci_low is None or ci_high is None:
        return f"{said} (no interval)"
    return f"{said} ({points(kind, ci_low)} to {points(kind, ci_high)})"


def _pieces(**pieces: str | None) -> str:
    return "; ".join(f"{PIECES[name]} {said or NOT_TOLD}" for name, said in pieces.items())


def _change(_unit: str, kind: str, *numbers: float | None) -> str:
    whole, within = _difference(kind, *numbers[:3]), _difference(kind, *numbers[3:])
    return _pieces(whole=whole, within=within)


def _support(_unit: str, kind: str, label: str | None, *numbers: float | None) -> str:
    now, since = _difference(kind, *numbers[:3]), _difference(kind, *numbers[3:6])
    effect, low, high = numbers[6:]
    if label == "no_baseline":
        return _pieces(now=now, before="no term")
    before = None
    if effect is not None and label is not None:
        bounds = "no interval"
        if low is not None and high is not None:
            bounds = f"{signed_hundredths(low)} to {signed_hundredths(high)}"
        before = f"{signed_hundredths(effect)} ({bounds}), {label.replace('_', ' ')}"
    return _pieces(now=now, before=before, since=since)


def signed_hundredths(number: float) -> str:
    """A standardised difference with its sign: `+.12`, `−1.05`."""
    text = hundredths(number)
    if not text.strip("-.0"):
        return text.lstrip("-")
    return f"−{text[1:]}" if text.startswith("-") else f"+{text}"


def _agreement(_unit: str, n_pairs: int | None, exact: float | None, kappa: float | None) -> str:
    if n_pairs is None or exact is None:
        return "no two observers at once" if n_pairs == 0 else NOT_TOLD
    told = "κ undefined" if kappa is None else f"κ {hundredths(kappa)}"
    return f"{percent(exact)} of {count(n_pairs)} pairs agree; {told}"


def _option(
    _unit: str,
    estimate: float,
    difference: float | None,
    ci_low: float | None,
    ci_high: float | None,
) -> str:
    beside = _difference("proportion", difference, ci_low, ci_high)
    said = percent(estimate)
    return f"{said}; {_pieces(lead=beside)}" if beside else said


def _account(_unit: str, rows_used: int, rows_read: int) -> str:
    return f"{count(rows_used)} of {count(rows_read)} rows used"


def _comment(_unit: str, text: str) -> str:
    return text


ESTIMATE = Shown(_estimate, ("kind", "n", "estimate", "ci_low", "ci_high"))
"""An estimate with its interval: `84% (78% to 89%)`, or of a mean `2.9 (2.8 to 3.0)`."""
COVERAGE = Shown(_coverage, ("n_seen", "n_matched", "n_eligible", "coverage"))
"""Those seen of those rostered: `31% (410 of 1,310)`."""
QUALITY = Shown(
    _quality, ("n_respondents", "n_eligible", "response_rate", "n_items", "n_complete", "alpha")
)
"""Who answered, and how well a construct's items go together: `45% answered (410 of 910); α .81
(3 items, 402 complete)`."""
REACH = Shown(_reach, ("n_attended", "mean_hours", "reach", "n_eligible"))
"""Whom sessions reached: `37% (812 of 2,210) attended, 5.1 hours each`."""
CHANGE = Shown(
    _change,
    ("kind", "change", "ci_low", "ci_high", "within_change", "within_ci_low", "within_ci_high"),
)
"""A change in all and within schools: `in all +6 points (+1 to +11); in the same schools +4 points
(−2 to +10)`. No text begins with a sign, which a spreadsheet would take for a formula."""
SUPPORT = Shown(
    _support,
    (
        *("kind", "baseline_label", "difference", "ci_low", "ci_high"),
        *("change_difference", "change_ci_low", "change_ci_high"),
        *("baseline_effect_size", "baseline_ci_low", "baseline_ci_high"),
    ),
)
"""Supported less unsupported, now, before and since: `now +6 points (−2 to +14); before +.12 (−.20
to +.44), needs adjustment; since +3 points (−4 to +10)`."""
AGREEMENT = Shown(_agreement, ("n_pairs", "exact", "kappa"))
"""How often two observers agree: `72% of 40 pairs agree; κ .48`."""
OPTION = Shown(_option, ("estimate", "difference", "ci_low", "ci_high"))
"""An option's share and its lead on the next: `51%; leads by +12 points (+2 to +21)`."""
ATTENDANCE = Shown(_attendance, ("n_attended",))
"""Who came to a session: `24 educators attended`."""
ACCOUNT = Shown(_account, ("rows_used", "rows_read"))
"""Rows used of rows read: `1,290 of 1,310 rows used`."""
COMMENT = Shown(_comment, ("text",))
"""What somebody wrote."""
