"""What somebody types who sees this for the first time: an error that says what was expected, or an answer."""

from datetime import UTC, datetime

import pytest

from iamlab import (
    Account,
    AttachedPolicy,
    PolicyDocument,
    PolicySet,
    Request,
    analysis,
    difference,
    errors,
    evaluate,
    suggest,
)

ALICE = "arn:aws:iam::111122223333:user/alice"
ALLOW = {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}


@pytest.fixture(scope="module")
def lab():
    return Account.example()


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda lab: Account(111122223333), errors.InvalidInput, "twelve digits in quotes"),
        (lambda lab: Account(start="2026-01-01"), errors.InvalidInput, "is not a time: expected datetime"),
        (lambda lab: Account(start=datetime(2026, 1, 1)), errors.InvalidInput, "needs a time zone"),
        (lambda lab: Account(email=None), errors.InvalidInput, "None is not the root user's email address"),
        (lambda lab: lab.save("/nowhere/at/all.json"), FileNotFoundError, "There is no such folder: '/nowhere/at'"),
        (lambda lab: lab.users[lab.users["alice"].arn], errors.NoSuchEntity, "It is asked for by its name, alice."),
        (lambda lab: lab.groups["Developers"].add_user(None), errors.NoSuchEntity, "Expected a user, or its name."),
        (
            lambda lab: lab.groups["Developers"].add_user(lab.roles["DeployRole"].arn),
            errors.NoSuchEntity,
            "Expected the name of a user, not an ARN.",
        ),
        (lambda lab: lab.decide("ec2", "s3:GetObject"), errors.NoSuchEntity, "asked for as ec2.amazonaws.com."),
        (lambda lab: lab.decide("111122223333", "s3:Get"), errors.NoSuchEntity, ":root."),
        (lambda lab: lab.decide("alice", None), errors.InvalidInput, "NoneType is not an action"),
        (lambda lab: lab.decide("alice", "s3:Get", "*", {5: "x"}), errors.InvalidInput, "5 is not a condition key"),
        (lambda lab: lab.decide("alice", "s3:Get", "*", {"aws:x": lab}), errors.InvalidInput, "aws:x must be text"),
        (
            lambda lab: lab.decide("arn:aws:sts::111122223333:assumed-role/DeployRole", "s3:GetObject"),
            errors.InvalidInput,
            "does not name a session",
        ),
        (
            lambda lab: lab.assume_role("bob", lab.users["alice"].arn, "work"),
            errors.InvalidInput,
            "is not the ARN of a role",
        ),
        (lambda lab: lab.create_policy("p", None), errors.ValidationError, "expected text or a mapping"),
        (lambda lab: lab.create_bucket("My_Bucket"), errors.InvalidBucketName, "lower-case letters"),
        (lambda lab: PolicyDocument.parse(None), errors.MalformedPolicyDocument, "NoneType is neither"),
        (
            lambda lab: difference(lab.policies["ReadOnlyAccess"], ALLOW),
            errors.MalformedPolicyDocument,
            "a policy's own is its .document",
        ),
        (
            lambda lab: evaluate(Request(None, "s3:Get"), PolicySet()),
            errors.InvalidInput,
            "NoneType is not a principal",
        ),
        (lambda lab: evaluate(Request(ALICE, None), PolicySet()), errors.InvalidInput, "NoneType is not an action"),
        (lambda lab: PolicySet(identity=None), errors.InvalidInput, "NoneType is not a policy"),
        (lambda lab: PolicySet(organization=[ALLOW]), errors.InvalidInput, "Level(name, policies)"),
        (lambda lab: analysis.effective_permissions("alice"), errors.InvalidInput, "str is not an account"),
        (lambda lab: analysis.who_can("alice", "s3:GetObject"), errors.InvalidInput, "str is not an account"),
        (lambda lab: analysis.who_can(lab, None), errors.InvalidInput, "NoneType is not an action"),
        (lambda lab: analysis.who_can(lab, "s3:GetObject", "reports"), errors.InvalidInput, "'reports' is not an ARN"),
        (
            lambda lab: analysis.effective_permissions(lab, "alice", resources=["reports"]),
            errors.InvalidInput,
            "'reports' is not an ARN",
        ),
        (lambda lab: analysis.least_privilege(None, "alice"), errors.InvalidInput, "NoneType is not an account"),
        (lambda lab: analysis.diagnose("alice", ""), errors.InvalidInput, "str is not an account"),
    ],
)
def test_a_wrong_call_is_told_what_was_expected(lab, call, error, said):
    with pytest.raises(error) as caught:
        call(lab)
    assert said in str(caught.value)


