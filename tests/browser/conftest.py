"""What browser tests need: a page, a place for screenshots, and axe-core."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyterlab_page import FLAGS
from playwright.sync_api import Locator, Page, expect, sync_playwright

AXE = "axe-core@4.10.3"


@pytest.fixture(scope="module")
def page(need: Callable[..., str]) -> Iterator[Page]:
    program = need("chromium", "chromium-browser", "google-chrome", "chrome")
    expect.set_options(timeout=20_000)  # milliseconds: a busy machine is no fault
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser.new_page(viewport={"width": 1280, "height": 1600})
        browser.close()


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(os.environ.get("IAMLAB_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def axe_script(need: Callable[..., str], pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of axe-core, which npm brings the first time; pytest's cache keeps it."""
    script = pytestconfig.cache.mkdir("axe-core") / "axe.min.js"
    if not script.is_file():  # tests run side by side: each process installs by itself, and moves the whole file in
        home = tmp_path_factory.mktemp("axe-core")
        subprocess.run([need("npm"), "install", "--no-audit", "--no-fund", "--prefix", str(home), AXE], check=True)
        own = script.with_suffix(f".{os.getpid()}")
        shutil.copy(home / "node_modules" / "axe-core" / "axe.min.js", own)
        own.replace(script)
    return script.read_text("utf-8")


@pytest.fixture
def violations(axe_script: str) -> Callable[[Page, Locator], list[str]]:
    """What axe-core has to say about a part of a page, at any level: rule, elements, how to mend it."""

    def find(page: Page, part: Locator) -> list[str]:
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(axe_script)
        found: dict[str, Any] = part.evaluate("part => axe.run(part)")
        return [
            f"{rule['id']}: {rule['help']}: {[node['html'] for node in rule['nodes']]}" for rule in found["violations"]
        ]

    return find
