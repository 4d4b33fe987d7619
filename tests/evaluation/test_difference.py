"""Two policies compared: every witness is the truth, and a complete answer overlooks nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iamlab import PolicyDocument, PolicySet, Request, evaluate
from iamlab.catalog import index
from iamlab.evaluation.difference import CALLER, Witness, difference


def document(*statements):
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


READ = document(allow("s3:Get*", "arn:aws:s3:::reports/*"))


def test_the_same_said_otherwise_is_alike():
    split = document(allow("s3:GetObject*", "arn:aws:s3:::reports/*"), allow("s3:Get*", "arn:aws:s3:::reports/*"))
    answer = difference(READ, split)
    assert (answer.alike, answer.complete) == (True, True)
    assert repr(answer) == "They decide alike."


def test_more_actions_are_seen_and_only_those_the_resource_can_have():
    more = document(allow(["s3:Get*", "s3:DeleteObject"], "arn:aws:s3:::reports/*"))
    (witness,) = difference(READ, more).witnesses
    assert (witness.allowed_by, witness.action) == ("second", "s3:DeleteObject")
    assert witness.resource.startswith("arn:aws:s3:::reports/")


def test_a_narrower_resource_is_seen():
    narrow = document(allow("s3:Get*", "arn:aws:s3:::reports/public/*"))
    witnesses = difference(READ, narrow).witnesses
    assert witnesses
    assert all(w.allowed_by == "first" and "public" not in w.resource for w in witnesses)


def test_the_key_that_matters_is_named():
    guard = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    guard["Condition"] = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    guarded = document(allow("s3:Get*", "arn:aws:s3:::reports/*"), guard)
    (witness,) = difference(READ, guarded).witnesses
    assert witness.context == {"aws:multifactorauthpresent": None}
    assert "without aws:multifactorauthpresent" in repr(witness)


def test_odd_patterns_make_it_incomplete():
    answer = difference(document(allow("s3:GetObject", "arn:aws:s3:::a?c/*")), READ)
    assert not answer.complete
    assert "a?c" in repr(answer)


@pytest.mark.parametrize("versions", [("s3:*", "s3:Get*"), ("s3:Madeup", "s3:Other"), ("*", "iam:*")])
def test_each_way_is_shown(versions):
    first, second = (document(allow(action)) for action in versions)
    assert {w.allowed_by for w in difference(first, second).witnesses} >= {"first"}
    assert {w.allowed_by for w in difference(second, first).witnesses} >= {"second"}


actions = st.sampled_from(["s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "sqs:*", "*"])
resources = st.sampled_from(
    ["*", "arn:aws:s3:::reports/*", "arn:aws:s3:::reports/a/*", "arn:aws:s3:::reports/a/x", "arn:aws:s3:::*.csv"]
)
conditions = st.sampled_from(
    [
        {},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Condition": {"NumericLessThan": {"s3:max-keys": "10"}}},
        {"Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-west-2"]}}},
        {"Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}},
    ]
)
effects = st.sampled_from(["Allow", "Allow", "Deny"])
documents = st.lists(
    st.builds(
        lambda e, a, r, c: {"Effect": e, "Action": a, "Resource": r, **c}, effects, actions, resources, conditions
    ),
    min_size=1,
    max_size=3,
).map(lambda made: document(*made))
requests = st.tuples(
    st.sampled_from(["s3:GetObject", "s3:GetObjectTagging", "s3:PutObject"]),
    st.sampled_from(
        ["arn:aws:s3:::reports/a/x", "arn:aws:s3:::reports/b.csv", "arn:aws:s3:::reports/a/b", "arn:aws:s3:::z/q"]
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "aws:SecureTransport": st.sampled_from(["true", "false"]),
            "s3:max-keys": st.sampled_from(["5", "10", "50"]),
            "aws:RequestedRegion": st.sampled_from(["eu-west-1", "us-east-1"]),
            "aws:TagKeys": st.sampled_from([["a"], ["a", "b"], ["c"], []]),
        },
    ),
)


@settings(max_examples=60, deadline=None)
@given(documents, documents, st.lists(requests, max_size=20))
def test_it_is_sound_and_where_it_says_so_complete(first, second, asked):
    answer = difference(first, second)
    one, two = PolicySet(identity=first), PolicySet(identity=second)
    for witness in answer.witnesses:
        context = {key: value for key, value in witness.context.items() if value is not None}
        request = Request(CALLER, witness.action, witness.resource, context)
        allowed = evaluate(request, one).allowed, evaluate(request, two).allowed
        assert allowed == ((True, False) if witness.allowed_by == "first" else (False, True))
    if answer.alike and answer.complete:
        for action, resource, context in asked:
            request = Request(CALLER, action, resource, context)
            assert evaluate(request, one).allowed == evaluate(request, two).allowed


def witnesses(first, second):
    return [repr(witness) for witness in difference(first, second).witnesses]


def test_a_witness_says_which_way_where_under_which_conditions_and_how_many_are_like_it():
    def shown(context, alike):
        return repr(Witness("s3:GetObject", "x", context, "first", alike))

    assert shown({}, 0) == "only the first allows s3:GetObject on x"
    assert shown({}, 1) == "only the first allows s3:GetObject on x (and 1 more action like it)"
    assert shown({"a": None, "b": "c"}, 2) == (
        "only the first allows s3:GetObject on x, without a, with b = c (and 2 more actions like it)"
    )
    assert shown({"a": ("b", "c"), "d": ()}, 0).endswith(", with a = b, c, with d = an empty list")


def test_it_shows_itself():
    answer = difference(READ, document(allow("s3:Get?bject", "arn:aws:s3:::<b>?*")))
    assert not answer.alike
    *_, last = repr(answer).splitlines()
    assert last == "Not everything could be tried: the pattern arn:aws:s3:::<b>?* is too odd to try everything."
    assert "&lt;b&gt;?*" in answer._repr_html_()
    like = document(allow("s3:Get*", "arn:aws:s3:::reports/*", Condition={"StringLike": {"aws:username": ["a*", "*"]}}))
    same = difference(like, like)
    assert repr(same).splitlines() == [
        "No difference was found.",
        "Not everything could be tried: StringLike on aws:username has wildcards.",
    ]


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (allow("s3:*", "arn:aws:s3:::a*b*"), "the pattern arn:aws:s3:::a*b* is too odd to try everything"),
        ({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::a?"}, "the pattern arn:aws:s3:::a? is too"),
        (allow("s3:*", "arn:aws:s3:::${aws:username}"), "arn:aws:s3:::${aws:username} depends on the request"),
        (
            allow("s3:*", Condition={"StringEquals": {"aws:username": ["a", "${aws:userid}"]}}),
            "${aws:userid} depends on the request",
        ),
        (allow("s3:*", Condition={"StringLike": {"aws:username": ["a", "b*"]}}), "StringLike on aws:username has"),
        (allow("s3:*", "arn:aws:s3:::a*", Condition={"StringEquals": {"aws:username": ["a", "b"]}}), ""),
    ],
)
def test_why_not_everything_could_be_tried(made, reason):
    answer = difference(document(made), document(made))
    assert answer.why_incomplete.startswith(reason)
    assert answer.complete is (not reason)
    assert answer.alike


def test_too_many_combinations_are_told():
    keys = {f"aws:PrincipalTag/{letter}": ["x", "y"] for letter in "abcdef"}
    many = document(allow("s3:GetObject", Condition={"StringEquals": keys}))
    answer = difference(many, many)
    assert answer.why_incomplete == "s3:GetObject has more than 2000 combinations of resources and conditions"


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (
            document({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}),
            document({"Effect": "Allow", "NotAction": ["s3:*", "sqs:PurgeQueue"], "Resource": "*"}),
            ["only the first allows sqs:PurgeQueue on arn:aws:sqs:us-east-1:111122223333:x"],
        ),
        (
            document(allow("sqs:SendMessage", "arn:aws:sqs:us-east-1:111122223333:a")),
            document(allow("sqs:SendMessage", "arn:aws:sqs:us-east-1:111122223333:b")),
            [
                "only the first allows sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:a",
                "only the second allows sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:b",
            ],
        ),
        (
            document(
                {"Effect": "Allow", "Action": "sqs:SendMessage", "NotResource": "arn:aws:sqs:us-east-1:111122223333:a"}
            ),
            document(allow("sqs:SendMessage")),
            ["only the second allows sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:a"],
        ),
        (
            document(allow("sqs:Invented")),
            document(allow("sqs:Other")),
            ["only the first allows sqs:Invented on *", "only the second allows sqs:Other on *"],
        ),
        (
            document(allow("made:Up", "arn:aws:made:::a/*b")),
            document(allow("made:Up", "arn:aws:made:::a/xb")),
            ["only the first allows made:Up on arn:aws:made:::a/b"],
        ),
        (
            document(allow("sqs:SendMessage", Condition={"Bool": {"aws:SecureTransport": "true"}})),
            document(allow("sqs:SendMessage", Condition={"Bool": {"aws:SecureTransport": "false"}})),
            [
                "only the first allows sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:x, "
                "with aws:securetransport = true",
                "only the second allows sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:x, "
                "with aws:securetransport = false",
            ],
        ),
        (
            document(allow("s3:ListAllMyBuckets", Condition={"StringEquals": {"aws:username": "${aws:userid}"}})),
            document(allow("sqs:ListQueues")),
            [
                "only the first allows s3:ListAllMyBuckets on *, with aws:userid = something-else, "
                "with aws:username = something-else",
                "only the second allows sqs:ListQueues on *",
            ],
        ),
        (
            document(
                allow("sqs:ListQueues", Condition={"StringEquals": {"aws:username": "a"}}),
                allow("sqs:ListQueues", Condition={"StringEquals": {"aws:RequestedRegion": "b"}}),
            ),
            document(allow("sqs:ListQueues", Condition={"StringEquals": {"aws:RequestedRegion": "b"}})),
            [
                "only the first allows sqs:ListQueues on *, without aws:requestedregion, with aws:username = a",
            ],
        ),
    ],
)
def test_the_plainest_request_of_each_way_is_shown(first, second, found):
    assert witnesses(first, second) == found


def test_actions_that_both_decide_alike_are_counted_together():
    (witness,) = difference(document(allow("sqs:*")), document(allow("ec2:*", "arn:aws:ec2:*:*:none/x"))).witnesses
    assert (witness.allowed_by, witness.action, witness.context) == ("first", "sqs:AddPermission", {})
    assert witness.alike == len(index.span("sqs")) - 1


def test_only_keys_that_matter_are_told():
    needs = {"StringEquals": {"aws:username": "a"}, "Bool": {"aws:SecureTransport": "true"}}
    free = {"StringEquals": {"aws:username": "a"}}
    (witness,) = difference(
        document(allow("sqs:ListQueues", Condition=free)), document(allow("sqs:ListQueues", Condition=needs))
    ).witnesses
    assert witness.context == {"aws:securetransport": None, "aws:username": "a"}
    beside = document(allow("sqs:ListQueues"), allow("sqs:PurgeQueue", Condition=needs))
    (witness,) = difference(beside, document(allow("sqs:PurgeQueue", Condition=needs))).witnesses
    assert witness.context == {}
    only_other = document(
        {"Effect": "Deny", "Action": "sqs:*", "Resource": "arn:aws:sqs:us-east-1:111122223333:b", "Condition": free},
        allow("sqs:PurgeQueue"),
    )
    (witness,) = difference(only_other, document(allow("sqs:PurgeQueue"))).witnesses
    assert (witness.resource.rpartition(":")[2], witness.context) == ("b", {"aws:username": "a"})


def test_reasons_stand_in_a_row():
    odd = document(allow("s3:*", ["arn:aws:s3:::a?", "arn:aws:s3:::b?"]))
    assert difference(odd, odd).why_incomplete == (
        "the pattern arn:aws:s3:::a? is too odd to try everything; "
        "the pattern arn:aws:s3:::b? is too odd to try everything"
    )


@pytest.mark.parametrize("empty", [{"NotResource": []}, {"Resource": []}, {"NotAction": [], "Resource": "*"}])
def test_empty_lists_are_no_trouble(empty):
    made = {"Effect": "Allow", **({} if "NotAction" in empty else {"Action": "sqs:ListQueues"}), **empty}
    answer = difference(document(made), document(made))
    assert (answer.alike, answer.complete) == (True, True)


def test_an_unknown_operator_allows_nothing_and_is_no_key_to_try():
    unknown = document(allow("sqs:ListQueues", Condition={"StringMatches": {"aws:username": "a"}}))
    (witness,) = difference(document(allow("sqs:ListQueues")), unknown).witnesses
    assert (witness.allowed_by, witness.context) == ("first", {})
