"""The anatomy of a statement: what it says, that it fits, and that data cannot become markup."""

import pytest
from pictures import layout, words

from iamlab import Account
from iamlab.display import Picture
from iamlab.errors import InvalidInput, MalformedPolicyDocument
from iamlab.policy import PolicyDocument
from iamlab.widgets.statement_picture import MOST_VALUES, anatomy


def drawn(picture: Picture) -> list[str]:
    return words(picture, "wide")


def document(**statement: object) -> PolicyDocument:
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": [statement]})


def test_every_element_has_its_row_and_its_words() -> None:
    picture = anatomy(
        document(
            Sid="FromTheOffice",
            Effect="Deny",
            Action="s3:*",
            NotResource="arn:aws:s3:::logs/*",
            Condition={"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"]}},
        )
    )
    assert repr(picture).split("\n") == [
        "Statement 1 of 1 (policy language of 2012-10-17)",
        "Sid FromTheOffice: a label; it decides nothing",
        "Effect Deny: what matches is forbidden, whatever else allows it",
        "Action s3:*: which calls",
        "NotResource arn:aws:s3:::logs/*: on everything, except these",
        "Condition aws:SourceIp NotIpAddress 192.0.2.0/24 or 203.0.113.0/24: when? only if all this holds",
    ]
    assert {"Sid", "Effect", "Action", "NotResource", "Condition", "FromTheOffice"} <= set(drawn(picture))


def test_star_is_everything_and_an_absent_element_says_so() -> None:
    said = repr(anatomy(document(Effect="Allow", Action="*", Resource="*")))
    assert "Action *: every call\nResource *: on everything\nCondition (none): when? always" in said


def test_trust_policies_name_who_is_asking() -> None:
    trust = document(Effect="Allow", Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
    said = repr(anatomy(trust))
    assert "Principal Service lambda.amazonaws.com: who is asking" in said
    assert "Resource" not in said


def test_without_a_version_the_old_language_is_named() -> None:
    old = PolicyDocument.parse({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}})
    assert repr(anatomy(old)).startswith("Statement 1 of 1 (policy language of 2008-10-17, because it has no Version)")


def test_long_lists_are_counted() -> None:
    actions = [f"s3:Get{i}" for i in range(MOST_VALUES + 3)]
    picture = anatomy(document(Effect="Allow", Action=actions, Resource="*"))
    assert "… and 3 more" in drawn(picture)
    assert actions[MOST_VALUES] not in drawn(picture)


@pytest.mark.parametrize(("kind", "most"), [("wide", 42), ("narrow", 30)])
def test_long_names_are_broken_into_lines_that_fit(kind: str, most: int) -> None:
    arn = "arn:aws:s3:::" + "a-bucket-with-a-name-" * 3
    lines = words(anatomy(document(Effect="Deny", Action="s3:ListBucket", Resource=arn)), kind)
    assert arn not in lines
    assert arn in "".join(lines)
    assert max(map(len, lines)) <= most


def test_where_it_is_narrow_the_words_stand_below_the_values_and_above_the_next() -> None:
    picture = anatomy(document(Effect="Deny", Action=["s3:Get*", "s3:List*"], Resource="*"))
    assert picture.height
    places = {text.text: float(text.get("y", 0)) for text in layout(picture, "narrow")}
    order = ["Deny", "what matches is forbidden,", "whatever else allows it", "s3:Get*", "s3:List*", "which calls", "*"]
    assert sorted(order, key=lambda line: places[line]) == order
    assert all(10 < y < picture.height - 20 for y in places.values())


def test_data_is_no_markup() -> None:
    picture = anatomy(document(Effect="Allow", Action="s3:*", Resource="arn:aws:s3:::<b>&'\"</b>"))
    assert any("<b>&'\"</b>" in line for line in drawn(picture))
    assert "<b>" not in picture._repr_html_()


def test_another_statement_can_be_chosen() -> None:
    two = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": e, "Action": "*", "Resource": "*"} for e in ("Allow", "Deny")],
    }
    assert "Effect Deny" in repr(anatomy(PolicyDocument.parse(two), 1))
    for place in (2, -1):
        with pytest.raises(InvalidInput, match=f"no statement {place}: the policy has 2, and the first one is 0"):
            anatomy(two, place)


def test_whatever_has_or_is_a_policy_is_drawn_and_nothing_else() -> None:
    policy = Account().policies["IAMReadOnlyAccess"]
    drawn = repr(anatomy(policy.document))
    for same in (policy, policy.default_version, policy.document.to_json(), policy.document.to_dict()):
        assert repr(anatomy(same)) == drawn
    with pytest.raises(InvalidInput, match=r"A policy is needed: its document, JSON text, or one such as .* not a int"):
        anatomy(3)
    with pytest.raises(MalformedPolicyDocument):
        anatomy("IAMReadOnlyAccess")
