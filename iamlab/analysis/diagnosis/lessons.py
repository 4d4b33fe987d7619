"""Which lesson teaches what a denial is about."""

from __future__ import annotations

from dataclasses import dataclass

from iamlab.evaluation.policies import (
    BOUNDARY,
    CREDENTIALS,
    ENDPOINT,
    IDENTITY,
    RESOURCE,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
    SESSION,
    TRUST,
)
from iamlab.evaluation.verdict import EXPLICIT_DENY

TITLES = {
    "00": "Start here",
    "01": "What IAM is",
    "02": "MFA",
    "03": "Users",
    "04": "Access keys, SDK and CLI",
    "05": "Groups",
    "06": "Policies",
    "07": "How AWS decides",
    "08": "Roles",
    "09": "Federation",
    "10": "Guardrails",
    "11": "Best practices",
}

_BY_LAYER = {
    IDENTITY: "06",
    RESOURCE: "07",
    TRUST: "08",
    BOUNDARY: "10",
    SESSION: "10",
    SERVICE_CONTROL: "10",
    RESOURCE_CONTROL: "10",
    ENDPOINT: "10",
    CREDENTIALS: "04",
}
_BY_ACTION = {
    "iam:passrole": "08",
    "sts:assumerolewithsaml": "09",
    "sts:assumerolewithwebidentity": "09",
}


@dataclass(slots=True)
class Lesson:
    """A lesson: its two digits and its title."""

    number: str
    title: str

    def __str__(self) -> str:
        return f"Lesson {self.number}: {self.title}"


def lesson_for(action: str, outcome: str, layer: str, keys: tuple[str, ...] = ()) -> Lesson:
    """The lesson that teaches a denial.

    Args:
        action: what was denied.
        outcome: `explicitDeny` or `implicitDeny`; empty where it is not known.
        layer: the type of policy that decided; empty where it is not known.
        keys: the condition keys of the statement that denied.

    >>> print(lesson_for("s3:GetObject", "implicitDeny", "permissions boundary"))
    Lesson 10: Guardrails
    """
    if any(key.lower().startswith("aws:multifactorauth") for key in keys):
        number = "02"
    elif action.lower() in _BY_ACTION:
        number = _BY_ACTION[action.lower()]
    elif not layer and action.lower().startswith("sts:assumerole"):
        number = _BY_LAYER[TRUST]
    elif outcome == EXPLICIT_DENY and layer in (IDENTITY, ""):
        number = "07"
    else:
        number = _BY_LAYER.get(layer, "07")
    return Lesson(number, TITLES[number])
