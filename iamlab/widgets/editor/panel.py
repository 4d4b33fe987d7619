"""`PolicyEditor(lab)`: Create policy, as the Console has it.

Step 1, Specify permissions, in the visual editor or as JSON: `Draft` keeps the two in step, findings show below both,
`ready` says whether it is ready for the next. Step 2, Review and create. Then the policy can be attached. With the name
of a policy it is edited: step 2 saves a new version.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import traitlets

from iamlab.account import Account, names
from iamlab.account.policies import Policy
from iamlab.display import escape
from iamlab.errors import InvalidInput
from iamlab.policy import PolicyDocument
from iamlab.policy.blocks import Block
from iamlab.policy.findings import Finding, Findings
from iamlab.policy.repairs import Repair
from iamlab.policy.validate import validate
from iamlab.widgets import controls, given
from iamlab.widgets.attach import attach_form
from iamlab.widgets.base import Panel, Shown
from iamlab.widgets.code import call, name_of, shows
from iamlab.widgets.editor.draft import EMPTY, Draft
from iamlab.widgets.editor.findings_view import FindingsView, by_block, counts, lines, markers
from iamlab.widgets.editor.json_editor import JsonEditor
from iamlab.widgets.editor.ready import check_readable, check_ready, remaining, unfinished
from iamlab.widgets.editor.review import Review
from iamlab.widgets.editor.visual import Visual
from iamlab.widgets.labels import label
from iamlab.widgets.policies import called, policy_code
from iamlab.widgets.turns import deliver

VISUAL, JSON = 0, 1
"""The tabs."""


class PolicyEditor(Panel):
    """Write a policy, see what is wrong with it, create it and attach it.

    Args:
        lab: the account.
        policy: the name or ARN of a customer managed policy that is edited; none: a new one is created.
        document: what the new policy starts with, as JSON text or as dicts and lists.
        name, description, tags: what the review of a new policy starts with.
        keep_default: does the review of an edit start with the default version left as it is?
        step: 2 to start with the review, if the document is ready for it.

    Attributes:
        text: the JSON that is being written.
        step: 1 or 2.
        saved: the ARN and version of what was created or saved last; empty before.

    Raises:
        NoSuchEntity: there is no such policy.
        InvalidInput: a policy that is edited is given another name, description or tags.
    """

    text = traitlets.Unicode()
    step = traitlets.Int(1)
    saved = traitlets.Unicode()

    def __init__(
        self,
        lab: Account,
        policy: str | None = None,
        document: Any = None,
        *,
        name: str = "",
        description: str = "",
        tags: Mapping[str, str] | None = None,
        keep_default: bool = False,
        step: int = 1,
    ) -> None:
        super().__init__()
        self.lab = given.account(lab)
        self.policy: Policy | None = lab.policies[policy] if policy else None
        if policy and (name or description or tags):
            raise InvalidInput("A policy that is edited keeps its name, description and tags")
        self.title = label("editor.edit_title", name=self.policy.name) if self.policy else label("editor.title")
        self.draft = Draft()
        self.findings = Findings(())
        self._most = names.quota(lab.state, "managed_policy_size")
        self._visual = Visual(self, lab.state.partition, self._edited)
        self._json = JsonEditor(label("editor.document"), lambda row: self._found.press_repair(row))
        self._found = FindingsView(
            self.guard(self.go_to), self.guard(self.repair), lambda words: self.verdict.say("info", words)
        )
        self._left = controls.words("", "iamlab-quiet")
        self._tabs = controls.tabs([self._visual.view, self._json], [label("editor.visual"), label("editor.json")])
        self._review = Review(self, self.policy, self._record)
        self._steps = controls.words("", "iamlab-steps")
        self._attach = attach_form(self, lab, self._saved_policy, lambda: None)
        self._arrange()
        self.on(self._json, self.write)
        self.on(self._tabs, self._turned, "selected_index")
        self._kept = self._start(None)
        self.draft.write(self._start(document))
        self._review.put(name, description, tags)
        self._review.set_default.value = not keep_default
        self._follow()
        self._refresh()
        if step > 1:
            self.guard(self.next)()

    def _arrange(self) -> None:
        save = label("editor.save" if self.policy else "editor.create")
        write = controls.column(
            self._tabs,
            self._found,
            self._left,
            controls.row(self.button(label("common.next"), self.next, primary=True)),
        )
        review = controls.column(
            self._review.view,
            controls.row(
                self.button(label("common.previous"), self.previous), self.button(save, self.save, primary=True)
            ),
        )
        after = controls.column(
            self._attach,
            controls.row(self.button(label("editor.another"), self.start_again)),
        )
        self._pages = {1: write, 2: review, 3: after}
        self.arrange(self._steps, write, review, self.verdict, after)

    def _start(self, document: Any) -> str:
        """The text to begin with; a policy in a single line is laid out, other texts are left as they are."""
        if document is None:
            return self.policy.document.to_json() if self.policy else EMPTY
        if isinstance(document, str) and ("\n" in document.strip() or Draft(document).problem):
            return document
        return PolicyDocument.parse(document).to_json()

    # What is written

    def write(self, text: str) -> None:
        """Take a text, as if it were typed into the JSON editor."""
        if text != self.text:
            self.draft.write(text)
            self._follow()

    def _edited(self, blocks: list[Block]) -> None:
        """The visual editor was used."""
        self.draft.set_blocks(blocks)
        self._follow()

    def _follow(self) -> None:
        """Let everything that shows the policy show what the draft says; what people look at comes first."""
        self.verdict.clear()
        self.text = self.draft.text
        self._left.value = escape(remaining(self.draft.size, self._most))
        deliver()
        self.findings = Findings(()) if self.text == EMPTY else validate(self.text)
        shown = lines(self.findings, self.text)
        self._found.fill(self.findings, shown)
        if self._tabs.selected_index == VISUAL:
            self._show_blocks()
        self._json.value = self.text
        self._json.mark(markers(shown))
        self._record()

    def _show_blocks(self) -> None:
        problem = self.draft.problem
        sentence = f"The visual editor cannot show this text. {problem} Repair it as JSON." if problem else ""
        self._visual.fill(self.draft.blocks, by_block(lines(self.findings, self.text), self.draft.block_of), sentence)

    def _turned(self, tab: int) -> None:
        if tab == VISUAL:
            self._show_blocks()
        elif begun := unfinished(self.draft):
            self.verdict.say("info", f"Not in the JSON yet: {'; '.join(begun)}.")

    def go_to(self, finding: Finding) -> None:
        """Show the place of a finding: its line in the JSON editor, its block in the visual editor."""
        block = self.draft.block_of(finding.path)
        if self._tabs.selected_index == VISUAL and block is not None:
            self._visual.open(block)
            return
        self._tabs.selected_index = JSON
        self._json.go_to(finding.line or 1, finding.column or 1)

    def repair(self, repair: Repair) -> None:
        """Apply a repair to the text."""
        repaired = repair.apply(self.text).to_json()
        self._json.count_repair()
        self.write(repaired)
        self.verdict.say("success", f"{repair.label}.")

    # The steps

    def next(self) -> None:
        """Go on to the review.

        Raises:
            InvalidInput: the policy is not ready; the sentence says why.
        """
        check_readable(self.draft)
        if self._tabs.selected_index == VISUAL:
            self._visual.settle()
        check_ready(self.draft, self.findings, self._most)
        self._review.fill(self.draft.document)
        self.verdict.clear()
        self.step = 2

    def previous(self) -> None:
        """Go back to the permissions."""
        self.step = 1

    def save(self) -> None:
        """Create the policy, or save the new version.

        Raises:
            AwsError: the account refuses it, in AWS's words.
        """
        if self.policy:
            self._save_version(self.policy)
        else:
            self._create()
        self._kept = self.text
        self.step = 3

    def _create(self) -> None:
        review, document = self._review, self.draft.document
        name, description = review.details()
        review.settle()
        made = self.lab.create_policy(name, self.text, description=description, tags=review.tags)
        create = f"{name_of(self.lab)}.create_policy"
        self._record(call(create, name, document.to_dict(), description=description, tags=review.tags))
        self.saved = f"{made.arn} v1"
        self.verdict.say("success", f"Policy {name} is created. It stands in the list as Customer managed.")

    def _save_version(self, policy: Policy) -> None:
        default = self._review.set_default.value
        version = policy.create_version(self.text, set_as_default=default)
        create = f"{policy_code(self.lab, policy)}.create_version"
        self._record(call(create, self.draft.document.to_dict(), set_as_default=default or None))
        self.saved = f"{policy.arn} {version.version_id}"
        which = "the default version: it is the one that counts" if default else "saved; the default stays as it was"
        self.verdict.say("success", f"Version {version.version_id} of {policy.name} is {which}.")

    def _saved_policy(self) -> Policy:
        return self.lab.policies[self.saved.partition(" ")[0]]

    def start_again(self) -> None:
        """Go back to step 1, for another policy or another version."""
        self.verdict.clear()
        self._review.put()
        self._review.set_default.value = True
        if not self.policy:
            self._kept = EMPTY
            self.write(EMPTY)
        self.step, self.saved = 1, ""

    @traitlets.observe("step")
    def _stepped(self, _: object) -> None:
        self._refresh()
        self._record()

    def _refresh(self) -> None:
        for step, page in self._pages.items():
            controls.show(page, step == self.step)
        second = label("editor.step_2_edit" if self.policy else "editor.step_2")
        words = {1: label("editor.step_1"), 2: second, 3: label("editor.step_3")}
        self._steps.value = f'<div role="heading" aria-level="4">{escape(words[self.step])}</div>'

    # What others see

    def _record(self, done: str = "") -> None:
        """Keep the code in step: what was done, and what is only written."""
        if done:
            self.code.add(done)
        self.code.draft(self._draft_code)

    def _draft_code(self) -> str:
        if self.policy and self.policy.arn not in self.lab.policies:
            return ""  # deleted since: there is nothing to be edited
        policy = [called(self.lab, self.policy)] if self.policy else []
        options, left_out = self.written(), self.left_out()
        if not options and not left_out:
            return ""
        made = shows("PolicyEditor", self.lab, *policy, **options)
        return "\n".join(["# Written, and not saved yet:", *left_out, made])

    def opened(self, how: str) -> list[str]:
        """The lines of Python that open this editor in another panel; none when all is saved.

        Args:
            how: the method that opens it there.
        """
        return [] if self.step == 3 else [*self.left_out(), call(how, **self.written())]

    def written(self) -> dict[str, Any]:
        """What is written and filled in and not saved, as arguments of this class; empty when all is as at first."""
        typed = self._review.typed()
        if self.step == 3 or (self.draft.text == self._kept and not typed):
            return {}
        text = self.draft.text if self.draft.problem else self.draft.document.to_dict()
        return {"document": text, **typed, "step": self.step if self.step > 1 else None}

    @property
    def unsaved(self) -> bool:
        """Is something written or begun that is saved nowhere?"""
        return bool(self.written() or self.left_out())

    def left_out(self) -> list[str]:
        """What is begun and in no policy yet, so that no code can hold it: a comment of Python for each."""
        if self.step == 3:
            return []
        begun = unfinished(self.draft) + [
            f"{words}, which is typed and not added" for words, _ in self._visual.pending()
        ]
        return [f"# Not in this code: {' '.join(one.split())}" for one in begun]

    def plain(self) -> Shown | str:
        """What is written, and what is to be said about it."""
        said = [self.title, self.text, counts(self.findings), remaining(self.draft.size, self._most)]
        return "\n".join([*said, *([self.verdict.text] if self.verdict.text else [])])
