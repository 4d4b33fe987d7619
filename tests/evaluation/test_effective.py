"""Effective permissions: never contradicted by a decision, and right where AWS's rules are plain."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iamlab import AttachedPolicy, PolicyDocument, PolicySet, Request, evaluate
from iamlab.catalog import index, managed, services
from iamlab.evaluation import Level
from iamlab.evaluation.effective import Effective
from iamlab.evaluation.effects import Effects, Situation
from iamlab.evaluation.resource_policies import ResourcePolicies
from iamlab.policy.actions import expand

ALICE = "arn:aws:iam::111122223333:user/alice"
SESSION = "arn:aws:sts::111122223333:assumed-role/Reader/s1"
FEDERATED = "arn:aws:sts::111122223333:federated-user/bob"
ROOT = "arn:aws:iam::111122223333:root"
LINKED = "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForX/s1"
SERVICE = "cloudtrail.amazonaws.com"

DECIDED = frozenset({"aws:multifactorauthpresent", "aws:multifactorauthage", "aws:username", "aws:principaltag/"})
DECIDED |= {"aws:principalarn", "aws:userid"}
"""Keys that who asks settles, so that one that is not there is absent."""


def document(*statements: dict) -> PolicyDocument:
    filled = [{"Effect": "Allow", "Action": "*", **one} for one in statements]
    for one in filled:
        if "NotAction" in one:
            del one["Action"]
        if not {"Resource", "NotResource", "Principal", "NotPrincipal"} & set(one):
            one["Resource"] = "*"
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": filled})


def effective(policies: PolicySet, principal: str = ALICE, known=(), resource: str | None = None, **context: str):
    given = {k.replace("__", ":"): v for k, v in context.items()}
    request = Request(principal, "", resource or "*", given, absent=DECIDED)
    return Effective(Situation(request, resource), policies, Effects(), ResourcePolicies(known))


def test_nothing_is_allowed_by_nothing():
    found = effective(PolicySet())
    assert index.names_of(found.always) == ["sts:GetCallerIdentity", "sts:GetSessionToken"]
    assert found.explicit == 0
    assert found.always | found.sometimes | found.implicit == index.all_bits()


def test_administrator():
    policies = PolicySet(identity=document({}))
    found = effective(policies)
    assert (found.explicit, found.implicit, found.always & found.sometimes) == (0, 0, 0)
    assert found.sometimes | found.always == index.all_bits()
    not_sure = {name.partition(":")[0] for name in index.names_of(found.sometimes)}
    assert not_sure == {"kms", "sts"}
    bucket = effective(policies, resource="arn:aws:s3:::reports")
    assert bucket.always == index.all_bits()
    key = effective(policies, resource="arn:aws:kms:eu-west-1:111122223333:key/1234abcd")
    assert key.always | key.implicit == index.all_bits()
    assert {name.partition(":")[0] for name in index.names_of(key.implicit)} == {"kms"}
    assert found.outcome("s3:GetObject") == "allowed"
    assert found.outcome("sts:AssumeRole") == "conditional"  # the role's trust policy must allow too
    assert found.outcome("kms:Decrypt") == "conditional"  # and so must the key's
    assert found.outcome("kms:ListKeys") == "allowed"
    with pytest.raises(KeyError):
        found.outcome("s3:NoSuchAction")


def test_the_outcomes_part_all_actions():
    found = effective(
        PolicySet(
            identity=document({"Action": ["s3:*", "ec2:*"]}, {"Effect": "Deny", "Action": "s3:Put*"}),
            boundary=document({"Action": "s3:*", "Resource": "arn:aws:s3:::reports/*"}),
        )
    )
    together = 0
    for _, bits in found.outcomes():
        assert together & bits == 0
        together |= bits
    assert together == index.all_bits()
    assert found.outcome("s3:PutObject") == "explicitDeny"
    assert found.outcome("s3:GetObject") == "conditional"
    assert found.outcome("ec2:RunInstances") == "implicitDeny"


def test_mfa_in_the_situation():
    needs_mfa = document({"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}})
    policies = PolicySet(identity=needs_mfa)
    assert effective(policies).outcome("s3:GetObject") == "implicitDeny"  # a long-term key has no such key
    assert effective(policies, aws__MultiFactorAuthPresent="false").outcome("s3:GetObject") == "implicitDeny"
    assert effective(policies, aws__MultiFactorAuthPresent="true").outcome("s3:GetObject") == "allowed"


def test_keys_of_the_request_are_open():
    from_office = document({"Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}})
    assert effective(PolicySet(identity=from_office)).outcome("s3:GetObject") == "conditional"
    assert effective(PolicySet(identity=from_office), aws__SourceIp="192.0.2.7").outcome("s3:GetObject") == "allowed"
    elsewhere = effective(PolicySet(identity=from_office), aws__SourceIp="198.51.100.7")
    assert elsewhere.outcome("s3:GetObject") == "implicitDeny"
    request = Request(ALICE, "", absent={"aws:sourceip"})
    absent = Effective(Situation(request), PolicySet(identity=from_office), Effects())
    assert absent.outcome("s3:GetObject") == "implicitDeny"


def test_variables_without_a_value():
    team = document({"Resource": "arn:aws:s3:::${aws:PrincipalTag/team}/*"})
    assert effective(PolicySet(identity=team)).outcome("s3:GetObject") == "implicitDeny"
    request = Request(ALICE, "", "*", {"aws:PrincipalTag/team": "blue"})
    found = Effective(Situation(request), PolicySet(identity=team), Effects())
    assert found.outcome("s3:GetObject") == "conditional"


def test_every_layer_must_allow():
    everything = document({})
    only_s3 = document({"Action": "s3:*"})
    level = Level("root", service_control=[only_s3])
    for policies in (
        PolicySet(identity=everything, boundary=only_s3),
        PolicySet(identity=everything, session=only_s3),
        PolicySet(identity=everything, organization=[level]),
        PolicySet(identity=everything, organization=[Level("root", service_control=[everything]), level]),
    ):
        assert effective(policies).outcome("s3:GetObject") == "allowed"
        assert effective(policies).outcome("sqs:SendMessage") == "implicitDeny"
    assert effective(PolicySet(identity=everything, organization=[Level("root")])).outcome("s3:GetObject") == "allowed"
    root = effective(PolicySet(organization=[level]), ROOT)
    assert (root.outcome("s3:GetObject"), root.outcome("sqs:SendMessage")) == ("allowed", "implicitDeny")
    linked = effective(PolicySet(identity=everything, organization=[level]), LINKED)
    assert linked.outcome("sqs:SendMessage") == "allowed"


def test_an_allow_without_a_resource_allows_nothing():
    lacking = PolicyDocument.parse({"Statement": {"Effect": "Allow", "Action": "*", "Principal": "*"}})
    assert effective(PolicySet(identity=lacking)).outcome("s3:GetObject") == "implicitDeny"


def test_resource_policies_that_are_known():
    bucket = document({"Action": "s3:*", "Principal": {"AWS": ALICE}, "Resource": "arn:aws:s3:::reports/*"})
    known = [AttachedPolicy(bucket, "bucket policy")]
    assert effective(PolicySet(), known=known).outcome("s3:GetObject") == "conditional"
    assert effective(PolicySet(), known=known).outcome("s3:ListBucket") == "implicitDeny"
    assert effective(PolicySet(), SESSION, known).outcome("s3:GetObject") == "implicitDeny"
    closed = document({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::secret/*"})
    found = effective(PolicySet(identity=document({})), known=[AttachedPolicy(closed, "bucket policy")])
    assert (found.outcome("s3:GetObject"), found.outcome("s3:ListBucket")) == ("conditional", "allowed")


def test_roles_behind_a_session_are_found_without_their_path():
    role = {"AWS": "arn:aws:iam::111122223333:role/team/Reader"}
    bucket = document({"Action": "s3:GetObject", "Principal": role, "Resource": "arn:aws:s3:::reports/*"})
    found = effective(PolicySet(), SESSION, [AttachedPolicy(bucket, "bucket policy")])
    assert found.outcome("s3:GetObject") == "conditional"


def test_users_behind_a_federated_session_and_unique_ids_are_found():
    for name, context in (("arn:aws:iam::111122223333:user/bob", {}), ("AIDAEXAMPLE", {"aws:userid": "AIDAEXAMPLE"})):
        bucket = document({"Action": "s3:GetObject", "Principal": {"AWS": name}, "Resource": "arn:aws:s3:::reports/*"})
        known = ResourcePolicies([AttachedPolicy(bucket, "bucket policy")])
        caller = ALICE if context else FEDERATED
        everything = PolicySet(session=document({}))
        found = Effective(Situation(Request(caller, "", "*", context)), everything, Effects(), known)
        assert found.outcome("s3:GetObject") == "conditional"


def test_a_trust_policy_that_names_the_user_is_limited_by_its_boundary():
    role = "arn:aws:iam::111122223333:role/Reader"
    trust = PolicyDocument.parse(
        {"Statement": {"Effect": "Allow", "Principal": {"AWS": [ALICE, SESSION]}, "Action": "sts:AssumeRole"}}
    )
    policies = PolicySet(resource=trust, boundary=document({"Action": "s3:*"}))
    assert effective(policies, ALICE, resource=role).outcome("sts:AssumeRole") == "implicitDeny"
    assert effective(policies, SESSION, resource=role).outcome("sts:AssumeRole") == "allowed"
    assert effective(PolicySet(resource=trust), ALICE, resource=role).outcome("sts:AssumeRole") == "allowed"


def test_services_need_a_resource_policy():
    bucket = document({"Action": "s3:PutObject", "Principal": {"Service": SERVICE}, "Resource": "arn:aws:s3:::logs/*"})
    found = effective(PolicySet(), SERVICE, [AttachedPolicy(bucket, "bucket policy")])
    assert index.names_of(found.always | found.sometimes) == ["s3:PutObject"]


def test_a_known_resource_is_exact():
    policies = PolicySet(identity=document({"Action": "s3:*", "Resource": "arn:aws:s3:::reports/*"}))
    inside = effective(policies, resource="arn:aws:s3:::reports/q3.csv")
    assert inside.outcome("s3:GetObject") == "allowed"
    outside = effective(policies, resource="arn:aws:s3:::secret/q3.csv")
    assert outside.outcome("s3:GetObject") == "implicitDeny"
    other = "arn:aws:sqs:us-east-1:444455556666:jobs"
    everything = document({})
    assert effective(PolicySet(identity=everything), resource=other).outcome("sqs:SendMessage") == "implicitDeny"
    opened = document({"Principal": {"AWS": "111122223333"}, "Action": "sqs:*", "Resource": other})
    both = PolicySet(identity=everything, resource=opened)
    assert effective(both, resource=other).outcome("sqs:SendMessage") == "allowed"


def test_across_accounts_both_sides_must_allow():
    """[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html]"""
    other = "arn:aws:sqs:us-east-1:444455556666:jobs"
    everything, open_to_alice = document({}), document({"Principal": {"AWS": ALICE}, "Resource": "*"})
    one_side = effective(PolicySet(resource=open_to_alice), resource=other)
    assert index.names_of(one_side.always | one_side.sometimes) == ["sts:GetCallerIdentity", "sts:GetSessionToken"]
    other_side = effective(PolicySet(identity=everything), resource=other)
    # What no policy of another account can agree to is left to the caller's own.
    assert other_side.always | other_side.sometimes == one_side.always | expand(["sts:AssumeRoot"])
    both = effective(PolicySet(identity=everything, resource=open_to_alice), resource=other)
    assert both.always == index.all_bits()


def test_a_federated_user_calls_nothing_of_iam_and_sts():
    """[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html]"""
    found = effective(PolicySet(identity=document({}), session=document({})), FEDERATED)
    assert found.implicit == expand(["iam:*", "sts:*"]) & ~expand(["sts:GetCallerIdentity"])


def test_an_endpoint_must_allow_what_comes_through_it():
    """[https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html]"""
    office = {"Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}
    endpoint = document(
        {"Action": "s3:GetObject", "Principal": "*", "Resource": "*"},
        {"Action": "s3:PutObject", "Principal": "*", "Resource": "*", **office},
    )
    found = effective(PolicySet(identity=document({}), vpc_endpoint=endpoint))
    assert index.names_of(found.always) == ["s3:GetObject", "sts:GetCallerIdentity", "sts:GetSessionToken"]
    assert index.names_of(found.sometimes) == ["s3:PutObject"]


def test_the_ways_in():
    own = AttachedPolicy(document({"Action": "s3:GetObject"}), "own policy")
    namesake = "arn:aws:iam::111122223333:role/alice"
    names = {"direct": ALICE, "account": ["111122223333", namesake], "other": SESSION}
    of_resource = [
        AttachedPolicy(document({"Principal": {"AWS": arn}, "Resource": "*"}), name) for name, arn in names.items()
    ]

    def ways(principal, **given):
        return [part.policy.name for part in effective(PolicySet(own, **given), principal).grants()]

    def ways_to_bucket(principal):
        found = effective(PolicySet(own, of_resource), principal, resource="arn:aws:s3:::reports")
        return [part.policy.name for part in found.grants()]

    assert ways(ALICE) == ["own policy"]
    assert [part.policy.name for part in effective(PolicySet(own), known=of_resource).grants()] == [
        "direct",
        "own policy",
    ]
    # A policy that names the account is a way in as well, once it is the policy of the resource that is asked about.
    assert ways_to_bucket(ALICE) == ["direct", "account", "own policy"]
    assert ways_to_bucket(SESSION) == ["account", "other", "own policy"]
    assert ways_to_bucket(SERVICE) == []


def test_rcps_bind_some_services():
    rcp = document({"Effect": "Deny", "Action": "*", "Principal": "*", "Resource": "*"})
    policies = PolicySet(identity=document({}), organization=[Level("root", resource_control=[rcp])])
    exact = effective(policies, resource="arn:aws:s3:::reports/q3.csv")
    assert (exact.outcome("s3:GetObject"), exact.outcome("ec2:RunInstances")) == ("explicitDeny", "allowed")
    assert effective(policies).outcome("s3:GetObject") == "conditional"  # other accounts' resources are not bound


def test_managed_policies_as_a_whole():
    power = PolicySet(identity=PolicyDocument.parse(managed.managed_policy_text("PowerUserAccess")))
    found = effective(power)
    assert found.always & expand(["ec2:*"]) == expand(["ec2:*"])
    assert found.outcome("iam:CreateUser") == "implicitDeny"
    assert found.outcome("iam:ListRoles") == "allowed"


# Random policies, random requests: what is said is never contradicted.

ACTIONS = [
    "s3:GetObject",
    "s3:ListBucket",
    "s3:ListAllMyBuckets",
    "s3:PutBucketPolicy",
    "sqs:SendMessage",
    "sts:AssumeRole",
    "sts:TagSession",
    "sts:GetCallerIdentity",
    "sts:GetSessionToken",
    "iam:PassRole",
    "iam:CreateUser",
    "kms:Decrypt",
    "kms:ListKeys",
    "kms:RetireGrant",
    "ec2:StopInstances",
    "ec2:DescribeInstances",
    "dynamodb:PutItem",
    "logs:PutLogEvents",
]
PATTERNS = [
    "*",
    "s3:*",
    "s3:Get*",
    "s3:List*",
    "sqs:*",
    "sts:*",
    "iam:*",
    "kms:*",
    "ec2:*",
    "*:*",
    "s3*:*",
    "logs:Put*",
]
RESOURCES = [
    "*",
    "arn:aws:s3:::reports/*",
    "arn:aws:s3:::reports",
    "arn:aws:s3:::${aws:username}/*",
    "arn:aws:s3:::${aws:PrincipalTag/team}*",
    "arn:aws:s3:::*",
    "arn:aws:s*:::reports/*",
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:kms:*:111122223333:key/*",
    "arn:aws:sqs:*:*:jobs",
    "arn:aws:ec2:*:*:instance/*",
    "arn:aws:dynamodb:us-east-1:111122223333:table/Books/index/*",
    "arn:aws:logs:*:*:log-group:/app:*",
    "**",
    "?",
]
CONDITIONS = [
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    {"StringEquals": {"aws:username": "alice"}},
    {"StringNotEquals": {"aws:PrincipalTag/team": "blue"}},
    {"Null": {"aws:PrincipalTag/team": "true"}},
    {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
    {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
    {"StringLike": {"s3:prefix": "${aws:username}/*"}},
    {"StringEquals": {"aws:ResourceAccount": "111122223333"}},
    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/a*"}},
    {"ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}},
    {"StringSortOf": {"aws:username": "alice"}},
    {"NumericLessThan": {"aws:MultiFactorAuthAge": "abc"}},
    {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}, "Bool": {"aws:MultiFactorAuthPresent": "true"}},
]
PRINCIPALS = ["*", {"AWS": ALICE}, {"AWS": "111122223333"}, {"AWS": "arn:aws:iam::111122223333:role/x/Reader"}]
PRINCIPALS += [{"AWS": SESSION}, {"AWS": "444455556666"}, {"Service": SERVICE}, {"AWS": FEDERATED}, {"AWS": ROOT}]
CALLERS = [ALICE, SESSION, FEDERATED, ROOT, LINKED, SERVICE, "anonymous"]


Asking = tuple[str, str]
"""An action and a resource."""


@st.composite
def statements(draw: st.DrawFn, asking: Asking, with_principal: bool) -> dict:
    """A statement that has something to do with what is asked, more often than not."""
    action, resource = asking
    near = [action, action, action.partition(":")[0] + ":*", "*"]
    patterns = st.lists(st.sampled_from(near + near + PATTERNS + ACTIONS[:4]), min_size=1, max_size=2)
    statement: dict = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))}
    statement[draw(st.sampled_from(["Action"] * 5 + ["NotAction"]))] = draw(patterns)
    resources = st.lists(st.sampled_from(["*"] * 8 + [resource] * 4 + RESOURCES), min_size=1, max_size=2)
    statement[draw(st.sampled_from(["Resource"] * 6 + ["NotResource"]))] = draw(resources)
    if draw(st.integers(0, 2)) == 0:
        statement["Condition"] = draw(st.sampled_from(CONDITIONS))
    if with_principal:
        element = "NotPrincipal" if statement["Effect"] == "Deny" and draw(st.integers(0, 4)) == 0 else "Principal"
        statement[element] = draw(st.sampled_from(PRINCIPALS))
    return statement


@st.composite
def documents(draw: st.DrawFn, asking: Asking, with_principal: bool = False) -> PolicyDocument:
    version = draw(st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17"]))
    found = draw(st.lists(statements(asking, with_principal), min_size=1, max_size=2))
    return PolicyDocument.parse({"Version": version, "Statement": found})


FULL = document({})


def some(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(strategy, max_size=2)


@st.composite
def layers(draw: st.DrawFn, asking: Asking) -> dict:
    one = documents(asking) | st.just(FULL)
    with_principal = documents(asking, True)
    given: dict = {"identity": draw(st.lists(one, max_size=2))}
    if draw(st.integers(0, 2)) == 0:
        given["boundary"] = [draw(one)]
    if draw(st.integers(0, 2)) == 0:
        given["session"] = draw(some(one))
    given["organization"] = [
        Level(name, draw(st.none() | st.lists(one, min_size=1, max_size=2)), draw(some(with_principal)))
        for name in draw(st.sampled_from([(), (), ("root",), ("root", "unit")]))
    ]
    if draw(st.integers(0, 7)) == 0:
        given["vpc_endpoint"] = [draw(with_principal)]
    return given


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, Asking, dict, list[PolicyDocument]]:
    """A caller, what is asked, the policies around, and the resource's own."""
    asking = draw(askings())
    return draw(st.sampled_from(CALLERS)), asking, draw(layers(asking)), draw(some(documents(asking, True)))


