"""What a decision says of itself: where AWS's documentation leaves it open, and what could not be evaluated."""

import json
from pathlib import Path

import pytest
from calls import context_of, policies_of, request_of

from iamlab import PolicyDocument, PolicySet, Request, evaluate
from iamlab.evaluation import Level

ACCOUNT = "111122223333"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s1"
FEDERATED = f"arn:aws:sts::{ACCOUNT}:federated-user/alice"
OBJECT = "arn:aws:s3:::reports/q3.csv"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def document(*statements):
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": list(statements)})


def statement(effect="Allow", action="*", resource="*", **more):
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def when(operator, key, *values, effect="Allow"):
    return document(statement(effect, Condition={operator: {key: list(values)}}))


def asked(context=None, principal=ALICE, action="s3:GetObject", about=OBJECT, issuer=None, **layers):
    return evaluate(Request(principal, action, about, context, issuer=issuer), PolicySet(**layers))


@pytest.mark.parametrize(
    ("layers", "action", "said"),
    [
        ({"identity": document(statement(resource=OBJECT))}, "s3:GetObject", "Only a Resource of * matches"),
        ({"identity": document(statement(resource=OBJECT))}, "s3:ListAllMyBuckets", "s3:ListAllMyBuckets works on no"),
        ({"identity": document(statement()), "boundary": document(statement(resource=OBJECT))}, "s3:GetObject", "Only"),
        ({"identity": document(statement()), "session": document(statement(resource=OBJECT))}, "s3:GetObject", "Only"),
        ({"identity": document(statement(action="sqs:*", resource=OBJECT))}, "s3:GetObject", ""),
        ({"identity": document(statement(Condition={"Bool": {"aws:x": "true"}}))}, "s3:GetObject", ""),
        ({"identity": document(statement(), statement("Deny"))}, "s3:GetObject", ""),
        ({"identity": document(statement(resource=OBJECT), statement("Deny"))}, "s3:GetObject", ""),
        ({"identity": document(statement())}, "s3:GetObject", ""),
        ({}, "s3:GetObject", ""),
    ],
)
def test_asked_about_everything_a_resource_that_is_named_does_not_match(layers, action, said):
    remarks = asked(action=action, about="*", **layers).remarks
    assert [remark.startswith(said) for remark in remarks] == ([True] if said else [])


def test_a_resource_that_was_asked_about_is_not_everything():
    assert asked(about="arn:aws:s3:::other/x", identity=document(statement(resource=OBJECT))).remarks == []


def test_a_trust_policy_has_no_resource_to_remark_on():
    trust = document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ALICE}})
    decision = asked(action="sts:AssumeRole", about=ROLE, resource=trust)
    assert (decision.allowed, decision.problems, decision.undocumented) == (True, [], [])


def test_a_remark_changes_no_decision():
    decision = asked(action="s3:GetObjekt", identity=document(statement()))
    assert (decision.allowed, len(decision.remarks), decision.allowed) == (True, 1, True)
    assert decision.problems == decision.undocumented == []


