"""How markup hides text from a reader: what is hidden from people is not read here either."""

import re

ZERO = r"0*\.?0*(?:px|pt|r?em|%)?\s*(?:;|!|$|[\"'])"
HIDDEN_STYLE = re.compile(
    rf"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:opacity|font-size)\s*:\s*{ZERO}", re.IGNORECASE
)
HIDDEN = re.compile(rf"\shidden\b|aria-hidden\s*=\s*[\"']?true|{HIDDEN_STYLE.pattern}", re.IGNORECASE)
"""In the text of an opening tag."""
