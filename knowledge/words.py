"""The words of a text that carry meaning, stemmed with Snowball: for BM25, and to see which words of a question the sources know."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

import snowballstemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS

WORD = re.compile(r"[a-z0-9]+(?:[.,][0-9]+)*")


@cache
def _stemmer() -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


def content_words(text: str) -> list[str]:
    """Stems in order, function words left out."""
    return [_stem(word) for word in WORD.findall(text.lower().replace("’", "'")) if word not in STOPWORDS_EN_PLUS]


class Vocabulary:
    """Which text knows which word, and how rare a word is among the texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._words = [frozenset(content_words(text)) for text in texts]
        self._texts_with = Counter(word for words in self._words for word in words)

    def weight(self, word: str) -> float:
        """How much a word tells: more for one that few texts have."""
        return math.log(1 + len(self._words) / (self._texts_with[word] + 0.5))

    def coverage(self, words: Sequence[str], text: int) -> float:
        """Share of what the words tell that a text has; 0 where there are none."""
        total = sum(map(self.weight, words))
        return sum(self.weight(word) for word in words if word in self._words[text]) / total if total else 0.0

    def unknown(self, words: Sequence[str]) -> float:
        """Share of the words that no text has; 1 where there are none."""
        return sum(not self._texts_with[word] for word in words) / len(words) if words else 1.0
