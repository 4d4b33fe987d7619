"""The account that many tests of this folder need."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from iamlab.account import Account


@pytest.fixture
def lab() -> Account:
    """An empty account whose time stands still and whose ids are foretold."""
    return Account(start=datetime(2026, 3, 2, 9, tzinfo=UTC), seed=7)
