"""The simulator: what is offered, what is asked, what is shown, and that all of it is escaped."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hands import fill, find, go_into, press, seen

from iamlab import Account, PolicyDocument
from iamlab.errors import AwsError, InvalidInput
from iamlab.widgets import asking, offers
from iamlab.widgets.answers import MOST_STATEMENTS, statements_html
from iamlab.widgets.asking import Asked, StatementRow
from iamlab.widgets.controls import is_shown
from iamlab.widgets.simulator import PolicySimulator

SALES = "arn:aws:s3:::northwind-reports/q3.csv"
READ_ALL = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'


@pytest.fixture
def lab() -> Account:
    return Account.example()


@pytest.fixture
def simulator(lab: Account) -> PolicySimulator:
    return PolicySimulator(lab)


def put(simulator: PolicySimulator, principal: str, action: str, resource: str = "*") -> None:
    for label, value in (("Principal", principal), ("Action", action), ("Resource", resource)):
        fill(simulator, label, value)
    press(simulator, "Ask")


def test_a_denial_says_why_in_awss_words_and_what_would_allow_it(simulator: PolicySimulator) -> None:
    put(simulator, "bob", "iam:CreateUser")
    assert (simulator.verdict.kind, simulator.verdict.text) == ("denied", "no identity-based policy allows it")
    shown = seen(simulator)
    assert "is not authorized to perform: iam:CreateUser" in shown
    assert "data:image/svg+xml" in shown
    assert "NotAction" in shown
    press(simulator, "What would allow this?")
    assert "add to an identity-based policy" in seen(simulator)


def test_an_allow_names_policy_and_statement_and_needs_no_suggestion(simulator: PolicySimulator) -> None:
    put(simulator, "bob", "s3:GetObject", SALES)
    assert simulator.verdict.kind == "allowed"
    assert simulator.verdict.text == "by PowerUserAccess, attached to group Developers (statement 1)"
    with pytest.raises(AssertionError):
        find(simulator, "What would allow this?")


def test_an_error_is_said_in_words_and_the_old_answer_goes(simulator: PolicySimulator) -> None:
    put(simulator, "bob", "s3:GetObject", SALES)
    put(simulator, "<b>nobody</b>", "s3:GetObject")
    assert simulator.verdict.kind == "error"
    assert "&lt;b&gt;nobody" in simulator.verdict.value
    assert "data:image/svg+xml" not in seen(simulator)
    assert len(simulator.asked) == 1
    put(simulator, "", "s3:GetObject")
    assert "Choose a principal" in simulator.verdict.text
    put(simulator, "bob", "")
    assert "Choose an action" in simulator.verdict.text


def test_context_is_added_removed_and_counts(simulator: PolicySimulator, lab: Account) -> None:
    home = {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}
    home["Condition"] = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}  # type: ignore[assignment]
    lab.users["bob"].create_policy("home", {"Version": "2012-10-17", "Statement": home})
    put(simulator, "bob", "iam:ListUsers")
    assert simulator.verdict.kind == "denied"
    press(simulator, "Show condition keys and a policy to try")
    fill(simulator, "Condition key", "aws:SourceIp")
    fill(simulator, "Value", "192.0.2.7")
    press(simulator, "Add key")
    press(simulator, "Ask")
    assert simulator.verdict.kind == "allowed"
    assert find(simulator, "Hide condition keys (1) and a policy to try")
    simulator._keys.press(0, "Remove")
    fill(simulator, "Other keys are unknown: say what the answer depends on", True)
    press(simulator, "Ask")
    assert simulator.verdict.kind == "conditional"
    assert "aws:SourceIp" in simulator.verdict.text
    press(simulator, "Add key")
    assert "Choose a condition key" in simulator.verdict.text
    fill(simulator, "Condition key", "aws:SourceIp")
    fill(simulator, "Value", "192.0.2.7")
    press(simulator, "Add key")
    assert simulator.verdict.text == ""


@pytest.mark.parametrize("who", ["Accounting", "arn:aws:iam::111122223333:group/Accounting"])
def test_a_group_is_no_principal(simulator: PolicySimulator, lab: Account, who: str) -> None:
    put(simulator, who, "s3:GetObject", SALES)
    said = "Accounting is a group, and no principal: its users make requests, not the group. "
    first = lab.groups["Accounting"].users[0].name
    assert simulator.verdict.text == f"{said}Ask about one of its users, such as {first}."
    lab.create_group("Empty")
    put(simulator, "Empty", "s3:GetObject", SALES)
    assert simulator.verdict.text.endswith("It has no users yet.")
    lab.create_user("Empty")
    put(simulator, "Empty", "s3:GetObject", SALES)
    assert simulator.verdict.kind == "denied"


def test_an_address_that_is_none_gets_a_note(simulator: PolicySimulator) -> None:
    press(simulator, "Show condition keys and a policy to try")
    fill(simulator, "Condition key", "aws:SourceIp")
    fill(simulator, "Value", "nonsense")
    press(simulator, "Add key")
    note = "'nonsense' is not an IP address. The value of aws:SourceIp is always one, such as 203.0.113.7."
    assert simulator._keys.rich.more == simulator.verdict.text == note
    assert simulator._keys.rows[0].tone == "warning"
    assert find(simulator, "Hide condition keys (1) and a policy to try")
    assert asking.context_note("aws:SourceIp", ["192.0.2.7", "192.0.2.0/24"]).startswith("'192.0.2.0/24'")
    assert asking.context_note("aws:username", "nonsense") == ""


def test_a_key_that_is_typed_and_not_added_is_not_left_out_silently(simulator: PolicySimulator) -> None:
    press(simulator, "Show condition keys and a policy to try")
    fill(simulator, "Condition key", "aws:SourceIp")
    put(simulator, "bob", "s3:GetObject", SALES)
    assert simulator.verdict.text == "aws:SourceIp is not part of the question yet: press Add key, or empty the field."
    assert simulator.asked == []


def test_a_note_that_makes_an_answer_doubtful_stands_out(simulator: PolicySimulator) -> None:
    put(simulator, "alice", "s3:GetObjekt", SALES)
    assert simulator.verdict.kind == "allowed"
    assert "iamlab-warning" in simulator.verdict.value
    assert "s3 has no action GetObjekt" in simulator.verdict.value


def test_a_pasted_policy_counts_besides_or_alone(simulator: PolicySimulator) -> None:
    press(simulator, "Show condition keys and a policy to try")
    fill(simulator, "Policy to try besides (JSON)", READ_ALL)
    put(simulator, "bob", "iam:CreateUser")
    assert "pasted policy" in simulator.verdict.text
    put(simulator, "", "ec2:RunInstances")
    assert simulator.verdict.kind == "allowed"
    fill(simulator, "Policy to try besides (JSON)", '{"Statement": ')
    press(simulator, "Ask")
    assert simulator.verdict.text.startswith("Policy to try besides (JSON): Line 1, column 14: ")
    assert simulator.verdict.text.endswith("(MalformedPolicyDocument)")


def test_questions_stay_in_a_table_and_can_be_asked_again(simulator: PolicySimulator, lab: Account) -> None:
    put(simulator, "bob", "s3:GetObject", SALES)
    put(simulator, "erin", "s3:ListAllMyBuckets")
    lab.groups["Developers"].detach_policy(lab.policies["PowerUserAccess"])
    simulator._questions.press(1, "Ask again")
    assert [asked.principal for asked, _ in simulator.asked] == ["bob", "erin", "bob"]
    assert simulator.verdict.kind == "denied"
    answers = [row.cells[4] for row in simulator._questions.rows]
    assert answers[0].startswith("✘")
    assert answers[2].startswith("✔")


@pytest.mark.parametrize(
    "question", ["bob", ["bob"], ["bob", 3], ["bob", "a:b", "*", "x"], ["bob", "a:b", "*", {}, "{}"]]
)
def test_what_is_no_question_is_refused_in_words(lab: Account, question: Any) -> None:
    with pytest.raises(InvalidInput, match=r'A question is a list such as \["bob", "s3:GetObject"'):
        PolicySimulator(lab, questions=[question])


def test_a_first_question_is_asked_at_once_and_the_paper_says_it(lab: Account) -> None:
    simulator = PolicySimulator(lab, "bob", "iam:CreateUser", context={"aws:SourceIp": "192.0.2.7"})
    bundle = simulator._repr_mimebundle_()
    assert "✘ denied: no identity-based policy allows it" in bundle["text/plain"]
    assert "aws:SourceIp = 192.0.2.7" in bundle["text/plain"]
    assert repr(PolicySimulator(lab)) == "<PolicySimulator: No question has been asked yet.>"
    assert PolicySimulator(lab, "nobody", "iam:CreateUser").verdict.kind == "error"


def test_actions_are_searched_in_the_whole_catalog() -> None:
    assert offers.find_actions("S3:GetObj")[0] == "s3:GetObject"
    assert "ec2:RunInstances" in offers.find_actions("runinst")
    assert len(offers.find_actions("get")) == offers.MOST_OFFERED
    assert offers.find_actions("") == ()


def test_resources_and_keys_that_fit_are_offered(lab: Account) -> None:
    objects = offers.arn_hints(lab, "s3:GetObject")
    assert "arn:aws:s3:::northwind-reports" in objects
    assert "arn:aws:s3:::${BucketName}/${ObjectName}" in objects
    assert lab.users["bob"].arn in offers.arn_hints(lab, "iam:GetUser")
    assert offers.arn_hints(lab, "s3:ListAllMyBuckets") == ("*",)
    assert offers.arn_hints(lab, "nonsense") == tuple(lab.resources)
    assert "s3:prefix" in offers.key_names("s3:ListBucket")
    assert "aws:SourceIp" in offers.key_names("nonsense")


def test_who_came_later_is_offered_too(simulator: PolicySimulator, lab: Account) -> None:
    assert not is_shown(simulator.code), "nothing was asked yet"
    lab.create_user("zoe")
    go_into(simulator, "Principal")
    assert "zoe" in find(simulator, "Principal").options


@pytest.mark.parametrize("text", ["[", "[1]", '["a", {}]'])
def test_a_list_of_values_is_a_json_list(text: str) -> None:
    with pytest.raises(AwsError, match="JSON list"):
        asking.context_value(text)


def test_names_with_markup_are_escaped_everywhere(lab: Account) -> None:
    row = StatementRow("<i>layer</i>", "<i>policy</i>", "<i>sid</i>", "Allow", True, "<i>why</i>", ())
    assert "<i>" not in statements_html([row])
    simulator = PolicySimulator(lab, "bob", "s3:GetObject", "arn:aws:s3:::x/<script>alert(1)</script>")
    assert "<script>" not in seen(simulator)
    assert "<script>" not in simulator._repr_mimebundle_()["text/html"]


def test_a_huge_policy_and_many_statements_stay_readable(lab: Account) -> None:
    names = [f"s3:Get{number:05}*" for number in range(9000)]
    lines = [
        {
            "Sid": f"S{n}",
            "Effect": "Allow",
            "Action": ["s3:GetObject", *names[n * 70 : n * 70 + 70]],
            "Resource": f"arn:aws:s3:::b{n}/*",
        }
        for n in range(120)
    ]
    document = PolicyDocument.parse({"Version": "2012-10-17", "Statement": lines})
    assert document.size > 100_000
    simulator = PolicySimulator(lab)
    press(simulator, "Show condition keys and a policy to try")
    fill(simulator, "Policy to try besides (JSON)", document.text)
    put(simulator, "", "s3:GetObject", "arn:aws:s3:::b7/x")
    assert simulator.verdict.kind == "allowed"
    assert f"… and {120 - MOST_STATEMENTS} more statements" in simulator._statements.value
    assert len(simulator._statements.value) < 300_000


def test_statements_that_apply_come_first(lab: Account) -> None:
    lab.users["bob"].create_policy("zzz", {**json.loads(READ_ALL)})
    rows = asking.statement_rows(lab.decide("bob", "iam:CreateUser").explain(everything=True))
    assert [row.applies for row in rows] == sorted((row.applies for row in rows), reverse=True)
    assert rows[0].reason == "all of it matches"
    assert any("NotAction iam:*" in row.reason for row in rows)


def test_a_question_says_who_asks() -> None:
    assert Asked("", "s3:GetObject").who == "whoever has these policies"
    assert Asked("bob", "s3:GetObject", context={"aws:TagKeys": ["a", "b"]}).context_words == "aws:TagKeys = a, b"
