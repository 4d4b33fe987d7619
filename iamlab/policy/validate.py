"""Validation: the checks of Access Analyzer for one type of policy.

`validate` takes a document in any shape, also one that does not parse, and returns its findings in the order of the
text. A repair is tried before it is offered: it is applied to a copy, the copy is validated, and it is only offered
when the finding is gone and no error has come.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-validation.html]
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any

from iamlab.errors import InvalidInput, MalformedPolicyDocument
from iamlab.policy.checks import POLICY_TYPES, DocumentView, Found, PolicyType, run
from iamlab.policy.checks.codes import ERROR, TYPE_OF
from iamlab.policy.document import Document, value_and_text
from iamlab.policy.findings import Finding, Findings
from iamlab.policy.places import Places, line_and_column, locate
from iamlab.policy.repairs import Repair

AWS_TYPES: dict[str, PolicyType] = {
    "IDENTITY_POLICY": "identity",
    "RESOURCE_POLICY": "resource",
    "SERVICE_CONTROL_POLICY": "scp",
    "RESOURCE_CONTROL_POLICY": "rcp",
}
"""The policy types as `ValidatePolicy` names them; to AWS a trust policy is a RESOURCE_POLICY of a role.

[https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html]
"""


def _type_named(name: str) -> PolicyType:
    """A policy type by our name or by AWS's.

    Raises:
        InvalidInput: there is none of this name.
    """
    for kind in POLICY_TYPES:
        if name == kind or AWS_TYPES.get(name) == kind:
            return kind
    accepted = ", ".join((*POLICY_TYPES, *AWS_TYPES))
    raise InvalidInput(f"{name!r} is not a policy type: it must be one of {accepted}.")


def validate(document: Document, policy_type: str = "identity") -> Findings:
    """Check a policy as the Console's editor does.

    Args:
        document: a document, its JSON text, or the same as Python's dicts and lists. A text may be faulty.
        policy_type: `identity` (also a boundary or session policy), `resource`, `trust`, `scp` or `rcp`; or AWS's name
            of it, such as `IDENTITY_POLICY`.

    Returns:
        the findings in the order of the text.

    Raises:
        InvalidInput: there is no such policy type.

    >>> statement = '{"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "*"}'
    >>> validate('{"Version": "2012-10-17", "Statement": ' + statement + "}")
    1 error
    place  type   finding                                                 repair
    -----  -----  ------------------------------------------------------  ------------------
    1:70   Error  s3 has no action GetObjekt. Did you mean s3:GetObject?  Write s3:GetObject
    """
    kind = _type_named(policy_type)
    try:
        value, text = value_and_text(document)
    except MalformedPolicyDocument as error:
        return Findings([_no_json(error)])
    found = list(run(DocumentView(value, kind)))
    places = locate(text) if text is not None and found else None
    if places:
        found.sort(key=lambda pair: _offset(places, pair[1]))
    trial = _Trial(value, kind, Counter(code for code, _ in found))
    return Findings(_finding(code, one, trial, places) for code, one in found)


def _no_json(error: MalformedPolicyDocument) -> Finding:
    end = (error.line, error.column + 1) if error.line and error.column else None
    return Finding("JSON_SYNTAX_ERROR", ERROR, f"{error.reason}.", error.path, error.line, error.column, end)


def _offset(places: Places, found: Found) -> int:
    if found.key and found.path in places.keys:
        return places.keys[found.path]
    return places.values[found.path]


def _finding(code: str, found: Found, trial: _Trial, places: Places | None) -> Finding:
    offer = partial(trial.offer, code, found.repair) if found.repair else None
    if places is None:
        return Finding(code, TYPE_OF[code], found.message, found.path, offer=offer)
    start = _offset(places, found)
    end = line_and_column(places.text, json.JSONDecoder().raw_decode(places.text, start)[1])
    line, column = line_and_column(places.text, start)
    return Finding(code, TYPE_OF[code], found.message, found.path, line, column, end, offer)


@dataclass(slots=True)
class _Trial:
    """Where repairs are tried.

    Attributes:
        value: the document's JSON value.
        policy_type: its type.
        before: how often each code was found in it.
    """

    value: Any
    policy_type: PolicyType
    before: Counter[str]

    def offer(self, code: str, repair: Repair) -> Repair | None:
        """The repair, when it takes a finding of this code away and brings no error."""
        repaired = DocumentView(repair.value(self.value), self.policy_type)
        after = Counter(found for found, _ in run(repaired))
        worse = any(count > self.before[other] for other, count in after.items() if TYPE_OF[other] == ERROR)
        return repair if after[code] < self.before[code] and not worse else None
