"""Rows with buttons, as the page's messages reach them."""

from __future__ import annotations

import pytest

from iamlab.widgets.rich import Row, Rows


@pytest.fixture
def pressed() -> list[tuple[int, str]]:
    return []


@pytest.fixture
def versions(pressed: list[tuple[int, str]]) -> Rows:
    rows = Rows("Versions", ["Version"], lambda row, action: pressed.append((row, action)))
    rows.fill([Row(["v3"], ["Delete"]), Row(["v2"], ["Delete"]), Row(["v1"], ["Delete"])])
    return rows


def click(rows: Rows, row: int, cells: list[str], action: str = "Delete") -> None:
    """What the page says when a button is clicked."""
    rows.rich._handle_custom_msg({"row": row, "cells": cells, "action": action}, [])


def test_a_click_presses_the_button_of_its_row(versions, pressed):
    click(versions, 1, ["v2"])
    assert pressed == [(1, "Delete")]


def test_a_click_goes_with_its_row_and_on_one_that_is_gone_presses_nothing(versions, pressed):
    versions.fill([Row(["v3"], ["Delete"]), Row(["v1"], ["Delete"])])
    click(versions, 1, ["v2"])  # made before the page had the new rows
    assert pressed == []
    click(versions, 2, ["v1"])
    assert pressed == [(1, "Delete")]


def test_of_rows_that_say_the_same_the_nearest_counts(versions, pressed):
    versions.fill([Row([name], ["Delete"]) for name in ("v1", "v2", "v1", "v3", "v1")])
    click(versions, 3, ["v1"])
    click(versions, 0, ["v1"])
    assert pressed == [(2, "Delete"), (0, "Delete")]


def test_a_button_that_the_row_does_not_have_is_not_pressed(versions, pressed):
    click(versions, 0, ["v3"], "Set as default")
    assert pressed == []
