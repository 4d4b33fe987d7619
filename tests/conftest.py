"""What several tests need: a running lab, and a tool that may be missing here but not in CI."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings
from running_lab import RunningLab, start_lab

# How long an example takes says nothing on a busy machine; in CI the same examples are tried every time.
settings.register_profile("iamlab", deadline=None, derandomize=bool(os.environ.get("IAMLAB_NO_SKIPS")))
settings.load_profile("iamlab")


@pytest.fixture(scope="session")
def need() -> Callable[..., str]:
    """Find a program by its names; without it the test is skipped, or fails where IAMLAB_NO_SKIPS is set (CI)."""

    def find(*names: str) -> str:
        for name in names:
            if path := shutil.which(name):
                return path
        missing = f"none of {', '.join(names)} is installed"
        if os.environ.get("IAMLAB_NO_SKIPS"):
            pytest.fail(missing)
        pytest.skip(missing)

    return find


@pytest.fixture(scope="module")
def running_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """`python -m iamlab` in an empty home, so that nobody's settings or trust decisions count."""
    with start_lab(tmp_path_factory.mktemp("home")) as lab:
        yield lab
