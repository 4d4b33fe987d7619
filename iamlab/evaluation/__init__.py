"""A request and the policies that apply become a Decision that can explain itself.

- `request`: Request and its caller; the context is strict
- `principals`: whom a resource-based policy names
- `policies`: AttachedPolicy, Level, PolicySet: what applies, and where it hangs
- `chart`: AWS's flow chart, box by box
- `decision`: Decision: outcome, deciding statement, AWS's sentence
- `trace`, `remarks`, `explanation`: every layer, policy, statement and element, and why; what is left open
- `path`: the way a request takes through the chart
- `partial`: deciding with unknown keys
- `evaluator`: evaluate: the question everything else is built on
- `effects`, `grants`, `parts`, `effective`: what a caller may do, for all actions at once, as sets of actions
- `candidates`, `suggest`, `difference`: what would allow it; do two policies decide alike
- `parameters`, `results`, `simulate`: AWS's SimulateCustomPolicy, shapes in and out
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamlab.evaluation.decision import Decision
from iamlab.evaluation.evaluator import evaluate
from iamlab.evaluation.policies import AttachedPolicy, Level, PolicySet
from iamlab.evaluation.request import Request
from iamlab.lazy import lazy_names

if TYPE_CHECKING:
    from iamlab.evaluation.simulate import simulate_custom_policy

__all__ = [
    "AttachedPolicy",
    "Decision",
    "Level",
    "PolicySet",
    "Request",
    "evaluate",
    "simulate_custom_policy",
]

__getattr__, __dir__ = lazy_names(__name__, {"simulate_custom_policy": "iamlab.evaluation.simulate"})
