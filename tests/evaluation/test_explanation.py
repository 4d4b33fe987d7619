"""Explanations: what they say, and what they leave open; explained.txt holds two of them whole."""

import json
from pathlib import Path

import pytest

from iamlab import AttachedPolicy, PolicyDocument, PolicySet, Request, evaluate
from iamlab.evaluation import Level

ALICE = "arn:aws:iam::111122223333:user/alice"
OBJECT = "arn:aws:s3:::reports/q3.csv"


def document(*statements):
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": list(statements)})


READ = {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*"}
MFA = {
    "Sid": "NeedsMfa",
    "Effect": "Deny",
    "NotAction": "iam:*",
    "Resource": "*",
    "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
}


def explained(policies, context=None, **more):
    return evaluate(Request(ALICE, "s3:GetObject", OBJECT, context), policies).explain(**more)


def test_every_element_says_what_was_compared():
    policy = AttachedPolicy(document(READ, MFA), "Daily", attached_to="group Staff")
    text = repr(explained(PolicySet(identity=policy), {"aws:MultiFactorAuthPresent": "false"}))
    assert "Daily, attached to group Staff" in text
    assert "✔ Allow (Read) applies" in text
    assert "✔ Deny (NeedsMfa) applies" in text
    assert "aws:MultiFactorAuthPresent = false — the request has false" in text


def test_an_absent_key_is_said_to_be_absent():
    needs = {**READ, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
    text = repr(explained(PolicySet(identity=document(needs))))
    assert "✘ Bool aws:MultiFactorAuthPresent = true — aws:MultiFactorAuthPresent is not in the request" in text


def test_statements_about_other_actions_are_counted_or_shown():
    other = {**READ, "Sid": "Queues", "Action": "sqs:*"}
    policies = PolicySet(identity=document(READ, other))
    assert "1 statement about other actions" in repr(explained(policies))
    whole = repr(explained(policies, everything=True))
    assert "✘ Action sqs:*" in whole
    assert "about other actions" not in whole


def test_a_filled_variable_is_shown():
    home = {**READ, "Resource": "arn:aws:s3:::reports/${aws:username}/*"}
    assert "is arn:aws:s3:::reports/alice/*" in repr(
        explained(PolicySet(identity=document(home)), {"aws:username": "alice"})
    )
    assert "has a variable without a value" in repr(explained(PolicySet(identity=document(home))))


def test_layers_stand_in_the_charts_order():
    policies = PolicySet(
        identity=document(READ),
        boundary=document(READ),
        session=document(READ),
        resource=document({**READ, "Principal": "*"}),
        organization=[Level("Root", [document({**READ, "Action": "*", "Resource": "*"})])],
        vpc_endpoint=document({**READ, "Principal": "*"}),
    )
    names = [layer.name for layer in explained(policies).layers]
    assert names == [
        "service control policy",
        "VPC endpoint policy",
        "resource-based policy",
        "identity-based policy",
        "permissions boundary",
        "session policy",
    ]


def test_it_is_data_too():
    data = explained(PolicySet(identity=document(READ))).to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["outcome"] == "allowed"
    elements = data["layers"][0]["policies"][0]["statements"][0]["elements"]
    assert [element["name"] for element in elements] == ["Action", "Resource"]


def test_markup_is_escaped():
    bad = AttachedPolicy(document({**READ, "Sid": "Read"}), "<script>alert(1)</script>", attached_to="user <b>")
    decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(identity=bad))
    for page in (decision._repr_html_(), decision.explain()._repr_html_()):
        assert "<script>" not in page
        assert "&lt;script&gt;" in page


def test_problems_are_reported_and_a_deny_stays_a_deny():
    odd = {**READ, "Effect": "Deny", "Condition": {"StringMatches": {"aws:username": "x"}}}
    decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(identity=document(READ, odd)))
    assert decision.outcome == "explicitDeny"
    assert any("StringMatches" in problem for problem in decision.problems)


