"""What AWS's API does not store: the checks whose findings are refusals, in AWS's own words.

[https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html#API_CreatePolicy_Errors]
"""

from __future__ import annotations

from iamlab.errors import MalformedPolicyDocument
from iamlab.policy.checks import DocumentView, PolicyType, run
from iamlab.policy.checks.organization import REFUSED
from iamlab.policy.document import Document, value_and_text
from iamlab.policy.places import locate


def refuse(document: Document, policy_type: PolicyType = "identity") -> None:
    """Raise what AWS answers when such a document is to be stored, if it would refuse it.

    Args:
        document: a document, its JSON text, or the same as Python's dicts and lists.
        policy_type: `identity` (also a boundary or session policy), `resource`, `trust`, `scp` or `rcp`.

    Raises:
        MalformedPolicyDocument: in AWS's words, with line and column (of a text) and JSON path of the first refusal.

    >>> refuse({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "GetObject", "Resource": "*"}})
    Traceback (most recent call last):
    iamlab.errors.MalformedPolicyDocument: Actions/Conditions must be prefaced by a vendor, \
e.g., iam, sdb, ec2, etc. ($.Statement.Action)
    """
    value, text = value_and_text(document)
    for _, found in run(DocumentView(value, policy_type), refusing=True):
        if found.refusal:
            line = column = None
            if text is not None:
                line, column = locate(text).at(found.path, key=found.key)
            words = REFUSED if policy_type in ("scp", "rcp") else found.refusal
            raise MalformedPolicyDocument(words, line, column, found.path)
