"""The `gapwise` command. Errors are one plain sentence on standard error; exits 1 failed, 2 misuse, 3 part missing."""

import json
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console

from agent import Advisor, AdvisorError, BadInput, Difference, Record, Settings, UnknownConversation, difference
from knowledge import (
    OWN,
    DocumentError,
    KnowledgeError,
    Library,
    SearchEncoder,
    Shelf,
    check_index,
    load_corpus,
    open_index,
    open_library,
)

if TYPE_CHECKING:
    from evals import Scenario, Variant

FAILED, MISUSE, MISSING = 1, 2, 3

app = typer.Typer(
    help="Name the gap before you pick the tool.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
index = typer.Typer(help="The index of the library.", no_args_is_help=True)
evaluation = typer.Typer(help="Scripted conversations.", no_args_is_help=True)
app.add_typer(index, name="index")
app.add_typer(evaluation, name="eval")

Jsonl = Annotated[bool, typer.Option("--jsonl", help="Read a JSON object a line, answer each with exactly one line.")]


@app.command()
def chat(jsonl: Jsonl = False) -> None:
    """Be interviewed in the terminal."""
    from ui import jsonl as programs
    from ui import terminal

    with _open_advisor() as advisor:
        if jsonl:
            programs.chat(advisor)
        else:
            terminal.chat(advisor, Console())


@app.command(context_settings={"ignore_unknown_options": True})  # an id may begin with a dash
def record(
    conversation: Annotated[str, typer.Argument(help="Id of the conversation.")],
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
    turn: Annotated[
        int | None, typer.Option(help="The turn that gave the recommendation; without it, the last.")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(help="What changed since another decision: a turn of this conversation, or another one."),
    ] = None,
) -> None:
    """Print the decision record of a conversation, or the difference between two."""
    today = datetime.now(UTC).astimezone().date()
    with _open_advisor() as advisor:
        try:
            drawn = advisor.record(conversation, turn, today)
            shown: Record | Difference = drawn
            if against is not None:
                of_this = against.isdecimal()
                other = conversation if of_this else against
                shown = difference(advisor.record(other, int(against) if of_this else None, today), drawn)
        except (BadInput, UnknownConversation) as error:
            _fail(str(error), MISUSE)
    typer.echo(json.dumps(shown.as_json(), ensure_ascii=False) if as_json else shown.as_markdown(), nl=as_json)


@app.command()
def ui(port: Annotated[int, typer.Option(help="Port on this machine.")] = 8501) -> None:
    """Open the chat in the browser."""
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            _fail(f"Port {port} is in use; stop what listens there or give another with --port.", MISSING)
    root = Path(__file__).parent
    with _open_library():
        pass
    typer.echo(f"Gapwise is at http://127.0.0.1:{port} (stop with Ctrl-C)", err=True)
    command = [sys.executable, "-m", "streamlit", "run", str(root / "page.py"), f"--server.port={port}"]
    raise typer.Exit(subprocess.call(command, cwd=root.parent))


@app.command()
def search(
    query: Annotated[list[str] | None, typer.Argument(help="What to look for.")] = None,
    k: int = 5,
    jsonl: Jsonl = False,
) -> None:
    """Search the passages."""
    from ui import jsonl as programs

    _need_words(query, jsonl)
    with _open_library() as library:
        if jsonl:
            programs.search(library)
            return
        found = library.search(" ".join(query or ()), k)
        if not found.fits:
            typer.echo("The sources don't say; the nearest they come:")
        for hit in found.hits:
            typer.echo(f"{hit.score:.2f}  {hit.passage.id}\n      {hit.passage.text}")


@app.command()
def ask(
    question: Annotated[list[str] | None, typer.Argument(help="What to ask.")] = None, jsonl: Jsonl = False
) -> None:
    """Ask the sources a question."""
    from agent import answer_from_sources
    from ui import jsonl as programs

    _need_words(question, jsonl)
    with _open_library() as library:
        if jsonl:
            programs.ask(library)
            return
        answer = answer_from_sources(" ".join(question or ()), library)
        typer.echo(answer.text)
        for citation in answer.citations:
            typer.echo(f"\n[{citation.n}] {citation.source}, {citation.section}")


@app.command()
def passages(
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON array.")] = False,
    with_own: Annotated[bool, typer.Option("--all", help="The team's own documents too.")] = False,
) -> None:
    """List every shipped passage."""
    with _errors_told():
        listed = load_corpus().passages
        if with_own:
            settings = _settings()
            listed += Shelf(settings.gapwise_home, _encoder(settings)).catalogue().corpus.passages
    rows = [{"passage_id": p.id, "source": p.source.id, "section": p.section, "text": p.text} for p in listed]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(f"{row['passage_id']}  ({row['section']})\n      {row['text']}")


@app.command()
def doctor() -> None:
    """Tell what is installed, which engine answers and what is wrong."""
    from ui.doctor import examine

    with _errors_told():
        findings = list(examine(_settings()))
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.fine else 'BAD '} {finding.what}: {finding.says}")
    if not all(finding.fine for finding in findings):
        raise typer.Exit(FAILED)


