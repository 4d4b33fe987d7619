"""Effective permissions of an account: rows with reasons, never contradicted by a decision."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iamlab import Account, analysis
from iamlab.analysis.effective import permissions
from iamlab.analysis.frames.permissions import OUTCOMES
from iamlab.catalog import index, services
from iamlab.errors import InvalidInput, NoSuchEntity

COLUMNS = ["action", "access_level", "outcome", "on", "except", "condition", "policy", "statement", "attached_to"]
ROOT_TRUST = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
}


def document(*statements: dict) -> dict:
    filled = [{"Effect": "Allow", "Action": "*", "Resource": "*", **one} for one in statements]
    for one in filled:
        if "NotResource" in one:
            del one["Resource"]
    return {"Version": "2012-10-17", "Statement": filled}


@pytest.fixture
def lab() -> Account:
    lab = Account()
    lab.create_user("alice", tags={"team": "blue"})
    lab.create_user("bob")
    return lab


def give(lab: Account, *statements: dict, user: str = "alice", name: str = "own") -> None:
    lab.users[user].create_policy(name, document(*statements))


def row(table: pd.DataFrame, action: str) -> pd.Series:
    (found,) = (line for _, line in table[table["action"] == action].iterrows())
    return found


def test_every_action_of_every_service(lab):
    give(lab, {"Action": "s3:*"})
    table = analysis.effective_permissions(lab, "alice")
    assert list(table.columns) == COLUMNS
    assert list(table["action"]) == list(index.action_names())
    assert set(table["outcome"]) == {"allowed", "implicitDeny"}
    assert row(table, "s3:GetObject").to_dict() == {
        "action": "s3:GetObject",
        "access_level": "Read",
        "outcome": "allowed",
        "on": "*",
        "except": "",
        "condition": "",
        "policy": "own",
        "statement": "statement 1",
        "attached_to": "user alice",
    }
    assert row(table, "ec2:RunInstances")["policy"] == ""


def test_a_table_is_filtered_like_any_other(lab):
    give(lab, {"Action": "s3:*"})
    table = analysis.effective_permissions(lab, "alice", services="s3")
    writes = table[(table["outcome"] == "allowed") & (table["access_level"] == "Write")]
    assert "s3:PutObject" in set(writes["action"])
    assert table.query("access_level == 'Tagging'")["action"].str.contains("tag", case=False).all()
    assert not table.isna().any().any()
    counts = table.groupby("access_level")["action"].count()
    assert counts.sum() == len(table) == len(index.span("s3"))
    table["note"] = "mine"
    table.loc[table["action"] == "s3:GetObject", "on"] = "changed"
    assert row(table, "s3:GetObject")["on"] == "changed"


def test_resources_of_a_grant_and_of_a_deny(lab):
    give(
        lab,
        {"Sid": "Mine", "Action": "s3:*", "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/${aws:username}/*"]},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*/secret/*"},
    )
    table = analysis.effective_permissions(lab, "alice", services=["s3"])
    get = row(table, "s3:GetObject")
    assert (get["outcome"], get["on"], get["except"]) == (
        "conditional",
        "arn:aws:s3:::b/alice/*",
        "arn:aws:s3:::b/*/secret/*",
    )
    assert (get["policy"], get["statement"], get["attached_to"]) == ("own", "Mine", "user alice")
    bucket = row(table, "s3:ListBucket")
    assert (bucket["on"], bucket["except"]) == ("arn:aws:s3:::b", "")
    assert row(table, "s3:ListAllMyBuckets")["outcome"] == "implicitDeny"


def test_a_row_for_every_grant(lab):
    give(
        lab,
        {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"},
        {
            "Action": "s3:Get*",
            "Resource": "arn:aws:s3:::b/*",
            "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
        },
    )
    table = analysis.effective_permissions(lab, "alice", services="s3")
    rows = table[table["action"] == "s3:GetObject"]
    assert list(rows["on"]) == ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]
    assert list(rows["condition"]) == ["", "IpAddress aws:SourceIp = 192.0.2.0/24"]
    assert list(rows["statement"]) == ["statement 1", "statement 2"]


def test_explicit_denies_and_conditional_ones(lab):
    give(
        lab,
        {},
        {"Effect": "Deny", "Sid": "NoQueues", "Action": "sqs:*"},
        {"Effect": "Deny", "Action": "sns:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Effect": "Deny", "Action": "ec2:*", "Condition": {"StringNotEquals": {"ec2:Region": "eu-west-1"}}},
        {"Effect": "Deny", "Action": "lambda:*", "NotResource": "arn:aws:lambda:*:*:function:mine"},
    )
    table = analysis.effective_permissions(lab, "alice", services=["sqs", "sns", "ec2", "lambda"])
    send = row(table, "sqs:SendMessage")
    assert (send["outcome"], send["policy"], send["statement"]) == ("explicitDeny", "own", "NoQueues")
    assert row(table, "sns:Publish")["outcome"] == "allowed"  # requests are made over TLS, unless the context says else
    assert row(table, "ec2:RunInstances")["condition"] == "StringEquals ec2:Region = eu-west-1"
    assert row(table, "lambda:InvokeFunction")["condition"] == "only on arn:aws:lambda:*:*:function:mine"


def test_limits_are_named(lab):
    boundary = lab.create_policy(
        "Frontier", document({"Action": "s3:*", "Resource": "arn:aws:s3:::b/*"}, {"Action": "sqs:*"})
    )
    give(lab, {})
    lab.users["alice"].put_permissions_boundary(boundary)
    table = analysis.effective_permissions(lab, "alice", services=["s3", "sqs", "sns"])
    assert row(table, "sqs:SendMessage")["outcome"] == "allowed"
    assert row(table, "sns:Publish")["outcome"] == "implicitDeny"
    assert row(table, "s3:GetObject")["condition"] == "permissions boundary 1: on arn:aws:s3:::b/*"


def test_with_and_without_mfa(lab):
    give(lab, {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}})

    def outcome(**situation: object) -> str:
        table = analysis.effective_permissions(lab, "alice", services="s3", **situation)
        return row(table, "s3:GetObject")["outcome"]

    assert outcome() == "implicitDeny"
    assert outcome(context={"aws:MultiFactorAuthPresent": "true"}) == "allowed"
    assert outcome(context={"aws:MultiFactorAuthPresent": "false"}) == "implicitDeny"
    session = lab.get_session_token("alice")
    assert outcome(session=session) == "implicitDeny"
    assert outcome(session=session, context={"aws:MultiFactorAuthPresent": None}) == "implicitDeny"


def test_a_session_of_a_role_and_its_session_policy(lab):
    role = lab.create_role("Reader", ROOT_TRUST)
    role.create_policy("own", document({"Action": "s3:*"}))
    give(lab, {"Action": "sts:*"})
    session = lab.assume_role("alice", role, "s1", policy=document({"Action": "s3:Get*"}))
    table = analysis.effective_permissions(lab, role, session=session, services="s3")
    assert row(table, "s3:GetObject")["outcome"] == "allowed"
    assert row(table, "s3:PutObject")["outcome"] == "implicitDeny"
    assert table.attrs["principal"] == session.arn
    assert row(analysis.effective_permissions(lab, role, services="s3"), "s3:PutObject")["outcome"] == "allowed"
    alone = analysis.effective_permissions(lab, session=session, services="s3")
    pd.testing.assert_frame_equal(alone, table)
    with pytest.raises(InvalidInput):
        analysis.effective_permissions(lab, "alice", session=session)
    with pytest.raises(InvalidInput):
        analysis.effective_permissions(lab, ["alice"], session=session)


def test_known_resources_are_exact(lab):
    bucket = lab.create_bucket("reports")
    bucket.put_policy(
        document(
            {"Action": "s3:GetObject", "Principal": {"AWS": lab.users["bob"].arn}, "Resource": "arn:aws:s3:::reports/*"}
        )
    )
    give(lab, {"Action": "s3:*", "Resource": "arn:aws:s3:::reports/alice/*"})
    ours = ["arn:aws:s3:::reports/alice/x", "arn:aws:s3:::reports/bob/x"]
    table = analysis.effective_permissions(lab, "alice", resources=ours)
    get = table[table["action"] == "s3:GetObject"]
    assert list(get["on"]) == ours
    assert list(get["outcome"]) == ["allowed", "implicitDeny"]
    assert "s3:ListBucket" not in set(table["action"])
    theirs = analysis.effective_permissions(lab, "bob", resources=ours[0], services="s3")
    allowed = theirs[theirs["outcome"] == "allowed"]
    assert list(allowed["action"]) == ["s3:GetObject"]
    assert list(allowed["policy"]) == ["bucket policy"]
    assert list(allowed["attached_to"]) == ["bucket reports"]
    assert not analysis.effective_permissions(lab, "bob", resources=bucket, services="s3").empty
    assert analysis.effective_permissions(lab, "bob", resources="arn:aws:nope:::x").empty
    open_table = analysis.effective_permissions(lab, "bob", services="s3")
    assert row(open_table, "s3:GetObject")["outcome"] == "conditional"
    assert row(open_table, "s3:GetObject")["on"] == "arn:aws:s3:::reports/*"


def test_a_role_is_a_resource_with_a_trust_policy(lab):
    role = lab.create_role(
        "Reader", {"Statement": {**ROOT_TRUST["Statement"], "Principal": {"AWS": lab.users["bob"].arn}}}
    )
    give(lab, {})
    for user, outcome in (("alice", "implicitDeny"), ("bob", "allowed")):
        table = analysis.effective_permissions(lab, user, resources=role)
        assert row(table, "sts:AssumeRole")["outcome"] == outcome
    assert row(analysis.effective_permissions(lab, "alice", resources=role), "iam:GetRole")["outcome"] == "allowed"
    anywhere = analysis.effective_permissions(lab, "alice", services="sts")
    assert row(anywhere, "sts:AssumeRole")["condition"] == "the role's trust policy allows it"


def test_principals_side_by_side(lab):
    lab.create_role("Reader", ROOT_TRUST).create_policy("own", document({"Action": "s3:Get*"}))
    give(lab, {"Action": "s3:*"})
    give(lab, {"Action": "s3:*"}, {"Effect": "Deny", "Action": "s3:Put*"}, user="bob")
    table = analysis.effective_permissions(lab, services="s3")
    assert list(table.columns) == ["action", "access_level", "user/alice", "user/bob", "role/Reader"]
    put = row(table, "s3:PutObject")
    assert (put["user/alice"], put["user/bob"], put["role/Reader"]) == ("allowed", "explicitDeny", "implicitDeny")
    assert (table["user/alice"] >= table["role/Reader"]).all()
    two = analysis.effective_permissions(lab, ["bob", lab.users["alice"]])
    assert list(two.columns) == ["action", "access_level", "user/bob", "user/alice"]
    assert len(two) == len(index.action_names())
    for user in ("alice", "bob"):
        one = analysis.effective_permissions(lab, user).drop_duplicates("action")
        assert list(two[f"user/{user}"]) == list(one["outcome"])
    assert list(analysis.effective_permissions(lab, []).columns) == ["action", "access_level"]


def test_principals_side_by_side_on_resources(lab):
    give(lab, {"Action": "s3:*", "Resource": "arn:aws:s3:::b/*"})
    arns = ["arn:aws:s3:::b/x", "arn:aws:s3:::c/x"]
    table = analysis.effective_permissions(lab, ["alice", "bob"], resources=arns, services="s3")
    get = table[table["action"] == "s3:GetObject"]
    assert list(get["on"]) == arns
    assert list(get["user/alice"]) == ["allowed", "implicitDeny"]
    assert list(get["user/bob"]) == ["implicitDeny"] * 2


def test_a_change_of_the_account_is_seen(lab):
    assert "allowed" not in set(analysis.effective_permissions(lab, "alice", services="s3")["outcome"])
    lab.users["alice"].attach_policy(lab.policies["AmazonS3FullAccess"])
    assert set(analysis.effective_permissions(lab, "alice", services="s3")["outcome"]) == {"allowed"}


def test_root_and_services(lab):
    root = analysis.effective_permissions(lab, lab.arn)
    assert row(root, "s3:GetObject")["outcome"] == "allowed"
    assert row(root, "s3:GetObject")["policy"] == ""
    service = analysis.effective_permissions(lab, "cloudtrail.amazonaws.com", services="s3")
    assert set(service["outcome"]) == {"implicitDeny"}


def test_errors(lab):
    with pytest.raises(NoSuchEntity):
        analysis.effective_permissions(lab, "nobody")
    with pytest.raises(NoSuchEntity):
        analysis.effective_permissions(lab, "alice", services=["s3", "nope"])
    with pytest.raises(InvalidInput):
        analysis.effective_permissions(lab, "alice", resources=[42])


def test_an_export_says_what_it_cannot_know(lab, tmp_path):
    assert analysis.effective_permissions(lab, "alice", services="s3").attrs["unknown"] == []
    give(lab, {"Action": "s3:*"})
    lab.save(tmp_path / "lab.json")
    data = json.loads((tmp_path / "lab.json").read_text(encoding="utf-8"))
    del data["IamLab"]
    (tmp_path / "export.json").write_text(json.dumps(data), encoding="utf-8")
    for name in ("export", "saved"):
        export = Account.load(tmp_path / f"{name}.json")
        table = analysis.effective_permissions(export, "alice", services="s3")
        assert row(table, "s3:GetObject")["outcome"] == "allowed"
        assert len(table.attrs["unknown"]) == 2
        assert "Resource-based policies" in table.attrs["unknown"][0]
        export.save(tmp_path / "saved.json")
    export.create_bucket("reports")
    export.create_organization()
    assert analysis.effective_permissions(export).attrs["unknown"] == []


def test_rows_without_pandas():
    script = (
        "import sys; from iamlab import Account, analysis\n"
        "lab = Account(); lab.create_user('alice')\n"
        "rows = analysis.permissions(lab, 'alice', services='sts')\n"
        "found = {row.action: row.label.outcome for row in rows}\n"
        "assert found['sts:GetCallerIdentity'] == 'allowed', found\n"
        "assert len(rows) == len(found)\n"
        "assert 'pandas' not in sys.modules and 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_what_is_shown_is_the_same_on_every_run(lab):
    give(lab, {"Action": "s3:*", "Resource": "arn:aws:s3:::b/*"})
    assert repr(permissions(lab, "alice", services="s3")) == (
        f"<Permissions of arn:aws:iam::111122223333:user/alice: {len(index.span('s3'))} rows>"
    )
    first, second = (analysis.effective_permissions(lab, "alice") for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert OUTCOMES[-1] == "allowed"


# The furnished account, and a crooked one: never contradicted by a decision.


def crooked() -> Account:
    """An account with every kind of policy at odds with others."""
    lab = Account()
    lab.create_user("alice", tags={"team": "blue"})
    lab.create_user("bob")
    group = lab.create_group("Developers")
    group.add_user("alice")
    group.add_user("bob")
    group.create_policy(
        "group",
        document(
            {"Action": ["s3:*", "sqs:*", "ec2:*", "kms:*", "sts:*"]},
            {"Effect": "Deny", "Action": "s3:Delete*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}},
            {
                "Effect": "Deny",
                "Action": "ec2:*",
                "Condition": {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}},
            },
        ),
    )
    lab.users["alice"].create_policy(
        "own",
        document(
            {"Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/team}*"},
            {"Effect": "Deny", "Action": "s3:*", "NotResource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]},
        ),
    )
    lab.users["bob"].put_permissions_boundary(
        lab.create_policy(
            "Frontier", document({"Action": ["s3:*", "sts:*"]}, {"Effect": "Deny", "Action": "s3:PutObject*"})
        )
    )
    bucket = lab.create_bucket("reports")
    bucket.put_policy(
        document(
            {"Action": "s3:*", "Principal": {"AWS": lab.users["bob"].arn}, "Resource": "arn:aws:s3:::reports/*"},
            {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/secret/*"},
        )
    )
    lab.create_resource(
        "arn:aws:kms:us-east-1:111122223333:key/1",
        policy=document({"Principal": {"AWS": "111122223333"}, "Action": "kms:*"}),
    )
    role = lab.create_role(
        "Reader",
        {"Statement": {**ROOT_TRUST["Statement"], "Principal": {"AWS": [lab.users["bob"].arn, "111122223333"]}}},
    )
    role.create_policy("own", document({"Action": "s3:Get*", "Resource": "arn:aws:s3:::*/*"}))
    return lab


LABS = {"example": Account.example(), "crooked": crooked()}
_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_FILLINGS = {"Partition": ["aws"], "Region": ["us-east-1", "eu-west-1"], "Account": ["111122223333"]}
_FILLINGS |= {"BucketName": ["reports", "northwind-reports", "other"], "TableName": ["blue", "red"]}
_FILLINGS |= {"KeyId": ["1", "2"], "RoleNameWithPath": ["Reader", "DeployRole"], "QueueName": ["jobs"]}
_FILLINGS |= {"ObjectName": ["q3.csv", "secret/x"]}
_SERVICES = ["s3", "sqs", "ec2", "kms", "sts", "dynamodb", "iam", "lambda"]
_CONTEXT = st.fixed_dictionaries(
    {},
    optional={
        "aws:MultiFactorAuthPresent": st.sampled_from(["true", "false"]),
        "aws:SourceIp": st.sampled_from(["192.0.2.7", "10.0.0.1"]),
        "aws:PrincipalTag/team": st.sampled_from(["red", None]),
    },
)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_never_contradicted_by_a_decision(data):
    lab = LABS[data.draw(st.sampled_from(list(LABS)))]
    who = data.draw(st.sampled_from([*lab.users, *(f"arn:aws:iam::111122223333:role/{r}" for r in lab.roles), lab.arn]))
    context = data.draw(_CONTEXT)
    service = services.service(data.draw(st.sampled_from(_SERVICES)))
    action = data.draw(st.sampled_from(list(service.actions.values())))
    formats = [arn for use in action.resource_types for arn in service.resource_types[use.name].arns]
    resource = "*"
    if formats:
        resource = _PLACEHOLDER.sub(
            lambda found: data.draw(st.sampled_from(_FILLINGS.get(found[1], ["x1", "y2"]))),
            data.draw(st.sampled_from(formats)),
        )
    name = f"{service.prefix}:{action.name}"
    decision = lab.decide(who, name, resource, context)
    for options in ({}, {"resources": resource}):
        rows = permissions(lab, who, context=context, services=service.prefix, **options)
        said = {found.label.outcome for found in rows if found.action == name}
        assert len(said) == 1, (name, resource, said)
        (outcome,) = said
        if outcome == "allowed":
            assert decision.allowed, (options, decision)
        elif outcome != "conditional":
            assert not decision.allowed, (options, decision)
