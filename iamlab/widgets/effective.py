"""EffectivePermissions: what principals may do, filtered, side by side, before and after.

The table is made in `permission_rows` and shown a page at a time, so that all of AWS's actions stay quick; what can be
chosen above it is in `permission_choices`, and what a row says when it explains itself in `permission_words`. Whatever
is clicked, the account is asked again first if it has changed: rows and explanations are of the same account.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import traitlets

from iamlab.account import Account
from iamlab.account.context import Given
from iamlab.catalog import index
from iamlab.display import Table
from iamlab.errors import AwsError
from iamlab.widgets import asking, controls, given
from iamlab.widgets.base import Panel
from iamlab.widgets.code import calls_again
from iamlab.widgets.labels import label
from iamlab.widgets.permission_choices import OUTCOMES, SITUATIONS, as_code, principals_of
from iamlab.widgets.permission_rows import Filters, Outcomes, PermissionTable, outcomes_of, table_of
from iamlab.widgets.permission_words import explanation
from iamlab.widgets.rich import Row, Rows
from iamlab.widgets.turns import deliver

PAGE = 25
"""How many rows are shown at a time."""

EXPLAIN = "Explain"

SEVERAL = "Several: hold Ctrl (⌘ on a Mac) or Shift."
"""How several principals are chosen, which the browser's list does not say."""


