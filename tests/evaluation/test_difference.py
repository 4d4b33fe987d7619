"""Two policies compared: every witness is the truth, and a complete answer overlooks nothing."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iamlab import PolicyDocument, PolicySet, Request, evaluate
from iamlab.catalog import index
from iamlab.catalog.services import service
from iamlab.errors import InvalidInput
from iamlab.evaluation.difference import CALLER, Witness, difference
from iamlab.policy.actions import expand


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
    assert witness.context == {"aws:MultiFactorAuthPresent": None}
    assert "without aws:MultiFactorAuthPresent" in repr(witness)


def test_odd_patterns_make_it_incomplete():
    answer = difference(document(allow("s3:GetObject", "arn:aws:s3:::a?c/*")), READ)
    assert not answer.complete
    assert "a?c" in repr(answer)


@pytest.mark.parametrize(
    ("narrow", "wide", "resource"),
    [
        ("arn:aws:sqs:us-east-1:*", "*", "arn:aws:sqs:something-else:111122223333:some-queue"),
        ("arn:aws:sqs:us-east-1:*:*", "arn:aws:sqs:*:*:*", "arn:aws:sqs:something-else:111122223333:some-queue"),
        ("arn:aws:sqs:us-*:*:a*", "arn:aws:sqs:*:*:a*", "arn:aws:sqs:something-else:111122223333:asomething-else"),
        ("arn:aws:sqs:*:111122223333:*", "arn:aws:sqs:*:*:*", "arn:aws:sqs:us-east-1:something-else:some-queue"),
        ("arn:aws:sqs:*:*:a*", "arn:aws:sqs:*:*:*", "arn:aws:sqs:us-east-1:111122223333:some-queue"),
    ],
)
def test_each_part_of_an_arn_is_tried_by_itself(narrow, wide, resource):
    answer = difference(document(allow("sqs:SendMessage", narrow)), document(allow("sqs:SendMessage", wide)))
    assert answer.complete
    assert [(w.allowed_by, w.resource) for w in answer.witnesses] == [("second", resource)]
    assert difference(document(allow("sqs:*", narrow)), document(allow("sqs:*", [narrow, narrow]))).alike


def test_a_name_with_colons_is_one_part():
    groups = document(allow("logs:DeleteLogGroup", "arn:aws:logs:*:*:log-group:a*"))
    assert difference(groups, groups).complete
    (witness,) = difference(groups, document(allow("logs:DeleteLogGroup", "arn:aws:logs:*:*:log-group:*"))).witnesses
    assert (witness.allowed_by, witness.resource.rpartition(":")[0][-9:]) == ("second", "log-group")


KEY, ROLE = "arn:aws:kms:us-east-1:111122223333:key/1", "arn:aws:iam::444455556666:role/Deploy"


@pytest.mark.parametrize(
    ("action", "resource", "let_in"),
    [
        ("kms:Decrypt", KEY, True),
        ("kms:ListKeys", "*", False),
        ("sts:AssumeRole", "*", True),
        ("sts:AssumeRole", ROLE, True),
        ("iam:PassRole", ROLE, True),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/Deploy", False),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:444455556666:jobs", True),
    ],
)
def test_what_a_resources_policy_must_allow_too_is_compared_beside_one_that_does(action, resource, let_in):
    (witness,) = difference(document(), document(allow(action, resource))).witnesses
    assert (witness.action, witness.allowed_by, witness.let_in) == (action, "second", let_in)
    assert resource in ("*", witness.resource)
    assert (", where the resource's policy lets the account in" in repr(witness)) is let_in


def test_actions_on_anothers_resources_do_not_speak_for_its_own():
    """Backup has actions on ARNs of any service."""
    queues = allow("*", "arn:aws:sqs:us-*:111122223333:j*")
    assert "sqs:AddPermission" in {w.action for w in difference(document(), document(queues)).witnesses}


@pytest.mark.parametrize("versions", [("s3:*", "s3:Get*"), ("s3:Madeup", "s3:Other"), ("*", "iam:*")])
def test_each_way_is_shown(versions):
    first, second = (document(allow(action)) for action in versions)
    assert {w.allowed_by for w in difference(first, second).witnesses} >= {"first"}
    assert {w.allowed_by for w in difference(second, first).witnesses} >= {"second"}


actions = st.sampled_from(["s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "sqs:*", "*"])
resources = st.sampled_from(
    [
        "*",
        "arn:aws:s3:::reports/*",
        "arn:aws:s3:::reports/a/*",
        "arn:aws:s3:::reports/a/x",
        "arn:aws:s3:::*.csv",
        "arn:aws:sqs:us-east-1:*",
        "arn:aws:sqs:*:*:jobs",
        "arn:aws:sqs:eu-*:111122223333:jobs*",
    ]
)
QUEUES = [
    f"arn:aws:sqs:{region}:111122223333:{name}"
    for region in ("us-east-1", "eu-west-1", "sa-east-1")
    for name in ("jobs", "jobs2", "q")
]
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
objects = ["arn:aws:s3:::reports/a/x", "arn:aws:s3:::reports/b.csv", "arn:aws:s3:::reports/a/b", "arn:aws:s3:::z/q"]
requests = st.builds(
    lambda about, context: (*about, context),
    st.one_of(
        st.tuples(st.sampled_from(["s3:GetObject", "s3:GetObjectTagging", "s3:PutObject"]), st.sampled_from(objects)),
        st.tuples(st.sampled_from(["sqs:SendMessage", "sqs:GetQueueUrl"]), st.sampled_from(QUEUES)),
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
    keys = {f"aws:PrincipalTag/{letter}": ["x", "y"] for letter in "abcdefghijk"}
    many = document(allow("s3:GetObject", Condition={"StringEquals": keys}))
    answer = difference(many, many)
    assert answer.why_incomplete == "s3:GetObject has more than 2000 combinations of resources and conditions"


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (
            document({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}),
            document({"Effect": "Allow", "NotAction": ["s3:*", "sqs:PurgeQueue"], "Resource": "*"}),
            ["only the first allows sqs:PurgeQueue on arn:aws:sqs:us-east-1:111122223333:some-queue"],
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
            ["only the first allows made:Up on arn:aws:made:::a/something-elseb"],
        ),
        (
            document(allow("sqs:SendMessage", Condition={"Bool": {"aws:SecureTransport": "true"}})),
            document(allow("sqs:SendMessage", Condition={"Bool": {"aws:SecureTransport": "false"}})),
            [
                "only the first allows sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:some-queue, "
                "with aws:SecureTransport = true",
                "only the second allows sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:some-queue, "
                "with aws:SecureTransport = false",
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
                "only the first allows sqs:ListQueues on *, without aws:RequestedRegion, with aws:username = a",
            ],
        ),
    ],
)
def test_the_plainest_request_of_each_way_is_shown(first, second, found):
    assert witnesses(first, second) == found


def test_actions_that_both_decide_alike_are_counted_together():
    nothing = document({"Effect": "Deny", "Action": "ec2:*", "Resource": "*"})
    (witness,) = difference(document(allow("sqs:*")), nothing).witnesses
    assert (witness.allowed_by, witness.action, witness.context) == ("first", "sqs:AddPermission", {})
    assert witness.alike == len(index.span("sqs")) - 1


def test_only_keys_that_matter_are_told():
    needs = {"StringEquals": {"aws:username": "a"}, "Bool": {"aws:SecureTransport": "true"}}
    free = {"StringEquals": {"aws:username": "a"}}
    (witness,) = difference(
        document(allow("sqs:ListQueues", Condition=free)), document(allow("sqs:ListQueues", Condition=needs))
    ).witnesses
    assert witness.context == {"aws:SecureTransport": None, "aws:username": "a"}
    beside = document(allow("sqs:ListQueues"), allow("sqs:PurgeQueue", Condition=needs))
    (witness,) = difference(beside, document(allow("sqs:PurgeQueue", Condition=needs))).witnesses
    assert witness.context == {}
    only_other = document(
        {"Effect": "Deny", "Action": "sqs:*", "Resource": "arn:aws:sqs:us-east-1:111122223333:b", "Condition": free},
        allow("sqs:PurgeQueue"),
    )
    (witness,) = difference(only_other, document(allow("sqs:PurgeQueue"))).witnesses
    assert (witness.resource.rpartition(":")[2], witness.context) == ("b", {"aws:username": "a"})


def test_a_key_that_changes_nothing_is_not_told():
    needless = document(
        allow("sqs:ListQueues"), allow("sqs:ListQueues", Condition={"StringEquals": {"aws:username": "a"}})
    )
    assert witnesses(needless, document({"Effect": "Deny", "Action": "*", "Resource": "*"})) == [
        "only the first allows sqs:ListQueues on *"
    ]
    more = {"StringEquals": {"aws:username": "a", "aws:PrincipalTag/team": "b"}}
    needless = document(
        allow("sqs:ListQueues", Condition={"StringEquals": {"aws:username": "a"}}),
        allow("sqs:ListQueues", Condition=more),
    )
    assert witnesses(needless, document({"Effect": "Deny", "Action": "*", "Resource": "*"})) == [
        "only the first allows sqs:ListQueues on *, with aws:username = a"
    ]
    only_elsewhere = document(
        allow("sqs:SendMessage"),
        {
            "Effect": "Deny",
            "Action": "sqs:SendMessage",
            "Resource": "arn:aws:sqs:us-east-1:111122223333:b",
            "Condition": {"Null": {"aws:username": "true"}},
        },
    )
    assert witnesses(only_elsewhere, document(allow("ec2:Invented")))[0] == (
        "only the first allows sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:some-queue"
    )


def test_a_service_the_catalog_does_not_have_is_asked_about_a_star():
    assert witnesses(document(allow("made:Other")), document(allow("made:Up"))) == [
        "only the first allows made:Other on *",
        "only the second allows made:Up on *",
    ]


def test_reasons_stand_in_a_row():
    odd = document(allow("s3:*", ["arn:aws:s3:::a?", "arn:aws:s3:::b?"]))
    assert difference(odd, odd).why_incomplete == (
        "the pattern arn:aws:s3:::a? is too odd to try everything; "
        "the pattern arn:aws:s3:::b? is too odd to try everything"
    )


def test_every_action_is_counted_once():
    everything, nothing = document(allow("*")), document({"Effect": "Deny", "Action": "*", "Resource": "*"})
    some = document(allow("*"), {"Effect": "Deny", "Action": ["iam:*", "s3:Get*"], "Resource": "*"})
    for first, second, fewer in [(everything, nothing, 0), (some, nothing, len(expand_names("iam:*", "s3:Get*")))]:
        found = difference(first, second).witnesses
        assert sum(1 + witness.alike for witness in found) == len(index.action_names()) - fewer
        assert len({witness.action for witness in found}) == len(found)


def expand_names(*patterns):
    return index.names_of(expand(patterns))


@pytest.mark.parametrize("name", ["s3GetObject", "s3:", ":GetObject"])
def test_what_is_no_name_of_an_action_allows_nothing(name):
    assert witnesses(document(allow(name)), document(allow("sqs:ListQueues"))) == [
        "only the second allows sqs:ListQueues on *"
    ]


def test_a_pattern_that_names_all_a_service_has_is_as_good_as_a_star():
    answer = difference(document(allow("sqs:SendMessage", "arn:aws:sqs:*")), document(allow("sqs:SendMessage")))
    assert (answer.alike, answer.complete) == (True, True)


def test_a_resource_of_another_kind_counts():
    """GetObject also works through access points, whose ARNs name a Region and an account."""
    assert witnesses(document(allow("s3:GetObject")), document(allow("s3:GetObject", "arn:aws:s3:::*"))) == [
        "only the first allows s3:GetObject on "
        "arn:aws:s3:us-east-1:111122223333:accesspoint/some-access-point/object/some-object"
    ]


def test_witnesses_are_arns_though_the_patterns_end_early():
    one, all_regions = (document(allow("sqs:SendMessage", f"arn:aws:sqs:{end}")) for end in ("us-east-1:*", "*"))
    assert witnesses(one, all_regions) == [
        "only the second allows sqs:SendMessage on arn:aws:sqs:something-else:111122223333:some-queue"
    ]
    named = ["arn:aws:sqs:us-east-1:*", "arn:aws:sqs:::*"]
    elsewhere = document(
        allow("sqs:SendMessage", "arn:aws:sqs:*"), {"Effect": "Deny", "Action": "sqs:*", "Resource": named}
    )
    assert witnesses(elsewhere, document({"Effect": "Deny", "Action": "*", "Resource": "*"})) == [
        "only the first allows sqs:SendMessage on arn:aws:sqs:something-else:111122223333:some-queue"
    ]


def test_variables_stand_for_some_value_in_the_resource_and_in_the_context():
    homes = document(allow("s3:GetObject", "arn:aws:s3:::home/${aws:username}/${aws:PrincipalTag/team}/x"))
    others = document(
        {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::home/${aws:username}/x"}
    )
    reason = "depends on the request"
    answer = difference(homes, document({"Effect": "Deny", "Action": "s3:*", "Resource": "*"}))
    assert [repr(witness) for witness in answer.witnesses] == [
        "only the first allows s3:GetObject on arn:aws:s3:::home/something-else/something-else/x, "
        "with aws:principaltag/team = something-else, with aws:username = something-else"
    ]
    assert reason in answer.why_incomplete
    assert witnesses(others, document(allow("s3:GetObject"))) == [
        "only the second allows s3:GetObject on arn:aws:s3:::home/something-else/x, with aws:username = something-else"
    ]


def test_as_many_combinations_as_are_tried_are_not_too_many(monkeypatch):
    keys = {"StringEquals": {"aws:PrincipalTag/a": "x", "aws:PrincipalTag/b": "y"}}  # each: this, or not
    policy = document(allow("sqs:ListQueues", Condition=keys))
    monkeypatch.setattr("iamlab.evaluation.difference.MOST_COMBINATIONS", 4)
    assert difference(policy, policy).complete
    monkeypatch.setattr("iamlab.evaluation.difference.MOST_COMBINATIONS", 3)
    assert difference(policy, policy).why_incomplete == (
        "sqs:ListQueues has more than 3 combinations of resources and conditions"
    )


@pytest.mark.parametrize(
    "empty",
    [{"NotResource": []}, {"Resource": []}, {"NotAction": [], "Resource": "*"}, {"Action": [], "Resource": "*"}],
)
def test_empty_lists_are_no_trouble(empty):
    made = {"Effect": "Allow", **({} if "NotAction" in empty else {"Action": "sqs:ListQueues"}), **empty}
    answer = difference(document(made), document(made))
    assert (answer.alike, answer.complete) == (True, True)


def test_an_unknown_operator_allows_nothing_and_is_no_key_to_try():
    unknown = document(allow("sqs:ListQueues", Condition={"StringMatches": {"aws:username": "a"}}))
    (witness,) = difference(document(allow("sqs:ListQueues")), unknown).witnesses
    assert (witness.allowed_by, witness.context) == ("first", {})


@pytest.mark.parametrize(
    ("operator", "key", "one", "two"),
    [
        ("IpAddress", "aws:SourceIp", "192.0.2.0/24", "192.0.2.0/25"),
        ("IpAddress", "aws:SourceIp", "192.0.2.0/24", "192.0.2.128/25"),
        ("IpAddress", "aws:SourceIp", "203.0.113.0/24", "0.0.0.0/0"),
        ("IpAddress", "aws:SourceIp", "2001:db8::/32", "2001:db8::/33"),
        ("NotIpAddress", "aws:SourceIp", ["0.0.0.0/0"], ["0.0.0.0/0", "::/0"]),
        ("NumericLessThan", "s3:max-keys", "10", "9"),
    ],
)
def test_ranges_that_differ_at_one_end_differ(operator, key, one, two):
    first, second = (document(allow("s3:ListBucket", Condition={operator: {key: value}})) for value in (one, two))
    answer = difference(first, second)
    assert [set(witness.context) for witness in answer.witnesses] == [{key}]


def test_ranges_that_come_to_the_same_are_alike():
    whole, halves = (
        document(allow("s3:ListBucket", Condition={"IpAddress": {"aws:SourceIp": ranges}}))
        for ranges in ("192.0.2.0/24", ["192.0.2.0/25", "192.0.2.128/25"])
    )
    assert repr(difference(whole, halves)) == "They decide alike."


def test_capitals_make_a_difference():
    exact, any_case = (
        document(allow("sqs:ListQueues", Condition={operator: {"aws:PrincipalTag/team": "blue"}}))
        for operator in ("StringEquals", "StringEqualsIgnoreCase")
    )
    assert witnesses(exact, any_case) == [
        "only the second allows sqs:ListQueues on *, with aws:PrincipalTag/team = BLUE"
    ]


def test_lists_differ_by_what_they_hold_beside_each_other():
    both = {"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}, "ForAnyValue:StringLike": {"aws:TagKeys": ["b"]}}
    first = document(allow("ec2:CreateTags", Condition=both))
    closed = {**both, "ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}
    second = document(allow("ec2:CreateTags", Condition=closed))
    (witness,) = difference(first, second).witnesses
    assert set(witness.context["aws:TagKeys"]) == {"a", "b", "something-else"}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:AbortMultipartUpload", "arn:aws:s3:::some-bucket/some-object"),
        ("ec2:CreateTags", "arn:aws:ec2:us-east-1:111122223333:instance/some-instance"),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/some-role"),
        (
            "organizations:DescribeAccount",
            "arn:aws:organizations::111122223333:account/o-some-organization/111122223333",
        ),
    ],
)
def test_a_witness_is_about_a_resource_that_people_know(action, resource):
    (witness,) = difference(document(allow(action)), document(allow("s3:ListAllMyBuckets"))).witnesses[:1]
    assert witness.resource == resource


def test_a_witness_in_a_folder_is_a_file_there():
    reports, some = (document(allow("s3:GetObject", f"arn:aws:s3:::reports/{end}")) for end in ("*", "2026/*"))
    assert witnesses(reports, some) == ["only the first allows s3:GetObject on arn:aws:s3:::reports/something-else"]


@pytest.mark.parametrize("prefix", ["iam", "ec2", "rds", "lambda", "logs", "ssm", "glue", "elasticloadbalancing"])
def test_whoever_may_do_something_to_one_kind_of_resource_differs_from_whoever_may_do_nothing(prefix):
    facts = service(prefix)
    nothing = document(allow("sqs:GetQueueUrl", "arn:aws:sqs:us-east-1:111122223333:no-queue"))
    for kind in facts.resource_types.values():
        named = [a.name for a in facts.actions.values() if any(use.name == kind.name for use in a.resource_types)]
        pattern = re.sub(r"\$\{(\w+)\}", lambda found: "aws" if found[1] == "Partition" else "*", kind.arns[0])
        if named:
            answer = difference(document(allow(f"{prefix}:*", pattern)), nothing)
            ours = [w for w in answer.witnesses if w.allowed_by == "first"]
            assert any(w.action.startswith(f"{prefix}:") for w in ours), pattern
            assert sum(w.alike + 1 for w in ours) >= len(named), pattern


@pytest.mark.parametrize(
    ("first", "second", "action"),
    [
        (allow("rds:*", "arn:aws:rds:*:*:db:*"), allow("ec2:*", "arn:aws:rds:*:*:db:*"), "rds:StopDBInstance"),
        (
            allow("iam:*", ["arn:aws:iam::*:role/*", "arn:aws:iam::*:user/*"]),
            allow("iam:*", "arn:aws:iam::*:role/*"),
            "iam:CreateAccessKey",
        ),
        (
            allow("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:111122223333:function:f:*"),
            allow("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:111122223333:function:f:prod"),
            "lambda:InvokeFunction",
        ),
    ],
)
def test_the_kind_of_resource_is_seen(first, second, action):
    answer = difference(document(first), document(second))
    assert {w.allowed_by for w in answer.witnesses} == {"first"}
    assert any(w.action.startswith(action.partition(":")[0]) for w in answer.witnesses)


def test_a_deny_of_an_action_that_no_service_has_is_seen():
    """AWS knows no wildcard in a prefix: such a Deny is not lost, and so makes a difference."""
    doubtful = document(allow("*"), {"Effect": "Deny", "Action": "s3*:GetObject", "Resource": "*"})
    (witness,) = difference(document(allow("*")), doubtful).witnesses
    assert (witness.action, witness.allowed_by) == ("s3:GetObject", "first")


def test_only_policies_without_a_principal_are_compared():
    with pytest.raises(InvalidInput, match="Principal"):
        difference(READ, document(allow("s3:Get*", Principal="*")))


def test_all_capitals_and_none_are_tried():
    either = document(allow("s3:GetObject", Condition={"StringEqualsIgnoreCase": {"aws:RequestTag/x": "xY"}}))
    two = document(allow("s3:GetObject", Condition={"StringEquals": {"aws:RequestTag/x": ["xY", "Xy"]}}))
    assert not difference(either, two).alike
