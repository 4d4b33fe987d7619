"""A request and the policies that apply become a Decision that can explain itself.

- `request`: Request and its caller; the context is strict
- `principals`: whom a resource-based policy names
- `policies`: AttachedPolicy, Level, PolicySet: what applies, and where it hangs
- `verdict`: outcome, deciding statement, AWS's sentence
- `boxes`: what each box of AWS's flow chart asks
- `unknowns`: what is known of a statement when not every condition key is
- `trace`, `remarks`, `explanation`: every layer, policy, statement and element, and why; what is left open
- `decision`: Decision: a verdict that can explain itself
- `chart`: AWS's flow chart, box by box; `path`: the way a request takes through it
- `partial`: deciding with unknown keys
- `evaluator`: evaluate: the question everything else is built on
- `effects`, `resource_policies`, `speakers`, `effective`: what a caller may do, for all actions at once, as sets
- `candidates`, `resources`: values and resources worth trying
- `changes`, `asking`, `suggest`: what would allow it; `difference`: do two policies decide alike
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
