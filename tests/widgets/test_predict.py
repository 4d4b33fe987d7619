"""Predict: nothing shows before a guess is committed, and without a person the answer is simply there."""

from __future__ import annotations

import pytest
from hands import find, press, seen

from iamlab import Account
from iamlab.display import Table
from iamlab.errors import AwsError
from iamlab.widgets.choices import Choices
from iamlab.widgets.predict import Predict, right_options

SALES = "arn:aws:s3:::northwind-reports/q3.csv"


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


@pytest.mark.parametrize(("number", "kind"), [(0, "right"), (1, "surprise")])
def test_a_guess_is_committed_once_and_the_answer_revealed(about_bob: Predict, number: int, kind: str) -> None:
    guess(about_bob, number)
    assert about_bob.verdict.kind == kind
    assert "PowerUserAccess" in about_bob.verdict.value
    assert about_bob.guess == [["allowed"], ["denied"]][number]
    assert find(about_bob, "Commit and see").disabled
    assert "expected: " in repr(about_bob.plain())


def test_without_a_person_the_answer_is_there_and_stable(about_bob: Predict) -> None:
    bundle = about_bob._repr_mimebundle_()
    assert "✔ allowed by PowerUserAccess" in bundle["text/plain"]
    assert "expected" not in bundle["text/plain"]
    assert "<code>bob</code>" in bundle["text/html"]
    assert bundle["text/plain"] == about_bob._repr_mimebundle_()["text/plain"]
    assert repr(about_bob) == "<Predict: May `bob` read it?>"


def test_any_result_with_its_own_options() -> None:
    several = Predict("Which?", Table(["a"], [["<b>"]]), ["x", "y", "z"], right=["x", "z"])
    guess(several, 2, 0)
    assert several.verdict.kind == "right"
    assert "&lt;b&gt;" in several.verdict.value
    none = Predict("Which?", "<i>text</i>", ["x", "y"], right=[])
    guess(none)
    assert none.verdict.kind == "right"
    assert "<i>text" not in none.verdict.value
    open_question = Predict("How many?", 3, ["few", "many"])
    guess(open_question, 1)
    assert open_question.verdict.kind == "info"


def test_what_is_right_must_be_an_option() -> None:
    assert right_options(["x", "y"], "y") == [1]
    with pytest.raises(AwsError, match="'z' is right, but no option"):
        Predict("Which?", 1, ["x", "y"], right="z")
    with pytest.raises(AwsError, match="two options"):
        Predict("Which?", 1)