NO_TEXT = [True, 7, 1.5, b"text", ["text"], {"a": "b"}, {"a"}, object()]


@pytest.mark.parametrize("value", NO_TEXT, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("partial", [False, True])
def test_whatever_is_no_text_in_a_request_is_refused(value, partial):
    policies = PolicySet(identity={"Statement": {**ALLOW["Statement"], "Condition": {"Null": {"aws:x": "true"}}}})
    asked = {"principal": ALICE, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}
    for name in asked:
        with pytest.raises(errors.InvalidInput, match=f"is not an? {name}: expected"):
            evaluate(Request(**{**asked, name: value}), policies, partial=partial)
    for context in (value, {7: "x"}) if not isinstance(value, dict) else ({None: "x"},):
        with pytest.raises(errors.InvalidInput, match="must be a mapping of condition keys"):
            evaluate(Request(**asked, context=context), policies, partial=partial)
    with pytest.raises(errors.InvalidInput, match="is not a name, ARN or place of a policy"):
        AttachedPolicy(ALLOW, value)
    with pytest.raises(errors.InvalidInput, match="is not a Decision"):
        suggest(value)


def test_another_fault_is_not_hidden(monkeypatch):
    def fail(*_):
        raise TypeError("a fault of ours")

    monkeypatch.setattr("iamlab.evaluation.evaluator.follow_chart", fail)
    with pytest.raises(TypeError, match="a fault of ours"):
        evaluate(Request(ALICE, "s3:GetObject"), PolicySet())


@pytest.mark.parametrize("account", [True, 0, 111122223333, 1.5])
def test_an_account_is_given_in_quotes(account):
    with pytest.raises(errors.InvalidInput, match="is not an account: expected text"):
        evaluate(Request(ALICE, "s3:GetObject", "*", resource_account=account), PolicySet(resource=[]))


@pytest.mark.parametrize("given", [7, True, [7], [None], object()], ids=lambda given: type(given).__name__)
def test_services_and_resources_are_lists_of_texts(lab, given):
    for name in ("services", "resources"):
        with pytest.raises(errors.InvalidInput):
            analysis.effective_permissions(lab, "alice", **{name: given})


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_a_pasted_text_may_be_nested_as_deep_as_it_likes(lab, opening):
    assert analysis.diagnose(lab, opening * 100_000).problem
    deep = []
    for _ in range(5000):
        deep = [deep]
    assert analysis.diagnose(lab, deep).problem


@pytest.mark.parametrize("given", [ALLOW, PolicyDocument.parse(ALLOW).text, [ALLOW], (PolicyDocument.parse(ALLOW),)])
def test_policies_are_taken_however_they_are_written(given):
    assert evaluate(Request(ALICE, "s3:GetObject", "arn:aws:s3:::b/k"), PolicySet(identity=given)).allowed


def test_two_policies_are_compared_however_they_are_written():
    assert not difference(ALLOW, PolicyDocument.parse(ALLOW).text).witnesses


def test_an_event_is_diagnosed_as_it_is():
    lab = Account(start=datetime(2026, 3, 2, tzinfo=UTC))
    lab.create_user("bob")
    acting = lab.use_access_key(lab.users["bob"].create_access_key_pair().access_key_id)
    with pytest.raises(errors.AccessDenied):
        acting.call("sqs:ListQueues")
    found = analysis.diagnose(lab, lab.events[-1])
    assert (found.denial.action, found.agrees) == ("sqs:ListQueues", True)
    assert analysis.diagnose(lab, lab.events).denial.action == "sqs:ListQueues"
    assert "Expected an AccessDenied message" in analysis.diagnose(lab, None).problem
