"""Several questions at once: one row each, in full for one principal, short for several."""

import pytest

from iamlab import Account
from iamlab.classroom.questions import ask
from iamlab.errors import NoSuchEntity

SALES = "arn:aws:s3:::northwind-reports/q3.csv"


def test_one_principal_is_told_what_decided() -> None:
    table = ask(Account.example(), "dave", ("s3:GetObject", SALES), "iam:CreateUser")
    assert table.columns == ["action", "resource", "may dave?"]
    assert [list(row) for row in table.rows] == [
        ["s3:GetObject", SALES, "✔ allowed by ReportsReader, attached to group Accounting (ReadReports)"],
        ["iam:CreateUser", "*", "✘ denied: no identity-based policy allows it"],
    ]


def test_several_principals_stand_side_by_side() -> None:
    lab = Account.example()
    never = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    lab.users["carol"].create_policy("never", {"Version": "2012-10-17", "Statement": never})
    table = ask(lab, ["bob", "carol", "frank"], ("s3:GetObject", SALES), "iam:CreateUser")
    assert table.columns == ["action", "resource", "bob", "carol", "frank"]
    assert [list(row[2:]) for row in table.rows] == [
        ["✔ allowed", "✘ denied explicitly", "✔ allowed"],
        ["✘ denied", "✘ denied", "✔ allowed"],
    ]


def test_the_context_counts_for_every_question() -> None:
    lab = Account()
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": condition}
    lab.create_user("mia").create_policy("with-mfa", {"Version": "2012-10-17", "Statement": statement})
    assert ask(lab, ["mia"], "s3:ListAllMyBuckets").rows[0][1] == "✘ denied"
    with_mfa = ask(lab, ["mia"], "s3:ListAllMyBuckets", context={"aws:MultiFactorAuthPresent": "true"})
    assert with_mfa.rows[0][1] == "✔ allowed"


def test_the_resource_is_left_out_when_no_question_names_one() -> None:
    table = ask(Account.example(), "bob", "iam:CreateUser", "s3:ListAllMyBuckets")
    assert table.columns == ["action", "may bob?"]
    assert [row[0] for row in table.rows] == ["iam:CreateUser", "s3:ListAllMyBuckets"]


def test_nobody_of_that_name() -> None:
    with pytest.raises(NoSuchEntity):
        ask(Account.example(), "zoe", "s3:ListAllMyBuckets")