def test_what_is_undocumented_is_said():
    several = {**READ, "Condition": {"StringEquals": {"aws:TagKeys": "team"}}}
    decision = evaluate(
        Request(ALICE, "s3:GetObject", OBJECT, {"aws:TagKeys": ["team", "cost"]}), PolicySet(identity=document(several))
    )
    assert not decision.allowed
    assert any("several values" in remark for remark in decision.undocumented)
    assert evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(identity=document(READ))).undocumented == []


def test_deciding_statements_are_the_denies_or_the_allows():
    policies = PolicySet(identity=document(READ, MFA))
    allowed = evaluate(Request(ALICE, "s3:GetObject", OBJECT, {"aws:MultiFactorAuthPresent": "true"}), policies)
    assert [rule.statement.sid for rule in allowed.statements] == ["Read"]
    denied = evaluate(Request(ALICE, "s3:GetObject", OBJECT), policies)
    assert [rule.statement.sid for rule in denied.statements] == ["NeedsMfa"]


SESSION = "arn:aws:sts::111122223333:assumed-role/Reader/s1"
ANY = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
DENY = {**ANY, "Effect": "Deny"}
EVERY_LAYER = PolicySet(
    identity=AttachedPolicy(
        document(
            {**ANY, "Sid": "Read", "Resource": ["arn:aws:s3:::${aws:username}/*", "arn:aws:s3:::${aws:nothing}"]},
            {**ANY, "Action": "sqs:*"},
            {**ANY, "Action": "ec2:*"},
        ),
        "Daily",
        attached_to="role Reader",
    ),
    resource=document(
        {**ANY, "Principal": {"AWS": ["111122223333", SESSION], "Service": "x.amazonaws.com"}},
        {**DENY, "NotPrincipal": {"AWS": SESSION}, "Condition": {"StringLike": {"aws:TagKeys": ["a", "b*"]}}},
    ),
    boundary=document({"Effect": "Allow", "NotAction": "iam:*", "NotResource": []}),
    session=document(
        {**ANY, "Condition": {"Bool": {"aws:SecureTransport": "true"}, "NumericEquals": {"aws:x": "1"}}},
    ),
    organization=[
        Level("Root", [document({**ANY, "Action": "*"})], [document({**DENY, "Action": "sqs:*", "Principal": "*"})]),
        Level("Account", [], [document({**DENY, "Principal": "*", "Condition": {"Null": {"aws:TagKeys": "true"}}})]),
    ],
    vpc_endpoint=document({**ANY, "Principal": "*"}),
)


def test_two_explanations_whole():
    tags = {"aws:username": "alice", "aws:TagKeys": ["a", "c"], "aws:SecureTransport": "True", "aws:x": "one"}
    session = Request(SESSION, "s3:GetObject", "arn:aws:s3:::alice/1", tags)
    somebody = Request("", "s3:GetObject", context={"aws:TagKeys": []})
    texts = [repr(evaluate(request, EVERY_LAYER).explain()) for request in (session, somebody)]
    assert "\n\n".join(texts) + "\n" == (Path(__file__).parent / "explained.txt").read_text("utf-8")


def test_a_page_has_the_same_lines_indented():
    explanation = explained(PolicySet(identity=document(READ)))
    page = explanation._repr_html_()
    assert page.count('style="margin-left:') == len(repr(explanation).splitlines()) - 2
    assert '<div style="margin-left:0.0em">identity-based policy: allows</div>' in page
    assert '<div style="margin-left:1.5em">PolicyInputList.1</div>' in page


