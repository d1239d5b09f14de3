"""Prints the generated pages of `docs/`: decision model, facts, graph. A test compares them with what is in the folder."""

from collections.abc import Iterator
from pathlib import Path

from agent import decision_model_markdown, facts_markdown, graph_markdown

PAGES = {"decision-model.md": decision_model_markdown, "facts.md": facts_markdown, "graph.md": graph_markdown}


def pages() -> Iterator[tuple[str, str]]:
    """Each generated page: its name and its text."""
    for name, printed in PAGES.items():
        yield name, printed()


def main() -> None:
    """Write the pages."""
    folder = Path(__file__).parent.parent / "docs"
    for name, text in pages():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
