"""Predictions: the result tells what is right where it can, lessons' files where it cannot, and guesses are judged."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from iamlab import Account
from iamlab.classroom.markdown import parse
from iamlab.classroom.predictions import Prediction, check_guess, judge, of_lesson, of_result
from iamlab.classroom.quiz_files import lesson_quiz, lessons, read_quiz
from iamlab.display import Table
from iamlab.errors import InvalidInput, NoSuchEntity

SOURCES = Path(__file__).parent.parent.parent / "notebooks" / "source"
LAB = Account.example()
ALLOWED = LAB.decide("bob", "s3:GetObject", "arn:aws:s3:::northwind-reports/q3.csv")
DENIED = LAB.decide("bob", "iam:CreateUser")


@pytest.mark.parametrize(
    ("result", "options", "answer"),
    [
        (ALLOWED, (), "allowed"),
        (DENIED, (), "denied"),
        (DENIED, ("allowed", "implicit deny", "explicit deny"), "implicit deny"),
        (ALLOWED, ("no", "yes"), "yes"),
        (True, (), "yes"),
        (False, (), "no"),
        (False, ("True", "False"), "False"),
        (3, ("2", "3"), "3"),
        ("v2", ("v1", "v2"), "v2"),
        (NoSuchEntity("…"), ("EntityAlreadyExists", "NoSuchEntity"), "NoSuchEntity"),
        (KeyError("…"), ("KeyError", "ValueError"), "KeyError"),
        ({"b", "a"}, ("a", "b", "c"), "a and b"),
        (["c", "x"], ("a", "b", "c"), "c"),
        ((), ("a", "b"), "none of them"),
        ("a whole sentence", ("yes", "no"), ""),
        (Table(["a"], []), ("yes", "no"), ""),
    ],
)
def test_the_result_tells_what_is_right(result: Any, options: tuple[str, ...], answer: str) -> None:
    prediction = of_result(result, options)
    assert prediction.answer == answer
    assert prediction.several == isinstance(result, set | list | tuple)


def test_what_depends_can_be_guessed_as_such() -> None:
    lab = Account.example()
    document = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "sqs:*",
            "Resource": "*",
            "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
        },
    }
    lab.users["erin"].create_policy("careful", document)
    prediction = of_result(lab.decide("erin", "sqs:SendMessage", partial=True))
    assert prediction.options == ("allowed", "denied", "it depends")
    assert prediction.answer == "it depends"


def test_what_is_right_can_be_given_and_must_be_an_option() -> None:
    assert of_result("…", ["x", "y"], "y").right == (1,)
    assert of_result("…", ["x", "y", "z"], ["z", "x"]).right == (0, 2)
    with pytest.raises(InvalidInput, match="'z' is right, but no option; the options are x, y"):
        of_result(1, ["x", "y"], "z")
    with pytest.raises(InvalidInput, match="two options"):
        of_result("…")


def test_guesses_are_options_and_as_many_as_can_be() -> None:
    one = Prediction(("`s3:*`", "nothing"), (1,))
    assert check_guess(one, "s3:*") == check_guess(one, ["`s3:*`"]) == [0]
    for nothing in ([], ["s3:*", "nothing"]):
        with pytest.raises(InvalidInput, match="Choose what you expect first"):
            check_guess(one, nothing)
    with pytest.raises(InvalidInput, match=r"'maybe' is not an option; the options are s3:\*, nothing"):
        check_guess(one, "maybe")
    several = Prediction(("a", "b", "c"), (0, 1), several=True)
    assert check_guess(several, ["c", "a", "c"]) == [0, 2]
    assert check_guess(several, []) == []


def test_a_guess_is_judged_with_a_reason_for_each_mistake() -> None:
    several = Prediction(("a", "b", "c"), (0, 1), several=True, reasons={1: "b must be", 2: "c is not"})
    assert judge(several, [0, 1]) == (True, [])
    assert judge(several, [0, 2]) == (False, ["b: b must be", "c: c is not"])
    assert judge(Prediction(("a", "b")), [0]) == (None, [])


@pytest.mark.parametrize("lesson", lessons())
def test_every_prediction_of_a_lesson_is_explained(lesson: str) -> None:
    for question in lesson_quiz(lesson).predictions:
        prediction = of_lesson(lesson, question.prompt)
        assert prediction.why
        for number in range(len(prediction.options)):
            right, reasons = judge(prediction, [number])
            assert right == (number in (prediction.right or ()))
            assert bool(reasons) != right


def _asked(lesson: str) -> Iterator[tuple[str, str]]:
    """The lesson's number and the question of each `Predict` with a lesson in the source of a lesson."""
    (source,) = SOURCES.glob(f"{lesson}-*.md")
    for cell in parse(source.read_text("utf-8")):
        if cell.kind != "code" or "Predict(" not in cell.text:
            continue
        for node in ast.walk(ast.parse(cell.text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Predict":
                for word in node.keywords:
                    if word.arg == "lesson":
                        yield ast.literal_eval(word.value), ast.literal_eval(node.args[0])


@pytest.mark.parametrize("lesson", lessons())
def test_a_lesson_asks_what_is_in_its_file_and_nothing_else(lesson: str) -> None:
    asked = list(_asked(lesson))
    assert asked == [(lesson, question.prompt) for question in lesson_quiz(lesson).predictions]


def test_faults_in_a_file_are_named() -> None:
    with pytest.raises(NoSuchEntity, match="Lesson 0 has no prediction"):
        of_lesson(0, "What is the meaning of it?")
    with pytest.raises(InvalidInput, match=r"Prediction 1 \(Why\?\): 'order' is not a kind of prediction"):
        read_quiz('[[prediction]]\nkind = "order"\nprompt = "Why?"')
    with pytest.raises(InvalidInput, match=r"Prediction 1 \(Why\?\): 'choice' is missing"):
        read_quiz('[[prediction]]\nprompt = "Why?"')
