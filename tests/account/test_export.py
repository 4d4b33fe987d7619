"""An account's file: someone else's export opens, is saved, opened again; a broken one is refused."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from samples import allow, deny, trust

from iamlab import errors
from iamlab.account import Account, private
from iamlab.account.export import write


@pytest.fixture(scope="module")
def export_text() -> str:
    """An export made by another implementation, through boto3."""
    import boto3
    from moto import mock_aws

    with mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
        iam = boto3.client("iam", region_name="us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing")
        iam.create_group(GroupName="Developers", Path="/eng/")
        iam.put_group_policy(GroupName="Developers", PolicyName="own", PolicyDocument=json.dumps(allow("s3:GetObject")))
        arn = iam.create_policy(PolicyName="Reader", PolicyDocument=json.dumps(allow("sqs:*")))["Policy"]["Arn"]
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(allow("sns:*")), SetAsDefault=True)
        iam.create_user(UserName="alice", Tags=[{"Key": "team", "Value": "blue"}])
        iam.add_user_to_group(GroupName="Developers", UserName="alice")
        iam.attach_user_policy(UserName="alice", PolicyArn=arn)
        iam.attach_user_policy(UserName="alice", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
        iam.create_role(
            RoleName="Deploy",
            AssumeRolePolicyDocument=json.dumps(trust({"Service": "ec2.amazonaws.com"})),
            PermissionsBoundary=arn,
        )
        iam.put_role_policy(RoleName="Deploy", PolicyName="own", PolicyDocument=json.dumps(deny("s3:*")))
        iam.create_instance_profile(InstanceProfileName="web")
        iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="Deploy")
        answer = iam.get_account_authorization_details()
    del answer["ResponseMetadata"]
    return json.dumps(answer, default=str)


@pytest.fixture
def export(tmp_path: Path, export_text: str) -> Path:
    """The same, with those of AWS's policies only that are attached, as AWS itself exports them."""
    data = json.loads(export_text)
    data["Policies"] = [p for p in data["Policies"] if p["AttachmentCount"] or ":aws:policy/" not in p["Arn"]]
    path = tmp_path / "export.json"
    path.write_text(json.dumps(data))
    return path


def test_an_export_of_another_implementation_opens_decides_and_comes_back(export: Path, tmp_path: Path) -> None:
    lab = Account.load(export)
    assert lab.account_id == "123456789012"
    assert lab.users["alice"].groups == (lab.groups["Developers"],)
    assert lab.users["alice"].tags == {"team": "blue"}
    assert lab.roles["Deploy"].permissions_boundary == lab.policies["Reader"]
    assert lab.roles["Deploy"].instance_profiles == (lab.instance_profiles["web"],)
    assert lab.decide("alice", "s3:GetObject", "arn:aws:s3:::b/k").allowed
    assert lab.decide("alice", "iam:ListUsers").allowed
    assert lab.decide("alice", "sns:Publish", "arn:aws:sns:us-east-1:123456789012:t").allowed
    assert not lab.decide("alice", "sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:q").allowed
    saved = tmp_path / "saved.json"
    lab.save(saved)
    again = Account.load(saved)
    assert write(again.state) == write(lab.state)
    assert again.decide("alice", "s3:GetObject", "arn:aws:s3:::b/k").allowed
    before, after = json.loads(export.read_text()), json.loads(saved.read_text())
    for key in ("UserDetailList", "GroupDetailList", "RoleDetailList"):
        assert [sorted(item) for item in after[key]] == [sorted({*item, *_always(key)}) for item in before[key]]


def _always(key: str) -> set[str]:
    """Fields that AWS always writes and moto leaves out when they are empty."""
    return {"UserDetailList": {"UserPolicyList", "Tags"}, "RoleDetailList": {"Tags", "RoleLastUsed"}}.get(key, set())


def test_the_account_is_told_by_an_arn_that_holds_its_twelve_digits(export: Path) -> None:
    data = json.loads(export.read_text())
    number = Account.load(export).account_id
    data["UserDetailList"][0]["Arn"] = "arn:aws:iam::123:user/alice"
    export.write_text(json.dumps(data))
    assert Account.load(export).account_id == number


