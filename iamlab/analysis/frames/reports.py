"""What an account says about itself, as tables: its events, its credential report, and when services were last used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from iamlab.account.authorize import resource_arn
from iamlab.account.credential_report import COLUMNS
from iamlab.analysis.frames.columns import Frame, text_column

if TYPE_CHECKING:
    from iamlab.account import Account
    from iamlab.account.events import Event

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
    table = Frame({name: text_column([row[name] for row in rows]) for name in COLUMNS}, copy=False)
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
