"""What all tables have in common: their class, and columns made quickly.

Columns repeat a few texts thousands of times, so each is taken by number from a short list: that is faster than making
it from the texts one by one.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pandas as pd

from iamlab.catalog import date


class Frame(pd.DataFrame):
    """A DataFrame in which `${aws:username}` stays what it is: notebooks set text between two `$` as a formula.

    pandas has an option for that, which would be everybody's; here it counts for these tables alone, and for what is
    taken from them.
    """

    @property
    def _constructor(self) -> type[Frame]:
        return Frame

    def _repr_html_(self) -> str | None:
        with pd.option_context("display.html.use_mathjax", False):
            html: str | None = super()._repr_html_()  # type: ignore[misc]  # not in the stubs
            return html


def with_attributes(table: pd.DataFrame, unknown: list[str], **more: str) -> pd.DataFrame:
    """The same table, which now says what its account cannot know, how old the catalog is, and what was asked."""
    table.attrs.update(unknown=unknown, catalog=date(), **more)
    return table


def indices(numbers: array[int]) -> Any:
    """Numbers as pandas takes them: picked out of a range, because it would look at each number of a list."""
    return pd.RangeIndex(max(numbers, default=0) + 1).take(numbers).to_numpy()


def text_column(texts: Sequence[str]) -> Any:
    """A column of texts; `.take` makes a longer one of it."""
    return pd.Series(texts, dtype=_text_type()).array


@lru_cache(maxsize=1)
def _text_type() -> Any:
    """The type that this pandas gives to text by itself (it differs between its versions), also without any text."""
    return pd.Series(["text"]).dtype
