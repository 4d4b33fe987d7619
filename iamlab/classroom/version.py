"""The check in the first cell of every lesson: is this `iamlab` new enough for it?"""

from __future__ import annotations

from iamlab import __version__


def needs_version(minimum: str, installed: str = __version__) -> None:
    """Stop, with a sentence that says what to do, when this `iamlab` is older than a lesson needs.

    Args:
        minimum: the oldest version that will do, as numbers and dots: `"0.1"`.
        installed: the version to judge; this one's, unless a test says otherwise.

    Raises:
        RuntimeError: the version is too old.

    >>> needs_version("0.1")
    >>> needs_version("0.10", installed="0.9.2")
    Traceback (most recent call last):
    RuntimeError: This lesson needs iamlab 0.10 or newer, and this is 0.9.2. Update iamlab, then restart the kernel.
    """
    if _numbers(installed) < _numbers(minimum):
        raise RuntimeError(
            f"This lesson needs iamlab {minimum} or newer, and this is {installed}. "
            "Update iamlab, then restart the kernel."
        )


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
