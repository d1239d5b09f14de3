"""What a person would see of a text: no control characters, no invisible ones, one form for each letter."""

import re
import unicodedata

INVISIBLE = frozenset({"Cf", "Cc", "Co", "Cs", "Cn"})
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Variation selectors: they show nothing by themselves, and text can be hidden in them."""
KEPT = frozenset("\n\t")


def visible_text(text: str) -> str:
    """The text without invisible and control characters and without space around it, in composed form, its lines ended by newlines."""
    return visible_lines(text).strip()


def visible_lines(text: str) -> str:
    """The same with the space around it, so that lines can be counted."""
    lined = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", SELECTORS.sub("", text))
    seen = "".join(c for c in lined if c in KEPT or unicodedata.category(c) not in INVISIBLE)
    return unicodedata.normalize("NFC", seen)
