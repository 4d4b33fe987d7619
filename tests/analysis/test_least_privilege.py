"""Least privilege: what was done is allowed by the policy made of it, and nothing else."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iamlab import Account, PolicyDocument, PolicySet, Request, analysis, evaluate
from iamlab.account import events
from iamlab.account.sessions import Session
from iamlab.analysis import LeastPrivilege, least_privilege
from iamlab.catalog import index, operations
from iamlab.errors import AccessDenied, InvalidInput, LimitExceeded, NoSuchEntity

ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
BUCKET = "arn:aws:s3:::reports"
OBJECT = f"{BUCKET}/q3.csv"
MANAGED_POLICY = 6144


def key_of(lab: Account, name: str) -> Session:
    return lab.use_access_key(lab.users[name].create_access_key_pair().access_key_id)


def trust(lab: Account) -> dict[str, Any]:
    actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    statement = {"Effect": "Allow", "Principal": {"AWS": lab.arn}, "Action": actions}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture
def lab() -> Account:
    lab = Account(start=datetime(2026, 3, 2, 9, tzinfo=UTC), seed=7)
    lab.create_user("alice").create_policy("all", ALL)
    lab.create_user("bob")
    return lab


def allows(found: LeastPrivilege, action: str, resource: str = "*", who: str = "alice") -> bool:
    request = Request(f"arn:aws:iam::111122223333:user/{who}", action, resource, resource_account="111122223333")
    return evaluate(request, PolicySet(identity=found.documents)).allowed


def written(found: LeastPrivilege) -> list[tuple[str, list[str], list[str]]]:
    statements = [statement for document in found.documents for statement in document.to_dict()["Statement"]]
    return [(statement["Sid"], statement["Action"], statement["Resource"]) for statement in statements]


def test_actions_on_the_same_resources_share_a_statement(lab):
    session = key_of(lab, "alice")
    for action, resource in [
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:111122223333:jobs"),
        ("s3:PutObject", OBJECT),
        ("s3:GetObject", OBJECT),
        ("s3:GetObject", OBJECT),
        ("s3:ListBucket", BUCKET),
        ("s3:ListAllMyBuckets", "*"),
    ]:
        session.call(action, resource)
    found = least_privilege(lab, "alice")
    assert written(found) == [
        ("S3Use1", ["s3:GetObject", "s3:PutObject"], [OBJECT]),
        ("S3Use2", ["s3:ListAllMyBuckets"], ["*"]),
        ("S3Use3", ["s3:ListBucket"], [BUCKET]),
        ("SqsUse1", ["sqs:SendMessage"], ["arn:aws:sqs:us-east-1:111122223333:jobs"]),
    ]
    assert found.events == 6
    assert (found.unmapped, found.unnamed, found.remarks) == ((), (), ())
    lab.users["bob"].create_policy("used", found.document.to_dict())
    assert lab.decide("bob", "s3:GetObject", OBJECT).allowed
    assert not lab.decide("bob", "s3:GetObject", f"{BUCKET}/q4.csv").allowed


def test_what_was_denied_is_not_in_it(lab):
    session = key_of(lab, "bob")
    with pytest.raises(AccessDenied):
        session.call("s3:GetObject", OBJECT)
    found = least_privilege(lab, "bob")
    assert (found.events, found.document.statements) == (0, ())


def test_nobody_is_given_what_others_did(lab):
    key_of(lab, "alice").call("s3:GetObject", OBJECT)
    assert least_privilege(lab, "bob").events == 0


def test_a_user_made_anew_under_an_old_name_did_nothing_yet(lab):
    old = lab.users["bob"]
    old.create_policy("all", ALL)
    key_of(lab, "bob").call("s3:GetObject", OBJECT)
    assert least_privilege(lab, "bob").events == 1
    old.delete_policy("all")
    old.access_keys[0].delete()
    old.delete()
    lab.create_user("bob")
    assert least_privilege(lab, "bob").events == 0


def test_since(lab):
    session = key_of(lab, "alice")
    session.call("s3:GetObject", OBJECT)
    lab.clock.advance(hours=2)
    session.call("s3:PutObject", OBJECT)
    for since in (datetime(2026, 3, 2, 11, tzinfo=UTC), datetime(2026, 3, 2, 11)):
        assert written(least_privilege(lab, "alice", since)) == [("S3Use1", ["s3:PutObject"], [OBJECT])]


def test_since_is_a_time(lab):
    with pytest.raises(InvalidInput, match="since is a datetime, not str"):
        least_privilege(lab, "alice", "2026-03-02")


def test_operations_without_a_known_action_are_named(lab):
    session = key_of(lab, "alice")
    session.call("s3:Teleport", OBJECT)
    session.get_caller_identity()
    found = least_privilege(lab, "alice")
    assert found.unmapped == ("s3.amazonaws.com Teleport",)
    assert found.document.statements == ()
    assert "IAM action is not known" in repr(found)
    assert "s3.amazonaws.com Teleport" in found._repr_html_()


def test_sign_ins_are_no_calls(lab):
    lab.users["alice"].create_login_profile("correct horse Battery 5!", password_reset_required=False)
    session = lab.sign_in("alice", "correct horse Battery 5!")
    session.call("s3:GetObject", OBJECT)
    found = least_privilege(lab, session)
    assert (found.unmapped, found.events) == ((), 1)
    assert found.principal == lab.users["alice"].arn


def test_an_action_whose_resource_is_not_told_is_named(lab):
    key_of(lab, "alice").call("s3:GetObject")
    found = least_privilege(lab, "alice")
    assert written(found) == [("S3Use1", ["s3:GetObject"], ["*"])]
    assert found.unnamed == ("s3:GetObject",)


def test_a_role_stands_for_all_its_sessions(lab):
    lab.create_role("Worker", trust(lab)).create_policy("all", ALL)
    for name in ("one", "two"):
        lab.assume_role("alice", "Worker", name).call("s3:GetObject", f"{BUCKET}/{name}")
    for who in (lab.roles["Worker"], lab.roles["Worker"].arn, lab.assume_role("alice", "Worker", "three")):
        found = least_privilege(lab, who)
        assert found.principal == lab.roles["Worker"].arn
        assert written(found) == [("S3Use1", ["s3:GetObject"], [f"{BUCKET}/one", f"{BUCKET}/two"])]


def test_assuming_a_role_with_tags_and_source_identity_needs_more(lab):
    role = lab.create_role("Worker", trust(lab))
    lab.assume_role("alice", role, "plain")
    assert written(least_privilege(lab, "alice")) == [("StsUse1", ["sts:AssumeRole"], [role.arn])]
    lab.assume_role("alice", role, "more", tags={"team": "web"}, source_identity="alice")
    actions = ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
    assert written(least_privilege(lab, "alice")) == [("StsUse1", actions, [role.arn])]
    assert lab.events[-1]["requestParameters"] == {
        "roleArn": role.arn,
        "roleSessionName": "more",
        "tags": [{"key": "team", "value": "web"}],
        "sourceIdentity": "alice",
    }


def test_what_an_operation_needs_besides_on_something_else_is_named(lab):
    key_of(lab, "alice").call("s3:PutBucketReplication", BUCKET)
    found = least_privilege(lab, "alice")
    assert written(found) == [("S3Use1", ["s3:PutReplicationConfiguration"], [BUCKET])]
    assert found.remarks == ("PutBucketReplication also needs iam:PassRole on replication role",)


def test_special_characters_of_names_stay_what_they_are(lab):
    odd = [f"{BUCKET}/{name}" for name in ("a*", "a?", "${aws:username}", "$", "${*}")]
    session = key_of(lab, "alice")
    for resource in odd:
        session.call("s3:GetObject", resource)
    found = least_privilege(lab, "alice")
    assert all(allows(found, "s3:GetObject", resource) for resource in odd)
    assert not any(allows(found, "s3:GetObject", f"{BUCKET}/{name}") for name in ("ab", "a", "alice", "*", "$x"))


def test_a_policy_too_large_becomes_several(lab):
    session = key_of(lab, "alice")
    resources = [f"{BUCKET}/{'long/' * 20}{number}" for number in range(150)]
    for resource in resources:
        session.call("s3:GetObject", resource)
        session.call("s3:PutObject", resource)
    everything = [name for name in index.names_of(index.service_bits("ec2")) if not name.endswith("Tags")]
    for action in everything:
        session.call(action)
    found = least_privilege(lab, "alice")
    assert len(found.documents) > 3
    assert max(document.size for document in found.documents) <= MANAGED_POLICY
    with pytest.raises(LimitExceeded, match="it takes"):
        _ = found.document
    assert all(allows(found, "s3:PutObject", resource) for resource in resources)
    assert all(allows(found, action) for action in everything)
    assert not allows(found, "ec2:CreateTags")
    for number, document in enumerate(found.documents[:10]):
        lab.users["bob"].attach_policy(lab.create_policy(f"used{number}", document.to_dict()))


def test_who_has_no_policies_is_refused(lab):
    with pytest.raises(InvalidInput, match="no policies of its own"):
        least_privilege(lab, "ec2.amazonaws.com")
    with pytest.raises(NoSuchEntity):
        least_privilege(lab, "nobody")


def test_markup_is_shown_as_text(lab):
    key_of(lab, "alice").call("s3:<b>", OBJECT)
    assert "<b>" not in least_privilege(lab, "alice")._repr_html_().replace("<b></b>", "")


def test_it_shows_itself_the_same_twice(lab):
    key_of(lab, "alice").call("s3:GetObject", OBJECT)
    first, second = (analysis.least_privilege(lab, "alice") for _ in range(2))
    assert repr(first) == repr(second)
    assert repr(first).startswith("What arn:aws:iam::111122223333:user/alice did, from 1 event\n")
    assert PolicyDocument.parse(repr(first).partition("\n\n")[2]) == first.document


def test_every_action_comes_back_from_the_operation_its_event_names():
    lost = []
    for action in index.action_names():
        needed = operations.actions_of(action.partition(":")[0], events.operation_name(action))
        if action not in [one.action for one in needed]:
            lost.append(action)
    # The operation InvokeAsync needs lambda:InvokeFunction; an action of its old name is still in the reference.
    assert lost == ["lambda:InvokeAsync"]


ACTIONS = st.sampled_from(
    ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:ListAllMyBuckets", "sqs:SendMessage", "iam:PassRole"]
)
RESOURCES = st.sampled_from(
    [
        "*",
        BUCKET,
        OBJECT,
        f"{BUCKET}/*",
        f"{BUCKET}/q?.csv",
        f"{BUCKET}/${{aws:username}}",
        "arn:aws:sqs:us-east-1:111122223333:jobs",
        "arn:aws:iam::111122223333:role/Worker",
    ]
)
CALLS = st.lists(st.tuples(st.sampled_from(["alice", "bob"]), ACTIONS, RESOURCES), max_size=25)


@settings(max_examples=40, deadline=None)
@given(CALLS)
def test_what_succeeded_is_allowed_and_nothing_else(calls: list[tuple[str, str, str]]):
    lab = Account(start=datetime(2026, 3, 2, 9, tzinfo=UTC), seed=7)
    lab.create_user("alice").create_policy("all", ALL)
    some: dict[str, Any] = {"Effect": "Allow", "Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"]}
    lab.create_user("bob").create_policy("some", {"Version": "2012-10-17", "Statement": some})
    sessions = {name: key_of(lab, name) for name in ("alice", "bob")}
    done: dict[str, set[tuple[str, str]]] = {"alice": set(), "bob": set()}
    for name, action, resource in calls:
        with suppress(AccessDenied):
            sessions[name].call(action, resource)
            done[name].add((action, resource))
    for name, did in done.items():
        found = least_privilege(lab, name)
        everywhere = {action for action, resource in did if resource == "*" or action == "s3:ListAllMyBuckets"}
        tried = {(action, resource) for _, action, resource in calls}
        for action, resource in product({a for a, _ in tried}, {r for _, r in tried}):
            expected = (action, resource) in did or action in everywhere
            assert allows(found, action, resource, name) == expected, (name, action, resource)
