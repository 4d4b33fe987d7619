"""Several questions at once: `ask` puts an account's decisions into a table, the proof that most lessons end with."""

from __future__ import annotations

from collections.abc import Sequence

from iamlab.account import Account
from iamlab.account.context import Given
from iamlab.display import CROSS, TICK, Cell, Table
from iamlab.evaluation import Decision

Question = str | tuple[str, str]
"""An action and the ARN of a resource; a bare action is asked about `*`."""

_SHORT = {
    "allowed": f"{TICK} allowed",
    "explicitDeny": f"{CROSS} denied explicitly",
    "implicitDeny": f"{CROSS} denied",
    "conditional": "? it depends",
}


def ask(lab: Account, who: str | Sequence[str], *questions: Question, context: Given | None = None) -> Table:
    """Ask an account who may do what.

    Args:
        lab: the account.
        who: a user's name or a principal's ARN; or several of them, to compare them side by side.
        questions: pairs of an action and a resource's ARN; a bare action is asked about `*`.
        context: what else is true of every request.

    Returns:
        A row for each question. For one principal the answer says what decided; for several it is as short as can be.
        When no question names a resource, there is no column for it.

    Raises:
        NoSuchEntity: there is no such user.

    >>> lab = Account.example()
    >>> ask(lab, "bob", "iam:CreateUser")
    action          may bob?
    --------------  --------------------------------------------
    iam:CreateUser  ✘ denied: no identity-based policy allows it
    >>> ask(lab, ["alice", "bob"], "iam:CreateUser")
    action          alice      bob
    --------------  ---------  --------
    iam:CreateUser  ✔ allowed  ✘ denied
    """
    one = isinstance(who, str)
    people = [who] if isinstance(who, str) else list(who)
    with_resource = not all(isinstance(question, str) for question in questions)
    rows: list[list[Cell]] = []
    for question in questions:
        action, resource = (question, "*") if isinstance(question, str) else question
        decisions = [lab.decide(person, action, resource, context) for person in people]
        asked = [action, resource] if with_resource else [action]
        rows.append([*asked, *(_answer(decision, in_full=one) for decision in decisions)])
    columns = ["action", "resource"] if with_resource else ["action"]
    return Table([*columns, *([f"may {who}?"] if one else people)], rows)


def _answer(decision: Decision, *, in_full: bool) -> str:
    return decision.sentence if in_full else _SHORT[decision.outcome]
