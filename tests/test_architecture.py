"""The house itself: who may know whom, what a door shows, and what shipped code never does."""

import ast
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("knowledge", "agent", "evals", "ui")
MAY_IMPORT = {
    "knowledge": (),
    "agent": ("knowledge",),
    "evals": ("agent", "knowledge"),
    "ui": ("agent", "evals", "knowledge"),
}
SIDE_DOORS = {"agent.testing"}
"""Second doors: the scripted reader for tests and drills."""
UNPICKLERS = {"pickle", "cPickle", "_pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal"}


class Import(NamedTuple):
    """One `import` of shipped code: where it stands, the module, and the names taken from it."""

    where: str
    module: str
    names: tuple[str, ...]

    @property
    def package(self) -> str:
        return self.module.partition(".")[0]


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def nodes(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Every node of a file with its place."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", node


def imports(path: Path) -> Iterator[Import]:
    """All imports of a file, those inside functions and relative ones too."""
    for where, node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (Import(where, alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
            module = ".".join((*above, *([node.module] if node.module else [])))
            yield Import(where, module, tuple(alias.name for alias in node.names))


def calls(path: Path, *names: str) -> list[str]:
    return [
        f"{where} {node.func.id}"
        for where, node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_those_below_it(package: str) -> None:
    allowed = (package, *MAY_IMPORT[package])
    ours = [i for path in sources(package) for i in imports(path) if i.package in (*PACKAGES, "tests")]
    assert ours, "no import was read"
    assert [f"{i.where} {i.module}" for i in ours if i.package not in allowed] == []


@pytest.mark.parametrize("package", ["agent", "evals", "ui"])
def test_neighbours_are_met_at_their_door(package: str) -> None:
    abroad = [i for path in sources(package) for i in imports(path) if i.package in MAY_IMPORT[package]]
    past_the_door = [
        f"{i.where} {i.module} {', '.join(i.names)}"
        for i in abroad
        if not (i.module in SIDE_DOORS or "." not in i.module)
        or not set(i.names) <= set(importlib.import_module(i.module).__all__)
    ]
    assert abroad, "no neighbour is imported at all"
    assert past_the_door == []


def test_judgement_knows_no_language_and_no_graph() -> None:
    found = [i for path in sources("agent/judgement") for i in imports(path)]
    beyond = ("agent.reading", "agent.writing", "agent.graph", "agent.advisor", "agent.store", "knowledge", "langgraph")
    assert [f"{i.where} {i.module}" for i in found if f"{i.module}.".startswith(tuple(f"{b}." for b in beyond))] == []
    assert [i.where for i in found if i.module == "agent"] == [], "the door would bring everything in"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_door_lists_its_names_in_order_and_has_them(package: str) -> None:
    door = importlib.import_module(package)
    shown: list[str] = getattr(door, "__all__", [])
    constants_classes_functions = sorted(shown, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert shown == constants_classes_functions
    assert len(set(shown)) == len(shown)
    assert [name for name in shown if not hasattr(door, name)] == []


def test_every_other_list_of_names_is_sorted_and_importable() -> None:
    for path in sources(*PACKAGES):
        for where, node in nodes(path):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                shown = ast.literal_eval(node.value)
                module = importlib.import_module(
                    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
                )
                assert shown == sorted(shown, key=lambda name: (not name.isupper(), name[0].islower(), name)), where
                assert all(hasattr(module, name) for name in shown), where


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
    assert [str(p) for p in sources(*PACKAGES) if {p.stem, *p.relative_to(ROOT).parts} & drawers] == []


def test_nothing_is_unpickled_anywhere() -> None:
    found = [i for path in sources(*PACKAGES) for i in imports(path)]
    assert [i.where for i in found if i.package in UNPICKLERS] == []


@pytest.mark.parametrize("word", ["unsafe_allow_html", "allow_pickle", "trust_remote_code"])
def test_no_dangerous_switch_is_set(word: str) -> None:
    keywords = [
        (where, node.arg) for path in sources(*PACKAGES) for where, node in nodes(path) if isinstance(node, ast.keyword)
    ]
    assert keywords, "no keyword was read"
    assert [where for where, name in keywords if name == word] == []


def test_nothing_is_evaluated_or_executed() -> None:
    assert [call for path in sources(*PACKAGES) for call in calls(path, "eval", "exec", "compile", "__import__")] == []


def is_program(path: Path) -> bool:
    return any(
        isinstance(node, ast.If) and "__name__ == '__main__'" in ast.unparse(node.test) for _, node in nodes(path)
    )


def test_only_faces_and_programs_print() -> None:
    libraries = [path for path in sources("knowledge", "agent", "evals") if not is_program(path)]
    assert [call for path in libraries for call in calls(path, "print")] == []


def test_importing_the_packages_does_no_work() -> None:
    heavy = ["torch", "chromadb", "streamlit", "sentence_transformers", "langchain_openai"]
    program = (
        "import json, sys, agent, knowledge, evals\n"
        f"print(json.dumps([name for name in {heavy!r} if name in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert json.loads(done.stdout) == []
