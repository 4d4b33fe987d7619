"""Who speaks on a caller, layer by layer: whom a policy binds, and that the sums are those of the statements."""

from functools import reduce
from operator import or_

import pytest

from iamlab import AttachedPolicy, PolicyDocument, PolicySet, Request
from iamlab.evaluation import Level
from iamlab.evaluation.effects import Effects, Situation
from iamlab.evaluation.policies import (
    BOUNDARY,
    ENDPOINT,
    IDENTITY,
    RESOURCE,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
    SESSION,
)
from iamlab.evaluation.principals import Grant
from iamlab.evaluation.resource_policies import ResourcePolicies
from iamlab.evaluation.speakers import Speakers
from iamlab.policy.actions import expand

ACCOUNT = "111122223333"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
READER = f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/s1"
LINKED = f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSServiceRoleForX/s1"
BUCKET = "arn:aws:s3:::reports"
GET, PUT = expand(["s3:GetObject"]), expand(["s3:PutObject"])
OWN_POLICY = expand(["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"])


def policy(*statements, name="policy"):
    filled = [{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*", **one} for one in statements]
    return AttachedPolicy(PolicyDocument.parse({"Version": "2012-10-17", "Statement": filled}), name)


def speakers(policies, principal=ALICE, resource=None, known=(), **more):
    situation = Situation(Request(principal, "", resource or "*", **more), resource)
    return Speakers(situation, policies, Effects(), ResourcePolicies(known))


DENY, DENY_ALL = policy({}), policy({"Principal": "*"})
EVERYWHERE = PolicySet(
    identity=[DENY],
    boundary=[DENY],
    session=[DENY],
    organization=[Level("root", [DENY], [DENY_ALL]), Level("OU"), Level("account", [DENY])],
    vpc_endpoint=[DENY_ALL],
    resource=[DENY_ALL],
)


def layers_of_denies(*given, **more):
    return [part.layer for part in speakers(*given, **more).denies()]


@pytest.mark.parametrize(
    ("principal", "options", "layers"),
    [
        (
            ALICE,
            {},
            [IDENTITY, BOUNDARY, SESSION, SERVICE_CONTROL, SERVICE_CONTROL, RESOURCE_CONTROL, RESOURCE, ENDPOINT],
        ),
        # SCPs and RCPs bind no service-linked role ...
        (LINKED, {}, [IDENTITY, BOUNDARY, SESSION, RESOURCE, ENDPOINT]),
        # ... and neither the users nor the resources of the management account,
        (ALICE, {"management_account": ACCOUNT}, [IDENTITY, BOUNDARY, SESSION, RESOURCE, ENDPOINT]),
        # SCPs no services, which have no identity-based policies either.
        ("cloudtrail.amazonaws.com", {}, [RESOURCE_CONTROL, RESOURCE, ENDPOINT]),
    ],
)
def test_whose_denies_bind_whom(principal, options, layers):
    found = speakers(EVERYWHERE, principal, BUCKET, **options)
    parts = [part for part in found.denies() if part.effect.some]
    assert [part.layer for part in parts] == layers
    assert {part.effect.every for part in parts} == {GET}
    assert all(part.policy in (DENY, DENY_ALL) for part in parts)
    assert found.denied() == (GET, GET)


@pytest.mark.parametrize("principal", [ALICE, ROOT, READER, LINKED, "cloudtrail.amazonaws.com", "anonymous"])
@pytest.mark.parametrize("resource", [None, BUCKET, "arn:aws:s3:::secret"])
def test_what_is_denied_is_what_the_statements_deny(principal, resource):
    office = {"Condition": {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}
    secret = {"Action": "s3:*", "Resource": "arn:aws:s3:::secret*", "Principal": {"AWS": ALICE}}
    policies = PolicySet(
        identity=[policy({}, {"Action": "s3:List*", **office})],
        organization=[Level("root", [policy({"Action": "iam:*"})], [policy({"Action": "sqs:*", "Principal": "*"})])],
        resource=[policy(secret)],
    )
    found = speakers(policies, principal, resource, known=[policy(secret)])
    effects = [part.effect for part in found.denies()]
    every = reduce(or_, (effect.every for effect in effects), 0)
    some = reduce(or_, (effect.some for effect in effects), 0)
    assert found.denied() == (every, some)


def test_rcps_bind_the_resources_of_some_services():
    rcp = policy({"Action": "*", "Principal": "*"})
    policies = PolicySet(organization=[Level("root", None, [rcp])])
    (part,) = speakers(policies, resource=BUCKET).denies()
    assert part.effect.every == part.effect.some
    assert part.effect.some & expand(["s3:*"]) == expand(["s3:*"])
    assert part.effect.some & expand(["ec2:*", "iam:*"]) == 0
    assert part.effect.some & expand(["kms:*"]) == expand(["kms:*"]) & ~expand(["kms:RetireGrant"])
    # Another account's resources have other RCPs, so with the resource left open nothing is certain.
    (part,) = speakers(policies).denies()
    assert (part.effect.every, part.effect.some & GET) == (0, GET)


def test_no_bucket_policy_locks_the_owners_root_user_out_of_it():
    """[https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html]"""
    everything = policy({"Action": "s3:*", "Principal": "*"})
    own, endpoint = PolicySet(resource=[everything]), PolicySet(vpc_endpoint=[everything])
    assert speakers(own, ROOT, BUCKET).denied()[0] & OWN_POLICY == 0
    assert speakers(own, ROOT, BUCKET).denied()[0] & (GET | PUT) == GET | PUT
    for denied in (
        speakers(own, ALICE, BUCKET),
        speakers(endpoint, ROOT, BUCKET),
        speakers(own, ROOT, BUCKET, resource_account="444455556666"),
    ):
        assert denied.denied()[0] & OWN_POLICY == OWN_POLICY


def test_a_known_resource_policy_may_be_that_of_another_resource():
    allow = {"Effect": "Allow", "Principal": {"AWS": ALICE}}
    known = [policy(allow, {"Principal": "*", "Action": "s3:PutObject"}, name="bucket policy")]
    found = speakers(PolicySet(), known=known)
    (grant,), (deny,) = found.grants(RESOURCE), found.denies()
    assert (grant.effect.every, grant.effect.some, grant.grant) == (0, GET, Grant.DIRECT)
    assert (deny.effect.every, deny.effect.some, deny.policy.name) == (0, PUT, "bucket policy")
    assert Speakers(Situation(Request(ALICE, "")), PolicySet(), Effects()).grants(RESOURCE) == []


def test_grants_name_the_caller():
    allow = {"Effect": "Allow", "Action": "s3:*"}
    names = [ALICE, ACCOUNT, READER, "*", f"arn:aws:iam::{ACCOUNT}:role/Reader"]
    policies = [policy({**allow, "Principal": {"AWS": name}}, name=name) for name in names]
    for layer, given in ((RESOURCE, PolicySet(resource=policies)), (ENDPOINT, PolicySet(vpc_endpoint=policies))):
        found = {part.policy.name: part.grant for part in speakers(given, ALICE, BUCKET).grants(layer)}
        assert found == {ALICE: Grant.DIRECT, ACCOUNT: Grant.ACCOUNT, "*": Grant.DIRECT}
        found = {part.policy.name: part.grant for part in speakers(given, READER, BUCKET).grants(layer)}
        assert list(found.values()) == [Grant.ACCOUNT, Grant.DIRECT, Grant.DIRECT, Grant.BEHIND]


def test_the_statements_of_a_layer():
    given = policy({"Effect": "Allow"}, {"Action": "s3:PutObject"}, {"Effect": "Allow", "Action": "s3:NoSuchAction"})
    found = speakers(PolicySet(identity=[given]))
    allows, denies = (found.statements(IDENTITY, [given], effect) for effect in ("Allow", "Deny"))
    assert found.statements(IDENTITY, [given]) == allows
    assert [(part.layer, part.policy, part.effect.some, part.grant) for part in allows + denies] == [
        (IDENTITY, given, GET, Grant.NONE),
        (IDENTITY, given, PUT, Grant.NONE),
    ]
    assert found.allows(IDENTITY, found.policies.identity) == (GET, GET)


def test_notprincipal_hits_every_caller_with_a_boundary():
    guard = PolicySet(resource=[policy({"NotPrincipal": {"AWS": [ALICE, ROOT]}})])
    assert speakers(guard, ALICE, BUCKET).denied() == (0, 0)
    bounded = PolicySet(resource=guard.resource, boundary=[policy({"Effect": "Allow", "Action": "*"})])
    assert speakers(bounded, ALICE, BUCKET).denied() == (GET, GET)


def test_what_has_been_added_up_is_not_shown():
    """It is kept by the ids of objects, which are others on every run."""
    found = speakers(EVERYWHERE)
    before = repr(found)
    found.denied()
    assert repr(found) == before


def test_only_a_resource_that_is_known_is_another_accounts():
    other = {"resource_account": "444455556666"}
    assert speakers(PolicySet(), resource=BUCKET, **other).crosses_accounts
    assert not speakers(PolicySet(), resource=BUCKET).crosses_accounts
    assert not speakers(PolicySet(), **other).crosses_accounts
