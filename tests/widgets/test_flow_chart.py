"""The flow chart: well-formed, escaped, the same answer in picture and words, and inside its frame."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
from pictures import SVG, layout, words

from iamlab import Account, AttachedPolicy, Decision, PolicySet, Request, evaluate
from iamlab.errors import InvalidInput
from iamlab.widgets.chart import flow_chart

ALICE = "arn:aws:iam::111122223333:user/alice"


def decided(
    effect: str, name: str = "P", action: str = "s3:*", resource: str = "arn:aws:s3:::reports/q3.csv"
) -> Decision:
    document = {"Statement": {"Effect": effect, "Action": action, "Resource": "*"}}
    return evaluate(Request(ALICE, "s3:GetObject", resource), PolicySet(identity=[AttachedPolicy(document, name)]))


@pytest.mark.parametrize(
    ("decision", "final"),
    [
        (decided("Allow"), "✔ Allowed"),
        (decided("Deny"), "✘ Denied"),
        (decided("Allow", action="ec2:*"), "✘ Denied"),
    ],
)
def test_picture_and_words_say_the_same(decision: Decision, final: str) -> None:
    picture = flow_chart(decision)
    assert f"Final decision: {final}" in repr(picture)
    for kind in ("wide", "narrow"):
        drawn = words(picture, kind)
        assert len([line for line in drawn if line.startswith(final)]) == 1
        assert {"Deny evaluation", "Organizations SCPs", "Identity-based policies", "Session policies"} <= set(drawn)
        assert any("explicit deny" in line for line in drawn) == (decision.outcome == "explicitDeny")


def test_the_deciding_box_is_marked_by_more_than_colour() -> None:
    root = ElementTree.fromstring(flow_chart(decided("Deny")).svg)
    thick = [rect for rect in root.iter(f"{SVG}rect") if float(rect.get("stroke-width", 1)) > 3]
    assert len(thick) == 1
    assert "✘" in words(flow_chart(decided("Deny")))
    assert "this decides" in repr(flow_chart(decided("Deny")))


@pytest.mark.parametrize("kind", ["wide", "narrow"])
def test_the_longest_answer_stays_in_its_box(kind: str) -> None:
    picture = flow_chart(decided("Deny", "n " * 150))
    places = {text.text: float(text.get("y", 0)) for text in layout(picture, kind)}
    (answer,) = [line for line in places if line and line.endswith("…")]
    boxes = [rect for rect in ElementTree.fromstring(picture.svg).iter(f"{SVG}rect") if rect.get("rx") == "8"]
    top, height = (float(boxes[0].get(name, 0)) for name in ("y", "height"))
    assert top + 12 < places["Deny evaluation"] < top + height
    assert top < places[answer] < top + height - 10


def test_names_are_escaped_and_long_ones_are_cut_not_lost_in_words() -> None:
    name = '<script>alert("x")</script>' + "n" * 300
    picture = flow_chart(decided("Deny", name))
    assert "<script>" not in picture.svg
    assert "<script>" not in picture._repr_html_()
    assert name in repr(picture)
    assert all(any(line.endswith("…") for line in words(picture, kind)) for kind in ("wide", "narrow"))


@pytest.mark.parametrize("kind", ["wide", "narrow"])
def test_a_very_long_resource_stays_inside_the_picture(kind: str) -> None:
    picture = flow_chart(decided("Allow", resource="arn:aws:s3:::reports/" + "x" * 2000))
    assert picture.height
    assert all(float(text.get("y", 0)) < picture.height for text in layout(picture, kind))
    assert max(map(len, words(picture, kind))) < {"wide": 80, "narrow": 40}[kind]


def test_where_it_is_narrow_the_answer_stands_below_the_name_and_above_the_next_box() -> None:
    texts = layout(flow_chart(decided("Allow", "n" * 60)), "narrow")
    places = {text.text: float(text.get("y", 0)) for text in texts}
    answer = next(line for line in places if line and line.startswith("Yes: n"))
    assert places["Identity-based policies"] < places[answer] < places["Permissions boundary"]
    assert "Does an identity policy allow it?" not in places
    assert "Deny" not in places, "ways out that were not taken"


def test_it_is_the_same_on_every_run() -> None:
    lab = Account()
    lab.create_user("alice")
    first, second = (flow_chart(lab.decide("alice", "s3:ListAllMyBuckets")).svg for _ in range(2))
    assert first == second


def test_what_is_no_decision_is_refused_in_words() -> None:
    with pytest.raises(InvalidInput, match=r"A decision is needed, such as lab.decide\(…\) gives, not 's3:GetObject'"):
        flow_chart("s3:GetObject")  # type: ignore[arg-type]