def test_data_has_every_part():
    data = evaluate(Request(SESSION, "s3:GetObject", "x"), EVERY_LAYER).explain().to_dict()
    assert set(data) == {"outcome", "layer", "message", "layers", "remarks", "unknown", "problems", "undocumented"}
    assert (data["outcome"], data["layer"]) == ("explicitDeny", "resource control policy")
    assert data["message"].endswith("with an explicit deny in a resource control policy")
    assert [set(layer) for layer in data["layers"]] == [{"name", "level", "verdict", "policies"}] * 9
    assert data["layers"][-2]["policies"][0]["statements"][0]["elements"][0] == {
        "name": "NotAction",
        "matched": True,
        "wanted": "iam:*",
        "found": "asked: s3:GetObject",
    }


@pytest.mark.parametrize(
    ("principal", "policies", "layer", "verdict"),
    [
        (ALICE, {"identity": [document(ANY, DENY)]}, "identity-based policy", "denies"),
        (ALICE, {}, "identity-based policy", "does not allow"),
        (
            ALICE,
            {"resource": document({**ANY, "Principal": {"AWS": ALICE}})},
            "identity-based policy",
            "does not allow, but is not needed here",
        ),
        (
            "arn:aws:iam::111122223333:root",
            {},
            "identity-based policy",
            "not needed: the root user has every permission of its account",
        ),
        (ALICE, {"resource": document({**DENY, "Principal": "*"})}, "resource-based policy", "denies"),
        (ALICE, {"resource": document({**DENY, "Principal": {"AWS": SESSION}})}, "resource-based policy", None),
        (
            ALICE,
            {"resource": document({**ANY, "Principal": {"AWS": "111122223333"}})},
            "resource-based policy",
            "allows the account: its identity-based policies decide",
        ),
        (
            SESSION,
            {"resource": document({**ANY, "Principal": {"AWS": "arn:aws:iam::111122223333:role/Reader"}})},
            "resource-based policy",
            "allows the role or user behind the session",
        ),
        (ALICE, {"boundary": document({**ANY, "Action": "ec2:*"})}, "permissions boundary", "does not allow"),
        (ALICE, {"boundary": document(DENY)}, "permissions boundary", "denies"),
        (ALICE, {"session": document(ANY)}, "session policy", "allows"),
        (ALICE, {"organization": [Level("Root", [])]}, "service control policy", "does not allow"),
        (ALICE, {"organization": [Level("Root", document(ANY))]}, "service control policy", "allows"),
        (ALICE, {"organization": [Level("Root", document(DENY))]}, "service control policy", "denies"),
        (
            "ec2.amazonaws.com",
            {"organization": [Level("Root", document(DENY))]},
            "service control policy",
            "does not bind this request",
        ),
        (
            "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForX/s",
            {"organization": [Level("Root", None, document({**DENY, "Principal": "*"}))]},
            "resource control policy",
            "does not bind this request",
        ),
    ],
)
def test_each_layer_has_a_verdict(principal, policies, layer, verdict):
    explanation = evaluate(Request(principal, "s3:GetObject", OBJECT), PolicySet(**policies)).explain()
    verdicts = {one.name: one.verdict for one in explanation.layers}
    assert verdicts[layer] == (verdict or "does not allow")


def test_a_layer_that_cannot_speak_is_left_out():
    def names(principal, action="s3:GetObject", about=OBJECT):
        policies = PolicySet(identity=document(ANY), boundary=document(ANY), session=document(ANY))
        return [layer.name for layer in evaluate(Request(principal, action, about), policies).explain().layers]

    assert names("ec2.amazonaws.com") == ["resource-based policy"]
    assert names(SESSION) == ["identity-based policy", "permissions boundary", "session policy"]
    role = "arn:aws:iam::111122223333:role/Reader"
    assert names(ALICE, "sts:AssumeRole", role)[0] == "role trust policy"


