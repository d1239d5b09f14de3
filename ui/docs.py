"""Prints the generated pages of `docs/` and the picture in the README. A test compares them with what is in the tree."""

from collections.abc import Iterator
from pathlib import Path

from agent import costs_markdown, decision_model_markdown, facts_markdown, graph_markdown

ROOT = Path(__file__).parent.parent
PAGES = {
    "costs.md": costs_markdown,
    "decision-model.md": decision_model_markdown,
    "facts.md": facts_markdown,
    "graph.md": graph_markdown,
}
START, END = "<!-- graph: printed by `make docs` -->\n", "<!-- /graph -->"


def pages() -> Iterator[tuple[str, str]]:
    """Each generated file, by its path from the root, and its text."""
    for name, printed in PAGES.items():
        yield f"docs/{name}", printed()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    before, rest = readme.split(START)
    picture = graph_markdown().split("\n\n", 2)[2]
    yield "README.md", f"{before}{START}{picture}{END}{rest.split(END, 1)[1]}"


def main() -> None:
    """Write the files."""
    for name, text in pages():
        (ROOT / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