class EffectivePermissions(Panel):
    """The table of effective permissions.

    Args:
        lab: the account.
        principals: users' names, ARNs, users or roles; the first user when there are none.
        resource: an ARN for exact answers; empty: whatever resource.
        service: only this service, by its prefix.
        before: another account to compare with: what the first principal could do there.
        change: is called once, after what the first principal may do was noted, so that the table shows before and
            after.
        situation, level, outcome: what is chosen there, in the words that stand there; empty: the first.
        search: a part of a name.
        differences: only where columns differ; without it, when before and after are compared.

    Raises:
        InvalidInput: the account is none, or a choice is not offered.

    Attributes:
        principals: who is shown: users' names, and others' ARNs.
        page: which page of the table, from 0.

    >>> EffectivePermissions(Account.example(), "erin", service="sqs")
    <EffectivePermissions: What user erin may do in sqs>
    """

    title = "Effective permissions"
    principals: Any = traitlets.Tuple()
    page = traitlets.Int(0)

    def __init__(
        self,
        lab: Account,
        *principals: object,
        resource: str = "",
        service: str = "",
        before: Account | None = None,
        change: Callable[[], object] | None = None,
        situation: str = "",
        level: str = "",
        outcome: str = "",
        search: str = "",
        differences: bool | None = None,
    ) -> None:
        super().__init__()
        self.lab = given.account(lab)
        asked = dict.fromkeys(asking.principal_value(lab, who) for who in principals)
        self.principals = tuple(asked) or tuple(lab.users)[:1]
        self._before: Outcomes | None = None
        self._table: PermissionTable | None = None
        self._revision = -1
        self._found: Sequence[int] = ()
        self._make_controls(resource, service, search)
        for control, words in ((self._situation, situation), (self._level, level), (self._outcome, outcome)):
            given.choose(control, words)
        if before is not None or change is not None:
            self._before = outcomes_of(before or lab, self._first, self._context, self.resource)
        if change is not None:
            change()
        comparing = self._before is not None
        self._differences.value = comparing if differences is None else differences
        # What `before` and `change` are can only be said by the cell that gave them.
        self._again = calls_again(type(self).__name__) if comparing else None
        self._at_first = self._choices()
        self._rows = Rows(self.title, (), self.guard(self._explain))
        self._why = controls.live("iamlab-answer")
        self._compared = controls.words("", "iamlab-rows")
        self._back = self.button("Previous page", lambda: self._turn(-1))
        self._on = self.button("Next page", lambda: self._turn(1))
        self.arrange(
            controls.row(
                controls.column(self._who, controls.words(SEVERAL, "iamlab-quiet")),
                controls.column(self._situation, self._resource),
                controls.column(self._service, self._text),
                top=True,
            ),
            controls.row(self._level, self._outcome, self._differences),
            self.verdict,
            controls.dressed(self._rows, "iamlab-window"),
            controls.row(
                self._back,
                self._on,
                self.button(label("common.refresh"), self.refresh),
                self.button("Remember as before", self.remember),
                self._forget,
            ),
            self._why,
            self._compared,
            self.code,
        )
        self._listen()
        self.guard(self.refresh)()

    def _make_controls(self, resource: str, service: str, search: str) -> None:
        self._who = controls.several("Principals", [], rows=5)
        self._offer()
        self._situation = controls.choice("Situation", SITUATIONS)
        self._resource = controls.search(
            "Resource - optional", tuple(self.lab.resources), resource, placeholder="An ARN, for exact answers"
        )
        self._service = controls.search("Service", index.service_names(), service, placeholder="All services")
        self._level = controls.choice("Access level", [("All", ""), *((n, n) for n in index.LEVELS.values())])
        self._outcome = controls.choice("Outcome", OUTCOMES)
        self._text = controls.text("Search", search, placeholder="A part of a name", live=True)
        self._differences = controls.tick("Differences only")
        self._forget = self.button("Forget before", self.forget)

    def _listen(self) -> None:
        """Answer what is chosen and typed from now on."""
        self.on(self._who, self._choose)
        for control in (self._situation, self._resource):
            self.on(control, lambda _: self._ask_again())
        for control in (self._service, self._level, self._outcome, self._text, self._differences):
            self.on(control, lambda _: self.refresh())

    @property
    def _first(self) -> str:
        first: str = self.principals[0]
        return first

    @property
    def _context(self) -> Given:
        situation: Given = self._situation.value
        return situation

    @property
    def resource(self) -> str:
        """The resource asked about; empty for whatever resource."""
        return str(self._resource.value or "").strip()

    def _offer(self) -> None:
        """Offer everybody there is, and mark those who are shown."""
        offered = principals_of(self.lab)
        known = [value for _, value in offered]
        offered += [(name, name) for name in self.principals if name not in known]
        if tuple(offered) != tuple(self._who.options):
            self._who.options = offered
        self._who.value = self.principals

    def _choose(self, chosen: tuple[str, ...]) -> None:
        if chosen and tuple(chosen) != self.principals:
            self.principals = tuple(chosen)
            self._before = self._again = None
            self._ask_again()

    def remember(self) -> None:
        """Note what the first principal may do now; from then on the table shows before and after."""
        self.principals = (self._first,)
        self._before = outcomes_of(self.lab, self._first, self._context, self.resource)
        self._again = None
        self._compare(True)
        self.verdict.say("info", f"Now change something, then press Refresh: what {self._first} gained or lost shows.")

    def forget(self) -> None:
        """Show only what is now."""
        self._before = self._again = None
        self._compare(False)

    def _compare(self, only_differences: bool) -> None:
        """Ask again first, so that no rows are shown that were asked for before."""
        self._table = None
        self._differences.value = only_differences
        self.refresh()

    def _ask_again(self) -> None:
        self._table = None
        self.refresh()

    def refresh(self) -> None:
        """Ask the account again if it has changed, and show the table."""
        if self._table is None or self._is_old:
            self._revision = self.lab.revision
            self._offer()
            try:
                self._table = table_of(self.lab, self._named(), self._context, self.resource, self._before)
            except AwsError:
                self._rows.fill([])
                raise
        controls.show(self._forget, self._before is not None)
        controls.show(self._differences, self._before is not None or len(self.principals) > 1)
        self._filter()

    @property
    def _is_old(self) -> bool:
        """Has the account changed since it was asked?"""
        return self._revision != self.lab.revision

    def _named(self) -> dict[str, str]:
        """Who is shown, and what they are called here: `role DeployRole` instead of its ARN."""
        called: dict[str, str] = {value: words for words, value in self._who.options}
        return {principal: called.get(principal, principal) for principal in self.principals}

    def filters(self) -> Filters:
        """Which rows are wanted."""
        differences = self._only_differences
        outcomes = () if differences else self._outcome.value
        service = self._service.value.strip().lower()
        return Filters(service, self._level.value, outcomes, self._text.value, differences)

    @property
    def _only_differences(self) -> bool:
        return bool(self._differences.value and controls.is_shown(self._differences))

    def _filter(self) -> None:
        if self._table is None:
            return
        self.verdict.clear()
        self.code.draft(self._python)
        self._why.value = self._compared.value = ""
        self._found, self.page = (), 0
        try:
            self._found = self._table.rows(self.filters())
        finally:
            self._show()  # an error must not stand above rows of another question

    def _turn(self, by: int) -> None:
        page = self.page + by
        if self._is_old:
            self.refresh()
        self.page = min(page, max(0, len(self._found) - 1) // PAGE)
        self._why.value = self._compared.value = ""
        self._show()

    def _show(self) -> None:
        """Show one page of what was found."""
        table = self._table
        if table is None:
            return
        start, count = self.page * PAGE, len(self._found)
        shown = self._found[start : start + PAGE]
        words = f"Rows {start + 1} to {start + len(shown)} of {count}" if count else self._nothing(table)
        rows = [Row(table.cells(row), [EXPLAIN], table.tone(row)) for row in shown]
        self._rows.fill(rows, above=words, columns=table.columns)
        deliver()
        self._back.disabled = self.page == 0
        self._on.disabled = start + PAGE >= count

    def _nothing(self, table: PermissionTable) -> str:
        """What stands in place of rows: nothing fits the filters, or there is nothing that could."""
        if not self._only_differences or table.rows(Filters(differences=True)):
            return "Nothing matches."
        return "Before and now are the same." if self._before is not None else "All of them may do the same."

    def _explain(self, number: int, _: str) -> None:
        """Say why, for every principal that is shown, and compare the statements with an example."""
        table, row = self._table, self._found[self.page * PAGE + number]
        if table is None:
            return
        action = table.action(row)
        on = self._find_again(action) if self._is_old else table.on(row)
        self._why.value, self._compared.value = explanation(
            self.lab, self._named(), action, on, self._context, self.resource
        )

    def _find_again(self, action: str) -> str:
        """Ask the changed account, and turn to the row of an action; its resources, empty when there is none now."""
        self.refresh()
        table = self._table
        at = next((at for at, row in enumerate(self._found) if table and table.action(row) == action), None)
        if table is None or at is None:
            self.verdict.say("info", f"The account has changed: {action} is in none of these rows any more.")
            return ""
        self.page = at // PAGE
        self._show()
        return table.on(self._found[at])

    def _choices(self) -> dict[str, str | bool]:
        """What is chosen and typed, by the names of this class's arguments; first choices are empty."""
        situation, level, outcome = (
            control.label if control.index else "" for control in (self._situation, self._level, self._outcome)
        )
        return {
            "resource": self.resource,
            "service": self._service.value,
            "situation": situation,
            "level": level,
            "outcome": outcome,
            "search": self._text.value,
            "differences": self._differences.value,
        }

    def _python(self) -> str:
        """The Python that makes this table again."""
        chosen = self._choices()
        if self._again is not None:
            return self._again(**{name: value for name, value in chosen.items() if value != self._at_first[name]})
        return as_code(self.lab, self.principals, chosen, remembers=self._before is not None)

    def plain(self) -> Table | str:
        """How much of each access level, of the service that is chosen or of all."""
        if self._table is None:
            return self.verdict.text
        service = self._service.value.strip().lower()
        scope = Filters(service).actions() if index.span(service) else index.all_bits()
        caption = f"What {', '.join(self._named().values())} may do{f' in {service}' if service else ''}"
        table = self._table.summary(scope)
        table.caption = caption
        return table
