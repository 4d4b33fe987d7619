"""Mutation testing: change one thing at a time in a module, and see whether a test notices.

    python tools/mutate.py evaluation.chart policy.matching     # every mutant of two modules
    python tools/mutate.py --sample 60                          # sixty of each module in both rooms, always the same
    python tools/mutate.py policy.values --list                 # which mutants there are
    python tools/mutate.py policy.values --quick > printed.txt  # at first without the slow tests,
    python tools/mutate.py policy.values --these printed.txt    # then with them what was printed

No file is ever changed: a mutant is compiled in a process of its own, in place of the module it comes from. The process
is a fork of this one, which has pytest and the catalog loaded already and the rooms not yet, so a mutant that a test
kills early costs about half a second. What lives on is printed as `module.function: before → after`. tests/MUTATION.md
lists such lines with the reason why they may live (- `module.function: before → after`: reason); they are printed as
`known`, the others as `ALIVE`, and listed lines that no longer hold as `gone`.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import multiprocessing
import os
import random
import re
import resource
import sys
import time
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import ModuleType

from mutations import ROOMS, ROOT, Mutant, modules, mutants, source, tree_of

MEMORY = 4 << 30  # bytes a mutant may take: some never stop to collect

CONFORMANCE = ["tests/conformance/test_conformance.py::test_product"]
DECISIONS = [
    *(f"tests/evaluation/test_{name}.py" for name in ("chart", "principals", "policies", "explanation")),
    *CONFORMANCE,
    *(f"tests/policy/test_{name}.py" for name in ("conditions", "values", "variables", "matching")),
    *(f"tests/evaluation/test_{name}.py" for name in ("remarks", "decision", "simulate", "partial")),
]
HOSTILE = ["tests/fuzz/test_hostile.py"]
FUZZ = ["tests/fuzz/test_fuzz.py"]
WRONG = ["tests/test_wrong_calls.py"]
VALIDATION = [
    "tests/policy/test_finding_record.py",
    "tests/policy/checks",
    "tests/policy/test_checks.py",
    "tests/policy/test_legality.py",
    "tests/policy/test_names_in_use.py",
    "tests/policy/test_validate.py",
]
REACH = ["tests/policy/test_actions.py", "tests/policy/test_reach.py"]
ANSWERS = ["tests/evaluation/test_suggest.py", "tests/evaluation/test_difference.py"]
EFFECTIVE = ["tests/evaluation/test_effective.py"]

TESTS: dict[str, list[str]] = {
    "policy": [*DECISIONS, *FUZZ],
    "policy.actions": REACH + VALIDATION,
    "policy.oddities": ["tests/policy/test_oddities.py", *VALIDATION[:1]],
    "policy.block": ["tests/policy/test_blocks.py"],
    "policy.blocks": ["tests/policy/test_blocks.py"],
    "policy.checks": VALIDATION,
    "policy.document": [*DECISIONS, "tests/policy/test_legality.py"],
    "policy.doubts": ["tests/evaluation/test_remarks.py"],
    "policy.findings": VALIDATION,
    "policy.grammar": ["tests/policy/test_document.py", *CONFORMANCE, *VALIDATION, *HOSTILE],
    "policy.legality": VALIDATION,
    "policy.patterns": [*DECISIONS, *REACH, *VALIDATION, *HOSTILE],
    "policy.places": ["tests/policy/test_document.py", *CONFORMANCE, *VALIDATION[:1], *HOSTILE],
    "policy.reach": REACH + VALIDATION,
    "policy.repairs": VALIDATION,
    "policy.spelling": VALIDATION,
    "policy.summary": VALIDATION,
    "policy.validate": VALIDATION,
    "evaluation": DECISIONS,
    "evaluation.asking": ANSWERS,
    "evaluation.boxes": [*DECISIONS, *FUZZ],
    "evaluation.candidates": ANSWERS,
    "evaluation.changes": ANSWERS,
    "evaluation.chart": [*DECISIONS, *FUZZ],
    "evaluation.difference": ANSWERS,
    "evaluation.effective": EFFECTIVE,
    "evaluation.evaluator": [*WRONG, *DECISIONS],
    "evaluation.effects": EFFECTIVE,
    "evaluation.resource_policies": EFFECTIVE,
    "evaluation.parameters": [*CONFORMANCE, *DECISIONS, *HOSTILE],
    "evaluation.speakers": EFFECTIVE,
    "evaluation.partial": [*DECISIONS, *ANSWERS],
    "evaluation.path": ["tests/evaluation/test_path.py"],
    "evaluation.policies": [*DECISIONS, *FUZZ],
    "evaluation.principals": [*DECISIONS, *FUZZ],
    "evaluation.remarks": ["tests/evaluation/test_remarks.py"],
    "evaluation.request": [*WRONG, *DECISIONS, *HOSTILE],
    "evaluation.resources": ANSWERS,
    "evaluation.suggest": [*ANSWERS, *WRONG],
    "evaluation.unknowns": [*DECISIONS, *ANSWERS],
}
"""Which tests a module has to pass beside its doctests and `test_MODULE.py`: the longest name that fits counts."""


SLOW = [
    *FUZZ,
    *HOSTILE,
    "tests/policy/test_blocks.py::test_any_policy_there_and_back",
    "tests/policy/test_blocks.py::test_every_managed_policy_there_and_back",
    "tests/policy/test_legality.py::test_every_managed_policy_is_stored",
    "tests/policy/test_validate.py::test_counts_over_the_managed_policies",
    "tests/policy/test_validate.py::test_hostile_documents_are_answered",
    "tests/policy/test_validate.py::test_judged_findings_are_still_found_or_gone_for_good",
    "tests/policy/test_validate.py::test_no_managed_policy_has_an_error",
    "tests/policy/test_validate.py::test_the_same_under_any_hash_seed",
    "tests/policy/test_validate.py::test_whatever_is_typed_is_answered",
]
"""Tests of several seconds, which `--quick` leaves out: what they alone kill, is then printed as alive."""


class _Loader(importlib.abc.Loader, importlib.abc.MetaPathFinder):
    """Gives a changed tree where its module is imported."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        self.name, self.path = f"iamlab.{module}", source(module)
        self.code = compile(ast.fix_missing_locations(tree), str(self.path), "exec", dont_inherit=True)

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        spec = importlib.util.spec_from_loader(name, self, origin=str(self.path))
        assert spec is not None
        spec.has_location = True
        return spec

    def exec_module(self, module: ModuleType) -> None:
        exec(self.code, module.__dict__)


