"""AWS's errors: code, sentence and status as the API answers them, and a traceback that says each of them once."""

import re
import traceback

import pytest

from iamlab import Account, errors

CLASSES = [found for found in vars(errors).values() if isinstance(found, type) and issubclass(found, errors.AwsError)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_an_error_has_what_the_api_answers(kind):
    error = kind("It is so.")
    assert error.code == kind.__name__
    assert error.message.startswith("It is so.")
    assert 400 <= error.http_status < 600
    assert str(error) == error.message


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_a_traceback_says_the_code_once(kind):
    (line,) = traceback.format_exception_only(kind("It is so."))
    assert line.count(kind.__name__) == 1
    assert line.startswith(f"iamlab.errors.{kind.__name__}: It is so.")


def test_so_does_a_notebook():
    from IPython.core.ultratb import VerboseTB

    try:
        Account().users["carol"].delete()
    except errors.NoSuchEntity as error:
        shown = VerboseTB().text(type(error), error, error.__traceback__)
    assert (
        re.sub(r"\x1b\[[0-9;]*m", "", shown)
        .rstrip()
        .endswith("\nNoSuchEntity: The user with name carol cannot be found.")
    )


def test_a_malformed_policy_tells_its_place():
    error = errors.MalformedPolicyDocument("Missing required field Action", path="$.Statement")
    assert (error.reason, error.line, error.column, error.path) == (
        "Missing required field Action",
        None,
        None,
        "$.Statement",
    )
    assert str(error) == "Missing required field Action ($.Statement)"