@pytest.mark.parametrize(
    ("operator", "key", "wanted", "found", "remark"),
    [
        ("StringEquals", "aws:TagKeys", "team", ["team", "cost"], "aws:TagKeys has several values, but StringEquals"),
        ("StringEquals", "aws:TagKeys", "team", "team", ""),
        ("StringEquals", "aws:TagKeys", "team", [], ""),
        ("ForAllValues:StringEquals", "aws:TagKeys", "team", ["team", "cost"], ""),
        ("ForAllValues:StringEquals", "made:Up", "team", "team", ""),
        ("ForAnyValue:StringEquals", "aws:TagKeys", "team", "", "is an empty text, which counts as a null data set"),
        ("ForAnyValue:StringEquals", "aws:TagKeys", "team", ["", "team"], ""),
        ("StringEquals", "aws:username", "team", "", ""),
        ("ForAnyValue:StringNotEquals", "aws:TagKeys", "team", None, "is absent, where ForAnyValue is false"),
        ("ForAnyValue:StringEqualsIfExists", "aws:TagKeys", "team", [], "is absent, where ForAnyValue is false"),
        ("ForAnyValue:StringEquals", "aws:TagKeys", "team", None, ""),
        ("ForAnyValue:StringNotEquals", "aws:TagKeys", "team", ["cost"], ""),
        ("ForAllValues:StringNotEquals", "aws:TagKeys", "team", None, ""),
        ("ForAllValues:StringEquals", "aws:username", "alice", "alice", "aws:username has one value only"),
        ("ForAllValues:Null", "aws:username", "true", None, "whether Null takes a set operator"),
        ("Null", "aws:TagKeys", "true", [], "aws:TagKeys is an empty list, which was taken for null"),
        ("Null", "aws:TagKeys", "false", [], ""),
        ("Null", "aws:TagKeys", "true", ["team"], ""),
        ("StringEquals", "aws:ResourceTag/team", "Red", "red", "differs only in case"),
        ("StringNotEquals", "ec2:ResourceTag/team", "Red", "red", "differs only in case"),
        ("StringEquals", "aws:ResourceTag/team", "Red", "Red", ""),
        ("StringEquals", "aws:ResourceTag/team", "Red", "blue", ""),
        ("StringLike", "aws:RequestTag/team", "Red", "red", "differs only in case"),
        ("StringNotLike", "aws:PrincipalTag/team", "Red", "red", "differs only in case"),
        ("StringEqualsIgnoreCase", "aws:ResourceTag/team", "Red", "red", ""),
        ("StringEquals", "s3:prefix", "Red", "red", ""),
        ("StringEquals", "aws:PrincipalTag", "Red", "red", ""),
        ("Bool", "aws:SecureTransport", "true", "True", "is True; whether the case of true and false counts"),
        ("Bool", "aws:SecureTransport", "True", "true", "wants True; whether the case of true and false counts"),
        ("Bool", "aws:SecureTransport", "false", "FALSE", "is FALSE; whether the case of true and false counts"),
        ("Bool", "aws:SecureTransport", "true", "Yes", ""),
        ("Bool", "aws:SecureTransport", "Yes", "true", ""),
        ("Bool", "aws:SecureTransport", "true", "true", ""),
        ("StringEquals", "aws:username", "True", "True", ""),
        ("Bool", "aws:SecureTransport", "${aws:username}", "true", "a policy variable in Bool"),
        ("DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00", "2025-06-01T00:00:00Z", "without an offset"),
        ("DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", "2025-06-01T00:00:00", "without an offset"),
        ("DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", "2025-06-01", ""),
        ("DateLessThan", "aws:CurrentTime", "2026-01-01", "Tuesday", ""),
        ("StringEquals", "aws:username", "2026-01-01T00:00:00", "2026-01-01T00:00:00", ""),
        ("IpAddress", "aws:SourceIp", "2001:db8::1", "2001:db8::2", "was taken for one address"),
        ("NotIpAddress", "aws:SourceIp", "2001:db8::1", "2001:db8::2", "was taken for one address"),
        ("IpAddress", "aws:SourceIp", "2001:db8::1", "2001:db8::1", ""),
        ("IpAddress", "aws:SourceIp", "2001:db8::1", "2001:db9::1", ""),
        ("IpAddress", "aws:SourceIp", "192.0.2.1", "192.0.2.2", ""),
        ("IpAddress", "aws:SourceIp", "192.0.2.1/24", "192.0.2.2", "has bits set behind its prefix"),
        ("IpAddress", "aws:SourceIp", "192.0.2.0/24", "192.0.2.2", ""),
        ("IpAddress", "aws:SourceIp", "here", "192.0.2.2", ""),
        ("StringEquals", "aws:username", "192.0.2.1/24", "192.0.2.1/24", ""),
        ("ArnEquals", "aws:SourceArn", "${aws:PrincipalArn}", ROLE, "aws:principalarn fills several parts of an ARN"),
        ("ArnEquals", "aws:SourceArn", "arn:aws:iam::*:role/${aws:username}", ROLE, ""),
        ("StringEquals", "aws:SourceArn", "${aws:PrincipalArn}", ROLE, ""),
        ("StringLike", "aws:SourceArn", "${aws:PrincipalTag/none, 'a*'}", "a*", "holds a wildcard, which was taken"),
        ("StringLike", "aws:SourceArn", "${aws:PrincipalTag/none, 'a'}", "a", ""),
        ("StringLike", "aws:SourceArn", "${aws:PrincipalTag/star, 'a'}", "a", ""),
        (
            "StringLike",
            "aws:SourceArn",
            "${aws:PrincipalTag/empty, 'a'}",
            "a",
            "is empty, which was not taken for absent",
        ),
        ("StringLike", "aws:SourceArn", "${aws:PrincipalTag/empty}", "a", ""),
        ("StringMatches", "aws:username", "a", "a", ""),
    ],
)
def test_doubts_about_a_condition(operator, key, wanted, found, remark):
    context = {
        "aws:username": "alice",
        "aws:PrincipalArn": ROLE,
        "aws:PrincipalTag/empty": "",
        "aws:PrincipalTag/star": "*",
    }
    context = {name: value for name, value in context.items() if name != key} | ({} if found is None else {key: found})
    remarks = asked(context, identity=when(operator, key, wanted)).undocumented
    assert [remark in one for one in remarks] == ([True] if remark else []), remarks
    assert all(one.startswith("PolicyInputList.1, statement 1: ") for one in remarks)


