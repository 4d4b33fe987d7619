"""SimulateCustomPolicy: the API's shapes, whole, as botocore's model has them."""

import json

import botocore.session
import pytest
from botocore.validate import ParamValidator

from iamlab import AttachedPolicy, simulate_custom_policy
from iamlab.errors import InvalidInput, ValidationError
from iamlab.evaluation.policies import IDENTITY, RESOURCE, Rule
from iamlab.evaluation.results import source_type

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
    assert result["EvalDecision"] == "implicitDeny"
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


ALICE, ALLOW_ALL = (
    "arn:aws:iam::111122223333:user/alice",
    '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}',
)
TRUST = '{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}}'


def test_the_whole_of_several_resources_is_the_strictest():
    one = simulate_custom_policy(**ASKED, ResourceArns=[REPORT])["EvaluationResults"][0]
    two = simulate_custom_policy(**ASKED, ResourceArns=[REPORT, SECRET])["EvaluationResults"][0]
    assert (one["EvalDecision"], two["EvalDecision"]) == ("allowed", "explicitDeny")
    other = simulate_custom_policy(**ASKED, ResourceArns=[REPORT, "arn:aws:s3:::other/x"])["EvaluationResults"][0]
    assert other["EvalDecision"] == "implicitDeny"


OBJECT, TABLE = "arn:${Partition}:s3:::${BucketName}/${ObjectName}", "arn:${Partition}:dynamodb:${Region}:${Account}:"


@pytest.mark.parametrize(
    ("action", "resources", "template"),
    [
        ("s3:GetObject", [], OBJECT),
        ("S3:getobject", ["*"], OBJECT),
        ("s3:GetObject", [REPORT, SECRET], OBJECT),
        ("s3:GetObject", ["arn:aws:s3:::reports"], OBJECT),
        ("s3:ListAllMyBuckets", [], "*"),
        ("s3:GetObjekt", [REPORT], "*"),
        ("moon:Land", [REPORT], "*"),
        ("dynamodb:Query", [], TABLE + "table/${TableName}"),
        (
            "dynamodb:Query",
            ["arn:aws:dynamodb:eu-west-1:111122223333:table/a/index/b"],
            TABLE + "table/${TableName}/index/${IndexName}",
        ),
    ],
)
def test_the_whole_names_the_format_of_what_the_action_works_on(action, resources, template):
    result = simulate_custom_policy(PolicyInputList=[POLICY], ActionNames=[action], ResourceArns=resources)
    assert result["EvaluationResults"][0]["EvalResourceName"] == template


def test_the_whole_tells_the_strictest_of_each_accounts_answers():
    bucket = """{"Statement": [
      {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/q3"},
      {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/secret"}]}"""
    for resources in ([REPORT, SECRET], [SECRET, REPORT]):
        (result,) = simulate_custom_policy(
            PolicyInputList=[ALLOW_ALL],
            ActionNames=["s3:GetObject"],
            ResourceArns=resources,
            ResourcePolicy=bucket,
            ResourceOwner="444455556666",
            CallerArn=ALICE,
        )["EvaluationResults"]
        assert result["EvalDecisionDetails"] == {"IAM Policy": "allowed", "Resource Policy": "explicitDeny"}


def test_the_whole_tells_what_only_some_resources_tell():
    queues = [f"arn:aws:sqs:us-east-1:{account}:jobs" for account in ("111122223333", "444455556666")]
    for resources in (queues, queues[::-1]):
        (result,) = simulate_custom_policy(
            PolicyInputList=[ALLOW_ALL], ActionNames=["sqs:SendMessage"], ResourceArns=resources, CallerArn=ALICE
        )["EvaluationResults"]
        assert result["EvalDecisionDetails"] == {"IAM Policy": "allowed", "Resource Policy": "implicitDeny"}


def test_there_is_no_other_parameter():
    with pytest.raises(InvalidInput, match="Unknown parameter PolicyImputList"):
        simulate_custom_policy(**ASKED, PolicyImputList=[])


def test_the_whole_repeats_nothing_that_its_resources_share():
    result = simulate_custom_policy(**ASKED, ResourceArns=[REPORT, f"{REPORT}/2"])["EvaluationResults"][0]
    assert len(result["MatchedStatements"]) == 1
    for part in result["ResourceSpecificResults"]:
        assert part["MatchedStatements"] == result["MatchedStatements"]
        assert set(part) == {
            "EvalResourceName",
            "EvalResourceDecision",
            "MatchedStatements",
            "MissingContextValues",
            "EvalDecisionDetails",
        }


def test_the_whole_tells_the_strictest_of_its_resources_details():
    boundary = '{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/q3"}}'
    for resources in ([REPORT, SECRET], [SECRET, REPORT]):
        result = simulate_custom_policy(**ASKED, ResourceArns=resources, PermissionsBoundaryPolicyInputList=[boundary])[
            "EvaluationResults"
        ][0]
        assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
        told = {part["EvalResourceName"]: part for part in result["ResourceSpecificResults"]}
        assert told[REPORT]["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": True}


