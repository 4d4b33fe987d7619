"""A Decision: a verdict that can explain itself.

What it says beyond the verdict (the statements that matched, the explanation, what the documentation leaves open) is
worked out when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamlab.evaluation.policies import Rule
from iamlab.evaluation.verdict import Verdict

if TYPE_CHECKING:
    from iamlab.evaluation.explanation import Explanation


class Decision(Verdict):
    """What AWS would decide, and why; treat it as immutable. `Verdict` has its attributes."""

    __slots__ = ()

    @property
    def statements(self) -> list[Rule]:
        """The statements that led to it: every Deny that matched, or else every Allow that granted."""
        return self.explain().deciding

    @property
    def problems(self) -> list[str]:
        """What could not be evaluated: unknown operators, values of the wrong type."""
        return self.explain().problems

    @property
    def undocumented(self) -> list[str]:
        """Where AWS's documentation is silent on this decision or contradicts itself; mostly empty."""
        return self.explain().undocumented

    def explain(self, *, everything: bool = False) -> Explanation:
        """Every layer, every policy, every statement: matched or not, and why.

        Args:
            everything: look into every element of every statement; by default statements about other actions are only
                named.
        """
        from iamlab.evaluation.explanation import explain  # most decisions are never explained

        return explain(self, everything=everything)
