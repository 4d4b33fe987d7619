"""What a learner sees and touches: widgets that work like the AWS Console, and pictures.

Each takes the account as its first argument and shows itself when a cell ends with it:

- `PolicyEditor(lab)`: Create policy, in the visual editor and as JSON
- `PolicyList(lab)`, `PolicyPage(lab, name)`: the policies of an account, and one of them
- `PolicySimulator(lab)`: ask who may do what, and see why
- `EffectivePermissions(lab, "alice")`: what principals may do, side by side, before and after
- `Quiz("06")`, `Predict(…)`: a lesson's questions, and an answer that waits for a guess
- `flow_chart(decision)`, `anatomy(document)`: pictures

What they are built on:

- `base`: Panel and Verdict: the pattern; errors in words, a plain answer
- `controls`: labelled controls
- `rich`: tables with buttons and tick boxes in groups, each with a plain stand-in
- `code`: Copy as code
- `labels`: the Console's words, from one data file with its date
- `look`: the stylesheet for all of them
- `fields`, `given`: what was typed, and what a widget is given: taken, or refused in words
- `policies`, `html`: what several of them say about policies
- `attach`: the form that attaches a policy
- `asking`, `offers`, `answers`: what the simulator asks, what it offers meanwhile, and how its answers look
- `permission_choices`, `permission_rows`, `permission_words`: what is chosen above the table of effective permissions,
  the table, and why a row says what it says
- `quiz_text`: what a quiz shows, on paper and in HTML
- `choices`: one of a few, several, or all in order

Names are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamlab.lazy import lazy_names

if TYPE_CHECKING:
    from iamlab.widgets.chart import flow_chart
    from iamlab.widgets.editor.panel import PolicyEditor
    from iamlab.widgets.effective import EffectivePermissions
    from iamlab.widgets.policy_list import PolicyList
    from iamlab.widgets.policy_page import PolicyPage
    from iamlab.widgets.predict import Predict
    from iamlab.widgets.quiz import Quiz
    from iamlab.widgets.simulator import PolicySimulator
    from iamlab.widgets.statement_picture import anatomy

_HOME = {
    "EffectivePermissions": "iamlab.widgets.effective",
    "PolicyEditor": "iamlab.widgets.editor.panel",
    "PolicyList": "iamlab.widgets.policy_list",
    "PolicyPage": "iamlab.widgets.policy_page",
    "PolicySimulator": "iamlab.widgets.simulator",
    "Predict": "iamlab.widgets.predict",
    "Quiz": "iamlab.widgets.quiz",
    "anatomy": "iamlab.widgets.statement_picture",
    "flow_chart": "iamlab.widgets.chart",
}

__all__ = [
    "EffectivePermissions",
    "PolicyEditor",
    "PolicyList",
    "PolicyPage",
    "PolicySimulator",
    "Predict",
    "Quiz",
    "anatomy",
    "flow_chart",
]

__getattr__, __dir__ = lazy_names(__name__, _HOME)
