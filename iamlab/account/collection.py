"""Collections: the account's things of one kind, by name, as a live read-only mapping that shows itself as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from iamlab.account.policies import Policy
from iamlab.catalog import managed
from iamlab.display import Table
from iamlab.errors import InvalidInput, NoSuchBucket, NoSuchEntity
from iamlab.policy.spelling import did_you_mean

H = TypeVar("H")


class Collection(Mapping[str, H], Generic[H]):
    """Things of one kind by name; a live view.

    Names that IAM gives (users, groups, roles, policies, instance profiles) are the same in any case; names of buckets,
    ARNs and serial numbers are not.

    Args:
        title: the heading of its table.
        keys: the names, in the order of creation.
        get: from a name to the thing; raises `AwsError` when there is none.
    """

    __slots__ = ("_get", "_keys", "title")

    def __init__(self, title: str, keys: Callable[[], list[str]], get: Callable[[str], H]) -> None:
        self.title = title
        self._keys = keys
        self._get = get

    def __getitem__(self, name: str) -> H:
        """The thing of this name.

        Raises:
            NoSuchEntity: there is none.
        """
        if not isinstance(name, str):
            raise NoSuchEntity(f"{self.title} are asked for by name, not by {type(name).__name__}")
        try:
            return self._get(name)
        except (NoSuchEntity, NoSuchBucket) as error:
            hint = did_you_mean(name, self._names())
            raise type(error)(f"{error.message.rstrip('.')}.{hint}" if hint else error.message) from None

    def _names(self) -> Iterable[str]:
        """The names that may have been meant by one that does not exist."""
        return self._keys()

    def __contains__(self, name: object) -> bool:
        """Is there one of this name?"""
        return isinstance(name, str) and self.get(name) is not None

    def get(self, name: str, default: Any = None) -> Any:
        """The thing of this name, or the default."""
        try:
            return self._get(name)  # whoever asks whether something is there wants no word that is like it
        except (NoSuchEntity, NoSuchBucket, InvalidInput):
            return default

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys())

    def __len__(self) -> int:
        return len(self._keys())

    def _table(self) -> Table:
        return Table([self.title], [[key] for key in self._keys()])

    def __repr__(self) -> str:
        """The names, one a line."""
        return repr(self._table())

    def _repr_html_(self) -> str:
        return self._table()._repr_html_()


class Policies(Collection[Policy]):
    """Managed policies by name or ARN: the account's own, and all of AWS's.

    Going through it gives the account's own; AWS's are found by name, and listed by `aws_managed()`.
    """

    __slots__ = ()

    def _names(self) -> Iterable[str]:
        return (*super()._names(), *self.aws_managed())

    def aws_managed(self) -> tuple[str, ...]:
        """The names of AWS's policies."""
        return managed.managed_policy_names()
