"""From a click to its visible answer in JupyterLab: each widget beside a bare button that changes one `HTML.value`.

Needs chromium. Every number is the lower quartile of some clicks in one browser and one kernel; a bare change is
measured between the widgets' clicks, so that a busy machine counts for both.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

TESTS = Path(__file__).parent.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "browser")]

from jupyterlab_page import FLAGS, open_widgets
from playwright.sync_api import Locator, Page, sync_playwright
from running_lab import start_lab

ROUNDS = 25

BARE = """import ipywidgets
button, answer = ipywidgets.Button(description="bare"), ipywidgets.HTML("0")
button.on_click(lambda _: setattr(answer, "value", str(int(answer.value) + 1)))
box = ipywidgets.VBox([button, answer])
box.add_class("iamlab")
box"""
SETUP = """from iamlab import Account
from iamlab.widgets import EffectivePermissions, PolicyEditor, PolicyList, PolicySimulator, Quiz
lab = Account.example()
"""

WAIT = """([element, wanted, act]) => new Promise((done) => {
  const panel = element.closest(".iamlab");
  const start = performance.now();
  const look = () => {
    if (!panel.textContent.includes(wanted)) return;
    watch.disconnect();
    done(performance.now() - start);
  };
  const watch = new MutationObserver(look);
  watch.observe(panel, { childList: true, subtree: true, characterData: true, attributes: true });
  if (act === null) element.click();
  else {
    element.value = act;
    element.dispatchEvent(new Event("input", { bubbles: true }));
  }
})"""


def timed(page: Page, control: Locator, wanted: str, typed: str | None = None) -> float:
    """Milliseconds from a click (or from typing) until the panel says what is wanted."""
    found: float = page.evaluate(WAIT, [control.element_handle(), wanted, typed])
    return found


def bare(page: Page, panel: Locator) -> Iterator[float]:
    """A button that changes one HTML.value."""
    for number in range(1, 10_000):
        yield timed(page, panel.get_by_role("button"), str(number))


def simulator(page: Page, panel: Locator) -> Iterator[float]:
    """Ask: verdict, AWS's sentence, flow chart, statements, table."""
    panel.get_by_label("Action", exact=True).fill("iam:CreateUser")
    for who, answer in cycle((("alice", "by AdministratorAccess"), ("bob", "no identity-based policy allows it"))):
        panel.get_by_label("Principal", exact=True).fill(who)
        page.wait_for_timeout(60)
        before = panel.get_by_role("status").first.inner_text()
        assert answer not in before
        yield timed(
            page,
            panel.get_by_role("button", name="Ask", exact=True),
            f"Allowed: {answer}" if who == "alice" else f"Denied: {answer}",
        )


def effective_page(page: Page, panel: Locator) -> Iterator[float]:
    """Effective permissions of all actions: the next page, and back."""
    for name, first in cycle((("Next page", 26), ("Previous page", 1))):
        yield timed(page, panel.get_by_role("button", name=name), f"Rows {first} to {first + 24} ")


def effective_search(page: Page, panel: Locator) -> Iterator[float]:
    """Effective permissions of all actions: a search while typing."""
    for words, first in cycle((("get", "Rows 1 to 25 of"), ("nothing like this", "Nothing matches."))):
        page.wait_for_timeout(60)  # nobody types faster than the kernel gets idle again
        yield timed(page, panel.get_by_label("Search"), first, words)


def quiz(page: Page, panel: Locator) -> Iterator[float]:
    """Check a wrong answer, then the right one."""
    for option, answer in cycle((("ReadOnlyAccess", "It only reads."), ("PowerUserAccess", "1 of 7 answered right"))):
        panel.get_by_label(option).check()
        page.wait_for_timeout(60)
        yield timed(page, panel.get_by_role("button", name="Check"), answer)


def editor_tick(page: Page, panel: Locator) -> Iterator[float]:
    """The policy editor: tick or clear an action; JSON, findings and the room that is left follow."""
    panel.locator("summary", has_text="Write").click()
    box, left = panel.get_by_label("PutObject", exact=True), panel.get_by_text("characters remaining")
    said = []
    for _ in range(2):  # what is left with the action, and without it
        box.click()
        page.wait_for_timeout(300)
        said.append(left.inner_text())
    for words in cycle(said):
        yield timed(page, box, words)


def editor_effect(page: Page, panel: Locator) -> Iterator[float]:
    """The policy editor: switch a block to deny, and back."""
    for effect, answer in cycle((("deny", "(Deny)"), ("allow", "(Allow)"))):
        yield timed(page, panel.get_by_role("button", name=f"Switch to {effect} permissions"), answer)


CLICKS: dict[str, tuple[str, Callable[[Page, Locator], Iterator[float]]]] = {
    "simulator: Ask": ("PolicySimulator(lab)", simulator),
    "effective permissions: a page": ("EffectivePermissions(lab, 'bob')", effective_page),
    "effective permissions: a search": ("EffectivePermissions(lab, 'bob')", effective_search),
    "quiz: Check": ("Quiz('06')", quiz),
    "editor: tick an action": ("PolicyEditor(lab, 'ReportsReader')", editor_tick),
    "editor: allow or deny": ("PolicyEditor(lab, 'ReportsReader')", editor_effect),
}


def main() -> None:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        print("no chromium here: nothing measured")
        return
    with tempfile.TemporaryDirectory() as home, start_lab(Path(home)) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 5000})
        cells = [f"{SETUP}{first}" if not place else first for place, (first, _) in enumerate(CLICKS.values())]
        panels = open_widgets(page, lab, "clicks", *cells, BARE)
        plain = bare(page, panels[-1])
        for _ in range(5):
            next(plain)
        print(f"{'':34}{'click → answer':>15}{'bare change':>14}{'ratio':>8}")
        for (name, (_, clicks)), panel in zip(CLICKS.items(), panels, strict=False):
            run = clicks(page, panel)
            next(run), next(run)  # the first ones load what they need
            both = [(next(run), next(plain)) for _ in range(ROUNDS)]
            ours, theirs = (statistics.quantiles(times)[0] for times in zip(*both, strict=True))
            print(f"{name:34}{ours:12.1f} ms{theirs:11.1f} ms{ours / theirs:8.2f}")
        browser.close()


if __name__ == "__main__":
    main()
