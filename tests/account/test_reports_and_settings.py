"""Alias, summary, credential report, recommendations, last access, identity providers."""

from __future__ import annotations

import botocore.session
import pytest
from samples import allow, trust

from iamlab import errors
from iamlab.account import Account
from iamlab.account.authenticator import code_at, step_at
from iamlab.account.credential_report import COLUMNS
from iamlab.account.root import ROOT_TASKS
from iamlab.account.simulate import context_keys

GOOD = "Correct-horse-7"
IDP = (
    '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com">'
    '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/>'
    f"<!--{'x' * 1000}--></md:EntityDescriptor>"
)


@pytest.mark.parametrize("alias", ["ab", "Northwind", "-abc", "abc-", "a--b", "a" * 64, "123456789012", "a_b", ""])
def test_an_alias_aws_does_not_take(lab: Account, alias: str) -> None:
    with pytest.raises(errors.ValidationError):
        lab.create_account_alias(alias)


def test_an_alias_comes_is_replaced_and_goes(lab: Account) -> None:
    lab.create_account_alias("northwind")
    lab.create_account_alias("northwind-2")
    assert lab.alias == "northwind-2"
    with pytest.raises(errors.NoSuchEntity):
        lab.delete_account_alias("northwind")
    lab.delete_account_alias("northwind-2")
    assert lab.alias is None


def test_the_summary_has_aws_s_names_and_counts(lab: Account) -> None:
    model = botocore.session.get_session().get_service_model("iam")
    lab.create_user("alice").create_policy("own", allow("s3:*"))
    lab.create_policy("one", allow("s3:*")).create_version(allow("s3:*"))
    lab.create_virtual_mfa_device("phone")
    lab.root.set_password(GOOD)
    summary = lab.get_account_summary()
    known = set(model.shape_for("summaryKeyType").enum)
    assert set(summary) <= known
    assert {key for key in known - set(summary) if not key.startswith("Account")} == set()
    expected = {"Users": 1, "Policies": 1, "PolicyVersionsInUse": 2, "MFADevices": 1, "MFADevicesInUse": 0}
    assert {key: summary[key] for key in expected} == expected
    assert (summary["AccountPasswordPresent"], summary["AccountMFAEnabled"], summary["UsersQuota"]) == (1, 0, 5000)


def test_the_credential_report(lab: Account) -> None:
    alice = lab.create_user("alice", path="/eng/")
    lab.create_user("bob")
    alice.create_login_profile(GOOD)
    pair = alice.create_access_key_pair()
    alice.create_access_key_pair()
    alice.access_keys[1].deactivate()
    device = lab.create_virtual_mfa_device("phone")
    step = step_at(lab.clock.now())
    alice.enable_mfa(
        device.serial_number, code_at(device.base32_string_seed, step - 1), code_at(device.base32_string_seed, step)
    )
    lab.update_account_password_policy(max_password_age=90)
    lab.use_access_key(pair.access_key_id).get_caller_identity()
    with pytest.raises(errors.AccessDenied):
        lab.use_access_key(pair.access_key_id).call("s3:ListAllMyBuckets")
    with pytest.raises(errors.ReportNotPresent):
        lab.get_credential_report()
    assert lab.generate_credential_report() == "STARTED"
    report = lab.get_credential_report()
    assert report.content.splitlines()[0] == ",".join(COLUMNS)
    root, row, bob = report.rows
    assert (root["user"], root["arn"]) == ("<root_account>", lab.arn)
    assert (root["password_enabled"], root["password_last_used"], root["mfa_active"]) == (
        "not_supported",
        "no_information",
        "false",
    )
    now = "2026-03-02T09:00:00+00:00"
    assert row == {
        "user": "alice",
        "arn": "arn:aws:iam::111122223333:user/eng/alice",
        "user_creation_time": now,
        "password_enabled": "true",
        "password_last_used": "no_information",
        "password_last_changed": now,
        "password_next_rotation": "2026-05-31T09:00:00+00:00",
        "mfa_active": "true",
        "access_key_1_active": "true",
        "access_key_1_last_rotated": now,
        "access_key_1_last_used_date": now,
        "access_key_1_last_used_region": "us-east-1",
        "access_key_1_last_used_service": "s3",
        "access_key_2_active": "false",
        "access_key_2_last_rotated": now,
        "access_key_2_last_used_date": "N/A",
        "access_key_2_last_used_region": "N/A",
        "access_key_2_last_used_service": "N/A",
        "cert_1_active": "false",
        "cert_1_last_rotated": "N/A",
        "cert_2_active": "false",
        "cert_2_last_rotated": "N/A",
    }
    assert [bob[column] for column in COLUMNS[3:9]] == ["false", "N/A", "N/A", "N/A", "false", "false"]
    assert "alice" in repr(report)
    assert "alice" in report._repr_html_()


