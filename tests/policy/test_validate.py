"""validate(): any input gives findings, in the order of the text, the same on every run."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from check_cases import ALLOW, CASES, document
from hypothesis import given, settings
from hypothesis import strategies as st

from iamlab.catalog import managed
from iamlab.errors import InvalidInput
from iamlab.policy import PolicyDocument
from iamlab.policy.findings import Findings
from iamlab.policy.legality import refuse
from iamlab.policy.places import locate
from iamlab.policy.validate import validate

HERE = Path(__file__).parent
BROKEN = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObjekt", "s3:ListBucket"], "Resource": "*"},
    {"Sid": "Read", "Effect": "allow", "Action": "sqs:*", "Resource": "jobs"}
  ]
}"""


def test_in_the_order_of_the_text():
    findings = validate(BROKEN)
    assert findings.codes == ["INVALID_ACTION", "UNIQUE_SIDS_REQUIRED", "INVALID_EFFECT", "INVALID_ARN_PREFIX"]
    assert [(finding.line, finding.column) for finding in findings] == [(4, 51), (5, 13), (5, 31), (5, 71)]
    assert findings[0].end == (4, 65)
    assert findings[0].page.endswith("#access-analyzer-reference-policy-checks-error-invalid-action")


def test_all_repairs_together_make_it_whole():
    text = BROKEN
    while repairs := [finding.repair for finding in validate(text) if finding.repair]:
        text = json.dumps(repairs[0].value(text))
    assert validate(text).codes == ["INVALID_ARN_PREFIX"]  # which resource was meant nobody can guess


def test_a_text_that_is_no_json():
    findings = validate('{"Version": "2012-10-17",\n "Statement": [}')
    assert findings.codes == ["JSON_SYNTAX_ERROR"]
    assert (findings[0].line, findings[0].column, findings[0].path) == (2, 16, "$.Statement[0]")
    assert findings[0].end == (2, 17)
    assert findings[0].repair is None


@pytest.mark.parametrize(
    "text", ["", "null", "5", "[]", '"text"', "{}", '{"Statement": 5}', '{"Statement": [5, null]}']
)
def test_texts_that_are_no_policies(text):
    assert validate(text).errors


def test_mapping_and_document_and_text_agree():
    source = document({**ALLOW, "Action": "s3:GetObjekt"})
    from_mapping, from_text = validate(source), validate(json.dumps(source))
    assert from_mapping.codes == from_text.codes == validate(PolicyDocument.parse(source)).codes
    assert (from_mapping[0].line, from_mapping[0].end) == (None, None)
    assert from_mapping[0].place == "$.Statement.Action"


def test_what_cannot_be_written_as_json():
    (finding,) = validate({"Statement": {1, 2}})
    assert finding.code == "JSON_SYNTAX_ERROR"
    assert (finding.line, finding.column, finding.end) == (None, None, None)


def test_unknown_policy_type():
    with pytest.raises(InvalidInput) as caught:
        validate(document(ALLOW), "bucket")
    assert caught.value.message == (
        "'bucket' is not a policy type: it must be one of identity, resource, trust, scp, rcp, "
        "IDENTITY_POLICY, RESOURCE_POLICY, SERVICE_CONTROL_POLICY, RESOURCE_CONTROL_POLICY."
    )


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("IDENTITY_POLICY", "identity"),
        ("RESOURCE_POLICY", "resource"),
        ("SERVICE_CONTROL_POLICY", "scp"),
        ("RESOURCE_CONTROL_POLICY", "rcp"),
    ],
)
def test_policy_types_by_awss_names(theirs, ours):
    faulty = document({**ALLOW, "Sid": "no blanks", "Principal": {"AWS": "x"}})
    assert validate(faulty, theirs) == validate(faulty, ours)
    assert validate(faulty, theirs) != validate(faulty, "trust")


def test_findings_show_themselves():
    findings = validate(BROKEN)
    assert findings.counts() == {"ERROR": 4, "SECURITY_WARNING": 0, "WARNING": 0, "SUGGESTION": 0}
    assert repr(findings).splitlines()[0] == "4 errors"
    assert "4:51" in repr(findings)
    assert "<td" in findings._repr_html_()
    assert repr(validate(document(ALLOW))) == "No findings."
    assert findings == validate(BROKEN)
    assert isinstance(findings[:2], Findings)


