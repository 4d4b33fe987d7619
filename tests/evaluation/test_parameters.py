"""The parameters of a simulation: AWS's constraints, and what values mean."""

import pytest

from iamlab.errors import InvalidInput, ValidationError
from iamlab.evaluation.parameters import check, read_context_entry, read_questions

POLICY_LISTS = [
    "PermissionsBoundaryPolicyInputList",
    "PolicyInputList",
    "ResourceControlPolicyInputList",
    "ServiceControlPolicyInputList",
    "SessionPolicyInputList",
    "VpcEndpointPolicyInputList",
]
LENGTHS = {
    **dict.fromkeys(POLICY_LISTS, (1, 131_072)),
    "ActionNames": (3, 128),
    "ContextKeyValues": (0, 131_072),
    "ResourceArns": (1, 2048),
    "AttachmentName": (1, 128),
    "CallerArn": (1, 2048),
    "ContextKeyName": (5, 256),
    "ManagementAccountId": (1, 2048),
    "Marker": (1, 320),
    "PolicyArn": (20, 2048),
    "PolicyName": (1, 128),
    "PolicySourceArn": (20, 2048),
    "ResourceHandlingOption": (1, 64),
    "ResourceOwner": (1, 2048),
    "ResourcePolicy": (1, 131_072),
}
LISTS = {*POLICY_LISTS, "ActionNames", "ContextKeyValues", "ResourceArns"}


def faulty(**parameters):
    try:
        check(parameters, ())
    except ValidationError as error:
        return error.message
    return ""


@pytest.mark.parametrize("name", LENGTHS)
def test_a_text_has_its_shortest_and_longest_length(name):
    shortest, longest = LENGTHS[name]

    def given(text):
        return faulty(**{name: [text] if name in LISTS else text})

    where = f"{name}.1" if name in LISTS else name
    wrong = f"{where} must be text of {shortest} to {longest} characters"
    assert given("x" * shortest) == given("x" * longest) == ""
    assert given("x" * (longest + 1)) == wrong
    assert shortest == 0 or given("x" * (shortest - 1)) == wrong
    assert given(7) == wrong


@pytest.mark.parametrize(
    "name", sorted({*LISTS, "ContextEntries", "OrderedOrganizationPolicyInputList", "PolicyExclusionList"})
)
def test_a_list_is_a_list(name):
    for value in ("text", {"a": 1}, 7):
        assert faulty(**{name: value}) == f"{name} must be a list"
    assert faulty(**{name: []}) == faulty(**{name: ()}) == ""


def test_every_broken_constraint_is_told():
    message = faulty(ActionNames=["s3:GetObject", "x"], CallerArn="", Marker=None)
    assert (
        message == "ActionNames.2 must be text of 3 to 128 characters; CallerArn must be text of 1 to 2048 characters"
    )
    with pytest.raises(ValidationError, match="PolicyInputList is required; ActionNames is required"):
        check({"PolicyInputList": None}, ("PolicyInputList", "ActionNames"))


def test_a_page_has_one_to_a_thousand_results():
    assert faulty(MaxItems=1) == faulty(MaxItems=1000) == ""
    for wrong in (0, 1001, "5", True):
        assert faulty(MaxItems=wrong) == "MaxItems must be a number from 1 to 1000"


def test_structures_are_looked_into():
    level = {"ServiceControlPolicyInputList": [""]}
    assert faulty(OrderedOrganizationPolicyInputList=[{}] * 7) == ""
    assert faulty(OrderedOrganizationPolicyInputList=[{}] * 8).endswith("may have 7 members at the most")
    assert "ServiceControlPolicyInputList.1 must be text" in faulty(OrderedOrganizationPolicyInputList=[level])
    assert faulty(OrderedOrganizationPolicyInputList=[{}, "x"]).endswith("List.2 must be a structure")
    assert faulty(ContextEntries=[{}] * 50) == ""
    assert "ContextKeyName must be text" in faulty(ContextEntries=[{"ContextKeyName": "aws"}])
    assert "ContextKeyValues must be a list" in faulty(ContextEntries=[7, {"ContextKeyValues": "x"}])


@pytest.mark.parametrize("kind", ["string", "numeric", "boolean", "ip", "binary", "date"])
def test_context_keys_have_awss_types(kind):
    for name in (kind, f"{kind}List"):
        assert faulty(ContextEntries=[{"ContextKeyType": name}]) == ""
    assert faulty(ContextEntries=[{"ContextKeyType": f"{kind}s"}]) == (
        f"ContextKeyType '{kind}s' must be one of string, stringList, numeric, numericList, boolean, booleanList, "
        "ip, ipList, binary, binaryList, date, dateList"
    )


INLINE = {"PolicyName": "own", "AttachmentType": "user", "AttachmentName": "alice"}


