"""PolicySimulator: ask who may do what, and see the answer, AWS's sentence, the way through the chart, and why.

What is asked is worked out in `asking`, and how the answers look in `answers`; this is their view. Each question stays
in a table, to be asked again after something was changed.
"""

from __future__ import annotations

from collections.abc import Sequence

from iamlab.account import Account
from iamlab.errors import AwsError, InvalidInput, MalformedPolicyDocument
from iamlab.evaluation import Decision
from iamlab.evaluation.suggest import suggest
from iamlab.widgets import asking, controls, given, offers
from iamlab.widgets.answers import COLUMNS, KINDS, Message, QuestionsText, question_cells, statements_html
from iamlab.widgets.asking import Asked, ContextText
from iamlab.widgets.base import Panel, in_words
from iamlab.widgets.chart import flow_chart
from iamlab.widgets.code import shows
from iamlab.widgets.rich import Row, Rows

AGAIN = "Ask again"
REMOVE = "Remove"


class PolicySimulator(Panel):
    """The policy simulator.

    Args:
        lab: the account.
        principal: a user's name, an ARN, a user or role, a service's name or `anonymous`; empty: only a pasted policy
            counts.
        action: when it is given, the question is asked at once.
        resource: an ARN.
        context: condition keys and their values.
        questions: are asked first, one after the other: each a list of principal, action, resource, context and
            policies that count besides, as far as it has them.

    Raises:
        InvalidInput: one of the questions is none.

    Attributes:
        asked: the questions so far, each with its decision.

    >>> PolicySimulator(Account.example(), "bob", "iam:CreateUser").asked[0][1].outcome
    'implicitDeny'
    """

    title = "Policy simulator"

    def __init__(
        self,
        lab: Account,
        principal: object = "",
        action: str = "",
        resource: str = "*",
        context: ContextText | None = None,
        questions: Sequence[Sequence[object]] = (),
    ) -> None:
        super().__init__()
        self.lab = given.account(lab)
        self.asked: list[tuple[Asked, Decision]] = []
        self._context: dict[str, str | list[str]] = dict(context or {})
        who = asking.principal_value(lab, principal)
        self._principal = controls.search("Principal", (), who, placeholder="A user's name, or an ARN", live=True)
        self._action = controls.search("Action", (), action, placeholder="Type to search, such as s3:get", live=True)
        self._resource = controls.search("Resource", (), resource, placeholder="An ARN, or *", live=True)
        self._make_more()
        self._make_answer()
        self.on(self._action, lambda _: self._offer())
        for field in (self._principal, self._action, self._resource):
            controls.on_enter(field, self.guard(self.ask))
        controls.on_focus(self._principal, self.guard(self._offer, keeps=True))  # another cell may have made more
        self._offer()
        self.arrange(
            controls.row(self._principal, self._action, controls.dressed(self._resource, "iamlab-grow")),
            self._open,
            self._more,
            controls.row(self.button("Ask", self.ask, primary=True), self._hint),
            self.verdict,
            self._suggestions,
            self._answer,
            self._title,
            controls.dressed(self._questions, "iamlab-questions"),
            self.code,
        )
        self._fill_keys()
        for question in [asking.of_list(self.lab, parts) for parts in questions]:
            self._put(question)
            self.guard(self.ask)()
        if action:
            self._put(Asked(who, action, resource, dict(context or {})))
            self.guard(self.ask)()

    def _make_more(self) -> None:
        """What most questions do not need, folded away: condition keys, and a policy to try."""
        self._key = controls.search("Condition key", (), placeholder="Such as aws:SourceIp", live=True)
        self._value = controls.text("Value", live=True, placeholder='A text, or ["one", "two"]')
        self._keys = Rows("Condition keys of the request", ("Condition key", "Value"), self.guard(self._remove_key))
        self._partial = controls.tick("Other keys are unknown: say what the answer depends on")
        self._policy = controls.dressed(controls.area("Policy to try besides (JSON)", rows=6), "iamlab-json")
        self._more = controls.box(
            controls.row(self._key, self._value, self.button("Add key", self.add_key)),
            self._keys,
            self._partial,
            self._policy,
        )
        controls.show(self._more, False)
        self._open = self.button("", lambda: self._open_more(not controls.is_shown(self._more)))
        for field in (self._key, self._value):
            controls.on_enter(field, self.guard(self.add_key))

    def _make_answer(self) -> None:
        self._hint = self.button("What would allow this?", self.what_would_allow)
        self._suggestions = controls.live("iamlab-answer")
        self._chart, self._statements = controls.words(""), controls.words("", "iamlab-rows")
        self._answer = controls.tabs([self._chart, self._statements], ["Flow chart", "Every statement"])
        self._title = controls.heading("Questions asked")
        self._questions = Rows("Questions asked", COLUMNS, self.guard(self._again))
        for control in (self._hint, self._answer, self._title):
            controls.show(control, False)

    def _offer(self) -> None:
        """Offer what fits to what is typed."""
        action = self._action.value.strip()
        self._principal.options = offers.principal_names(self.lab)
        self._action.options = offers.find_actions(action)
        self._resource.options = offers.arn_hints(self.lab, action)
        self._key.options = offers.key_names(action)

    def add_key(self) -> None:
        """Put the condition key and its value into the request."""
        key = self._key.value.strip()
        if not key:
            raise InvalidInput("Choose a condition key first, such as aws:SourceIp")
        self._context[key] = value = asking.context_value(self._value.value)
        self._key.value = self._value.value = ""
        self._fill_keys()
        if note := asking.context_note(key, value):
            self.verdict.say("warning", note)

    def _remove_key(self, row: int, _: str) -> None:
        del self._context[list(self._context)[row]]
        self._fill_keys()

    def _fill_keys(self) -> None:
        words = [(key, value if isinstance(value, str) else ", ".join(value)) for key, value in self._context.items()]
        notes = [asking.context_note(key, value) for key, value in self._context.items()]
        rows = [Row(cells, [REMOVE], "warning" if note else "") for cells, note in zip(words, notes, strict=True)]
        self._keys.fill(rows, " ".join(filter(None, notes)))
        self._count = f" ({len(words)})" if words else ""
        self._open_more(controls.is_shown(self._more) or bool(words))

    def _open_more(self, opened: bool) -> None:
        controls.show(self._more, opened)
        controls.say_opened(self._open, opened)
        self._open.description = f"{'Hide' if opened else 'Show'} condition keys{self._count} and a policy to try"

    def question(self) -> Asked:
        """What stands in the controls now."""
        pasted = self._policy.value.strip()
        return Asked(
            self._principal.value.strip(),
            self._action.value.strip(),
            self._resource.value.strip() or "*",
            dict(self._context),
            (pasted,) if pasted else (),
            self._partial.value,
        )

    def ask(self) -> None:
        """Ask what stands in the controls.

        Raises:
            AwsError: it is not a question, there is no such principal, or the policy to try is none.
            InvalidInput: a condition key is typed and not added.
        """
        if key := self._key.value.strip():
            raise InvalidInput(f"{key} is not part of the question yet: press Add key, or empty the field.")
        asked = self.question()
        try:
            decision = asking.decide(self.lab, asked)
        except (AwsError, ValueError) as error:
            # An error must not stand above the answer to another question.
            self._suggestions.value = ""
            for control in (self._hint, self._answer):
                controls.show(control, False)
            if isinstance(error, MalformedPolicyDocument):  # only the pasted one can be; it may be folded away
                raise InvalidInput(f"{self._policy.description}: {in_words(error)}") from None
            raise
        self.asked.append((asked, decision))
        self._show(decision)
        self.code.draft(self._python)

    def _python(self) -> str:
        """The Python that asks all of it again."""
        return shows("PolicySimulator", self.lab, questions=[asking.as_list(asked) for asked, _ in self.asked])

    def _show(self, decision: Decision) -> None:
        """Show an answer, the verdict first: that is what somebody waits for."""
        self._suggestions.value = ""
        controls.show(self._hint, not decision.allowed)
        self.verdict.say(KINDS[decision.outcome], asking.reason(decision), Message(decision))
        self._chart.value = flow_chart(decision)._repr_html_()
        self._statements.value = statements_html(asking.statement_rows(decision.explain(everything=True)))
        controls.show(self._answer, True)
        controls.show(self._title, True)
        newest_first = reversed(self.asked)
        self._questions.fill([Row(question_cells(*one), [AGAIN]) for one in newest_first])

    def what_would_allow(self) -> None:
        """Show the smallest changes that would allow the last request."""
        found = suggest(self.asked[-1][1])
        title = "<b>Each of these would allow it:</b>" if found else ""
        self._suggestions.value = f"{title}{found._repr_html_()}"

    def _again(self, row: int, _: str) -> None:
        self._put(self.asked[-1 - row][0])
        self.ask()

    def _put(self, asked: Asked) -> None:
        """Put a question into the controls."""
        self._principal.value, self._action.value, self._resource.value = asked.principal, asked.action, asked.resource
        self._context = dict(asked.context)
        self._policy.value = "".join(asked.policies)
        self._partial.value = asked.partial
        self._fill_keys()

    def plain(self) -> QuestionsText:
        """The questions that were asked, and their answers."""
        return QuestionsText(self.asked)
