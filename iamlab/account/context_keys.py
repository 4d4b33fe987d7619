"""Which condition keys policies ask for: what somebody who simulates them has to supply.

[https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForPrincipalPolicy.html]
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from iamlab.account.documents import Document
from iamlab.account.names import check_list
from iamlab.account.simulate import policy_source
from iamlab.account.state import State
from iamlab.errors import InvalidInput, MalformedPolicyDocument
from iamlab.policy import PolicyDocument

_VARIABLE = re.compile(r"\$\{\s*([A-Za-z0-9-]+:[^},]+?)\s*[},]")


def context_keys(documents: Iterable[Document]) -> tuple[str, ...]:
    """The condition keys and policy variables of documents, each once [IAM API GetContextKeysForCustomPolicy].

    Raises:
        InvalidInput: a document is no policy.
        ValidationError: not a list.

    >>> statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${aws:username}"}
    >>> context_keys([{"Version": "2012-10-17", "Statement": statement}])
    ('aws:username',)
    """
    found: dict[str, str] = {}
    for document in check_list(documents, "policyInputList"):
        try:
            parsed = PolicyDocument.parse(document)
        except MalformedPolicyDocument as error:
            raise InvalidInput(f"Invalid policy: {error.message}") from None
        for statement in parsed.statements:
            for _, key, _ in statement.conditions:
                found.setdefault(key.lower(), key)
        for key in _VARIABLE.findall(parsed.text):
            found.setdefault(key.lower(), key)
    return tuple(found.values())


def context_keys_for_principal(state: State, arn: str, policies: Iterable[Document] = ()) -> tuple[str, ...]:
    """The condition keys that the policies of a user (with its groups), group or role, and more documents, ask for.

    Raises:
        NoSuchEntity: it is not there.
        InvalidInput: not an ARN of one of these, or a document is no policy.
    """
    own, _ = policy_source(state, arn)
    return context_keys([*(policy.document for policy in own), *check_list(policies, "policyInputList")])
