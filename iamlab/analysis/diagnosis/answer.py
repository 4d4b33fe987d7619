"""Why was I denied? A pasted AccessDenied message or event is decided again in an account.

`diagnose` reads the text, asks the account for the same request, says whether both agree on the reason, and offers the
smallest change that would allow it and the lesson that teaches it.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html]
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from iamlab.account.authorize import decide
from iamlab.account.context import Given
from iamlab.account.principals import Principal, from_session, resolve
from iamlab.account.state import State, state_of
from iamlab.analysis.diagnosis.asked import decide_again, is_vague
from iamlab.analysis.diagnosis.denials import Denial, read_message
from iamlab.analysis.diagnosis.doubts import reasons_to_differ, unknown_here, why_undecided
from iamlab.analysis.diagnosis.lessons import Lesson, lesson_for
from iamlab.analysis.diagnosis.trail import read_json
from iamlab.display import bullet_list, escape, verbatim
from iamlab.errors import AwsError, InvalidInput
from iamlab.evaluation import Decision
from iamlab.evaluation.suggest import Suggestions, suggest
from iamlab.evaluation.verdict import CONDITIONAL
from iamlab.policy.oddities import oddities

if TYPE_CHECKING:
    from iamlab.account import Account


class Diagnosis:
    """What a denial says, what the account says to it, and what would help; made by `diagnose`.

    Attributes:
        denial: the request as it was denied; `None` where the text could not be read.
        decision: the account's own decision; `None` where it knows nobody like that.
        problem: why there is no denial, or no decision; empty where there are both.
        condition: on what the account's decision would depend, were what the text does not tell unknown; or empty.
        suggestions: the smallest changes that would allow it, each tried.
        lesson: the lesson that teaches it; `None` where the text could not be read.
        notes: what else is to be said, in sentences.
    """

    __slots__ = ("condition", "decision", "denial", "lesson", "notes", "problem", "suggestions")

    def __init__(self, denial: Denial | None, decision: Decision | None, problem: str = "") -> None:
        self.denial = denial
        self.decision = decision
        self.problem = problem
        self.condition = ""
        # About the action only: which resource AWS asks about is for AWS to say.
        self.notes = [*denial.notes, *oddities(denial.action)] if denial else []
        self.suggestions = Suggestions() if denial is None or decision is None else _suggested(denial, decision)
        self.lesson = None if denial is None else _lesson(denial, decision)

    @property
    def agrees(self) -> bool | None:
        """Does the account deny it too, and as far as it is told, for the same reason? `None` without a decision."""
        if self.denial is None or self.decision is None:
            return None
        if self.decision.allowed:
            return False
        same_outcome = self.denial.outcome in ("", self.decision.outcome)
        return same_outcome and self.denial.layer in ("", self.decision.layer)

    @property
    def layer(self) -> str:
        """The type of policy that decided: as AWS names it, or else as the account finds it."""
        told = self.denial.layer if self.denial else ""
        return told or (self.decision.layer if self.decision else "")

    def to_dict(self) -> dict[str, Any]:
        """The diagnosis as dicts and lists."""
        denial, decision = self.denial, self.decision
        return {
            "source": denial.source if denial else None,
            "principal": denial.principal if denial else None,
            "action": denial.action if denial else None,
            "resource": denial.resource if denial else None,
            "others": [list(request) for request in denial.others] if denial else [],
            "context": dict(denial.context) if denial else {},
            "told": {"outcome": denial.outcome, "layer": denial.layer, "policy": denial.policy_arn} if denial else None,
            "decision": {"outcome": decision.outcome, "layer": decision.layer, "message": decision.message}
            if decision
            else None,
            "agrees": self.agrees,
            "condition": self.condition,
            "suggestions": [list(suggestion.changes) for suggestion in self.suggestions],
            "lesson": {"number": self.lesson.number, "title": self.lesson.title} if self.lesson else None,
            "notes": self.notes,
            "problem": self.problem,
        }

    def _lines(self) -> Iterator[tuple[str, str]]:
        """Each line with its heading."""
        if self.denial is not None:
            denial = self.denial
            yield "Asked", f"{denial.principal} → {denial.action} on {denial.resource}"
            yield f"The {denial.source}", denial.reason or "does not say why it was denied"
        if self.problem:
            yield "Not diagnosed", self.problem
        if self.decision is not None:
            yield "The lab", self.decision.sentence
            yield "Together", self._verdict()
            if self.suggestions:
                yield "What would allow it", bullet_list(self.suggestions)
        for note in self.notes:
            yield "Note", note
        if self.lesson is not None:
            yield "Learn more", str(self.lesson)

    def _verdict(self) -> str:
        if self.agrees:
            return "They agree."
        if self.decision is not None and not self.decision.allowed:
            return "Both deny it, but for different reasons."
        return "They differ: the lab allows it."

    def __repr__(self) -> str:
        lines = []
        for heading, text in self._lines():
            first, *more = text.split("\n")
            lines += [f"{heading}: {first}", *(f"  {line}" for line in more)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        style = "text-align:left;vertical-align:top;padding:2px 10px 2px 0"
        rows = "".join(
            f'<tr><th scope="row" style="{style}">{escape(heading)}</th>'
            f'<td style="{style};white-space:pre-wrap">{escape(text)}</td></tr>'
            for heading, text in self._lines()
        )
        return verbatim(f"<table>{rows}</table>")


def diagnose(lab: Account, text: str | Mapping[str, Any] | Sequence[Any], context: Given | None = None) -> Diagnosis:
    """Find out why a request was denied, with an account like the one it was made in.

    Args:
        lab: the account, as it is now.
        text: an AccessDenied message (with whatever stands around it), a CloudTrail event (as JSON, or as it is in
            `lab.events`), or what `aws sts decode-authorization-message` prints.
        context: what else is known of the request; it wins over what the text says.

    Returns:
        A diagnosis; one that says what was expected, when the text cannot be read.

    >>> from iamlab import Account
    >>> lab = Account()
    >>> bob = lab.create_user("bob")
    >>> diagnose(lab, lab.decide("bob", "sqs:ListQueues").message)
    Asked: arn:aws:iam::111122223333:user/bob → sqs:ListQueues on *
    The message: no identity-based policy allows it
    The lab: ✘ denied: no identity-based policy allows it
    Together: They agree.
    What would allow it: • add to an identity-based policy: Allow sqs:ListQueues on *
    Learn more: Lesson 06: Policies
    """
    state = state_of(lab)
    try:
        denial = _read(text)
    except InvalidInput as error:
        return Diagnosis(None, None, error.message)
    denial.context.update({key: value for key, value in (context or {}).items() if value is not None})
    known = {**denial.context, **(context or {})}
    try:
        principal = _principal(state, denial)
        decision = decide_again(state, principal, denial, known)
        undecided = why_undecided(state, principal, decision)
        if undecided:
            raise InvalidInput(undecided)
    except AwsError as error:
        return Diagnosis(denial, None, f"The account {state.account_id} cannot tell: {error.message}")
    found = Diagnosis(denial, decision)
    notes = list(unknown_here(state, principal, denial, decision))
    if not found.agrees:
        partly = decide(state, principal, denial.action, denial.resource, known, partial=True)
        found.condition = partly.condition if partly.outcome == CONDITIONAL else ""
        notes += reasons_to_differ(denial, found.condition)
    found.notes += notes
    return found


def _read(text: object) -> Denial:
    """Read what was pasted, or an event that was read already.

    Raises:
        InvalidInput: it is nothing that can be read; the error says what was expected.
    """
    if not isinstance(text, str):
        return read_json(text)
    if text.lstrip().startswith(("{", "[")):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            pass  # a message may begin with a bracket, too
        else:
            return read_json(value)
    return read_message(text)


def _principal(state: State, denial: Denial) -> Principal:
    """Who asked: by the session whose key signed the request, if it is still good, or else by the ARN."""
    session = state.sessions.get(denial.access_key_id)
    if session is not None and session.expires > state.now() and session.principal == denial.principal:
        return from_session(state, session)
    if denial.action.lower().startswith("sts:assumerolewith") and not denial.principal.startswith("arn:"):
        # A provider that AWS knows by itself has no ARN.
        return Principal(denial.principal, "provider", state, credential="a token of the provider")
    return resolve(state, denial.principal)


def _suggested(denial: Denial, decision: Decision) -> Suggestions:
    """What would allow it, without the changes that a policy cannot have: its Resource has to be an ARN, or all."""
    found = suggest(decision)
    if not is_vague(denial):
        return found
    asked = f"Allow {denial.action} on {denial.resource}"
    return Suggestions(one for one in found if not any(asked in change for change in one.changes))


def _lesson(denial: Denial, decision: Decision | None) -> Lesson:
    outcome, layer = denial.outcome, denial.layer
    if decision is not None and not outcome:
        outcome, layer = decision.outcome, layer or decision.layer
    rule = decision.rule if decision else None
    keys = tuple(key for _, key, _ in rule.statement.conditions) if rule and decision and not decision.allowed else ()
    return lesson_for(denial.action, outcome, layer, keys)
