"""What is in a workbook's XML that the library that reads it does not tell, or should not meet.

calamine reads values, and reads them fast. It does not tell how a number is formatted (a school's
code of `00000` loses its zeros), nor what an error says (`#N/A` would be blank), and it lays a
sheet out as a rectangle, however far apart two cells of it are. So each sheet's XML is passed
through first, as a stream.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from orchestration.reading.errors import FileRefused
from orchestration.reading.zipped import Zipped

MOST_CELLS = 20_000_000
MOST_ERRORS = 1_000_000
LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14
WORKBOOK = "xl/workbook.xml"
NAMED_TIMES = {18, 19, 20, 21, 22, 45, 46, 47}
"""Number formats that a workbook need not spell out, and that show the time of day."""

NOT_CALCULATED = "#FORMULA?"
"""The text of a formula whose value the program that wrote the workbook never worked out."""

Start = Callable[[str, dict[str, str]], None]


@dataclass
class Sheet:
    """What a sheet's cells say beside their values.

    `errors` are texts such as `#N/A`, by row and column, and `said` counts them; `padded` says by
    column, and there a byte a row, with how many digits a number is shown; columns of `timed` show
    the time of day.
    """

    rows: int = 0
    columns: int = 0
    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    padded: dict[int, bytearray] = field(default_factory=dict)
    timed: set[int] = field(default_factory=set)
    said: int = 0

    def says(self, row: int, column: int, error: str) -> None:
        """Note what stands in place of a cell's value. Raises FileRefused past all measure."""
        self.errors.setdefault(row, {})[column] = error
        self.said += 1
        if self.said > MOST_ERRORS:
            raise FileRefused(
                f"more than {MOST_ERRORS} of its cells are errors; expected a table: mend its "
                "formulas, or save it again where they can be worked out."
            )

    def pads(self, row: int, column: int, digits: int) -> None:
        """Note that a number is shown with leading zeros."""
        rows = self.padded.setdefault(column, bytearray())
        rows.extend(bytes(max(0, row + 1 - len(rows))))
        rows[row] = digits

    def digits(self, row: int, column: int) -> int:
        """With how many digits a number is shown at least."""
        rows = self.padded.get(column, b"")
        return rows[row] if row < len(rows) else 0


@dataclass(frozen=True)
class Styles:
    """By a cell's style: how many digits its numbers have, and whether it shows the time."""

    padded: dict[str, int]
    timed: frozenset[str]


def checked(book: Zipped) -> None:
    """Refuse a workbook that reaches out of itself, or defines entities. Raises FileRefused."""
    if WORKBOOK not in book.parts:
        raise FileRefused("it is a zip file, but no workbook: save it again as .xlsx.")
    if any(name.startswith("xl/externallinks/") for name in book.parts):
        raise FileRefused(
            "it refers to other workbooks, whose values cannot be vouched for: paste its table as "
            "values into a workbook of its own."
        )
    for name in book.parts:
        if name.endswith((".xml", ".rels", ".vml")):
            _parse(book, name, None)


def sheet_parts(book: Zipped) -> dict[str, str]:
    """The parts of the workbook that hold its sheets, by the sheets' names."""
    targets: dict[str, str] = {}
    parts: dict[str, str] = {}

    def relation(tag: str, told: dict[str, str]) -> None:
        if _plain(tag) == "Relationship":
            targets[told.get("Id", "")] = (
                posixpath.normpath(posixpath.join("/xl", told.get("Target", "")))
                .lstrip("/")
                .lower()
            )

    def sheet(tag: str, told: dict[str, str]) -> None:
        if _plain(tag) == "sheet":
            ids = (value for name, value in told.items() if name.rpartition(":")[2] == "id")
            part = targets.get(next(ids, ""))
            if part in book.parts:
                parts[told.get("name", "")] = part

    if "xl/_rels/workbook.xml.rels" in book.parts:
        _parse(book, "xl/_rels/workbook.xml.rels", relation)
    _parse(book, WORKBOOK, sheet)
    return parts


