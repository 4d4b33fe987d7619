"""Expanding action patterns, held against matching every name one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iamlab.catalog import index, managed
from iamlab.policy import PolicyDocument
from iamlab.policy.actions import access_levels, expand, statement_actions


def document(**elements: object) -> PolicyDocument:
    return PolicyDocument.parse({"Statement": {"Effect": "Allow", "Resource": "*", **elements}})


def slowly(statement) -> list[str]:
    return [name for name in index.action_names() if statement.concerns(name.lower())]


def test_the_whole_and_nothing():
    assert expand(["*"]) == expand(["*:*"]) == index.all_bits()
    assert expand([]) == expand(["nope:*"]) == expand(["s3"]) == expand(["s3:"]) == expand(["s3:NoSuch"]) == 0


def test_case_does_not_matter():
    assert index.names_of(expand(["S3:GETobject"])) == ["s3:GetObject"]
    assert expand(["EC2:describe*"]) == expand(["ec2:Describe*"])


def test_wildcards_anywhere_in_the_name():
    names = index.names_of(expand(["s3:*Object*Tag*", "sts:?etSessionToken"]))
    assert "s3:PutObjectVersionTagging" in names
    assert "sts:GetSessionToken" in names
    assert "s3:PutObject" not in names


def test_a_prefix_with_a_wildcard_only_denies():
    assert expand(["s3*:Get*"]) == 0
    assert {n.split(":")[0] for n in index.names_of(expand(["s3*:Get*"], effect="Deny"))} >= {"s3", "s3express"}


def test_not_action_is_the_complement():
    everything_else = statement_actions(document(NotAction=["iam:*", "sts:*"]).statements[0])
    assert everything_else == index.all_bits() & ~expand(["iam:*", "sts:*"])


def test_power_user_and_read_only():
    power = PolicyDocument.parse(managed.managed_policy_text("PowerUserAccess"))
    bits = statement_actions(power.statements[0])
    assert not bits & expand(["iam:*", "organizations:*", "account:*"])
    assert bits & expand(["ec2:*"]) == expand(["ec2:*"])
    read_only = PolicyDocument.parse(managed.managed_policy_text("ReadOnlyAccess"))
    found = 0
    for statement in read_only.statements:
        found |= statement_actions(statement)
    assert found.bit_count() > 3_000
    assert not found & expand(["iam:CreateUser", "s3:PutObject", "ec2:RunInstances"])


def test_every_managed_policy_expands_as_it_matches():
    for name in managed.managed_policy_names()[::40]:
        for statement in PolicyDocument.parse(managed.managed_policy_text(name)).statements[:3]:
            assert index.names_of(statement_actions(statement)) == slowly(statement), name


_WORDS = st.sampled_from(
    ["s3", "sts", "S3", "s*", "?3", "*", "iam", "Get", "getObject", "Object", "Assume", "?ole", ""]
)


@given(st.lists(st.tuples(_WORDS, st.lists(_WORDS, max_size=3)), min_size=1, max_size=3), st.booleans(), st.booleans())
def test_any_pattern_expands_as_it_matches(parts, deny, negated):
    patterns = [f"{service}:{'*'.join(words)}" for service, words in parts]
    element = "NotAction" if negated else "Action"
    policy = {"Statement": {"Effect": "Deny" if deny else "Allow", element: patterns, "Resource": "*"}}
    statement = PolicyDocument.parse(policy).statements[0]
    expanded = set(index.names_of(statement_actions(statement)))
    for name in [*index.names_of(expand(["s3:*", "sts:*", "iam:*"])), "ec2:RunInstances"]:
        assert (name in expanded) == statement.concerns(name.lower()), (patterns, name)


def test_access_levels():
    levels = {a.service: a for a in access_levels(document(Action=["iam:*", "s3:ListBucket", "s3:Tag*", "s3:Untag*"]))}
    assert levels["iam"].full_access
    assert levels["s3"].levels["List"] == "Limited"
    assert not levels["s3"].full_access
    assert access_levels(document(Action="iam:*", Effect="Deny")) == []
    assert [a.service for a in access_levels(document(Action="iam:*", Effect="Deny"), "Deny")] == ["iam"]


def test_full_access_needs_every_level():
    lists = index.names_of(index.level_bits("List") & index.service_bits("sns"))
    (only_lists,) = access_levels(document(Action=lists))
    assert only_lists.levels == {"List": "Full"}
    assert not only_lists.full_access
    levels = index.LEVELS.values()
    one_of_each = [index.names_of(index.level_bits(level) & index.service_bits("sns"))[0] for level in levels]
    (some,) = access_levels(document(Action=one_of_each))
    assert "Limited" in some.levels.values()
    assert not some.full_access
    assert access_levels(document(Action="sns:*"))[0].full_access


def test_a_question_mark_at_the_end_is_one_character():
    assert index.names_of(expand(["s3:GetObjec?"])) == ["s3:GetObject"]
    assert expand(["s3:GetObject?"]) == 0
