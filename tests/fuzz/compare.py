"""Compare the product with the naive oracle on random cases: `make fuzz`, or

    PYTHONPATH=tests python tests/fuzz/compare.py --cases 1000000

Case number n of seed s is always the same case; a disagreement is printed with its number and its call, ready to run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from random import Random
from typing import Any

from naive import decide
from random_cases import random_call

import iamlab

CHUNK = 2_000
Finding = tuple[int, dict[str, Any], str, str]


def product(call: dict[str, Any]) -> str:
    """What the product decides, or the exception it ends with."""
    try:
        (result,) = iamlab.simulate_custom_policy(**call)["EvaluationResults"]
    except Exception as problem:  # whatever comes is a finding
        return f"{type(problem).__name__}: {problem}"
    return str(result["EvalDecision"])


def disagreements(
    seed: int, first: int, cases: int, found: Counter[str]
) -> Iterator[tuple[int, dict[str, Any], str, str]]:
    """Cases on which they differ: (number, call, product, oracle); `found` counts the oracle's answers."""
    for number in range(first, first + cases):
        call = random_call(Random(f"{seed}/{number}"))
        expected = decide(call, call["ActionNames"][0], call.get("ResourceArns", ["*"])[0])
        found[expected] += 1
        actual = product(call)
        if actual != expected:
            yield number, call, actual, expected


def chunk(seed: int, first: int, cases: int) -> tuple[Counter[str], list[Finding]]:
    found: Counter[str] = Counter()
    return found, list(disagreements(seed, first, cases, found))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--show", type=int, default=5, help="how many disagreements to print")
    options = parser.parse_args()
    end = options.first + options.cases
    starts = range(options.first, end, CHUNK)
    found: Counter[str] = Counter()
    wrong: list[Finding] = []
    with ProcessPoolExecutor(options.processes) as pool:
        jobs = [pool.submit(chunk, options.seed, start, min(CHUNK, end - start)) for start in starts]
        for job in jobs:
            counted, differing = job.result()
            found += counted
            wrong += differing
    for number, call, actual, expected in wrong[: options.show]:
        title = f"case {number} of seed {options.seed}: product {actual}, oracle {expected}"
        sys.stdout.write(f"{title}\n{json.dumps(call)}\n\n")
    sys.stdout.write(f"{found.total():,} cases {dict(found)}, {len(wrong):,} disagreements\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
