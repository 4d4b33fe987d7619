"""What the account says about itself: summary, credential report, recommendations, last access.

The credential report has AWS's columns in AWS's order and words, and is made anew at most every four hours.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html]
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from iamlab.account import names
from iamlab.account.managed import customer_managed
from iamlab.account.passwords import expires
from iamlab.account.records import AccessKeyRecord, RootRecord, UserRecord
from iamlab.account.simulate import policy_source
from iamlab.account.state import State
from iamlab.catalog import services
from iamlab.catalog.operations import service_of_event
from iamlab.display import CROSS, TICK, Table
from iamlab.errors import ReportExpired, ReportNotPresent
from iamlab.evaluation import AttachedPolicy

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

ROOT_USED_DAYS = 90
"""A use of root in so many days is lately."""


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


def get_account_summary(state: State) -> dict[str, int]:
    """Counts and quotas of the account, under AWS's names [IAM API GetAccountSummary]."""
    own = customer_managed(state)
    root = state.root

    def most(name: str) -> int:
        return names.quota(state, name)

    return {
        "Users": len(state.users),
        "UsersQuota": most("users_per_account"),
        "Groups": len(state.groups),
        "GroupsQuota": most("groups_per_account"),
        "ServerCertificates": 0,
        "ServerCertificatesQuota": most("server_certificates_per_account"),
        "UserPolicySizeQuota": most("inline_policy_size_user_total"),
        "GroupPolicySizeQuota": most("inline_policy_size_group_total"),
        "GroupsPerUserQuota": most("groups_per_user"),
        "SigningCertificatesPerUserQuota": most("signing_certificates_per_user"),
        "AccessKeysPerUserQuota": most("access_keys_per_user"),
        "MFADevices": len(state.mfa_devices),
        "MFADevicesInUse": sum(1 for device in state.mfa_devices.values() if device.owner),
        "AccountMFAEnabled": int(bool(root.mfa_devices)),
        "AccountAccessKeysPresent": int(bool(root.access_keys)),
        "AccountPasswordPresent": int(root.login_profile is not None),
        "AccountSigningCertificatesPresent": 0,
        "AttachedPoliciesPerGroupQuota": most("managed_policies_per_group"),
        "AttachedPoliciesPerRoleQuota": most("managed_policies_per_role"),
        "AttachedPoliciesPerUserQuota": most("managed_policies_per_user"),
        "Policies": len(own),
        "PoliciesQuota": most("customer_managed_policies_per_account"),
        "PolicySizeQuota": most("managed_policy_size"),
        "PolicyVersionsInUse": sum(len(policy.versions) for policy in own),
        "PolicyVersionsInUseQuota": 10_000,  # as the API's own example answers it
        "VersionsPerPolicyQuota": most("versions_per_managed_policy"),
        "GlobalEndpointTokenVersion": 1,
        "AssumeRolePolicySizeQuota": most("role_trust_policy_length"),
        "InstanceProfiles": len(state.instance_profiles),
        "InstanceProfilesQuota": most("instance_profiles_per_account"),
        "Providers": len(state.providers),
        "RolePolicySizeQuota": most("inline_policy_size_role_total"),
        "Roles": len(state.roles),
        "RolesQuota": most("roles_per_account"),
    }


@dataclass(slots=True)
class Recommendation:
    """One of the Dashboard's security recommendations.

    Attributes:
        text: the Console's sentence.
        done: is it followed?
    """

    text: str
    done: bool

    def __repr__(self) -> str:
        return f"{TICK if self.done else CROSS} {self.text}"


def security_recommendations(state: State) -> list[Recommendation]:
    """The recommendations of the Dashboard, and one of ours: that nobody has used root lately."""
    root = state.root
    has_mfa, has_keys = bool(root.mfa_devices), any(key.active for key in root.access_keys)
    used = root_last_used(state)
    lately = used is not None and used > state.now() - timedelta(days=ROOT_USED_DAYS)
    return [
        Recommendation("Root user has MFA" if has_mfa else "Add MFA for root user", has_mfa),
        Recommendation(
            "Deactivate or delete access keys for root user" if has_keys else "Root user has no active access keys",
            not has_keys,
        ),
        Recommendation(
            f"Root user was used on {used:%Y-%m-%d}" if lately else f"Root user was not used in {ROOT_USED_DAYS} days",
            not lately,
        ),
    ]


def root_last_used(state: State) -> datetime | None:
    """When root last signed in or one of its keys was last used; None: never."""
    root = state.root
    moments = [root.password_last_used, *(key.last_used for key in root.access_keys)]
    return max((moment for moment in moments if moment), default=None)


@dataclass(slots=True)
class ServiceLastAccessed:
    """When an entity last asked something of a service its policies allow; None: never, as far as the events tell."""

    service_name: str
    service_namespace: str
    last_authenticated: datetime | None = None
    last_authenticated_entity: str | None = None
    last_authenticated_region: str | None = None


def service_last_accessed(state: State, arn: str) -> list[ServiceLastAccessed]:
    """When a user, group or role last used each service that its policies allow, from the account's events.

    [IAM API GenerateServiceLastAccessedDetails, GetServiceLastAccessedDetails]

    Raises:
        NoSuchEntity: it is not there.
        InvalidInput: not the ARN of a user, group or role.
    """
    last = {service_of_event(event["eventSource"]): event for event in state.events if _is_about(state, event, arn)}
    found = []
    for prefix in granted_services(state, arn):
        row = ServiceLastAccessed(services.service(prefix).name, prefix)
        event = last.get(prefix)
        if event:
            row.last_authenticated = datetime.fromisoformat(event["eventTime"])
            row.last_authenticated_entity = event["userIdentity"].get("arn")
            row.last_authenticated_region = event["awsRegion"]
        found.append(row)
    return found


def granted_services(state: State, arn: str) -> list[str]:
    """The services of which the policies of a user, group or role allow something."""
    policies, _ = policy_source(state, arn)
    prefixes = {prefix for policy in policies for prefix in _allowed_prefixes(policy)}
    return [prefix for prefix in services.service_names() if prefix in prefixes or "*" in prefixes]


def policies_granting(state: State, arn: str, namespace: str) -> list[str]:
    """The names of an entity's policies that allow something of a service [IAM API ListPoliciesGrantingServiceAccess].

    Raises:
        NoSuchEntity: the entity is not there.
    """
    names.check_text(namespace, "serviceNamespace")
    policies, _ = policy_source(state, arn)
    return [policy.name for policy in policies if _allowed_prefixes(policy) & {namespace, "*"}]


def _allowed_prefixes(policy: AttachedPolicy) -> set[str]:
    """Prefixes of the services that a policy's Allow statements speak of; `*` for all (NotAction counts as all)."""
    return {
        action.partition(":")[0].lower()
        for statement in policy.document.statements
        if statement.effect == "Allow"
        for action in (statement.actions or ("*",))
    }


def _is_about(state: State, event: dict[str, Any], arn: str) -> bool:
    """Did this user, this role, or a member of this group do it?"""
    identity = event["userIdentity"]
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
    if arn == identity.get("arn") or (issuer.get("type") == "Role" and arn == issuer.get("arn")):
        return True
    user = state.users.get(str(identity.get("userName", "")).lower())
    return user is not None and any(
        names.entity_arn(state, "group", group.path, group.name) == arn for group in user.groups
    )