def test_a_resources_statement_grants_only_to_whom_it_names():
    other = {**ANY, "Sid": "Other", "Principal": {"AWS": SESSION}}
    elsewhere = {**ANY, "Sid": "Elsewhere", "Principal": "*", "Resource": "arn:aws:s3:::other"}
    mine = {**ANY, "Sid": "Mine", "Principal": {"AWS": ALICE}}
    policies = PolicySet(identity=document(READ), resource=document(other, elsewhere, mine))
    decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT), policies)
    assert [rule.statement.sid for rule in decision.statements] == ["Read", "Mine"]
    assert evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet()).statements == []
    anyone = PolicySet(identity=document(READ), resource=document({**mine, "Principal": "*"}))
    decision = evaluate(Request("anonymous", "s3:GetObject", OBJECT, resource_account="111122223333"), anyone)
    assert [rule.statement.sid for rule in decision.statements] == ["Mine"]


def test_the_strongest_grant_that_applies_is_the_resources_verdict():
    account, direct = ({**ANY, "Principal": {"AWS": name}} for name in ("111122223333", ALICE))
    elsewhere = {**direct, "Resource": "arn:aws:s3:::other"}

    def verdict(*statements):
        decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(resource=document(*statements)))
        return decision.explain().layers[0].verdict

    assert verdict(account, direct) == verdict(direct, account) == "allows"
    assert verdict(account, elsewhere) == "allows the account: its identity-based policies decide"


def test_only_denys_that_apply_decide():
    elsewhere = {**DENY, "Sid": "Elsewhere", "Resource": "arn:aws:s3:::other"}
    policies = PolicySet(identity=document(elsewhere, {**DENY, "Sid": "Here"}))
    decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT), policies)
    assert [rule.statement.sid for rule in decision.statements] == ["Here"]


def test_a_missing_principal_is_shown():
    assert "✔ Principal (none) — asking" in repr(explained(PolicySet(resource=document(DENY))))