@pytest.mark.parametrize(
    ("exclusion", "message"),
    [
        ({"PolicyType": "scp"}, ""),
        ({"PolicyType": "rcp"}, ""),
        (7, "PolicyExclusionList.1 must be a structure"),
        ({"PolicyArn": "arn:aws:iam::aws:policy/A"}, ""),
        ({"InlinePolicyIdentifier": INLINE}, ""),
        ("own", "PolicyExclusionList.1 must be a structure"),
        ({}, "PolicyExclusionList.1 must have exactly one of PolicyType, PolicyArn, InlinePolicyIdentifier"),
        ({"PolicyType": "scp", "PolicyArn": "arn:aws:iam::aws:policy/A"}, "PolicyExclusionList.1 must have exactly"),
        ({"PolicyType": "SCP"}, "PolicyType 'SCP' must be one of inline, aws-managed, user-managed, permission-bound"),
        ({"PolicyType": ["scp"]}, "PolicyType must be one of"),
        ({"PolicyArn": "own"}, "PolicyArn must be text of 20 to 2048 characters"),
        ({"Name": "own"}, "PolicyExclusionList.1 has no member 'Name': expected PolicyType, PolicyArn, Inline"),
        ({"InlinePolicyIdentifier": "own"}, "InlinePolicyIdentifier must be a structure"),
        ({"InlinePolicyIdentifier": {"PolicyName": "own", "AttachmentType": "user"}}, "needs AttachmentName"),
        ({"InlinePolicyIdentifier": INLINE | {"AttachmentType": "bucket"}}, "must be one of user, group, role"),
        ({"InlinePolicyIdentifier": INLINE | {"Arn": "x"}}, "InlinePolicyIdentifier has no member 'Arn'"),
    ],
)
def test_an_exclusion_is_exactly_one_of_three_kinds(exclusion, message):
    told = faulty(PolicyExclusionList=[exclusion])
    assert message in told if message else told == ""


def test_an_account_can_leave_out_256_policies_at_once():
    assert faulty(PolicyExclusionList=[{"PolicyType": "scp"}] * 256) == ""
    assert faulty(PolicyExclusionList=[{"PolicyType": "scp"}] * 257).endswith("may have 256 members at the most")


def test_a_structure_has_no_other_members():
    assert "ContextEntries.1 has no member 'Name'" in faulty(ContextEntries=[{"Name": "aws:username"}])
    assert "InputList.1 has no member 'Name'" in faulty(OrderedOrganizationPolicyInputList=[{"Name": "Root"}])


ASKED = {"ActionNames": ["s3:GetObject"]}


def test_questions_are_read_from_the_apis_names():
    questions = read_questions(
        {
            **ASKED,
            "ResourceArns": ["*", "arn:aws:s3:::reports"],
            "CallerArn": "arn:aws:iam::111122223333:user/alice",
            "ResourceOwner": "arn:aws:iam::444455556666:root",
            "ManagementAccountId": "777788889999",
            "MaxItems": 5,
            "Marker": "10",
            "ResourceHandlingOption": None,
            "ContextEntries": [{"ContextKeyName": "aws:a", "ContextKeyValues": ["x"]}],
        }
    )
    assert (questions.actions, questions.resources) == (["s3:GetObject"], ["*", "arn:aws:s3:::reports"])
    assert (questions.caller, questions.owner) == ("arn:aws:iam::111122223333:user/alice", "444455556666")
    assert (questions.management_account, questions.max_items, questions.marker) == ("777788889999", 5, "10")
    assert questions.context == {"aws:a": "x"}
    bare = read_questions(ASKED)
    assert (bare.resources, bare.caller, bare.owner, bare.max_items, bare.marker) == ((), "", None, 100, None)
    assert read_questions({**ASKED, "ResourceOwner": "444455556666"}).owner == "444455556666"


def test_a_group_that_calls_is_some_user():
    assert read_questions({**ASKED, "CallerArn": "arn:aws:iam::111122223333:group/Devs"}).caller == ""


@pytest.mark.parametrize(
    "option", ["EC2-VPC-InstanceStore", "EC2-VPC-InstanceStore-Subnet", "EC2-VPC-EBS", "EC2-VPC-EBS-Subnet"]
)
def test_the_known_options_of_resource_handling(option):
    assert read_questions({**ASKED, "ResourceHandlingOption": option}).actions == ["s3:GetObject"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"ResourcePolicy": "{}"}, "CallerArn is required"),
        ({"ResourceHandlingOption": "EC2"}, "Invalid resource handling option 'EC2'"),
        ({"PermissionsBoundaryPolicyInputList": ["a", "b"]}, "Only one permissions boundary"),
        ({"ActionNames": ["s3:GetObject", "s3:*"]}, "Invalid Action Name: s3:\\*"),
        ({"ActionNames": ["s3GetObject"]}, "Invalid Action Name: s3GetObject"),
        ({"ActionNames": ["s3:"]}, "Invalid Action Name: s3:"),
        ({"ResourceArns": ["reports"]}, "reports"),
        ({"CallerArn": "alice"}, "alice"),
        ({"ResourceOwner": "arn:aws:s3:::reports"}, "expected arn:aws:iam::ACCOUNT:root"),
        ({"ResourceOwner": "me"}, "me"),
        ({"ContextEntries": [{}]}, "A context entry has a ContextKeyName"),
    ],
)
def test_what_is_of_the_right_shape_and_still_no_good(wrong, message):
    with pytest.raises(InvalidInput, match=message):
        read_questions({**ASKED, **wrong})


@pytest.mark.parametrize(
    ("kind", "values", "read"),
    [
        ("string", ["a"], "a"),
        ("stringList", ["a"], ("a",)),
        ("stringList", [], ()),
        (None, ["a"], "a"),
        (None, ["a", "b"], ("a", "b")),
        ("string", ["a", "b"], ("a", "b")),
    ],
)
def test_a_context_entry_is_one_value_or_a_list(kind, values, read):
    assert read_context_entry(_entry(kind, values)) == {"aws:a": read}


def _entry(kind, values):
    return {"ContextKeyName": "aws:a", "ContextKeyType": kind, "ContextKeyValues": values}


def test_no_value_means_no_key():
    assert read_context_entry(_entry("string", [])) == read_context_entry(_entry("string", None)) == {}