@index.command("build")
def index_build() -> None:
    """Build the index anew."""
    with _errors_told():
        settings = _settings()
        with _progress() as progress:
            built = open_index(
                settings.gapwise_home, load_corpus(), _encoder(settings), progress=progress, rebuild=True
            )
    typer.echo(f"{len(built.entries)} entries indexed.")


@index.command("check")
def index_check() -> None:
    """Check the index without mending it."""
    with _errors_told():
        settings = _settings()
        faults = check_index(settings.gapwise_home, load_corpus(), _encoder(settings))
    if faults:
        _fail(f"The index {faults[0]}; run `gapwise index build`.", FAILED)
    typer.echo("The index is sound.")


@index.command("add")
def index_add(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders: Markdown, HTML, text, PDF, DOCX.")],
) -> None:
    """Add the team's own documents; those that changed are read anew."""
    with _errors_told(), _progress("Embedding") as progress:
        outcomes = _shelf().add(paths, progress=progress, reading=lambda path: typer.echo(f"Reading {path}", err=True))
    for outcome in outcomes:
        if outcome.fault:
            typer.echo(outcome.fault, err=True)
        else:
            state = "unchanged" if outcome.unchanged else f"{outcome.passages} passages"
            typer.echo(f"{OWN}{outcome.name}  {state}")
    if not outcomes:
        _fail("There is nothing to read there; give Markdown, HTML, text, PDF or DOCX files.", FAILED)
    if any(outcome.fault for outcome in outcomes):
        raise typer.Exit(FAILED)


@index.command("list")
def index_list() -> None:
    """List the team's own documents."""
    with _errors_told():
        documents = _shelf().catalogue().documents
    for document in documents:
        typer.echo(f"{OWN}{document.name}  {len(document.passages)} passages  “{document.title}”  {document.path}")
    if not documents:
        typer.echo("There are no documents of your own; add some with `gapwise index add PATH…`.", err=True)


@index.command("remove")
def index_remove(names: Annotated[list[str], typer.Argument(help="Names as `gapwise index list` shows them.")]) -> None:
    """Remove documents of the team's own."""
    with _errors_told():
        for document in _shelf().remove(names):
            typer.echo(f"{OWN}{document.name}  removed")


@evaluation.command("library")
def eval_library(
    half: Annotated[str, typer.Option(help="held-out or tuning.")] = "held-out",
    originals: Annotated[
        Path | None, typer.Option(help="Folder of the five articles, for the plain peer and for them as own documents.")
    ] = None,
) -> None:
    """Measure search and answers on the written questions; a minute or two."""
    import tempfile

    from evals import HALVES, library_report

    if half not in HALVES:
        _fail(f"There is no half {half!r}; give {' or '.join(HALVES)}.", MISUSE)
    with _open_library() as library, tempfile.TemporaryDirectory(prefix="gapwise-eval-") as home:
        try:
            for line in library_report(library, half, originals, Path(home)):
                typer.echo(line)
        except FileNotFoundError as error:
            _fail(str(error), MISUSE)


