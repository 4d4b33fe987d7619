"""The credential report: a line of CSV for root and for every user, with the age and last use of their credentials.

It has AWS's columns in AWS's order and words, and is made anew at most every four hours.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html]
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from iamlab.account import names
from iamlab.account.passwords import expires
from iamlab.account.records import AccessKeyRecord, RootRecord, UserRecord
from iamlab.account.state import State
from iamlab.display import Table
from iamlab.errors import ReportExpired, ReportNotPresent

_KEY_COLUMNS = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
COLUMNS = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    *(f"access_key_{number}_{column}" for number in (1, 2) for column in _KEY_COLUMNS),
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
)
"""The credential report's columns; the guide's `additional_credentials_info` was not seen in live reports."""

REPORT_HOURS = 4
"""How long a credential report is good, and how long no new one is made."""


@dataclass(slots=True)
class CredentialReport:
    """A credential report.

    Attributes:
        content: the CSV text, as AWS gives it.
        generated_time: when it was made.
    """

    content: str
    generated_time: datetime

    @property
    def rows(self) -> list[dict[str, str]]:
        """One dictionary a user, root first."""
        import csv

        return list(csv.DictReader(self.content.splitlines()))

    def _table(self) -> Table:
        return Table(COLUMNS, [[row[column] for column in COLUMNS] for row in self.rows])

    def __repr__(self) -> str:
        """The rows as a table."""
        return repr(self._table())

    def _repr_html_(self) -> str:
        return self._table()._repr_html_()


def generate_credential_report(state: State) -> str:
    """Have a credential report made, unless there is one that is not four hours old [IAM API GenerateCredentialReport].

    Returns:
        `STARTED` for a new one (it is there at once), `COMPLETE` when the present one is still good.
    """
    with state.change():
        if state.report is not None and not _is_old(state, state.report[0]):
            return "COMPLETE"
        state.report = state.now(), _content(state)
    return "STARTED"


def _is_old(state: State, made: datetime) -> bool:
    return state.now() >= made + timedelta(hours=REPORT_HOURS)


def get_credential_report(state: State) -> CredentialReport:
    """The credential report [IAM API GetCredentialReport].

    Raises:
        ReportNotPresent: none was made.
        ReportExpired: it is four hours old.
    """
    if state.report is None:
        raise ReportNotPresent("No credential report is present: generate one first.")
    made, content = state.report
    if _is_old(state, made):
        raise ReportExpired("The credential report has expired: generate a new one.")
    return CredentialReport(content, made)


def _content(state: State) -> str:
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerow(_row(state, state.root))
    writer.writerows(_row(state, user) for user in state.users.values())
    return text.getvalue()


def _row(state: State, holder: UserRecord | RootRecord) -> list[str]:
    profile = holder.login_profile
    used = _date(holder.password_last_used, "no_information")
    if isinstance(holder, RootRecord):
        name, arn = "<root_account>", names.root_arn(state)
        password = ["not_supported", used, "not_supported", "not_supported"]
    else:
        name, arn = holder.name, names.entity_arn(state, "user", holder.path, holder.name)
        if profile is None:
            password = ["false", "N/A", "N/A", "N/A"]
        else:
            password = ["true", used, _date(profile.changed), _date(expires(state, profile))]
    keys = (*holder.access_keys, None, None)
    mfa_active = "true" if holder.mfa_devices else "false"
    row = [name, arn, _date(holder.created), *password, mfa_active, *_key(keys[0]), *_key(keys[1])]
    return [*row, "false", "N/A", "false", "N/A"]


def _key(key: AccessKeyRecord | None) -> list[str]:
    if key is None:
        return ["false", "N/A", "N/A", "N/A", "N/A"]
    region, service = key.last_region or "N/A", key.last_service or "N/A"
    return ["true" if key.active else "false", _date(key.created), _date(key.last_used), region, service]


def _date(moment: datetime | None, missing: str = "N/A") -> str:
    return moment.isoformat() if moment else missing
