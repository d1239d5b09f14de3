"""Draws the screenshot of the README: a real conversation in the real page, in a browser without a window.

Needs Chromium; its place is looked up on the PATH or taken from the variable CHROMIUM.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OPENING = (
    "Our support bot keeps quoting last year's tariffs. My boss wants to fine-tune it on our product handbook, "
    "how much would that be?"
)
ANSWERS = ("A model and a prompt", "Our own documents", "More than 200 pages", "Weekly", "Yes, sources must be shown")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 60_000


def main() -> None:
    """Hold the conversation and write the pictures into `docs/images`."""
    from playwright.sync_api import sync_playwright

    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("Chromium is missing; install it, or name it in the variable CHROMIUM.")
    folder = Path(__file__).parent.parent / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    with _page_server() as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        page = chromium.new_page(viewport={"width": 1440, "height": 1000}, color_scheme="light")
        page.set_default_timeout(PATIENCE_MS)
        page.goto(address)
        box = page.get_by_test_id("stChatInputTextArea")
        box.fill(OPENING)
        box.press("Enter")
        for _ in range(8):
            page.get_by_role("button", name="I don't know").or_(page.get_by_text("### Plan")).or_(
                page.get_by_role("heading", name="Plan")
            ).first.wait_for()
            if page.get_by_role("heading", name="Plan").count():
                break
            button = next((b for a in ANSWERS if (b := page.get_by_role("button", name=a, exact=True)).count()), None)
            before = page.get_by_test_id("stChatMessage").count()
            (button or page.get_by_role("button", name="I don't know")).first.click()
            page.wait_for_function(
                "n => document.querySelectorAll('[data-testid=stChatMessage]').length >= n + 2", arg=before
            )
            page.wait_for_timeout(800)
        page.get_by_role("heading", name="Plan").scroll_into_view_if_needed()
        page.wait_for_timeout(800)
        page.screenshot(path=str(folder / "recommendation.png"))
        page.emulate_media(color_scheme="dark")
        page.wait_for_timeout(800)
        page.screenshot(path=str(folder / "recommendation-dark.png"))
        chromium.close()


@contextmanager
def _page_server() -> Iterator[str]:
    """The page on a free port, with a home of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = Path(__file__).parent / "page.py"
    with tempfile.TemporaryDirectory() as home:
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            str(script),
            f"--server.port={port}",
            "--server.headless=true",
        ]
        server = subprocess.Popen(command, cwd=script.parent.parent, env={**os.environ, "GAPWISE_HOME": home})
        try:
            for _ in range(240):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.25)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
