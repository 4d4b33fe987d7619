"""What to say of a text that is not a denial that can be read: what is missing in it, and where that is to be had.

Some services tell the caller little on purpose. S3 says no more than "Access Denied" to callers of other organizations,
STS does not say why a token or an assertion was refused, and KMS does not say whether there is such a key.
[https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html,
https://repost.aws/knowledge-center/iam-idp-access-error,
https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html]
"""

from __future__ import annotations

import re

from iamlab.analysis.diagnosis.lessons import lesson_for
from iamlab.evaluation.policies import TRUST

EXPECTED = (
    "Expected an AccessDenied message (User: ARN is not authorized to perform: ACTION on resource: ARN because …), "
    "a CloudTrail event as JSON, or what `aws sts decode-authorization-message` prints."
)

_CALLED = re.compile(r"An error occurred \((\w+)\) when calling the (\w+) operation")
_FEDERATED = re.compile(r"Not authorized to perform:?\s+(sts:AssumeRoleWith(?:WebIdentity|SAML))")
_KMS = re.compile(r"ciphertext\s+refers\s+to\s+a\s+(?:customer\s+master|KMS)\s+key\s+that\s+does\s+not\s+exist")
# The code and the message of S3's XML, or of `err.response["Error"]`.
_BARE = re.compile(r"AccessDenied(?:</Code>)?\W*(?:<Message>)?Access Denied")
_PASTE_EVENT = "The CloudTrail event has it: paste that."


def what_is_missing(text: str) -> str:
    """Why a text is not a message that can be read.

    >>> what_is_missing("An error occurred (AccessDenied) when calling the GetObject operation: Access Denied")[:69]
    'The message names the operation GetObject and the code AccessDenied, '
    """
    if "ncoded authorization failure message" in text:
        return (
            "The message is encoded. Somebody with sts:DecodeAuthorizationMessage can read it: paste here what "
            "`aws sts decode-authorization-message --encoded-message …` prints."
        )
    federated = _FEDERATED.search(text)
    if federated:
        return _about_federation(federated[1])
    if _KMS.search(text):
        return (
            "KMS names neither who asked nor the key: it does not exist, or not in this Region, or neither its policy "
            f"nor the caller's lets it decrypt this. {_PASTE_EVENT}"
        )
    called = _CALLED.search(text)
    if called:
        of_s3 = " (S3 keeps that from callers of other organizations)" if "Access Denied" in text else ""
        return (
            f"The message names the operation {called[2]} and the code {called[1]}, but not who asked for what on "
            f"which resource{of_s3}. {_PASTE_EVENT}"
        )
    if _BARE.search(text):
        return (
            "The message names the code AccessDenied, but not who asked for what on which resource (S3 keeps that "
            f"from callers of other organizations). {_PASTE_EVENT}"
        )
    return EXPECTED


def _about_federation(action: str) -> str:
    """What may be wrong with a role for somebody whom an identity provider vouches for."""
    given = "token" if action.endswith("WebIdentity") else "assertion"
    claims = "aud and sub" if given == "token" else "SAML:aud"
    return (
        f"STS names neither the role nor what the {given} said. Compare them with the role's trust policy: the ARN of "
        f"the provider in Principal, {action} in Action, and in Condition what it expects of {claims}. The CloudTrail "
        f"event has the role and the provider: paste that. ({lesson_for(action, '', TRUST)} is about it.)"
    )
