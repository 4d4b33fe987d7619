"""A request, and who makes it.

`Request` is what AWS decides about: principal, action, resource and context. `caller_of` reads the principal: what kind
it is, in which account, and which role stands behind a session. The context is strict: a key not given is absent.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-reqcontext.html]
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from iamlab.arn import is_account
from iamlab.catalog.principals import WEB_IDENTITIES
from iamlab.errors import InvalidInput
from iamlab.policy.variables import ContextValue

GivenValue = str | bool | int | float | datetime | Iterable[str | bool | int | float]
"""What people may write as a context value: one value, or a list of them for a multivalued key."""

NO_CONTEXT: Mapping[str, ContextValue] = MappingProxyType({})


@dataclass(slots=True, unsafe_hash=True)
class Caller:
    """Who makes a request; treat it as immutable.

    Attributes:
        arn: the principal as given.
        kind: `user`, `role`, `role session`, `federated user`, `root`, `service`, `provider`, `anonymous`, or `unknown`
            (a simulation without a caller: some user of the resource's own account).
        account: the 12 digits, or empty where there is none.
        name: the user's or role's name, or the role a session is of.
        is_service_linked: is it a service-linked role? Organizations' policies do not bind these.
        has_identity: is it an identity of an account, which identity-based policies can speak about?
    """

    arn: str
    kind: str
    account: str = ""
    name: str = ""
    is_service_linked: bool = False
    has_identity: bool = field(init=False)

    def __post_init__(self) -> None:
        self.has_identity = self.kind in _IDENTITIES


_IDENTITIES = ("user", "role", "role session", "federated user", "root", "unknown")


@lru_cache(maxsize=4096)
def caller_of(principal: str) -> Caller:
    """Read a principal.

    Args:
        principal: an ARN (user, role, role session, federated user, root, provider), a service's name, a web identity
            provider's name, `anonymous`, or empty for a simulation without a caller.

    Raises:
        InvalidInput: it is none of these.

    >>> caller_of("arn:aws:sts::111122223333:assumed-role/Reader/alice").name
    'Reader'
    """
    if not isinstance(principal, str):
        raise InvalidInput(
            f"{type(principal).__name__} is not a principal: expected an ARN, a service's name or anonymous"
        )
    if principal in ("", "anonymous"):
        return Caller(principal, principal or "unknown")
    if principal in WEB_IDENTITIES:
        return Caller(principal, "provider")
    if not principal.startswith("arn:"):
        if "." in principal and " " not in principal:
            return Caller(principal, "service")
        raise InvalidInput(f"{principal!r} is not a principal: expected an ARN, a service's name or anonymous")
    parts = principal.split(":", 5)
    if len(parts) != 6 or parts[2] not in ("iam", "sts") or not is_account(parts[4]):
        raise InvalidInput(f"{principal!r} is not the ARN of a principal")
    return _caller_of_arn(principal, parts[4], parts[5])


def _caller_of_arn(arn: str, account: str, resource: str) -> Caller:
    if resource == "root":
        return Caller(arn, "root", account)
    kind, _, rest = resource.partition("/")
    last = rest.rpartition("/")[2]
    if not last:
        raise InvalidInput(f"{arn!r} does not name a principal")
    match kind:
        case "user":
            return Caller(arn, "user", account, last)
        case "role":
            return Caller(arn, "role", account, last, rest.startswith("aws-service-role/"))
        case "assumed-role":
            role = rest.partition("/")[0]
            # A session's ARN leaves the role's path out; AWS keeps this beginning of a name for service-linked roles.
            return Caller(arn, "role session", account, role, role.startswith("AWSServiceRoleFor"))
        case "federated-user":
            return Caller(arn, "federated user", account, last)
        case "saml-provider" | "oidc-provider":
            return Caller(arn, "provider", account, rest)
        case _:
            raise InvalidInput(f"{arn!r} is a {kind}, which makes no requests")


@lru_cache(maxsize=4096)
def account_in(arn: str) -> str:
    """The account an ARN names; empty where it names none, as S3's.

    >>> account_in("arn:aws:sqs:us-east-1:111122223333:orders"), account_in("arn:aws:s3:::reports/q3.csv")
    ('111122223333', '')

    Raises:
        InvalidInput: it is not a text.
    """
    if not isinstance(arn, str):
        raise InvalidInput(f"{type(arn).__name__} is not a resource: expected its ARN, or *")
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 and is_account(parts[4]) else ""


class Request:
    """What is asked of AWS; treat it as immutable.

    Args:
        principal: who asks; see `caller_of`.
        action: `service:Name`, in any case.
        resource: the ARN it is about; `*` for actions on no resource in particular.
        context: condition keys (in any case) and their values; a list makes a key multivalued.
        resource_account: the 12 digits of the resource's owner; by default the account in its ARN, or, where the ARN
            names none (as S3's), the principal's own.
        management_account: the 12 digits of the organization's management account, whom SCPs and RCPs do not bind.
        issuer: the ARN of the user behind a federated user; by default the user of the same name.
        absent: keys (in lower case; `aws:principaltag/` for all tags) that are known not to be there, for decisions
            in which other keys are unknown.

    >>> request = Request("arn:aws:iam::111122223333:user/alice", "s3:GetObject", "arn:aws:s3:::reports/q3.csv",
    ...                   {"aws:SourceIp": "192.0.2.7"})
    >>> request.keys["aws:sourceip"]
    '192.0.2.7'
    """

    __slots__ = (
        "_keys",
        "absent",
        "action",
        "context",
        "issuer",
        "management_account",
        "principal",
        "resource",
        "resource_account",
    )

    def __init__(
        self,
        principal: str,
        action: str,
        resource: str = "*",
        context: Mapping[str, GivenValue] | None = None,
        *,
        resource_account: str | None = None,
        management_account: str | None = None,
        issuer: str | None = None,
        absent: Container[str] = (),
    ) -> None:
        self.principal = principal
        self.action = action
        self.resource = resource
        self.context = context
        self.resource_account = resource_account
        self.management_account = management_account
        self.issuer = issuer
        self.absent = absent
        self._keys: Mapping[str, ContextValue] | None = None

    @property
    def caller(self) -> Caller:
        """The principal, read."""
        return caller_of(self.principal)

    @property
    def keys(self) -> Mapping[str, ContextValue]:
        """The context with its keys in lower case and its values as text.

        Raises:
            InvalidInput: the context is not a mapping of texts to texts, numbers, truth values or lists of these.
        """
        if self._keys is None:
            keys: dict[str, ContextValue] = {}
            try:
                for key, value in (self.context or NO_CONTEXT).items():  # twice as fast as a comprehension of calls
                    keys[key.lower()] = value if isinstance(value, str) else plain_value(key, value)
            except AttributeError:
                raise InvalidInput("The context must be a mapping of condition keys, each text, to values") from None
            self._keys = keys
        return self._keys

    @property
    def known(self) -> Container[str]:
        """The keys (in lower case) of which it is known whether they are there, and with what value."""
        return _Known(self.keys, self.absent) if self.absent else self.keys

    @property
    def owner(self) -> str:
        """The account of the resource; empty where nothing tells."""
        if self.resource_account:
            return self.resource_account
        return account_in(self.resource) or caller_of(self.principal).account

    @property
    def crosses_accounts(self) -> bool:
        """Does the caller ask for another account's resource?"""
        return self.is_foreign_to(caller_of(self.principal).account)

    def is_foreign_to(self, account: str) -> bool:
        """Does the resource belong to another account than this one? No, where nothing tells."""
        owner = account_in(self.resource) if self.resource_account is None else self.resource_account
        return owner != account and bool(account) and is_account(owner)

    def knowing(self, context: Mapping[str, GivenValue], absent: Container[str] = ()) -> Request:
        """The same request with another context, and other keys that are known not to be there."""
        return Request(
            self.principal,
            self.action,
            self.resource,
            context,
            resource_account=self.resource_account,
            management_account=self.management_account,
            issuer=self.issuer,
            absent=absent,
        )

    def __repr__(self) -> str:
        return f"<Request: {self.principal or 'somebody'} {self.action} {self.resource}>"


def check_types(request: Request) -> None:
    """See whether all is text that must be: asked only once something could not be used, since that takes time.

    Raises:
        InvalidInput: principal, action, resource or account is none.
    """
    for name, value in (
        ("a principal", request.principal),
        ("an action", request.action),
        ("a resource", request.resource),
        ("an account", "" if request.resource_account is None else request.resource_account),
    ):
        if not isinstance(value, str):
            raise InvalidInput(f"{type(value).__name__} is not {name}: expected text")


@dataclass(slots=True)
class _Known:
    """Keys that are there, and keys that are known to be absent."""

    present: Container[str]
    absent: Container[str]

    def __contains__(self, key: object) -> bool:
        return key in self.present or key in self.absent or f"{str(key).partition('/')[0]}/" in self.absent


def plain_value(key: str, value: object) -> ContextValue:
    """A context value as AWS holds it: text, or a tuple of texts for a multivalued key.

    >>> plain_value("aws:MultiFactorAuthPresent", True), plain_value("aws:TagKeys", ["team"])
    ('true', ('team',))
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float, datetime)):
        return _plain_text(value)
    if isinstance(value, Iterable) and not isinstance(value, (Mapping, bytes)):
        values = tuple(value)
        if all(isinstance(one, (str, bool, int, float, datetime)) for one in values):
            return tuple(map(_plain_text, values))
    raise InvalidInput(f"The value of context key {key} must be text, a number, true, false or a list of these")


def _plain_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)
