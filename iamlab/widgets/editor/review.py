"""Step 2 of the editor: name, description, access summary and tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from iamlab.account.policies import Policy
from iamlab.policy import PolicyDocument
from iamlab.policy.summary import summary_table
from iamlab.widgets import controls
from iamlab.widgets.base import Panel
from iamlab.widgets.fields import entered
from iamlab.widgets.labels import label, labels
from iamlab.widgets.rich import Row, Rows


class Review:
    """What is asked before a policy is created, or a version saved.

    Args:
        panel: shows errors.
        policy: the policy that gets a new version; `None` for a new policy.
        changed: is called when something was typed, ticked, added or removed.

    Attributes:
        name, description, set_default: the controls; `details` reads the first two.
        tags: what was added.
    """

    def __init__(self, panel: Panel, policy: Policy | None, changed: Callable[[], object]) -> None:
        self._changed = changed
        self._is_new = policy is None
        self.name = controls.text(label("editor.name"), placeholder="ReadReports")
        self.description = controls.text(label("editor.description"))
        self.set_default = controls.tick(label("editor.set_default"), True)
        self.tags: dict[str, str] = {}
        self._key = controls.text(label("common.tag_key"))
        self._value = controls.text(label("common.tag_value"))
        self._tags = Rows(label("common.tags"), labels("common.tag_columns"), panel.guard(self._remove_tag))
        self._summary = controls.words("", "iamlab-summary")
        permissions = controls.heading(label("editor.summary"))
        new = (
            controls.heading(label("editor.details")),
            controls.row(self.name, self.description),
            permissions,
            self._summary,
            controls.heading(label("editor.tags")),
            self._tags,
            controls.row(self._key, self._value, panel.button(label("common.add_tag"), self._add_tag)),
        )
        self.view = controls.column(*((permissions, self._summary, self.set_default) if policy else new))
        for control in (self.name, self.description, self._key, self._value, self.set_default):
            panel.on(control, lambda _: changed())

    def fill(self, document: PolicyDocument) -> None:
        """Sum up a policy."""
        self._summary.value = summary_table(document)._repr_html_()

    def put(self, name: str = "", description: str = "", tags: Mapping[str, str] | None = None) -> None:
        """Put a new policy's name, description and tags into the controls, in place of what is there."""
        self.name.value, self.description.value, self.tags = name, description, dict(tags or {})
        self._key.value = self._value.value = ""
        self._show_tags()

    def typed(self) -> dict[str, Any]:
        """What is filled in and not saved, as `PolicyEditor` takes it; nothing for what is as it was at first."""
        if not self._is_new:
            return {} if self.set_default.value else {"keep_default": True}
        typed = {key: self._value.value.strip()} if (key := self._key.value.strip()) else {}
        found = {"name": self.name.value, "description": self.description.value, "tags": self.tags | typed}
        return {name: value for name, value in found.items() if value}

    def details(self) -> tuple[str, str]:
        """The new policy's name and description.

        Raises:
            AwsError: the name is missing, one is too long, or one has a character that AWS does not take.
        """
        return entered(self.name, "policyNameType"), entered(self.description, "policyDescriptionType")

    def settle(self) -> None:
        """Take a tag that is typed and not added: the Console has no button between typing and creating.

        Raises:
            AwsError: it is not a tag.
        """
        if self._key.value.strip() or self._value.value.strip():
            self._add_tag()

    def _add_tag(self) -> None:
        self.tags[entered(self._key, "tagKeyType")] = entered(self._value, "tagValueType")
        self._key.value = self._value.value = ""
        self._show_tags()

    def _remove_tag(self, row: int, _: str) -> None:
        del self.tags[list(self.tags)[row]]
        self._show_tags()

    def _show_tags(self) -> None:
        self._tags.fill([Row(tag, [label("common.remove")]) for tag in self.tags.items()])
        self._changed()