def test_a_credential_report_is_good_for_four_hours(lab: Account) -> None:
    lab.generate_credential_report()
    lab.create_user("alice")
    lab.clock.advance(hours=3, minutes=59)
    assert lab.generate_credential_report() == "COMPLETE"
    assert len(lab.get_credential_report().rows) == 1
    lab.clock.advance(minutes=1)
    with pytest.raises(errors.ReportExpired):
        lab.get_credential_report()
    assert lab.generate_credential_report() == "STARTED"
    assert len(lab.get_credential_report().rows) == 2


def test_the_dashboard_s_recommendations(lab: Account) -> None:
    assert [repr(item) for item in lab.security_recommendations()] == [
        "✘ Add MFA for root user",
        "✔ Root user has no active access keys",
        "✔ Root user was not used in 90 days",
    ]
    device = lab.create_virtual_mfa_device("root-phone")
    step = step_at(lab.clock.now())
    seed = device.base32_string_seed
    lab.root.enable_mfa(device.serial_number, code_at(seed, step - 1), code_at(seed, step))
    pair = lab.root.create_access_key_pair()
    lab.use_access_key(pair.access_key_id).call("s3:ListAllMyBuckets")
    assert [repr(item) for item in lab.security_recommendations()] == [
        "✔ Root user has MFA",
        "✘ Deactivate or delete access keys for root user",
        "✘ Root user was used on 2026-03-02",
    ]
    lab.root.access_keys[0].deactivate()
    lab.clock.advance(days=91)
    assert all(item.done for item in lab.security_recommendations())
    assert len(ROOT_TASKS) >= 8
    root = Account().root
    assert root.tasks == ROOT_TASKS
    assert "do everything" in root.warning


def test_service_last_accessed(lab: Account) -> None:
    alice, group = lab.create_user("alice"), lab.create_group("Devs")
    group.add_user(alice)
    group.create_policy("own", allow(["s3:GetObject", "sqs:*", "cloudwatch:PutMetricData"]))
    role = lab.create_role("Deploy", trust({"AWS": alice.arn}))
    role.create_policy("own", allow("sns:Publish"))
    pair = alice.create_access_key_pair()
    lab.clock.advance(hours=1)
    lab.use_access_key(pair.access_key_id).call("s3:GetObject", "arn:aws:s3:::b/k")
    lab.use_access_key(pair.access_key_id).call("cloudwatch:PutMetricData")
    assert lab.events[-1]["eventSource"] == "monitoring.amazonaws.com"
    lab.assume_role("alice", role, "work").call("sns:Publish", "arn:aws:sns:eu-west-1:111122223333:t")
    rows = {row.service_namespace: row for row in lab.service_last_accessed(alice.arn)}
    assert sorted(rows) == ["cloudwatch", "s3", "sqs"]
    assert rows["cloudwatch"].last_authenticated == lab.clock.now()
    assert rows["s3"].last_authenticated == lab.clock.now()
    assert rows["s3"].last_authenticated_entity == alice.arn
    assert rows["sqs"].last_authenticated is None
    by_group = {row.service_namespace: row for row in lab.service_last_accessed(group.arn)}
    assert by_group["s3"].last_authenticated == lab.clock.now()
    by_role = {row.service_namespace: row for row in lab.service_last_accessed(role.arn)}
    assert by_role["sns"].last_authenticated_region == "eu-west-1"
    assert lab.list_policies_granting_service_access(alice.arn, "sqs") == ["own"]
    assert lab.list_policies_granting_service_access(alice.arn, "ec2") == []
    with pytest.raises(errors.NoSuchEntity):
        lab.service_last_accessed("arn:aws:iam::111122223333:user/nobody")


