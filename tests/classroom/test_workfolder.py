"""The work folder: originals are never edited, and a learner's work is never written over."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from iamlab.classroom import workfolder
from iamlab.classroom.workfolder import Change, WorkFolderError, hand_out, reset

LESSON = "notebooks/06-policies.ipynb"


def notebook(text: str) -> str:
    cell = {"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {}, "source": [text]}
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["the answer"]}]
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A small course: two lessons, one exercise, one file beside a lesson, and what is not for learners."""
    originals = tmp_path / "course"
    for name, text in {
        "notebooks/00-start-here.ipynb": notebook("0"),
        LESSON: notebook("first edition"),
        "notebooks/data/export.json": "{}",
        "notebooks/source/06-policies.md": "# 06",
        "notebooks/.ipynb_checkpoints/06-policies-checkpoint.ipynb": notebook("old"),
        "notebooks/TEACHING.md": "for teachers",
        "exercises/06-policies.ipynb": notebook("task"),
        "exercises/source/06-policies.md": "solution",
    }.items():
        path = originals / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return originals


@pytest.fixture
def folder(tmp_path: Path, course: Path) -> Path:
    """A work folder after its first start."""
    work = tmp_path / "work"
    hand_out(work, course)
    return work


def new_edition(course: Path, text: str = "second edition") -> None:
    (course / LESSON).write_text(notebook(text), "utf-8")


def learner_writes(folder: Path, text: str = "mine", name: str = LESSON) -> str:
    (folder / name).write_text(notebook(text), "utf-8")
    return (folder / name).read_text("utf-8")


def test_a_first_start_hands_everything_out(course: Path, tmp_path: Path) -> None:
    changes = hand_out(tmp_path / "deep" / "work", course)
    assert changes == [
        Change("notebooks/00-start-here.ipynb", "new"),
        Change(LESSON, "new"),
        Change("notebooks/data/export.json", "new"),
        Change("exercises/06-policies.ipynb", "new"),
    ]


def test_copies_have_no_outputs_and_originals_keep_theirs(folder: Path, course: Path) -> None:
    (cell,) = json.loads((folder / LESSON).read_text("utf-8"))["cells"]
    assert (cell["outputs"], cell["execution_count"], cell["source"]) == ([], None, ["first edition"])
    assert "the answer" in (course / LESSON).read_text("utf-8")


def test_a_second_start_does_nothing(folder: Path, course: Path) -> None:
    mine = learner_writes(folder)
    assert hand_out(folder, course) == []
    assert (folder / LESSON).read_text("utf-8") == mine


def test_a_deleted_lesson_comes_back(folder: Path, course: Path) -> None:
    (folder / LESSON).unlink()
    assert hand_out(folder, course) == [Change(LESSON, "new")]


def test_an_untouched_copy_is_replaced_by_a_newer_lesson(folder: Path, course: Path) -> None:
    new_edition(course)
    assert hand_out(folder, course) == [Change(LESSON, "replaced")]
    assert "second edition" in (folder / LESSON).read_text("utf-8")
    assert hand_out(folder, course) == []


def test_a_copy_that_was_only_opened_counts_as_untouched(folder: Path, course: Path) -> None:
    opened = json.loads((folder / LESSON).read_text("utf-8"))
    opened["metadata"]["language_info"] = {"version": "3.14.2"}
    (folder / LESSON).write_text(json.dumps(opened), "utf-8")
    assert reset(folder, "06", course) == (LESSON, "")
    new_edition(course)
    assert hand_out(folder, course) == [Change(LESSON, "replaced")]


@pytest.mark.parametrize("spoilt", ["", "not JSON", "[]", '{"cells": [1]}'])
def test_a_copy_that_is_no_notebook_any_more_is_kept_too(folder: Path, course: Path, spoilt: str) -> None:
    (folder / LESSON).write_text(spoilt)
    new_edition(course)
    assert hand_out(folder, course) == [Change("notebooks/06-policies (new).ipynb", "beside")]
    assert (folder / LESSON).read_text() == spoilt


def test_a_copy_that_was_run_counts_as_changed(folder: Path, course: Path) -> None:
    shutil.copy(course / LESSON, folder / LESSON)
    new_edition(course)
    assert hand_out(folder, course) == [Change("notebooks/06-policies (new).ipynb", "beside")]


