"""`PolicyPage(lab, name)`: one policy: its document, its versions, and what it is attached to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from iamlab.account import Account
from iamlab.account.policies import Policy, PolicyVersion
from iamlab.display import TICK, Cell, Table
from iamlab.policy.summary import summary_table
from iamlab.widgets import controls, given
from iamlab.widgets.attach import attach_form
from iamlab.widgets.base import Panel, Shown
from iamlab.widgets.code import call, shows_opened
from iamlab.widgets.controls import Control
from iamlab.widgets.html import document_html
from iamlab.widgets.labels import label, labels
from iamlab.widgets.policies import attach_code, attached_entities, called, detach, policy_code
from iamlab.widgets.rich import Row, Rows

if TYPE_CHECKING:
    from iamlab.widgets.editor.panel import PolicyEditor


def details(policy: Policy) -> Table:
    """What the head of the page says."""
    rows: list[list[Cell]] = [
        [label("policy.type"), label("common.aws_managed" if policy.is_aws_managed else "common.customer_managed")],
        [label("policy.arn"), policy.arn],
        [label("policy.created"), f"{policy.create_date:%Y-%m-%d %H:%M} UTC"],
        [label("policy.edited"), f"{policy.update_date:%Y-%m-%d %H:%M} UTC"],
    ]
    if policy.description:
        rows.insert(1, [label("policy.description"), policy.description])
    if policy.tags:
        rows.append([label("common.tags"), ", ".join(f"{key}={value}" for key, value in policy.tags.items())])
    return Table([label("editor.name"), policy.name], rows)


def version_rows(versions: Iterable[PolicyVersion], *, fixed: bool) -> list[Row]:
    """A row for each version; what counts cannot be deleted.

    Args:
        versions: in the order of the rows.
        fixed: may nobody change them, as AWS's own?
    """
    found = []
    for version in versions:
        actions = [label("policy.see_version")]
        if not version.is_default_version and not fixed:
            actions += [label("policy.set_default"), label("policy.delete_version")]
        default = f"{TICK} Default" if version.is_default_version else "–"
        found.append(Row((version.version_id, default, f"{version.create_date:%Y-%m-%d %H:%M} UTC"), actions))
    return found


class PolicyPage(Panel):
    """A managed policy: permissions, entities attached, versions.

    Args:
        lab: the account.
        policy: its name or ARN.

    Raises:
        NoSuchEntity: there is no such policy.
    """

    def __init__(self, lab: Account, policy: str) -> None:
        super().__init__()
        self.lab = given.account(lab)
        self.policy = self.lab.policies[policy]
        self.title = label("policy.title", name=self.policy.name)
        self._details = controls.words("")
        self._summary = controls.words("")
        self._document = controls.words("")
        self._entities = Rows(label("policy.entities"), labels("policy.entity_columns"), self.guard(self._detach))
        self._versions = Rows(label("policy.versions"), labels("policy.version_columns"), self.guard(self._version))
        self._version_document = controls.words("")
        self._attached: list[tuple[str, str]] = []
        self._shown: list[PolicyVersion] = []
        self._below = controls.column()
        self._tabs = controls.tabs(
            [
                controls.column(self._summary, self._document),
                controls.column(self._entities, attach_form(self, lab, lambda: self.policy, self.refresh)),
                controls.column(self._versions, self._version_document),
            ],
            [label("policy.permissions"), label("policy.entities"), label("policy.versions")],
        )
        self.arrange(self._details, self._buttons(), self._tabs, self.verdict, self._below)
        self.code.draft(self._python)
        self.refresh()

    def _buttons(self) -> Control:
        if self.policy.is_aws_managed:
            return controls.words("AWS maintains this policy: it can be attached, and not changed.", "iamlab-quiet")
        return controls.row(
            self.button(label("common.edit"), self.edit), self.button(label("policy.delete"), self.delete)
        )

    def refresh(self) -> None:
        """Show the policy as it is now."""
        policy = self.policy
        self._details.value = details(policy)._repr_html_()
        self._summary.value = summary_table(policy.document)._repr_html_()
        self._document.value = document_html(label("policy.document"), policy.document.to_json())
        self._attached = attached_entities(policy)
        self._entities.fill(
            [Row((name, label(f"attach.{kind}")), [label("attach.detach")]) for kind, name in self._attached],
            "" if self._attached else "Attached to nobody.",
        )
        self._shown = list(policy.versions)
        self._versions.fill(version_rows(self._shown, fixed=policy.is_aws_managed))
        self._version_document.value = ""

    def _detach(self, row: int, _: str) -> None:
        kind, name = self._attached[row]
        detach(self.lab, self.policy, kind, name)
        self.code.add(attach_code(self.lab, self.policy, kind, name, "detach"))
        self.verdict.say("success", f"Policy {self.policy.name} is detached from {kind} {name}.")
        self.refresh()

    def _version(self, row: int, action: str) -> None:
        version = self._shown[row]  # another cell may have made or deleted some since
        name = version.version_id
        if action == label("policy.see_version"):
            self._version_document.value = document_html(f"Version {name}", version.document.to_json())
            self.verdict.clear()
            return
        verb, done = (
            ("set_default_version", f"{name} is now the default version: it is the one that counts.")
            if action == label("policy.set_default")
            else ("delete_version", f"Version {name} is deleted.")
        )
        getattr(self.policy, verb)(name)
        self.code.add(call(f"{policy_code(self.lab, self.policy)}.{verb}", name))
        self.verdict.say("success", done)
        self.refresh()

    def edit(self, **written: Any) -> PolicyEditor:
        """Open the editor below; saving makes a new version.

        Args:
            written: what it starts with: `document`, `keep_default` and `step`, as `PolicyEditor` takes them.
        """
        from iamlab.widgets.editor.panel import PolicyEditor  # half a megabyte that a page without it can do without

        editor = PolicyEditor(self.lab, self.policy.arn, **written)
        self._below.children = (editor,)
        editor.code.write_into(self.code)
        editor.observe(lambda _: self.refresh(), "saved")
        return editor

    def opened(self, variable: str) -> list[str]:
        """The lines of Python that open what stands in this page: the editor, with what is written and not saved.

        Args:
            variable: what the page is called there.
        """
        return [line for editor in self._below.children for line in editor.opened(f"{variable}.edit")]

    def _python(self) -> str:
        """The Python that shows this page; none when the policy is deleted."""
        if self.policy.arn not in self.lab.policies:
            return ""
        made = call("PolicyPage", self.lab, called(self.lab, self.policy))
        return shows_opened("PolicyPage", "page", made, self.opened("page"))

    def delete(self) -> None:
        """Delete the policy.

        Raises:
            DeleteConflict: it is attached or has other versions.
        """
        code, name = call(f"{policy_code(self.lab, self.policy)}.delete"), self.policy.name
        self.policy.delete()
        self.code.add(code)
        self.arrange()
        self.verdict.say("success", f"Policy {name} is deleted.")

    def plain(self) -> Shown | str:
        """The head of the page, and the document."""
        if self.policy.arn not in self.lab.policies:
            return self.verdict.text
        return f"{details(self.policy)!r}\n{self.policy.document.to_json()}"
