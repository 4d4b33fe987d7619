"""The part of a block where resources are chosen: all, or ARNs, built field by field or typed."""

from __future__ import annotations

from collections.abc import Callable

from iamlab.arn import Arn
from iamlab.display import escape
from iamlab.errors import InvalidInput
from iamlab.policy.blocks import Block
from iamlab.widgets import controls
from iamlab.widgets.base import Panel
from iamlab.widgets.controls import Control
from iamlab.widgets.editor import arns
from iamlab.widgets.labels import label, labels
from iamlab.widgets.rich import Row, Rows

ALL, SPECIFIC = "all", "specific"


class ResourcesForm:
    """All resources, or some, by ARN.

    Args:
        panel: shows errors.
        partition: of the ARNs that are built.
        changed: is called with the new ARN patterns.
    """

    def __init__(self, panel: Panel, partition: str, changed: Callable[[tuple[str, ...]], object]) -> None:
        self._panel = panel
        self._partition = partition
        self._changed = changed
        self._filling = False
        self._resources: tuple[str, ...] = ()
        self._is_typed = False
        self._choices: list[arns.ResourceChoice] = []
        self._which = panel.on(
            controls.choice(
                label("block.which_resources"),
                [(label("block.specific"), SPECIFIC), (label("block.all_resources"), ALL)],
            ),
            self._choose,
        )
        self._rows = Rows(label("block.resources"), labels("block.resource_columns"), panel.guard(self._remove))
        self._advice = controls.words("", "iamlab-notes")
        self._format = panel.on(controls.choice(label("block.resource_type"), []), lambda _: self._offer_fields())
        self._fields: dict[str, Control] = {}
        self._row = controls.row()
        self._arn = controls.dressed(controls.text(label("block.arn"), live=True), "iamlab-grow")
        panel.on(self._arn, lambda _: self._typed())
        self._builder = controls.column(
            self._format, self._row, controls.row(self._arn, panel.button(label("block.add_arns"), self._add))
        )
        # An ARN that is added shows right below the button: further up nobody would see it come.
        self._specific = controls.column(self._advice, self._builder, self._rows)
        controls.show(self._format, False)
        self.view = controls.box(controls.heading(label("block.resources"), 5), self._which, self._specific)

    def fill(self, block: Block) -> None:
        """Show the resources of a block, and offer the types that its actions work on."""
        self._filling = True
        try:
            self._resources = block.resources
            self._which.value = ALL if block.all_resources else SPECIFIC
        finally:
            self._filling = False
        controls.show(self._specific, not block.all_resources)
        types = _types(block)
        self._rows.fill([Row((one, types.get(one, "")), [label("common.remove")]) for one in block.resources])
        self._advice.value = "".join(f"<div>{escape(note)}</div>" for note in arns.advice(block))
        choices = arns.choices(block)
        with self._format.hold_sync():
            if choices != self._choices:
                self._choices = choices
                self._offer_formats()
            self._turn_to_missing(block)

    def pending(self) -> str:
        """The ARN that somebody has typed and not added; empty when there is none."""
        arn = str(self._arn.value).strip()
        any_of_all = arns.build(self._format.value or "", {}, self._partition)
        waits = self._is_typed and controls.is_shown(self._specific) and arn not in (*self._resources, any_of_all)
        return arn if waits else ""

    def clear(self) -> None:
        """Take away what is typed."""
        self._filling = True
        try:
            for field in self._fields.values():
                field.value = ""
            self._build()
        finally:
            self._filling = False
        self._is_typed = False

    def _typed(self) -> None:
        self._is_typed = self._is_typed or not self._filling

    def _turn_to_missing(self, block: Block) -> None:
        """When the chosen type has its ARN, turn to one that an action still asks for."""
        named, missing = block.resources_by_type(), arns.missing(block)
        chosen = next((choice.name for choice in self._choices if self._format.value in choice.formats), "")
        if chosen in named and missing:
            self._format.value = next(iter(missing)).formats[0]

    def _offer_formats(self) -> None:
        options = [
            (f"{choice.name}: {form}" if len(choice.formats) > 1 else choice.name, form)
            for choice in self._choices
            for form in choice.formats
        ]
        controls.offer(self._format, options)
        controls.show(self._format, bool(options))
        self._offer_fields()

    def _offer_fields(self) -> None:
        wanted = arns.fields(self._format.value or "")
        for name in wanted:
            # A field that several formats have keeps what was typed: the bucket of the objects is the same bucket.
            if name not in self._fields:
                self._fields[name] = self._field(name)
        shown = tuple(self._fields[name] for name in wanted)
        if self._row.children != shown:
            self._row.children = shown
        self._build()

    def _field(self, name: str) -> Control:
        control = controls.text(arns.in_words(name), placeholder="Any", live=True)
        return self._panel.on(control, lambda _: self._build(typed=True))

    def _build(self, *, typed: bool = False) -> None:
        """Put the ARN together; `typed`: because somebody types a part of it."""
        values = {name: field.value for name, field in self._fields.items()}
        before, self._filling = self._filling, self._filling or not typed
        try:
            self._arn.value = arns.build(self._format.value or "", values, self._partition)
        finally:
            self._filling = before

    def _choose(self, which: str) -> None:
        if not self._filling:
            self._changed(("*",) if which == ALL else ())

    def _add(self) -> None:
        arn = self._arn.value.strip()
        if not arn:
            raise InvalidInput("Build an ARN from its parts, or type one.")
        if arn != "*":
            Arn.parse(arn)
        self._is_typed = False
        self._changed(tuple(dict.fromkeys([*self._resources, arn])))

    def _remove(self, row: int, _: str) -> None:
        self._changed(self._resources[:row] + self._resources[row + 1 :])


def _types(block: Block) -> dict[str, str]:
    """Each resource, and the types that it can name."""
    found: dict[str, list[str]] = {}
    for kind, resources in block.resources_by_type().items():
        for resource in resources:
            found.setdefault(resource, []).append(kind or "None of this service's")
    return {
        resource: ", ".join(kinds[:3]) + (f" and {len(kinds) - 3} more" if len(kinds) > 3 else "")
        for resource, kinds in found.items()
    }