@evaluation.command("ablation")
def eval_ablation(
    half: Annotated[str, typer.Option(help="held-out or tuning.")] = "held-out",
    originals: Annotated[Path | None, typer.Option(help="Folder of the five articles, for the plain peer.")] = None,
    into: Annotated[Path | None, typer.Option(help="Page that keeps the table, docs/library.md.")] = None,
) -> None:
    """Measure the search with each part and without it; some minutes."""
    import tempfile

    from evals import HALVES, load_questions, put_into, table

    if half not in HALVES:
        _fail(f"There is no half {half!r}; give {' or '.join(HALVES)}.", MISUSE)
    with _errors_told(), tempfile.TemporaryDirectory(prefix="gapwise-eval-") as home:
        try:
            lines = []
            for line in table(load_questions(half), load_corpus(), _encoder(_settings()), Path(home), originals):
                typer.echo(line)
                lines.append(line)
            if into:
                into.write_text(put_into(into.read_text(encoding="utf-8"), lines), encoding="utf-8")
        except (FileNotFoundError, ValueError) as error:
            _fail(str(error), MISUSE)


@evaluation.command("reading")
def eval_reading(
    half: Annotated[str, typer.Option(help="held-out or tuning.")] = "held-out",
    into: Annotated[Path | None, typer.Option(help="Page that keeps the table, docs/reader.md.")] = None,
    misread: Annotated[bool, typer.Option("--misread", help="Show what was misread; of tuning people only.")] = False,
) -> None:
    """Measure the embedded reader alone on labelled answers and openings, fact by fact."""
    from agent import embedded_reader
    from evals import HALVES, READING_END, READING_START, load_labelled, put_into, reading_lines, tally

    if half not in HALVES:
        _fail(f"There is no half {half!r}; give {' or '.join(HALVES)}.", MISUSE)
    if misread and half == "held-out":
        _fail("What held-out people say is not looked at; give --half tuning.", MISUSE)

    def told(fact: str, text: str, read: str) -> None:
        typer.echo(f"{fact}: {read}\n    {text}")

    with _errors_told():
        lines = list(reading_lines(tally(load_labelled(half), embedded_reader(), told if misread else None)))
        typer.echo("\n".join(lines))
        if into:
            page = put_into(into.read_text(encoding="utf-8"), lines, READING_START, READING_END)
            into.write_text(page, encoding="utf-8")


@evaluation.command("run")
def eval_run(
    paths: Annotated[list[Path], typer.Argument(help="Scenario files or folders.")],
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the results there.")] = None,
    fail_under: Annotated[
        int | None, typer.Option(help="Least number of scenarios that must pass; without it, all of them.")
    ] = None,
    with_baselines: Annotated[
        bool, typer.Option("--baselines", help="Beside three simpler advisors on the same people.")
    ] = False,
) -> None:
    """Run scripted conversations and report what each reached."""
    from evals import baselines, report, run_all

    scenarios = _scenarios(paths)
    with _errors_told(), _advisor_aside() as advisor:
        results = run_all(advisor, scenarios)
        rivals = baselines(advisor, scenarios) if with_baselines else {}
    text, data = report(results, rivals)
    typer.echo(text)
    if json_file:
        json_file.write_text(json.dumps(data, indent=1, ensure_ascii=False))
    passed = sum(result.passed for result in results)
    if passed < (len(results) if fail_under is None else fail_under):
        raise typer.Exit(FAILED)


