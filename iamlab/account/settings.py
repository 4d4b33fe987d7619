"""The account's own settings: its alias.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/console_account-alias.html]
"""

from __future__ import annotations

from iamlab.account import names
from iamlab.account.state import State
from iamlab.arn import is_account
from iamlab.errors import NoSuchEntity, ValidationError


def create_account_alias(state: State, alias: str) -> None:
    """Give the account a name for its sign-in address; it replaces the one before [IAM API CreateAccountAlias].

    Raises:
        ValidationError: not 3 to 63 lower-case letters, digits and single hyphens, or twelve digits like an account id.
    """
    with state.change():
        names.check("accountAliasType", alias, "accountAlias")
        if is_account(alias):
            raise ValidationError("An account alias must not look like an account id")
        state.alias = alias


def delete_account_alias(state: State, alias: str) -> None:
    """Take the alias away [IAM API DeleteAccountAlias].

    Raises:
        NoSuchEntity: the account does not have this alias.
    """
    with state.change():
        names.check("accountAliasType", alias, "accountAlias")
        if state.alias != alias:
            raise NoSuchEntity(f"The account alias {alias} does not exist.")
        state.alias = None
