"""`PolicyList(lab)`: the Console's list of policies: search, filter, open one, create one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iamlab.account import Account
from iamlab.display import Table
from iamlab.errors import NoSuchEntity
from iamlab.widgets import controls, given
from iamlab.widgets.base import Panel, Shown
from iamlab.widgets.code import call, shows_opened
from iamlab.widgets.controls import Control
from iamlab.widgets.labels import label, labels
from iamlab.widgets.policies import Listed, called, list_policies
from iamlab.widgets.policy_page import PolicyPage
from iamlab.widgets.rich import Row, Rows

if TYPE_CHECKING:
    from iamlab.widgets.editor.panel import PolicyEditor

SHOWN = 20
"""How many rows are shown; whoever looks for more narrows the search."""


NEW = ""
"""Stands for the policy that is being written, where others have their ARNs."""


def more(found: int, kind: str) -> str:
    """The sentence below the list."""
    if not found:
        return "No policy matches." if kind != "customer" else "No policy of your own matches."
    return f"… and {found - SHOWN} more: search for a part of the name." if found > SHOWN else ""


class PolicyList(Panel):
    """The managed policies of an account, its own first.

    Args:
        lab: the account.
        search: a part of the names.
        kind: what "Filter by Type" is set to, such as `Customer managed`.

    Raises:
        InvalidInput: there is no such type.
    """

    title = label("policies.title")

    def __init__(self, lab: Account, search: str = "", kind: str = "") -> None:
        super().__init__()
        self.lab = given.account(lab)
        self._found: list[Listed] = []
        self._revision = -1
        self._search = controls.text(label("common.search"), search, live=True, placeholder="Part of a policy's name")
        types = ("policies.all", "all"), ("common.customer_managed", "customer"), ("common.aws_managed", "aws")
        options = [*types, ("policies.attached", "attached")]
        self._kind = controls.choice(label("policies.type"), [(label(key), value) for key, value in options])
        given.choose(self._kind, kind)
        self._rows = Rows(label("policies.title"), labels("policies.columns"), self.guard(self._open))
        for control in (self._search, self._kind):
            self.on(control, lambda _: self.refresh())
        refresh = self.button(label("common.refresh"), self.refresh)
        create = self.button(label("policies.create"), self.create)
        self._list = controls.column(controls.row(self._search, self._kind, refresh, create), self._rows)
        self.when_entered(self._keep_up)
        self._back = self.button(label("policies.back"), self.back)
        self._cancel = self.button(label("common.cancel"), self.cancel)
        self._one = controls.column()
        self._aside: dict[str, PolicyPage | PolicyEditor] = {}
        self.arrange(self.verdict, self._list, self._one)
        self.refresh()

    def refresh(self) -> None:
        """Show what the account has now."""
        self._revision = self.lab.revision
        self._found = list_policies(self.lab, self._search.value, self._kind.value)
        rows = [Row(policy.cells(), [label("policies.open")]) for policy in self._found[:SHOWN]]
        self._rows.fill(rows, more(len(self._found), self._kind.value))
        self.code.draft(self._python)

    def _keep_up(self) -> None:
        if self._revision != self.lab.revision and controls.is_shown(self._list):
            self.refresh()

    def _python(self) -> str:
        """The Python that shows this list, and opens what is open in its place."""
        kind = self._kind.label if self._kind.index else ""
        made = call("PolicyList", self.lab, search=self._search.value, kind=kind)
        return shows_opened("PolicyList", "policies", made, self._opened("policies"))

    def _opened(self, variable: str) -> list[str]:
        """The lines that open what is put aside, each with the way back, and what is open."""
        lines: list[str] = []
        for panel in self._aside.values():
            opens = self._opens(variable, panel)
            lines += [*opens, f"{variable}.back()"] if opens else []
        return lines + (self._opens(variable, self._panel) if self._panel else [])

    def _opens(self, variable: str, panel: PolicyPage | PolicyEditor) -> list[str]:
        if not isinstance(panel, PolicyPage):
            return panel.opened(f"{variable}.create")
        if panel.policy.arn not in self.lab.policies:
            return []
        opens = call(f"{variable}.open_policy", called(self.lab, panel.policy))
        inside = panel.opened("page")
        return [f"page = {opens}", *inside] if inside else [opens]

    @property
    def _panel(self) -> PolicyPage | PolicyEditor | None:
        """What is open in place of the list."""
        return self._one.children[1] if self._one.children else None

    def _open(self, row: int, _: str) -> None:
        try:
            self.open_policy(self._found[row].arn)
        except NoSuchEntity:
            self.refresh()  # another cell has deleted it
            raise

    def open_policy(self, policy: str) -> PolicyPage:
        """Open a policy's page in place of the list.

        Args:
            policy: its name or ARN.

        Raises:
            NoSuchEntity: there is no such policy.
        """
        self._put_aside()
        page = self._aside.pop(self.lab.policies[policy].arn, None)
        if isinstance(page, PolicyPage):
            page.refresh()
        else:
            page = PolicyPage(self.lab, policy)
        self._turn_to(page)
        return page

    def create(self, **written: Any) -> PolicyEditor:
        """Open the editor in place of the list, with what was put aside there.

        Args:
            written: what it starts with instead, as `PolicyEditor` takes it.
        """
        from iamlab.widgets.editor.panel import PolicyEditor  # half a megabyte that a page without it can do without

        self._put_aside()
        editor = self._aside.pop(NEW, None)
        if written or not isinstance(editor, PolicyEditor):
            editor = PolicyEditor(self.lab, **written)
            editor.observe(lambda change: controls.show(self._cancel, not change["new"]), "saved")
        controls.show(self._cancel, not editor.saved)
        self._turn_to(editor, self._cancel)
        return editor

    def _turn_to(self, panel: PolicyPage | PolicyEditor, *below: Control) -> None:
        self.verdict.clear()
        self._one.children = (self._back, panel, *below)
        controls.show(self._list, False)
        panel.code.write_into(self.code)

    def back(self) -> None:
        """Go back to the list, which shows what is there now; what is written and not saved is put aside."""
        words = self._put_aside()
        self.cancel()
        if words:
            self.verdict.say("info", words)

    def _put_aside(self) -> str:
        """Keep what is open when something in it is not saved; says so."""
        panel = self._panel
        if panel is None or not panel.unsaved:
            return ""
        if isinstance(panel, PolicyPage):
            self._aside[panel.policy.arn] = panel
            return f"What you wrote in {panel.policy.name} is not saved. Open the policy again to go on with it."
        self._aside[NEW] = panel
        return f'Your new policy is not saved. Press "{label("policies.create")}" to go on with it.'

    def cancel(self) -> None:
        """Go back to the list; what is written and not saved is thrown away."""
        self._one.children = ()
        controls.show(self._list, True)
        self.refresh()

    def plain(self) -> Shown | str:
        """The list as it is filtered now."""
        self.refresh()
        return Table(labels("policies.columns"), [policy.cells() for policy in self._found], limit=SHOWN)
