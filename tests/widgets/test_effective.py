"""Effective permissions: filtered, side by side, before and after, a row explains itself; a page at a time."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hands import fill, find, press, seen, told
from hypothesis import given
from hypothesis import strategies as st

from iamlab import Account
from iamlab.analysis import permissions
from iamlab.catalog import index
from iamlab.errors import InvalidInput
from iamlab.evaluation.verdict import ALLOWED, CONDITIONAL, IMPLICIT_DENY
from iamlab.widgets.effective import PAGE, EffectivePermissions
from iamlab.widgets.permission_rows import Filters, OnePrincipal, SideBySide, outcome_of, outcomes_of
from iamlab.widgets.rich import Row

LAB = Account.example()


@pytest.fixture
def lab() -> Account:
    return Account.example()


def rows(table: EffectivePermissions) -> list[Row]:
    return list(table._rows.rows)


def first_cells(table: EffectivePermissions) -> list[str]:
    return [row.cells[0] for row in rows(table)]


def test_one_principal_is_shown_a_page_at_a_time(lab: Account) -> None:
    table = EffectivePermissions(lab, "bob")
    assert len(rows(table)) == PAGE
    assert "Rows 1 to 25 of" in seen(table)
    assert find(table, "Previous page").disabled
    first = first_cells(table)
    press(table, "Next page")
    assert set(first).isdisjoint(first_cells(table))
    press(table, "Previous page")
    assert first_cells(table) == first


def test_a_page_is_one_message_and_a_button_is_told_only_what_is_new(lab: Account) -> None:
    table = EffectivePermissions(lab, "bob")
    table._rows.rich.ready = True
    press(table, "Next page")
    with told() as messages:
        press(table, "Next page")
    ((view, state),) = messages
    assert view is table._rows.rich
    assert set(state) == {"rows", "above"}
    with told() as messages:
        fill(table, "Search", "no such action")
    assert [set(state) for widget, state in messages if widget is view] == [{"rows", "above"}]
    assert table._rows.rich.above == "Nothing matches."
    assert not table._rows.rich.rows


def test_filters_narrow_by_service_level_outcome_and_text(lab: Account) -> None:
    table = EffectivePermissions(lab, "carol")
    fill(table, "Service", "S3")
    assert {name.partition(":")[0] for name in first_cells(table)} == {"s3"}
    fill(table, "Access level", "Tagging")
    fill(table, "Search", "object")
    assert first_cells(table)
    assert all("object" in name.lower() for name in first_cells(table))
    assert {row.cells[1] for row in rows(table)} == {"Tagging"}
    fill(table, "Outcome", (IMPLICIT_DENY,))
    assert rows(table) == []
    assert "Nothing matches" in seen(table)
    fill(table, "Service", "nonsense")
    assert "no service with the prefix 'nonsense'" in table.verdict.text


def test_text_is_found_in_policies_and_conditions_too(lab: Account) -> None:
    table = EffectivePermissions(lab, lab.roles["ReportFunctionRole"])
    fill(table, "Search", "reportsreader")
    assert first_cells(table)
    assert all("ReportsReader" in row.cells[4] for row in rows(table))


def test_principals_stand_side_by_side_and_differences_are_found(lab: Account) -> None:
    table = EffectivePermissions(lab, "bob", lab.users["erin"], service="sqs")
    assert list(table._rows.rich.columns) == ["Action", "Access level", "user bob", "user erin"]
    fill(table, "Differences only", True)
    assert rows(table)
    assert all(row.cells[2] != row.cells[3] for row in rows(table))
    fill(table, "Principals", ("dave",))
    assert table.principals == ("dave",)
    assert list(table._rows.rich.columns)[2] == "Outcome"


def test_before_and_after_a_change(lab: Account) -> None:
    developers = lab.groups["Developers"]
    table = EffectivePermissions(lab, "dave", service="sqs", change=lambda: developers.remove_user("dave"))
    assert {tuple(row.cells[2:]) for row in rows(table)} == {("✔ allowed", "✘ not allowed")}
    press(table, "Forget before")
    assert list(table._rows.rich.columns)[2] == "Outcome"


def test_another_account_may_be_the_before(lab: Account) -> None:
    table = EffectivePermissions(lab, "bob", service="sqs", before=Account.example())
    assert table._rows.rich.above == "Before and now are the same."
    fill(table, "Differences only", False)
    assert rows(table)


def test_what_was_remembered_shows_what_a_later_change_did(lab: Account) -> None:
    table = EffectivePermissions(lab, "erin", service="sqs")
    press(table, "Remember as before")
    assert table.verdict.kind == "info"
    lab.groups["Developers"].add_user(lab.users["erin"])
    press(table, "Refresh")
    assert ("✘ not allowed", "✔ allowed") in {tuple(row.cells[2:]) for row in rows(table)}


def test_a_row_explains_itself(lab: Account) -> None:
    table = EffectivePermissions(lab, lab.roles["DeployRole"], service="s3")
    assert first_cells(table)[:1] == ["s3:PutObject"] or "s3:PutObject" in first_cells(table)
    table._rows.press(first_cells(table).index("s3:PutObject"), "Explain")
    shown = seen(table)
    assert "on arn:aws:s3:::northwind-website/* because of deploy, attached to role DeployRole" in shown
    assert "arn:aws:s3:::northwind-website/example" in shown
    assert "Compare each element" in shown
    fill(table, "Search", "put")
    assert "Compare each element" not in seen(table)


def test_the_situation_and_the_resource_count(lab: Account) -> None:
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    lab.create_user("grace").create_policy(
        "mfa", {"Version": "2012-10-17", "Statement": {**statement, "Condition": condition}}
    )
    table = EffectivePermissions(lab, "grace", service="sqs")
    assert rows(table) == []
    fill(table, "Situation", {"aws:MultiFactorAuthPresent": "true"})
    assert first_cells(table) == ["sqs:SendMessage"]
    fill(table, "Resource - optional", "arn:aws:sqs:us-east-1:111122223333:orders")
    assert rows(table)[0].cells[3] == "arn:aws:sqs:us-east-1:111122223333:orders"
    fill(table, "Resource - optional", "arn:aws:s3:::northwind-logs")
    assert table.verdict.kind == ""
    assert rows(table) == []


def reports_reader_for_zed(lab: Account) -> None:
    """A change that another cell or widget makes."""
    lab.users["zed"].attach_policy(lab.policies["ReportsReader"])


def test_a_row_and_its_explanation_are_of_the_same_account(lab: Account) -> None:
    lab.create_user("zed")
    table = EffectivePermissions(lab, "zed", service="s3", outcome="All", search="getobject")
    assert rows(table)[0].cells[:3] == ["s3:GetObject", "Read", "✘ not allowed"]
    reports_reader_for_zed(lab)
    table._rows.press(0, "Explain")
    assert rows(table)[0].cells[2:4] == ["? it depends", "arn:aws:s3:::northwind-reports/*"]
    assert "because of ReportsReader, attached to user zed" in table._why.value
    assert "For example on <code>arn:aws:s3:::northwind-reports/example</code>: <b>✔ allowed" in table._why.value


def test_a_row_that_went_with_the_change_is_explained_all_the_same(lab: Account) -> None:
    lab.create_user("zed")
    table = EffectivePermissions(lab, "zed", service="s3", outcome="Not allowed")
    while "s3:GetObject" not in first_cells(table):
        press(table, "Next page")
    row = first_cells(table).index("s3:GetObject")
    reports_reader_for_zed(lab)
    table._rows.press(row, "Explain")
    assert table.verdict.text == "The account has changed: s3:GetObject is in none of these rows any more."
    assert "? it depends on arn:aws:s3:::northwind-reports/* because of ReportsReader" in table._why.value
    assert "s3:GetObject" not in first_cells(table)


@pytest.mark.parametrize(("label", "value"), [("Search", "getobject"), ("Outcome", (CONDITIONAL,))])
def test_a_filter_asks_the_account_again_if_it_has_changed(lab: Account, label: str, value: Any) -> None:
    lab.create_user("zed")
    table = EffectivePermissions(lab, "zed", service="s3")
    assert first_cells(table) == []
    reports_reader_for_zed(lab)
    fill(table, label, value)
    assert "s3:GetObject" in first_cells(table)


def test_another_page_is_of_the_account_as_it_is_now(lab: Account) -> None:
    table = EffectivePermissions(lab, "bob")
    lab.groups["Developers"].detach_policy(lab.policies["PowerUserAccess"])
    press(table, "Next page")
    assert table.page == 0
    assert all("PowerUserAccess" not in row.cells[4] for row in rows(table))


def test_where_nothing_differs_that_is_said(lab: Account) -> None:
    lab.create_user("grace")
    policy = lab.policies["AmazonS3ReadOnlyAccess"]
    change = lambda: lab.users["grace"].attach_policy(policy)  # noqa: E731 - as short as a lesson's
    change()
    again = EffectivePermissions(lab, "grace", service="s3", change=change)  # the cell is run a second time
    assert again._rows.rich.above == "Before and now are the same."
    other = EffectivePermissions(lab, "dave", service="s3", change=lambda: lab.groups["Developers"].remove_user("dave"))
    fill(other, "Search", "no such action")
    assert other._rows.rich.above == "Nothing matches."
    lab.create_user("zoe").attach_policy(policy)
    both = EffectivePermissions(lab, "grace", "zoe", differences=True)
    assert both._rows.rich.above == "All of them may do the same."


def test_code_and_paper(lab: Account) -> None:
    table = EffectivePermissions(lab, "bob", "erin", service="sqs")
    assert table.code.source.endswith('EffectivePermissions(lab, "bob", "erin", service="sqs")')
    fill(table, "Outcome", (IMPLICIT_DENY,))
    assert table.code.source.endswith('service="sqs", outcome="Not allowed")')
    bundle = table._repr_mimebundle_()
    caption, _, _, bob, erin = bundle["text/plain"].splitlines()
    assert caption == "What user bob, user erin may do in sqs"
    assert set(bob.split()[2:]) <= {"all", "–"}
    assert {"some", "none"} <= set(erin.split())
    assert "<td" in bundle["text/html"]


def test_names_with_markup_are_escaped(lab: Account) -> None:
    table = EffectivePermissions(lab, "arn:aws:iam::111122223333:user/bob", resource="arn:aws:s3:::x/<b>")
    fill(table, "Service", "s3")
    table._rows.press(0, "Explain")
    assert "<b>/" not in seen(table)
    assert "x/<b>" not in seen(table)
    assert "x/&lt;b&gt;" in seen(table)


def test_a_stranger_is_refused_in_words(lab: Account) -> None:
    table = EffectivePermissions(lab, "nobody")
    assert table.verdict.kind == "error"
    assert "nobody" in table.verdict.text
    assert table._repr_mimebundle_()["text/plain"] == table.verdict.text


def test_an_error_does_not_stand_above_other_rows(lab: Account) -> None:
    table = EffectivePermissions(lab, "bob")
    assert rows(table)
    fill(table, "Service", "nope")
    assert "no service" in table.verdict.text
    assert not rows(table)
    fill(table, "Service", "sqs")
    assert rows(table)
    fill(table, "Resource - optional", "reports")
    assert "'reports' is not an ARN" in table.verdict.text
    assert not rows(table)


def test_the_example_in_before_and_after_is_one_that_the_change_is_about(lab: Account) -> None:
    lab.create_user("grace")
    readable = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::northwind-logs/*"}
    document = {"Version": "2012-10-17", "Statement": readable}
    change = lambda: lab.users["grace"].create_policy("logs", document)  # noqa: E731 - as short as a lesson's
    table = EffectivePermissions(lab, "grace", service="s3", change=change)
    table._rows.press(0, "Explain")
    assert "For example on <code>arn:aws:s3:::northwind-logs/example</code>: <b>✔ allowed by logs" in seen(table)


def test_what_was_remembered_by_hand_is_remembered_in_code(lab: Account) -> None:
    table = EffectivePermissions(lab, "erin", service="sqs")
    press(table, "Remember as before")
    source = table.code.source
    change = 'lab.groups["Developers"].add_user("erin")\n'
    names: dict[str, Any] = {"lab": Account.example()}
    exec(source.replace("table.refresh()", f"{change}table.refresh()"), names)
    exec(change, {"lab": lab})
    press(table, "Refresh")
    assert rows(names["table"]) == rows(table) != []
    press(table, "Forget before")
    assert table.code.source.endswith('EffectivePermissions(lab, "erin", service="sqs")')


def test_a_choice_that_is_not_offered_is_refused_in_words(lab: Account) -> None:
    with pytest.raises(InvalidInput, match=r"Outcome is one of 'Allowed, or it depends', 'Allowed', .*, not 'denied'"):
        EffectivePermissions(lab, "bob", outcome="denied")
    with pytest.raises(InvalidInput, match="Access level is one of"):
        EffectivePermissions(lab, "bob", level="read")


def test_the_account_comes_first() -> None:
    with pytest.raises(InvalidInput, match="The account comes first, such as lab"):
        EffectivePermissions(cast(Any, "alice"))


filters = st.builds(
    Filters,
    service=st.sampled_from(["", "s3", "sqs", "iam"]),
    level=st.sampled_from(["", *index.LEVELS.values()]),
    outcomes=st.sampled_from([(), (ALLOWED,), (ALLOWED, CONDITIONAL), (IMPLICIT_DENY,)]),
    text=st.sampled_from(["", "get", "Tag", "queue"]),
)


@given(filters, st.sampled_from(["bob", "erin"]))
def test_one_and_side_by_side_find_the_same_actions(wanted: Filters, who: str) -> None:
    one = OnePrincipal(LAB, who, {})
    beside = SideBySide([(who, outcomes_of(LAB, who, {}))])
    alone = {one.action(row) for row in one.rows(wanted)}
    together = {beside.action(row) for row in beside.rows(wanted)}
    assert together <= alone
    assert {name for name in alone if wanted.text.lower() in name.lower()} == together


def test_outcomes_agree_with_the_rows() -> None:
    outcomes = outcomes_of(LAB, "erin", {})
    for row in list(permissions(LAB, "erin"))[::97]:
        place = index.number(row.action)
        assert place is not None
        assert outcome_of(outcomes, place) == row.label.outcome


def test_no_rows_are_shown_that_were_asked_for_before(lab: Account) -> None:
    table = EffectivePermissions(lab, "bob")
    for button, columns in (("Remember as before", 4), ("Forget before", 5)):
        with told() as messages:
            press(table, button)
        rows = [state for control, state in messages if control is table._rows.rich]
        assert len(rows[0]["columns"]) == columns
        assert [list(state) for state in rows[1:]] == []
