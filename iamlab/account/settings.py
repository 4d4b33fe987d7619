"""The account's own settings, as the Console's page of that name has them: its alias and its password policy.

What the policy asks of a password is in `passwords`.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/console_account-alias.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html]
"""

from __future__ import annotations

from dataclasses import fields

from iamlab.account import names
from iamlab.account.records import PasswordPolicyRecord
from iamlab.account.state import State
from iamlab.arn import is_account
from iamlab.errors import NoSuchEntity, ValidationError

_SHAPES = {
    "minimum_password_length": "minimumPasswordLengthType",
    "max_password_age": "maxPasswordAgeType",
    "password_reuse_prevention": "passwordReusePreventionType",
}


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


def update_account_password_policy(state: State, **options: int | bool | None) -> PasswordPolicyRecord:
    """Replace the password policy; what is left out gets its default [IAM API UpdateAccountPasswordPolicy].

    Args:
        state: the account.
        options: minimum_password_length (6 to 128), require_symbols, require_numbers, require_uppercase_characters,
            require_lowercase_characters, allow_users_to_change_password, max_password_age (1 to 1,095 days; None: no
            expiry), password_reuse_prevention (1 to 24; None: off), hard_expiry (only an administrator can reset an
            expired password).

    Raises:
        ValidationError: an unknown option, one of another type, or out of its limits.
    """
    known = {field.name for field in fields(PasswordPolicyRecord)}
    with state.change():
        for name, value in options.items():
            if name not in known:
                raise ValidationError(f"Unknown parameter {name}")
            shape = _SHAPES.get(name)
            if shape is None and not isinstance(value, bool):
                raise ValidationError(f"Invalid type for parameter {name}: expected true or false")
            if shape is not None and (value is not None or name == "minimum_password_length"):
                names.check_number(shape, value, name)
        state.password_policy = PasswordPolicyRecord(**options)  # type: ignore[arg-type]
    return state.password_policy


def delete_account_password_policy(state: State) -> None:
    """Go back to AWS's default policy [IAM API DeleteAccountPasswordPolicy].

    Raises:
        NoSuchEntity: the account has none of its own.
    """
    with state.change():
        get_account_password_policy(state)
        state.password_policy = None


def get_account_password_policy(state: State) -> PasswordPolicyRecord:
    """The account's own password policy [IAM API GetAccountPasswordPolicy].

    Raises:
        NoSuchEntity: it has none; AWS's default holds.
    """
    if state.password_policy is None:
        raise NoSuchEntity(f"The Password Policy with domain name {state.account_id} cannot be found.")
    return state.password_policy
