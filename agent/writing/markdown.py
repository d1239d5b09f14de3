"""A recommendation as a Markdown document that one would paste into a design review."""

from collections.abc import Iterator, Sequence

from agent.judgement.outcomes import Primary
from agent.reply import Citation, CostView, Recommendation
from agent.vocabulary import fact_kinds
from agent.writing.names import LEVERS, PRIMARIES, TIMES, capitalised, gap_in_words, lever_in_words


def document(primary: Primary, settled: bool, recommendation: Recommendation, citations: Sequence[Citation]) -> str:
    """The whole recommendation."""
    return "\n\n".join(part for part in _parts(primary, settled, recommendation, citations) if part)


def _parts(
    primary: Primary, settled: bool, recommendation: Recommendation, citations: Sequence[Citation]
) -> Iterator[str]:
    guess = "" if settled else "Best guess so far: "
    named = gap_in_words(primary, recommendation.first_step)
    yield f"## {capitalised(guess + named)} — {lever_in_words(recommendation.first_step)}"
    yield recommendation.verdict
    if recommendation.assumed:
        titles = "; ".join(fact_kinds()[fact].title.lower() for fact in recommendation.assumed)
        yield f"*Not known, so taken as usual: {titles}. The first of these is the answer that matters most.*"
    yield "### Plan"
    yield from _plan(recommendation)
    if recommendation.avoid:
        yield "### What to leave alone"
        yield "\n".join(f"- **{LEVERS[avoid.lever]}.** {avoid.why}" for avoid in recommendation.avoid)
    if recommendation.costs:
        yield "### Cost and time"
        yield from _costs(recommendation.costs)
    if recommendation.disagreements:
        yield "### Where the sources disagree"
        yield from _disagreements(recommendation)
    if recommendation.would_change:
        yield "### What would change this"
        yield "\n".join(
            f"- {fact_kinds()[change.fact].title}: if it were *{change.to}* instead of *{change.was}*, the answer would be "
            f"{PRIMARIES[change.primary]} and the first step {lever_in_words(change.first_step)}."
            for change in recommendation.would_change
        )
    runner_up = recommendation.runner_up
    yield (
        f"*Next best reading: {PRIMARIES[runner_up.primary]} ({lever_in_words(runner_up.first_step)}), "
        f"{runner_up.margin:.0%} less probable.*"
    )
    yield sources(citations)


def _plan(recommendation: Recommendation) -> Iterator[str]:
    for number, step in enumerate(recommendation.plan, 1):
        lines = [f"**{number}. {TIMES[step.when]}: {LEVERS[step.lever]}.** {step.why}"]
        lines += [f"   - {sentence}" for sentence in step.how]
        if step.until:
            lines.append(f"   - *Exit test:* {step.until}")
        yield "\n".join(lines)


def _costs(costs: Sequence[CostView]) -> Iterator[str]:
    rows = [cost for cost in costs if cost.setup or cost.running or cost.time]
    if rows:
        cells = [
            (_lever(cost), *(cell or "not said" for cell in (cost.setup, cost.running, cost.time))) for cost in rows
        ]
        table = [("lever", "set-up", "a month or a call", "time"), ("---",) * 4, *cells]
        yield "\n".join(f"| {' | '.join(row)} |" for row in table)
        yield f"*The sources' own figures, in US dollars ({'; '.join(_ages(rows))}).*"
    if unpriced := [LEVERS[cost.lever].lower() for cost in costs if cost not in rows]:
        yield f"*No source gives a cost or a time for: {', '.join(unpriced)}.*"
    for title, lines in (
        ("With your numbers, rounded", [line for cost in costs for line in cost.formulas]),
        ("Break-even", [line for cost in costs for line in cost.break_even]),
    ):
        if lines:
            yield "\n".join([f"**{title}**", *(f"- {line}" for line in lines)])
    if unknown := dict.fromkeys(fact for cost in costs for fact in cost.unknown):
        titles = "; ".join(fact_kinds()[fact].title.lower() for fact in unknown)
        yield f"*A number would bring closer figures for: {titles}.*"


def _lever(cost: CostView) -> str:
    return f"{LEVERS[cost.lever]} *(for comparison)*" if cost.is_rival else f"**{LEVERS[cost.lever]}**"


def _ages(costs: Sequence[CostView]) -> Iterator[str]:
    """What the sources of a table say of their age, those that say the same together."""
    by_age: dict[str, list[str]] = {}
    for line in dict.fromkeys(line for cost in costs for line in cost.dated):
        source, _, age = line.partition(": ")
        by_age.setdefault(age, []).append(source)
    return (f"{', '.join(sources)}: {age}" for age, sources in by_age.items())


def _disagreements(recommendation: Recommendation) -> Iterator[str]:
    for quarrel in recommendation.disagreements:
        lines = [f"**{quarrel.topic}**"]
        for number, position in enumerate(quarrel.positions):
            marks = "".join(f"[{n}]" for n in position.citations)
            followed = " — *followed here*" if number == quarrel.followed else ""
            lines.append(f"- {position.text} {marks}{followed}")
        yield "\n".join(lines) + f"\n\n{quarrel.why}"


def sources(citations: Sequence[Citation]) -> str:
    """The numbered list of the passages cited."""
    if not citations:
        return ""
    return "### Sources\n\n" + "\n".join(f"[{c.n}] {c.source}, “{c.section}”: {c.text}  " for c in citations)
