"""A running lab, as tests see it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(slots=True)
class RunningLab:
    """A JupyterLab that `python -m iamlab` opened: its work folder and its address."""

    folder: Path
    address: str

    @property
    def root(self) -> str:
        """The address without path and token."""
        return self.address.partition("/lab")[0]

    @property
    def token(self) -> str:
        return self.address.partition("token=")[2]
