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


def test_a_notebook_shows_the_learners_own_lines_and_the_sentence(capsys, tmp_path, monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    (tmp_path / "my_helper.py").write_text("def make(lab):\n    return lab.create_user('carol')\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    shell = InteractiveShell.instance()
    try:
        shell.run_cell("from iamlab import Account\nlab = Account()")
        shell.run_cell("def remove(name):\n    lab.users[name].delete()\n\nremove('carol')")
        shell.run_cell("import my_helper\nmy_helper.make(lab)\nmy_helper.make(lab)\n")
        shell.run_cell("raise lab.nothing")
    finally:
        InteractiveShell.clear_instance()
    said = capsys.readouterr().out
    assert said.startswith(
        "Line 4: remove('carol')\n"
        "Line 2: lab.users[name].delete()\n"
        "NoSuchEntity: The user with name carol cannot be found.\n"
        "Line 3: my_helper.make(lab)\n"
        "my_helper.py, line 2: return lab.create_user('carol')\n"
        "EntityAlreadyExists: User with name carol already exists.\n"
    )
    assert "AttributeError" in said  # what is no answer of AWS is shown as IPython shows it


def test_an_error_without_a_learners_line_is_shown_in_full():
    assert errors.NoSuchEntity("It is so.")._render_traceback_() == ["iamlab.errors.NoSuchEntity: It is so."]


def test_a_malformed_policy_tells_its_place():
    error = errors.MalformedPolicyDocument("Missing required field Action", path="$.Statement")
    assert (error.reason, error.line, error.column, error.path) == (
        "Missing required field Action",
        None,
        None,
        "$.Statement",
    )
    assert str(error) == "Missing required field Action ($.Statement)"
