"""A sheet's XML as nearly every program writes it, looked at as text instead of element by element.

What a call for each of millions of elements tells in seconds, a search tells in a fraction of them.
It is believed only where it can have missed nothing: where every cell of well-formed XML begins as
`CELL` does, and nothing stands there that has to be told cell by cell, such as a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.parsers import expat

from orchestration.reading.errors import FileRefused
from orchestration.reading.sheets import LAST_COLUMN, LAST_ROW, Sheet, Styles, column_of
from orchestration.reading.zipped import Zipped

AT_ONCE = 1 << 22
STARTS = (b"<row", b"<c")
"""Where the text may be cut: within a cell, its beginning and its value would part."""
REF = rb'<c r="([A-Z]{1,3})([0-9]{1,7})"'
CELL = re.compile(
    rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]+")?(?: t="(?:n|s|b|str|inlineStr)")?/?>'
)
VALUE = rb">\s*<(?:v|is)[\s/>]"
COLUMN = re.compile(rb'<c r="([A-Z]{1,3})')
ROW = re.compile(rb'<c r="[A-Z]{1,3}([0-9]{1,7})')
ANY_CELL, FORMULA = re.compile(rb"<c[\s/>]"), re.compile(rb"<f[\s/>]")
NAMESPACE = re.compile(rb"spreadsheetml/(?:2006/)?main")
"""Said once, of the sheet and for all within: so no name of theirs has a prefix."""
ROOT = re.compile(rb'(<\?xml[^>]*encoding="(?i:utf-8)"[^>]*\?>)?\s*<worksheet[\s>]')


def plain_sheet(book: Zipped, part: str, shown: Styles) -> Sheet | None:
    """What `sheets.scanned` tells, or None where only that can.

    `rows` and `columns` may be more, since cells without a value count. Raises FileRefused for XML
    that is damaged.
    """
    sheet = Sheet()
    timed = _styled(shown.timed, rb'(?: t="[A-Za-z]+")?')
    padded = _styled(shown.padded, rb'(?: t="n")?')
    filled, spaces = False, 0
    for number, text in enumerate(_pieces(book, part)):
        if not (text.startswith(STARTS) if number else ROOT.match(text)):
            return None
        spaces += len(NAMESPACE.findall(text))
        if spaces > 1 or b"<!" in text or (b"<f" in text and FORMULA.search(text)):
            return None
        cells = len(CELL.findall(text))
        # mostly nothing else begins so, and counting is fast
        if cells != text.count(b"<c") and cells != len(ANY_CELL.findall(text)):
            return None
        filled = filled or b"<v" in text or b"<is" in text
        columns = {column_of(name.decode()) for name in set(COLUMN.findall(text))}
        rows = set(map(int, set(ROW.findall(text))))
        if columns:
            sheet.columns = max(sheet.columns, max(columns) + 1)
            sheet.rows = max(sheet.rows, max(rows))
        if not sheet.rows <= LAST_ROW or not sheet.columns <= LAST_COLUMN or 0 in rows:
            return None
        if timed is not None:
            sheet.timed |= {column_of(name.decode()) for name, _, _ in timed.findall(text)}
        for name, row, style in padded.findall(text) if padded is not None else ():
            sheet.pads(int(row) - 1, column_of(name.decode()), shown.padded[style.decode()])
    return sheet if filled else Sheet()


def _styled(styles: Iterable[str], kinds: bytes) -> re.Pattern[bytes] | None:
    """What finds the cells of these styles and kinds that have a value."""
    names = "|".join(sorted(styles)).encode()
    return re.compile(REF + rb' s="(' + names + rb')"' + kinds + VALUE) if names else None


def _pieces(book: Zipped, part: str) -> Iterator[bytes]:
    """The part in pieces that begin where a row or a cell does, as long as any does.

    Raises FileRefused for damaged XML.
    """
    parser = expat.ParserCreate()
    read = bytearray()
    try:
        for piece in book.pieces(part):
            parser.Parse(piece, False)
            read += piece
            if len(read) >= AT_ONCE:
                cut = max(0, *map(read.rfind, STARTS)) or len(read)
                yield bytes(read[:cut])
                del read[:cut]
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as problem:
        raise FileRefused("its XML is damaged: save it again as .xlsx.") from problem
    yield bytes(read)
