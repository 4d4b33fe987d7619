"""Every error that botocore's models list for a done operation is raised here, or cannot happen, with the reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from samples import allow, trust
from test_operations import DONE
from things import IAM, METADATA, group, oidc, policy, role, saml, user

from iamlab import errors, simulate_custom_policy
from iamlab.account import Account
from iamlab.account.assume import federated_role_session
from iamlab.account.authenticator import code_at, step_at
from iamlab.account.service_roles import delete_service_linked_role
from iamlab.account.simulate import context_keys

Call = Callable[[Account], object]

PASSWORD = "Correct-horse-7"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
RESERVED = "arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy"
LINKED = "AWSServiceRoleForAutoScaling"
LONG = allow("s3:" + "x" * 20_000)
BROKEN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}
MANY_TAGS = {str(number): "x" for number in range(51)}
BAD_TAGS = {"a": "1", "A": "2"}

NOT_APPLICABLE = {
    "ConcurrentModification": "one lock: two changes never meet",
    "EntityTemporarilyUnmodifiable": "a change is done at once, nothing is ever half way",
    "IDPCommunicationError": "tokens are verified by the federation's part",
    "IDPRejectedClaim": "tokens are verified by the federation's part",
    "InvalidIdentityToken": "tokens are verified by the federation's part",
    "OpenIdIdpCommunicationError": "a provider's certificate is not fetched: the lab is offline",
    "PolicyEvaluation": "what cannot be evaluated is reported in the decision",
    "RegionDisabled": "the lab has every Region",
    "ReportInProgress": "a report is made at once",
    "ServiceFailure": "an internal error of AWS",
}

NEVER = {
    "LimitExceeded": (
        "nothing is added that is counted or measured",
        "ChangePassword CreateAccountAlias CreateLoginProfile CreateServiceLinkedRole CreateVirtualMFADevice "
        "DeactivateMFADevice DeleteAccessKey DeleteAccountAlias DeleteAccountPasswordPolicy DeleteGroup "
        "DeleteGroupPolicy DeleteInstanceProfile DeleteLoginProfile DeletePolicy DeletePolicyVersion "
        "DeleteRole DeleteRolePolicy DeleteSAMLProvider DeleteServiceLinkedRole DeleteUser DeleteUserPolicy "
        "DeleteVirtualMFADevice DetachGroupPolicy DetachRolePolicy DetachUserPolicy GenerateCredentialReport "
        "RemoveRoleFromInstanceProfile RemoveUserFromGroup ResyncMFADevice SetDefaultPolicyVersion "
        "UpdateAccessKey UpdateAccountPasswordPolicy UpdateGroup UpdateLoginProfile UpdateSAMLProvider "
        "UpdateUser",
    ),
    "EntityAlreadyExists": (
        "a new alias replaces the one there is; an instance profile that has a role is full",
        "CreateAccountAlias AddRoleToInstanceProfile",
    ),
    "NoSuchEntity": (
        "it names nothing that could be missing",
        "CreateGroup CreateServiceLinkedRole UpdateAccountPasswordPolicy GetServiceLinkedRoleDeletionStatus "
        "GetServiceLastAccessedDetails GetServiceLastAccessedDetailsWithEntities",
    ),
    "InvalidInput": (
        "what it takes is a handle or a truth value, which cannot be malformed",
        "DeleteOpenIDConnectProvider DeletePolicy DeletePolicyVersion DeleteSAMLProvider "
        "GetOpenIDConnectProvider GetPolicy GetPolicyVersion GetSAMLProvider "
        "GetServiceLinkedRoleDeletionStatus GetServiceLastAccessedDetails "
        "GetServiceLastAccessedDetailsWithEntities ListMFADeviceTags ListOpenIDConnectProviderTags "
        "ListPolicyTags ListPolicyVersions ListSAMLProviderTags ListAttachedGroupPolicies "
        "ListAttachedRolePolicies ListAttachedUserPolicies ListEntitiesForPolicy SetDefaultPolicyVersion "
        "UntagInstanceProfile UntagMFADevice UntagOpenIDConnectProvider UntagPolicy UntagSAMLProvider "
        "UpdateAccessKey CreateVirtualMFADevice",
    ),
    "MalformedPolicyDocument": ("it takes no document", "UpdateAccountPasswordPolicy"),
    "ExpiredToken": (
        "no token is verified here, and a session's own expiry is tried at AssumeRole",
        "AssumeRoleWithSAML AssumeRoleWithWebIdentity",
    ),
}
"""Error -> why these operations cannot raise it here. (AWS lists LimitExceeded for almost everything.)"""


def furnished() -> Account:
    """An account in which every kind of thing is there once."""
    lab = Account(start=datetime(2026, 3, 2, 9, tzinfo=UTC), seed=4)
    lab.create_user("alice")
    lab.create_group("Devs")
    lab.create_role("Deploy", trust({"AWS": lab.users["alice"].arn}))
    lab.create_policy("reader", allow("s3:Get*"))
    lab.create_instance_profile("web")
    lab.create_virtual_mfa_device("phone")
    lab.create_saml_provider("Corp", METADATA)
    lab.create_open_id_connect_provider("https://idp.example.com")
    lab.create_service_linked_role("autoscaling.amazonaws.com")
    return lab


def profile(lab: Account) -> Any:
    return lab.instance_profiles["web"]


def device(lab: Account) -> Any:
    return lab.virtual_mfa_devices[f"{IAM}mfa/phone"]


def gone(get: Callable[[Account], Any]) -> Callable[[Account], Any]:
    """A handle of what is not there any more."""

    def deleted(lab: Account) -> Any:
        handle, state = get(lab), lab.state
        tables: list[dict[str, Any]] = [state.users, state.groups, state.roles, state.policies, state.instance_profiles]
        for table in (*tables, state.mfa_devices, state.providers):
            table.clear()
        return handle

    return deleted


def enable(lab: Account, name: str = "phone") -> Any:
    """Give alice a device with two good codes."""
    seed, step = lab.virtual_mfa_devices[f"{IAM}mfa/{name}"].record.seed, step_at(lab.clock.now())
    return user(lab).enable_mfa(f"{IAM}mfa/{name}", code_at(seed, step), code_at(seed, step + 1))


def console(lab: Account) -> Any:
    """A console session of alice, who may change her password."""
    user(lab).create_login_profile(PASSWORD)
    lab.update_account_password_policy(minimum_password_length=8, allow_users_to_change_password=True)
    return lab.sign_in("alice", PASSWORD)


def expired(lab: Account) -> Any:
    """A session of Deploy whose time is over."""
    session = lab.assume_role("alice", "Deploy", "work")
    lab.clock.advance(hours=2)
    return session


def provider_session(lab: Account, **options: Any) -> object:
    """A role session for somebody whom the SAML provider vouches for."""
    arn = f"{IAM}saml-provider/Corp"
    statement = trust(
        {"Federated": arn}, Action="sts:AssumeRoleWithSAML", Condition={"StringEquals": {"SAML:aud": "x"}}
    )
    lab.create_role("Saml", statement)
    context = {"SAML:aud": "x"}
    return federated_role_session(lab.state, arn, "Saml", "work", "sts:AssumeRoleWithSAML", context, **options)


def root_session(lab: Account) -> Any:
    lab.root.set_password(PASSWORD)
    return lab.sign_in("root@example.com", PASSWORD)


def times(number: int, call: Callable[[int], object]) -> None:
    for count in range(number):
        call(count)


def holder_attempts(kind: str, get: Callable[[Account], Any]) -> dict[str, dict[str, Call]]:
    """What users, groups and roles have in common."""
    linked = {"UnmodifiableEntity"} if kind == "Role" else set()

    def with_linked(calls: dict[str, Call], on_linked: Call) -> dict[str, Call]:
        return calls | dict.fromkeys(linked, on_linked)

    def eleven(lab: Account) -> None:
        times(11, lambda n: get(lab).attach_policy(lab.policies[lab.policies.aws_managed()[n]]))

    found = {
        f"Attach{kind}Policy": with_linked(
            {
                "NoSuchEntity": lambda lab: get(lab).attach_policy(f"{IAM}policy/none"),
                "LimitExceeded": eleven,
                "InvalidInput": lambda lab: get(lab).attach_policy("ReadOnlyAccess"),
                "PolicyNotAttachable": lambda lab: get(lab).attach_policy(RESERVED),
            },
            lambda lab: lab.roles[LINKED].attach_policy(READ_ONLY),
        ),
        f"Detach{kind}Policy": with_linked(
            {
                "NoSuchEntity": lambda lab: get(lab).detach_policy(READ_ONLY),
                "InvalidInput": lambda lab: get(lab).detach_policy("ReadOnlyAccess"),
            },
            lambda lab: lab.roles[LINKED].detach_policy(READ_ONLY),
        ),
        f"Put{kind}Policy": with_linked(
            {
                "NoSuchEntity": lambda lab: gone(get)(lab).create_policy("own", allow("s3:*")),
                "LimitExceeded": lambda lab: get(lab).create_policy("own", LONG),
                "MalformedPolicyDocument": lambda lab: get(lab).create_policy("own", BROKEN),
            },
            lambda lab: lab.roles[LINKED].create_policy("own", allow("s3:*")),
        ),
        f"Delete{kind}Policy": with_linked(
            {"NoSuchEntity": lambda lab: get(lab).delete_policy("own")},
            lambda lab: lab.roles[LINKED].delete_policy("own"),
        ),
        f"Put{kind}PermissionsBoundary": with_linked(
            {
                "NoSuchEntity": lambda lab: get(lab).put_permissions_boundary(f"{IAM}policy/none"),
                "InvalidInput": lambda lab: get(lab).put_permissions_boundary("none"),
                "PolicyNotAttachable": lambda lab: get(lab).put_permissions_boundary(RESERVED),
            },
            lambda lab: lab.roles[LINKED].put_permissions_boundary(READ_ONLY),
        ),
        f"Delete{kind}PermissionsBoundary": with_linked(
            {"NoSuchEntity": lambda lab: get(lab).delete_permissions_boundary()},
            lambda lab: lab.roles[LINKED].delete_permissions_boundary(),
        ),
        f"ListAttached{kind}Policies": {"NoSuchEntity": lambda lab: gone(get)(lab).attached_policies},
        f"List{kind}Policies": {"NoSuchEntity": lambda lab: gone(get)(lab).policies},
        f"Get{kind}Policy": {"NoSuchEntity": lambda lab: gone(get)(lab).policies},
    }
    return {operation: calls for operation, calls in found.items() if operation in DONE["iam"]}


def tag_attempts(kind: str, get: Callable[[Account], Any]) -> dict[str, dict[str, Call]]:
    """What everything with tags has in common."""
    return {
        f"Tag{kind}": {
            "NoSuchEntity": lambda lab: gone(get)(lab).tag({"a": "b"}),
            "InvalidInput": lambda lab: get(lab).tag(BAD_TAGS),
            "LimitExceeded": lambda lab: get(lab).tag(MANY_TAGS),
        },
        f"Untag{kind}": {"NoSuchEntity": lambda lab: gone(get)(lab).untag(["a"])},
        f"List{kind}Tags": {"NoSuchEntity": lambda lab: gone(get)(lab).tags},
    }


def session_policy_attempts(call: Callable[..., object]) -> dict[str, Call]:
    """What every operation that takes session policies has in common."""
    return {
        "MalformedPolicyDocument": lambda lab: call(lab, policy=BROKEN),
        "PackedPolicyTooLarge": lambda lab: call(lab, tags={str(n): lab.state.ids.token(250) for n in range(50)}),
    }


ATTEMPTS: dict[str, dict[str, Call]] = {
    **holder_attempts("User", user),
    **holder_attempts("Group", group),
    **holder_attempts("Role", role),
    **tag_attempts("User", user),
    **tag_attempts("Role", role),
    **tag_attempts("Policy", policy),
    **tag_attempts("InstanceProfile", profile),
    **tag_attempts("MFADevice", device),
    **tag_attempts("SAMLProvider", saml),
    **tag_attempts("OpenIDConnectProvider", oidc),
    "AddClientIDToOpenIDConnectProvider": {
        "InvalidInput": lambda lab: saml(lab).add_client_id("x"),
        "NoSuchEntity": lambda lab: gone(oidc)(lab).add_client_id("x"),
        "LimitExceeded": lambda lab: times(101, lambda n: oidc(lab).add_client_id(f"c{n}")),
    },
    "RemoveClientIDFromOpenIDConnectProvider": {
        "InvalidInput": lambda lab: saml(lab).remove_client_id("x"),
        "NoSuchEntity": lambda lab: gone(oidc)(lab).remove_client_id("x"),
    },
    "UpdateOpenIDConnectProviderThumbprint": {
        "InvalidInput": lambda lab: oidc(lab).update_thumbprints(["g" * 40]),
        "NoSuchEntity": lambda lab: gone(oidc)(lab).update_thumbprints([]),
    },
    "AddRoleToInstanceProfile": {
        "NoSuchEntity": lambda lab: profile(lab).add_role("none"),
        "LimitExceeded": lambda lab: (
            profile(lab).add_role("Deploy"),
            lab.create_role("Other", trust({"AWS": "999988887777"})),
            profile(lab).add_role("Other"),
        ),
        "UnmodifiableEntity": lambda lab: profile(lab).add_role(LINKED),
    },
    "RemoveRoleFromInstanceProfile": {
        "NoSuchEntity": lambda lab: profile(lab).remove_role("Deploy"),
        "UnmodifiableEntity": lambda lab: profile(lab).remove_role(LINKED),
    },
    "AddUserToGroup": {
        "NoSuchEntity": lambda lab: group(lab).add_user("none"),
        "LimitExceeded": lambda lab: times(11, lambda n: lab.create_group(f"g{n}").add_user("alice")),
    },
    "RemoveUserFromGroup": {"NoSuchEntity": lambda lab: group(lab).remove_user("none")},
    "ChangePassword": {
        "NoSuchEntity": lambda lab: (
            session := console(lab),
            user(lab).login_profile.delete(),
            session.change_password(PASSWORD, "Another-horse-8"),
        ),
        "InvalidUserType": lambda lab: root_session(lab).change_password(PASSWORD, "Another-horse-8"),
        "PasswordPolicyViolation": lambda lab: console(lab).change_password(PASSWORD, "short"),
    },
    "CreateAccessKey": {
        "NoSuchEntity": lambda lab: gone(user)(lab).create_access_key_pair(),
        "LimitExceeded": lambda lab: times(3, lambda n: user(lab).create_access_key_pair()),
    },
    "CreateGroup": {
        "LimitExceeded": lambda lab: times(301, lambda n: lab.create_group(f"g{n}")),
        "EntityAlreadyExists": lambda lab: lab.create_group("DEVS"),
    },
    "CreateInstanceProfile": {
        "EntityAlreadyExists": lambda lab: lab.create_instance_profile("WEB"),
        "InvalidInput": lambda lab: lab.create_instance_profile("new", tags=BAD_TAGS),
        "LimitExceeded": lambda lab: times(1001, lambda n: lab.create_instance_profile(f"p{n}")),
    },
    "CreateLoginProfile": {
        "EntityAlreadyExists": lambda lab: times(2, lambda n: user(lab).create_login_profile(PASSWORD)),
        "NoSuchEntity": lambda lab: gone(user)(lab).create_login_profile(PASSWORD),
        "PasswordPolicyViolation": lambda lab: user(lab).create_login_profile("short"),
    },
    "CreateOpenIDConnectProvider": {
        "InvalidInput": lambda lab: lab.create_open_id_connect_provider("http://idp.example.com"),
        "EntityAlreadyExists": lambda lab: lab.create_open_id_connect_provider("https://idp.example.com"),
        "LimitExceeded": lambda lab: times(
            101, lambda n: lab.create_open_id_connect_provider(f"https://{n}.example.com")
        ),
    },
    "CreatePolicy": {
        "InvalidInput": lambda lab: lab.create_policy("new", allow("s3:*"), tags=BAD_TAGS),
        "LimitExceeded": lambda lab: lab.create_policy("new", LONG),
        "EntityAlreadyExists": lambda lab: lab.create_policy("READER", allow("s3:*")),
        "MalformedPolicyDocument": lambda lab: lab.create_policy("new", BROKEN),
    },
    "CreatePolicyVersion": {
        "NoSuchEntity": lambda lab: gone(policy)(lab).create_version(allow("s3:*")),
        "MalformedPolicyDocument": lambda lab: policy(lab).create_version(BROKEN),
        "InvalidInput": lambda lab: policy(lab).create_version(allow("s3:*"), set_as_default="yes"),
        "LimitExceeded": lambda lab: times(5, lambda n: policy(lab).create_version(allow("s3:*"))),
    },
    "CreateRole": {
        "LimitExceeded": lambda lab: lab.create_role("new", trust({"AWS": [f"{n:012d}" for n in range(300)]})),
        "InvalidInput": lambda lab: lab.create_role("new", trust({"AWS": "999988887777"}), tags=BAD_TAGS),
        "EntityAlreadyExists": lambda lab: lab.create_role("DEPLOY", trust({"AWS": "999988887777"})),
        "MalformedPolicyDocument": lambda lab: lab.create_role("new", BROKEN),
    },
    "CreateSAMLProvider": {
        "InvalidInput": lambda lab: lab.create_saml_provider("new", "x" * 2000),
        "EntityAlreadyExists": lambda lab: lab.create_saml_provider("Corp", METADATA),
        "LimitExceeded": lambda lab: times(101, lambda n: lab.create_saml_provider(f"p{n}", METADATA)),
    },
    "CreateServiceLinkedRole": {"InvalidInput": lambda lab: lab.create_service_linked_role("none.amazonaws.com")},
    "CreateUser": {
        "LimitExceeded": lambda lab: lab.create_user("new", tags=MANY_TAGS),
        "EntityAlreadyExists": lambda lab: lab.create_user("ALICE"),
        "NoSuchEntity": lambda lab: lab.create_user("new", permissions_boundary=f"{IAM}policy/none"),
        "InvalidInput": lambda lab: lab.create_user("new", tags=BAD_TAGS),
    },
    "CreateVirtualMFADevice": {"EntityAlreadyExists": lambda lab: lab.create_virtual_mfa_device("phone")},
    "DeactivateMFADevice": {"NoSuchEntity": lambda lab: device(lab).deactivate()},
    "DeleteAccessKey": {
        "NoSuchEntity": lambda lab: (
            user(lab).create_access_key_pair(),
            key := user(lab).access_keys[0],
            key.delete(),
            key.delete(),
        )
    },
    "DeleteAccountAlias": {"NoSuchEntity": lambda lab: lab.delete_account_alias("none")},
    "DeleteAccountPasswordPolicy": {"NoSuchEntity": lambda lab: lab.delete_account_password_policy()},
    "DeleteGroup": {
        "NoSuchEntity": lambda lab: gone(group)(lab).delete(),
        "DeleteConflict": lambda lab: (group(lab).add_user("alice"), group(lab).delete()),
    },
    "DeleteInstanceProfile": {
        "NoSuchEntity": lambda lab: gone(profile)(lab).delete(),
        "DeleteConflict": lambda lab: (profile(lab).add_role("Deploy"), profile(lab).delete()),
    },
    "DeleteLoginProfile": {"NoSuchEntity": lambda lab: user(lab).login_profile.delete()},
    "DeleteOpenIDConnectProvider": {"NoSuchEntity": lambda lab: gone(oidc)(lab).delete()},
    "DeleteSAMLProvider": {"NoSuchEntity": lambda lab: gone(saml)(lab).delete()},
    "DeletePolicy": {
        "NoSuchEntity": lambda lab: gone(policy)(lab).delete(),
        "DeleteConflict": lambda lab: (user(lab).attach_policy(policy(lab)), policy(lab).delete()),
    },
    "DeletePolicyVersion": {
        "NoSuchEntity": lambda lab: policy(lab).delete_version("v9"),
        "DeleteConflict": lambda lab: policy(lab).delete_version("v1"),
    },
    "DeleteRole": {
        "NoSuchEntity": lambda lab: gone(role)(lab).delete(),
        "DeleteConflict": lambda lab: (role(lab).attach_policy(READ_ONLY), role(lab).delete()),
        "UnmodifiableEntity": lambda lab: lab.roles[LINKED].delete(),
    },
    "DeleteServiceLinkedRole": {"NoSuchEntity": lambda lab: delete_service_linked_role(lab.state, "none")},
    "DeleteUser": {
        "NoSuchEntity": lambda lab: gone(user)(lab).delete(),
        "DeleteConflict": lambda lab: (user(lab).attach_policy(READ_ONLY), user(lab).delete()),
    },
    "DeleteVirtualMFADevice": {
        "NoSuchEntity": lambda lab: gone(device)(lab).delete(),
        "DeleteConflict": lambda lab: (enable(lab), device(lab).delete()),
    },
    "EnableMFADevice": {
        "EntityAlreadyExists": lambda lab: times(2, lambda n: enable(lab)),
        "InvalidAuthenticationCode": lambda lab: user(lab).enable_mfa(f"{IAM}mfa/phone", "000000", "000000"),
        "LimitExceeded": lambda lab: times(9, lambda n: (lab.create_virtual_mfa_device(f"d{n}"), enable(lab, f"d{n}"))),
        "NoSuchEntity": lambda lab: user(lab).enable_mfa(f"{IAM}mfa/none", "000000", "000001"),
    },
    "ResyncMFADevice": {
        "InvalidAuthenticationCode": lambda lab: enable(lab).resync("000000", "000000"),
        "NoSuchEntity": lambda lab: device(lab).resync("000000", "000001"),
    },
    "GenerateServiceLastAccessedDetails": {
        "NoSuchEntity": lambda lab: lab.service_last_accessed(f"{IAM}user/none"),
        "InvalidInput": lambda lab: lab.service_last_accessed("none"),
    },
    "GetAccountPasswordPolicy": {"NoSuchEntity": lambda lab: lab.get_account_password_policy()},
    "GetContextKeysForCustomPolicy": {"InvalidInput": lambda lab: context_keys(["{"])},
    "GetContextKeysForPrincipalPolicy": {
        "NoSuchEntity": lambda lab: lab.get_context_keys_for_principal_policy(f"{IAM}user/none"),
        "InvalidInput": lambda lab: lab.get_context_keys_for_principal_policy("none"),
    },
    "GetCredentialReport": {
        "ReportNotPresent": lambda lab: lab.get_credential_report(),
        "ReportExpired": lambda lab: (
            lab.generate_credential_report(),
            lab.clock.advance(hours=4),
            lab.get_credential_report(),
        ),
    },
    "GetGroup": {"NoSuchEntity": lambda lab: lab.groups["none"]},
    "GetInstanceProfile": {"NoSuchEntity": lambda lab: lab.instance_profiles["none"]},
    "GetLoginProfile": {"NoSuchEntity": lambda lab: user(lab).login_profile},
    "GetMFADevice": {"NoSuchEntity": lambda lab: lab.virtual_mfa_devices["none"]},
    "GetOpenIDConnectProvider": {"NoSuchEntity": lambda lab: lab.identity_providers["none"]},
    "GetSAMLProvider": {"NoSuchEntity": lambda lab: lab.identity_providers["none"]},
    "GetPolicy": {"NoSuchEntity": lambda lab: lab.policies["none"]},
    "GetPolicyVersion": {"NoSuchEntity": lambda lab: policy(lab).version("v9")},
    "GetRole": {"NoSuchEntity": lambda lab: lab.roles["none"]},
    "GetUser": {"NoSuchEntity": lambda lab: lab.users["none"]},
    "ListAccessKeys": {"NoSuchEntity": lambda lab: gone(user)(lab).access_keys},
    "ListEntitiesForPolicy": {"NoSuchEntity": lambda lab: gone(policy)(lab).attached_users},
    "ListGroupsForUser": {"NoSuchEntity": lambda lab: gone(user)(lab).groups},
    "ListInstanceProfilesForRole": {"NoSuchEntity": lambda lab: gone(role)(lab).instance_profiles},
    "ListMFADevices": {"NoSuchEntity": lambda lab: gone(user)(lab).mfa_devices},
    "ListPoliciesGrantingServiceAccess": {
        "NoSuchEntity": lambda lab: lab.list_policies_granting_service_access(f"{IAM}user/none", "s3"),
        "InvalidInput": lambda lab: lab.list_policies_granting_service_access("none", "s3"),
    },
    "ListPolicyVersions": {"NoSuchEntity": lambda lab: gone(policy)(lab).versions},
    "SetDefaultPolicyVersion": {"NoSuchEntity": lambda lab: policy(lab).set_default_version("v9")},
    "SimulateCustomPolicy": {
        "InvalidInput": lambda lab: simulate_custom_policy(PolicyInputList=["{"], ActionNames=["s3:GetObject"])
    },
    "SimulatePrincipalPolicy": {
        "NoSuchEntity": lambda lab: lab.simulate_principal_policy(
            PolicySourceArn=f"{IAM}user/none", ActionNames=["s3:GetObject"]
        ),
        "InvalidInput": lambda lab: lab.simulate_principal_policy(
            PolicySourceArn=lab.arn, ActionNames=["s3:GetObject"]
        ),
    },
    "UpdateAccessKey": {
        "NoSuchEntity": lambda lab: (
            user(lab).create_access_key_pair(),
            key := user(lab).access_keys[0],
            key.delete(),
            key.deactivate(),
        )
    },
    "UpdateAssumeRolePolicy": {
        "NoSuchEntity": lambda lab: gone(role)(lab).update_assume_role_policy(trust({"AWS": "999988887777"})),
        "MalformedPolicyDocument": lambda lab: role(lab).update_assume_role_policy(BROKEN),
        "LimitExceeded": lambda lab: role(lab).update_assume_role_policy(
            trust({"AWS": [f"{n:012d}" for n in range(300)]})
        ),
        "UnmodifiableEntity": lambda lab: lab.roles[LINKED].update_assume_role_policy(trust({"AWS": "999988887777"})),
    },
    "UpdateGroup": {
        "NoSuchEntity": lambda lab: gone(group)(lab).update(new_name="new"),
        "EntityAlreadyExists": lambda lab: lab.create_group("new").update(new_name="devs"),
    },
    "UpdateLoginProfile": {
        "NoSuchEntity": lambda lab: user(lab).login_profile.update(password=PASSWORD),
        "PasswordPolicyViolation": lambda lab: (
            user(lab).create_login_profile(PASSWORD),
            user(lab).login_profile.update(password="short"),
        ),
    },
    **{
        operation: {
            "NoSuchEntity": lambda lab: gone(role)(lab).update(description="new"),
            "UnmodifiableEntity": lambda lab: lab.roles[LINKED].update(max_session_duration=7200),
        }
        for operation in ("UpdateRole", "UpdateRoleDescription")
    },
    "UpdateSAMLProvider": {
        "NoSuchEntity": lambda lab: gone(saml)(lab).update_metadata(METADATA),
        "InvalidInput": lambda lab: saml(lab).update_metadata("x" * 2000),
    },
    "UpdateUser": {
        "NoSuchEntity": lambda lab: gone(user)(lab).update(new_name="new"),
        "EntityAlreadyExists": lambda lab: lab.create_user("new").update(new_name="ALICE"),
    },
    "AssumeRole": {
        **session_policy_attempts(lambda lab, **options: lab.assume_role("alice", "Deploy", "work", **options)),
        "ExpiredToken": lambda lab: lab.assume_role(expired(lab), "Deploy", "work"),
    },
    "AssumeRoleWithSAML": session_policy_attempts(provider_session),
    "AssumeRoleWithWebIdentity": session_policy_attempts(provider_session),
    "GetFederationToken": session_policy_attempts(
        lambda lab, **options: lab.get_federation_token("alice", "fred", **options)
    ),
}
"""Operation -> error -> a call that is refused with it."""

_CODES = {
    "CredentialReportExpired": "ReportExpired",
    "CredentialReportNotPresent": "ReportNotPresent",
    "CredentialReportNotReady": "ReportInProgress",
}


def listed() -> list[tuple[str, str]]:
    """Operation and error, as the models list them for what is done."""
    pairs = []
    for service, operations in DONE.items():
        model = botocore.session.get_session().get_service_model(service)
        for operation in operations:
            for shape in model.operation_model(operation).error_shapes:
                name = shape.name.removesuffix("Exception")
                pairs.append((operation, _CODES.get(name, name)))
    return pairs


@pytest.mark.parametrize(("operation", "error"), [pair for pair in listed() if pair[1] not in NOT_APPLICABLE])
def test_the_error_is_raised_or_cannot_happen(operation: str, error: str) -> None:
    reason, operations = NEVER.get(error, ("", ""))
    call = ATTEMPTS.get(operation, {}).get(error)
    if call is None:
        assert reason
        assert operation in operations.split()
        return
    assert operation not in operations.split()
    with pytest.raises(errors.AwsError) as caught:
        call(furnished())
    assert caught.value.code == error


def test_nothing_is_tried_that_the_models_do_not_list() -> None:
    tried = {(operation, error) for operation, calls in ATTEMPTS.items() for error in calls}
    assert tried <= set(listed())
    never = {(operation, error) for error, (_, operations) in NEVER.items() for operation in operations.split()}
    assert never <= set(listed())
