"""A policy that is being written: its JSON text and its blocks, in step.

The text is what counts. Blocks are made from it when the visual editor asks for them, and a changed block changes the
text. A block that is not finished (no action, or no resource, chosen yet) is in no policy: it waits here, at its place,
also while the text is edited. A text that is not a policy has no blocks; the reason is said.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from iamlab.errors import MalformedPolicyDocument
from iamlab.policy import PolicyDocument
from iamlab.policy.blocks import Block, block_at, from_blocks, to_blocks

EMPTY = json.dumps({"Version": "2012-10-17", "Statement": []}, indent=4)
"""The text of a policy that nobody has written yet."""


def is_finished(block: Block) -> bool:
    """Is there enough in a block to make a statement of it?

    >>> is_finished(Block("s3")), is_finished(Block("s3", ("GetObject",), ("*",)))
    (False, True)
    """
    return block.json_only or bool(block.service and block.actions and block.resources)


def lacks(block: Block) -> str:
    """What a block that is not finished still needs, in words.

    >>> lacks(Block("s3", (), ())), lacks(Block("s3", ("GetObject",), ()))
    ('actions and resources', 'resources')
    """
    parts = {"a service": block.service, "actions": block.actions, "resources": block.resources}
    missing = [name for name, given in parts.items() if not given]
    return " and ".join(filter(None, [", ".join(missing[:-1]), missing[-1]]))


class Draft:
    """A policy in writing.

    Args:
        text: its JSON, which may be faulty.
    """

    def __init__(self, text: str = EMPTY) -> None:
        self._text = text
        self._document: PolicyDocument | None = None
        self._blocks: list[Block] | None = None
        self._waiting: list[tuple[int, Block]] = []

    @property
    def text(self) -> str:
        """The JSON text."""
        return self._text

    def write(self, text: str) -> None:
        """Take another text; unfinished blocks wait on."""
        if text == self._text:
            return
        if self._blocks is not None:
            self._waiting = [(at, block) for at, block in enumerate(self._blocks) if not is_finished(block)]
        self._text, self._document, self._blocks = text, None, None

    @property
    def document(self) -> PolicyDocument:
        """The policy.

        Raises:
            MalformedPolicyDocument: the text is none.
        """
        if self._document is None:
            self._document = PolicyDocument.parse(self._text)
        return self._document

    @property
    def problem(self) -> str:
        """Why there are no blocks: what is wrong with the text, in a sentence; empty when nothing is."""
        try:
            self.document  # noqa: B018 - parsed for its error
        except MalformedPolicyDocument as error:
            return f"Line {error.line}, column {error.column}: {error.reason}."
        return ""

    @property
    def blocks(self) -> list[Block]:
        """The blocks, finished or not, in order; none when the text is not a policy."""
        if self.problem:
            return []
        if self._blocks is None:
            found = to_blocks(self.document)
            for at, block in self._waiting:
                found.insert(at, block)
            self._blocks, self._waiting = found, []
        return list(self._blocks)

    def set_blocks(self, blocks: Sequence[Block]) -> None:
        """Take other blocks, made from the present ones; the text follows, unless only unfinished ones changed.

        Raises:
            MalformedPolicyDocument: the text is not a policy, so there were no blocks to change.
        """
        finished = [block for block in blocks if is_finished(block)]
        document = from_blocks(finished, self.document)
        if document != self.document:
            self._text, self._document = document.to_json(), None
        # Read back, so that each block knows its statement of the new text.
        fresh = iter(to_blocks(self.document))
        self._blocks = [next(fresh) if is_finished(block) else replace(block, origin=None) for block in blocks]

    def block_of(self, path: str) -> int | None:
        """The place of the block that shows a JSON path of the text, if there is one."""
        blocks = self.blocks
        return block_at(blocks, path, self.document) if blocks else None

    @property
    def size(self) -> int:
        """Characters without white space outside of quotes, as AWS counts them; in a faulty text, without any."""
        return len("".join(self._text.split())) if self.problem else self.document.size
