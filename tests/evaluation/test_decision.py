"""What a decision shows of itself, and AWS's sentence for each layer."""

import pytest

from iamlab import AttachedPolicy, PolicyDocument, PolicySet, Request, evaluate
from iamlab.display import verbatim
from iamlab.evaluation import Level
from iamlab.evaluation.verdict import access_denied_message

ALICE = "arn:aws:iam::111122223333:user/alice"
SESSION = "arn:aws:sts::111122223333:assumed-role/Reader/s1"
OBJECT = "arn:aws:s3:::reports/q3.csv"
ALLOW = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}


def document(**more):
    return PolicyDocument.parse({"Statement": {**ALLOW, **more}})


def decided(policies, principal=ALICE, action="s3:GetObject", about=OBJECT, **more):
    return evaluate(Request(principal, action, about), policies, **more)


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        (decided(PolicySet(document(Sid="Read"))), "✔ allowed by PolicyInputList.1 (Read)"),
        (
            decided(PolicySet(AttachedPolicy(document(), "Daily", attached_to="group Staff"))),
            "✔ allowed by Daily, attached to group Staff (statement 1)",
        ),
        (
            decided(PolicySet(), "arn:aws:iam::111122223333:root"),
            "✔ allowed because the root user has every permission of its account",
        ),
        (
            decided(PolicySet(), action="sts:GetCallerIdentity", about="*"),
            "✔ allowed because no policy can control this action",
        ),
        (decided(PolicySet()), "✘ denied: no identity-based policy allows it"),
        (
            decided(PolicySet(organization=[Level("Root", [])])),
            "✘ denied: no service control policy at Root allows it",
        ),
        (
            decided(PolicySet(document(Effect="Deny"))),
            "✘ denied explicitly by PolicyInputList.1 (statement 1, identity-based policy)",
        ),
        (
            decided(PolicySet(), SESSION, "sts:GetSessionToken", "*"),
            "✘ denied: this kind of credential cannot call it",
        ),
        (
            decided(PolicySet(document(Condition={"Null": {"aws:x": "true"}})), partial=True),
            "? allowed if Null aws:x = true",
        ),
    ],
)
def test_one_sentence_says_the_verdict_and_what_decided(decision, sentence):
    assert decision.sentence == sentence
    asked, shown = repr(decision).split("\n")
    assert shown == sentence
    assert asked == f"{decision.request.principal} → {decision.request.action} on {decision.request.resource}"


def test_a_credential_is_shown_when_the_account_took_one_for_granted():
    decision = decided(PolicySet(), principal="")
    decision.credential = "console <password>"
    assert repr(decision).split("\n")[::2] == [
        f"somebody → s3:GetObject on {OBJECT}",
        "(credential: console <password>)",
    ]
    assert decision._repr_html_() == verbatim(
        f"<div><code>somebody → s3:GetObject on {OBJECT}</code></div>"
        "<div><b>✘ denied: no identity-based policy allows it</b></div>"
        "<div><small>(credential: console &lt;password&gt;)</small></div>"
    )


def test_what_is_odd_about_the_question_and_what_is_not_known_is_shown_with_the_verdict():
    policies = PolicySet(document(), unknown=["SCPs <b> are not known here."])
    decision = decided(policies, action="s3:GetObjekt")
    assert decision.allowed
    (remark,) = decision.remarks
    assert remark.startswith("s3 has no action GetObjekt. Did you mean s3:GetObject?")
    assert decision.notes == [remark, "SCPs <b> are not known here."]
    assert repr(decision).split("\n")[2:] == [f"Note: {remark}", "Note: SCPs <b> are not known here."]
    assert "<div><small>Note: SCPs &lt;b&gt; are not known here.</small></div>" in decision._repr_html_()
    explained = decision.explain()
    assert repr(explained).split("\n")[2:4] == repr(decision).split("\n")[2:]
    assert f"Note: {remark}" in explained._repr_html_()
    data = explained.to_dict()
    assert (data["remarks"], data["unknown"]) == ([remark], ["SCPs <b> are not known here."])


@pytest.mark.parametrize(
    ("outcome", "layer", "arn", "end"),
    [
        ("implicitDeny", "identity-based policy", None, "because no identity-based policy allows the s3:Get action"),
        ("explicitDeny", "identity-based policy", None, "with an explicit deny in an identity-based policy"),
        ("explicitDeny", "resource-based policy", None, "with an explicit deny in a resource-based policy"),
        ("explicitDeny", "service control policy", "arn:x", "with an explicit deny in a service control policy: arn:x"),
        ("explicitDeny", "VPC endpoint policy", None, "with an explicit deny in a VPC endpoint policy"),
    ],
)
def test_awss_sentence(outcome, layer, arn, end):
    request = Request(ALICE, "s3:Get", OBJECT)
    beginning = f"User: {ALICE} is not authorized to perform: s3:Get on resource: {OBJECT}"
    assert access_denied_message(request, outcome, layer, arn) == f"{beginning} {end}"
    assert access_denied_message(Request(ALICE, "s3:Get"), outcome, layer, arn) == (
        f"User: {ALICE} is not authorized to perform: s3:Get {end}"
    )


def test_only_a_denial_has_a_message():
    assert decided(PolicySet(document())).message == ""
    conditional = decided(PolicySet(document(Condition={"Null": {"aws:x": "true"}})), partial=True)
    assert (conditional.allowed, conditional.message) == (False, "")
    assert decided(PolicySet(), SESSION, "sts:GetSessionToken").message.endswith(
        "with this kind of credential, whatever the policies say"
    )
