"""The part of a block where request conditions are written."""

from __future__ import annotations

from collections.abc import Callable

from iamlab.policy.blocks import Block, RequestCondition
from iamlab.widgets import controls
from iamlab.widgets.base import Panel
from iamlab.widgets.editor import conditions
from iamlab.widgets.labels import label, labels
from iamlab.widgets.rich import Row, Rows


class ConditionsForm:
    """Conditions by key and operator.

    Args:
        panel: shows errors.
        changed: is called with the new conditions.
    """

    def __init__(self, panel: Panel, changed: Callable[[tuple[RequestCondition, ...]], object]) -> None:
        self._changed = changed
        self._block = Block("")
        self._rows = Rows(label("block.conditions"), labels("block.condition_columns"), panel.guard(self._press))
        self._key = panel.on(controls.search(label("block.key"), [], live=True), self._choose_key)
        self._qualifier = controls.choice(label("block.qualifier"), conditions.QUALIFIERS)
        self._operator = controls.choice(label("block.operator"), [])
        self._if_exists = controls.tick(label("block.if_exists"))
        self._values = controls.area(label("block.values"), rows=2)
        self._editing: RequestCondition | None = None
        self._form = controls.column(
            controls.row(self._key, self._qualifier, self._operator),
            controls.row(self._values, self._if_exists),
            controls.row(
                panel.button(label("block.add_condition"), self._add),
                panel.button(label("common.cancel"), self._hide_form),
            ),
        )
        self._open = panel.button(label("block.another_condition"), self._show_form)
        controls.show(self._form, False)
        self.view = controls.box(controls.heading(label("block.conditions"), 5), self._rows, self._open, self._form)

    def fill(self, block: Block) -> None:
        """Show the conditions of a block, and offer the keys of its actions."""
        self._block = block
        actions = [label("common.edit"), label("common.remove")]
        self._rows.fill(
            [Row((one.key, one.operator, ", ".join(conditions.texts(one))), actions) for one in block.conditions]
        )
        self._offer()

    def pending(self) -> str:
        """The condition that is being written and not added, in words; empty when there is none."""
        if not controls.is_shown(self._form) or not (self._key.value.strip() or self._values.value.strip()):
            return ""
        return f"a condition on {self._key.value.strip() or 'no key yet'}"

    def clear(self) -> None:
        """Close the form, and take away what is typed."""
        self._hide_form()

    def _offer(self) -> None:
        """Offer keys and operators: many words, and so only where they are seen."""
        if controls.is_shown(self._form):
            self._key.options = tuple(conditions.offered_keys(self._block))
            self._offer_operators()

    def _offer_operators(self) -> None:
        offered = tuple(conditions.offered_operators(self._block.service, self._key.value))
        if self._operator.options != offered:
            controls.offer(self._operator, offered)

    def _choose_key(self, key: str) -> None:
        self._offer_operators()
        several = conditions.key_type(self._block.service, key)[1]
        self._qualifier.value = "ForAnyValue:" if several else ""

    def _show_form(self) -> None:
        controls.show(self._form, True)
        controls.show(self._open, False)
        self._offer()

    def _hide_form(self) -> None:
        self._editing = None
        self._key.value = self._values.value = ""
        self._if_exists.value = False
        controls.show(self._form, False)
        controls.show(self._open, True)

    def _add(self) -> None:
        operator = conditions.written(self._qualifier.value, self._operator.value, self._if_exists.value)
        typed = self._values.value.split("\n")
        new = conditions.condition(self._key.value, operator, typed, self._editing)
        after = conditions.put(self._block.conditions, new, self._editing)
        self._hide_form()
        self._changed(after)

    def _press(self, row: int, action: str) -> None:
        one = self._block.conditions[row]
        if action == label("common.remove"):
            self._changed(self._block.conditions[:row] + self._block.conditions[row + 1 :])
            return
        self._show_form()
        qualifier, operator, self._if_exists.value = conditions.taken_apart(one.operator)
        self._key.value = one.key
        controls.offer(self._operator, tuple(dict.fromkeys([*self._operator.options, operator])))
        self._operator.value, self._qualifier.value = operator, qualifier
        self._values.value = "\n".join(conditions.texts(one))
        self._editing = one