def test_context_keys_of_policies(lab: Account) -> None:
    alice = lab.create_user("alice")
    condition = {"StringEquals": {"aws:RequestTag/team": "${aws:PrincipalTag/team, 'none'}"}}
    alice.create_policy("own", allow("s3:*", "arn:aws:s3:::b/${aws:username}/*", Condition=condition))
    keys = lab.get_context_keys_for_principal_policy(
        alice.arn, [allow("s3:*", Condition={"Bool": {"AWS:SecureTransport": "true"}})]
    )
    assert keys == ("aws:RequestTag/team", "aws:username", "aws:PrincipalTag/team", "AWS:SecureTransport")
    with pytest.raises(errors.InvalidInput):
        context_keys(["{"])


def test_a_saml_provider(lab: Account) -> None:
    provider = lab.create_saml_provider("Corp", IDP, tags={"a": "b"})
    assert provider.arn == "arn:aws:iam::111122223333:saml-provider/Corp"
    assert (provider.kind, provider.metadata, provider.tags) == ("SAML", IDP, {"a": "b"})
    with pytest.raises(errors.EntityAlreadyExists):
        lab.create_saml_provider("Corp", IDP)
    with pytest.raises(errors.InvalidInput):
        provider.add_client_id("x")
    provider.update_metadata(IDP.replace("idp.example.com", "idp2.example.com"))
    assert "idp2" in provider.metadata
    lab.state.quotas["saml_providers_per_account"] = 1
    with pytest.raises(errors.LimitExceeded):
        lab.create_saml_provider("Two", IDP)
    provider.delete()
    with pytest.raises(errors.NoSuchEntity):
        provider.name  # noqa: B018


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("", errors.ValidationError),
        ("x" * 999, errors.ValidationError),
        (7, errors.ValidationError),
        ("x" * 1001, errors.InvalidInput),
        (IDP.replace("entityID", "id"), errors.InvalidInput),
        (IDP.replace("IDPSSODescriptor", "SPSSODescriptor"), errors.InvalidInput),
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]>' + IDP, errors.InvalidInput),
        (IDP.replace("metadata", "metadata2"), errors.InvalidInput),
    ],
)
def test_metadata_that_is_none(lab: Account, metadata: str, error: type[errors.AwsError]) -> None:
    with pytest.raises(error):
        lab.create_saml_provider("Corp", metadata)
    assert not lab.identity_providers


def test_an_open_id_connect_provider(lab: Account) -> None:
    url = "https://token.actions.githubusercontent.com"
    provider = lab.create_open_id_connect_provider(url, ["sts.amazonaws.com"], ["A" * 40])
    assert provider.arn.endswith(":oidc-provider/token.actions.githubusercontent.com")
    assert provider.thumbprints == ("a" * 40,)
    provider.add_client_id("other")
    provider.add_client_id("other")
    provider.remove_client_id("sts.amazonaws.com")
    provider.remove_client_id("never there")
    assert provider.client_ids == ("other",)
    provider.update_thumbprints(["b" * 40])
    with pytest.raises(errors.InvalidInput):
        provider.update_thumbprints(["b" * 40] * 6)
    with pytest.raises(errors.EntityAlreadyExists):
        lab.create_open_id_connect_provider(url)
    with pytest.raises(errors.InvalidInput):
        provider.update_metadata(IDP)
    for number in range(99):
        provider.add_client_id(f"client{number}")
    with pytest.raises(errors.LimitExceeded):
        provider.add_client_id("one more")
    provider.tag({"a": "b"})
    provider.untag(["a"])
    assert provider.tags == {}
    assert "OpenID Connect" in repr(provider)
    assert "Audiences" in provider._repr_html_()


@pytest.mark.parametrize(
    "url",
    [
        "http://x.example",
        "https://",
        "https://x.example:8443",
        "https://u@x.example",
        "https://x.example?q=1",
        "https://[",
        "x",
    ],
)
def test_a_provider_url_aws_does_not_take(lab: Account, url: str) -> None:
    with pytest.raises(errors.InvalidInput):
        lab.create_open_id_connect_provider(url)
    with pytest.raises(errors.ValidationError):
        lab.create_open_id_connect_provider("")
    with pytest.raises(errors.ValidationError):
        lab.create_open_id_connect_provider("https://x.example", thumbprints=["short"])
    with pytest.raises(errors.InvalidInput):
        lab.create_open_id_connect_provider("https://x.example", thumbprints=["g" * 40])
    with pytest.raises(errors.LimitExceeded):
        lab.create_open_id_connect_provider("https://x.example", [f"c{number}" for number in range(101)])
