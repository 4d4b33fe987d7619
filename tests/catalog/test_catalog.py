"""The catalog: sizes as lower bounds, well-known facts, and that everything fits together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from botocore.loaders import Loader

from iamlab import catalog
from iamlab.catalog import index, keys, managed, operations, principals, quotas, regions, services
from iamlab.errors import NoSuchEntity

ROOT = Path(__file__).resolve().parents[2]


def test_sizes():
    assert len(services.service_names()) >= 450
    assert len(index.action_names()) >= 22_000
    assert len(managed.managed_policy_names()) >= 1_580
    assert catalog.date() >= "2026-09-26"


def test_notice_names_every_source_and_version():
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert len(catalog.sources()) == 4
    for source in catalog.sources():
        assert f"{source.name} {source.version}" in notice


def test_regions_are_those_of_botocore():
    partitions = Loader().load_data("partitions")["partitions"]
    names = {name for partition in partitions for name in partition["regions"] if not name.endswith("-global")}
    assert set(regions.region_names()) == names
    assert not regions.is_region("us-east-9")


def test_data_files_stay_small():
    sizes = [path.stat().st_size for path in (ROOT / "iamlab" / "catalog" / "data").iterdir()]
    assert max(sizes) < 1_000_000
    assert sum(sizes) < 1_500_000


def test_index_and_services_agree():
    names = index.action_names()
    for prefix in services.service_names():
        service = services.service(prefix)
        places = index.span(prefix)
        assert [names[i] for i in places] == [f"{prefix}:{action.name}" for action in service.actions.values()]
        assert [index.level(i) for i in places] == [action.access_level for action in service.actions.values()]
        assert list(service.actions) == sorted(service.actions)


def test_every_reference_inside_a_service_leads_somewhere():
    known_keys = {key.name.lower() for key in keys.global_keys()}
    for prefix in services.service_names():
        service = services.service(prefix)
        listed = {key.lower() for key in service.condition_keys} | known_keys
        for action in service.actions.values():
            for use in action.resource_types:
                assert use.name in service.resource_types
                assert all(index.number(name) is not None for name in use.dependent_actions)
                assert set(use.dependent_actions) <= set(action.dependent_actions)
            for key in action.condition_keys:
                assert key.lower() in listed or ":" in key
        for kind in service.resource_types.values():
            for arn in kind.arns:
                assert len(arn.split(":", 5)) == 6, arn
                assert arn.startswith("arn:${Partition}:")


def test_well_known_facts():
    s3 = services.service("s3")
    get = s3.actions["getobject"]
    assert get.access_level == "Read"
    assert "object" in {use.name for use in get.resource_types}
    assert s3.actions["listallmybuckets"].resource_types == ()
    assert s3.actions["putbucketpolicy"].access_level == "Permissions management"
    assert s3.actions["putobjecttagging"].access_level == "Tagging"
    run = services.service("EC2").actions["runinstances"]
    assert "iam:PassRole" in run.dependent_actions
    image = next(use for use in run.resource_types if use.name == "image")
    assert image.required
    assert "iam:PassRole" in image.dependent_actions
    assert services.service("s3").condition_keys["s3:prefix"].type == "String"
    assert services.service("lex").resource_types["bot"].arns[1].startswith("arn:${Partition}:lex:")


def test_services_are_found_in_any_case_and_missed_clearly():
    assert services.service("IAM") is services.service("iam")
    assert repr(services.service("sts")).startswith("Service('sts', 'AWS Security Token Service'")
    for unknown in ("", "nope", "_places", "../about", "s3:GetObject"):
        with pytest.raises(NoSuchEntity):
            services.service(unknown)


def test_services_on_an_arn():
    assert "s3" in services.services_on("s3")
    assert {"ec2", "ssm"} <= set(services.services_on("ec2"))
    assert services.services_on("no-such-service") == ("backup",)  # its recovery points have ARNs of many services
    for prefix in services.service_names():
        for kind in services.service(prefix).resource_types.values():
            for arn in kind.arns:
                assert prefix in services.services_on(arn.split(":")[2])


def test_rcp_services():
    assert {"s3", "sts", "kms", "sqs", "secretsmanager"} <= services.rcp_services()
    assert services.rcp_services() <= set(services.service_names())


def test_numbers_and_bits():
    number = index.number("s3:GetObject")
    assert number is not None
    assert index.number("S3:GETOBJECT") == number
    assert index.level(number) == "Read"
    assert index.names_of(1 << number) == ["s3:GetObject"]
    assert index.places_of(1 << number | 1) == [0, number]
    assert index.names_of(0) == []
    assert index.names_of(index.all_bits()) == list(index.action_names())
    assert len({name.lower() for name in index.action_names()}) == len(index.action_names())
    for unknown in ("", "s3", "s3:", ":GetObject", "s3:GetObjects", "nope:GetObject", "s3:*"):
        assert index.number(unknown) is None
        assert not index.is_known(unknown)


def test_levels_part_all_actions():
    levels = [index.level_bits(level) for level in index.LEVELS.values()]
    together = 0
    for bits in levels:
        assert bits
        assert together & bits == 0
        together |= bits
    assert together == index.all_bits()
    with pytest.raises(KeyError):
        index.level_bits("Wizardry")


def test_service_bits():
    bits = index.service_bits("STS")
    assert set(index.names_of(bits)) == {f"sts:{a.name}" for a in services.service("sts").actions.values()}
    assert index.service_bits("nope") == 0
    assert len(index.span("nope")) == 0


def test_actions_too_new_for_the_index_are_known_by_name():
    newest = next(name for name in ("account:ReopenAccount", "acm:CreateTimestamp") if index.number(name) is None)
    assert index.is_known(newest)


def test_every_managed_policy_parses():
    for name in managed.managed_policy_names():
        policy = managed.managed_policy(name)
        document = json.loads(managed.managed_policy_text(name))
        assert document["Version"] == "2012-10-17"
        assert list(document) == ["Version", "Statement"]
        assert policy.arn == f"arn:aws:iam::aws:policy{policy.path}{name}"
        assert managed.managed_policy(policy.arn) is policy
        assert "2010" < policy.created <= policy.updated < "2030"
        assert policy.created.endswith("Z")


def test_well_known_managed_policies():
    power = json.loads(managed.managed_policy_text("arn:aws:iam::aws:policy/PowerUserAccess"))
    assert "iam:*" in power["Statement"][0]["NotAction"]
    assert len(managed.managed_policy_text("ReadOnlyAccess")) > 50_000
    assert managed.managed_policy("AdministratorAccess").version == "v1"
    for unknown in (
        "",
        "Nope",
        "arn:aws:iam::aws:policy/ViewOnlyAccess",
        "arn:aws:iam::111122223333:policy/ReadOnlyAccess",
    ):
        with pytest.raises(NoSuchEntity):
            managed.managed_policy(unknown)
        with pytest.raises(NoSuchEntity):
            managed.managed_policy_text(unknown)


def test_global_keys():
    assert len(keys.global_keys()) >= 60
    key = keys.global_key("aws:principalorgpaths")
    assert key is not None
    assert key.multivalued
    assert key.type == "String"
    tag = keys.global_key("aws:RequestTag/Team")
    assert tag is not None
    assert tag.name == "aws:RequestTag/${TagKey}"
    assert keys.global_key("aws:RequestTag") is None
    assert keys.global_key("aws:nope") is None
    for key in keys.global_keys():
        assert key.availability_text
        assert keys.operators(key.type)
    assert keys.operators("any") == ("Null",)


def test_quotas_and_shapes():
    assert quotas.quota("users_per_account") == 5000
    assert quotas.limits("password_policy_min_length").minimum == 6
    with pytest.raises(KeyError):
        quotas.quota("password_policy_min_length")
    with pytest.raises(KeyError):
        quotas.limits("nope")
    assert all(quotas.limits(name).source for name in quotas.quota_names())
    assert quotas.shape("roleNameType").maximum == 64
    assert quotas.shape("externalIdType").pattern is not None
    assert quotas.shape("userNameType", "sts").minimum == 2
    assert quotas.enumeration("statusType") == ("Active", "Inactive", "Expired")


def test_principals():
    assert [case.common for case in principals.use_cases()][:2] == [True, True]
    known = set(principals.service_principals())
    for case in principals.use_cases():
        assert case.principal in known
        if case.managed_policy:
            assert managed.managed_policy(case.managed_policy).arn == case.managed_policy
    assert set(principals.service_linked_principals()) <= known


def test_operations():
    needed = operations.actions_of("s3", "ListObjectsV2")
    assert [n.action for n in needed] == ["s3:ListBucket"]
    assert [n.action for n in operations.actions_of("elbv2", "CreateLoadBalancer")] == [
        "elasticloadbalancing:CreateLoadBalancer"
    ]
    assert operations.actions_of("s3", "Nope") == ()
    assert {n.only for n in operations.actions_of("dynamodb", "ExecuteStatement")} == {"as the statement says"}
    assert "s3.UploadPart" in operations.operations_of("s3:PutObject")
    assert operations.operations_of("s3:PutObject")[0] == "s3.PutObject"
    assert operations.operations_of("iam:CreateUser") == ("iam.CreateUser",)
    assert "iam.PassRole" not in operations.operations_of("iam:PassRole")
    assert operations.operations_of("nope:Nope") == ()
    assert not operations.needs_permission("sts:getcalleridentity")
    assert operations.needs_permission("sts:AssumeRole")


def test_operations_agree_with_botocore():
    """Every exception names an operation of today's API and actions of today's index, every prefix is a service's."""
    botocore = pytest.importorskip("botocore.session").Session()
    facts = json.loads((ROOT / "tools" / "facts" / "operations.json").read_text(encoding="utf-8"))
    for operation, fact in facts["exceptions"].items():
        service, _, name = operation.partition(".")
        assert name in botocore.get_service_model(service).operation_names
        assert all(index.number(action) is not None for action in fact["actions"]), operation
    assert set(facts["prefixes"].values()) <= set(services.service_names())
    named = sum(bool(operations.actions_of("iam", name)) for name in botocore.get_service_model("iam").operation_names)
    assert named > 150


def test_what_cloudtrail_calls_a_service():
    for prefix in index.service_names():
        source = operations.event_source(prefix)
        assert source.endswith(".amazonaws.com")
        assert operations.service_of_event(source) == prefix
    assert operations.event_source("CloudWatch") == "monitoring.amazonaws.com"
    assert operations.service_of_event("cloudcontrolapi.amazonaws.com") == "cloudformation"
    assert operations.service_of_event("cloudwatch.amazonaws.com") == "cloudwatch"
