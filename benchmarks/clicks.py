"""From a click to its visible answer in JupyterLab: each widget beside a bare control that changes one `HTML.value`.

Needs chromium. Each widget stands in a notebook of its own, with the bare control below it: a button beside a button,
a field beside a search, a tick box beside a tick box, because the browser draws what is typed or ticked as well. They
are used in turn, each time after a pause in which page and kernel come to rest. The ratio is that of a click to the
bare change right after it, so that a machine that is busy for a while counts for both: the median of all pairs, and in
brackets the quartiles. The times are medians too.

The pause is a quarter of a second, as between the keys of somebody who types slowly; `clicks.py 60` makes it 60 ms. By
then a bare change is often there before the browser draws its next frame (5.5 ms), and else after it (8 ms).

A busy machine stretches what a click works out more than what it waits for, and the ratio with it. On Linux
`chrt -r 5` before the command gives it the processor first.

The clock stops when the answer is in the page (a MutationObserver sees it), before it is painted: painting comes with
the browser's next frame, whoever changed the page. An answer is what the click was for: the first words of another
page of a table, the characters that are left after a tick, not the first thing that changes.

The lab sends short messages at once (`iamlab.classroom.lab.prompt_connection`). In a JupyterLab that was opened without
iamlab, every message after the first may wait 40 ms for an acknowledgement: there clicks take 8 ms or 48 ms, bare ones
too, by how many messages go before the answer.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles

TESTS = Path(__file__).parent.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "browser")]

from jupyterlab_page import FLAGS, open_widgets
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from running_lab import RunningLab, start_lab

ROUNDS = 40
PAUSE = float(sys.argv[1]) if len(sys.argv) > 1 else 250  # milliseconds before a click

BARE = """import ipywidgets
button, field, box, answer = ipywidgets.Button(), ipywidgets.Text(), ipywidgets.Checkbox(), ipywidgets.HTML("0")
count = lambda _: setattr(answer, "value", str(int(answer.value) + 1))
button.on_click(count)
field.observe(count, "value")
box.observe(count, "value")
panel = ipywidgets.VBox([button, field, box, answer])
panel.add_class("iamlab")
panel"""
SETUP = """from iamlab import Account
from iamlab.widgets import EffectivePermissions, PolicyEditor, PolicyList, PolicySimulator, Quiz
lab = Account.example()
"""

WAIT = """([element, wanted, typed]) => new Promise((done) => {
  const start = performance.now();
  const watch = new MutationObserver((changes) => {
    if (!changes.some(({ target }) => target.textContent.includes(wanted))) return;
    watch.disconnect();
    done(performance.now() - start);
  });
  watch.observe(element.closest(".iamlab"), { childList: true, subtree: true, characterData: true });
  if (typed === null) element.click();
  else {
    element.value = typed;
    element.dispatchEvent(new Event("input", { bubbles: true }));
  }
})"""


def timed(page: Page, control: Locator, wanted: str, typed: str | None = None) -> float:
    """Milliseconds from a click (or from typing) until something in the panel changed to what is wanted."""
    element = control.element_handle()
    page.wait_for_timeout(PAUSE)
    found: float = page.evaluate(WAIT, [element, wanted, typed])
    return found


def bare_button(page: Page, panel: Locator) -> Iterator[float]:
    """A button that changes one HTML.value."""
    for number in range(1, 10_000):
        yield timed(page, panel.get_by_role("button"), str(number))


def bare_field(page: Page, panel: Locator) -> Iterator[float]:
    """A field that changes one HTML.value while somebody types."""
    for number in range(1, 10_000):
        yield timed(page, panel.get_by_role("textbox"), str(number), f"word {number}")


def bare_tick_box(page: Page, panel: Locator) -> Iterator[float]:
    """A tick box that changes one HTML.value."""
    for number in range(1, 10_000):
        yield timed(page, panel.get_by_role("checkbox"), str(number))


def simulator(page: Page, panel: Locator) -> Iterator[float]:
    """Ask: verdict, AWS's sentence, flow chart, statements, table."""
    field = panel.get_by_label("Principal", exact=True)
    panel.get_by_label("Action", exact=True).fill("iam:CreateUser")
    for who, answer in cycle((("alice", "by AdministratorAccess"), ("bob", "no identity-based policy allows it"))):
        field.fill(who)
        field.blur()  # as pressing the mouse does; the click comes when it is released
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
        yield timed(page, panel.get_by_label("Search"), first, words)


def policy_search(page: Page, panel: Locator) -> Iterator[float]:
    """The list of all managed policies: a search while typing."""
    for words, answer in cycle((("readonly", "ReadOnlyAccess"), ("nothing like this", "No policy matches."))):
        yield timed(page, panel.get_by_label("Search"), answer, words)


def quiz(page: Page, panel: Locator) -> Iterator[float]:
    """Check a wrong answer, then the right one."""
    for option, answer in cycle((("ReadOnlyAccess", "It only reads."), ("PowerUserAccess", "1 of 7 answered right"))):
        panel.get_by_label(option).check()
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


Times = Callable[[Page, Locator], Iterator[float]]

CLICKS: dict[str, tuple[str, Times, Times]] = {
    "simulator: Ask": ("PolicySimulator(lab)", simulator, bare_button),
    "effective permissions: a page": ("EffectivePermissions(lab, 'bob')", effective_page, bare_button),
    "effective permissions: a search": ("EffectivePermissions(lab, 'bob')", effective_search, bare_field),
    "policy list: a search": ("PolicyList(lab)", policy_search, bare_field),
    "quiz: Check": ("Quiz('06')", quiz, bare_button),
    "editor: tick an action": ("PolicyEditor(lab, 'ReportsReader')", editor_tick, bare_tick_box),
    "editor: allow or deny": ("PolicyEditor(lab, 'ReportsReader')", editor_effect, bare_button),
}
"""What is measured: the cell that shows the widget, its clicks, and what they stand beside."""


def measure(browser: Browser, lab: RunningLab, name: str) -> list[tuple[float, float]]:
    """Milliseconds of a widget's clicks, each with that of the bare change after it."""
    first, clicks, bare = CLICKS[name]
    page = browser.new_page(viewport={"width": 1400, "height": 2000})
    panel, beside = open_widgets(page, lab, re.sub(r"\W+", "-", name), SETUP + first, BARE)
    pairs = zip(clicks(page, panel), bare(page, beside), strict=False)
    found = list(islice(pairs, 4, 4 + ROUNDS))  # the first ones load what they need
    page.close()
    return found


def main() -> None:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        print("no chromium here: nothing measured")
        return
    with tempfile.TemporaryDirectory() as home, start_lab(Path(home)) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        print(f"{'':34}{'click → answer':>15}{'bare change':>14}{'ratio':>8}")
        for name in CLICKS:
            pairs = measure(browser, lab, name)
            ours, bare = (median(times) for times in zip(*pairs, strict=True))
            low, middle, high = quantiles([click / change for click, change in pairs])
            print(f"{name:34}{ours:12.1f} ms{bare:11.1f} ms{middle:8.2f}  ({low:.2f} to {high:.2f})", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
