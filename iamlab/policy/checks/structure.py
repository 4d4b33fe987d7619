"""What the grammar has to say: elements that are missing, unknown, misspelt or of the wrong JSON type.

`iamlab.policy.grammar` finds these faults; here each gets its check, its repair and AWS's words.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html]
"""

from __future__ import annotations

from collections.abc import Iterator

from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.view import DocumentView
from iamlab.policy.grammar import Fault
from iamlab.policy.repairs import Repair, put, rename, steps

_CODES = (
    "DATA_TYPE_MISMATCH",
    "INVALID_POLICY_ELEMENT",
    "INVALID_VERSION",
    "MISSING_STATEMENT",
    "MISSING_EFFECT",
    "INVALID_EFFECT",
    "MISSING_ACTION",
    "UNSUPPORTED_ELEMENT_COMBINATION",
    "INVALID_PRINCIPAL_FORMAT",
    "INVALID_PRINCIPAL_KEY",
)


def _register(code: str) -> None:
    @check(code, on="document", refuses=True)
    def find(view: DocumentView) -> Iterator[Found]:
        for fault in view.faults:
            if fault.code == code:
                yield Found(fault.path, _message(fault), _repair(fault, view), _refusal(fault, view), fault.key)


for _code in _CODES:
    _register(_code)


def _message(fault: Fault) -> str:
    return fault.message if fault.message.endswith("?") else f"{fault.message}."


def _repair(fault: Fault, view: DocumentView) -> Repair | None:
    if fault.instead and fault.key:
        return rename(f"Rename it to {fault.instead}", fault.path, fault.instead)
    if fault.instead:
        return put(f"Write {fault.instead}", fault.path, fault.instead)
    if fault.code == "INVALID_PRINCIPAL_FORMAT":
        return _named_principal(fault, view)
    return None


def _named_principal(fault: Fault, view: DocumentView) -> Repair | None:
    """Put a bare text under the kind of principal that it names."""
    value = view.value
    for step in steps(fault.path):
        value = value[step]
    if not isinstance(value, str):
        return None
    kind = "Service" if value.endswith(".amazonaws.com") else "AWS"
    return put(f"Write it under {kind}", fault.path, {kind: value})


def _refusal(fault: Fault, view: DocumentView) -> str:
    """IAM names the field in a role's trust policy; in identity policies it mostly says no more than this."""
    if view.policy_type == "identity":
        if fault.code == "MISSING_ACTION":
            return "Policy statement must contain actions."
    elif fault.code.startswith("MISSING_"):
        return fault.message
    elif fault.code == "INVALID_POLICY_ELEMENT":
        return f"Unknown field {steps(fault.path)[-1]}"
    return f"Syntax errors in policy. {_message(fault)}"