@pytest.mark.parametrize(
    ("principal", "listed", "remark"),
    [
        (ALICE, {"Service": "*"}, "AWS shows * only under AWS: under Service"),
        (ALICE, {"AWS": "*"}, ""),
        (ALICE, {"Federated": ALICE}, f"{ALICE} stands under Federated"),
        ("sns.amazonaws.com", {"Federated": "sns.amazonaws.com"}, "stands under Federated"),
        ("sns.amazonaws.com", {"Service": "sns.amazonaws.com"}, ""),
        ("accounts.google.com", {"Federated": "accounts.google.com"}, ""),
        ("accounts.google.com", {"Service": "accounts.google.com"}, "stands under Service"),
        (SESSION, {"AWS": f"arn:aws:iam::{ACCOUNT}:role/team/app"}, "a role with a path was taken for"),
        (SESSION, {"AWS": [ALICE, f"arn:aws:iam::{ACCOUNT}:role/team/app"]}, "a role with a path was taken for"),
        (SESSION, {"AWS": ROLE}, ""),
        (SESSION, {"AWS": f"arn:aws:iam::{ACCOUNT}:role/team/other"}, ""),
        (SESSION, {"AWS": "arn:aws:iam::444455556666:role/team/app"}, ""),
        (ROLE, {"AWS": f"arn:aws:iam::{ACCOUNT}:role/team/app"}, ""),
    ],
)
def test_doubts_about_a_name_in_principal(principal, listed, remark):
    remarks = asked(principal=principal, resource=document(statement(Principal=listed))).undocumented
    assert [remark in one for one in remarks] == ([True] if remark else []), remarks


NOT_ALL = "NotPrincipal lists the caller, but not all that stands behind it"
ONLY_ACCOUNT = "NotPrincipal lists only the caller's account"


