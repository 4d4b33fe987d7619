"""`PolicyPage(lab, name)`: one policy: its document, its versions, and what it is attached to.

The page keeps up with what other cells and widgets do: it looks when somebody comes into it, and when a tab is turned.
"""

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
from iamlab.widgets.look import go_to
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
        self._name = self.policy.name
        self.title = label("policy.title", name=self._name)
        self._details = controls.words("")
        self._summary = controls.words("")
        self._document = controls.words("")
        self._entities = Rows(label("policy.entities"), labels("policy.entity_columns"), self.guard(self._detach))
        self._versions = Rows(label("policy.versions"), labels("policy.version_columns"), self.guard(self._version))
        self._version_document = controls.words("", "iamlab-answer")
        self._attached: list[tuple[str, str]] = []
        self._shown: list[PolicyVersion] = []
        self._below = controls.column()
        self._revision = -1
        self._edit = self.button(label("common.edit"), self.edit)
        self._tabs = controls.tabs(
            [
                controls.column(self._summary, self._document),
                controls.column(self._entities, attach_form(self, lab, lambda: self.policy, self.refresh)),
                controls.column(self._versions, self._version_document),
            ],
            [label("policy.permissions"), label("policy.entities"), label("policy.versions")],
        )
        self.on(self._tabs, lambda _: self._turned(), "selected_index")
        self.when_entered(self._keep_up)
        self.arrange(self._details, self._buttons(), self._tabs, self.verdict, self._below)
        self.code.draft(self._python)
        self.refresh()

    def _buttons(self) -> Control:
        refresh = self.button(label("common.refresh"), self.refresh)
        if self.policy.is_aws_managed:
            said = "AWS maintains this policy: it can be attached, and not changed."
            return controls.column(controls.words(said, "iamlab-quiet"), refresh)
        return controls.row(self._edit, self.button(label("policy.delete"), self.delete), refresh)

    def refresh(self) -> None:
        """Show the policy as it is now."""
        policy, self._revision = self.policy, self.lab.revision
        if not self._exists:
            self._leave("warning", f"Policy {self._name} is not there any more: it was deleted elsewhere.")
            return
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

    @property
    def _exists(self) -> bool:
        return self.policy.arn in self.lab.policies

    def _keep_up(self) -> None:
        if self._revision != self.lab.revision:
            self.refresh()

    def _turned(self) -> None:
        """Another tab: what was said about the one before is over."""
        self.verdict.clear()
        self._keep_up()

    def _leave(self, kind: str, sentence: str) -> None:
        """The policy is gone: only this is said, and what is written and not saved stays."""
        editor = self._editor
        if editor is not None and not editor.written():
            self._below.children = ()
        self.arrange(self.verdict, self._below)
        self.verdict.say(kind, sentence)

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

        editor = self._editor
        if editor is not None and not written and editor.unsaved:
            cancel = label("policy.cancel_edit")
            self.verdict.say("info", f"What is written below is not saved yet. Save it first, or press {cancel}.")
            go_to(editor)
            return editor
        editor = PolicyEditor(self.lab, self.policy.arn, **written)
        close = self.button("", self.close_editor)
        self._below.children = (editor, controls.row(close))
        editor.code.write_into(self.code)

        def follow() -> None:
            close.description = label("common.close" if editor.saved else "policy.cancel_edit")
            self._keep_up()

        follow()
        editor.observe(lambda _: follow(), "saved")
        go_to(editor)
        return editor

    @property
    def _editor(self) -> PolicyEditor | None:
        """The editor that is open below."""
        return self._below.children[0] if self._below.children else None

    @property
    def unsaved(self) -> bool:
        """Is something written in the editor that is not saved?"""
        return self._editor is not None and self._editor.unsaved

    def close_editor(self) -> None:
        """Close the editor; what is written and not saved is thrown away."""
        self._below.children = ()
        self.verdict.clear()
        self.code.refresh()
        go_to(self._edit)

    def opened(self, variable: str) -> list[str]:
        """The lines of Python that open what stands in this page: the editor, with what is written and not saved.

        Args:
            variable: what the page is called there.
        """
        return self._editor.opened(f"{variable}.edit") if self._editor else []

    def _python(self) -> str:
        """The Python that shows this page; none when the policy is deleted."""
        if not self._exists:
            return ""
        made = call("PolicyPage", self.lab, called(self.lab, self.policy))
        return shows_opened("PolicyPage", "page", made, self.opened("page"))

    def delete(self) -> None:
        """Delete the policy.

        Raises:
            DeleteConflict: it is attached or has other versions.
        """
        code = call(f"{policy_code(self.lab, self.policy)}.delete")
        self.policy.delete()
        self.code.add(code)
        self._leave("success", f"Policy {self._name} is deleted.")
        self._revision = self.lab.revision

    def plain(self) -> Shown | str:
        """The head of the page, and the document."""
        if not self._exists:
            return self.verdict.text or f"Policy {self._name} is not there any more."
        return f"{details(self.policy)!r}\n{self.policy.document.to_json()}"