def styles(book: Zipped) -> Styles:
    """How the workbook's styles show numbers."""
    formats: dict[str, str] = {}
    used: list[str] = []
    within: list[str] = []

    def style(tag: str, told: dict[str, str]) -> None:
        tag = _plain(tag)
        if tag == "numFmt":
            formats[told.get("numFmtId", "")] = told.get("formatCode", "")
        elif tag in ("cellXfs", "cellStyleXfs"):
            within[:] = [tag]
        elif tag == "xf" and within == ["cellXfs"]:
            used.append(told.get("numFmtId", "0"))

    if "xl/styles.xml" in book.parts:
        _parse(book, "xl/styles.xml", style)
    padded, timed = {}, set()
    for number, name in enumerate(used):
        shown = formats.get(name, "")
        bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", shown).lower()
        if re.fullmatch("0{2,18}", shown):
            padded[str(number)] = len(shown)
        if re.search("[hs]", bare) or (name.isdigit() and int(name) in NAMED_TIMES):
            timed.add(str(number))
    return Styles(padded, frozenset(timed))


def scanned(book: Zipped, part: str, shown: Styles) -> Sheet:
    """A sheet, passed through once. Raises FileRefused for one that is damaged or too large."""
    sheet = Sheet()
    parser = expat.ParserCreate()
    row = column = -1
    told_row = -1
    style = kind = ""
    owed = False  # a formula whose value has not come yet
    said: list[str] = []

    # called for every element of what may be millions of cells: hence the locals
    def start(tag: str, told: dict[str, str]) -> None:
        nonlocal row, column, told_row, style, kind, owed
        tag = _plain(tag)
        if owed and tag != "v":
            sheet.says(row, column, NOT_CALCULATED)
            owed = False
        if tag == "c":
            style, kind = told.get("s", "0"), told.get("t", "n")
            ref = told.get("r")
            if ref is None:
                row, column = told_row, column + 1
            else:
                letters = ref.rstrip("0123456789")
                row, column = int(ref[len(letters) :] or 0) - 1, column_of(letters)
        elif tag in ("v", "is"):
            if row >= sheet.rows or column >= sheet.columns:
                if not (0 <= row < LAST_ROW and 0 <= column < LAST_COLUMN):
                    raise FileRefused("a sheet has a cell where none can be: save it again.")
                sheet.rows = max(sheet.rows, row + 1)
                sheet.columns = max(sheet.columns, column + 1)
                refuse_large([sheet])
            if style in shown.timed:
                sheet.timed.add(column)
            if style in shown.padded and kind == "n":
                sheet.pads(row, column, shown.padded[style])
            if owed or kind in ("e", "d"):
                said.clear()
                parser.CharacterDataHandler = said.append
                parser.EndElementHandler = end
        elif tag == "f":
            owed = True
        elif tag == "row":
            told_row = int(told.get("r", told_row + 2)) - 1
            column = -1

    def end(_: str) -> None:
        nonlocal owed
        text = "".join(said).strip()
        if kind == "d" and "T" in text:
            sheet.timed.add(column)
        if kind == "e" or (owed and not text and kind != "str"):
            sheet.says(row, column, text or NOT_CALCULATED)
        owed = False
        parser.CharacterDataHandler = parser.EndElementHandler = None

    _parse(book, part, start, parser)
    return sheet


def are_large(sheets: Iterable[Sheet]) -> bool:
    """Whether sheets are together too large to be laid out."""
    return sum(sheet.rows * sheet.columns for sheet in sheets) > MOST_CELLS


def refuse_large(sheets: Iterable[Sheet]) -> None:
    """Refuse sheets that are together too large to be laid out. Raises FileRefused."""
    if are_large(sheets):
        raise FileRefused(
            f"its sheets span more than {MOST_CELLS // 10**6} million cells; expected fewer: name "
            "one under 'sheet' in the contract, or save its table as delimited text."
        )


@lru_cache(LAST_COLUMN)
def column_of(letters: str) -> int:
    """Where a column stands that a workbook calls by these letters, from 0."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


class _Enough(Exception):
    """All that is asked for has been seen."""


def _parse(
    book: Zipped, part: str, start: Start | None, parser: expat.XMLParserType | None = None
) -> None:
    """Pass an XML part through; up to its first element where there is nothing to `start`."""
    parser = parser or expat.ParserCreate()

    def enough(*_: object) -> None:
        raise _Enough

    def defines(*_: object) -> None:
        raise FileRefused(
            "its XML defines a document type, as no workbook's does: save it again as .xlsx."
        )

    parser.StartElementHandler = start or enough
    parser.StartDoctypeDeclHandler = defines
    try:
        for piece in book.pieces(part):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except _Enough:
        return
    except (expat.ExpatError, ValueError, LookupError) as problem:
        raise FileRefused("its XML is damaged: save it again as .xlsx.") from problem


@lru_cache(1024)
def _plain(tag: str) -> str:
    """An element's name without its namespace's prefix."""
    return tag.rpartition(":")[2]
