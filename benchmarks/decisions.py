"""Decisions a second, beside the peers: the same policies, the same requests, the same machine, in one run.

`Request` is built inside the clock; documents are parsed ahead wherever the evaluator allows it. Every evaluator's
answers are compared with ours: who leaves conditions out (moto) differs, and the number of differences is shown.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from peers import others
from peers.work import SMALL, Asked, medium, requests
from peers.yardstick import Yardstick

from iamlab import PolicyDocument, PolicySet, Request, evaluate

ROUNDS = 15


def best(*runs: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    """Seconds of processor time of each one's fastest round; they take turns, so that a busy machine is so for all.

    In its turn everyone runs twice, and the second time counts: the first one warms up what the others' turns have
    taken out of the processor's caches, which is much for a run of two milliseconds and nothing for one of a hundred.
    """
    times = [float("inf")] * len(runs)
    for _ in range(rounds):
        for number, run in enumerate(runs):
            run()
            start = time.process_time()
            run()
            times[number] = min(times[number], time.process_time() - start)
    return times


def ours(documents: list[dict[str, Any]]) -> others.Decide:
    policies = PolicySet(identity=[PolicyDocument.parse(document) for document in documents])
    return lambda asked: [evaluate(Request(*request), policies).allowed for request in asked]


def explained(documents: list[dict[str, Any]], *, everything: bool) -> others.Decide:
    policies = PolicySet(identity=[PolicyDocument.parse(document) for document in documents])

    def decide(asked: list[Asked]) -> list[bool]:
        answers = []
        for request in asked:
            decision = evaluate(Request(*request), policies)
            decision.explain(everything=everything)
            answers.append(decision.allowed)
        return answers

    return decide


def yardstick(documents: list[dict[str, Any]]) -> others.Decide:
    compiled = Yardstick(documents)
    return lambda asked: [compiled.allowed(Request(*request)) for request in asked]


def measure(name: str, documents: list[dict[str, Any]], asked: list[Asked]) -> None:
    print(f"\n{name}: {len(documents)} policies, {sum(len(d['Statement']) for d in documents)} statements")
    mine = ours(documents)
    expected = mine(asked)

    def own() -> float:
        return best(lambda: mine(asked))[0] / len(asked)

    def row(label: str, seconds: float, own: float, answers: list[bool]) -> None:
        differing = sum(a != b for a, b in zip(answers, expected, strict=True))
        note = f"   ({differing} of {len(asked)} answers differ)" if differing else ""
        print(f"  {label:38} {seconds * 1e6:10.2f} µs   {seconds / own:8.2f} × ours{note}")

    row("iamlab", base := own(), base, expected)
    makers: dict[str, tuple[Callable[[list[dict[str, Any]]], others.Decide], int, int]] = {
        "yardstick": (yardstick, 5 * ROUNDS, len(asked)),
        "iamlab, with explanation": (lambda d: explained(d, everything=False), 5, len(asked)),
        "iamlab, with every element explained": (lambda d: explained(d, everything=True), 5, 100),
        "cedarpy, parsed": (others.cedar, 3, len(asked)),
        "principalmapper": (others.pmapper, 5, len(asked)),
        "moto": (others.moto, 3, 20),
    }
    for label, (make, rounds, count) in makers.items():
        try:
            decide = make(documents)
            some = asked[:count]
            answers = decide(some)
            their, base = best(lambda: decide(some), lambda: mine(asked), rounds=rounds)  # noqa: B023
            row(label, their / count, base / len(asked), answers + expected[count:])
        except others.NotMeasured as why:
            print(f"  {label:38} not measured: {why}")
    try:
        answers, seconds = others.iam_simulate(documents, asked)
        row("iam-simulate (always explains)", seconds, own(), answers)
    except others.NotMeasured as why:
        print(f"  {'iam-simulate':38} not measured: {why}")


def first_decision(asked: list[Asked]) -> None:
    """Parsing 200 statements and deciding once, on top of reading the JSON."""
    texts = [json.dumps(document) for document in medium()]
    request = asked[0]

    def cold() -> None:
        evaluate(Request(*request), PolicySet(identity=[PolicyDocument.parse(text) for text in texts]))

    whole, reading = best(cold, lambda: [json.loads(text) for text in texts], rounds=10 * ROUNDS)
    print(
        f"\nfirst decision after parsing 200 statements: {(whole - reading) * 1e3:.2f} ms on top of json.loads", end=""
    )
    print(f" ({reading * 1e3:.2f} ms)")


if __name__ == "__main__":
    work = requests()
    measure("small", SMALL, work)
    measure("medium", medium(), work)
    first_decision(work)
