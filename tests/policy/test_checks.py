"""Every check finds its fault, keeps quiet without it, says where it is, and repairs it when it offers to."""

import json
from pathlib import Path

import pytest
from check_cases import CASES, document

from iamlab.policy.checks import CHECKS
from iamlab.policy.checks.codes import LEFT_OUT, TYPE_OF
from iamlab.policy.repairs import steps
from iamlab.policy.validate import validate

CODES = json.loads((Path(__file__).parent / "issue_codes.json").read_text())
CHECKED = {check.code for check in CHECKS} | {"JSON_SYNTAX_ERROR"}
NAMED = [pytest.param(*case, id=f"{case[0]}-{number}") for number, case in enumerate(CASES)]


def whole(case):
    """A document from a statement."""
    return case if "Statement" in case or "Version" in case else document(case)


def found(source, code, policy_type):
    return [finding for finding in validate(source, policy_type) if finding.code == code]


@pytest.mark.parametrize(("code", "policy_type", "bad", "good", "repair"), NAMED)
def test_found_where_it_is_and_only_there(code, policy_type, bad, good, repair):
    findings = found(whole(bad), code, policy_type)
    assert findings
    assert all(finding.type == TYPE_OF[code] and finding.message for finding in findings)
    assert found(whole(good), code, policy_type) == []


@pytest.mark.parametrize(("code", "policy_type", "bad", "good", "repair"), NAMED)
def test_place_in_the_text(code, policy_type, bad, good, repair):
    text = json.dumps(whole(bad), indent=4)
    for finding in found(text, code, policy_type):
        value = json.loads(text)
        for step in steps(finding.path):
            value = value[step]
        lines = text.split("\n")
        rest = "\n".join([lines[finding.line - 1][finding.column - 1 :], *lines[finding.line :]])
        until = "\n".join([*lines[: finding.end[0] - 1], lines[finding.end[0] - 1][: finding.end[1] - 1]])
        shown = until[-(len(until) - (len(text) - len(rest))) :]
        name = steps(finding.path)[-1] if finding.path != "$" else ""
        assert json.loads(shown) in (value, name)


@pytest.mark.parametrize(("code", "policy_type", "bad", "good", "repair"), NAMED)
def test_a_repair_is_offered_where_one_is_known_and_helps(code, policy_type, bad, good, repair):
    findings = found(whole(bad), code, policy_type)
    assert (findings[0].repair and findings[0].repair.label) == repair
    for finding in findings:
        if finding.repair:
            repaired = finding.repair.value(whole(bad))
            assert len(found(repaired, code, policy_type)) < len(findings)
            before = len(validate(whole(bad), policy_type).errors)
            assert len(validate(repaired, policy_type).errors) <= before


def test_every_code_is_checked_or_left_out_with_a_reason():
    listed = {fact["issue_code"]: fact for fact in CODES}
    assert set(TYPE_OF) == set(listed)
    assert all(TYPE_OF[code] == fact["finding_type"] for code, fact in listed.items())
    assert CHECKED | set(LEFT_OUT) == set(listed)
    assert not CHECKED & set(LEFT_OUT)
    assert all(len(reason) > 20 for reason in LEFT_OUT.values())


def test_all_that_must_be_taught_is_checked():
    must = {fact["issue_code"] for fact in CODES if fact["teach"] == "A"}
    assert must <= CHECKED


def test_few_of_the_easy_ones_are_left_out():
    easy = {fact["issue_code"] for fact in CODES if fact["difficulty"] <= 2}
    assert easy - CHECKED == {
        "DEPRECATED_GLOBAL_CONDITION_KEY",
        "SCP_SYNTAX_ERROR_ACTION_WILDCARD",
    }


def test_every_check_has_a_case():
    assert {code for code, *_ in CASES} == CHECKED - {"JSON_SYNTAX_ERROR"}