@pytest.mark.parametrize("marker", ["3", "30", "-1", "x", "1.0", "\u00b2", "\u0661", "01", "9" * 300])
def test_a_marker_is_one_that_was_given(marker):
    with pytest.raises(InvalidInput, match="Invalid Marker"):
        simulate_custom_policy(PolicyInputList=[], ActionNames=["s3:Get1", "s3:Get2", "s3:Get3"], Marker=marker)


def test_a_page_ends_with_the_last_action():
    answer = simulate_custom_policy(PolicyInputList=[], ActionNames=["s3:Get1", "s3:Get2"], MaxItems=2)
    assert (answer["IsTruncated"], answer.get("Marker")) == (False, None)
    many = simulate_custom_policy(PolicyInputList=[], ActionNames=[f"s3:Get{number}" for number in range(101)])
    assert (len(many["EvaluationResults"]), many["Marker"]) == (100, "100")


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        ("PolicyInputList", "PolicyInputList.2"),
        ("PermissionsBoundaryPolicyInputList", "PermissionsBoundaryPolicyInputList.2"),
        ("SessionPolicyInputList", "SessionPolicyInputList.2"),
        ("VpcEndpointPolicyInputList", "VpcEndpointPolicyInputList.2"),
    ],
)
def test_a_faulty_document_is_named(parameter, name):
    good = TRUST if parameter.startswith("Vpc") else ALLOW_ALL
    given = {**ASKED, parameter: [good, "{"]}
    if parameter == "PermissionsBoundaryPolicyInputList":
        given, name = {**ASKED, parameter: ["{"]}, f"{parameter}.1"
    with pytest.raises(InvalidInput, match=rf"{name}: Expected a name"):
        simulate_custom_policy(**given)


def test_a_faulty_document_of_a_level_or_a_resource_is_named():
    for kind in ("ServiceControlPolicyInputList", "ResourceControlPolicyInputList"):
        with pytest.raises(InvalidInput, match=rf"{kind}\.1: Expected"):
            simulate_custom_policy(**ASKED, OrderedOrganizationPolicyInputList=[{kind: ["{"]}])
    with pytest.raises(InvalidInput, match="ResourcePolicy: Expected"):
        simulate_custom_policy(**ASKED, CallerArn=ALICE, ResourcePolicy="{")


def test_each_type_of_policy_has_the_elements_it_needs():
    no_resource = '{"Statement": {"Effect": "Allow", "Action": "*"}}'
    with pytest.raises(InvalidInput, match=r"PolicyInputList\.1: Policy statement must contain resources"):
        simulate_custom_policy(PolicyInputList=[no_resource], ActionNames=["s3:GetObject"])
    with pytest.raises(InvalidInput, match=r"PolicyInputList\.1: Policy document should not specify a principal"):
        simulate_custom_policy(PolicyInputList=[TRUST], ActionNames=["s3:GetObject"])
    with pytest.raises(InvalidInput, match=r"VpcEndpointPolicyInputList\.1: Missing required field Principal"):
        simulate_custom_policy(**ASKED, VpcEndpointPolicyInputList=[ALLOW_ALL])
    with pytest.raises(InvalidInput, match="ResourcePolicy: Missing required field Principal"):
        simulate_custom_policy(**ASKED, CallerArn=ALICE, ResourcePolicy=ALLOW_ALL)
    not_resource = '{"Statement": {"Effect": "Deny", "Action": "*", "NotResource": "*"}}'
    assert simulate_custom_policy(PolicyInputList=[not_resource], ActionNames=["s3:GetObject"])["EvaluationResults"]


def test_a_trust_policy_has_no_notprincipal_but_another_resources_policy_may():
    both = """{"Statement": [{"Effect": "Allow", "Action": "*", "Principal": "*"},
                             {"Effect": "Deny", "Action": "*", "NotPrincipal": {"AWS": "111122223333"}}]}"""
    asked = {"PolicyInputList": [ALLOW_ALL], "CallerArn": ALICE, "ResourcePolicy": both}
    with pytest.raises(InvalidInput, match="ResourcePolicy: Has prohibited field NotPrincipal"):
        simulate_custom_policy(ActionNames=["s3:GetObject", "sts:AssumeRole"], **asked)
    assert simulate_custom_policy(ActionNames=["s3:GetObject"], **asked)["EvaluationResults"]


def test_matched_statements_name_their_policy_in_every_layer_that_is_shown():
    bucket = '{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": "*"}}'
    result = simulate_custom_policy(**ASKED, ResourceArns=[REPORT], CallerArn=ALICE, ResourcePolicy=bucket)
    matched = result["EvaluationResults"][0]["MatchedStatements"]
    assert [(one["SourcePolicyId"], one["SourcePolicyType"]) for one in matched] == [
        ("PolicyInputList.1", "none"),
        ("ResourcePolicy", "resource"),
    ]
    assert matched[1]["StartPosition"] == {"Line": 1, "Column": 15}
    assert matched[1]["EndPosition"] == {"Line": 1, "Column": len(bucket)}


