"""Policy documents on their way into the account: parsed, held against what their place allows, and measured.

`checked` takes JSON text, a mapping or a `PolicyDocument` and gives the document back when a policy of that kind may
look so. Sizes are counted without white space, as AWS counts them.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from iamlab.errors import InvalidInput, LimitExceeded, MalformedPolicyDocument, ValidationError
from iamlab.policy import PolicyDocument

if TYPE_CHECKING:
    from iamlab.account.state import State
    from iamlab.policy import Statement

Document = str | Mapping[str, Any] | PolicyDocument
"""A policy as it may be handed in."""

Kind = Literal["identity", "trust", "resource", "session", "organization"]

_LONGEST = 131_072


def checked(document: Document, kind: Kind) -> PolicyDocument:
    """Parse a document and see whether it may stand in this place.

    Args:
        document: JSON text, a mapping, or a document already parsed.
        kind: `identity` (also boundaries), `trust`, `resource`, `session`, or `organization` (SCP, RCP).

    Raises:
        MalformedPolicyDocument: not a policy, or not one of this kind: a principal where none may stand, or none
            where one must.
        ValidationError: neither text nor mapping, or longer than the API takes.
    """
    if isinstance(document, str) and len(document) > _LONGEST:
        raise ValidationError(
            "1 validation error detected: Value at 'policyDocument' failed to satisfy constraint: "
            f"Member must have length less than or equal to {_LONGEST}"
        )
    if not isinstance(document, str | Mapping | PolicyDocument):
        raise ValidationError(
            f"Invalid type for parameter policyDocument: expected text, got {type(document).__name__}"
        )
    parsed = document if isinstance(document, PolicyDocument) else PolicyDocument.parse(document)
    for statement in parsed.statements:
        problem = _problem(statement, kind)
        if problem:
            raise MalformedPolicyDocument(problem, path=f"$.Statement[{statement.index}]")
    return parsed


def _problem(statement: Statement, kind: Kind) -> str:
    has_principal = statement.principal is not None or statement.not_principal is not None
    has_resource = statement.resources is not None or statement.not_resources is not None
    if kind == "trust":
        if has_resource:
            return "Has prohibited field Resource"
        if statement.principal is None:
            return "Missing required field Principal"
        foreign = [a for a in statement.actions or () if a != "*" and not a.lower().startswith("sts:")]
        return "AssumeRole policy may only specify STS AssumeRole actions." if foreign else ""
    if kind == "resource":
        return "" if has_principal else "Missing required field Principal"
    if has_principal and kind != "organization":
        return "Policy document should not specify a principal."
    return "" if has_resource else "Policy statement must contain resources."


def check_principals(state: State, document: PolicyDocument) -> None:
    """See whether the users and roles of this account that a document names are there, as AWS does when it saves one.

    AWS keeps their unique ids and shows ARNs, so only somebody who exists can be named
    [reference_policies_elements_principal].

    Raises:
        MalformedPolicyDocument: a user or role of this account is not there.
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
    """Write another name for a principal into every trust and resource policy of the account.

    A renamed user or role keeps its rights; a deleted one becomes its unique id, which nobody carries again
    [id_users_rename, reference_policies_elements_principal].
    """
    for role in state.roles.values():
        role.trust = _renamed(role.trust, old, new)
    for resource in state.resources.values():
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
    """
    if isinstance(arn, str) and arn.startswith("arn:") and arn.count(":") >= 5 and len(arn) >= 20:
        return arn
    raise InvalidInput(f"ARN {arn} is not valid.")
