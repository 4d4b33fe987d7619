"""Who asked, as a CloudTrail event tells it in `userIdentity`, and the condition keys that come of that.

Somebody from outside, whom an identity provider vouches for, has no ARN: for AWS it is the provider that asks, with
what its token or assertion says of the person.
[https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from iamlab.arn import is_account
from iamlab.errors import InvalidInput
from iamlab.evaluation.request import GivenValue


def mapping_in(value: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """What is inside, as far as it is there."""
    for name in names:
        inside = value.get(name)
        value = inside if isinstance(inside, Mapping) else {}
    return value


def principal_of(event: Mapping[str, Any]) -> str:
    """Who asked, as a request has it: an ARN, a service's or a provider's name, or `anonymous`.

    Raises:
        InvalidInput: the event does not say.
    """
    identity = mapping_in(event, "userIdentity")
    kind, account = identity.get("type"), str(identity.get("accountId", ""))
    if kind == "AWSService":
        return str(identity.get("invokedBy", ""))
    if account == "ANONYMOUS_PRINCIPAL":
        return "anonymous"
    provider = _provider(event)
    if provider:
        return provider
    if identity.get("arn"):
        return str(identity["arn"])
    if kind == "IAMUser" and account and identity.get("userName"):
        return f"arn:aws:iam::{account}:user/{identity['userName']}"
    if is_only_account(event):
        # Any user will do: its account's policies are hardly known here, and root may not assume roles.
        unique_id = str(identity.get("principalId", "")).partition(":")[0]
        return f"arn:aws:iam::{account}:user/{unique_id if unique_id.isalnum() else 'unknown'}"
    raise InvalidInput("The event does not say who asked: its userIdentity has no arn.")


def is_only_account(event: Mapping[str, Any]) -> bool:
    """Does the event tell no more than from which account the caller was?"""
    identity = mapping_in(event, "userIdentity")
    is_other = identity.get("type") == "AWSAccount" and is_account(str(identity.get("accountId", "")))
    return is_other and not identity.get("arn")


def own_user_name(event: Mapping[str, Any]) -> str:
    """The name of the user who asked; empty for others."""
    identity = mapping_in(event, "userIdentity")
    name = identity.get("userName")
    return name if identity.get("type") == "IAMUser" and isinstance(name, str) else ""


def _provider(event: Mapping[str, Any]) -> str:
    """The provider that vouches for the caller, by its ARN or, for those that AWS knows by itself, by its name."""
    identity = mapping_in(event, "userIdentity")
    if identity.get("type") == "WebIdentityUser":
        provider = identity.get("identityProvider")
    elif identity.get("type") == "SAMLUser":
        # Its identityProvider is a hash; the provider's ARN is a parameter of AssumeRoleWithSAML.
        provider = mapping_in(event, "requestParameters").get("principalArn")
    else:
        return ""
    return provider if isinstance(provider, str) else ""


def claims_of(event: Mapping[str, Any]) -> Iterator[tuple[str, GivenValue]]:
    """The condition keys for what a token or an assertion says of the caller.

    `principalId` is the provider, the audience and the subject of a token, between colons; of an assertion it is
    `saml:namequalifier` and `saml:sub`.
    """
    provider = _provider(event)
    if not provider:
        return
    yield "aws:FederatedProvider", provider
    identity = mapping_in(event, "userIdentity")
    subject, qualifier = identity.get("userName"), identity.get("identityProvider")
    if identity["type"] == "SAMLUser":
        for key, value in (("saml:sub", subject), ("saml:namequalifier", qualifier)):
            if isinstance(value, str):
                yield key, value
    elif isinstance(subject, str):
        issuer = provider.rpartition(":oidc-provider/")[2]
        yield f"{issuer}:sub", subject
        before, after = f"{provider}:", f":{subject}"
        whole = str(identity.get("principalId", ""))
        if whole.startswith(before) and whole.endswith(after) and len(whole) > len(before) + len(after):
            yield f"{issuer}:aud", whole[len(before) : -len(after)]
