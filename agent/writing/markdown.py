"""A recommendation as a Markdown document that one would paste into a design review."""

from collections.abc import Iterator, Sequence

from agent.judgement.outcomes import Primary
from agent.reply import Citation, Recommendation
from agent.vocabulary import fact_kinds
from agent.writing.names import LEVERS, PRIMARIES, TIMES


def document(primary: Primary, settled: bool, recommendation: Recommendation, citations: Sequence[Citation]) -> str:
    """The whole recommendation."""
    return "\n\n".join(part for part in _parts(primary, settled, recommendation, citations) if part)


def _parts(
    primary: Primary, settled: bool, recommendation: Recommendation, citations: Sequence[Citation]
) -> Iterator[str]:
    guess = "" if settled else "Best guess so far: "
    named = "no gap can be named yet" if recommendation.first_step == "measure_first" else PRIMARIES[primary]
    yield f"## {_capital(guess + named)} — {LEVERS[recommendation.first_step].lower().replace('(rag)', '(RAG)')}"
    yield recommendation.verdict
    if recommendation.assumed:
        titles = "; ".join(fact_kinds()[fact].title.lower() for fact in recommendation.assumed)
        yield f"*Not known, so taken as usual: {titles}. The first of these is the answer that matters most.*"
    yield "### Plan"
    yield from _plan(recommendation)
    if recommendation.avoid:
        yield "### What to leave alone"
        yield "\n".join(f"- **{LEVERS[avoid.lever]}.** {avoid.why}" for avoid in recommendation.avoid)
    if recommendation.disagreements:
        yield "### Where the sources disagree"
        yield from _disagreements(recommendation)
    if recommendation.would_change:
        yield "### What would change this"
        yield "\n".join(
            f"- {fact_kinds()[change.fact].title}: if it were *{change.to}* instead of *{change.was}*, the answer would be "
            f"{PRIMARIES[change.primary]} and the first step {LEVERS[change.first_step].lower().replace('(rag)', '(RAG)')}."
            for change in recommendation.would_change
        )
    runner_up = recommendation.runner_up
    yield (
        f"*Next best reading: {PRIMARIES[runner_up.primary]} ({LEVERS[runner_up.first_step].lower().replace('(rag)', '(RAG)')}), "
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


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
