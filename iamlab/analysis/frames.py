"""Rows as DataFrames: the one place that knows pandas.

Columns repeat a few texts thousands of times, so each is taken by number from a short list: that is faster than making
it from the texts one by one.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from iamlab.account.authorize import resource_arn
from iamlab.account.reports import COLUMNS
from iamlab.analysis.effective import Comparison, Permissions, Resources, Services, permissions
from iamlab.analysis.ways import Ways
from iamlab.catalog import date, index
from iamlab.errors import InvalidInput
from iamlab.policy.oddities import oddities

if TYPE_CHECKING:
    from iamlab.account import Account
    from iamlab.account.context import Given
    from iamlab.account.events import Event

OUTCOMES = ("implicitDeny", "explicitDeny", "conditional", "allowed")
"""From least to most."""

WAY_COLUMNS = ("principal", "outcome", "through", "condition", "policy", "statement", "attached_to", "arn")

EVENT_COLUMNS = (
    "eventTime",
    "eventSource",
    "eventName",
    "userIdentity.type",
    "userIdentity.userName",
    "userIdentity.arn",
    "userIdentity.principalId",
    "userIdentity.accountId",
    "userIdentity.accessKeyId",
    "userIdentity.sessionContext.attributes.mfaAuthenticated",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "requestParameters",
    "responseElements",
    "resources",
    "readOnly",
    "managementEvent",
    "eventCategory",
    "eventType",
    "recipientAccountId",
    "eventID",
)
"""The columns that a table of events always begins with; fields that are inside others have a dotted name."""

LAST_ACCESSED_COLUMNS = (
    "ServiceName",
    "ServiceNamespace",
    "LastAuthenticated",
    "LastAuthenticatedEntity",
    "LastAuthenticatedRegion",
)


class Frame(pd.DataFrame):
    """A DataFrame in which `${aws:username}` stays what it is: notebooks set text between two `$` as a formula.

    pandas has an option for that, which would be everybody's; here it counts for these tables alone, and for what is
    taken from them.
    """

    @property
    def _constructor(self) -> type[Frame]:
        return Frame

    def _repr_html_(self) -> str | None:
        with pd.option_context("display.html.use_mathjax", False):
            html: str | None = super()._repr_html_()  # type: ignore[misc]  # not in the stubs
            return html


def effective_permissions(
    lab: Account,
    principal: object = None,
    session: object = None,
    context: Given | None = None,
    services: Services = None,
    resources: Resources = None,
) -> pd.DataFrame:
    """What a principal may do in a situation: every action of every service, or of some.

    Args:
        lab: the account.
        principal: a user's name, an ARN, or a user or role; a list of them, or `None` for all users and roles, puts
            them side by side.
        session: one of the principal's sessions, when it is not its long-term key that is asked about.
        context: condition keys that are known of its requests; `None` as a value takes away a key that AWS would
            add. Keys about who asks and with which credential are known from the account; others are open.
        services: prefixes, such as `["s3", "sqs"]`; by default all.
        resources: ARNs (or things that have one) for exact answers; by default the resource is open, and what a
            policy's Resource can reach counts.

    Returns:
        For one principal the columns `action`, `access_level`, `outcome` (`allowed`, `conditional`, `explicitDeny`,
        `implicitDeny`), `on` and `except` (resources), `condition`, `policy`, `statement` and `attached_to`: a row an
        action, and where the outcome is conditional, a row an action and grant. For several principals: `action`,
        `access_level` (and `on`, when resources are named) and a column of outcomes for each. The outcome is never
        contradicted by a decision about a resource of the principal's own account. `.attrs["unknown"]` says what an
        account that came from AWS's export cannot know.

    Raises:
        NoSuchEntity: there is no such principal, or no such service.
        InvalidInput: the session is not the principal's, or goes with several principals.

    >>> from iamlab import Account
    >>> lab = Account()
    >>> lab.create_user("alice").attach_policy(lab.policies["AmazonS3ReadOnlyAccess"])
    >>> table = effective_permissions(lab, "alice", services="s3")
    >>> sorted(table[table["outcome"] == "allowed"]["access_level"].unique())
    ['List', 'Read']
    """
    everybody: list[object] | None = None
    if isinstance(principal, Iterable) and not isinstance(principal, str):
        everybody = list(principal)
    if everybody is not None or (principal is None and session is None):
        if session is not None:
            raise InvalidInput("A session goes with one principal")
        return _side_by_side(Comparison(lab, everybody, context, services, resources))
    return frame(permissions(lab, principal, session, context, services, resources))


def who_can(lab: Account, action: str, resource: Any = "*", context: Given | None = None) -> pd.DataFrame:
    """Who can do something, and how: every principal, by its own policies, the resource's, or by assuming roles.

    Args:
        lab: the account.
        action: such as `s3:GetObject`.
        resource: an ARN, or something that has one; `*` asks who can on every resource, or for actions on none in
            particular.
        context: condition keys that are known of all requests, also of those to assume roles; `None` as a value
            takes a key away. Keys about who asks are known; others are open, and so is which credential is used.

    Returns:
        A row for each user, role, root, and for the services, providers and other accounts that the resource's
        policy, or a role's trust policy, lets in, with the columns `principal`, `outcome` (`allowed`, or
        `conditional`), `through` (the roles to assume, in order), `condition`, `policy`, `statement`, `attached_to`
        (of the policy that allows it in the end) and `arn`. Who can without any condition has that row alone; others
        have one for each role that can, with the shortest chain to it. Each row was decided by the same evaluator as
        `lab.decide`. `.attrs["unknown"]` says what an account that came from AWS's export cannot know,
        `.attrs["remarks"]` what is odd about the question.

    Raises:
        InvalidInput: not an action or an ARN.

    >>> from iamlab import Account
    >>> who_can(Account.example(), "iam:CreateUser")["principal"].head(3).tolist()
    ['root', 'user/alice', 'user/bob']
    """
    found = Ways(lab, action, resource, context)
    columns = {name: _texts([getattr(way, name) for way in found]) for name in WAY_COLUMNS}
    table = _with_attributes(Frame(columns, copy=False), found.unknown, action=action, resource=found.resource)
    table.attrs["remarks"] = list(oddities(action, found.resource))
    return table


def credential_report(lab: Account) -> pd.DataFrame:
    """The account's credential report: AWS's columns in AWS's order, and AWS's words in them; root first.

    A report is made when there is none, or the present one is four hours old, as the Console does.
    [https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html]

    Args:
        lab: the account.

    Returns:
        Text in every column, as the CSV has it (`true`, `N/A`, `no_information` …). `.attrs["generated_time"]` says
        when the report was made.

    >>> from iamlab import Account
    >>> credential_report(Account.example())[["user", "mfa_active"]].head(1).values.tolist()
    [['<root_account>', 'false']]
    """
    lab.generate_credential_report()
    report = lab.get_credential_report()
    rows = report.rows
    table = Frame({name: _texts([row[name] for row in rows]) for name in COLUMNS}, copy=False)
    table.attrs["generated_time"] = report.generated_time.isoformat()
    return table


def events(lab: Account) -> pd.DataFrame:
    """What happened in the account: one row an event, the oldest first, under CloudTrail's field names.

    Args:
        lab: the account.

    Returns:
        The columns of `EVENT_COLUMNS`, then other fields that some event has, sorted. `eventTime` is a time (UTC);
        fields inside `userIdentity` have a column each; what differs from one operation to the next
        (`requestParameters`, `responseElements`, `resources` …) is JSON text, as in CloudTrail Lake and Athena.
        [https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html]

    >>> from iamlab import Account
    >>> lab = Account.example()
    >>> _ = lab.assume_role("bob", lab.roles["DeployRole"], "deploy")
    >>> events(lab)[["eventName", "userIdentity.userName"]].values.tolist()
    [['AssumeRole', 'bob']]
    """
    rows = [dict(_fields(event)) for event in lab.events]
    others = sorted({name for row in rows for name in row} - set(EVENT_COLUMNS))
    table = Frame(rows, columns=[*EVENT_COLUMNS, *others])
    table["eventTime"] = pd.to_datetime(table["eventTime"], utc=True)
    return table


def _fields(event: Event) -> Iterator[tuple[str, Any]]:
    """An event's fields: who asked in a field each, all else that is inside something as JSON."""
    for name, value in event.items():
        if name == "userIdentity":
            yield from _inside(name, value)
        else:
            yield name, json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _inside(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for part, inside in value.items():
            yield from _inside(f"{name}.{part}", inside)
    else:
        yield name, value


def service_last_accessed(lab: Account, arn: Any) -> pd.DataFrame:
    """When a user, group or role last used each service that its policies allow, as far as the events tell.

    Args:
        lab: the account.
        arn: the ARN of a user, group or role, or the thing itself.

    Returns:
        A row a service, under the names of the API; nothing in the last three columns when it was never used.
        [https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServiceLastAccessed.html]

    Raises:
        NoSuchEntity: it is not there.
        InvalidInput: not a user, group or role.
    """
    found = [
        (
            one.service_name,
            one.service_namespace,
            one.last_authenticated,
            one.last_authenticated_entity,
            one.last_authenticated_region,
        )
        for one in lab.service_last_accessed(resource_arn(arn))
    ]
    table = Frame(found, columns=list(LAST_ACCESSED_COLUMNS))
    table["LastAuthenticated"] = pd.to_datetime(table["LastAuthenticated"], utc=True)
    return table


def frame(found: Permissions) -> pd.DataFrame:
    """The rows of one principal as a DataFrame; see `effective_permissions`."""
    labels = found.labels
    places, codes = divmod(_numbers(found.numbers), len(labels))
    columns: dict[str, Any] = {
        "action": _actions().take(places),
        "access_level": _levels().take(places),
        "outcome": _texts([label.outcome for label in labels]).take(codes),
        "on": _texts([label.on for label in labels]).take(codes),
        "except": _texts([label.excluded for label in labels]).take(codes),
        "condition": _texts([label.condition for label in labels]).take(codes),
        "policy": _texts([label.policy for label in labels]).take(codes),
        "statement": _texts([label.statement for label in labels]).take(codes),
        "attached_to": _texts([label.attached_to for label in labels]).take(codes),
    }
    return _with_attributes(
        Frame(columns, copy=False),
        found.unknown,
        principal=found.principal.arn,
        credential=found.principal.credential,
    )


def _side_by_side(comparison: Comparison) -> pd.DataFrame:
    resources: Sequence[str | None] = comparison.resources or [None]
    places = [index.places_of(comparison.actions(resource)) for resource in resources]
    together = _numbers(array("q", [place for some in places for place in some]))
    columns: dict[str, Any] = {"action": _actions().take(together), "access_level": _levels().take(together)}
    if comparison.resources:
        which = [number for number, some in enumerate(places) for _ in some]
        columns["on"] = _texts(comparison.resources).take(_numbers(array("q", which)))
    for name, answers in comparison:
        codes = b"".join(_codes(outcomes, some) for outcomes, some in zip(answers, places, strict=True))
        numbers: Any = memoryview(codes).cast("b")
        columns[name] = pd.Categorical.from_codes(numbers, categories=pd.Index(OUTCOMES), ordered=True)
    return _with_attributes(Frame(columns, copy=False), comparison.unknown)


def _codes(outcomes: dict[str, int], places: list[int]) -> bytes:
    """One byte an action: the number of its outcome.

    A set becomes a number with a digit a byte, so that all actions are counted at once.
    """
    size = len(index.action_names())
    digits = sum(_spread(outcomes[outcome], size) * code for code, outcome in enumerate(OUTCOMES) if code)
    every = digits.to_bytes(size, "big")
    return every if len(places) == size else bytes([every[place] for place in places])


def _spread(bits: int, size: int) -> int:
    """A number with a byte for every bit, the lowest bit first."""
    text = bin(bits | 1 << size)[:2:-1].encode()
    return int.from_bytes(text, "big") - _zeros(size)


@lru_cache(maxsize=1)
def _zeros(size: int) -> int:
    return int.from_bytes(b"0" * size, "big")


def _with_attributes(table: pd.DataFrame, unknown: list[str], **more: str) -> pd.DataFrame:
    table.attrs.update(unknown=unknown, catalog=date(), **more)
    return table


def _numbers(numbers: array[int]) -> Any:
    """Numbers as pandas takes them: picked out of a range, because it would look at each number of a list."""
    return pd.RangeIndex(max(numbers, default=0) + 1).take(numbers).to_numpy()


def _texts(texts: Sequence[str]) -> Any:
    return pd.Series(texts, dtype=_text_type()).array


@lru_cache(maxsize=1)
def _text_type() -> Any:
    """The type that this pandas gives to text by itself (it differs between its versions), also without any text."""
    return pd.Series(["text"]).dtype


@lru_cache(maxsize=1)
def _actions() -> Any:
    return _texts(index.action_names())


@lru_cache(maxsize=1)
def _levels() -> Any:
    return _texts([index.level(place) for place in range(len(index.action_names()))])
