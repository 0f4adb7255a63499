"""Text that goes into a spreadsheet, and comes back from one.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return may be run as a formula by
the program that opens the file, wherever its text came from (CWE-1236). An apostrophe before it has
it shown as text. One that begins with apostrophes before such a character gets one more, so that
what is escaped can always be told from what is not. Numbers are no text, and are never escaped.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

FORMULA = r"^'*[=+\-@\t\r]"
ESCAPED = r"^'('*[=+\-@\t\r])"


def escaped(texts: pa.StringArray) -> pa.StringArray:
    """Each text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    dangerous = pc.match_substring_regex(texts, FORMULA)
    return pc.if_else(dangerous, pc.binary_join_element_wise("'", texts, ""), texts)


def one_escaped(text: str) -> str:
    """One text, as `escaped` has it."""
    return f"'{text}" if re.match(FORMULA, text) else text


def unescaped(texts: pa.StringArray) -> pa.StringArray:
    """Each text as it was before `escaped`."""
    return pc.replace_substring_regex(texts, ESCAPED, r"\1")