@pytest.mark.parametrize(
    ("effect", "principal", "listed", "remarks"),
    [
        ("Deny", ALICE, [ALICE], [NOT_ALL]),
        ("Deny", ALICE, [ALICE, ACCOUNT], []),
        ("Deny", ALICE, [ACCOUNT], [ONLY_ACCOUNT]),
        ("Deny", ALICE, [f"arn:aws:iam::{ACCOUNT}:root"], [ONLY_ACCOUNT]),
        ("Deny", ALICE, [f"arn:aws:iam::{ACCOUNT}:user/bob", ACCOUNT], []),
        ("Deny", f"arn:aws:iam::{ACCOUNT}:root", [ACCOUNT], []),
        ("Deny", ALICE, ["444455556666"], []),
        ("Deny", SESSION, [SESSION, ROLE], [NOT_ALL]),
        ("Deny", SESSION, [SESSION, ROLE, ACCOUNT], []),
        ("Deny", "anonymous", [ACCOUNT], []),
        ("Allow", ALICE, [ALICE], []),
    ],
)
def test_doubts_about_notprincipal(effect, principal, listed, remarks):
    decision = asked(principal=principal, resource=document(statement(effect, NotPrincipal={"AWS": listed})))
    assert decision.undocumented == [f"ResourcePolicy.1, statement 1: {remark}" for remark in remarks]


def test_doubts_about_calls_that_no_policy_controls():
    deny = document(statement("Deny"))
    scps = [Level("Root", [deny])]
    session_token, identity = "sts:GetSessionToken", "sts:GetCallerIdentity"
    assert "Deny by: identity-based policy" in asked(action=session_token, identity=deny).undocumented[0]
    assert "Deny by: service control policy" in asked(action=identity, organization=scps).undocumented[0]
    assert asked(action=identity, identity=deny).undocumented == []
    assert asked(action=session_token).undocumented == []
    assert asked(principal=SESSION, action=session_token, identity=deny).undocumented == []
    assert asked(principal=SESSION, action=session_token).undocumented == [
        "that the call fails is documented, but not as which kind of denial"
    ]


def test_policies_that_are_always_there_and_were_not_given():
    allow, trust = document(statement()), document(statement(Principal="*"))
    for action, about, remark in (
        ("kms:Decrypt", KEY, "no key policy was given, although every KMS key has one"),
        ("sts:AssumeRole", ROLE, "no trust policy was given, although every role has one"),
    ):
        assert asked(action=action, about=about, identity=allow).undocumented == [remark]
        assert asked(action=action, about=about, identity=allow, resource=trust).undocumented == []
    assert asked(identity=allow).undocumented == []
    nobody = asked(principal="anonymous", identity=allow, resource=trust)
    assert nobody.undocumented == ["an anonymous caller has no identity-based policies: those given do not count"]
    assert asked(principal="anonymous", resource=trust).undocumented == []


def test_a_session_named_itself_against_its_session_policy():
    named, other = document(statement(Principal={"AWS": SESSION})), document(statement(action="sqs:*"))
    remark = "a session named directly, against an implicit deny of its session policy"
    assert asked(principal=SESSION, resource=named, session=other).undocumented == [remark]
    assert asked(principal=SESSION, resource=named, session=document(statement())).undocumented == []
    assert asked(principal=SESSION, resource=named).undocumented == []
    anyone = document(statement(Principal="*"))
    assert asked(principal=SESSION, resource=anyone, session=other).undocumented == []
    denies = document(statement("Deny"))
    assert asked(principal=SESSION, resource=named, session=denies).undocumented == []
    against = document(statement("Deny", Principal={"AWS": SESSION}))
    assert asked(principal=SESSION, resource=against, session=other).undocumented == []


