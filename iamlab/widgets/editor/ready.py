"""Is a policy that is being written ready for the review? Why not, in sentences; no widget in here."""

from __future__ import annotations

from iamlab.errors import InvalidInput
from iamlab.policy.findings import Findings
from iamlab.widgets.editor.draft import Draft, is_finished, lacks
from iamlab.widgets.labels import label


def remaining(size: int, most: int) -> str:
    """How many characters are left, as the Console says it.

    >>> remaining(144, 6144)
    '6000 of 6144 characters remaining'
    """
    left = most - size
    if left < 0:
        return label("editor.too_long", over=-left, most=most)
    return label("editor.remaining", left=left, most=most)


def check_readable(draft: Draft) -> None:
    """Is it a policy at all?

    Raises:
        InvalidInput: it is none.
    """
    if draft.problem:
        raise InvalidInput(f"The policy cannot be read. {draft.problem}")


def check_ready(draft: Draft, findings: Findings, most: int) -> None:
    """Is there something in it, is all of it finished, and would AWS take it?

    Args:
        draft: the policy, which can be read.
        findings: what was found in it.
        most: how many characters it may have.

    Raises:
        InvalidInput: it is not ready; the sentence says what is to be done.
    """
    waiting = [block for block in draft.blocks if not is_finished(block)]
    if not draft.document.statements and not any(block.service for block in waiting):
        raise InvalidInput("There is nothing in the policy yet: choose a service, actions and resources.")
    if waiting:
        name = f"Block {draft.blocks.index(waiting[0]) + 1}: {waiting[0].title or 'no service yet'}"
        remove = ", or remove it" if len(draft.blocks) > 1 else ""
        raise InvalidInput(f"{name} is not finished: choose {lacks(waiting[0])}{remove}.")
    if draft.size > most:
        raise InvalidInput(f"The policy is too long: {remaining(draft.size, most)}.")
    if findings.errors:
        raise InvalidInput(f"Repair the errors first. {findings.errors[0].message}")


def unfinished(draft: Draft) -> list[str]:
    """The blocks that are begun and in no policy yet, in words."""
    return [
        f"block {at} ({block.title}), which still needs {lacks(block)}"
        for at, block in enumerate(draft.blocks, 1)
        if block.service and not is_finished(block)
    ]
