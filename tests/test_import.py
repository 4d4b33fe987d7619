"""`import iamlab` costs next to nothing, and so does the core: no data frames, widgets or notebooks come along."""

from __future__ import annotations

import subprocess
import sys

import pytest

import iamlab

HEAVY = "pandas numpy ipywidgets anywidget boto3 botocore jupyterlab jupyter_server nbformat nbclient IPython"

CORE = """
import iamlab, iamlab.errors, iamlab.arn, iamlab.clock, iamlab.display
import iamlab.catalog, iamlab.policy, iamlab.evaluation, iamlab.account
from iamlab import *
"""


def loaded_by(code: str) -> set[str]:
    """The top-level names in `sys.modules` of a fresh interpreter that ran `code`."""
    return {name.partition(".")[0] for name in modules_of(code)}


def modules_of(code: str) -> set[str]:
    """All names in `sys.modules` of a fresh interpreter that ran `code`."""
    ask = f"{code}\nimport sys\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize("code", ["import iamlab", CORE, "import iamlab.cli"], ids=["iamlab", "core", "cli"])
def test_nothing_heavy_is_loaded(code: str) -> None:
    assert not loaded_by(code) & set(HEAVY.split())


def test_importing_the_core_loads_only_the_standard_library() -> None:
    at_start = loaded_by("")
    assert loaded_by(CORE) - at_start <= sys.stdlib_module_names | {"iamlab"}


def test_an_account_that_is_only_opened_does_not_load_the_evaluator() -> None:
    loaded = modules_of("from iamlab import Account; Account()")
    assert "iamlab.account.state" in loaded
    assert not {"iamlab.evaluation", "iamlab.account.sessions", "iamlab.account.reports"} & loaded
    assert not {"base64", "hashlib", "html", "ipaddress", "urllib.parse"} & (loaded - modules_of(""))


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    for name in iamlab.__all__:
        value = getattr(iamlab, name)
        assert name == "__version__" or value.__doc__
        assert name in dir(iamlab)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Acount'"):
        _ = iamlab.Acount
