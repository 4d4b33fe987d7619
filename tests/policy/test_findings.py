"""Findings: what they say of themselves, how they compare, when their repair is tried."""

import pytest

from iamlab.policy.findings import Finding, Findings
from iamlab.policy.repairs import remove

SID = ("EMPTY_SID_VALUE", "SUGGESTION", "The Sid is empty; leave it out.", "$.Statement.Sid")
ACTION = ("INVALID_ACTION", "ERROR", "s3 has no action GetObjekt.", "$.Statement.Action")


def test_place_in_a_text_and_without():
    assert Finding(*SID).place == "$.Statement.Sid"
    assert Finding(*SID, 3, 14, (3, 16)).place == "3:14"
    assert repr(Finding(*SID, 3, 14)) == "3:14 SUGGESTION EMPTY_SID_VALUE: The Sid is empty; leave it out."


def test_equal_findings_say_the_same_of_the_same_place():
    assert Finding(*SID, 3, 14) == Finding(*SID, 3, 14)
    assert hash(Finding(*SID, 3, 14)) == hash(Finding(*SID, 3, 14))
    assert len({Finding(*SID), Finding(*SID), Finding(*ACTION)}) == 2
    assert Finding(*SID, 3, 14) != Finding(*SID, 3, 15)
    assert Finding(*SID) != Finding(*ACTION)
    assert Finding(*SID, 3, 14) != Finding(*SID[:3], "$.Statement[0].Sid", 3, 14)
    assert Finding(*SID) != repr(Finding(*SID))


def test_a_repair_is_tried_once_when_it_is_asked_for():
    tried = []

    def offer():
        tried.append(1)

    finding = Finding(*SID, offer=offer)
    assert tried == []
    assert finding.repair is None
    assert finding.repair is None
    assert tried == [1]


def test_a_repair_that_helps_is_shown():
    label = "Remove the Sid"
    finding = Finding(*SID, 3, 14, (3, 16), lambda: remove(label, "$.Statement.Sid"))
    assert finding.repair.label == label
    assert repr(Findings([finding, Finding(*ACTION, 4, 1)])).splitlines() == [
        "1 error, 1 suggestion",
        "place  type        finding                          repair",
        "-----  ----------  -------------------------------  --------------",
        "3:14   Suggestion  The Sid is empty; leave it out.  Remove the Sid",
        "4:1    Error       s3 has no action GetObjekt.",
    ]


@pytest.mark.parametrize(
    ("kind", "label", "said"),
    [
        ("ERROR", "Error", "2 errors"),
        ("SECURITY_WARNING", "Security", "2 security warnings"),
        ("WARNING", "Warning", "2 warnings"),
        ("SUGGESTION", "Suggestion", "2 suggestions"),
    ],
)
def test_types_in_the_words_of_the_console(kind, label, said):
    findings = Findings([Finding("CODE", kind, "words", "$"), Finding("CODE", kind, "words", "$.Statement")])
    lines = repr(findings).splitlines()
    assert lines[0] == said
    assert lines[3].split()[:2] == ["$", label]
    assert findings.counts()[kind] == 2
    assert sum(findings.counts().values()) == 2


def test_a_sequence_of_findings():
    first, second = Finding(*SID), Finding(*ACTION)
    findings = Findings([first, second])
    assert (len(findings), list(findings), findings[1], findings[-1]) == (2, [first, second], second, second)
    assert findings[:1] == Findings([first])
    assert findings.codes == ["EMPTY_SID_VALUE", "INVALID_ACTION"]
    assert findings.errors == findings.of_type("ERROR") == Findings([second])
    assert findings.of_type("WARNING") == Findings([])
    assert findings != [first, second]
    assert findings != Findings([second, first])
    assert hash(findings) == hash(Findings([first, second]))
    assert len({findings, Findings([first, second])}) == 1


def test_nothing_found():
    assert repr(Findings([])) == "No findings."
    assert Findings([])._repr_html_() == "<p>No findings.</p>"
    assert "<table" in Findings([Finding(*SID)])._repr_html_()
