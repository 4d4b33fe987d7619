"""Policy documents on their way into the account: parsed, held against what their place allows, and measured.

`checked` takes JSON text, a mapping or a `PolicyDocument` and gives the document back when a policy of that kind may
look so. Sizes are counted without white space, as AWS counts them.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from iamlab.account.codec import check_characters
from iamlab.account.names import check_text
from iamlab.errors import InvalidInput, LimitExceeded, MalformedPolicyDocument, ValidationError
from iamlab.policy import PolicyDocument

if TYPE_CHECKING:
    from iamlab.account.state import State
    from iamlab.policy import Statement
    from iamlab.policy.checks import PolicyType

Document = str | Mapping[str, Any] | PolicyDocument
"""A policy as it may be handed in."""

_LONGEST = 131_072


def checked(document: Document, policy_type: PolicyType) -> PolicyDocument:
    """Parse a document and see whether AWS would store it in this place.

    Args:
        document: JSON text, a mapping, or a document already parsed.
        policy_type: `identity` (also boundaries and session policies), `trust`, `resource`, `scp` or `rcp`.

    Raises:
        MalformedPolicyDocument: not a policy, or not one that AWS stores there, in AWS's words and with its place.
        ValidationError: neither text nor mapping, or longer than the API takes.
    """
    from iamlab.policy.legality import refuse  # the checks take a while to load, and only changes need them

    if isinstance(document, str) and len(document) > _LONGEST:
        raise ValidationError(
            "1 validation error detected: Value at 'policyDocument' failed to satisfy constraint: "
            f"Member must have length less than or equal to {_LONGEST}"
        )
    if not isinstance(document, str | Mapping | PolicyDocument):
        raise ValidationError(
            f"Invalid type for parameter policyDocument: expected text or a mapping, got {type(document).__name__}"
        )
    parsed = PolicyDocument.parse(document)
    try:
        check_characters(parsed.to_dict(), "$")
    except InvalidInput as error:
        path, _, fault = error.message.partition(": ")
        raise MalformedPolicyDocument(f"The document {fault}", path=path) from None
    refuse(document if isinstance(document, Mapping) else parsed, policy_type)
    return parsed


def check_principals(state: State, document: PolicyDocument) -> None:
    """See whether the users and roles of this account that a document names are there, as AWS does when it saves one.

    AWS keeps their unique ids and shows ARNs, so only somebody who exists can be named
    [reference_policies_elements_principal].

    Raises:
        MalformedPolicyDocument: it names a user or role of this account that does not exist.
    """
    home = f"arn:{state.partition}:iam::{state.account_id}:"
    tables: dict[str, Mapping[str, object]] = {"user": state.users, "role": state.roles}
    for statement in document.statements:
        for arn in _named(statement):
            if not arn.startswith(home):
                continue
            kind, _, rest = arn.removeprefix(home).partition("/")
            name = rest.rpartition("/")[2].lower()
            if kind != "root" and name not in tables.get(kind, {}):
                path = f"$.Statement[{statement.index}].Principal"
                raise MalformedPolicyDocument(f'Invalid principal in policy: "AWS":"{arn}"', path=path)


def rename_principal(state: State, old: str, new: str) -> None:
    """Write another name for a principal into every trust and resource policy of the account and of those it knows.

    A renamed user or role keeps its rights; a deleted one becomes its unique id, which nobody carries again
    [id_users_rename, reference_policies_elements_principal].
    """
    for home in (state, *state.neighbours.values()):
        with home.change():
            for role in home.roles.values():
                role.trust = _renamed(role.trust, old, new)
            for resource in home.resources.values():
                if resource.policy is not None:
                    resource.policy = _renamed(resource.policy, old, new)


def _named(statement: Statement) -> list[str]:
    """The AWS principals a statement names, or excepts."""
    names: list[str] = []
    for principal in (statement.principal, statement.not_principal):
        if isinstance(principal, dict):
            names += principal.get("AWS", ())
    return names


def _renamed(document: PolicyDocument, old: str, new: str) -> PolicyDocument:
    if not any(old in _named(statement) for statement in document.statements):
        return document
    data = document.to_dict()
    statements = data["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        for element in ("Principal", "NotPrincipal"):
            principal = statement.get(element)
            if isinstance(principal, dict) and "AWS" in principal:
                names = principal["AWS"]
                principal["AWS"] = (
                    [new if name == old else name for name in names]
                    if isinstance(names, list)
                    else new
                    if names == old
                    else names
                )
    return PolicyDocument.parse(data)


def check_size(document: PolicyDocument, most: int, message: str) -> None:
    """See whether a document is within its limit, white space not counted.

    Raises:
        LimitExceeded: it is not.
    """
    if document.size > most:
        raise LimitExceeded(message)


def check_arn(arn: object) -> str:
    """See whether this is an ARN.

    Raises:
        InvalidInput: AWS's own sentence.
        ValidationError: it holds half of a character.
    """
    if isinstance(arn, str) and arn.startswith("arn:") and arn.count(":") >= 5 and len(arn) >= 20:
        return check_text(arn, "arn")
    raise InvalidInput(f"ARN {arn} is not valid.")
