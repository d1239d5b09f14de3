"""The interview in the terminal."""

from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel

from agent import Advisor, AdvisorError

LEAVE = frozenset({"exit", "quit", "bye", ":q"})


def chat(advisor: Advisor, console: Console) -> None:
    """Interview until the user leaves."""
    conversation = advisor.start()
    where = (
        "nothing leaves this machine"
        if advisor.engine == "embedded"
        else "your messages go to the model server you set"
    )
    console.print(
        Panel(
            "Tell me what your LLM application does and where it disappoints. I ask a few questions, then recommend what to do, with sources.\n"
            f"The {advisor.engine} engine answers; {where}. Type a number to choose an answer, `exit` to leave.",
            title="Gapwise",
        )
    )
    options: list[str] = []
    while True:
        try:
            typed = console.input("[bold]> [/bold]").strip()
        except (EOFError, KeyboardInterrupt):
            break
        if typed.lower() in LEAVE:
            break
        options = _turn(advisor, conversation, console, _chosen(typed, options)) or options


def _chosen(typed: str, options: list[str]) -> str:
    if typed.isdigit() and 1 <= int(typed) <= len(options):
        return options[int(typed) - 1]
    return typed


def _turn(advisor: Advisor, conversation: str, console: Console, text: str) -> list[str]:
    """Take a turn and show it; returns the answers that can be chosen by number."""
    try:
        reply: dict[str, Any] = advisor.reply(conversation, text)
    except AdvisorError as error:
        console.print(str(error), style="red", markup=False)
        return []
    console.print(Markdown(reply["text"], hyperlinks=False))
    options = list(reply["question"]["options"]) if reply["question"] else []
    for number, option in enumerate(options, 1):
        console.print(f"  {number}. {option}", markup=False, highlight=False)
    return options