@pytest.mark.parametrize(
    ("layer", "arn", "attached_to", "kind"),
    [
        (IDENTITY, "arn:aws:iam::aws:policy/ReadOnlyAccess", "user alice", "aws-managed"),
        (IDENTITY, "arn:aws:iam::111122223333:policy/Mine", "user alice", "user-managed"),
        (IDENTITY, None, "user alice", "user"),
        (IDENTITY, None, "group Staff", "group"),
        (IDENTITY, None, "role Reader", "role"),
        (IDENTITY, None, "somewhere", "none"),
        (IDENTITY, None, None, "none"),
        (RESOURCE, "arn:aws:iam::111122223333:policy/Mine", None, "resource"),
    ],
)
def test_a_statements_policy_has_awss_type(layer, arn, attached_to, kind):
    policy = AttachedPolicy(ALLOW_ALL, "P", arn=arn, attached_to=attached_to)
    (statement,) = policy.document.statements
    assert source_type(Rule(layer, policy, statement, statement.matcher)) == kind


def test_only_keys_that_are_asked_for_and_not_there_are_missing():
    policy = """{"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "s3:*",
       "Resource": ["arn:aws:s3:::${aws:username}/*", "arn:aws:s3:::x/${s3:a, 'b'}"],
       "Condition": {"StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}", "aws:SourceIp": "x"},
                     "Null": {"aws:TokenIssueTime": "true"}}},
      {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::elsewhere",
       "Condition": {"Bool": {"a:b": "true"}}},
      {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::${aws:userid}",
       "Condition": {"Null": {"a:b": "true"}}}]}"""
    result = simulate_custom_policy(
        PolicyInputList=[policy],
        ActionNames=["s3:GetObject"],
        ResourceArns=["arn:aws:s3:::alice/1"],
        ContextEntries=[{"ContextKeyName": "AWS:SOURCEIP", "ContextKeyValues": ["x"], "ContextKeyType": "string"}],
    )["EvaluationResults"][0]
    assert sorted(result["MissingContextValues"]) == [
        "aws:PrincipalTag/team",
        "aws:ResourceTag/team",
        "aws:userid",
        "aws:username",
    ]
    old = policy.replace("2012-10-17", "2008-10-17")
    answer = simulate_custom_policy(PolicyInputList=[old], ActionNames=["s3:GetObject"], ResourceArns=[REPORT])
    assert answer["EvaluationResults"][0]["MissingContextValues"] == []


MALLORY = "arn:aws:iam::444455556666:user/mallory"


@pytest.mark.parametrize(
    ("own", "bucket", "details"),
    [
        ("Allow", MALLORY, {"IAM Policy": "allowed", "Resource Policy": "allowed"}),
        ("Allow", "444455556666", {"IAM Policy": "allowed", "Resource Policy": "allowed"}),
        ("Allow", ALICE, {"IAM Policy": "allowed", "Resource Policy": "implicitDeny"}),
        ("Deny", MALLORY, {"IAM Policy": "explicitDeny", "Resource Policy": "allowed"}),
    ],
)
def test_details_across_accounts(own, bucket, details):
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    result = simulate_custom_policy(
        PolicyInputList=[json.dumps({"Statement": {**statement, "Effect": own}})],
        ResourcePolicy=json.dumps({"Statement": {**statement, "Principal": {"AWS": bucket}}}),
        ActionNames=["s3:GetObject"],
        ResourceArns=[REPORT],
        ResourceOwner="111122223333",
        CallerArn=MALLORY,
    )["EvaluationResults"][0]
    assert result["EvalDecisionDetails"] == details


def test_the_organization_is_told_once_and_only_its_own_denial():
    denying = POLICY.replace('"Allow"', '"Deny"')
    result = simulate_custom_policy(
        PolicyInputList=[denying],
        ActionNames=["s3:GetObject"],
        ResourceArns=[REPORT],
        OrderedOrganizationPolicyInputList=[{"ServiceControlPolicyInputList": [ALLOW_ALL]}],
    )["EvaluationResults"][0]
    assert result["EvalDecision"] == "explicitDeny"
    assert result["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": True}
    assert "OrganizationsDecisionDetail" not in result["ResourceSpecificResults"][0]


def test_a_resource_with_a_variable_beside_others_still_needs_its_keys():
    policy = """{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*",
                 "Resource": ["arn:aws:s3:::other", "arn:aws:s3:::${aws:username}"]}}"""
    result = simulate_custom_policy(PolicyInputList=[policy], ActionNames=["s3:GetObject"], ResourceArns=[REPORT])
    assert result["EvaluationResults"][0]["MissingContextValues"] == ["aws:username"]
