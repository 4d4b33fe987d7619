"""One block of the visual editor, opened: its service, effect, actions, resources and conditions."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from iamlab.display import CROSS, escape
from iamlab.policy.blocks import ALL_SERVICES, Block
from iamlab.widgets import controls
from iamlab.widgets.base import Panel
from iamlab.widgets.editor import services
from iamlab.widgets.editor.actions_form import ActionsForm
from iamlab.widgets.editor.conditions_form import ConditionsForm
from iamlab.widgets.editor.resources_form import ResourcesForm
from iamlab.widgets.html import document_html
from iamlab.widgets.labels import label
from iamlab.widgets.turns import deliver


def heading(number: int, block: Block) -> str:
    """What stands above a block.

    >>> heading(1, Block("s3", effect="Deny"))
    'Block 1: Amazon S3 (Deny)'
    """
    return f"Block {number}: {block.title if block.service or block.json_only else 'no service yet'} ({block.effect})"


class BlockForm:
    """The controls of one block; `fill` shows another block in the same controls.

    Args:
        panel: shows errors.
        partition: of the ARNs that are built.
        changed: is called with the changed block.
    """

    def __init__(self, panel: Panel, partition: str, changed: Callable[[Block], object]) -> None:
        self._changed = changed
        self._number, self._block = 1, Block("", (), ())
        self._filling = False
        self._heading = controls.heading("", 4)
        self._notes = controls.words("", "iamlab-notes")
        self._service = controls.search(
            label("block.service"), services.options(), placeholder=label("block.select_service"), live=True
        )
        controls.dressed(self._service, "iamlab-grow")
        panel.on(self._service, self._choose)
        self._service.on_msg(panel.guard(self._submit))
        self._hint = controls.live("iamlab-hint")
        self._switch = panel.button("", self._switch_effect)
        self._actions = ActionsForm(panel, lambda actions: self._change(actions=actions))
        self._resources = ResourcesForm(panel, partition, lambda resources: self._change(resources=resources))
        self._conditions = ConditionsForm(panel, lambda conditions: self._change(conditions=conditions))
        self._parts = controls.column(self._actions.view, self._resources.view, self._conditions.view)
        self._only_json = controls.words("")
        self._head = controls.row(self._service, self._switch)
        self.view = controls.column(self._heading, self._notes, self._head, self._hint, self._parts, self._only_json)

    def fill(self, number: int, block: Block, notes: str = "") -> None:
        """Show a block.

        Args:
            number: its place, from 1.
            block: what it says.
            notes: its findings, as HTML.
        """
        self._number, self._block = number, block
        self._notes.value = notes
        self._title(block)
        for control in (self._head, self._hint):
            controls.show(control, not block.json_only)
        controls.show(self._parts, bool(block.service))
        controls.show(self._only_json, block.json_only)
        if block.json_only:
            text = json.dumps(block.statement, indent=4, ensure_ascii=False)
            self._only_json.value = document_html(label("block.json_only"), text)
            return
        self._filling = True
        try:
            if services.chosen(self._service.value, at_once=True) != block.service:
                self._service.value = services.shown(block.service)
        finally:
            self._filling = False
        self._say()
        self._switch.description = label(f"block.switch_{block.effect}")
        if block.service:
            self._actions.fill(block)
            self._resources.fill(block)
            self._conditions.fill(block)

    def _choose(self, text: str) -> None:
        """Somebody types or picks a service; what is not clear yet is waited for."""
        found = services.chosen(text, at_once=not self._block.actions)
        if found and not self._filling:
            self._take(found)
        self._say()

    def _say(self) -> None:
        """Say below the search box what may come of what is typed."""
        words, is_none = services.hint(self._service.value, self._block.service)
        tone = "iamlab-none" if is_none else "iamlab-quiet"
        self._hint.value = f'<div class="{tone}">{escape(f"{CROSS} {words}" if is_none else words)}</div>'

    def _submit(self, _: object, content: dict[str, object], __: object) -> None:
        """Enter was pressed in the search box."""
        if content.get("event") == "submit":
            self.settle()

    def settle(self) -> None:
        """Take the service that is typed, also one that was not picked from the list.

        Raises:
            InvalidInput: there is no such service, or several could be meant.
        """
        if not self._service.value.strip():
            self._service.value = services.shown(self._block.service)
        if self._service.value != services.shown(self._block.service):
            found = services.find(self._service.value)
            self._service.value = services.shown(found)
            self._take(found)

    def pending(self) -> list[tuple[str, str]]:
        """What is typed in a form and not added: what it is, and the button that adds it."""
        forms = (
            (self._actions, "block.add_actions"),
            (self._resources, "block.add_arns"),
            (self._conditions, "block.add_condition"),
        )
        shown = forms if self._block.service else ()
        return [(words, label(button)) for form, button in shown if (words := form.pending())]

    def clear(self) -> None:
        """Take away what is typed and not added: another block is opened."""
        for form in (self._actions, self._resources, self._conditions):
            form.clear()

    def _take(self, service: str) -> None:
        if service != self._block.service:
            everything = service == ALL_SERVICES
            self._change(service=service, actions=("*",) if everything else (), resources=("*",) if everything else ())

    def _switch_effect(self) -> None:
        effect = "Deny" if self._block.effect == "Allow" else "Allow"
        self._title(replace(self._block, effect=effect))
        deliver()
        self._change(effect=effect)

    def _change(self, **parts: object) -> None:
        self._changed(replace(self._block, **parts))  # type: ignore[arg-type]

    def _title(self, block: Block) -> None:
        """Say in the heading what the block is and whether it allows or denies."""
        controls.retitle(self._heading, heading(self._number, block))
