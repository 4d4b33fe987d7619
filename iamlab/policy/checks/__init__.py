"""Access Analyzer's checks, one function a check.

- `codes`: the issue codes, their types and pages; those left out, with the reason
- `registry`: how a check is registered and run
- `view`: a document as the checks see it
- `structure`: what the grammar has to say
- `document`: Version, Sid, size
- `action`, `resource`, `principal`, `condition`, `value`, `address`, `variable`: the elements
- `support`: do the actions know the condition keys?
- `trust`, `organization`: types of policies
- `security`, `roles`: what is legal and unsafe
- `redundancy`: what could be left out
- `arns`, `keys`, `names_in_use`: what several checks look up
- `meant`: the action that was meant by one that AWS does not have
[https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html]
"""

from iamlab.policy.checks import (
    action,
    address,
    condition,
    document,
    organization,
    principal,
    redundancy,
    resource,
    roles,
    security,
    structure,
    support,
    trust,
    value,
    variable,
)
from iamlab.policy.checks.registry import CHECKS, Check, Found, run
from iamlab.policy.checks.view import POLICY_TYPES, DocumentView, PolicyType

__all__ = ["CHECKS", "POLICY_TYPES", "Check", "DocumentView", "Found", "PolicyType", "run"]

_MODULES = (
    structure,
    document,
    principal,
    action,
    resource,
    condition,
    value,
    address,
    variable,
    support,
    trust,
    organization,
    roles,
    security,
    redundancy,
)
"""They register their checks when they are imported."""
