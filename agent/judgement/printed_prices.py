"""The table of costs and times as a page that an expert can read and sign."""

from collections.abc import Iterator

from agent.judgement.prices import PARTS, LeverPrices, Prices, prices

HEADINGS = {"setup": "set-up", "running": "a month or a call", "time": "time"}


def costs_markdown() -> str:
    """Every cost and time of the sources by lever, printed from the data that the advisor reckons with."""
    table = prices()
    return "\n".join(
        [
            "# What the levers cost",
            "",
            "Printed by `make docs` from `agent/judgement/prices.yaml`; a test compares the two. Every figure is a source's, in US dollars; where the",
            "sources differ, all stand. With a user's own numbers `agent/judgement/reckoning.py` and `break_even.py` make formulas of them, and each",
            "result is worked out again by the citation check before it is shown.",
            "",
            *_dates(table),
            *(line for lever, entry in table.levers.items() for line in _lever(lever, entry)),
            *_units(table),
        ]
    )


def _dates(table: Prices) -> Iterator[str]:
    yield from ("| source | its age |", "| --- | --- |")
    yield from (f"| {source} | {age} |" for source, age in table.dated.items())
    yield ""


def _lever(lever: str, entry: LeverPrices) -> Iterator[str]:
    yield from (f"## {lever.replace('_', ' ').capitalize()} (`{lever}`)", "")
    yield from ("| what | as the source says it | after |", "| --- | --- | --- |")
    for part in PARTS:
        bands = entry.part(part)
        yield from (f"| {HEADINGS[part]} | {b.text} | {', '.join(f'`{i}`' for i in b.cites)} |" for b in bands)
        if not bands:
            yield f"| {HEADINGS[part]} | not said | |"
    yield ""


def _units(table: Prices) -> Iterator[str]:
    yield from ("## Units of reckoning", "", "Ours, no source's; shown wherever a formula uses them.", "")
    yield from ("| unit | value |", "| --- | --- |")
    yield from (f"| {name.replace('_', ' ')} | {value:g} |" for name, value in table.units.items())
    yield ""
