"""The visual editor's blocks: there and back without loss, and a changed block changes nothing else."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iamlab.catalog import managed
from iamlab.errors import MalformedPolicyDocument
from iamlab.policy import PolicyDocument
from iamlab.policy.actions import expand
from iamlab.policy.blocks import Block, RequestCondition, block_at, from_blocks, to_blocks
from iamlab.policy.summary import summary, summary_table

LIST_AND_READ = {
    "Version": "2012-10-17",
    "Id": "reports",
    "Statement": [
        {
            "Action": ["s3:ListBucket", "sqs:SendMessage", "S3:getobject"],
            "Sid": "Both",
            "Effect": "Allow",
            "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"],
            "Condition": {"Bool": {"aws:SecureTransport": True}, "NumericLessThan": {"s3:max-keys": [5]}},
        },
        {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"},
        {"Resource": "*", "Action": ["sns:List*"], "Effect": "Allow", "Sid": "Topics"},
    ],
}


@pytest.fixture
def policy():
    return PolicyDocument.parse(LIST_AND_READ)


def parsed(**elements):
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **elements}})


def test_a_block_for_each_service(policy):
    blocks = to_blocks(policy)
    assert [(block.service, block.actions, block.origin) for block in blocks] == [
        ("s3", ("ListBucket", "getobject"), 0),
        ("sqs", ("SendMessage",), 0),
        ("", (), 1),
        ("sns", ("List*",), 2),
    ]
    assert blocks[0].conditions == (
        RequestCondition("Bool", "aws:SecureTransport", (True,)),
        RequestCondition("NumericLessThan", "s3:max-keys", (5,)),
    )
    assert blocks[2].json_only
    assert blocks[2].statement == LIST_AND_READ["Statement"][1]
    assert [block.title for block in blocks] == ["Amazon S3", "Amazon SQS", "Only in JSON", "Amazon SNS"]


@pytest.mark.parametrize(
    "elements",
    [
        {"NotAction": "s3:*", "Resource": "*"},
        {"Action": "s3:*", "NotResource": "*"},
        {"Action": "s3:*", "Resource": "*", "Principal": "*"},
        {"Action": "s3*:Get*", "Resource": "*"},
        {"Action": [], "Resource": "*"},
        {"Action": "s3:*", "Resource": []},
        {"Action": "sts:AssumeRole", "Principal": {"AWS": "111122223333"}},
        {"Action": "s3:", "Resource": "*"},
    ],
)
def test_only_in_json(elements):
    (block,) = to_blocks(parsed(**elements))
    assert block.json_only
    assert from_blocks([block], parsed(**elements)) == parsed(**elements)
    assert from_blocks([replace(block, origin=None)]).to_dict()["Statement"] == [{"Effect": "Allow", **elements}]


def test_all_services():
    (block,) = to_blocks(parsed(Action="*", Resource="*"))
    assert (block.service, block.all_actions, block.all_resources, block.title) == ("*", True, True, "All services")
    assert from_blocks([replace(block, origin=None)]).statements[0].actions == ("*",)


def test_every_managed_policy_there_and_back():
    for name in managed.managed_policy_names():
        document = PolicyDocument.parse(managed.managed_policy_text(name))
        back = from_blocks(to_blocks(document), document)
        assert json.dumps(back.to_dict()) == json.dumps(document.to_dict()), name


def test_every_managed_policy_written_anew_means_the_same():
    """Without the document to lean on, each block becomes a statement of its own; actions and resources stay."""
    for name in managed.managed_policy_names()[::25]:
        document = PolicyDocument.parse(managed.managed_policy_text(name))
        anew = from_blocks([replace(block, origin=None, sid=None) for block in to_blocks(document)])
        for effect in ("Allow", "Deny"):
            assert granted(anew, effect) == granted(document, effect)


def granted(document, effect):
    """Every action with the resources and conditions of its statement."""
    return {
        (action.lower(), statement.resources, statement.not_actions, sorted(statement.conditions).__repr__())
        for statement in document.statements
        if statement.effect == effect
        for action in statement.actions or ("",)
    }


TEXT = st.text(st.characters(codec="utf-8"), max_size=4)
ACTIONS = st.sampled_from(["s3:GetObject", "S3:List*", "*", "sqs:*", "x:y", "nocolon", "s*:a", ""]) | TEXT
VALUES = st.one_of(TEXT, st.integers(), st.booleans(), st.lists(TEXT | st.integers(), max_size=2))
STATEMENT = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]), "Action": ACTIONS | st.lists(ACTIONS, max_size=4)},
    optional={
        "Sid": TEXT,
        "Resource": TEXT | st.lists(TEXT, max_size=2),
        "Condition": st.dictionaries(TEXT, st.dictionaries(TEXT, VALUES, max_size=2), max_size=2),
        "Principal": st.just("*"),
    },
)


@settings(max_examples=300, deadline=None)
@given(statements=STATEMENT | st.lists(STATEMENT, max_size=4))
def test_any_policy_there_and_back(statements):
    document = PolicyDocument.parse({"Statement": statements, "Version": "2012-10-17"})
    back = from_blocks(to_blocks(document), document)
    assert json.dumps(back.to_dict()) == json.dumps(document.to_dict())


def test_a_changed_block_keeps_the_rest(policy):
    blocks = to_blocks(policy)
    blocks[3] = replace(blocks[3], resources=("arn:aws:sns:*:*:alerts",))
    changed = from_blocks(blocks, policy).to_dict()
    assert changed["Id"] == "reports"
    assert changed["Statement"][:2] == LIST_AND_READ["Statement"][:2]
    assert changed["Statement"][2] == {**LIST_AND_READ["Statement"][2], "Resource": "arn:aws:sns:*:*:alerts"}
    assert list(changed["Statement"][2]) == list(LIST_AND_READ["Statement"][2])


def test_a_changed_block_of_two_services_makes_two_statements(policy):
    blocks = to_blocks(policy)
    blocks[1] = replace(blocks[1], actions=("*",))
    first, second, *rest = from_blocks(blocks, policy).to_dict()["Statement"]
    assert (first["Sid"], first["Action"]) == ("Both", ["s3:ListBucket", "s3:getobject"])
    assert "Sid" not in second
    assert second["Action"] == "sqs:*"
    assert first["Condition"] == second["Condition"]
    assert rest == LIST_AND_READ["Statement"][1:]


def test_added_removed_moved_and_copied(policy):
    blocks = to_blocks(policy)
    new = Block("iam", ("GetUser",))
    assert from_blocks([*blocks, new], policy).statements[-1].actions == ("iam:GetUser",)
    assert [s.label for s in from_blocks(blocks[2:], policy).statements] == ["statement 1", "Topics"]
    moved = from_blocks([blocks[3], *blocks[:3]], policy).to_dict()["Statement"]
    assert moved == [LIST_AND_READ["Statement"][number] for number in (2, 0, 1)]
    copied = from_blocks([blocks[3], blocks[2], blocks[3]], policy)
    assert [statement.sid for statement in copied.statements] == ["Topics", None, None]


def test_a_condition_taken_away(policy):
    blocks = [replace(block, conditions=()) if block.origin == 0 else block for block in to_blocks(policy)]
    assert all(not statement.conditions for statement in from_blocks(blocks, policy).statements)


def test_two_conditions_with_one_key_put_their_values_together():
    conditions = tuple(RequestCondition("StringEquals", "aws:username", (name,)) for name in ("alice", "bob"))
    document = from_blocks([Block("s3", ("*",), conditions=conditions)])
    assert document.statements[0].conditions == (("StringEquals", "aws:username", ("alice", "bob")),)


LISTED = {
    "Action": ["s3:ListBucket"],
    "Resource": ["*"],
    "Condition": {"NumericLessThan": {"s3:max-keys": [5]}, "Bool": {"aws:SecureTransport": True}},
}


@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"actions": ("GetObject",)}, ("Action", "s3:GetObject")),
        ({"resources": ("arn:aws:s3:::a", "arn:aws:s3:::b")}, ("Resource", ["arn:aws:s3:::a", "arn:aws:s3:::b"])),
        ({"conditions": ()}, ("Condition", None)),
        ({"effect": "Deny"}, ("Effect", "Deny")),
        ({"sid": "Listed"}, ("Sid", "Listed")),
    ],
)
def test_only_the_changed_element_is_written_anew(changes, element):
    """Lists of one stay lists, numbers stay numbers, where nobody touched them."""
    document = parsed(**LISTED)
    (block,) = to_blocks(document)
    name, value = element
    expected = {"Effect": "Allow", **LISTED, name: value}
    if value is None:
        del expected[name]
    assert from_blocks([replace(block, **changes)], document).to_dict()["Statement"] == expected


def test_an_empty_operator_stays():
    document = parsed(Action="s3:*", Resource="*", Condition={"Bool": {}})
    (block,) = to_blocks(document)
    changed = from_blocks([replace(block, actions=("GetObject",))], document).to_dict()["Statement"]
    assert changed["Condition"] == {"Bool": {}}


def test_of_changed_conditions_the_others_stay():
    document = parsed(**LISTED)
    (block,) = to_blocks(document)
    added = (*block.conditions, RequestCondition("StringLike", "s3:prefix", ("a/*",)))
    assert from_blocks([replace(block, conditions=added)], document).to_dict()["Statement"]["Condition"] == {
        **LISTED["Condition"],
        "StringLike": {"s3:prefix": "a/*"},
    }


def test_a_block_edited_as_json_is_written_as_it_stands():
    document = parsed(**LISTED)
    (block,) = to_blocks(document)
    statement = {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}
    assert from_blocks([replace(block, statement=statement)], document).to_dict()["Statement"] == statement
    back = from_blocks([replace(block, sid="Back")], parsed(NotAction="iam:*", Resource="*")).to_dict()["Statement"]
    assert list(back) == ["Sid", "Effect", "Action", "Resource", "Condition"]


def test_a_block_of_another_document_is_written_anew():
    (block,) = to_blocks(parsed(**LISTED))
    base = parsed(Action="sqs:*", Resource="*")
    document = from_blocks([*to_blocks(base), replace(block, origin=1)], base)
    assert [statement.actions for statement in document.statements] == [("sqs:*",), ("s3:ListBucket",)]


def test_the_block_of_a_service_in_capitals():
    document = parsed(Action=["sqs:SendMessage", "S3:GetObject"], Resource="*")
    assert block_at(to_blocks(document), "$.Statement.Action[1]", document) == 1
    assert block_at(to_blocks(document), "$.Statement.Resource", document) == 0


def test_single_statement_stays_an_object():
    document = parsed(Action="s3:*", Resource="*")
    (block,) = to_blocks(document)
    assert isinstance(from_blocks([replace(block, effect="Deny")], document).to_dict()["Statement"], dict)


def test_a_block_that_makes_no_policy():
    with pytest.raises(MalformedPolicyDocument, match="Effect must be Allow or Deny"):
        from_blocks([Block("s3", ("*",), effect="Perhaps")])


def test_levels_and_types():
    block = Block("s3", ("Get*", "ListBucket", "DeleteObject"))
    levels = {level.name: level for level in block.levels()}
    assert "ListBucket" in levels["List"].chosen
    assert levels["Write"].chosen == ("DeleteObject",)
    assert not levels["Write"].full
    assert all(level.full for level in Block("s3", ("*",)).levels())
    together = sum(len(level.chosen) for level in block.levels())
    assert together == bin(expand(block.patterns())).count("1")
    assert {"bucket", "object"} <= set(block.resource_types())
    by_type = Block("s3", ("*",), ("arn:aws:s3:::reports", "arn:aws:sqs:*:*:x")).resources_by_type()
    assert by_type["bucket"] == ("arn:aws:s3:::reports",)
    assert by_type[""] == ("arn:aws:sqs:*:*:x",)


def test_a_new_block_is_about_all_resources():
    assert from_blocks([Block("iam", ("GetUser",))]).statements[0].resources == ("*",)


def test_only_types_that_the_actions_work_on():
    assert set(Block("s3", ("ListBucket",)).resource_types()) == {"accesspoint", "bucket"}


def test_a_variable_may_become_any_name():
    mine = "arn:aws:sqs:*:*:${aws:username}"
    assert Block("sqs", ("SendMessage",), (mine,)).resources_by_type() == {"queue": (mine,)}


def test_a_block_shows_no_whole_statement():
    (block,) = to_blocks(parsed(NotAction="s3:*", Resource="*"))
    assert "NotAction" not in repr(block)


def test_a_service_that_nobody_knows():
    block = Block("nosuch", ("Thing",), ("arn:aws:nosuch:::x",))
    assert (block.title, block.levels(), block.resource_types()) == ("nosuch", (), {})
    assert block.resources_by_type() == {"": ("arn:aws:nosuch:::x",)}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("$.Statement[0].Action[1]", 1),
        ("$.Statement[0].Action[2]", 0),
        ("$.Statement[0].Resource[0]", 0),
        ("$.Statement[1].NotAction", 2),
        ("$.Statement[2]", 3),
        ("$.Version", None),
        ("$", None),
    ],
)
def test_block_of_a_place(policy, path, place):
    assert block_at(to_blocks(policy), path, policy) == place


def test_summary(policy):
    rows = [
        (row.effect, row.service, row.access_level, row.resource) for row in summary(policy) if row.effect == "Allow"
    ]
    assert rows == [
        ("Allow", "Amazon S3", "Limited: List, Read", "Multiple"),
        ("Allow", "Amazon SNS", "Full: List Limited: Read", "All resources"),
        ("Allow", "Amazon SQS", "Limited: Write", "Multiple"),
    ]
    assert summary(policy)[-1].request_condition == "Multiple"


def test_summary_of_an_administrator():
    document = PolicyDocument.parse(managed.managed_policy_text("AdministratorAccess"))
    assert summary_table(document).rows == [("All services", "Full access", "All resources", "None")]


def test_summary_names_the_one_resource_and_condition():
    document = parsed(
        Action="s3:GetObject", Resource="arn:aws:s3:::reports/*", Condition={"Bool": {"aws:SecureTransport": "true"}}
    )
    assert summary_table(document).rows == [
        ("Amazon S3", "Limited: Read", "arn:aws:s3:::reports/*", "aws:SecureTransport Bool true")
    ]


def test_summary_says_explicit_deny():
    document = PolicyDocument.parse({"Statement": {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}})
    assert summary_table(document).rows == [("Amazon SQS (explicit deny)", "Full access", "All resources", "None")]
