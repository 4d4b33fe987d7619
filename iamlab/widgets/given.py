"""What widgets and pictures are given: taken where it is sensible, else refused in words."""

from __future__ import annotations

from typing import Any

from iamlab.account import Account
from iamlab.errors import InvalidInput
from iamlab.evaluation import Decision
from iamlab.policy import PolicyDocument
from iamlab.widgets.controls import Control


def account(lab: object) -> Account:
    """An account.

    Raises:
        InvalidInput: it is none.

    >>> account("alice")
    Traceback (most recent call last):
    iamlab.errors.InvalidInput: The account comes first, such as lab = Account.example(), not 'alice'
    """
    if isinstance(lab, Account):
        return lab
    raise InvalidInput(f"The account comes first, such as lab = Account.example(), not {_called(lab)}")


def choose(control: Control, words: str) -> None:
    """Choose an option by the words that stand there; without words, leave what is chosen.

    Args:
        control: made by `controls.choice`.
        words: such as `Customer managed`.

    Raises:
        InvalidInput: there is no such option.
    """
    if not words:
        return
    offered = [option[0] if isinstance(option, tuple) else option for option in control.options]
    if words not in offered:
        raise InvalidInput(f"{control.description} is one of {', '.join(map(repr, offered))}, not {_called(words)}")
    control.label = words


def decision(answer: object) -> Decision:
    """A decision.

    Raises:
        InvalidInput: it is none.
    """
    if isinstance(answer, Decision):
        return answer
    raise InvalidInput(f"A decision is needed, such as lab.decide(…) gives, not {_called(answer)}")


def document(policy: Any) -> PolicyDocument:
    """The document of a policy: of one of the account, of one of its versions, or as JSON text or dicts and lists.

    Raises:
        InvalidInput: it is not a policy.
        MalformedPolicyDocument: it is a text or a dict, and no policy.

    >>> document(Account().policies["IAMReadOnlyAccess"]).statements[0].effect
    'Allow'
    """
    found = getattr(policy, "document", policy)
    if isinstance(found, PolicyDocument):
        return found
    if isinstance(found, str | dict):
        return PolicyDocument.parse(found)
    raise InvalidInput(
        f'A policy is needed: its document, JSON text, or one such as lab.policies["…"], not {_called(policy)}'
    )


def _called(thing: object) -> str:
    """A thing in few words: a short text as it is, anything else by its kind."""
    return repr(thing) if isinstance(thing, str) and len(thing) < 60 else f"a {type(thing).__name__}"
