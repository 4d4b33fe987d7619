"""Checks of an organization's policies: service control policies and resource control policies.

[https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html]
"""

from __future__ import annotations

from collections.abc import Iterator

from iamlab.catalog.services import rcp_services
from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.view import Item, StatementView
from iamlab.policy.repairs import put, remove

REFUSED = "The provided policy document does not meet the requirements of the specified policy type."
"""What Organizations says, whatever is wrong."""


@check("SCP_SYNTAX_ERROR_PRINCIPAL", on="statement", types=("scp",), refuses=True)
def principal_in_scp(statement: StatementView) -> Iterator[Found]:
    """An SCP is about everybody in the accounts below it."""
    if element := statement.principal:
        message = f"An SCP takes no {element.name}; a condition on aws:PrincipalArn can make exceptions."
        yield Found(element.path, message, remove(f"Remove {element.name}", element.path), REFUSED, key=True)


@check("RCP_SYNTAX_ERROR_PRINCIPAL", on="statement", types=("rcp",), refuses=True)
def principal_in_rcp(statement: StatementView) -> Iterator[Found]:
    """An RCP is for everybody."""
    element = statement.principal
    if element and (element.name != "Principal" or statement.value.get("Principal") != "*"):
        repair = put('Write "*"', element.path, "*") if element.name == "Principal" else None
        message = 'The Principal of an RCP is "*"; a condition on aws:PrincipalArn can make exceptions.'
        yield Found(element.path, message, repair, REFUSED, key=True)


@check("RCP_SYNTAX_ERROR_ALLOW", on="statement", types=("rcp",), refuses=True)
def allow_in_rcp(statement: StatementView) -> Iterator[Found]:
    """Only RCPFullAWSAccess, which is AWS's own, allows."""
    if statement.allows:
        message = "Your own RCPs can only deny: RCPFullAWSAccess is always there and allows."
        # No repair: as a Deny, what was meant for some would be forbidden to everybody.
        yield Found(f"{statement.path}.Effect", message, refusal=REFUSED)


@check("RCP_SYNTAX_ERROR_NOTACTION", on="statement", types=("rcp",), refuses=True)
def not_action_in_rcp(statement: StatementView) -> Iterator[Found]:
    """An RCP lists its actions."""
    if statement.action and statement.action.negated:
        yield Found(statement.action.path, "An RCP takes no NotAction: list the actions.", refusal=REFUSED, key=True)


@check("RCP_SYNTAX_ERROR_ACTION", on="action", types=("rcp",), refuses=True)
def foreign_action_in_rcp(item: Item) -> Iterator[Found]:
    """RCPs bind some services only, and a star alone is AWS's privilege."""
    prefix = item.text.lower().partition(":")[0]
    if item.text == "*":
        yield Found(item.path, 'Your own RCPs cannot have the action "*": name the services.', refusal=REFUSED)
    elif prefix not in rcp_services():
        yield Found(
            item.path, f"RCPs do not apply to {prefix}: AWS lists the services that support them.", refusal=REFUSED
        )
