"""What would allow this: every suggestion is the truth, and no larger than it must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamlab import AttachedPolicy, PolicyDocument, PolicySet, Request, evaluate
from iamlab.evaluation import Level
from iamlab.evaluation.suggest import suggest

ALICE = "arn:aws:iam::111122223333:user/alice"
OBJECT = "arn:aws:s3:::reports/q3.csv"
ALLOW = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
DENY = {"Sid": "No", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}


def document(*statements):
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": list(statements)})


def texts(policies, context=None, **more):
    decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT, context, **more), policies)
    return [repr(suggestion) for suggestion in suggest(decision)]


def test_an_allowed_request_needs_nothing():
    decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(identity=document(ALLOW)))
    assert list(suggest(decision)) == []
    assert repr(suggest(decision)) == "It is allowed already."


def test_the_missing_layer_is_named():
    assert texts(PolicySet()) == [f"add to an identity-based policy: Allow s3:GetObject on {OBJECT}"]
    limited = PolicySet(identity=document(ALLOW), boundary=document({**ALLOW, "Action": "ec2:*"}))
    assert texts(limited) == [f"add to the permissions boundary: Allow s3:GetObject on {OBJECT}"]


def test_two_layers_are_named_together():
    both = texts(PolicySet(boundary=document({**ALLOW, "Action": "ec2:*"})))
    assert both == [
        f"add to an identity-based policy: Allow s3:GetObject on {OBJECT}; "
        f"and add to the permissions boundary: Allow s3:GetObject on {OBJECT}"
    ]


def test_an_scp_is_said_to_stand_above_the_rest():
    levels = [
        Level("Root", document({**ALLOW, "Action": "*"})),
        Level("Sandbox", document({**ALLOW, "Action": "ec2:*"})),
    ]
    (only,) = texts(PolicySet(identity=document(ALLOW), organization=levels))
    assert "at Sandbox (nothing below it can help)" in only


def test_a_context_value_may_be_all():
    needs = {**ALLOW, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
    assert "ask with aws:MultiFactorAuthPresent = true" in texts(PolicySet(identity=document(needs)))


def test_a_deny_can_go_or_be_avoided():
    guard = {**DENY, "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
    policy = AttachedPolicy(document(guard), "Guard", attached_to="group Staff")
    found = texts(PolicySet(identity=[document(ALLOW), policy]), {"aws:MultiFactorAuthPresent": "false"})
    assert "remove the Deny in Guard, attached to group Staff (No, identity-based policy)" in found
    assert "ask with aws:MultiFactorAuthPresent = true" in found


def test_across_accounts_the_resource_must_agree():
    (only,) = texts(PolicySet(identity=document(ALLOW)), resource_account="444455556666")
    assert "the resource's policy" in only
    assert ALICE in only


conditions = st.sampled_from(
    [
        {},
        {"Condition": {"NumericLessThan": {"s3:max-keys": "10"}}},
        {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
        {"Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}}},
        {"Condition": {"Null": {"aws:TokenIssueTime": "false"}}},
        {"Condition": {"StringNotLike": {"aws:RequestedRegion": "eu-*"}}},
    ]
)
documents = st.lists(
    st.builds(lambda base, c: {**base, **c}, st.sampled_from([ALLOW, DENY]), conditions), max_size=3
).map(lambda made: document(*made))


@given(documents, st.one_of(st.just(()), documents))
def test_every_suggestion_allows(identity, boundary):
    decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(identity=identity, boundary=boundary))
    found = suggest(decision)
    assert all(suggestion.decision.allowed for suggestion in found)
    assert bool(found) is not decision.allowed
    assert max((len(suggestion.changes) for suggestion in found), default=1) <= 3 or len(found) == 1


ASKED = f"Allow s3:GetObject on {OBJECT}"
ROLE = "arn:aws:iam::111122223333:role/Reader"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"
NOTHING = document({**ALLOW, "Action": "ec2:*"})


@pytest.mark.parametrize(
    ("asked", "policies", "found"),
    [
        (
            Request("anonymous", "s3:GetObject", OBJECT, resource_account="111122223333"),
            PolicySet(),
            [f"add to the resource's policy: {ASKED}, with Principal *"],
        ),
        (
            Request("ec2.amazonaws.com", "s3:GetObject", OBJECT),
            PolicySet(),
            [f"add to the resource's policy: {ASKED}, with Principal ec2.amazonaws.com"],
        ),
        (
            Request("accounts.google.com", "sts:AssumeRoleWithWebIdentity", ROLE),
            PolicySet(),
            [
                "add to the role's trust policy: Allow sts:AssumeRoleWithWebIdentity, "
                "with Principal accounts.google.com, "
                "and a Condition on the token's aud and sub, without which it lets everybody's tokens in"
            ],
        ),
        (
            Request(ALICE, "s3:GetObject", OBJECT),
            PolicySet(document(ALLOW), vpc_endpoint=document({**ALLOW, "Action": "ec2:*", "Principal": "*"})),
            [f"add to the VPC endpoint policy: {ASKED}, with Principal {ALICE}"],
        ),
        (
            Request(ALICE, "s3:GetObject", OBJECT),
            PolicySet(document(ALLOW), session=NOTHING),
            [f"pass a session policy that has: {ASKED}"],
        ),
        (
            Request("arn:aws:sts::111122223333:federated-user/alice", "s3:GetObject", OBJECT),
            PolicySet(document(ALLOW)),
            [f"pass a session policy that has: {ASKED}"],
        ),
        (
            Request("arn:aws:iam::111122223333:root", "s3:GetObject", OBJECT),
            PolicySet(organization=[Level("Root", NOTHING)]),
            [f"add to a service control policy at Root (nothing below it can help): {ASKED}"],
        ),
        (
            Request(ALICE, "kms:Decrypt", KEY),
            PolicySet(document({**ALLOW, "Action": "kms:*"})),
            [f"add to the resource's policy: Allow kms:Decrypt on {KEY}, with Principal {ALICE}"],
        ),
        (
            Request(ALICE, "s3:GetObject", OBJECT),
            PolicySet(resource=document({**ALLOW, "Action": "ec2:*", "Principal": "*"})),
            [
                f"add to an identity-based policy: {ASKED}",
                f"add to the resource's policy: {ASKED}, with Principal {ALICE}",
            ],
        ),
        (
            Request(ALICE, "s3:GetObject", OBJECT),
            PolicySet(document(ALLOW), organization=[Level("Root"), Level("OU", []), Level("Account", [])]),
            [
                f"add to a service control policy at OU (nothing below it can help): {ASKED}; and "
                f"add to a service control policy at Account (nothing below it can help): {ASKED}"
            ],
        ),
        (
            Request("arn:aws:sts::111122223333:assumed-role/Reader/s", "sts:GetSessionToken"),
            PolicySet(document({**ALLOW, "Action": "*"})),
            [],
        ),
    ],
)
def test_each_layer_has_its_own_change(asked, policies, found):
    suggestions = suggest(evaluate(asked, policies))
    assert [repr(suggestion) for suggestion in suggestions] == found
    assert all(suggestion.decision.allowed for suggestion in suggestions)


@pytest.mark.parametrize("key", ["PrincipalAccount", "PrincipalArn", "PrincipalType", "userid", "username"])
def test_nobody_is_told_to_be_somebody_else(key):
    needs = document({**ALLOW, "Condition": {"StringEquals": {f"aws:{key}": "x"}}})
    assert texts(PolicySet(needs)) == [f"add to an identity-based policy: {ASKED}"]


@pytest.mark.parametrize(
    ("condition", "context", "change"),
    [
        ({"NumericLessThan": {"s3:max-keys": "10"}}, {}, "ask with s3:max-keys = 9 (less than 10)"),
        ({"Null": {"aws:TokenIssueTime": "true"}}, {"aws:TokenIssueTime": "x"}, "ask without aws:TokenIssueTime"),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}}, {}, "ask with aws:TagKeys = a"),
        (
            {"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}},
            {"aws:TagKeys": ["a"]},
            "ask with aws:TagKeys = something-else (not a)",
        ),
        ({"StringMatches": {"aws:TagKeys": "a"}}, {}, ""),
    ],
)
def test_a_condition_can_be_met(condition, context, change):
    found = texts(PolicySet(document({**ALLOW, "Condition": condition})), context)
    assert [text for text in found if text.startswith("ask")] == ([change] if change else [])


@pytest.mark.parametrize(
    ("effect", "operator", "wanted", "given", "asked"),
    [
        ("Allow", "DateLessThan", "2026-01-01", "2026-01-02", "with k:a = 2025-12-31T23:59:59Z (before 2026-01-01)"),
        ("Deny", "DateLessThanEquals", "1767225600", "1767225600", "with k:a = 1767225601 (after 1767225600)"),
        ("Allow", "NumericGreaterThan", "10", "5", "with k:a = 11 (more than 10)"),
        ("Allow", "IpAddress", "10.0.0.0/8", "192.0.2.1", "with k:a = 10.0.0.0 (in 10.0.0.0/8)"),
        ("Deny", "IpAddress", "10.0.0.0/8", "10.0.0.1", "with k:a = 203.0.113.254 (not in 10.0.0.0/8)"),
        ("Allow", "StringLike", "home/*", "x", "with k:a = home/ (like home/*)"),
        ("Allow", "ArnEquals", "arn:aws:s3:::a*", "x", "with k:a = arn:aws:s3:::a (like arn:aws:s3:::a*)"),
        ("Allow", "ForAllValues:StringEquals", ["a", "b"], ["c"], "with k:a = a or b"),
        ("Allow", "ForAnyValue:StringNotLike", ["x*", "y*"], ["x"], "with k:a = something-else (not like x* or y*)"),
        ("Deny", "Bool", "false", "false", "with k:a = true"),
        ("Deny", "StringEquals", "x", "x", "without k:a"),
        ("Deny", "Null", "true", [], "with k:a = something-else (any value)"),
    ],
)
def test_a_value_to_ask_with_can_be_read_and_says_what_it_is_an_example_of(effect, operator, wanted, given, asked):
    statement = {**(ALLOW if effect == "Allow" else DENY), "Condition": {operator: {"k:a": wanted}}}
    identity = document(statement) if effect == "Allow" else [document(ALLOW), document(statement)]
    found = texts(PolicySet(identity), {"k:a": given})
    assert [text for text in found if text.startswith("ask")] == [f"ask {asked}"]


@pytest.mark.parametrize(
    ("operator", "wanted", "asked"),
    [
        ("StringEquals", ["a", "b"], "with k:a = a or b"),
        ("StringEquals", list("abcd"), "with k:a = a or b or c or d"),
        ("StringEquals", list("abcdef"), "with k:a = a or b or c or 3 more values"),
        ("StringEquals", list("abcdefghijkl"), "with k:a = a or b or c or 7 more values"),
        ("DateLessThanEquals", ["2026-01-01", "2026-01-02"], "with k:a = 2026-01-01"),
        ("StringLike", ["x", "home/*"], "with k:a = x or home/ (like home/*)"),
        ("StringEqualsIgnoreCase", "Blue", "with k:a = Blue or bLUE (like Blue)"),
        ("NumericGreaterThanEquals", ["2", "5"], "with k:a = 2"),
        ("IpAddress", "203.0.113.0/24", "with k:a = 203.0.113.0 (in 203.0.113.0/24)"),
        (
            "IpAddress",
            ["192.0.2.0/24", "198.51.100.7"],
            "with k:a = 192.0.2.0 (in 192.0.2.0/24) or 198.51.100.7",
        ),
        ("ForAnyValue:StringEquals", ["a", "b"], "with k:a = a or b"),
    ],
)
def test_every_value_of_a_condition_is_offered_but_only_one_at_a_limit(operator, wanted, asked):
    found = texts(PolicySet(document({**ALLOW, "Condition": {operator: {"k:a": wanted}}})))
    assert [text for text in found if text.startswith("ask")] == [f"ask {asked}"]


def test_outside_of_a_range_that_is_mostly_outside():
    guard = {**DENY, "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
    found = texts(PolicySet([document(ALLOW), document(guard)]), {"aws:SourceIp": "203.0.113.7"})
    (asked,) = [text for text in found if text.startswith("ask with")]
    assert asked.startswith("ask with aws:SourceIp = 203.0.114.0 (not in 203.0.113.0/24)")


def test_a_value_that_does_not_do_is_not_offered():
    needs = {**ALLOW, "Condition": {"StringEquals": {"aws:RequestedRegion": ["a", "b", "c"]}}}
    guard = {**DENY, "Condition": {"StringEquals": {"aws:RequestedRegion": "a"}}}
    found = texts(PolicySet([document(needs), document(guard)]))
    assert [text for text in found if text.startswith("ask")] == ["ask with aws:RequestedRegion = b or c"]
    decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet([document(needs), document(guard)]))
    assert all(suggestion.decision.allowed for suggestion in suggest(decision))


def test_where_no_plain_value_does_a_strange_one_may():
    guard = {**DENY, "Condition": {"StringEquals": {"k:a": "x"}}}
    there = {**ALLOW, "Condition": {"Null": {"k:a": "false"}}}
    found = texts(PolicySet([document(there), document(guard)]), {"k:a": "x"})
    assert "ask with k:a = something-else (not x)" in found


def test_values_that_do_only_without_each_other_are_not_offered_together():
    needs = {**ALLOW, "Condition": {"StringEquals": {"k:a": ["1", "2"], "k:b": ["3", "4"]}}}
    guard = {**DENY, "Condition": {"StringEquals": {"k:a": "1", "k:b": "3"}}}
    found = texts(PolicySet([document(needs), document(guard)]))
    assert [text for text in found if "ask" in text] == ["ask with k:a = 2; and ask with k:b = 3"]


def test_a_key_is_one_however_it_is_spelt():
    spelt = [{**ALLOW, "Condition": {"StringEquals": {key: value}}} for key, value in (("k:A", "1"), ("K:a", "2"))]
    found = texts(PolicySet(document(*spelt)))
    assert [text for text in found if text.startswith("ask")] == ["ask with k:A = 1 or 2"]


def test_whom_a_deny_with_variables_leaves_out():
    guard = {key: value for key, value in DENY.items() if key != "Resource"}
    guard["NotResource"] = "arn:aws:s3:::reports/${aws:PrincipalTag/Team}.csv"
    found = texts(PolicySet([document(ALLOW), document(guard)]))
    assert "tag the caller, to ask with aws:PrincipalTag/Team = q3" in found


@pytest.mark.parametrize("key", ["aws:ResourceTag/a", "ec2:ResourceTag/a", "s3:ExistingObjectTag/a"])
def test_who_can_see_to_a_tag_of_the_resource(key):
    found = texts(PolicySet(document({**ALLOW, "Condition": {"StringEquals": {key: "b"}}})))
    assert f"tag the resource, to ask with {key} = b" in found


def test_values_of_two_keys_are_tried_together():
    needs = {"StringEquals": {"k:a": ["1", "2"], "k:b": ["3", "4"]}}
    found = texts(PolicySet(document({**ALLOW, "Condition": needs})))
    assert found[-1] == "ask with k:a = 1 or 2; and ask with k:b = 3 or 4"


@pytest.mark.parametrize(
    ("resource", "context", "change"),
    [
        (
            "arn:aws:s3:::reports/${aws:PrincipalTag/Team}.csv",
            {},
            "tag the caller, to ask with aws:PrincipalTag/Team = q3",
        ),
        (
            "arn:aws:s3:::reports/${aws:PrincipalTag/Team}.csv",
            {"aws:PrincipalTag/Team": "q4"},
            "tag the caller, to ask with aws:PrincipalTag/Team = q3",
        ),
        ("arn:aws:s3:::${aws:SourceIdentity}/*", {}, "ask with aws:SourceIdentity = reports"),
        (
            "arn:aws:s3:::reports/${aws:PrincipalTag/Team}",
            {},
            "tag the caller, to ask with aws:PrincipalTag/Team = q3.csv",
        ),
        (
            "arn:aws:s3:::reports/${aws:PrincipalTag/Team}*",
            {},
            "tag the caller, to ask with aws:PrincipalTag/Team = q3.csv",
        ),
        (
            "arn:aws:s3:::reports/${aws:PrincipalTag/Team, 'q4'}.csv",
            {},
            "tag the caller, to ask with aws:PrincipalTag/Team = q3",
        ),
        ("arn:aws:s3:::reports/${aws:PrincipalTag/Team}/*", {}, ""),
        ("arn:aws:s3:::other/${aws:PrincipalTag/Team}", {}, ""),
        ("arn:aws:s3:::reports/${aws:PrincipalTag/Team}${aws:PrincipalTag/Ending}", {}, ""),
        ("arn:aws:s3:::reports/${aws:username}.csv", {}, ""),
    ],
)
def test_the_value_that_a_variable_must_have_is_read_off_the_resource(resource, context, change):
    found = texts(PolicySet(document({**ALLOW, "Resource": resource})), context)
    assert found[:-1] == ([change] if change else [])
    assert found[-1] == f"add to an identity-based policy: {ASKED}"


def test_a_variable_of_an_old_document_is_none():
    old = PolicyDocument.parse(
        {"Version": "2008-10-17", "Statement": [{**ALLOW, "Resource": "arn:aws:s3:::reports/${aws:PrincipalTag/a}"}]}
    )
    assert texts(PolicySet(old)) == [f"add to an identity-based policy: {ASKED}"]


def test_the_caller_or_the_resource_can_be_tagged_like_the_other():
    like = {**ALLOW, "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}}
    policies = PolicySet(document(like))
    assert texts(policies, {"aws:ResourceTag/team": "blue"})[0] == (
        "tag the caller, to ask with aws:PrincipalTag/team = blue"
    )
    assert texts(policies, {"aws:PrincipalTag/team": "blue"})[0] == (
        "tag the resource, to ask with aws:ResourceTag/team = blue"
    )
    assert texts(policies) == [f"add to an identity-based policy: {ASKED}"]


def test_a_trust_policy_names_the_role_of_a_session_and_nobody_is_told_to_do_without_its_conditions():
    session = "arn:aws:sts::111122223333:assumed-role/Deployer/s"
    decision = evaluate(Request(session, "sts:AssumeRole", ROLE), PolicySet(resource=document()))
    (suggestion,) = suggest(decision)
    assert repr(suggestion) == (
        "add to the role's trust policy: Allow sts:AssumeRole, with Principal arn:aws:iam::111122223333:role/Deployer"
    )
    (added,) = suggestion.decision.policies.resource[-1].document.statements
    assert added.resources is None
    needs = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": session}}
    needs["Condition"] = {"StringEquals": {"sts:ExternalId": "abc"}}
    held_off = evaluate(Request(session, "sts:AssumeRole", ROLE), PolicySet(resource=document(needs)))
    assert [repr(suggestion) for suggestion in suggest(held_off)] == ["ask with sts:ExternalId = abc"]


def test_only_denys_that_name_the_caller_are_worth_avoiding():
    guard = {**DENY, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    insecure = {"aws:SecureTransport": "false"}
    mine, others = ({**guard, "Principal": {"AWS": arn}} for arn in (ALICE, ROLE))
    (ask, remove) = texts(PolicySet(document(ALLOW), document(mine)), insecure)
    assert remove == "remove the Deny in ResourcePolicy.1 (No, resource-based policy)"
    assert ask == "ask with aws:SecureTransport = true"
    boundary = document({**ALLOW, "Action": "ec2:*"})
    assert not any("ask" in text for text in texts(PolicySet(document(ALLOW), document(others), boundary), insecure))


def test_a_deny_is_removed_from_where_it_stands_and_all_else_stays():
    scp = AttachedPolicy(document({**ALLOW, "Action": "*"}, DENY), "Guard", arn="arn:x", attached_to="OU")
    rcp = document({**DENY, "Principal": "*"})
    levels = [Level("Root"), Level("OU", [scp], [rcp])]
    decision = evaluate(
        Request(ALICE, "s3:GetObject", OBJECT), PolicySet(document(ALLOW), session=document(ALLOW), organization=levels)
    )
    (suggestion,) = suggest(decision)
    assert suggestion.changes == (
        "remove the Deny in Guard, attached to OU (No, service control policy)",
        "remove the Deny in ResourceControlPolicyInputList.1 (No, resource control policy at OU)",
    )
    root, unit = suggestion.decision.policies.organization
    (left,) = unit.service_control
    assert (root.service_control, root.name, unit.name) == (None, "Root", "OU")
    assert (left.name, left.arn, left.attached_to, left.source_id) == ("Guard", "arn:x", "OU", "Guard")
    assert [statement.effect for statement in left.document.statements] == ["Allow"]
    assert [len(policy.document.statements) for policy in unit.resource_control] == [0]
    assert len(decision.policies.organization[1].service_control[0].document.statements) == 2
    assert suggestion.decision.policies.session is not None


def denied_at(*levels):
    return suggest(
        evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(document(ALLOW), organization=list(levels)))
    )


def test_documents_of_the_same_name_at_two_levels_are_two():
    (suggestion,) = denied_at(Level("Root", document(ALLOW, DENY)), Level("OU", document(ALLOW, DENY)))
    assert suggestion.changes == (
        "remove the Deny in ServiceControlPolicyInputList.1 (No, service control policy at Root)",
        "remove the Deny in ServiceControlPolicyInputList.1 (No, service control policy at OU)",
    )
    (unnamed,) = denied_at(Level("", document(ALLOW, DENY)), Level("", document(ALLOW, DENY)))
    assert [change.rpartition(" at ")[2] for change in unnamed.changes] == ["level 1)", "level 2)"]
    (alike,) = denied_at(Level("x", document(ALLOW, DENY)), Level("x", document(ALLOW, DENY)))
    assert len(alike.changes) == 2


def test_one_policy_at_two_levels_is_one():
    guard = AttachedPolicy(document(ALLOW, DENY), "Guard")
    (suggestion,) = denied_at(Level("Root", [guard]), Level("OU", [guard]))
    assert suggestion.changes == ("remove the Deny in Guard (No, service control policy at Root and OU)",)


def test_policies_of_the_same_name_below_the_organization_are_others():
    guard = AttachedPolicy(document(ALLOW, DENY), "Guard"), AttachedPolicy(document(ALLOW, DENY), "Guard")
    policies = PolicySet(guard[0], organization=[Level("Root", [guard[1]])])
    (suggestion,) = suggest(evaluate(Request(ALICE, "s3:GetObject", OBJECT), policies))
    assert sorted(suggestion.changes) == [
        "remove the Deny in Guard (No, identity-based policy)",
        "remove the Deny in Guard (No, service control policy at Root)",
    ]


def test_where_it_takes_more_than_three_changes_they_are_told_together_and_none_is_needless():
    levels = [Level("Root", NOTHING), Level("OU", document(ALLOW)), Level("Account", NOTHING)]
    blocked = PolicySet([document(DENY), document(ALLOW)], boundary=NOTHING, session=NOTHING, organization=levels)
    (suggestion,) = suggest(evaluate(Request(ALICE, "s3:GetObject", OBJECT), blocked))
    assert [change.split(" ")[0:6] for change in suggestion.changes] == [
        change.split(" ")[0:6]
        for change in (
            "remove the Deny in PolicyInputList.1 (No, identity-based policy)",
            "add to a service control policy at Root",
            "add to a service control policy at Account",
            "add to the permissions boundary: Allow",
            "pass a session policy that has:",
        )
    ]
    assert suggestion.decision.allowed
    three = PolicySet(boundary=NOTHING, organization=[Level("Root", NOTHING)])
    (suggestion,) = suggest(evaluate(Request(ALICE, "s3:GetObject", OBJECT), three))
    assert len(suggestion.changes) == 3


def test_everything_else_about_the_request_stays():
    needs = document({**ALLOW, "Condition": {"Bool": {"aws:SecureTransport": "true"}}})
    bucket = document({**ALLOW, "Principal": {"AWS": ALICE}})
    request = Request(
        ALICE, "s3:GetObject", OBJECT, {"a:b": "c"}, resource_account="444455556666", management_account="777788889999"
    )
    (asked, _) = suggest(evaluate(request, PolicySet(needs, bucket)))
    changed = asked.decision.request
    assert changed.keys == {"a:b": "c", "aws:securetransport": "true"}
    assert (changed.resource_account, changed.management_account) == ("444455556666", "777788889999")


def test_suggestions_are_a_sequence_that_shows_itself():
    found = suggest(evaluate(Request(ALICE, "s3:GetObject", "arn:aws:s3:::<b>"), PolicySet()))
    text = "add to an identity-based policy: Allow s3:GetObject on arn:aws:s3:::<b>"
    assert (len(found), repr(found[0]), found[:1]) == (1, text, (found[0],))
    assert repr(found) == f"• {text}"
    assert "<ul><li>add to an identity-based policy: Allow s3:GetObject on arn:aws:s3:::&lt;b&gt;</li></ul>" in (
        found._repr_html_()
    )
    allowed = suggest(evaluate(Request(ALICE, "s3:GetObject"), PolicySet(document(ALLOW))))
    assert allowed._repr_html_() == "<div>It is allowed already.</div>"


def test_a_role_without_a_trust_policy_needs_one():
    decision = evaluate(Request(ALICE, "sts:AssumeRole", ROLE), PolicySet(document({**ALLOW, "Action": "*"})))
    assert [repr(suggestion) for suggestion in suggest(decision)] == [
        f"add to the role's trust policy: Allow sts:AssumeRole, with Principal {ALICE}"
    ]


def test_what_is_added_stands_beside_what_was_there_and_has_a_principal_only_where_it_needs_one():
    levels = [Level("Root", NOTHING)]
    (suggestion,) = suggest(evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(NOTHING, organization=levels)))
    policies = suggestion.decision.policies
    assert [policy.name for policy in policies.identity] == ["PolicyInputList.1", "suggested policy"]
    (level,) = policies.organization
    assert [policy.name for policy in level.service_control] == ["ServiceControlPolicyInputList.1", "suggested policy"]
    for policy in (policies.identity[-1], level.service_control[-1]):
        assert policy.document.statements[0].principal is None


def test_a_lonely_deny_can_be_removed():
    lonely = PolicyDocument.parse({"Version": "2012-10-17", "Statement": DENY})
    (suggestion,) = suggest(evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet([document(ALLOW), lonely])))
    assert suggestion.changes == ("remove the Deny in PolicyInputList.2 (No, identity-based policy)",)


def test_two_denys_of_one_policy_can_both_go():
    guard = document(DENY, ALLOW, {**DENY, "Sid": "NoGet", "Action": "s3:Get*"})
    (suggestion,) = suggest(evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(guard)))
    assert suggestion.changes == (
        "remove the Deny in PolicyInputList.1 (No, identity-based policy)",
        "remove the Deny in PolicyInputList.1 (NoGet, identity-based policy)",
    )
    assert [s.effect for s in suggestion.decision.policies.identity[0].document.statements] == ["Allow"]


def suggested(request, policies):
    return [repr(suggestion) for suggestion in suggest(evaluate(request, policies))]


def test_a_role_is_named_with_its_path_where_that_is_known():
    session, role = "arn:aws:sts::111122223333:assumed-role/Reader/s", "arn:aws:iam::111122223333:role/team/Reader"
    queue = "arn:aws:sqs:eu-west-1:444455556666:jobs"
    request = Request(session, "sqs:SendMessage", queue, {"aws:PrincipalArn": role})
    assert suggested(request, PolicySet(document({**ALLOW, "Action": "sqs:*"}))) == [
        f"add to the resource's policy: Allow sqs:SendMessage on {queue}, with Principal {role}"
    ]


def test_an_endpoint_lets_the_session_itself_in():
    session = "arn:aws:sts::111122223333:assumed-role/Reader/s"
    closed = document({**ALLOW, "Action": "ec2:*", "Principal": "*"})
    assert suggested(Request(session, "s3:GetObject", OBJECT), PolicySet(document(ALLOW), vpc_endpoint=closed)) == [
        f"add to the VPC endpoint policy: {ASKED}, with Principal {session}"
    ]


def test_a_trust_policy_that_keeps_others_off_can_let_the_caller_in():
    mfa = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    add = f"add to the role's trust policy: Allow sts:AssumeRole, with Principal {ALICE}"
    request, admin = Request(ALICE, "sts:AssumeRole", ROLE), document({**ALLOW, "Action": "*"})
    of_bob = document({**trust, "Principal": {"AWS": ALICE.replace("alice", "bob")}, **mfa})
    assert suggested(request, PolicySet(admin, of_bob)) == [add]
    of_account = document({**trust, "Principal": {"AWS": "111122223333"}})
    assert suggested(request, PolicySet(resource=of_account)) == [
        f"add to an identity-based policy: Allow sts:AssumeRole on {ROLE}",
        add,
    ]


def test_of_many_changes_none_is_needless():
    """The bucket's policy can let her in whatever boundary and session leave out, so these need no change."""
    levels = [Level("Root", NOTHING), Level("OU", NOTHING)]
    bucket = document({**ALLOW, "Action": "ec2:*", "Principal": "*"})
    blocked = PolicySet([document(DENY), document(ALLOW)], bucket, NOTHING, NOTHING, levels)
    (suggestion,) = suggest(evaluate(Request(ALICE, "s3:GetObject", OBJECT), blocked))
    assert [change.split(":")[0] for change in suggestion.changes] == [
        "remove the Deny in PolicyInputList.1 (No, identity-based policy)",
        "add to a service control policy at Root (nothing below it can help)",
        "add to a service control policy at OU (nothing below it can help)",
        "add to the resource's policy",
    ]


def test_what_no_policy_can_allow_has_no_suggestion():
    federated = Request("arn:aws:sts::111122223333:federated-user/alice", "iam:GetUser")
    assert repr(suggest(evaluate(federated, PolicySet()))) == "No small change would allow this."
