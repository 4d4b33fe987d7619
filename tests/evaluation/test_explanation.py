"""Explanations: what they say, and what they leave open."""

import json

from iamlab import AttachedPolicy, PolicyDocument, PolicySet, Request, evaluate
from iamlab.evaluation import Level

ALICE = "arn:aws:iam::111122223333:user/alice"
OBJECT = "arn:aws:s3:::reports/q3.csv"


def document(*statements):
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": list(statements)})


READ = {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*"}
MFA = {
    "Sid": "NeedsMfa",
    "Effect": "Deny",
    "NotAction": "iam:*",
    "Resource": "*",
    "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
}


def explained(policies, context=None, **more):
    return evaluate(Request(ALICE, "s3:GetObject", OBJECT, context), policies).explain(**more)


def test_every_element_says_what_was_compared():
    policy = AttachedPolicy(document(READ, MFA), "Daily", attached_to="group Staff")
    text = repr(explained(PolicySet(identity=policy), {"aws:MultiFactorAuthPresent": "false"}))
    assert "Daily, attached to group Staff" in text
    assert "✔ Allow (Read) applies" in text
    assert "✔ Deny (NeedsMfa) applies" in text
    assert "aws:MultiFactorAuthPresent = false — the request has false" in text


def test_an_absent_key_is_said_to_be_absent():
    needs = {**READ, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
    text = repr(explained(PolicySet(identity=document(needs))))
    assert "✘ Bool aws:MultiFactorAuthPresent = true — aws:MultiFactorAuthPresent is not in the request" in text


def test_statements_about_other_actions_are_counted_or_shown():
    other = {**READ, "Sid": "Queues", "Action": "sqs:*"}
    policies = PolicySet(identity=document(READ, other))
    assert "1 statement about other actions" in repr(explained(policies))
    whole = repr(explained(policies, everything=True))
    assert "✘ Action sqs:*" in whole
    assert "about other actions" not in whole


def test_a_filled_variable_is_shown():
    home = {**READ, "Resource": "arn:aws:s3:::reports/${aws:username}/*"}
    assert "is arn:aws:s3:::reports/alice/*" in repr(
        explained(PolicySet(identity=document(home)), {"aws:username": "alice"})
    )
    assert "has a variable without a value" in repr(explained(PolicySet(identity=document(home))))


def test_layers_stand_in_the_charts_order():
    policies = PolicySet(
        identity=document(READ),
        boundary=document(READ),
        session=document(READ),
        resource=document({**READ, "Principal": "*"}),
        organization=[Level("Root", [document({**READ, "Action": "*", "Resource": "*"})])],
        vpc_endpoint=document({**READ, "Principal": "*"}),
    )
    names = [layer.name for layer in explained(policies).layers]
    assert names == [
        "service control policy",
        "VPC endpoint policy",
        "resource-based policy",
        "identity-based policy",
        "permissions boundary",
        "session policy",
    ]


def test_it_is_data_too():
    data = explained(PolicySet(identity=document(READ))).to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["outcome"] == "allowed"
    elements = data["layers"][0]["policies"][0]["statements"][0]["elements"]
    assert [element["name"] for element in elements] == ["Action", "Resource"]


def test_markup_is_escaped():
    bad = AttachedPolicy(document({**READ, "Sid": "Read"}), "<script>alert(1)</script>", attached_to="user <b>")
    decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(identity=bad))
    for page in (decision._repr_html_(), decision.explain()._repr_html_()):
        assert "<script>" not in page
        assert "&lt;script&gt;" in page


def test_problems_are_reported_and_a_deny_stays_a_deny():
    odd = {**READ, "Effect": "Deny", "Condition": {"StringMatches": {"aws:username": "x"}}}
    decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(identity=document(READ, odd)))
    assert decision.outcome == "explicitDeny"
    assert any("StringMatches" in problem for problem in decision.problems)


def test_what_is_undocumented_is_said():
    several = {**READ, "Condition": {"StringEquals": {"aws:TagKeys": "team"}}}
    decision = evaluate(
        Request(ALICE, "s3:GetObject", OBJECT, {"aws:TagKeys": ["team", "cost"]}), PolicySet(identity=document(several))
    )
    assert not decision.allowed
    assert any("several values" in remark for remark in decision.undocumented)
    assert evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(identity=document(READ))).undocumented == []


def test_deciding_statements_are_the_denies_or_the_allows():
    policies = PolicySet(identity=document(READ, MFA))
    allowed = evaluate(Request(ALICE, "s3:GetObject", OBJECT, {"aws:MultiFactorAuthPresent": "true"}), policies)
    assert [rule.statement.sid for rule in allowed.statements] == ["Read"]
    denied = evaluate(Request(ALICE, "s3:GetObject", OBJECT), policies)
    assert [rule.statement.sid for rule in denied.statements] == ["NeedsMfa"]
