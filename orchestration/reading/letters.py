"""How oddly a text reads: what gives away that its bytes were taken for another encoding's.

charset-normalizer, which looks at whole documents, takes the windows-1252 bytes of Núñez for Mac
Roman's N˙Òez where the file is short, and offers no doubt. What is asked of a few names is
narrower: that no capital follows a small letter, and that no symbol stands within a word; nor that
an apostrophe, a dash, a bullet or a quotation mark of one is a letter of the other.
"""

from __future__ import annotations

import re
from unicodedata import category

BEYOND = re.compile(r"[^\x00-\x7f]")
WITHIN_WORDS = "’‘·–—-"
ARITHMETIC = "±×÷¬"
DASHES = "–—"
MISREAD = re.compile(
    r"nít\b|í(?:re|ve|ll)\b|\bI[íÕ](?:m|ve|ll|d)\b"  # don’t, we’re, I’ve
    r"|(?<!\w)[ñïÐ](?!\w)|(?<=\d)[ñóÐÑ](?=\d)"  # a dash or a bullet alone, 6–8
    r"|\bì\w|¥(?!\s?\d)"  # “so, • so
)
"""Letters and signs where hardly any text has them. Not what is `’s`: `país` is a word."""


def oddities(text: str) -> int:
    """How many characters beyond ASCII stand where such a character hardly can."""
    odd = sum(
        _is_odd(one[0], text[one.start() - 1 : one.start()], text[one.end() : one.end() + 1])
        for one in BEYOND.finditer(text)
    )
    return odd + len(MISREAD.findall(text))


def _is_odd(character: str, before: str, after: str) -> bool:
    kind = category(character)
    if kind in ("Sk", "Lm", "Sm", "Co", "Cc", "Cn"):
        return character not in ARITHMETIC
    if character.isalpha():
        return (before.islower() and character.isupper()) or (
            character.islower() and after.isupper()
        )
    if not (before.isalpha() and after.isalpha()):
        return False
    in_capitals = before.isupper() and after.isupper()
    return character not in WITHIN_WORDS or (character in DASHES and in_capitals)
