"""What the bare words of a message tell: whether it is in a language that is read (English), and whether it speaks of its writers."""

import re

OURS = frozenset({"our", "ours", "we", "us", "my", "i"})
LEAD_INS = frozenset({"and", "but", "so", "ok", "okay", "also", "then", "well", "by", "the", "way"})
INTERROGATIVES = frozenset(
    [
        "what",
        "what's",
        "which",
        "who",
        "whose",
        "when",
        "where",
        "why",
        "how",
        "how's",
        "does",
        "do",
        "did",
        "can",
        "could",
        "should",
        "would",
        "will",
        "shall",
        "is",
        "are",
        "was",
        "were",
        "may",
        "must",
        "has",
        "have",
    ]
)
"""Words that a question begins with; "isn't" and its like begin tags and guesses."""
TO_YOU = frozenset({"you", "your", "yours"})
AGREEING = frozenset({"yes", "yeah", "yep", "yup", "right", "correct", "exactly", "indeed", "true"})
BESIDE_AGREEING = frozenset({"that", "this", "it", "too", "also", "as", "well", "is", "does", "happens", "please"})
FUNCTION_WORDS = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "to",
        "in",
        "is",
        "it",
        "and",
        "or",
        "we",
        "our",
        "you",
        "i",
        "that",
        "this",
        "for",
        "on",
        "with",
        "not",
        "no",
        "yes",
        "have",
        "has",
        "are",
        "was",
        "be",
        "do",
        "does",
        "don't",
        "can",
        "cannot",
        "my",
        "your",
        "they",
        "it's",
        "its",
        "but",
        "so",
        "if",
        "how",
        "what",
        "when",
        "which",
        "there",
        "their",
        "from",
        "at",
        "by",
        "as",
        "all",
        "none",
        "never",
        "only",
        "just",
        "about",
        "too",
        "very",
        "some",
        "any",
        "more",
        "than",
    ]
)
FOREIGN_WORDS = frozenset(
    [
        "de",
        "la",
        "el",
        "los",
        "las",
        "que",
        "para",
        "con",
        "por",
        "una",
        "le",
        "les",
        "des",
        "est",
        "pas",
        "nous",
        "der",
        "das",
        "ist",
        "und",
        "nicht",
        "wir",
        "ein",
        "eine",
        "mit",
        "für",
        "il",
        "di",
        "non",
        "che",
        "per",
        "sono",
        "het",
        "een",
        "niet",
        "van",
        "en",
        "och",
        "att",
        "inte",
        "jag",
        "ikke",
        "og",
        "som",
        "nie",
        "się",
        "jest",
        "dla",
        "bir",
        "ve",
        "bu",
        "için",
        "değil",
        "yang",
        "tidak",
        "untuk",
        "kami",
        "dan",
        "nao",
        "não",
        "com",
        "uma",
    ]
)
"""Frequent small words of languages written in Latin letters that English has not."""
FEWEST = 8
"""Words from which a message can be judged foreign; six where it has letters that English has not."""
LEAST_SHARE = 0.08
LONGEST = 40
"""Letters of the longest word that is taken for one."""


def is_foreign(text: str) -> bool:
    """True where the letters are mostly not Latin, or a longer message has next to no English function words but foreign ones."""
    letters = [c for c in text if c.isalpha()]
    if letters and sum(c < "ɐ" for c in letters) < 0.5 * len(letters):
        return True
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.lower())
    if text.count(",") * 3 > len(words):
        return False  # a list has no function words in any language
    enough = 6 if any(not c.isascii() for c in letters) else FEWEST
    few = len(words) >= enough and sum(word in FUNCTION_WORDS for word in words) < LEAST_SHARE * len(words)
    return few and any(word in FOREIGN_WORDS or not word.isascii() for word in words)


def has_words(text: str) -> bool:
    """Whether there is anything in a text that could be a word or a number."""
    return any(
        (len(word) <= LONGEST and not re.fullmatch(r"(.)\1*", word)) or word.isdigit()
        for word in re.findall(r"\w+", text)
    )


def speaks_of_us(text: str) -> bool:
    """Whether a message speaks of the people who write it and what is theirs."""
    return not OURS.isdisjoint(re.findall(r"[a-z]+", text.lower()))


def is_interrogative(text: str) -> bool:
    """Whether a message is one sentence that asks, and does not turn to the one who is asked ("what do you mean?")."""
    words = _words_of_one_question(text)
    return _asks(words) and TO_YOU.isdisjoint(words)


def asks_back(text: str) -> bool:
    """Whether a message is one sentence that asks and turns to the one who is asked ("why do you ask?")."""
    words = _words_of_one_question(text)
    return _asks(words) and not TO_YOU.isdisjoint(words)


def agrees(text: str) -> bool:
    """Whether a message agrees and says nothing else ("yes, that too")."""
    words = re.findall(r"[a-z']+", text.lower())
    return bool(words) and words[0] in AGREEING and set(words) <= AGREEING | BESIDE_AGREEING


def _words_of_one_question(text: str) -> list[str]:
    sentence = text.strip()
    one = sentence.endswith("?") and not re.search(r"[.!?]\s", sentence)
    return re.findall(r"[a-z']+", sentence.lower()) if one else []


def _asks(words: list[str]) -> bool:
    return next((word for word in words if word not in LEAD_INS), "") in INTERROGATIVES
