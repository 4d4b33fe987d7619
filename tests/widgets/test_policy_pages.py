"""The list of policies and a policy's own page, without a browser."""

from __future__ import annotations

from typing import Any

import pytest
from hands import controls, fill, find, go_into, press, seen, sent

from iamlab import Account
from iamlab.errors import NoSuchEntity
from iamlab.widgets import PolicyEditor, PolicyList, PolicyPage
from iamlab.widgets.policies import list_policies
from iamlab.widgets.rich import Rows


@pytest.fixture
def lab() -> Account:
    return Account.example()


def rows(panel: Any, label: str) -> Rows:
    return next(one for one in controls(panel) if isinstance(one, Rows) and one.rich.label == label)


def shown(panel: Any) -> list[tuple[str, ...]]:
    return [tuple(row.cells) for row in rows(panel, "Policies").rows]


def turn_to(page: PolicyPage, tab: str) -> None:
    page._tabs.selected_index = page._tabs.titles.index(tab)


def test_the_list_has_own_policies_first_and_says_where_they_hang(lab: Account) -> None:
    listed = PolicyList(lab)
    assert shown(listed)[0] == ("ReportsReader", "Customer managed", "group Accounting, role ReportFunctionRole")
    fill(listed, "Search", "administratorACCESS")
    assert ("AdministratorAccess", "AWS managed", "user frank, group SysOps, role EmergencyAdmin") in shown(listed)
    fill(listed, "Filter by Type", "customer")
    assert shown(listed) == []
    assert rows(listed, "Policies").rich.more == "No policy of your own matches."
    fill(listed, "Search", "")
    assert [name for name, _, _ in shown(listed)] == ["ReportsReader"]
    fill(listed, "Filter by Type", "attached")
    assert all(where != "–" for _, _, where in shown(listed))
    assert "ViewOnlyAccess" in [name for name, _, _ in shown(listed)]


def test_a_policy_that_only_an_export_knows_is_listed_where_it_is_attached(lab: Account) -> None:
    arn = "arn:aws:iam::aws:policy/FromTomorrow"
    lab.state.users["alice"].attached.append(arn)
    assert [(one.name, one.attached_to) for one in list_policies(lab, "tomorrow")] == [
        ("FromTomorrow", ("user alice",))
    ]


def test_open_one_and_go_back(lab: Account) -> None:
    listed = PolicyList(lab)
    rows(listed, "Policies").press(0, "Open")
    assert "Policy ReportsReader" in seen(listed)
    assert 'policies.open_policy("ReportsReader")' in listed.code.source
    press(listed, "Back to policies")
    press(listed, "Create policy")
    assert any(isinstance(one, PolicyEditor) for one in controls(listed))
    lab.create_policy("New", lab.policies["ReportsReader"].document)
    press(listed, "Back to policies")
    assert [name for name, _, _ in shown(listed)][:2] == ["ReportsReader", "New"]


def test_what_is_written_and_not_saved_is_put_aside_on_the_way_back(lab: Account) -> None:
    listed = PolicyList(lab)
    new = listed.create(name="Letters")
    listed.open_policy("ReportsReader").edit()
    press(listed, "Switch to deny permissions")
    press(listed, "Back to policies")
    assert "What you wrote in ReportsReader is not saved." in listed.verdict.text
    names: dict[str, Any] = {"lab": Account.example()}
    exec(listed.code.source, names)
    assert names["policies"].code.source == listed.code.source
    for one in (names["policies"], listed):
        assert editor_in(one.open_policy("ReportsReader")).written()
        assert not one.verdict.text
        press(one, "Cancel editing")
        press(one, "Back to policies")
        assert not one.verdict.text, "nothing is put aside"
    assert listed.create() is new


def test_a_new_policy_is_put_aside_or_cancelled(lab: Account) -> None:
    listed, read = PolicyList(lab), lab.policies["ReportsReader"].document.to_dict()
    new = listed.create(document=read)
    press(listed, "Back to policies")
    assert listed.verdict.text == 'Your new policy is not saved. Press "Create policy" to go on with it.'
    assert listed.create() is new
    press(listed, "Cancel")
    assert not listed.verdict.text
    assert listed.create() is not new
    press(listed, "Back to policies")
    assert not listed.verdict.text

    saved = listed.create(document=read, name="Read", step=2)
    saved.save()
    assert "Cancel" not in [getattr(control, "description", "") for control in controls(listed)]
    press(listed, "Back to policies")
    assert not listed.verdict.text


def test_the_plain_list_is_the_filtered_one(lab: Account) -> None:
    listed = PolicyList(lab)
    fill(listed, "Search", "reports")
    assert "ReportsReader" in listed._repr_mimebundle_()["text/plain"]
    assert "AdministratorAccess" not in listed._repr_mimebundle_()["text/plain"]