def _tests(module: str) -> list[str]:
    """The runs of pytest that a module has to survive, the likeliest to fail first."""
    key = module
    while key not in TESTS:
        key = key.rpartition(".")[0]
    room, _, name = module.rpartition(".")
    own = f"tests/{room.replace('.', '/')}/test_{name}.py"
    runs = [str(source(module).relative_to(ROOT)), own, *TESTS[key]]
    return [run for run in dict.fromkeys(runs) if (ROOT / run.partition("::")[0]).exists()]


def _survives(module: str, mutant: Mutant | None, quick: bool, verbose: bool) -> None:
    """Import the mutant and run the tests; the exit code says whether one failed."""
    import pytest

    if not verbose:
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if mutant:
        tree = tree_of(module)
        mutant.mutation(list(ast.walk(tree))[mutant.node])
        sys.meta_path.insert(0, _Loader(module, tree))
    try:  # before pytest does it, which takes what it is asked to run from the file
        importlib.import_module(f"iamlab.{module}")
    except Exception:
        os._exit(1)
    options = ["-x", "-q", "-p", "no:cacheprovider", "--tb=short" if verbose else "--tb=no", "--no-header"]
    options += ["--override-ini=python_functions=test_*"]  # in our own modules there may be a `tested`
    options += [f"--deselect={test}" for test in SLOW if quick]
    for run in _tests(module):
        code = pytest.main([*options, run])
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            if verbose:
                print(f"{run}: {code!r}")
            os._exit(1)
    os._exit(0)


def _start(module: str, mutant: Mutant | None, *, quick: bool, verbose: bool = False) -> ForkProcess:
    process = multiprocessing.get_context("fork").Process(target=_survives, args=(module, mutant, quick, verbose))
    process.start()
    return process