@pytest.mark.parametrize(
    ("principal", "listed", "bounded", "remarked"),
    [
        (SESSION, {"AWS": SESSION}, True, True),
        (ALICE, "*", True, True),
        (ALICE, {"AWS": ALICE}, True, False),
        (SESSION, {"AWS": ROLE}, True, False),
        (SESSION, {"AWS": SESSION}, False, False),
    ],
)
def test_a_boundary_beside_a_trust_policy(principal, listed, bounded, remarked):
    boundary = document(statement(action="s3:*" if bounded else "*"))
    trust = document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": listed})
    target = f"arn:aws:iam::{ACCOUNT}:role/target"
    decision = asked(principal=principal, action="sts:AssumeRole", about=target, resource=trust, boundary=boundary)
    remark = "a boundary, and a trust policy: the guide speaks only of users whom it names themselves"
    assert decision.undocumented == ([remark] if remarked else [])
    far = target.replace(ACCOUNT, "444455556666")
    across = asked(principal=principal, action="sts:AssumeRole", about=far, resource=trust, boundary=boundary)
    assert across.undocumented == []


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (statement(action="s3*:Get"), "Action s3*:Get: the service prefix may hold no wildcard"),
        (statement(action="s3"), ""),
        (statement(resource="arn:aws:s*:::reports"), "Resource arn:aws:s*:::reports: the service may hold no wildcard"),
        (
            statement(resource="arn:aws:s3:${aws:username}::reports"),
            "Resource arn:aws:s3:${aws:username}::reports: a variable before the fifth colon was taken for plain text",
        ),
        (statement(resource="arn:aws:s3:::${aws:username}/*"), ""),
        (
            {"Action": "*", "NotResource": "arn:aws:s*:::other"},
            "Resource arn:aws:s*:::other: the service may hold no wildcard",
        ),
        ({"NotAction": "sqs", "Resource": "*"}, "Action sqs: expected a service prefix, a colon and a name, such as"),
        (statement(Condition={"Like": {"aws:username": "a"}}), "AWS has no condition operator Like"),
        (
            statement(Condition={"NumericEquals": {"aws:username": "1"}}),
            "aws:username: 'alice' is not of the type Numeric, so it matches nothing",
        ),
    ],
)
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_what_could_not_be_evaluated(given, problem, effect):
    named = {"action": "s3x:Get"} if given.get("Action") == "s3*:Get" else {}
    problems = asked({"aws:username": "alice"}, identity=document({**given, "Effect": effect}), **named).problems
    if effect == "Allow" and named:
        problem = ""  # then it speaks of no action at all
    assert len(problems) == bool(problem)
    assert all(found.startswith(f"PolicyInputList.1, statement 1: {problem}") for found in problems)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ({"Principal": {"CanonicalUser": "79a5"}}, "a canonical user id says nothing about which account it is"),
        ({"NotPrincipal": {"CanonicalUser": "79a5"}}, "a canonical user id says nothing about which account it is"),
        (
            {"Principal": {"AWS": f"{SESSION[:-2]}*"}},
            f"Principal {SESSION[:-2]}*: a wildcard matches no part of a name, so it names nobody",
        ),
        ({"Principal": {"AWS": "*"}}, ""),
        ({"Principal": "*"}, ""),
        (
            {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:group/staff"}},
            f"Principal arn:aws:iam::{ACCOUNT}:group/staff: a group is not a principal, so it names nobody",
        ),
        ({"Principal": {"AWS": ALICE}}, ""),
        ({"NotPrincipal": {"AWS": ALICE}, "Effect": "Allow"}, "NotPrincipal with Allow is not supported by AWS"),
    ],
)
def test_principals_that_could_not_be_evaluated(statement, problem):
    policy = document({"Effect": "Deny", "Action": "s3:*", "Resource": "*", **statement})
    assert asked(resource=policy).problems == ([f"ResourcePolicy.1, statement 1: {problem}"] if problem else [])


def test_the_user_behind_a_federated_user_is_taken_to_have_its_name():
    named = document(statement(Principal={"AWS": ALICE}))
    remark = "ResourcePolicy.1, statement 1: the user behind the federated user was taken to have the same name"
    assert asked(principal=FEDERATED, resource=named).problems == [remark]
    assert asked(principal=FEDERATED, resource=named, issuer=ALICE).problems == []
    assert asked(principal=FEDERATED, resource=document(statement(Principal={"AWS": FEDERATED}))).problems == []