def test_markup_is_escaped():
    html = validate(document({**ALLOW, "Action": "s3:<script>"}))._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_same_under_any_hash_seed():
    program = (
        "import json, sys; from iamlab.policy.validate import validate; "
        "print([repr(validate(document, kind)) for kind, document in json.load(sys.stdin)])"
    )
    cases = json.dumps([(kind, bad if "Statement" in bad else document(bad)) for _, kind, bad, *_ in CASES])
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            input=cases,
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["*", "s3:*", "Allow", "${", "arn:"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
ELEMENTS = ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
CONDITIONS = st.dictionaries(
    st.sampled_from(["Bool", "ForAllValues:StringLike", "NullIfExists", "Nonsense", "IpAddress", "DateEquals"]),
    st.dictionaries(
        st.sampled_from(["aws:SourceIp", "aws:TagKeys", "nokey", "s3:prefix", "s3:", ":"]), JSON, max_size=2
    )
    | JSON,
    max_size=2,
)
STATEMENTS = st.dictionaries(st.sampled_from(ELEMENTS), JSON, max_size=6) | st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]), "Action": JSON, "Condition": CONDITIONS}
)


@settings(max_examples=300, deadline=None)
@given(
    statements=STATEMENTS | st.lists(STATEMENTS, max_size=3),
    policy_type=st.sampled_from(["identity", "resource", "trust", "scp", "rcp"]),
)
def test_whatever_is_typed_is_answered(statements, policy_type):
    """No input makes validation fail, every place exists, and every repair that is offered helps."""
    source = {"Version": "2012-10-17", "Statement": statements}
    text = json.dumps(source)
    places = locate(text)
    for finding in validate(text, policy_type):
        assert finding.path in places.values
        if finding.repair:
            after = validate(finding.repair.value(text), policy_type)
            assert after.codes.count(finding.code) < validate(text, policy_type).codes.count(finding.code)


@pytest.mark.parametrize(
    "elements",
    [
        {"Action": ["s3:" + "*a" * 5000, "s3:" + "?a*" * 5000 + "b"]},
        {"Resource": ["arn:aws:s3:::" + "?a*" * 9000, "arn:aws:s3:::" + "*?b" * 9000]},
        {"Resource": "${" * 20000},
        {"Condition": {"StringEquals" * 9: {f"aws:{number}": "x" for number in range(2000)}}},
        {"Principal": {"AWS": ["arn:aws:iam::" + "*" * 9000] * 9}},
    ],
)
def test_hostile_documents_are_answered(elements):
    assert len(validate(document({**ALLOW, **elements}))) > 0


GOOD = [json.loads(line) for line in (HERE / "guide_policies.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("good", [pytest.param(good, id=good["name"]) for good in GOOD])
def test_policies_like_those_in_awss_guides_have_no_finding(good):
    """None but what Access Analyzer itself says of such a policy."""
    assert validate(good["policy"], good["type"]).codes == good.get("findings", [])
    refuse(good["policy"], good["type"])


@pytest.fixture(scope="module")
def managed_findings():
    """The findings of every AWS managed policy."""
    return {name: validate(managed.managed_policy_text(name)) for name in managed.managed_policy_names()}


def test_no_managed_policy_has_an_error(managed_findings):
    assert {name: findings.errors for name, findings in managed_findings.items() if findings.errors} == {}


def test_counts_over_the_managed_policies(managed_findings):
    """When the catalog or a check changes, the counts change with it: look at what is new, then write them anew."""
    counted = Counter(code for findings in managed_findings.values() for code in findings.codes)
    assert dict(sorted(counted.items())) == json.loads((HERE / "managed_findings.json").read_text())


def test_judged_findings_are_still_found_or_gone_for_good(managed_findings):
    """Of the findings that were judged one by one, the true ones are found, the false ones are not."""
    judged = [json.loads(line) for line in (HERE / "judged_findings.jsonl").read_text().splitlines()]
    assert len(judged) >= 50
    for one in judged:
        places = [finding.path for finding in managed_findings[one["policy"]] if finding.code == one["code"]]
        assert (one["place"] in places) == (one["verdict"] == "true"), one
