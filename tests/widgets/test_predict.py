"""Predict: nothing shows before a guess is committed, and without a person the answer is simply there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hands import find, press, seen
from IPython.core.interactiveshell import InteractiveShell

from iamlab import Account
from iamlab.display import Table
from iamlab.errors import AwsError, InvalidInput, NoSuchEntity
from iamlab.widgets.choices import Choices
from iamlab.widgets.code import with_options
from iamlab.widgets.controls import is_shown
from iamlab.widgets.predict import Predict

SALES = "arn:aws:s3:::northwind-reports/q3.csv"
LINE = "In which line is the mistake?"


def guess(predict: Predict, *numbers: int) -> None:
    (control,) = [child for child in predict.children if isinstance(child, Choices)]
    control.choose(numbers)
    press(predict, "Commit and see")


@pytest.fixture
def about_bob() -> Predict:
    return Predict("May `bob` read it?", Account.example().decide("bob", "s3:GetObject", SALES))


def test_nothing_shows_before_the_guess(about_bob: Predict) -> None:
    assert "PowerUserAccess" not in seen(about_bob)
    press(about_bob, "Commit and see")
    assert about_bob.verdict.kind == "error"
    assert "PowerUserAccess" not in seen(about_bob)
    assert not is_shown(about_bob.code), "there is nothing to copy"


@pytest.mark.parametrize(("number", "kind"), [(0, "right"), (1, "surprise")])
def test_a_guess_is_committed_once_and_the_answer_revealed(about_bob: Predict, number: int, kind: str) -> None:
    guess(about_bob, number)
    assert about_bob.verdict.kind == kind
    assert "PowerUserAccess" in about_bob.verdict.value
    assert about_bob.guess == [["allowed"], ["denied"]][number]
    assert find(about_bob, "Commit and see").disabled
    said = ["✔ You expected allowed, and so it is.", "✘ You expected denied; it is allowed. Why? Look:"][number]
    assert repr(about_bob.plain()).splitlines()[1] == said


def test_without_a_person_the_answer_is_there_and_stable(about_bob: Predict) -> None:
    bundle = about_bob._repr_mimebundle_()
    assert "✔ allowed by PowerUserAccess" in bundle["text/plain"]
    assert "xpected" not in bundle["text/plain"]
    assert "<code>bob</code>" in bundle["text/html"]
    assert bundle["text/plain"] == about_bob._repr_mimebundle_()["text/plain"]
    assert repr(about_bob) == "<Predict: May bob read it?>"


def test_any_result_with_its_own_options() -> None:
    several = Predict("Which?", Table(["a"], [["<b>"]]), ["x", "y", "z"], right=["x", "z"])
    guess(several, 2, 0)
    assert several.verdict.kind == "right"
    assert "&lt;b&gt;" in several.verdict.value
    none = Predict("Which?", "<i>text</i>", ["x", "y"], right=[])
    guess(none)
    assert none.verdict.kind == "right"
    assert "<i>text" not in none.verdict.value
    open_question = Predict("How many?", Table(["a"], []), ["few", "many"])
    guess(open_question, 1)
    assert open_question.verdict.kind == "info"


def test_a_lessons_prediction_is_told_why_it_is_wrong_and_what_the_point_is() -> None:
    asked = Predict(LINE, "5:9 Error", lesson="06")
    assert "comma" not in seen(asked)
    guess(asked, 3)
    assert asked.verdict.kind == "surprise"
    assert "it is line 4" in asked.verdict.text
    assert "line 5: That is where reading stopped." in asked.verdict.value
    assert "There is no comma behind <code>&quot;allow&quot;</code>" in asked.verdict.value
    text = repr(asked.plain())
    assert text.index("✘ You expected line 5; it is line 4.") < text.index("• line 5: That is")
    assert text.index("5:9 Error") < text.index("Answer: line 4. There is no comma")
    assert "Answer: line 4." in repr(Predict(LINE, "5:9 Error", lesson=6).plain())


def test_what_cannot_be_asked_is_refused_in_words() -> None:
    with pytest.raises(NoSuchEntity, match="Lesson 06 has no prediction 'Really"):
        Predict("Really?", 1, lesson="06")
    with pytest.raises(InvalidInput, match="in the lesson's file"):
        Predict(LINE, 1, ["a", "b"], lesson="06")
    with pytest.raises(InvalidInput, match="'line 9' is not an option; the options are line 2, line 3, line 4, line 5"):
        Predict(LINE, 1, lesson="06", guess="line 9")
    with pytest.raises(AwsError, match="two options"):
        Predict("Which?", 1)


CELLS = {
    "with names": """
decision = Account.example().decide("bob", "iam:CreateUser")
Predict("May bob create users?", decision)
""",
    "with calls": """
Predict("May bob create users?", Account.example().decide("bob", "iam:CreateUser"), ["allowed", "denied"])
""",
    "over lines": """
Predict(
    "May bob create users?",
    Account.example().decide("bob", "iam:CreateUser"),  # a note
    ["allowed", "denied"],
)
""",
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
def test_copied_pasted_and_run_again_it_is_the_same(cell: str) -> None:
    shell = InteractiveShell.instance()
    shell.push({"Account": Account, "Predict": Predict})
    try:
        asked = _run(shell, cell)
        assert asked.code.source == "# Nothing has been done yet."
        guess(asked, 0)
        code = asked.code.source
        shell.reset()  # as a restarted kernel
        shell.push({"Account": Account, "Predict": Predict})
        _run(shell, cell)
        pasted = _run(shell, code)
    finally:
        InteractiveShell.clear_instance()
    assert pasted.guess == ["allowed"]
    assert pasted.verdict.value == asked.verdict.value
    assert pasted._repr_mimebundle_()["text/plain"] == asked._repr_mimebundle_()["text/plain"]
    assert pasted.code.source == code


def _run(shell: InteractiveShell, cell: str) -> Any:
    done = shell.run_cell(cell, store_history=True)
    assert done.success, done.error_in_exec or done.error_before_exec
    return done.result


def test_a_call_is_written_with_a_guess_in_place_of_another() -> None:
    cell = 'a\nwidgets.Predict("One?", x, guess="no"); Predict("Two?", y)'
    assert with_options(cell, "Predict", "One?", guess=["b", "c"]) == 'widgets.Predict("One?", x, guess=["b", "c"])'
    assert with_options(cell, "Predict", "Two?", guess="b") == 'Predict("Two?", y, guess="b")'
    long = with_options(f'Predict("Two?", {json.dumps("y" * 90)}, f(1))', "Predict", "Two?", guess="b")
    assert long.splitlines()[-3:] == ["    f(1),", '    guess="b",', ")"]
    assert with_options("Predict(", "Predict", "Two?", guess="b") == '# In the call of Predict: guess="b"'