@evaluation.command("invariance")
def eval_invariance(
    paths: Annotated[list[Path], typer.Argument(help="Scenario files or folders.")],
    variants: Annotated[int, typer.Option(min=1, help="How many of each kind that is drawn, a person.")] = 2,
    seed: Annotated[int, typer.Option(help="Of what is drawn.")] = 1,
    retold: Annotated[list[Path] | None, typer.Option(help="The same people in another author's words.")] = None,
) -> None:
    """Say the same thing otherwise and report whether verdict and citations stay; many minutes for many people."""
    from evals import invariance, invariance_lines, is_invariant

    scenarios = _scenarios(paths)
    others = {person.id: person for person in _scenarios(retold)} if retold else {}
    found: list[Variant] = []
    with _errors_told(), _advisor_aside() as advisor, _progress("Talking") as progress:
        for number, person in enumerate(scenarios, 1):
            found += invariance(advisor, person, variants, seed, others.get(person.id))
            progress(number, len(scenarios))
    for line in invariance_lines(found):
        typer.echo(line)
    if not is_invariant(found):
        raise typer.Exit(FAILED)


def main() -> None:
    """Run the command."""
    os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ["LANGSMITH_TRACING"] = os.environ.get("LANGSMITH_TRACING", "false")
    logging.basicConfig(level=logging.ERROR)
    warnings.filterwarnings("ignore")
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(FAILED) from None


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "a setting"
        _fail(f"{name} has a value that cannot be used: {first['msg']}.", MISUSE)


def _secret(value: str) -> Any:
    from pydantic import SecretStr

    return SecretStr(value)


def _shelf() -> Shelf:
    settings = _settings()
    shelf = Shelf(settings.gapwise_home, _encoder(settings))
    if shelf.damaged:
        typer.echo(
            "The catalogue of your documents is damaged; it is kept aside, so add the documents again.", err=True
        )
    return shelf


def _encoder(settings: Settings) -> SearchEncoder:
    return SearchEncoder(settings.gapwise_embedding_model)


@contextmanager
def _open_advisor() -> Iterator[Advisor]:
    with _errors_told():
        with _progress() as progress:
            advisor = Advisor.open(_settings(), progress)
        if advisor.store.set_aside:
            typer.echo(f"The conversations were damaged and are kept aside in {advisor.store.set_aside}.", err=True)
        try:
            yield advisor
        finally:
            advisor.close()


def _scenarios(paths: list[Path]) -> tuple["Scenario", ...]:
    from evals import ScenarioError, load_scenarios

    try:
        return load_scenarios(paths)
    except ScenarioError as error:
        _fail(str(error), MISUSE)


@contextmanager
def _advisor_aside() -> Iterator[Advisor]:
    """An advisor whose conversations are kept apart from the user's and forgotten."""
    import tempfile

    settings = _settings()
    with tempfile.TemporaryDirectory(prefix="gapwise-eval-") as home:
        database = _secret(f"sqlite:///{Path(home) / 'conversations.sqlite'}")
        with _progress() as progress:
            advisor = Advisor.open(settings.model_copy(update={"gapwise_database_url": database}), progress)
        try:
            yield advisor
        finally:
            advisor.close()


@contextmanager
def _open_library() -> Iterator[Library]:
    with _errors_told():
        settings = _settings()
        with _progress() as progress:
            library = open_library(settings.gapwise_home, _encoder(settings), progress=progress)
        yield library


@contextmanager
def _errors_told() -> Iterator[None]:
    try:
        yield
    except DocumentError as error:
        _fail(str(error), MISUSE)
    except (AdvisorError, KnowledgeError) as error:
        _fail(str(error), MISSING)


@contextmanager
def _progress(what: str = "Building the index") -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while texts are embedded; nothing where there is nothing to wait for."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn(what), BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeRemainingColumn(),
        console=Console(stderr=True),
    )  # fmt: skip
    task = bar.add_task("index", total=None, visible=False)

    def told(done: int, total: int) -> None:
        if not bar.live.is_started:
            bar.start()
        bar.update(task, completed=done, total=total, visible=True)

    try:
        yield told
    finally:
        if bar.live.is_started:
            bar.stop()


def _need_words(words: list[str] | None, jsonl: bool) -> None:
    if not words and not jsonl:
        _fail("Say what to look for, or give --jsonl to read questions from standard input.", MISUSE)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


if __name__ == "__main__":
    main()
