"""Handles: what people hold instead of records; each looks its record up in the account's state whenever it is asked.

`Handle` is what all have in common: the state, and when two are the same. `Tagged` adds tags, which work alike for
everything that can have them; `TaggedByArn` is found by its ARN.

Handles lead to each other both ways (a policy's users, a user's policies), but modules do not import each other in a
circle: so a class enters itself for its records (`@handle_of(UserRecord)`), and `handle` makes the handle of a record.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html]
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

from iamlab.account import names
from iamlab.account.records import GroupRecord, InstanceProfileRecord, RoleRecord, UserRecord
from iamlab.account.state import State

Named = UserRecord | GroupRecord | RoleRecord | InstanceProfileRecord
"""Records that are found by their name."""

H = TypeVar("H", bound=Callable[[State, str], "Handle"])

_CLASSES: dict[type[Named], Callable[[State, str], Handle]] = {}


class Handle(ABC):
    """A handle over the account's state; two are equal when they are of the same thing of the same account.

    Args:
        state: the account's state.
    """

    __slots__ = ("_state",)

    def __init__(self, state: State) -> None:
        self._state = state

    @property
    @abstractmethod
    def _key(self) -> str:
        """What tells it from everything else in the account."""

    def __eq__(self, other: object) -> bool:
        """The same thing of the same account."""
        return isinstance(other, Handle) and other._state is self._state and other._key == self._key

    def __hash__(self) -> int:
        return hash(self._key)


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
        """Take tags away; a key without a tag is ignored [IAM API UntagUser, UntagRole, UntagPolicy …]."""
        with self._state.change():
            record = self._taggable()
            record.tags = names.without_tags(record.tags, keys)


class TaggedByArn(Tagged):
    """A handle that finds its record by its ARN: what can be named alike in several places, or belongs to AWS.

    Args:
        state: the account's state.
        arn: the Amazon Resource Name.
    """

    __slots__ = ("arn",)

    def __init__(self, state: State, arn: str) -> None:
        super().__init__(state)
        self.arn = arn

    @property
    def _key(self) -> str:
        return self.arn


def handle_of(record: type[Named]) -> Callable[[H], H]:
    """Enter a class as the handle of a kind of records."""

    def enter(cls: H) -> H:
        _CLASSES[record] = cls
        return cls

    return enter


def handle(state: State, record: Named) -> Any:
    """The handle of a record: a `User` of a user's, and so on."""
    return _CLASSES[type(record)](state, record.name)
