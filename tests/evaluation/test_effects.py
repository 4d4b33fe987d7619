"""What policies do for all actions at once: exact sets, and nothing remembered for one caller that is another's."""

import pytest

from iamlab import AttachedPolicy, PolicyDocument, Request
from iamlab.catalog import index
from iamlab.evaluation.effects import Effects, Situation
from iamlab.evaluation.policies import IDENTITY, RESOURCE
from iamlab.policy.actions import expand

ALICE = "arn:aws:iam::111122223333:user/alice"
S3 = expand(["s3:*"])


def policy(*statements, version="2012-10-17"):
    filled = [{"Effect": "Allow", "Action": "s3:*", "Resource": "*", **one} for one in statements]
    return AttachedPolicy(PolicyDocument.parse({"Version": version, "Statement": filled}), "policy")


def situation(resource=None, absent=(), **context):
    given = {key.replace("__", ":"): value for key, value in context.items()}
    return Situation(Request(ALICE, "", resource or "*", given, absent=frozenset(absent)), resource)


def sums(effects, asked, where, layer=IDENTITY):
    found = effects.of(layer, asked, where).sums
    return found.allow_every, found.allow_some, found.deny_every, found.deny_some


def test_what_applies_every_time_and_what_perhaps():
    effects, anywhere = Effects(), situation()
    deny = {"Effect": "Deny", "Action": "s3:PutObject"}
    put, get = expand(["s3:PutObject"]), expand(["s3:GetObject"])
    assert sums(effects, policy({}), anywhere) == (S3, S3, 0, 0)
    assert sums(effects, policy(deny), anywhere) == (0, 0, put, put)
    assert sums(effects, policy({}, deny), anywhere) == (S3, S3, put, put)
    office = {"Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}
    assert sums(effects, policy(office), anywhere) == (0, S3, 0, 0)
    assert sums(effects, policy({**office, **deny}), anywhere) == (0, 0, 0, put)
    one_object = {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/q3.csv"}
    assert sums(effects, policy(one_object), anywhere) == (0, get, 0, 0)
    assert sums(effects, policy({"Action": "s3:NoSuchAction"}), anywhere) == (0, 0, 0, 0)


def test_statements_that_do_nothing_are_left_out():
    mfa = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
    asked = policy({"Sid": "Nothing", "Action": "s3:NoSuchAction"}, {"Sid": "Mfa", **mfa}, {"Sid": "Always"})
    without = Effects().of(IDENTITY, asked, situation(absent=["aws:multifactorauthpresent"]))
    assert [effect.statement.sid for effect in without.statements] == ["Always"]
    unknown = Effects().of(IDENTITY, asked, situation())
    assert [(effect.statement.sid, effect.atoms) for effect in unknown.statements] == [
        ("Mfa", ("Bool aws:MultiFactorAuthPresent = true",)),
        ("Always", ()),
    ]


def test_what_a_resource_is_asked_about_counts_every_time():
    effects, reports = Effects(), policy({"Resource": "arn:aws:s3:::reports/*"})
    assert sums(effects, reports, situation("arn:aws:s3:::reports/q3.csv")) == (S3, S3, 0, 0)
    assert sums(effects, reports, situation("arn:aws:s3:::secret/q3.csv")) == (0, 0, 0, 0)


def test_an_allow_without_a_resource_is_one_only_in_a_trust_policy():
    effects = Effects()
    trust = AttachedPolicy(PolicyDocument.parse({"Statement": {"Effect": "Allow", "Action": "s3:*"}}), "trust")
    assert sums(effects, trust, situation(), RESOURCE) == (S3, S3, 0, 0)
    assert sums(effects, trust, situation(), IDENTITY) == (0, 0, 0, 0)


NEEDS_TEAM = {"Condition": {"StringEquals": {"aws:PrincipalTag/Team": "blue"}}}
OF_OTHERS = {"Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "${aws:username}"}}}
TEAMS = {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::${aws:PrincipalTag/team}/*"}
BLUE, RED = ({"aws:PrincipalTag/team": colour} for colour in ("blue", "red"))
NO_TEAM = {"absent": ["aws:principaltag/team"]}


@pytest.mark.parametrize(
    ("asked", "one", "other"),
    [
        (policy(NEEDS_TEAM), BLUE, RED),
        (policy(NEEDS_TEAM), BLUE, NO_TEAM),
        (policy(NEEDS_TEAM), BLUE, {}),
        (policy(NEEDS_TEAM), {}, NO_TEAM),
        (policy(OF_OTHERS), {**RED, "aws:username": "red"}, {**RED, "aws:username": "blue"}),
        (policy(OF_OTHERS), {**RED, "aws:username": "blue"}, RED),
        (policy(TEAMS), BLUE, NO_TEAM),
        (policy(TEAMS), {}, NO_TEAM),
        (policy(TEAMS), {"aws:PrincipalTag/team": ("blue", "red"), **NO_TEAM}, BLUE),
    ],
)
def test_what_is_remembered_of_one_caller_is_not_taken_for_another(asked, one, other):
    def fresh(given):
        return sums(Effects(), asked, situation(**given))

    assert fresh(one) != fresh(other)
    for order in ([one, other, one], [other, one, other]):
        effects = Effects()
        for given in order:
            assert sums(effects, asked, situation(**given)) == fresh(given)


def test_callers_that_a_document_cannot_tell_apart_share_what_is_remembered():
    effects = Effects()
    for asked in (policy({}), policy(NEEDS_TEAM), policy(TEAMS), policy(OF_OTHERS, version="2008-10-17")):
        first = effects.of(IDENTITY, asked, situation(**BLUE, aws__username="alice"))
        assert effects.of(IDENTITY, asked, situation(**BLUE, aws__username="bob")) is first
        assert effects.of("permissions boundary", asked, situation(**BLUE)) is first
    teams = policy(TEAMS)
    blue, red = (effects.of(IDENTITY, teams, situation(**given)) for given in (BLUE, RED))
    assert blue is red  # which team it is decides on what, not what


def test_actions_are_bits():
    get = index.number("s3:GetObject")
    found = Effects().of(IDENTITY, policy({"Action": "s3:GetObject"}), situation())
    assert found.sums.allow_every == 1 << get