def test_a_page_shows_document_entities_and_versions(lab: Account) -> None:
    page = PolicyPage(lab, "ReportsReader")
    said = seen(page)
    assert "Read the quarterly reports" in said
    assert "Customer managed" in said
    assert "Limited: List, Read" in said
    assert "arn:aws:s3:::northwind-reports/*" in said
    turn_to(page, "Policy versions")
    assert [tuple(row.cells[:2]) for row in rows(page, "Policy versions").rows] == [("v2", "✔ Default"), ("v1", "–")]
    assert '"Statement"' in page._repr_mimebundle_()["text/plain"]
    assert "0x" not in repr(page)


def test_versions_are_looked_at_made_default_and_deleted(lab: Account) -> None:
    page = PolicyPage(lab, "ReportsReader")
    versions = rows(page, "Policy versions")
    versions.press(1, "View document")
    assert "s3:*" in page._version_document.value
    versions.press(1, "Set as default")
    assert lab.policies["ReportsReader"].default_version.version_id == "v1"
    versions.press(0, "Delete version")
    assert [row.cells[0] for row in versions.rows] == ["v1"]
    versions.press(0, "Delete version")
    assert len(versions.rows) == 1, "the version that counts has no such button"
    again = Account.example()
    exec(page.code.source, {"lab": again})
    assert again.policies["ReportsReader"].default_version.version_id == "v1"
    assert len(again.policies["ReportsReader"].versions) == 1


def test_the_version_in_the_row_is_the_one_that_is_deleted(lab: Account) -> None:
    page = PolicyPage(lab, "ReportsReader")
    policy = lab.policies["ReportsReader"]
    policy.create_version(policy.document)  # by another cell, while the page shows v2 and v1
    rows(page, "Policy versions").press(1, "Delete version")
    assert [version.version_id for version in policy.versions] == ["v3", "v2"]


def test_attach_detach_delete(lab: Account) -> None:
    page = PolicyPage(lab, "ReportsReader")
    press(page, "Delete policy")
    assert page.verdict.text.endswith("(DeleteConflict)")
    fill(page, "Entity type", "user")
    fill(page, "Entity name", "alice")
    press(page, "Attach policy")
    entities = rows(page, "Entities attached")
    assert tuple(entities.rows[0].cells) == ("alice", "IAM user")
    for _ in range(3):
        entities.press(0, "Detach")
    assert lab.policies["ReportsReader"].attachment_count == 0
    assert entities.rich.more == "Attached to nobody."
    rows(page, "Policy versions").press(1, "Delete version")
    press(page, "Delete policy")
    assert page.verdict.text == "Policy ReportsReader is deleted."
    assert page._repr_mimebundle_()["text/plain"] == "Policy ReportsReader is deleted."
    again = Account.example()
    exec(page.code.source, {"lab": again})
    assert "ReportsReader" not in again.policies


def test_who_came_after_the_page_is_offered(lab: Account) -> None:
    page = PolicyPage(lab, "ReportsReader")
    turn_to(page, "Entities attached")
    lab.create_user("zoe")
    go_into(page, "Entity name")
    assert "zoe" in find(page, "Entity name").options
    fill(page, "Entity type", "role")
    fill(page, "Entity name", "Dep")
    assert "DeployRole" in find(page, "Entity name").options
    lab.create_role("zoo", lab.roles["DeployRole"].assume_role_policy_document)
    go_into(page, "Entity name")
    assert "zoo" in find(page, "Entity name").options
    assert find(page, "Entity name").value == "Dep"


def test_aws_policies_are_attached_and_not_changed(lab: Account) -> None:
    page = PolicyPage(lab, "Billing")
    assert "AWS maintains this policy" in seen(page)
    assert [row.actions for row in rows(page, "Policy versions").rows] == [["View document"]]
    fill(page, "Entity type", "group")
    fill(page, "Entity name", "Auditors")
    press(page, "Attach policy")
    assert lab.policies["Billing"] in lab.groups["Auditors"].attached_policies


def test_editing_from_the_page_shows_the_new_version_there(lab: Account) -> None:
    page = PolicyPage(lab, "ReportsReader")
    press(page, "Edit")
    editor = next(one for one in controls(page) if isinstance(one, PolicyEditor))
    editor.next()
    editor.save()
    assert [row.cells[0] for row in rows(page, "Policy versions").rows] == ["v3", "v2", "v1"]


def come_into(panel: Any) -> None:
    """Put the focus into a panel, as far as Python is told of it."""
    assert "iamlab-tells-focus" in panel._dom_classes
    panel._handle_custom_msg({"event": "focus"}, [])