OF_THE_CALLER = {
    "aws:MultiFactorAuthPresent": ["true", "false"],
    "aws:MultiFactorAuthAge": ["10"],
    "aws:username": ["alice", "reports"],
    "aws:PrincipalTag/team": ["blue", "reports"],
    "aws:PrincipalArn": [ALICE],
}
OF_THE_REQUEST = {
    "aws:SourceIp": ["192.0.2.7", "198.51.100.7"],
    "s3:prefix": ["alice/x", "bob/"],
    "aws:ResourceAccount": ["111122223333", "444455556666"],
    "aws:TagKeys": [["team"], ["team", "x"]],
}


def contexts(keys: dict) -> st.SearchStrategy:
    return st.fixed_dictionaries({}, optional={key: st.sampled_from(values) for key, values in keys.items()})


_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_FILLINGS = {"Partition": ["aws"], "Region": ["us-east-1"], "Account": ["111122223333"], "BucketName": ["reports", "b"]}
_FILLINGS |= {"TableName": ["Books"], "LogGroupName": ["/app"], "LogStreamName": ["s"], "QueueName": ["jobs"]}


@st.composite
def askings(draw: st.DrawFn) -> tuple[str, str]:
    """An action, and a resource it works on, in the caller's account."""
    action = draw(st.sampled_from(ACTIONS))
    prefix, _, name = action.partition(":")
    service = services.service(prefix)
    kinds = [use.name for use in service.actions[name.lower()].resource_types]
    if not kinds or draw(st.integers(0, 4)) == 0:
        return action, "*"
    arn = draw(st.sampled_from(service.resource_types[draw(st.sampled_from(kinds))].arns))

    def value(found: re.Match[str]) -> str:
        if ":ec2:" in arn and found[1].endswith("Id"):
            return "i-1"
        return draw(st.sampled_from(_FILLINGS.get(found[1], ["alice", "a/b", "x", "reports/1", "y:z"])))

    return action, _PLACEHOLDER.sub(value, arn)


