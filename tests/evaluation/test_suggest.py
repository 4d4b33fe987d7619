"""What would allow this: every suggestion is the truth, and no larger than it must be."""

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
    for suggestion in suggest(decision):
        assert suggestion.decision.allowed
        assert 1 <= len(suggestion.changes) <= 3