def editor_in(page: Any) -> PolicyEditor:
    return next(one for one in controls(page) if isinstance(one, PolicyEditor))


def delete_reports_reader(lab: Account) -> None:
    """As another cell or widget does it."""
    policy = lab.policies["ReportsReader"]
    lab.groups["Accounting"].detach_policy(policy)
    lab.roles["ReportFunctionRole"].detach_policy(policy)
    policy.delete_version("v1")
    policy.delete()


@pytest.mark.parametrize("how", ["comes in", "presses Refresh"])
def test_the_list_shows_what_was_done_elsewhere(lab: Account, how: str) -> None:
    listed = PolicyList(lab, kind="Customer managed")
    lab.create_policy("New", lab.policies["ReportsReader"].document)
    if how == "comes in":
        come_into(listed)
    else:
        press(listed, "Refresh")
    assert [name for name, _, _ in shown(listed)] == ["ReportsReader", "New"]


def test_a_policy_that_was_deleted_elsewhere_goes_from_the_list_when_it_is_opened(lab: Account) -> None:
    listed = PolicyList(lab, kind="Customer managed")
    delete_reports_reader(lab)
    rows(listed, "Policies").press(0, "Open")
    assert listed.verdict.text.endswith("(NoSuchEntity)")
    assert shown(listed) == []


@pytest.mark.parametrize("how", ["comes in", "turns a tab", "presses Refresh"])
def test_a_page_shows_what_was_done_elsewhere(lab: Account, how: str) -> None:
    page = PolicyPage(lab, "ReportsReader")
    lab.policies["ReportsReader"].create_version(lab.policies["ReportsReader"].document)
    if how == "comes in":
        come_into(page)
    elif how == "presses Refresh":
        press(page, "Refresh")
    turn_to(page, "Policy versions")
    assert [row.cells[0] for row in rows(page, "Policy versions").rows] == ["v3", "v2", "v1"]


def test_a_page_says_that_its_policy_was_deleted_elsewhere_and_keeps_what_is_written(lab: Account) -> None:
    page, other = PolicyPage(lab, "ReportsReader"), PolicyPage(lab, "ReportsReader")
    press(other, "Edit")
    fill(other, "Service", "sqs")
    press(other, "Switch to deny permissions")
    assert editor_in(other).written()
    delete_reports_reader(lab)
    for one in (page, other):
        come_into(one)
        assert one.verdict.text == "Policy ReportsReader is not there any more: it was deleted elsewhere."
        assert repr(one).startswith("<PolicyPage: Policy ReportsReader is not there")
        with pytest.raises(AssertionError):
            find(one, "Delete policy")
    assert editor_in(other).written()
    assert not any(isinstance(one, PolicyEditor) for one in controls(page))


def test_what_was_said_goes_when_a_tab_is_turned(lab: Account) -> None:
    page = PolicyPage(lab, "ReportsReader")
    press(page, "Delete policy")
    assert page.verdict.kind == "error"
    turn_to(page, "Policy versions")
    assert page.verdict.text == ""


def test_what_is_written_is_not_thrown_away_by_a_second_edit(lab: Account) -> None:
    page = PolicyPage(lab, "ReportsReader")
    press(page, "Edit")
    first = editor_in(page)
    press(page, "Edit")
    assert editor_in(page) is not first, "nothing was written"
    written = editor_in(page)
    press(page, "Switch to deny permissions")
    press(page, "Edit")
    assert editor_in(page) is written
    assert page.verdict.text == "What is written below is not saved yet. Save it first, or press Cancel editing."
    press(page, "Cancel editing")
    assert not any(isinstance(one, PolicyEditor) for one in controls(page))
    assert page.verdict.text == ""
    assert "page.edit" not in page.code.source


def test_an_editor_that_has_saved_is_closed(lab: Account) -> None:
    page = PolicyPage(lab, "ReportsReader")
    press(page, "Edit")
    press(page, "Next")
    press(page, "Save changes")
    press(page, "Close")
    assert not any(isinstance(one, PolicyEditor) for one in controls(page))


def test_the_focus_is_sent_into_the_editor_and_back(lab: Account) -> None:
    page = PolicyPage(lab, "ReportsReader")
    with sent() as goals:
        press(page, "Edit")
        press(page, "Switch to deny permissions")
        press(page, "Edit")
        editor = editor_in(page)
        press(page, "Cancel editing")
    assert goals == [editor.model_id, editor.model_id, find(page, "Edit").model_id]


def test_no_such_policy(lab: Account) -> None:
    with pytest.raises(NoSuchEntity):
        PolicyPage(lab, "Nope")