def _load() -> None:
    """Import what the tests need, but no room: every mutant's process inherits it."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ["IAMLAB_NO_SKIPS"] = "1"  # hypothesis then tries the same examples every time
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = os.devnull
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT)]
    import botocore.session
    import botocore.validate
    import hypothesis
    import pytest

    from iamlab.catalog import index, keys, managed, services

    loaded = (botocore.session, botocore.validate, hypothesis.strategies, pytest)
    assert loaded
    index.action_names(), keys.global_keys(), managed.managed_policy_names(), services.rcp_services()
    assert not any(name.startswith(tuple(f"iamlab.{room}" for room in ROOMS)) for name in sys.modules)


def run(module: str, chosen: list[Mutant], jobs: int, *, quick: bool = False) -> list[Mutant]:
    """The mutants that live.

    Raises:
        SystemExit: a test fails without any mutation.
    """
    begun = time.monotonic()
    whole = _start(module, None, quick=quick)
    whole.join()
    if whole.exitcode:
        _start(module, None, quick=quick, verbose=True).join()
        sys.exit(f"{module}: its tests fail without any mutation")
    limit = 20 + 4 * (time.monotonic() - begun)
    waiting = list(reversed(chosen))
    running: dict[int, tuple[ForkProcess, Mutant, float]] = {}
    alive: list[Mutant] = []
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            process = _start(module, mutant, quick=quick)
            running[process.sentinel] = (process, mutant, time.monotonic())
        ready = wait(list(running), timeout=1)
        for sentinel, (process, mutant, started) in list(running.items()):
            if sentinel in ready:
                process.join()
                if process.exitcode == 0:
                    alive.append(mutant)
            elif time.monotonic() - started > limit:
                process.kill()
                process.join()
            else:
                continue
            del running[sentinel]
    return alive


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", help="such as policy.values; both rooms by default")
    parser.add_argument("--sample", type=int, help="at most so many mutants of each module")
    parser.add_argument("--seed", default="0", help="which ones")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="only list them")
    parser.add_argument("--only", default="", help="only mutants whose line holds this text")
    parser.add_argument("--quick", action="store_true", help="leave out the tests that take seconds")
    parser.add_argument("--these", type=Path, help="only mutants in this file, such as what was printed earlier")
    options = parser.parse_args()
    known = set(re.findall(r"^- `(.+?)`:", (ROOT / "tests/MUTATION.md").read_text("utf-8"), re.MULTILINE))
    these = options.these and options.these.read_text("utf-8").splitlines()
    _load()
    tried = killed = new = 0
    for module in options.modules or modules():
        chosen = [mutant for mutant in mutants(module) if options.only in str(mutant)]
        if these is not None:
            chosen = [mutant for mutant in chosen if any(line.endswith(str(mutant)) for line in these)]
        if options.sample is not None and options.sample < len(chosen):
            picked = random.Random(f"{options.seed}/{module}").sample(range(len(chosen)), options.sample)
            chosen = [chosen[i] for i in sorted(picked)]
        if options.list:
            print(*chosen, sep="\n")
            continue
        if not chosen:
            continue
        begun = time.monotonic()
        alive = sorted(run(module, chosen, options.jobs, quick=options.quick), key=lambda mutant: mutant.line)
        for mutant in alive:
            sign = "known" if str(mutant) in known else "ALIVE"
            new += sign == "ALIVE"
            print(f"{sign} {mutant.line:4} {mutant}")
        if these is None and options.sample is None and not options.only:
            listed = {line for line in known if re.match(rf"{re.escape(module)}[.:]", line)}
            for line in sorted(listed - {str(mutant) for mutant in alive}):
                print(f"gone       {line}")
        dead, seconds = len(chosen) - len(alive), time.monotonic() - begun
        print(f"{module}: {len(chosen)} mutants, {dead} killed, {dead / len(chosen):.1%}, {seconds:.0f} s", flush=True)
        tried, killed = tried + len(chosen), killed + dead
    if tried:
        print(f"together: {tried} mutants, {killed} killed, {killed / tried:.1%}; {new} live without a known reason")
    return bool(new)


if __name__ == "__main__":
    sys.exit(main())
