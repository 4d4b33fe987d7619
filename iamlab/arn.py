"""Amazon Resource Names.

`Arn` holds the six parts of `arn:partition:service:region:account:resource`; `Arn.parse` reads one, `is_account` knows
an account's digits. Wildcards are plain text here: patterns are matched in `iamlab.policy.patterns`.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html]
"""

from __future__ import annotations

from dataclasses import dataclass

from iamlab.errors import InvalidInput

_ACCOUNT_DIGITS = 12


def is_account(text: str) -> bool:
    """Is it an account's 12 digits?

    >>> is_account("111122223333"), is_account("1111-2222-3333")
    (True, False)
    """
    return len(text) == _ACCOUNT_DIGITS and text.isascii() and text.isdigit()


@dataclass(slots=True, unsafe_hash=True)
class Arn:
    """The six parts of an ARN; treat it as immutable.

    >>> arn = Arn.parse("arn:aws:iam::111122223333:user/eng/alice")
    >>> arn.service, arn.account, arn.kind, arn.name
    ('iam', '111122223333', 'user', 'alice')
    >>> print(arn)
    arn:aws:iam::111122223333:user/eng/alice
    """

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Arn:
        """Read an ARN.

        Args:
            text: six parts between colons; the last may hold colons itself.

        Raises:
            InvalidInput: it has fewer than six parts or does not start with `arn:`.
        """
        parts = text.split(":", 5)
        if len(parts) != 6 or parts[0] != "arn":
            raise InvalidInput(f"{text!r} is not an ARN: expected arn:partition:service:region:account:resource")
        return cls(*parts[1:])

    @property
    def kind(self) -> str:
        """The resource's type, before the first `/` or `:` of its part (`user`, `role`, `root`)."""
        return self.resource.replace(":", "/", 1).partition("/")[0]

    @property
    def name(self) -> str:
        """What stands after the last `/` (or, without one, the last `:`)."""
        return self.resource.rpartition("/")[2].rpartition(":")[2]

    def __str__(self) -> str:
        """Write it the way it was read."""
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"