NOT_BLUE = {"Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "blue"}}}
HOME = {"Resource": "arn:aws:s3:::reports/${aws:username}"}
DEPENDS = "depends on keys that are not known"


def partly(policies, context=None):
    return evaluate(Request(ALICE, "s3:GetObject", OBJECT, context), policies, partial=True)


def test_what_depends_on_unknown_keys_neither_applies_nor_does_not():
    """Without a team the condition would hold; but nobody knows whether there is one."""
    shown = repr(partly(PolicySet(document({**ANY, **NOT_BLUE}))).explain()).splitlines()
    assert shown[2:] == [
        f"identity-based policy: {DEPENDS}",
        "  PolicyInputList.1",
        "    ? Allow (statement 1) may apply",
        "      ✔ Action s3:* — asked: s3:GetObject",
        f"      ✔ Resource * — asked: {OBJECT}",
        "      ? StringNotEquals aws:PrincipalTag/team = blue — aws:PrincipalTag/team is not known",
    ]


@pytest.mark.parametrize(
    ("statement", "context", "applies", "said"),
    [
        ({**ANY, **NOT_BLUE}, {"aws:PrincipalTag/team": "blue"}, False, "the request has blue"),
        ({**ANY, **NOT_BLUE}, {"aws:PrincipalTag/team": "red"}, True, "the request has red"),
        ({**ANY, **NOT_BLUE, "Resource": "arn:aws:s3:::other"}, {}, False, "aws:PrincipalTag/team is not known"),
        ({**ANY, **HOME}, {}, None, f"; {HOME['Resource']} has a variable whose value is not known"),
        ({**ANY, **HOME}, {"aws:username": "q3.csv"}, True, f"; {HOME['Resource']} is arn:aws:s3:::reports/q3.csv"),
        ({**ANY, **HOME}, {"aws:username": "bob"}, False, f"; {HOME['Resource']} is arn:aws:s3:::reports/bob"),
        (
            {**ANY, "Condition": {"StringEquals": {"aws:userid": "${aws:username}"}}},
            {"aws:userid": "AIDA"},
            None,
            "the request has AIDA; ${aws:username} has a variable whose value is not known",
        ),
    ],
)
def test_what_is_known_is_compared(statement, context, applies, said):
    (layer,) = partly(PolicySet(document(statement)), context).explain().layers
    (trace,) = layer.policies[0].statements
    assert trace.applies is applies
    assert any(element.found.endswith(said) for element in trace.elements)


def test_each_layer_says_what_is_sure_and_what_depends():
    principal = {"Principal": "*"}
    levels = [Level("Root", document({**ANY, **NOT_BLUE}), document({**DENY, **principal, **NOT_BLUE}))]
    open_everywhere = PolicySet(
        identity=document({**ANY, **NOT_BLUE}),
        resource=document({**ANY, **principal, **NOT_BLUE}),
        boundary=document(ANY, {**DENY, **NOT_BLUE}),
        session=document(ANY),
        organization=levels,
        vpc_endpoint=document({**ANY, **principal}, {**DENY, **principal, **NOT_BLUE}),
    )
    verdicts = {layer.name: layer.verdict for layer in partly(open_everywhere).explain().layers}
    assert verdicts == {
        "resource control policy": DEPENDS,
        "service control policy": DEPENDS,
        "VPC endpoint policy": DEPENDS,
        "resource-based policy": DEPENDS,
        "identity-based policy": DEPENDS,
        "permissions boundary": DEPENDS,
        "session policy": "allows",
    }


def test_the_statements_that_decide_do_so_for_sure():
    perhaps, surely = ({**DENY, "Sid": sid, **more} for sid, more in (("Perhaps", NOT_BLUE), ("Surely", {})))
    denied = partly(PolicySet(document(perhaps, surely)))
    assert [rule.statement.sid for rule in denied.statements] == ["Surely"]
    perhaps, surely = ({**ANY, "Sid": sid, **more} for sid, more in (("Perhaps", NOT_BLUE), ("Surely", {})))
    allowed = partly(PolicySet(document(perhaps, surely)))
    assert [rule.statement.sid for rule in allowed.statements] == ["Surely"]
    # Whatever the key is: what allows it is what denies it.
    never = partly(PolicySet(document({**ANY, **NOT_BLUE}, {**DENY, "Sid": "Same", **NOT_BLUE})))
    assert (never.outcome, [rule.statement.sid for rule in never.statements]) == ("explicitDeny", ["Same"])


@pytest.mark.parametrize(
    ("asked", "layer", "verdict"),
    [
        (
            Request(ALICE, "s3:GetObject", OBJECT, resource_account="444455556666"),
            "resource-based policy",
            "does not allow, and across accounts it must",
        ),
        (
            Request("ec2.amazonaws.com", "s3:GetObject", OBJECT),
            "resource-based policy",
            "does not allow, and this caller has no other permissions",
        ),
        (
            Request(ALICE, "kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"),
            "resource-based policy",
            "does not allow, and a KMS key's policy must",
        ),
        (
            Request(ALICE, "sts:AssumeRole", "arn:aws:iam::111122223333:role/Reader"),
            "role trust policy",
            "does not allow, and a role's trust policy must",
        ),
        (
            Request("arn:aws:sts::111122223333:federated-user/bob", "s3:GetObject", OBJECT),
            "session policy",
            "none was passed, and without one a federated user has no permissions of its own",
        ),
    ],
)
def test_the_layer_that_decides_is_shown_with_its_reason_even_where_it_has_no_policy(asked, layer, verdict):
    decision = evaluate(asked, PolicySet(identity=document(ANY)))
    shown = {one.name: one.verdict for one in decision.explain().layers}
    assert (decision.layer, shown[layer]) == (layer, verdict)


@pytest.mark.parametrize(
    ("statement", "context", "said"),
    [
        (
            {**ANY, "Condition": {"StringLike": {"aws:userid": ["A*", "${aws:username}*"]}}},
            {"aws:userid": "bobby", "aws:username": "bob"},
            "the request has bobby; ${aws:username}* is bob*",
        ),
        (
            {**ANY, "Condition": {"StringEquals": {"aws:userid": "${aws:username}"}}},
            {"aws:userid": "bob"},
            "the request has bob; ${aws:username} has a variable without a value",
        ),
        (
            {**ANY, "Condition": {"IpAddress": {"aws:SourceIp": "${aws:username}"}}},
            {"aws:SourceIp": "192.0.2.1"},
            "the request has 192.0.2.1; what cannot be evaluated counts as not met",
        ),
        (
            {**DENY, "Condition": {"NumericLessThan": {"s3:max-keys": "ten"}}},
            {"s3:max-keys": "5"},
            "the request has 5; what cannot be evaluated counts as met",
        ),
        (
            {**DENY, "Condition": {"NumericLessThan": {"s3:max-keys": "ten"}}},
            {},
            "s3:max-keys is not in the request",
        ),
        (
            {**DENY, "Condition": {"StringMatches": {"s3:prefix": "a"}}},
            {},
            "s3:prefix is not in the request; what cannot be evaluated counts as met",
        ),
    ],
)
def test_a_condition_says_what_its_variables_are_and_how_what_cannot_be_read_counts(statement, context, said):
    decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT, context), PolicySet(document(statement)))
    (layer,) = decision.explain().layers
    assert layer.policies[0].statements[0].elements[-1].found == said


