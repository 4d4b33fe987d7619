"""Attached policies, levels and sets of them: names, what concerns an action, and what is remembered."""

import pytest

from iamlab import AttachedPolicy, PolicyDocument, PolicySet
from iamlab.errors import InvalidInput
from iamlab.evaluation import Level
from iamlab.evaluation import policies as layers


def document(*statements):
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": list(statements)})


def statement(action="s3:*", effect="Allow", sid=None, **more):
    return {"Effect": effect, "Action": action, "Resource": "*", **({"Sid": sid} if sid else {}), **more}


ALLOW = document(statement())


def test_a_policy_has_a_name_a_place_and_an_id():
    policy = AttachedPolicy(ALLOW.to_dict(), "Reading", arn="arn:x", attached_to="group Staff", source_id="7")
    assert (policy.document, policy.arn, policy.source_id) == (ALLOW, "arn:x", "7")
    assert policy.label == "Reading, attached to group Staff"
    assert repr(policy) == "<AttachedPolicy: Reading, attached to group Staff>"
    bare = AttachedPolicy(ALLOW.text, "Reading")
    assert (bare.label, bare.source_id, bare.arn, bare.attached_to) == ("Reading", "Reading", None, None)


def test_bare_documents_get_the_simulators_names():
    named = AttachedPolicy(ALLOW, "Mine")
    level = Level("Root", [ALLOW], ALLOW)
    policies = PolicySet([ALLOW, named, ALLOW], ALLOW, ALLOW, ALLOW, [level], ALLOW)
    names = {
        "identity": ["PolicyInputList.1", "Mine", "PolicyInputList.3"],
        "resource": ["ResourcePolicy.1"],
        "boundary": ["PermissionsBoundaryPolicyInputList.1"],
        "session": ["SessionPolicyInputList.1"],
        "vpc_endpoint": ["VpcEndpointPolicyInputList.1"],
    }
    assert {layer: [policy.name for policy in getattr(policies, layer)] for layer in names} == names
    assert [policy.name for policy in level.service_control or ()] == ["ServiceControlPolicyInputList.1"]
    assert [policy.name for policy in level.resource_control] == ["ResourceControlPolicyInputList.1"]
    assert (PolicySet().session, PolicySet(session=()).session) == (None, ())
    assert (Level("Root").service_control, Level("Root").resource_control) == (None, ())


def test_they_show_themselves():
    level = Level("Root", [ALLOW])
    whole = PolicySet([ALLOW, ALLOW], ALLOW, ALLOW, ALLOW, [level], ALLOW)
    assert repr(whole) == (
        "<PolicySet: 2 identity, 1 resource, 1 boundary, 1 session, 1 organization levels, 1 VPC endpoint>"
    )
    assert repr(PolicySet()) == "<PolicySet: empty>"
    assert repr(level) == "<Level: Root>"
    (rule,) = PolicySet(document(statement(sid="Read"))).rules("s3:GetObject").identity
    assert repr(rule) == "<Allow in PolicyInputList.1, Read>"


def test_each_layer_gives_the_statements_on_the_action():
    denying = document(statement(effect="Deny"), statement("sqs:*"))
    levels = [Level("Root", [ALLOW], [denying]), Level("Account")]
    found = PolicySet(ALLOW, denying, ALLOW, denying, levels, denying).rules("S3:GetObject")
    assert found.action == "s3:getobject"
    for name, layer, effect in (
        ("identity", layers.IDENTITY, "allow"),
        ("resource", layers.RESOURCE, "deny"),
        ("boundary", layers.BOUNDARY, "allow"),
        ("session", layers.SESSION, "deny"),
        ("endpoint", layers.ENDPOINT, "deny"),
        ("resource_control", layers.RESOURCE_CONTROL, "deny"),
    ):
        (rule,) = getattr(found, name)
        assert (rule.layer, rule.statement.effect.lower()) == (layer, effect)
        assert getattr(getattr(found, name), effect) == (rule,)
    root, account = found.levels
    assert (root.allow[0].layer, account) == (layers.SERVICE_CONTROL, None)


