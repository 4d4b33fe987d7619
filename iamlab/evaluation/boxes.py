"""What the boxes of AWS's flow chart ask, each question by itself.

`chart` puts them in their order; explanations, remarks and the path through the chart ask them again.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html]
"""

from __future__ import annotations

from collections.abc import Iterable

from iamlab.catalog.services import rcp_services
from iamlab.evaluation.policies import ActionRules, PolicySet, Rule
from iamlab.evaluation.principals import Grant, grant_of, is_denied_by
from iamlab.evaluation.request import Caller, Request
from iamlab.policy.operators import Context

# Looked up once: Python 3.11 takes longer to find a member of an enumeration than to decide half a box.
ACCOUNT, DIRECT = Grant.ACCOUNT, Grant.DIRECT
NO_GRANT: tuple[Grant, Rule | None] = (Grant.NONE, None)

NEVER_REFUSED = {
    "sts:getcalleridentity": ("user", "role", "role session", "federated user", "root", "unknown"),
    "sts:getsessiontoken": ("user", "root", "unknown"),
}
"""Actions no policy can control, and for whom.
[https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html]"""


def never_allowed(action: str, caller: Caller) -> bool:
    """Is it a call that the caller's kind of credential cannot make, whatever the policies say?

    [https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html,
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html,
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html]
    """
    if not action.startswith(("sts:", "iam:")):
        return False
    match caller.kind:
        case "federated user":
            return True  # but for GetCallerIdentity, which is never refused
        case "role" | "role session":
            return action in ("sts:getsessiontoken", "sts:getfederationtoken")
        case "root":
            return action in ("sts:assumerole", "sts:assumeroot")
        case "provider":
            of_the_other_kind = "webidentity" if ":saml-provider/" in caller.arn else "saml"
            return action in ("sts:assumerole", f"sts:assumerolewith{of_the_other_kind}")
        case "anonymous":
            return action == "sts:assumerole"  # that takes credentials
        case _:
            return False


ROLE_TRUST_ACTIONS = (
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:setsourceidentity",
    "sts:tagsession",
)
"""What a role's trust policy decides about.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html]"""

WITHOUT_RESOURCE_POLICY = "sts:assumeroot"
"""An action on another account that has no policy to agree with: the caller's own policies decide.
[https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html]"""

OWN_BUCKET_POLICY_ACTIONS = ("s3:deletebucketpolicy", "s3:getbucketpolicy", "s3:putbucketpolicy")
"""No bucket policy can lock the owner's root user out of these.
[https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html]"""


def applies(rule: Rule, request: Request) -> bool:
    """Do a statement's resource and conditions match?"""
    return rule.matcher.applies(request.resource, request.keys)


def first_match(rules: Iterable[Rule], resource: str, context: Context) -> Rule | None:
    """The first statement whose resource and conditions match."""
    for rule in rules:
        matcher = rule.matcher  # most statements are out by their beginnings, without a call
        if resource.startswith(matcher.beginnings) and matcher.applies(resource, context):
            return rule
    return None


def explicit_deny(
    request: Request, policies: PolicySet, rules: ActionRules, caller: Caller, context: Context
) -> Rule | None:
    """Box 1: the first Deny that applies, in the policies that bind this caller and this resource."""
    return first_match(denies(request, policies, rules, caller), request.resource, context)


def denies(request: Request, policies: PolicySet, rules: ActionRules, caller: Caller) -> tuple[Rule, ...]:
    """The Deny statements on the action, in all policies that bind this caller and this resource."""
    found = rules.own_denies if caller.has_identity else ()
    if not rules.other_denies:
        return found
    if rules.levels and scps_bind(request, caller):
        for level in rules.levels:
            if level is not None:
                found += level.deny
    if rules.resource_control.deny and rcps_bind(request, rules.action, caller):
        found += rules.resource_control.deny
    own_bucket_policy = caller.kind == "root" and rules.action in OWN_BUCKET_POLICY_ACTIONS
    if rules.resource.deny and not (own_bucket_policy and not request.crosses_accounts):
        found += _against(rules.resource.deny, request, policies)
    if rules.endpoint.deny:
        found += _against(rules.endpoint.deny, request, policies)
    return found


def _against(rules: Iterable[Rule], request: Request, policies: PolicySet) -> tuple[Rule, ...]:
    has_boundary = bool(policies.boundary)
    return tuple(rule for rule in rules if is_denied_by(rule.statement, request, has_boundary=has_boundary))


def scps_bind(request: Request, caller: Caller) -> bool:
    """Do SCPs bind the caller? Not the management account, not service-linked roles; the root user of a member they do.

    [https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html]
    """
    return caller.has_identity and not caller.is_service_linked and caller.account != request.management_account


def rcps_bind(request: Request, action: str, caller: Caller) -> bool:
    """Do RCPs bind this resource and caller? Only some services' resources, none of the management account.

    [https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html]
    """
    if action.partition(":")[0] not in rcp_services() or caller.is_service_linked:
        return False
    if action == "kms:retiregrant":  # the one exception KMS's guide names
        return False
    return request.owner != request.management_account


def level_without_allow(request: Request, policies: PolicySet, rules: ActionRules, context: Context) -> str | None:
    """Box 3: the first level of the organization without an SCP that allows.

    [https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html]
    """
    for level, found in zip(policies.organization, rules.levels, strict=True):
        if found is not None and first_match(found.allow, request.resource, context) is None:
            return level.name
    return None


def best_grant(request: Request, rules: Iterable[Rule], context: Context) -> tuple[Grant, Rule | None]:
    """Box 4: the strongest way in which a policy with a Principal allows the caller, and the statement that does."""
    best, by = NO_GRANT
    for rule in rules:
        grant = grant_of(rule.statement, request)
        if grant > best and rule.matcher.applies(request.resource, context):
            best, by = grant, rule
    return best, by


def is_trust(request: Request, policies: PolicySet, rules: ActionRules) -> bool:
    """Is the resource's policy a role's trust policy, which must always allow?

    [https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html]
    """
    return rules.action in ROLE_TRUST_ACTIONS and (":role/" in request.resource or bool(policies.resource))


def is_kms_key(request: Request, policies: PolicySet, rules: ActionRules) -> bool:
    """Is the resource a KMS key, whose key policy must always allow? A policy that is given is a key's.

    [https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html]
    """
    return rules.action.startswith("kms:") and (":key/" in request.resource or bool(policies.resource))


def why_resource_must_allow(request: Request, policies: PolicySet, rules: ActionRules) -> str:
    """Why the resource's own policy must allow, whatever others do; empty where it need not."""
    if not request.caller.has_identity:
        return "this caller has no other permissions"
    if request.crosses_accounts and rules.action != WITHOUT_RESOURCE_POLICY:
        return "across accounts it must"
    if is_trust(request, policies, rules):
        return "a role's trust policy must"
    return "a KMS key's policy must" if is_kms_key(request, policies, rules) else ""


def session_allows(request: Request, policies: PolicySet, rules: ActionRules, caller: Caller, context: Context) -> bool:
    """Box 7: session policies allow, or none were passed; a federated user without one has no permissions of its own.

    [https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getfederationtoken.html]
    """
    if policies.session is None:
        return caller.kind != "federated user"
    return first_match(rules.session.allow, request.resource, context) is not None
