"""What the account says about itself: summary, recommendations, last access. (`credential_report` has its own module.)

[https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html]
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from iamlab.account import names
from iamlab.account.managed import customer_managed
from iamlab.account.simulate import policy_source
from iamlab.account.state import State
from iamlab.catalog import services
from iamlab.catalog.operations import service_of_event
from iamlab.display import CROSS, TICK
from iamlab.evaluation import AttachedPolicy

ROOT_USED_DAYS = 90
"""A use of root in so many days is lately."""


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
        NoSuchEntity: it does not exist.
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
        NoSuchEntity: the entity does not exist.
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