def test_statements_keep_the_policies_order_whatever_service_they_speak_of():
    mixed = document(
        statement("*", sid="Everything"),
        statement(["s3:Get*", "sqs:*"], sid="Two"),
        {"Sid": "Not", "Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
        statement("s*:Get*", effect="Deny", sid="Odd"),
        statement("S3:*", sid="Case"),
        statement(["ec2:*", "*"], sid="Both"),
        statement("ec2:*", sid="Other"),
    )
    rules = PolicySet(mixed).rules("s3:GetObject").identity
    assert [rule.statement.sid for rule in rules.allow] == ["Everything", "Two", "Not", "Case", "Both"]
    assert [rule.statement.sid for rule in rules.deny] == ["Odd"]
    assert next(iter(rules)).statement.sid == "Odd"
    assert [rule.statement.sid for rule in PolicySet(mixed).rules("iam:GetUser").identity.allow] == [
        "Everything",
        "Both",
    ]


@pytest.mark.parametrize(
    ("given", "has_deny", "uses_context"),
    [
        (statement(), False, False),
        (statement(effect="Deny"), True, False),
        (statement(Condition={"Null": {"aws:username": "true"}}), False, True),
        (statement("sqs:*", effect="Deny", Condition={"Null": {"aws:username": "true"}}), False, False),
    ],
)
def test_it_is_known_whether_denys_and_the_context_matter(given, has_deny, uses_context):
    found = PolicySet(boundary=document(given)).rules("s3:GetObject")
    assert (found.has_deny, found.uses_context) == (has_deny, uses_context)


def test_only_a_trust_policys_allow_needs_no_resource():
    allow, deny = ({"Effect": effect, "Action": "*"} for effect in ("Allow", "Deny"))
    resource_based, identity = PolicySet(resource=document(allow, deny)), PolicySet(document(allow, deny))
    assert [rule.statement.effect for rule in resource_based.rules("a:b").resource] == ["Deny", "Allow"]
    assert [rule.statement.effect for rule in identity.rules("a:b").identity] == ["Deny"]
    other = PolicySet(document({"Effect": "Allow", "Action": "*", "NotResource": "x"}))
    assert len(other.rules("a:b").identity.allow) == 1


@pytest.mark.parametrize(("action", "special"), [("iam:A", True), ("kms:A", True), ("STS:A", True), ("s3:A", False)])
def test_sts_iam_and_kms_have_rules_of_their_own(action, special):
    assert PolicySet().rules(action).special is special


def test_what_was_found_is_remembered():
    policies = PolicySet(ALLOW)
    first = policies.rules("s3:GetObject")
    policies.rules("s3:PutObject")
    assert policies.rules("s3:GetObject") is first


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: PolicySet(5), "int is not a policy: expected a policy document, or a list of them"),
        (lambda: PolicySet(boundary=None), "NoneType is not a policy"),
        (lambda: PolicySet(organization=[ALLOW]), "organization: expected its levels, from the root down"),
        (lambda: PolicySet(organization=None), "organization: expected its levels, from the root down"),
        (lambda: PolicySet(ALLOW).rules(5), "int is not an action: expected text such as s3:GetObject"),
    ],
)
def test_what_is_no_policy_level_or_action_is_refused_in_words(wrong, said):
    with pytest.raises(InvalidInput, match=said):
        wrong()


def test_a_level_alone_is_an_organization_of_one():
    root = Level("Root")
    assert PolicySet(organization=root).organization == (root,)


@pytest.mark.parametrize("where", ["name", "arn", "attached_to"])
def test_where_a_policy_hangs_is_said_in_texts(where):
    with pytest.raises(InvalidInput, match=r"list is not a name, ARN or place of a policy: expected text"):
        AttachedPolicy(ALLOW, **{"name": "Mine", where: ["Mine"]})
