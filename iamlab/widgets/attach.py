"""Attach a policy to a user, group or role: the small form that the editor and the policy's page share."""

from __future__ import annotations

from collections.abc import Callable

from iamlab.account import Account
from iamlab.account.policies import Policy
from iamlab.widgets import controls
from iamlab.widgets.base import Panel
from iamlab.widgets.controls import Control
from iamlab.widgets.fields import entered
from iamlab.widgets.labels import label
from iamlab.widgets.policies import KINDS, attach, attach_code, entities_of


def attach_form(panel: Panel, lab: Account, policy: Callable[[], Policy], done: Callable[[], object]) -> Control:
    """A row of controls that attaches a policy; the panel says what came of it and records the code.

    Args:
        panel: where the form stands.
        lab: the account.
        policy: which policy; asked when the button is pressed.
        done: is called after it was attached.
    """
    kind = controls.choice(label("attach.kind"), [(label(f"attach.{kind}"), kind) for kind in KINDS])
    name = controls.search(label("attach.name"), (), live=True)

    def offer() -> None:
        name.options = entities_of(lab, kind.value)

    def turn(_: str) -> None:
        name.value = ""
        offer()

    def press() -> None:
        attached, entity = policy(), entered(name, f"{kind.value}NameType")
        attach(lab, attached, kind.value, entity)
        panel.code.add(attach_code(lab, attached, kind.value, entity))
        panel.verdict.say("success", f"Policy {attached.name} is attached to {kind.value} {entity}.")
        done()

    offer()
    panel.on(kind, turn)
    controls.on_focus(name, panel.guard(offer, keeps=True))  # another cell may have made more since
    return controls.row(kind, name, panel.button(label("attach.do"), press))
