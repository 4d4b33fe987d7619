"""iamlab: an AWS account you can break.

One model of an AWS account that decides who may do what by AWS's documented rules. The names below are all most people
need; each is imported when it is first used, so `import iamlab` costs next to nothing.

    lab = Account.example()                    # or Account(), or Account.load("account.json")
    lab.decide("alice", "s3:GetObject", "arn:aws:s3:::northwind-reports/q3.csv").explain()

- `Account`: users, groups, roles, policies, credentials, sessions; who may do what (`decide`)
- `evaluate(Request(…), PolicySet(…))`: the same without an account; `simulate_custom_policy`: as AWS's API has it
- `PolicyDocument`, `AttachedPolicy`: a policy, and one with its name and place; `Decision`: what came of it
- `suggest(decision)`: what would allow it; `difference(first, second)`: do two policies decide alike?
- `iamlab.analysis`: effective permissions, who can, diagnose, least privilege, reports
- `validate(document, policy_type)`: Access Analyzer's findings; `iamlab.errors`: AWS's codes; `iamlab.widgets`
"""

from __future__ import annotations

from iamlab.lazy import lazy_names

TYPE_CHECKING = False  # as type checkers know it; importing typing for it would be most of this module's cost
if TYPE_CHECKING:
    from iamlab.account import Account
    from iamlab.evaluation import (
        AttachedPolicy,
        Decision,
        PolicySet,
        Request,
        evaluate,
        simulate_custom_policy,
    )
    from iamlab.evaluation.difference import difference
    from iamlab.evaluation.suggest import suggest
    from iamlab.policy import PolicyDocument
    from iamlab.policy.validate import validate

__version__ = "0.1.0"

_HOME = {
    "Account": "iamlab.account",
    "AttachedPolicy": "iamlab.evaluation",
    "Decision": "iamlab.evaluation",
    "PolicyDocument": "iamlab.policy",
    "PolicySet": "iamlab.evaluation",
    "Request": "iamlab.evaluation",
    "difference": "iamlab.evaluation.difference",
    "evaluate": "iamlab.evaluation",
    "simulate_custom_policy": "iamlab.evaluation",
    "suggest": "iamlab.evaluation.suggest",
    "validate": "iamlab.policy.validate",
}

__all__ = [
    "Account",
    "AttachedPolicy",
    "Decision",
    "PolicyDocument",
    "PolicySet",
    "Request",
    "__version__",
    "difference",
    "evaluate",
    "simulate_custom_policy",
    "suggest",
    "validate",
]

__getattr__, __dir__ = lazy_names(__name__, _HOME)