def test_a_newer_lesson_is_laid_beside_a_changed_copy(folder: Path, course: Path) -> None:
    mine = learner_writes(folder)
    new_edition(course)
    assert hand_out(folder, course) == [Change("notebooks/06-policies (new).ipynb", "beside")]
    assert (folder / LESSON).read_text("utf-8") == mine
    assert "second edition" in (folder / "notebooks/06-policies (new).ipynb").read_text("utf-8")
    assert hand_out(folder, course) == []


def test_a_new_copy_that_was_thrown_away_stays_away(folder: Path, course: Path) -> None:
    learner_writes(folder)
    new_edition(course)
    hand_out(folder, course)
    (folder / "notebooks/06-policies (new).ipynb").unlink()
    assert hand_out(folder, course) == []


def test_a_third_edition_never_costs_work(folder: Path, course: Path) -> None:
    learner_writes(folder)
    new_edition(course)
    hand_out(folder, course)
    new_edition(course, "third edition")
    assert hand_out(folder, course) == [Change("notebooks/06-policies (new).ipynb", "replaced")]
    mine = learner_writes(folder, "mine too", "notebooks/06-policies (new).ipynb")
    new_edition(course, "fourth edition")
    assert hand_out(folder, course) == [Change("notebooks/06-policies (new 2).ipynb", "beside")]
    assert (folder / "notebooks/06-policies (new).ipynb").read_text("utf-8") == mine


@pytest.mark.parametrize("record", [None, "not JSON", "[]", '{"notebooks/06-policies.ipynb": 7}'])
def test_without_its_record_every_copy_counts_as_changed(folder: Path, course: Path, record: str | None) -> None:
    path = folder / ".iamlab" / "handed-out.json"
    path.unlink() if record is None else path.write_text(record)
    mine = learner_writes(folder)
    assert hand_out(folder, course) == [Change("notebooks/06-policies (new).ipynb", "beside")]
    assert (folder / LESSON).read_text("utf-8") == mine


@pytest.mark.parametrize("called", ["06", "06-policies", "06-policies.ipynb", LESSON])
def test_reset_lays_out_the_lesson_and_keeps_the_learners_own(folder: Path, course: Path, called: str) -> None:
    fresh = (folder / LESSON).read_text("utf-8")
    mine = learner_writes(folder)
    assert reset(folder, called, course) == (LESSON, "notebooks/06-policies (mine).ipynb")
    assert (folder / LESSON).read_text("utf-8") == fresh
    assert (folder / "notebooks/06-policies (mine).ipynb").read_text("utf-8") == mine
    assert hand_out(folder, course) == []


def test_reset_again_keeps_both(folder: Path, course: Path) -> None:
    learner_writes(folder, "one")
    reset(folder, "06", course)
    learner_writes(folder, "two")
    assert reset(folder, "06", course)[1] == "notebooks/06-policies (mine 2).ipynb"
    assert "one" in (folder / "notebooks/06-policies (mine).ipynb").read_text("utf-8")


def test_reset_of_an_untouched_lesson_keeps_nothing(folder: Path, course: Path) -> None:
    assert reset(folder, "06", course) == (LESSON, "")
    assert not list(folder.glob("notebooks/*mine*"))


def test_reset_of_an_exercise(folder: Path, course: Path) -> None:
    assert reset(folder, "exercises/06", course)[0] == "exercises/06-policies.ipynb"


@pytest.mark.parametrize(
    ("called", "said"),
    [
        ("99", "none is called '99': 00-start-here, 06-policies."),
        ("policies", "none is called 'policies'"),
        ("exercises/99", "none is called 'exercises/99': 06-policies."),
        ("nowhere/06", "none is called 'nowhere/06': none."),
        ("", "none is called ''"),
    ],
)
def test_an_unknown_lesson_is_answered_with_those_there_are(folder: Path, course: Path, called: str, said: str) -> None:
    with pytest.raises(WorkFolderError) as caught:
        reset(folder, called, course)
    assert said in str(caught.value)


def test_a_folder_that_cannot_be_written(tmp_path: Path, course: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WorkFolderError, match=r"Cannot write to .*: choose another folder with --folder"):
        hand_out(tmp_path / "file" / "work", course)


def test_inside_a_work_folder_that_one_is_meant(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert workfolder.choose() == tmp_path / "iamlab-work"
    monkeypatch.chdir(folder)
    assert workfolder.choose() == folder
    assert workfolder.choose(Path("elsewhere")) == folder / "elsewhere"


def test_the_course_itself_is_found() -> None:
    assert (workfolder.course() / "notebooks" / "00-start-here.ipynb").is_file()
