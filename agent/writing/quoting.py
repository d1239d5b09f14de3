"""Words of a document on their way into Markdown: shown as they stand, with nothing in them acting as markup."""

import re

ENTITIES = str.maketrans({c: f"&#{ord(c)};" for c in "&<>`~$@"})
"""What a backslash does not tame everywhere, or what the page escapes once more."""
MARKUP = re.compile(r"([\\*_\[\]#|])")
ADDRESS = re.compile(r"(?<=\w):(?=//)|(?<=www)\.", re.IGNORECASE)
AT_THE_START = re.compile(r"^(\d{1,9})([.)])|^([-+=])")


def quoted(text: str) -> str:
    """The text on one line; no emphasis, link, image, address, list, heading, citation mark or HTML in it takes effect."""
    tamed = MARKUP.sub(r"\\\1", " ".join(text.split()).translate(ENTITIES)).replace("&\\#", "&#")
    tamed = ADDRESS.sub(lambda found: f"&#{ord(found[0])};", tamed)
    return AT_THE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", tamed)
