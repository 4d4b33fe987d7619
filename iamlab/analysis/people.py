"""Sets of people as numbers: bit i is person i. Sets of thousands are cut and joined at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

People = int
"""A set of members: bit i is member i."""


def numbers(people: People) -> Iterator[int]:
    """The members of a set, in order.

    >>> list(numbers(0b10110))
    [1, 2, 4]
    """
    start = (people & -people).bit_length() - 1 if people else 0
    digits = bin(people >> start)[:1:-1]
    at = digits.find("1")
    while at >= 0:
        yield start + at
        at = digits.find("1", at + 1)


def people_of(members: Iterable[int]) -> People:
    """The set of some members: quicker than setting one bit after the other in a long number.

    >>> bin(people_of([4, 1, 2]))
    '0b10110'
    """
    listed = list(members)
    octets = bytearray(max(listed, default=0) // 8 + 1)
    for number in listed:
        octets[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(octets, "little")
