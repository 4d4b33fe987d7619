"""Passwords: what the account's password policy asks of them, and keeping a password without keeping it.

A hash says how it was made (`scrypt$…` or `pbkdf2$…`), so that a file travels between a laptop and a browser. Nothing
is compared faster because it is wrong, and a name that no user has takes as long as one that a user has. What hashes
is imported by the functions that hash, because OpenSSL takes a while to load.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html]
"""

from __future__ import annotations

from datetime import datetime, timedelta

from iamlab.account import names
from iamlab.account.records import LoginProfileRecord
from iamlab.account.state import State
from iamlab.errors import InvalidInput, PasswordPolicyViolation, ValidationError

SYMBOLS = "!@#$%^&*()_+-=[]{}|'"
"""What counts as a non-alphanumeric character."""

_LOWER, _UPPER, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}
_ROUNDS = 60_000
_DEFAULT_LENGTH = 8
_MOST_REMEMBERED = 24


def hash_password(password: str, salt: str) -> str:
    """A hash that names its method, its cost and its salt; scrypt where Python has it, else PBKDF2-HMAC-SHA256."""
    import hashlib
    from base64 import b64encode

    if hasattr(hashlib, "scrypt"):
        key = hashlib.scrypt(_bytes(password), salt=salt.encode(), dklen=32, **_SCRYPT)
        return f"scrypt${_SCRYPT['n']}${salt}${b64encode(key).decode()}"
    return f"pbkdf2${_ROUNDS}${salt}${b64encode(pbkdf2(_bytes(password), salt.encode(), _ROUNDS)).decode()}"


def _bytes(password: str) -> bytes:
    """What is hashed; half of a character, which no password has, makes a wrong password and no error."""
    return password.encode(errors="surrogatepass")


def pbkdf2(password: bytes, salt: bytes, rounds: int) -> bytes:
    """PBKDF2-HMAC-SHA256, one block of 32 bytes, without OpenSSL [RFC 8018, 5.2]."""
    import hashlib
    import hmac

    keyed = hmac.new(password, digestmod=hashlib.sha256)

    def mac(message: bytes) -> bytes:
        one = keyed.copy()
        one.update(message)
        return one.digest()

    block = mac(salt + b"\x00\x00\x00\x01")
    result = int.from_bytes(block, "big")
    for _ in range(rounds - 1):
        block = mac(block)
        result ^= int.from_bytes(block, "big")
    return result.to_bytes(32, "big")


def is_password(password: str, stored: str | None) -> bool:
    """Is this the password that was hashed? Compared in constant time; without a stored hash the same work is done.

    Raises:
        InvalidInput: the hash was made by a method that this Python does not have.
    """
    import hashlib
    import hmac
    from base64 import b64decode

    if stored is None:
        hash_password(password, "nobody")
        return False
    method, cost, salt, encoded = stored.split("$")
    if method == "scrypt":
        if not hasattr(hashlib, "scrypt"):
            raise InvalidInput(
                "This password was hashed with scrypt, which this browser does not have; set a new password"
            )
        key = hashlib.scrypt(_bytes(password), salt=salt.encode(), dklen=32, **{**_SCRYPT, "n": int(cost)})
    else:
        key = pbkdf2(_bytes(password), salt.encode(), int(cost))
    return hmac.compare_digest(key, b64decode(encoded))


def violations(state: State, password: str) -> list[str]:
    """Every rule of the account's password policy that a password breaks.

    Without a policy of its own an account has AWS's default: 8 characters, three of the four kinds, not the account's
    name or the address of its root user.
    """
    policy = state.password_policy
    if policy is None:
        return default_violations(state, password)
    rules = [
        (
            len(password) >= policy.minimum_password_length,
            f"Password should have a minimum length of {policy.minimum_password_length}",
        ),
        (
            not policy.require_uppercase_characters or _has(password, _UPPER),
            "Password should have at least one uppercase letter",
        ),
        (
            not policy.require_lowercase_characters or _has(password, _LOWER),
            "Password should have at least one lowercase letter",
        ),
        (not policy.require_numbers or _has(password, _DIGITS), "Password should have at least one number"),
        (not policy.require_symbols or _has(password, SYMBOLS), f"Password should have at least one symbol: {SYMBOLS}"),
    ]
    return [sentence for kept, sentence in rules if not kept]


def default_violations(state: State, password: str) -> list[str]:
    """Every rule of AWS's default policy that a password breaks."""
    kinds = sum(_has(password, alphabet) for alphabet in (_UPPER, _LOWER, _DIGITS, SYMBOLS))
    taken = {name.lower() for name in (state.account_id, state.alias, state.root.email) if name}
    rules = [
        (len(password) >= _DEFAULT_LENGTH, f"Password should have a minimum length of {_DEFAULT_LENGTH}"),
        (kinds >= 3, "Password should have three of these: uppercase letters, lowercase letters, numbers, symbols"),
        (password.lower() not in taken, "Password should not be the account's name or email address"),
    ]
    return [sentence for kept, sentence in rules if not kept]


def _has(password: str, alphabet: str) -> bool:
    return any(character in alphabet for character in password)


def check_password(state: State, password: object, profile: LoginProfileRecord | None = None) -> str:
    """A new password that the policy takes.

    Args:
        state: the account.
        password: what is wanted.
        profile: the present password with the ones before it, for reuse prevention.

    Raises:
        ValidationError: not text of 1 to 128 characters.
        PasswordPolicyViolation: it breaks the policy; the message names every rule broken.
    """
    text = check_shape(password)
    broken = violations(state, text)
    prevented = state.password_policy.password_reuse_prevention if state.password_policy else None
    if profile and prevented and any(is_password(text, old) for old in _used(profile)[:prevented]):
        broken.append(f"Password should not be one of the last {prevented}")
    if broken:
        raise PasswordPolicyViolation("; ".join(broken))
    return text


def check_shape(password: object) -> str:
    """Text that can be a password at all; the message does not repeat it.

    Raises:
        ValidationError: not text of 1 to 128 of the characters AWS takes.
    """
    try:
        return names.check("passwordType", password, "password")
    except ValidationError:
        raise ValidationError("A password is text of 1 to 128 characters") from None


def _used(profile: LoginProfileRecord) -> list[str]:
    return ([profile.hash] if profile.hash else []) + profile.history


def set_password(state: State, profile: LoginProfileRecord, password: str) -> None:
    """Write a checked password into a login profile and remember the one before."""
    profile.history = _used(profile)[:_MOST_REMEMBERED]
    profile.hash = hash_password(password, state.ids.token(22))
    profile.changed = state.now()


def generate_password(state: State, length: int = 20) -> str:
    """A password as the Console makes one: every kind of character, and long enough for the policy."""
    if state.password_policy:
        length = max(length, state.password_policy.minimum_password_length)
    alphabets = (_UPPER, _LOWER, _DIGITS, SYMBOLS)
    while True:
        password = state.ids.token(length, "".join(alphabets))
        if all(_has(password, alphabet) for alphabet in alphabets):
            return password


def expires(state: State, profile: LoginProfileRecord) -> datetime | None:
    """When a password expires by the account's policy; None: never."""
    age = state.password_policy.max_password_age if state.password_policy else None
    return profile.changed + timedelta(days=age) if age else None