def test_fields_that_are_not_known_are_kept(export: Path) -> None:
    data = json.loads(export.read_text())
    data["FutureTop"] = {"a": [1]}
    data["UserDetailList"][0]["FutureUser"] = ["x"]
    data["UserDetailList"][0]["AttachedManagedPolicies"][0]["FutureAttachment"] = 1
    data["UserDetailList"][0]["Tags"][0]["FutureTag"] = None
    data["RoleDetailList"][0]["PermissionsBoundary"]["FutureBoundary"] = True
    data["RoleDetailList"][0]["InstanceProfileList"][0]["FutureProfile"] = {"deep": {"er": 1}}
    reader = next(policy for policy in data["Policies"] if policy["Arn"].endswith("/Reader"))
    reader["PolicyVersionList"][0]["FutureVersion"] = "v"
    export.write_text(json.dumps(data))
    for _ in range(2):
        lab = Account.load(export)
        lab.create_user(f"new{lab.revision}") if "new0" not in lab.users else None
        lab.save(export)
    saved = json.loads(export.read_text())
    assert saved["FutureTop"] == {"a": [1]}
    user = saved["UserDetailList"][0]
    assert user["FutureUser"] == ["x"]
    assert user["AttachedManagedPolicies"][0]["FutureAttachment"] == 1
    assert user["Tags"][0]["FutureTag"] is None
    role = saved["RoleDetailList"][0]
    assert role["PermissionsBoundary"]["FutureBoundary"] is True
    assert role["InstanceProfileList"][0]["FutureProfile"] == {"deep": {"er": 1}}
    policy = next(policy for policy in saved["Policies"] if policy["Arn"].endswith("/Reader"))
    assert any(version.get("FutureVersion") == "v" for version in policy["PolicyVersionList"])


