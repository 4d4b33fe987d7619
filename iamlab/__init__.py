"""iamlab: an AWS account you can break.

One model of an AWS account that decides who may do what by AWS's documented rules. The names below are all most people
need; each is imported when it is first used, so `import iamlab` costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; importing typing for it would be most of this module's cost
if TYPE_CHECKING:
    from typing import Any

    from iamlab.account import Account
    from iamlab.evaluation import (
        AttachedPolicy,
        Decision,
        PolicySet,
        Request,
        evaluate,
        simulate_custom_policy,
    )
    from iamlab.policy import PolicyDocument

__version__ = "0.1.0"

_HOME = {
    "Account": "iamlab.account",
    "AttachedPolicy": "iamlab.evaluation",
    "Decision": "iamlab.evaluation",
    "PolicyDocument": "iamlab.policy",
    "PolicySet": "iamlab.evaluation",
    "Request": "iamlab.evaluation",
    "evaluate": "iamlab.evaluation",
    "simulate_custom_policy": "iamlab.evaluation",
}

__all__ = [
    "Account",
    "AttachedPolicy",
    "Decision",
    "PolicyDocument",
    "PolicySet",
    "Request",
    "__version__",
    "evaluate",
    "simulate_custom_policy",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562)."""
    from importlib import import_module

    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'iamlab' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
