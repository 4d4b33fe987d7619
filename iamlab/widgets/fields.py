"""What was typed into a field, held against the API's limits and refused as the Console does: by the field's label."""

from __future__ import annotations

from iamlab.account import names
from iamlab.catalog import quotas
from iamlab.errors import InvalidInput
from iamlab.widgets.controls import Control


def entered(field: Control, shape: str) -> str:
    """The text in a field, without spaces around it.

    Args:
        field: made by `controls`; its label names it in what is said.
        shape: the API's shape for it, such as `policyNameType`.

    Raises:
        InvalidInput: it is empty and must not be, or it is too long.
        ValidationError: it has a character that AWS does not take.

    >>> from iamlab.widgets import controls
    >>> entered(controls.text("Policy name", " Reports "), "policyNameType")
    'Reports'
    >>> entered(controls.text("Policy name"), "policyNameType")
    Traceback (most recent call last):
    iamlab.errors.InvalidInput: Policy name is required.
    """
    value: str = field.value.strip()
    name = field.description.removesuffix(" - optional")
    limits = quotas.shape(shape)
    if limits.minimum and not value:
        raise InvalidInput(f"{name} is required.")
    if limits.maximum is not None and len(value) > limits.maximum:
        raise InvalidInput(f"{name} has {len(value)} characters; {limits.maximum} at the most are allowed.")
    return names.check(shape, value, name)
