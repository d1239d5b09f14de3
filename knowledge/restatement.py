"""What may be shipped of the originals, so that the restatement can be checked without them: their figures and names, and hashes of their word runs.

`python -m knowledge.restatement FOLDER` writes it anew from the five articles. A hash tells that a run of eight words is theirs, and nothing else.
"""

import base64
import hashlib
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

ORIGINALS = {
    "decision-tree-2026": "000_*.txt",
    "three-levers-lesson": "001_*.txt",
    "failure-mode-guide": "002_*.txt",
    "product-framework": "003_*.txt",
    "acme-tutorial": "004_*.txt",
}
RUN = 8
"""So many words in a row are a copy."""
BYTES = 6
"""Of a run's hash: a false alarm among some 10,000 runs in a hundred million checks."""
CHROME = re.compile(r"^\s*(\d min read|\d+\. )|^Section \d+|Lesson \d of \d", re.MULTILINE)
"""Page chrome and the numbers of lists: no figures of the text."""
NUMBER = r"[$€£]?\d[\d,]*(?:\.\d+)?(?:[KMB]B?\b|GB\b|x\b|%|\+|-bit\b)?\+?"
FIGURE = re.compile(rf"{NUMBER}(?:\s?-\s?{NUMBER})?")
NAME = re.compile(
    r"\b(?:GPT-[\d.]+|Claude (?:Sonnet|Opus|Haiku)(?: [\d.]+)?|Gemini [\d.]+(?: Pro| Flash)?|Llama[ -]?[\d.]*|Mistral|Qwen|Hugging ?Face"
    r"|QLoRA|LoRA|PEFT|Unsloth|Axolotl|vLLM|Ollama|LangChain|LlamaIndex|Chroma|Pinecone|OpenAI|Anthropic|JSONL|P(?:50|95|99))\b"
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is known of one original without its text."""

    figures: tuple[str, ...]
    """Numbers and ranges with their currencies and units, sorted."""
    names: tuple[str, ...]
    """Models and tools, sorted."""
    runs: str
    """Hashes of all runs of eight words, sorted and joined, in base 64."""

    @property
    def hashes(self) -> frozenset[bytes]:
        """The hashes, one by one."""
        joined = base64.b64decode(self.runs)
        return frozenset(joined[start : start + BYTES] for start in range(0, len(joined), BYTES))


def figures(text: str) -> frozenset[str]:
    """Numbers and ranges with currency and unit, in one form: no separators between thousands, hyphens in ranges."""
    plain = text.replace("–", "-").replace("\u2011", "-").replace("×", "x")
    return frozenset(re.sub(r"[\s,]", "", found).rstrip(".") for found in FIGURE.findall(plain))


def names(text: str) -> frozenset[str]:
    """The models and tools that a text names."""
    return frozenset(found.rstrip(".") for found in NAME.findall(text))


def runs(text: str) -> frozenset[bytes]:
    """Hashes of all runs of eight words."""
    said = words(text)
    return frozenset(_hash(said[start : start + RUN]) for start in range(len(said) - RUN + 1))


def words(text: str) -> list[str]:
    """Lower-case words and figures; `4.6` and `2,000` are one word each."""
    found = re.findall(r"[a-z0-9.,]+(?:'[a-z]+)?", text.lower().replace("’", "'"))
    return [word for word in (part.strip(".,") for part in found) if word]


def fingerprint(text: str) -> Fingerprint:
    """What may be shipped of an original."""
    body = CHROME.sub("", text)
    joined = b"".join(sorted(runs(text)))
    return Fingerprint(tuple(sorted(figures(body))), tuple(sorted(names(body))), base64.b64encode(joined).decode())


@cache
def shipped_fingerprints() -> Mapping[str, Fingerprint]:
    """The fingerprints by source id, as shipped."""
    raw = json.loads(files("knowledge").joinpath("restatement.json").read_text(encoding="utf-8"))
    return {source: Fingerprint(tuple(e["figures"]), tuple(e["names"]), e["runs"]) for source, e in raw.items()}


def _hash(said: list[str]) -> bytes:
    return hashlib.blake2b(" ".join(said).encode(), digest_size=BYTES).digest()


def main() -> None:
    """Write the fingerprints of the originals in the folder named on the command line."""
    folder = Path(sys.argv[1])
    found = {
        source: asdict(fingerprint(next(folder.glob(name)).read_text("utf-8"))) for source, name in ORIGINALS.items()
    }
    path = Path(__file__).parent / "restatement.json"
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