def test_documents_may_be_text_or_percent_encoded_as_the_api_sends_them(export: Path) -> None:
    from urllib.parse import quote

    data = json.loads(export.read_text())
    data["GroupDetailList"][0]["GroupPolicyList"][0]["PolicyDocument"] = quote("\n" + json.dumps(allow("s3:GetObject")))
    data["RoleDetailList"][0]["AssumeRolePolicyDocument"] = json.dumps(trust({"Service": "lambda.amazonaws.com"}))
    export.write_text(json.dumps(data))
    lab = Account.load(export)
    assert lab.decide("alice", "s3:GetObject", "arn:aws:s3:::b/k").allowed
    assert lab.roles["Deploy"].assume_role_policy_document.statements[0].principal == {
        "Service": ("lambda.amazonaws.com",)
    }


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_an_export_written_by_powershell_opens(export: Path, encoding: str) -> None:
    export.write_text(export.read_text(), encoding=encoding)
    assert "alice" in Account.load(export).users


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_the_secrets_are_beside_the_file_and_not_beside_a_link_to_it(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "a.json"
    link.symlink_to(tmp_path / "real" / "a.json")
    lab = furnished()
    lab.save(link)
    assert private.write(Account.load(link).state) == private.write(lab.state)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a.json"]


def test_an_export_with_every_policy_of_aws_opens(tmp_path: Path, export_text: str) -> None:
    path = tmp_path / "export.json"
    path.write_text(export_text)
    lab = Account.load(path)
    assert len(lab.state.policies) > 1000
    assert list(lab.policies) == ["Reader"]


def set_in(*path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        place: Any = data
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    change.__name__ = ".".join(map(str, path))
    return change


def drop(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        place: Any = data
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    change.__name__ = "without " + ".".join(map(str, path))
    return change


def twice(data: dict[str, Any]) -> None:
    data["UserDetailList"].append({**data["UserDetailList"][0], "UserName": "ALICE", "UserId": "AIDAOTHER"})


def doubled(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        place: Any = data
        for step in path:
            place = place[step]
        place *= 2

    change.__name__ = "doubled " + ".".join(map(str, path))
    return change


BROKEN: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (doubled("UserDetailList", 0, "AttachedManagedPolicies"), r"UserDetailList\[0\]: .* appears twice"),
    (doubled("GroupDetailList", 0, "GroupPolicyList"), r"GroupDetailList\[0\]: .* appears twice"),
    (set_in("UserDetailList", 0, "Tags", to=[{"Key": "a", "Value": "b"}] * 2), r"a appears twice"),
    (set_in("UserDetailList", to={}), r"\$\.UserDetailList: expected a list"),
    (set_in("UserDetailList", 0, to="alice"), r"\$\.UserDetailList\[0\]: expected an object, found text"),
    (set_in("UserDetailList", 0, "UserName", to=7), r"UserName: expected text, found a whole number"),
    (set_in("UserDetailList", 0, "UserName", to="<script>alert(1)</script>"), r"UserDetailList\[0\]: "),
    (drop("UserDetailList", 0, "UserId"), r"UserId is missing"),
    (set_in("UserDetailList", 0, "Path", to="eng"), r"UserDetailList\[0\]: "),
    (set_in("UserDetailList", 0, "CreateDate", to="yesterday"), r"CreateDate: expected a date"),
    (set_in("UserDetailList", 0, "GroupList", to=["Nobody"]), r"'Nobody' is not a group of the file"),
    (set_in("UserDetailList", 0, "Tags", to=[{"Key": "a"}]), r"Tags\[0\]: Value is missing"),
    (
        set_in("UserDetailList", 0, "AttachedManagedPolicies", 0, "PolicyArn", to="arn:aws:iam::123456789012:policy/x"),
        r"not in the file",
    ),
    (set_in("GroupDetailList", 0, "GroupPolicyList", 0, "PolicyDocument", to={"Statement": 1}), r"PolicyDocument: "),
    (set_in("GroupDetailList", 0, "GroupPolicyList", 0, "PolicyDocument", to='{"Statement"'), r"PolicyDocument: "),
    (set_in("GroupDetailList", 0, "GroupPolicyList", 0, "PolicyDocument", to=None), r"expected a policy document"),
    (set_in("RoleDetailList", 0, "PermissionsBoundary", to=[]), r"PermissionsBoundary: expected an object"),
    (set_in("IsTruncated", to=True), r"one page of an export"),
    (twice, r"ALICE appears twice"),
    (set_in("IamLab", to={"Version": 99}), r"newer version"),
    (set_in("IamLab", to={"Version": "1"}), r"Version: expected a whole number"),
]


@pytest.mark.parametrize(("breakage", "message"), BROKEN, ids=lambda value: getattr(value, "__name__", None))
def test_a_broken_file_is_refused_and_left_alone(
    export: Path, breakage: Callable[[dict[str, Any]], None], message: str
) -> None:
    data = json.loads(export.read_text())
    breakage(data)
    export.write_text(json.dumps(data))
    text, files = export.read_text(), sorted(export.parent.iterdir())
    with pytest.raises((errors.InvalidInput, errors.MalformedPolicyDocument), match=message):
        Account.load(export)
    assert export.read_text() == text
    assert sorted(export.parent.iterdir()) == files


@pytest.mark.parametrize("keep", [0, 1, 100, 2000, -2])
def test_a_truncated_file_is_refused(export: Path, keep: int) -> None:
    export.write_text(export.read_text()[:keep])
    with pytest.raises(errors.InvalidInput, match=r"export\.json is not JSON, or not all of it is there"):
        Account.load(export)


@pytest.mark.parametrize(
    "text", ["[]", '"text"', "{}", '{"Version": "2012-10-17", "Statement": []}', "[" * 100_000, "\x00"]
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(errors.InvalidInput, match=r"other\.json"):
        Account.load(path)
    with pytest.raises(FileNotFoundError):
        Account.load(tmp_path / "not-there.json")


def furnished() -> Account:
    lab = Account.example()
    organization = lab.create_organization(management_account="999988887777")
    organization.create_policy("NoS3", deny("s3:DeleteBucket"))
    organization.move_account("Workloads")[1].attach_policy("NoS3")
    lab.roles["DeployRole"].update(max_session_duration=7200)
    lab.create_resource("arn:aws:sqs:us-east-1:111122223333:q", tags={"a": "b"})
    lab.state.quotas["managed_policies_per_role"] = 20
    lab.clock.advance(hours=3)
    return lab


def test_everything_comes_back(tmp_path: Path) -> None:
    lab = furnished()
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    lab.save(first)
    again = Account.load(first)
    again.save(second)
    assert first.read_text() == second.read_text()
    assert again.clock.now() == lab.clock.now()
    assert again.roles["DeployRole"].max_session_duration == 7200
    assert again.organization is not None
    assert repr(again.organization) == repr(lab.organization)
    assert again.buckets["northwind-reports"].get_object("q3.csv") == lab.buckets["northwind-reports"].get_object(
        "q3.csv"
    )
    assert private.write(again.state) == private.write(lab.state)
    assert lab.create_user("new").user_id == again.create_user("new").user_id


def test_what_changed_after_loading_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "lab.json"
    furnished().save(path)
    lab = Account.load(path)
    lab.create_account_alias("northwind")
    lab.create_user("zoe").create_access_key_pair()
    lab.save(path)
    again = Account.load(path)
    assert again.alias == "northwind"
    assert private.write(again.state) == private.write(lab.state)


def test_without_its_secrets_an_account_opens_and_ids_are_fresh(tmp_path: Path) -> None:
    lab = furnished()
    lab.save(tmp_path / "a.json")
    (tmp_path / "a.secrets.json").unlink()
    again = Account.load(tmp_path / "a.json")
    secrets = private.write(again.state)
    assert (secrets["AccessKeys"], secrets["Passwords"], secrets["MfaSeeds"]) == ({}, {}, {})
    assert lab.create_user("new").user_id != again.create_user("new").user_id


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_the_secrets_are_private_and_refused_when_they_are_not(tmp_path: Path) -> None:
    path, secrets = tmp_path / "a.json", tmp_path / "a.secrets.json"
    furnished().save(path)
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    path.chmod(0o640)
    Account.load(path).save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    secrets.chmod(0o644)
    with pytest.raises(PermissionError, match="others can read it"):
        Account.load(path)
    with pytest.raises(PermissionError):
        furnished().save(path)


def test_a_folder_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - any of the system's errors
        furnished().save(tmp_path / "missing" / "a.json")
    assert list(tmp_path.iterdir()) == []


SECTION: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (set_in("IamLab", "Users", to={"AIDANOBODY": {}}), "is not a user of the file"),
    (
        set_in("IamLab", "Resources", to=[{"Arn": "a", "Created": "2026-01-01T00:00:00Z", "Role": "Nobody"}]),
        r"Resources\[0\]\.Role: 'Nobody' is not a role of the file",
    ),
    (set_in("IamLab", "Roles", to={"AROANOBODY": {}}), "is not a role of the file"),
    (set_in("IamLab", "Policies", to={"arn": {}}), "is not a policy of the file"),
    (set_in("IamLab", "AccountId", to="abc"), "not an account id"),
    (set_in("IamLab", "Clock", "Ahead", to="soon"), "Ahead: expected a whole number"),
    (set_in("IamLab", "Clock", "Ahead", to=10**18), "Ahead: too far ahead"),
    (set_in("IamLab", "Events", to=[{}]), r"Events\[0\]: eventTime is missing"),
    (set_in("IamLab", "Resources", 0, "Created", to=None), "Created: expected a date"),
    (set_in("IamLab", "Resources", 0, "Objects", to=[]), "Objects: expected an object"),
    (set_in("IamLab", "Organization", "Levels", 1, "Policies", to=["Nothing"]), "Nothing"),
    (set_in("IamLab", "Organization", "Levels", to=[]), "at least"),
    (set_in("IamLab", "Organization", to=7), "expected an object"),
    (set_in("IamLab", "Alias", to=7), "Alias: expected text"),
    (set_in("IamLab", "Quotas", "x", to="many"), "expected a whole number"),
    (set_in("IamLab", "MfaDevices", to=[{"Serial": "s", "Name": "n", "Path": "/", "Owner": "nobody"}]), "not a user"),
    (drop("IamLab", "Root"), "Root is missing"),
    (set_in("IamLab", "Events", to=["x"]), "expected an object"),
]


@pytest.mark.parametrize(("breakage", "message"), SECTION, ids=lambda value: getattr(value, "__name__", None))
def test_a_broken_section_is_refused(tmp_path: Path, breakage: Callable[[dict[str, Any]], None], message: str) -> None:
    path = tmp_path / "a.json"
    furnished().save(path)
    data = json.loads(path.read_text())
    breakage(data)
    path.write_text(json.dumps(data))
    with pytest.raises(errors.InvalidInput, match=message):
        Account.load(path)


def test_a_decision_on_an_export_says_which_policies_are_not_known(export: Path, tmp_path: Path) -> None:
    lab = Account.load(export)
    decision = lab.decide("alice", "sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:jobs")
    assert [note.partition(" are not known here")[0] for note in decision.notes] == [
        "Resource-based policies (of buckets, queues, keys …)",
        "Service and resource control policies of the organization",
    ]
    assert all(note in repr(decision.explain()) for note in decision.notes)
    lab.save(tmp_path / "saved.json")
    assert Account.load(tmp_path / "saved.json").decide("alice", "sqs:SendMessage").notes == decision.notes
    lab.create_bucket("reports")
    lab.create_organization()
    assert lab.decide("alice", "s3:GetObject", "arn:aws:s3:::reports/q3.csv").notes == []


def test_a_decision_says_which_account_is_not_known(lab: Account) -> None:
    lab.create_user("alice")
    stranger, queue = "arn:aws:iam::999900001111:user/x", "arn:aws:sqs:eu-west-1:222233334444:jobs"
    assert lab.decide("alice", "sqs:SendMessage", queue.replace("222233334444", lab.account_id)).notes == []
    said = " is not known here, and neither are its policies."
    assert lab.decide("alice", "sqs:SendMessage", queue).notes == [f"The account 222233334444{said}"]
    assert lab.decide(stranger, "sqs:SendMessage", queue).notes == [
        f"The account 999900001111{said}",
        f"The account 222233334444{said}",
    ]
    assert lab.decide("ec2.amazonaws.com", "s3:GetObject", "arn:aws:s3:::reports/q3.csv").notes == []
    # A text that only looks like an ARN is decided all the same.
    assert not lab.decide("alice", "sqs:SendMessage", "a:b:c:d:222233334444:e").allowed


def saved(tmp_path: Path) -> dict[str, Any]:
    """A saved account with something in every part of its own section."""
    lab = furnished()
    lab.create_instance_profile("idle").tag({"a": "b"})
    lab.create_policy("Tagged", allow("s3:*")).tag({"a": "b"})
    lab.create_virtual_mfa_device("spare")
    lab.users["alice"].create_access_key_pair()
    lab.update_account_password_policy(minimum_password_length=12)
    lab.assume_role("bob", lab.roles["DeployRole"], "deploy")
    lab.generate_credential_report()
    lab.save(tmp_path / "full.json")
    data: dict[str, Any] = json.loads((tmp_path / "full.json").read_text("utf-8"))
    return data


def objects(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of all objects in a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [place] if isinstance(value, dict) else []
    return found + [one for key, item in inside for one in objects(item, (*place, key))]


def test_a_field_nobody_knows_is_kept_or_refused_but_not_lost(tmp_path: Path) -> None:
    data = saved(tmp_path)
    places = objects(data["IamLab"])
    parts = {place[0] for place in places if place}
    assert {"Clock", "Root", "Users", "Policies", "InstanceProfiles", "MfaDevices", "Report", "Organization"} <= parts
    refused = set()
    for place in places:
        changed = json.loads(json.dumps(data))
        target = changed["IamLab"]
        for key in place:
            target = target[key]
        target["Surprise"] = 1
        (tmp_path / "changed.json").write_text(json.dumps(changed))
        try:
            Account.load(tmp_path / "changed.json").save(tmp_path / "again.json")
        except (errors.InvalidInput, errors.MalformedPolicyDocument):
            refused.add(place[:1])
        else:
            assert "Surprise" in (tmp_path / "again.json").read_text("utf-8"), place
    assert refused >= {(), ("Clock",), ("Root",), ("Organization",), ("Report",), ("Sessions",), ("Resources",)}


def test_a_field_that_is_misspelt_is_told_what_is_known(tmp_path: Path) -> None:
    data = saved(tmp_path)
    data["IamLab"]["Pasword-Policy"] = data["IamLab"].pop("PasswordPolicy")
    (tmp_path / "changed.json").write_text(json.dumps(data))
    with pytest.raises(errors.InvalidInput) as caught:
        Account.load(tmp_path / "changed.json")
    assert caught.value.message == (
        "$.IamLab: this version of iamlab knows no Pasword-Policy here. Did you mean PasswordPolicy?"
    )


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (("UserDetailList", 0, "Comment"), "$.UserDetailList[0].Comment: holds half of a character"),
        (("IamLab", "Alias"), "$.IamLab.Alias: holds half of a character"),
        (("UserDetailList", 1, "Tags"), "$.UserDetailList[1].Tags[0].Value: holds half of a character"),
    ],
)
def test_half_of_a_character_is_refused_with_its_place(tmp_path: Path, place: tuple[Any, ...], said: str) -> None:
    data = saved(tmp_path)
    target = data
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = [{"Key": "k", "Value": "a\ud83d"}] if place[-1] == "Tags" else "a\ud83d"
    (tmp_path / "half.json").write_text(json.dumps(data))
    with pytest.raises(errors.InvalidInput) as caught:
        Account.load(tmp_path / "half.json")
    assert caught.value.message.startswith(f"half.json: {said} (\\ud83d)")
    assert caught.value.message.isascii()


def test_a_whole_character_may_be_written_in_two_halves(tmp_path: Path) -> None:
    data = saved(tmp_path)
    data["UserDetailList"][0]["Comment"] = "😀"
    (tmp_path / "whole.json").write_text(json.dumps(data, ensure_ascii=True))
    assert "\\ud83d" in (tmp_path / "whole.json").read_text()
    Account.load(tmp_path / "whole.json").save(tmp_path / "again.json")
    assert "😀" in (tmp_path / "again.json").read_text("utf-8")


def test_what_no_file_can_hold_does_not_get_into_the_account(lab: Account, tmp_path: Path) -> None:
    half = "\ud83d"
    alice = lab.create_user("alice")
    acting = lab.use_access_key(alice.create_access_key_pair().access_key_id)
    for act in (
        lambda: alice.tag({"team": half}),
        lambda: lab.create_policy("p", allow("s3:*"), description=half),
        lambda: alice.create_policy("p", {**allow("s3:*"), "Id": half}),
        lambda: acting.call("s3:GetObject", f"arn:aws:s3:::b/{half}"),
        lambda: acting.call("sts:GetCallerIdentity", parameters={"of": [{half: 1}]}),
        lambda: acting.call("sts:GetCallerIdentity", parameters={"of": {1, 2}}),
        lambda: acting.call("sts:GetCallerIdentity", parameters=7),  # type: ignore[arg-type]
    ):
        with pytest.raises((errors.ValidationError, errors.InvalidInput, errors.MalformedPolicyDocument)):
            act()
    assert lab.events == ()
    lab.save(tmp_path / "lab.json")


def test_a_text_that_cannot_be_written_stops_a_save_before_it_begins(lab: Account, tmp_path: Path) -> None:
    lab.save(tmp_path / "lab.json")
    before = (tmp_path / "lab.json").read_bytes()
    lab.state.extra["Comment"] = "\ud83d"
    with pytest.raises(errors.InvalidInput, match=r"\$\.Comment: holds half of a character"):
        lab.save(tmp_path / "lab.json")
    assert (tmp_path / "lab.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
