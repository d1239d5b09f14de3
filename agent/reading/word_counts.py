"""How often words are written in the training data, for the speller; run `python -m agent.reading.word_counts` to count anew."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from agent.reading.spelling import WORD, WORDS
from agent.reading.utterances import Utterance, load_utterances

FEWEST_AUTHORS = 2
"""Authors who must write a word for it to count as one."""


def count_words(utterances: Iterable[Utterance]) -> dict[str, int]:
    """How often each word is written that several authors write, in alphabetical order; those that lack their apostrophe are left out."""
    counts: Counter[str] = Counter()
    authors: dict[str, set[str]] = defaultdict(set)
    for utterance in utterances:
        for word in WORD.findall(utterance.text.lower().replace("’", "'")):
            counts[word] += 1
            authors[word].add(utterance.author)
    common = {word for word in counts if len(authors[word]) >= FEWEST_AUTHORS}
    return {word: counts[word] for word in sorted(common) if not _lacks_apostrophe(word, counts)}


def _lacks_apostrophe(word: str, counts: Mapping[str, int]) -> bool:
    return any(counts.get(f"{word[:-k]}'{word[-k:]}", 0) > counts[word] for k in (1, 2))


def lines(counts: Mapping[str, int]) -> str:
    """The shipped file: a word and its count a line."""
    return "".join(f"{word} {count}\n" for word, count in counts.items())


def main() -> None:
    """Count the words of the training data anew."""
    path = Path(__file__).parent / WORDS
    counts = count_words(load_utterances())
    path.write_text(lines(counts), encoding="utf-8")
    print(f"wrote {len(counts)} words into {path}")


if __name__ == "__main__":
    main()