def check(found: Effective, action: str, request: Request, policies: PolicySet) -> None:
    decision = evaluate(request, policies)
    said = found.outcome(action)
    if said == "allowed":
        assert decision.allowed, (said, decision)
    elif said == "explicitDeny":
        assert decision.outcome == "explicitDeny", (said, decision)
    elif said == "implicitDeny":
        assert not decision.allowed, (said, decision)


@settings(max_examples=300, deadline=None)
@given(
    cases(),
    contexts(OF_THE_CALLER),
    contexts(OF_THE_REQUEST),
    contexts(OF_THE_REQUEST),
    st.lists(askings(), max_size=3),
    st.sampled_from([None, "111122223333"]),
)
def test_never_contradicted_with_the_resource_open(case, of_caller, told, of_request, others, management):
    """What is asked about first has the known policies, other resources have none."""
    caller, asking, given, known = case
    attached = [AttachedPolicy(one, "resource policy") for one in known]
    situation = Situation(Request(caller, "", "*", of_caller | told, management_account=management, absent=DECIDED))
    found = Effective(situation, PolicySet(**given), Effects(), ResourcePolicies(attached))
    for action, resource in [asking, *others]:
        policies = PolicySet(**given, resource=attached if resource == asking[1] != "*" else ())
        context = of_request | of_caller | told
        check(found, action, Request(caller, action, resource, context, management_account=management), policies)


