"""The pattern: a panel says what came of a click, in words, escaped, and shows a plain answer."""

from __future__ import annotations

import ast
import logging
from typing import Any

import pytest
from hands import fill, find, press, seen
from hypothesis import given
from hypothesis import strategies as st

from iamlab import Account
from iamlab.display import Table
from iamlab.widgets import controls
from iamlab.widgets.base import Panel, Shown, Verdict
from iamlab.widgets.code import call, python


class Greeting(Panel):
    """The panel of CONTRIBUTING.md."""

    title = "Say hello"

    def __init__(self, lab: Account) -> None:
        super().__init__()
        self.lab = lab
        self.greeted: list[str] = []
        self.name = controls.text("User name")
        self.arrange(self.name, self.button("Greet", self.greet, primary=True))

    def greet(self) -> None:
        user = self.lab.users[self.name.value]
        if user.name == "broken":
            raise TypeError("oops")
        self.greeted.append(user.name)
        self.code.add(call("greet", user.name))
        self.verdict.say("success", f"Hello {user.name}")

    def plain(self) -> Shown | str:
        return Table(["greeted"], [[name] for name in self.greeted]) if self.greeted else "nobody was greeted"


@pytest.fixture
def panel() -> Greeting:
    lab = Account(seed=1)
    lab.create_user("alice")
    lab.create_user("broken")
    return Greeting(lab)


def test_a_click_is_answered_in_a_live_region(panel: Greeting) -> None:
    fill(panel, "User name", "alice")
    press(panel, "Greet")
    state = panel.verdict.get_state()
    assert "Hello alice" in state["value"]
    assert 'aria-live="polite"' in state["value"]
    assert (panel.verdict.kind, panel.verdict.text) == ("success", "Hello alice")


def test_an_error_of_aws_shows_in_words(panel: Greeting) -> None:
    fill(panel, "User name", "<b>nobody</b>")
    press(panel, "Greet")
    assert panel.verdict.kind == "error"
    assert "NoSuchEntity" in panel.verdict.text
    assert "<b>nobody" not in panel.verdict.value
    assert "&lt;b&gt;nobody" in panel.verdict.value


def test_a_fault_of_ours_shows_too_and_is_not_lost(panel: Greeting, caplog: pytest.LogCaptureFixture) -> None:
    fill(panel, "User name", "broken")
    with pytest.raises(TypeError, match="oops"):
        panel.guard(panel.greet)()
    assert "fault in iamlab" in panel.verdict.text
    with caplog.at_level(logging.WARNING):
        press(panel, "Greet")  # ipywidgets swallows it into the log


def test_the_plain_answer_is_in_the_mimebundle_and_the_same_twice(panel: Greeting) -> None:
    assert panel._repr_mimebundle_()["text/plain"] == "nobody was greeted"
    fill(panel, "User name", "alice")
    press(panel, "Greet")
    bundle = panel._repr_mimebundle_()
    assert bundle["text/plain"].splitlines() == ["greeted", "-------", "alice"]
    assert "<td" in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert repr(panel) == "<Greeting: greeted>"
    assert "0x" not in repr(panel) + repr(panel.verdict) + repr(panel.code) + repr(panel.children[0])


def test_every_verdict_has_a_sign_and_a_word() -> None:
    verdict = Verdict()
    for kind in ("success", "info", "warning", "error", "allowed", "denied"):
        verdict.say(kind, "so it is")
        assert "iamlab-sign" in verdict.value
        assert "<strong>" in verdict.value
    verdict.clear()
    assert "so it is" not in verdict.value


def test_code_is_shown_when_asked_for_and_follows(panel: Greeting) -> None:
    press(panel, "Copy as code")
    assert find(panel, "Python that does the same").value == "# Nothing has been done yet."
    fill(panel, "User name", "alice")
    press(panel, "Greet")
    assert find(panel, "Python that does the same").value == 'greet("alice")'
    panel.code.draft("# more to come")
    assert find(panel, "Python that does the same").value.endswith("# more to come")
    press(panel, "Hide code")
    with pytest.raises(AssertionError):
        find(panel, "Python that does the same")


def test_title_and_headings_are_escaped() -> None:
    class Odd(Greeting):
        title = "<script>alert(1)</script>"

    assert "<script>" not in seen(Odd(Account()))
    assert "<script>" not in controls.heading("<script>").value


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_python_source_of_a_value_is_that_value(value: Any) -> None:
    assert ast.literal_eval(python(value)) == value
    assert ast.literal_eval(python(value, width=10)) == value
