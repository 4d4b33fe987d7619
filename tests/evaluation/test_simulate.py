"""SimulateCustomPolicy: the API's shapes, whole, as botocore's model has them."""

import botocore.session
import pytest
from botocore.validate import ParamValidator

from iamlab import simulate_custom_policy
from iamlab.errors import InvalidInput, ValidationError

POLICY = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*"},
    {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/secret"}
  ]
}"""
ASKED = {"PolicyInputList": [POLICY], "ActionNames": ["s3:GetObject"]}
REPORT, SECRET = "arn:aws:s3:::reports/q3", "arn:aws:s3:::reports/secret"


@pytest.fixture(scope="module")
def operation():
    return botocore.session.get_session().get_service_model("iam").operation_model("SimulateCustomPolicy")


def test_each_resource_is_answered_by_itself(operation):
    answer = simulate_custom_policy(**ASKED, ResourceArns=[REPORT, SECRET])
    (result,) = answer["EvaluationResults"]
    assert result["EvalDecision"] == "explicitDeny"
    decisions = {part["EvalResourceName"]: part["EvalResourceDecision"] for part in result["ResourceSpecificResults"]}
    assert decisions == {REPORT: "allowed", SECRET: "explicitDeny"}
    report = ParamValidator().validate(answer, operation.output_shape)
    assert not report.has_errors(), report.generate_report()


def test_without_resources_the_star_is_asked():
    (result,) = simulate_custom_policy(**ASKED)["EvaluationResults"]
    assert (result["EvalResourceName"], result["EvalDecision"]) == ("*", "implicitDeny")
    assert "ResourceSpecificResults" not in result


def test_matched_statements_know_their_place():
    (result,) = simulate_custom_policy(**ASKED, ResourceArns=[SECRET])["EvaluationResults"]
    (matched,) = result["MatchedStatements"]
    assert matched["SourcePolicyId"] == "PolicyInputList.1"
    assert matched["StartPosition"] == {"Line": 5, "Column": 5}
    assert matched["EndPosition"]["Line"] == 5


def test_missing_keys_are_those_of_the_asked_action():
    policy = """{"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}/*",
       "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
      {"Effect": "Allow", "Action": "sqs:*", "Resource": "*",
       "Condition": {"StringEquals": {"aws:RequestedRegion": "x"}}}]}"""
    (result,) = simulate_custom_policy(
        PolicyInputList=[policy], ActionNames=["s3:GetObject"], ResourceArns=["arn:aws:s3:::home/alice/a"]
    )["EvaluationResults"]
    assert set(result["MissingContextValues"]) == {"aws:MultiFactorAuthPresent", "aws:username"}


def test_pages_follow_each_other():
    actions = [f"s3:Get{number}" for number in range(5)]
    asked = {**ASKED, "ActionNames": actions, "MaxItems": 2}
    seen, marker = [], None
    for _ in range(3):
        answer = simulate_custom_policy(**asked, **({"Marker": marker} if marker else {}))
        seen += [result["EvalActionName"] for result in answer["EvaluationResults"]]
        marker = answer.get("Marker")
    assert (seen, answer["IsTruncated"], marker) == (actions, False, None)


def test_details_of_boundary_and_organization():
    nothing = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}}'
    (result,) = simulate_custom_policy(
        **ASKED,
        ResourceArns=[REPORT],
        PermissionsBoundaryPolicyInputList=[nothing],
        OrderedOrganizationPolicyInputList=[{"ServiceControlPolicyInputList": [nothing]}],
    )["EvaluationResults"]
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    assert result["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": False}


def test_across_accounts_both_sides_are_told():
    (result,) = simulate_custom_policy(
        **ASKED, ResourceArns=[REPORT], ResourceOwner="444455556666", CallerArn="arn:aws:iam::111122223333:user/alice"
    )["EvaluationResults"]
    assert result["EvalDecision"] == "implicitDeny"
    assert result["EvalDecisionDetails"] == {"IAM Policy": "allowed", "Resource Policy": "implicitDeny"}


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"PolicyInputList": ["{"]}, InvalidInput),
        ({"PolicyInputList": [3]}, ValidationError),
        ({"PolicyInputList": POLICY}, ValidationError),
        ({"ActionNames": ["s3:*"]}, InvalidInput),
        ({"ActionNames": ["s"]}, ValidationError),
        ({"ResourceArns": ["reports"]}, InvalidInput),
        ({"ResourceOwner": "me"}, InvalidInput),
        ({"CallerArn": "alice"}, InvalidInput),
        ({"ResourcePolicy": POLICY}, InvalidInput),
        ({"MaxItems": 0}, ValidationError),
        ({"Marker": "x"}, InvalidInput),
        ({"ResourceHandlingOption": "EC2-Moon"}, InvalidInput),
        ({"ContextEntries": [{"ContextKeyName": "aws:username", "ContextKeyValues": "alice"}]}, ValidationError),
        ({"OrderedOrganizationPolicyInputList": ["x"]}, ValidationError),
    ],
)
def test_wrong_parameters_raise_the_apis_errors(wrong, error):
    with pytest.raises(error):
        simulate_custom_policy(**{**ASKED, **wrong})