def test_a_listed_caller_with_a_boundary_learns_why_notprincipal_denies():
    listed = {"AWS": [ALICE, "111122223333"]}
    everybody_else = document({"Effect": "Deny", "NotPrincipal": listed, "Action": "*", "Resource": "*"})

    def asking(**more):
        policies = PolicySet(document(ANY), everybody_else, **more)
        layers = evaluate(Request(ALICE, "s3:GetObject", OBJECT), policies).explain().layers
        (resource,) = [layer for layer in layers if layer.name == "resource-based policy"]
        return resource.policies[0].statements[0].elements[0].found

    assert asking() == f"asking: {ALICE}"
    assert asking(boundary=document(ANY)) == (
        f"asking: {ALICE}, who has a permissions boundary: NotPrincipal denies such whether they are listed or not"
    )


def test_in_an_old_document_a_condition_has_no_variables_to_speak_of():
    statement = {**ANY, "Condition": {"StringEquals": {"aws:userid": "${aws:username}"}}}
    old = PolicyDocument.parse({"Version": "2008-10-17", "Statement": [statement]})
    request = Request(ALICE, "s3:GetObject", OBJECT, {"aws:userid": "a", "aws:username": "a"})
    (layer,) = evaluate(request, PolicySet(old)).explain().layers
    assert layer.policies[0].statements[0].elements[-1].found == "the request has a"


def test_a_notaction_that_leaves_the_action_out_is_shown_in_its_place():
    """Why does PowerUserAccess not allow it? The statement that would is about all other actions."""
    power_user = {"Effect": "Allow", "NotAction": ["s3:*"], "Resource": "*"}
    other = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    (layer,) = explained(PolicySet(identity=document(other, power_user, READ))).layers
    assert [(one.label, one.applies) for one in layer.policies[0].statements] == [
        ("statement 2", False),
        ("Read", True),
    ]
    assert layer.policies[0].others == 1


@pytest.mark.parametrize("action", ["s3:GetObject", "sqs:SendMessage"])
def test_an_allow_without_a_resource_says_that_it_allows_nothing(action):
    statement = {"Effect": "Allow", "Action": "s3:GetObject"}
    decision = evaluate(Request(ALICE, action, OBJECT), PolicySet(identity=document(statement)))
    text = repr(decision.explain(everything=True))
    assert decision.outcome == "implicitDeny"
    assert "✘ Resource (missing) — an Allow without a Resource allows nothing" in text


def test_a_trust_policy_needs_no_resource():
    role = "arn:aws:iam::111122223333:role/Reader"
    trust = document({"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "sts:AssumeRole"})
    decision = evaluate(Request(ALICE, "sts:AssumeRole", role), PolicySet(resource=trust))
    assert decision.allowed
    assert "(missing)" not in repr(decision.explain())
