"""The parameters of a simulation as what `evaluate` takes: a Request and a PolicySet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from iamlab import PolicyDocument, PolicySet, Request
from iamlab.evaluation import Level


def documents(texts: Sequence[str]) -> list[PolicyDocument]:
    return [PolicyDocument.parse(text) for text in texts]


def context_of(call: dict[str, Any]) -> dict[str, str | Sequence[str]]:
    """The context: a list where the type says so, or where there are several values, a string else."""
    return {
        entry["ContextKeyName"]: values if entry["ContextKeyType"].endswith("List") or len(values) > 1 else values[0]
        for entry in call.get("ContextEntries", [])
        for values in [entry["ContextKeyValues"]]
    }


def request_of(call: dict[str, Any], context: Mapping[str, str | Sequence[str]]) -> Request:
    """The call's only action and resource, with this context."""
    resource = call.get("ResourceArns", ["*"])[0]
    owner = re.search(r"\d{12}", call.get("ResourceOwner", ""))
    return Request(
        call["CallerArn"],
        call["ActionNames"][0],
        resource,
        context,
        resource_account=owner[0] if owner else None,
        management_account=call.get("ManagementAccountId"),
    )


def policies_of(call: dict[str, Any]) -> PolicySet:
    """Everything the call passes, layer by layer."""
    session = call.get("SessionPolicyInputList")
    levels = [
        Level(
            f"level {number}",
            service_control=documents(level.get("ServiceControlPolicyInputList", [])),
            resource_control=documents(level.get("ResourceControlPolicyInputList", [])),
        )
        for number, level in enumerate(call.get("OrderedOrganizationPolicyInputList", []), start=1)
    ]
    return PolicySet(
        identity=documents(call["PolicyInputList"]),
        resource=documents([call["ResourcePolicy"]] if "ResourcePolicy" in call else []),
        boundary=documents(call.get("PermissionsBoundaryPolicyInputList", [])),
        session=None if not session else documents(session),
        organization=levels,
        vpc_endpoint=documents(call.get("VpcEndpointPolicyInputList", [])),
    )
