"""A few thousand of the random cases that `make fuzz` runs a million of."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from compare import disagreements

import iamlab

SEEDS = range(4)


@pytest.mark.parametrize("seed", SEEDS)
def test_product_and_oracle_agree(seed: int) -> None:
    found: Counter[str] = Counter()
    for number, call, actual, expected in disagreements(seed, 0, 1_000, found):
        pytest.fail(f"case {number} of seed {seed}: product {actual}, oracle {expected}\n{json.dumps(call)}")
    assert min(found.values()) > 30, "the cases have become one-sided"
    assert set(found) == {"allowed", "explicitDeny", "implicitDeny"}


def test_a_wrong_answer_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = {"EvaluationResults": [{"EvalDecision": "allowed"}]}
    monkeypatch.setattr(iamlab, "simulate_custom_policy", lambda **_: answer)
    assert next(disagreements(0, 0, 100, Counter()))[2] == "allowed"
