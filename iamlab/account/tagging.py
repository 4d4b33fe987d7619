"""Tags: the same for everything in an account that can have them.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html]
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Protocol

from iamlab.account import names
from iamlab.account.handles import Handle


class HasTags(Protocol):
    """A record with tags."""

    tags: dict[str, str]


class Tagged(Handle):
    """A handle whose record has tags."""

    __slots__ = ()

    @property
    @abstractmethod
    def record(self) -> HasTags:
        """The row in the account's tables."""

    @property
    def tags(self) -> dict[str, str]:
        """Its tags."""
        return dict(self.record.tags)

    def _taggable(self) -> HasTags:
        """The row, when its tags may be changed."""
        return self.record

    def tag(self, tags: names.Tags) -> None:
        """Add or change tags; keys are the same in any case [IAM API TagUser, TagRole, TagPolicy …].

        Raises:
            ValidationError, InvalidInput: a key or value AWS does not take.
            LimitExceeded: more than 50.
        """
        with self._state.change():
            record = self._taggable()
            record.tags = names.merge_tags(record.tags, names.check_tags(tags))

    def untag(self, keys: Iterable[str]) -> None:
        """Take tags away; a key that is not there is no error [IAM API UntagUser, UntagRole, UntagPolicy …]."""
        with self._state.change():
            record = self._taggable()
            record.tags = names.without_tags(record.tags, keys)
