"""The page in a real browser: a stranger's talk from the first word to a passage that a mark opens."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from ui.screenshot import FLAGS

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium"
OPENING = "Our support bot quotes last year's prices. The price list changes every week."
PATIENCE = 60_000
"""Milliseconds; the first turn loads the models."""


@pytest.fixture(scope="module")
def address(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page that is served as `gapwise ui` serves it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("browser")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "GAPWISE_"))},
        "GAPWISE_HOME": str(home),
        "GAPWISE_DATABASE_URL": f"sqlite:///{folder / 'conversations.sqlite'}",
    }
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "ui" / "page.py"), f"--server.port={port}"]
    with (folder / "log").open("w") as log:
        served = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            served.terminate()
            served.wait(timeout=20)
    assert "Traceback" not in (folder / "log").read_text()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def _wait_for(address: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.5)
    raise AssertionError(f"nothing answers at {address}")


def opened(browser: Browser, address: str, width: int = 1440) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_visible(timeout=PATIENCE)
    return page


def interviewed(page: Page) -> Page:
    """Type an opening, then click the last answer until there is a recommendation."""
    page.get_by_test_id("stChatInputTextArea").fill(OPENING)
    page.get_by_test_id("stChatInputTextArea").press("Enter")
    plan = page.get_by_role("heading", name="Plan", exact=True)
    for turn in range(1, 10):
        answers = page.locator(f".st-key-answers-{turn}")
        expect(answers.or_(plan).first).to_be_visible(timeout=PATIENCE)
        if plan.is_visible():
            break
        answers.get_by_role("button").last.click()
    expect(plan).to_be_visible(timeout=PATIENCE)
    return page


def messages(page: Page) -> list[str]:
    return [re.sub(r"\s+", " ", text) for text in page.get_by_test_id("stChatMessage").all_inner_texts()]


def test_a_talk_from_the_first_word_to_the_passage_behind_a_mark(browser: Browser, address: str) -> None:
    page = interviewed(opened(browser, address))
    expect(page.get_by_role("heading", name="Plan", exact=True)).to_be_in_viewport(timeout=10_000)
    page.wait_for_timeout(1_000)
    expect(page.get_by_role("heading", name="Plan", exact=True)).to_be_in_viewport()
    marks = page.get_by_test_id("stChatMessage").last.locator("a[href^='#turn-']")
    assert marks.count() >= 5
    for mark in marks.all():
        place = (mark.get_attribute("href") or "").removeprefix("#")
        assert page.locator(f"[id='{place}']").count() == 1, f"{place} is not in the page"
    mark = marks.first
    place = (mark.get_attribute("href") or "").removeprefix("#")
    mark.click()
    expect(page.locator(f"[id='{place}']")).to_be_in_viewport()
    page.close()


def test_a_reload_and_a_second_window_find_every_message(browser: Browser, address: str) -> None:
    page = interviewed(opened(browser, address))
    before = messages(page)
    expect(page).to_have_url(re.compile(r"\?c=[\w-]{20,}"))
    page.reload()
    expect(page.get_by_role("heading", name="Plan", exact=True)).to_be_visible(timeout=PATIENCE)
    assert messages(page) == before
    second = opened(browser, page.url)
    expect(second.get_by_role("heading", name="Plan", exact=True)).to_be_visible(timeout=PATIENCE)
    assert messages(second) == before
    second.close()
    page.close()


def test_a_fact_is_corrected_with_three_clicks(browser: Browser, address: str) -> None:
    page = interviewed(opened(browser, address))
    turns = len(messages(page))
    page.locator(".st-key-fact-volatility").get_by_role("button", name="Correct").click()
    popover = page.get_by_test_id("stPopoverBody")
    popover.get_by_role("combobox").click()
    page.get_by_role("option", name="daily").click()
    popover.get_by_role("button", name="Correct").click()
    expect(page.get_by_test_id("stChatMessage")).to_have_count(turns + 2)
    expect(page.locator(".st-key-fact-volatility")).to_contain_text("daily")
    page.close()


def test_nothing_is_asked_of_any_other_machine(browser: Browser, address: str) -> None:
    page = browser.new_page()
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.get_by_test_id("stChatInputTextArea").fill(
        "It says ![x](http://192.0.2.1/x.png) and <img src=http://192.0.2.1/>"
    )
    page.get_by_test_id("stChatInputTextArea").press("Enter")
    expect(page.get_by_test_id("stChatMessage")).to_have_count(2, timeout=PATIENCE)
    local = address.removeprefix("http://")
    assert [url for url in asked if url.partition("://")[2].partition("/")[0] != local and "://" in url] == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_scrolls_in_one_direction_only(browser: Browser, address: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]  # one of two
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_visible(timeout=PATIENCE)
    interviewed(page)
    wide = page.evaluate(
        "() => [...document.querySelectorAll('[data-testid=stMain], [data-testid=stMain] *')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth + 1 && e.getBoundingClientRect().width > 0)"
        ".map(e => e.dataset.testid || e.className)"
    )
    assert wide == []
    context.close()
