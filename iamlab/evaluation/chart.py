"""AWS's flow chart: how a request is decided, box by box, in the chart's order.

    -  calls no policy controls            allowed, whatever the policies say
    1  deny evaluation                     an explicit Deny of any policy ends it
    -  calls no policy can allow           this kind of credential cannot make them
    2  Organizations RCPs                  they only deny (RCPFullAWSAccess is always there), so box 1 has them
    3  Organizations SCPs                  every level must allow
    -  VPC endpoint policy                 must allow, when the request comes through an endpoint
    4  resource-based policy               may be final; must allow across accounts, for KMS keys and trust policies
    5  identity-based policies             at least one Allow
    6  permissions boundary                must allow, if there is one
    7  session policies                    must allow, if they were passed

Boxes without a number are not in AWS's picture: other pages describe them. What a box asks is in `boxes`.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html]
"""

from __future__ import annotations

from iamlab.evaluation.boxes import (
    ACCOUNT,
    DIRECT,
    NEVER_REFUSED,
    NO_GRANT,
    WITHOUT_RESOURCE_POLICY,
    best_grant,
    explicit_deny,
    first_match,
    is_kms_key,
    is_trust,
    level_without_allow,
    never_allowed,
    scps_bind,
    session_allows,
)
from iamlab.evaluation.decision import Decision
from iamlab.evaluation.policies import (
    BOUNDARY,
    CREDENTIALS,
    ENDPOINT,
    IDENTITY,
    RESOURCE,
    SERVICE_CONTROL,
    SESSION,
    TRUST,
    ActionRules,
    PolicySet,
)
from iamlab.evaluation.request import NO_CONTEXT, Request, caller_of
from iamlab.evaluation.verdict import ALLOWED, EXPLICIT_DENY, IMPLICIT_DENY


def follow_chart(request: Request, policies: PolicySet, rules: ActionRules) -> Decision:
    """Go through the boxes.

    Args:
        request: who asks for what.
        policies: everything that speaks on it.
        rules: the statements that concern the action, as `policies.rules` finds them.
    """
    caller = caller_of(request.principal)
    context = request.keys if rules.uses_context else NO_CONTEXT

    # Calls no policy controls.
    if rules.special and caller.kind in NEVER_REFUSED.get(rules.action, ()):
        return Decision(request, policies, ALLOWED, "because no policy can control this action")

    # Box 1: deny evaluation; the RCPs of box 2 have nothing but denies.
    if rules.has_deny:
        rule = explicit_deny(request, policies, rules, caller, context)
        if rule is not None:
            layer = TRUST if rule.layer == RESOURCE and is_trust(request, policies, rules) else rule.layer
            return Decision(request, policies, EXPLICIT_DENY, layer, rule)

    # Calls no policy can allow.
    if rules.special and never_allowed(rules.action, caller):
        return Decision(request, policies, IMPLICIT_DENY, CREDENTIALS)

    # Box 3: SCPs.
    if rules.levels and scps_bind(request, caller):
        level = level_without_allow(request, policies, rules, context)
        if level is not None:
            return Decision(request, policies, IMPLICIT_DENY, SERVICE_CONTROL, level=level)

    # The VPC endpoint policy.
    if policies.vpc_endpoint and best_grant(request, rules.endpoint.allow, context)[1] is None:
        return Decision(request, policies, IMPLICIT_DENY, ENDPOINT)

    # Box 4: resource-based policy.
    grant, named = best_grant(request, rules.resource.allow, context) if rules.resource.allow else NO_GRANT
    trust = rules.special and is_trust(request, policies, rules)
    crosses = request.is_foreign_to(caller.account) and rules.action != WITHOUT_RESOURCE_POLICY
    own_policy_decides = trust or (rules.special and is_kms_key(request, policies, rules))
    must_grant = crosses or own_policy_decides or not caller.has_identity
    if must_grant and not grant:
        return Decision(request, policies, IMPLICIT_DENY, TRUST if trust else RESOURCE)
    if not caller.has_identity:
        return Decision(request, policies, ALLOWED, RESOURCE, named)
    if grant is DIRECT and not crosses and not trust:
        return Decision(request, policies, ALLOWED, RESOURCE, named)

    # Box 5: identity-based policies.
    if crosses or grant <= ACCOUNT:
        if caller.kind == "root":
            return Decision(request, policies, ALLOWED, "because the root user has every permission of its account")
        named = first_match(rules.identity.allow, request.resource, context)
        if named is None:
            return Decision(request, policies, IMPLICIT_DENY, IDENTITY)

    # Box 6: permissions boundary. Who is named itself in a trust policy needs nothing more, but for a user's boundary.
    limited = crosses or grant is not DIRECT
    bounded = bool(policies.boundary) and (limited or caller.kind == "user")
    if bounded and first_match(rules.boundary.allow, request.resource, context) is None:
        return Decision(request, policies, IMPLICIT_DENY, BOUNDARY)

    # Box 7: session policies.
    if limited and not session_allows(request, policies, rules, caller, context):
        return Decision(request, policies, IMPLICIT_DENY, SESSION)

    return Decision(request, policies, ALLOWED, named.layer if named else "", named)