def test_only_statements_about_the_request_are_remarked_on_in_every_layer():
    doubtful = {"Condition": {"Bool": {"aws:SecureTransport": "True"}}}
    here, elsewhere = statement(**doubtful), statement(resource="arn:aws:sqs:*", **doubtful)
    other_action = statement(action="sqs:*", **doubtful)
    scps = [Level("Root"), Level("Account", [document(here)], [document(here)])]
    decision = asked(
        {"aws:SecureTransport": "true"},
        identity=[document(here, elsewhere, other_action)],
        resource=document({**here, "Principal": "*"}),
        boundary=document(here),
        session=document(here),
        vpc_endpoint=document({**here, "Principal": "*"}),
        organization=scps,
    )
    assert [remark.partition(",")[0] for remark in decision.undocumented] == [
        "PolicyInputList.1",
        "ResourcePolicy.1",
        "PermissionsBoundaryPolicyInputList.1",
        "SessionPolicyInputList.1",
        "VpcEndpointPolicyInputList.1",
        "ResourceControlPolicyInputList.1",
        "ServiceControlPolicyInputList.1",
    ]


def test_a_remark_is_made_once():
    twice = {"Bool": {"aws:SecureTransport": ["True", "False"]}, "StringEquals": {"aws:TagKeys": ["a", "b"]}}
    policy = document(statement(Condition=twice))
    decision = asked({"aws:SecureTransport": "true", "aws:TagKeys": ["a", "b"]}, identity=policy)
    assert len(decision.undocumented) == len(set(decision.undocumented)) == 3


CONFORMANCE = Path(__file__).parent.parent / "conformance"
CASES = [
    case
    for path in sorted(CONFORMANCE.glob("*.jsonl"))
    for case in map(json.loads, path.read_text("utf-8").splitlines())
    if "Error" not in case["expect"] and "CallerArn" in case["call"]
]

UNMARKED = {
    "ARN-31": "that a part may be empty is how texts are split; a remark would say nothing about the policy",
    "BINARY-6": "only an odd spelling of Base64 is in doubt, not the bytes",
    "RCP-DENY-13": "levels without SCPs are our own extension of the request, and mean what they say",
    "RESOURCE-36": "a star that runs on is in every second policy; only its place is unusual",
    "RESOURCE-41": "as RESOURCE-36",
    "RESOURCE-42": "as RESOURCE-36",
    "S3-13": "every object key with a colon would carry it",
    "SCP-SERVICE-LINKED-5": "every session of every ordinary role would carry it",
    "STRING-38": "a document keeps its values as texts, as AWS does",
    "STRING-39": "as STRING-38",
    "UNICODE-2": "AWS's pages never speak of characters beyond ASCII; every such text would carry it",
    "UNICODE-3": "as UNICODE-2",
    "UNICODE-4": "as UNICODE-2",
    "VAR-DEFAULT-8": "the statement is then about another resource, so nothing is said of it",
    "VAR-RESOURCE-9": "the statement is then about another action, so nothing is said of it",
}
"""Cases in doubt that a decision does not remark on, and why."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_decision_remarks_on_what_is_in_doubt_and_on_nothing_else(case):
    decision = evaluate(request_of(case["call"], context_of(case["call"])), policies_of(case["call"]))
    remarks = decision.undocumented or (case["undocumented"] and decision.problems)
    assert bool(remarks) is (case["undocumented"] and case["id"] not in UNMARKED), case.get("why", case["note"])


def test_what_goes_unmarked_is_in_doubt():
    doubtful = {case["id"] for case in CASES if case["undocumented"]}
    assert set(UNMARKED) <= doubtful


@pytest.mark.parametrize(
    ("action", "resource", "said"),
    [
        ("s3:ListAllMyBuckets", "*", True),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::*", False),
        ("s3:CreateBucket", "*", False),
    ],
)
def test_the_list_of_buckets_has_two_guides(action, resource, said):
    other = {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::reports"}
    document = {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::*"}, other]}
    request = Request("arn:aws:iam::111122223333:user/alice", action, resource)
    remarks = evaluate(request, PolicySet(identity=document)).undocumented
    assert any("list of buckets" in remark for remark in remarks) is said
