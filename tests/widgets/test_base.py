"""The pattern: a panel says what came of a click, in words, escaped, and shows a plain answer."""

from __future__ import annotations

import ast
import logging
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hands import fill, find, press, seen, told
from hypothesis import given
from hypothesis import strategies as st

from iamlab import Account
from iamlab.widgets import controls
from iamlab.widgets.base import Verdict
from iamlab.widgets.code import python

CONTRIBUTING = Path(__file__).parent.parent.parent / "CONTRIBUTING.md"


def example() -> dict[str, Any]:
    """The widget that CONTRIBUTING.md shows."""
    section = CONTRIBUTING.read_text("utf-8").partition("## A widget")[2]
    names: dict[str, Any] = {}
    exec(section.partition("```python\n")[2].partition("```")[0], names)
    return names


AddToGroup = example()["AddToGroup"]


@pytest.fixture
def lab() -> Account:
    lab = Account(seed=1)
    lab.create_user("alice")
    lab.create_group("Admins")
    return lab


@pytest.fixture
def panel(lab: Account) -> Any:
    return AddToGroup(lab, "Admins")


def test_a_click_is_answered_in_a_live_region(panel: Any, lab: Account) -> None:
    fill(panel, "User name", "alice")
    press(panel, "Add user")
    assert example()["members"](lab, "Admins") == ["alice"]
    state = panel.verdict.get_state()
    assert "alice is in Admins." in state["value"]
    assert "iamlab-live" in panel.verdict._dom_classes  # one region that stays; none comes and goes inside it
    assert "role=" not in state["value"]
    assert (panel.verdict.kind, panel.verdict.text) == ("success", "alice is in Admins.")


def test_an_error_of_aws_shows_in_words(panel: Any) -> None:
    fill(panel, "User name", "<b>nobody</b>")
    press(panel, "Add user")
    assert panel.verdict.kind == "error"
    assert panel.verdict.text.endswith("cannot be found. (NoSuchEntity)")
    assert "<b>nobody" not in panel.verdict.value
    assert "&lt;b&gt;nobody" in panel.verdict.value


def test_a_fault_of_ours_shows_too_and_is_not_lost(panel: Any, caplog: pytest.LogCaptureFixture) -> None:
    panel.lab = None
    with pytest.raises(AttributeError):
        panel.guard(panel.add)()
    assert "fault in iamlab" in panel.verdict.text
    with caplog.at_level(logging.WARNING):
        press(panel, "Add user")  # ipywidgets swallows it into the log
    assert "AttributeError" in caplog.text


def test_an_error_goes_with_the_next_thing_that_is_done(panel: Any) -> None:
    press(panel, "Add user")
    assert panel.verdict.kind == "error"
    panel.guard(lambda: None, keeps=True)()  # somebody only went into a field
    assert panel.verdict.kind == "error"
    panel.on(find(panel, "User name"), lambda _: None)
    fill(panel, "User name", "alice")
    assert panel.verdict.text == ""
    press(panel, "Add user")
    panel.guard(lambda: None)()
    assert panel.verdict.text == "alice is in Admins."  # what was done stays done


def test_a_panel_hears_when_somebody_comes_in(panel: Any) -> None:
    heard = []
    panel.when_entered(lambda: heard.append("in"))
    panel._handle_custom_msg({"event": "focus"}, [])
    assert heard == ["in"]
    assert {"iamlab-tells-focus", f"iamlab-model-{panel.model_id}"} <= set(panel._dom_classes)


def test_clicks_are_answered_one_at_a_time(panel: Any) -> None:
    running: list[int] = []
    seen_together = []

    def slow() -> None:
        running.append(1)
        seen_together.append(len(running))
        time.sleep(0.01)
        running.pop()

    threads = [threading.Thread(target=panel.guard(slow)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen_together == [1, 1, 1, 1]


def test_what_was_said_before_a_click_goes_out_before_it_is_answered(
    panel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = []
    monkeypatch.setattr("sys.stdout.flush", lambda: order.append("flush"))
    inner = panel.guard(lambda: order.append("answer"))
    for _ in range(2):
        panel.guard(inner)()
    assert order == ["flush", "answer"] * 2  # once a click, also when one answer calls another


def test_a_verdict_goes_out_before_the_rest_is_worked_out(panel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    order = []
    monkeypatch.setattr("sys.stdout.flush", lambda: order.append(panel.verdict.text))

    def answer() -> None:
        panel.verdict.say("info", "First.")
        order.append("the rest")

    panel.guard(answer)()
    assert order == ["", "First.", "the rest"]
    panel.verdict.say("info", "In a cell.")  # a cell shows all of its panel at once
    assert len(order) == 3


def test_the_plain_answer_is_in_the_mimebundle_and_the_same_twice(panel: Any) -> None:
    fill(panel, "User name", "alice")
    press(panel, "Add user")
    bundle = panel._repr_mimebundle_()
    assert bundle["text/plain"].splitlines() == ["Admins", "------", "alice"]
    assert "<td" in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert repr(panel) == "<AddToGroup: Admins>"
    assert "0x" not in repr(panel) + repr(panel.verdict) + repr(panel.code) + repr(panel.children[0])


def test_every_verdict_has_a_sign_and_a_word() -> None:
    verdict = Verdict()
    for kind in ("success", "info", "warning", "error", "allowed", "denied"):
        verdict.say(kind, "so it is")
        assert "iamlab-sign" in verdict.value
        assert "<strong>" in verdict.value
    verdict.clear()
    assert "so it is" not in verdict.value


def test_code_is_shown_when_asked_for_follows_and_does_the_same(panel: Any, lab: Account) -> None:
    with pytest.raises(AssertionError):
        find(panel, "Copy as code")  # nothing has been done yet
    fill(panel, "User name", "alice")
    press(panel, "Add user")
    press(panel, "Copy as code")
    line = find(panel, "Python that does the same").value
    assert line == """lab.groups["Admins"].add_user("alice")"""
    lab.groups["Admins"].remove_user("alice")
    exec(line, {"lab": lab})
    assert [user.name for user in lab.groups["Admins"].users] == ["alice"]
    panel.code.draft("# more to come")
    assert find(panel, "Python that does the same").value.endswith("# more to come")
    press(panel, "Hide code")
    with pytest.raises(AssertionError):
        find(panel, "Python that does the same")


def test_title_and_headings_are_escaped(lab: Account) -> None:
    class Odd(AddToGroup):
        title = "<script>alert(1)</script>"

    assert "<script>" not in seen(Odd(lab, "Admins"))
    assert "<script>" not in controls.heading("<script>").value


def test_other_options_and_the_choice_among_them_are_one_message() -> None:
    control = controls.choice("Level", ["Read", "Write"], "Write")
    with told() as messages:
        controls.offer(control, ["List", "Read", "Write"])
    ((_, state),) = messages
    assert state["index"] == 2
    assert control.value == "Write"
    controls.offer(control, ["List", "Read"])
    assert control.value == "List"
    controls.offer(control, [])
    assert control.value is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_python_source_of_a_value_is_that_value(value: Any) -> None:
    assert ast.literal_eval(python(value)) == value
    assert ast.literal_eval(python(value, width=10)) == value