@settings(max_examples=300, deadline=None)
@given(
    cases(),
    contexts(OF_THE_CALLER),
    contexts(OF_THE_REQUEST),
    contexts(OF_THE_REQUEST),
    st.sampled_from([None, None, "111122223333", "444455556666"]),
    st.sampled_from([None, "111122223333"]),
)
def test_never_contradicted_with_a_resource(case, of_caller, told, of_request, owner, management):
    caller, (action, resource), given, own = case
    options = {"resource_account": owner, "management_account": management}
    policies = PolicySet(**given, resource=own)
    situation = Situation(Request(caller, "", resource, of_caller | told, **options, absent=DECIDED), resource)
    found = Effective(situation, policies, Effects())
    check(found, action, Request(caller, action, resource, of_request | of_caller | told, **options), policies)


@settings(max_examples=600, deadline=None)
@given(cases(), contexts(OF_THE_CALLER | OF_THE_REQUEST), st.sampled_from([None, None, "444455556666"]))
def test_with_everything_known_it_is_the_decision(case, context, owner):
    caller, (action, resource), given, own = case
    policies = PolicySet(**given, resource=own)
    absent = DECIDED.union(key.lower() for key in OF_THE_REQUEST)
    request = Request(caller, action, resource, context, resource_account=owner, absent=absent)
    found = Effective(Situation(request, resource), policies, Effects())
    assert found.outcome(action) == evaluate(request, policies).outcome


@pytest.mark.parametrize(
    ("provider", "own", "other"),
    [
        ("arn:aws:iam::111122223333:saml-provider/Corp", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"),
        ("accounts.google.com", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"),
    ],
)
def test_a_provider_makes_the_call_of_its_kind(provider, own, other):
    role = "arn:aws:iam::111122223333:role/Reader"
    trust = document({"Action": "sts:*", "Principal": {"Federated": provider}})
    found = effective(PolicySet(resource=trust), provider, resource=role)
    assert (found.outcome(own), found.outcome(other)) == ("allowed", "implicitDeny")
