"""Roles, buckets, other resources, organizations, and requests across accounts."""

from __future__ import annotations

import sys
from threading import Thread

import pytest
from samples import allow, deny, trust

from iamlab import errors
from iamlab.account import Account

OBJECT = "arn:aws:s3:::reports/q3.csv"


def bucket_policy(principal: object, actions: object = "s3:GetObject", **more: object) -> dict[str, object]:
    return allow(actions, "arn:aws:s3:::reports/*", Principal=principal, **more)


def test_a_role_has_the_shape_aws_gives_it(lab: Account) -> None:
    role = lab.create_role(
        "Deploy", trust({"Service": "ec2.amazonaws.com"}), path="/eng/", description="deploys", tags={"a": "b"}
    )
    assert role.arn == "arn:aws:iam::111122223333:role/eng/Deploy"
    assert role.role_id.startswith("AROA")
    assert (role.description, role.max_session_duration, role.tags) == ("deploys", 3600, {"a": "b"})
    role.update(description="deploys more", max_session_duration=7200)
    assert (role.description, role.max_session_duration) == ("deploys more", 7200)


@pytest.mark.parametrize("seconds", [3599, 43201, 3600.5, "3600", True])
def test_a_session_length_aws_does_not_take(lab: Account, seconds: object) -> None:
    with pytest.raises(errors.ValidationError):
        lab.create_role("r", trust({"Service": "ec2.amazonaws.com"}), max_session_duration=seconds)


def test_trust_policies_are_held_to_their_grammar(lab: Account) -> None:
    for document in (
        allow("sts:AssumeRole"),
        trust({"AWS": "arn:aws:iam::111122223333:user/nobody"}),
        trust("*", Resource="*"),
    ):
        with pytest.raises(errors.MalformedPolicyDocument):
            lab.create_role("r", document)
    many = trust({"AWS": [f"{number:012d}" for number in range(200)]})
    with pytest.raises(errors.LimitExceeded, match="ACLSizePerRole: 2048"):
        lab.create_role("r", many)
    assert not lab.roles
    role = lab.create_role("r", trust({"AWS": "999988887777"}))
    with pytest.raises(errors.MalformedPolicyDocument):
        role.update_assume_role_policy(trust({"AWS": "arn:aws:iam::111122223333:role/nobody"}))
    role.update_assume_role_policy(trust({"Service": "lambda.amazonaws.com"}))
    assert role.assume_role_policy_document.statements[0].principal == {"Service": ("lambda.amazonaws.com",)}
    with pytest.raises(errors.EntityAlreadyExists):
        lab.create_role("R", trust({"AWS": "999988887777"}))


def test_a_role_is_deleted_only_when_stripped(lab: Account) -> None:
    role = lab.create_role("r", trust({"Service": "ec2.amazonaws.com"}))
    role.create_policy("own", allow("s3:*"))
    role.attach_policy("arn:aws:iam::aws:policy/ReadOnlyAccess")
    with pytest.raises(errors.DeleteConflict, match="detach all policies, delete policies"):
        role.delete()
    role.delete_policy("own")
    role.detach_policy("arn:aws:iam::aws:policy/ReadOnlyAccess")
    role.delete()
    assert "r" not in lab.roles


def test_who_may_assume_a_role(lab: Account) -> None:
    alice, bob = lab.create_user("alice"), lab.create_user("bob")
    named = lab.create_role("Named", trust({"AWS": alice.arn}))
    whole = lab.create_role("Whole", trust({"AWS": lab.arn}))
    assert lab.decide(alice, "sts:AssumeRole", named).allowed
    assert not lab.decide(bob, "sts:AssumeRole", named).allowed
    assert not lab.decide(bob, "sts:AssumeRole", whole).allowed
    bob.create_policy("assume", allow("sts:AssumeRole"))
    assert lab.decide(bob, "sts:AssumeRole", whole).allowed
    assert lab.decide("ec2.amazonaws.com", "sts:AssumeRole", named).allowed is False


def test_a_role_acts_with_its_own_policies(lab: Account) -> None:
    role = lab.create_role("Reader", trust({"Service": "ec2.amazonaws.com"}), path="/eng/")
    role.create_policy("own", allow("s3:GetObject"))
    decision = lab.decide(role, "s3:GetObject", OBJECT)
    assert decision.allowed
    assert decision.credential == "temporary credentials of AssumeRole"
    assert decision.request.principal == "arn:aws:sts::111122223333:assumed-role/Reader/session"
    keys = decision.request.keys
    assert keys["aws:principalarn"] == role.arn
    assert keys["aws:userid"] == f"{role.role_id}:session"
    assert keys["aws:multifactorauthpresent"] == "false"
    assert "aws:username" not in keys


def test_what_aws_adds_for_a_user_and_what_it_does_not(lab: Account) -> None:
    alice = lab.create_user("alice", tags={"team": "blue"})
    keys = lab.decide("alice", "s3:GetObject", OBJECT, {"aws:SourceIp": "192.0.2.7"}).request.keys
    assert keys["aws:username"] == "alice"
    assert keys["aws:userid"] == alice.user_id
    assert keys["aws:principalarn"] == alice.arn
    assert keys["aws:principalaccount"] == keys["aws:resourceaccount"] == "111122223333"
    assert keys["aws:principaltype"] == "User"
    assert keys["aws:principaltag/team"] == "blue"
    assert keys["aws:currenttime"] == "2026-03-02T09:00:00Z"
    assert keys["aws:epochtime"] == "1772442000"
    assert keys["aws:sourceip"] == "192.0.2.7"
    assert keys["aws:principalisawsservice"] == "false"
    for absent in ("aws:multifactorauthpresent", "aws:tokenissuetime", "aws:principalorgid", "aws:sourceidentity"):
        assert absent not in keys


def test_the_caller_s_context_wins_and_none_takes_a_key_away(lab: Account) -> None:
    lab.create_user("alice")
    given = {"AWS:MultiFactorAuthPresent": True, "aws:username": None, "aws:TagKeys": ["a"]}
    keys = lab.decide("alice", "s3:GetObject", OBJECT, given).request.keys
    assert keys["aws:multifactorauthpresent"] == "true"
    assert "aws:username" not in keys
    assert keys["aws:tagkeys"] == ("a",)


def test_a_context_is_a_mapping(lab: Account) -> None:
    lab.create_user("alice")
    with pytest.raises(errors.InvalidInput, match="list is not a context"):
        lab.decide("alice", "s3:GetObject", OBJECT, ["aws:SourceIp"])  # type: ignore[arg-type]


def test_mfa_in_a_policy_tells_keys_from_sessions(lab: Account) -> None:
    alice = lab.create_user("alice")
    alice.create_policy("all", allow("s3:*"))
    alice.create_policy("mfa", deny("s3:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}}))
    assert lab.decide("alice", "s3:GetObject", OBJECT).allowed
    alice.create_policy("mfa", deny("s3:*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}))
    assert lab.decide("alice", "s3:GetObject", OBJECT).outcome == "explicitDeny"
    assert lab.decide("alice", "s3:GetObject", OBJECT, {"aws:MultiFactorAuthPresent": "true"}).allowed


def test_keys_of_root_services_and_anonymous(lab: Account) -> None:
    root = lab.decide(lab.arn, "s3:GetObject", OBJECT)
    assert root.allowed
    assert (root.request.keys["aws:userid"], root.request.keys["aws:principaltype"]) == ("111122223333", "Account")
    service = lab.decide("cloudtrail.amazonaws.com", "s3:PutObject", OBJECT).request.keys
    assert service["aws:principalisawsservice"] == "true"
    assert service["aws:principalservicename"] == "cloudtrail.amazonaws.com"
    anonymous = lab.decide("anonymous", "s3:GetObject", OBJECT).request.keys
    assert anonymous["aws:principaltype"] == "Anonymous"
    assert "aws:principalarn" not in anonymous


def test_who_is_no_principal(lab: Account) -> None:
    group = lab.create_group("Devs")
    for nobody in (group, group.arn, 7, "arn:aws:s3:::b"):
        with pytest.raises(errors.InvalidInput):
            lab.decide(nobody, "s3:GetObject")
    for missing in ("bob", "arn:aws:iam::111122223333:user/bob", "arn:aws:iam::111122223333:role/bob"):
        with pytest.raises(errors.NoSuchEntity):
            lab.decide(missing, "s3:GetObject")
    with pytest.raises(errors.InvalidInput):
        lab.decide("anonymous", "s3:GetObject", 7)
    with pytest.raises(errors.InvalidInput):
        lab.decide("anonymous", None)  # type: ignore[arg-type]
    with pytest.raises(errors.InvalidInput):
        lab.assume_role(lab.root, None, "work")  # type: ignore[arg-type]


def test_a_bucket_and_its_objects(lab: Account) -> None:
    bucket = lab.create_bucket("reports")
    bucket.put_object("q3.csv", "north,120")
    bucket.put_object("a/b", b"\x00")
    assert bucket.objects == ("a/b", "q3.csv")
    assert bucket.get_object("q3.csv") == b"north,120"
    with pytest.raises(errors.NoSuchKey):
        bucket.get_object("q4.csv")
    with pytest.raises(errors.BucketNotEmpty):
        bucket.delete()
    for key in bucket.objects:
        bucket.delete_object(key)
    bucket.delete_object("never there")
    bucket.delete()
    with pytest.raises(errors.NoSuchBucket):
        lab.buckets["reports"]
    bucket = lab.create_bucket("reports")
    for key in ("k" * 1025, ""):
        with pytest.raises(errors.KeyTooLongError):
            bucket.put_object(key)


@pytest.mark.parametrize(
    "name", ["ab", "Reports", "a..b", "192.168.5.4", "-ab", "ab-", "xn--abc", "a" * 64, "a_b", "abc-s3alias"]
)
def test_a_bucket_name_s3_does_not_take(lab: Account, name: str) -> None:
    with pytest.raises(errors.InvalidBucketName):
        lab.create_bucket(name)


def test_bucket_names_are_taken_once(lab: Account) -> None:
    lab.create_bucket("reports")
    with pytest.raises(errors.BucketAlreadyOwnedByYou):
        lab.create_bucket("reports")


def test_a_bucket_policy_lets_a_user_in_without_an_identity_policy(lab: Account) -> None:
    alice = lab.create_user("alice")
    lab.create_user("bob")
    bucket = lab.create_bucket("reports")
    bucket.put_policy(bucket_policy({"AWS": alice.arn}))
    decision = lab.decide("alice", "s3:GetObject", OBJECT)
    assert decision.allowed
    assert decision.statements[0].policy.label == "bucket policy, attached to bucket reports"
    assert not lab.decide("bob", "s3:GetObject", OBJECT).allowed
    assert bucket.get_policy() == bucket.policy
    bucket.delete_policy()
    assert not lab.decide("alice", "s3:GetObject", OBJECT).allowed
    with pytest.raises(errors.NoSuchBucketPolicy):
        bucket.get_policy()


def test_public_access_is_blocked_until_somebody_stops_blocking_it(lab: Account) -> None:
    bucket = lab.create_bucket("reports")
    public = bucket_policy("*")
    with pytest.raises(errors.AccessDenied, match="BlockPublicPolicy"):
        bucket.put_policy(public)
    bucket.put_policy(bucket_policy("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}))
    with pytest.raises(errors.AccessDenied):
        bucket.put_policy(bucket_policy({"AWS": "*"}, Condition={"StringLike": {"aws:PrincipalArn": "*"}}))
    bucket.put_public_access_block(on=False)
    bucket.put_policy(public)
    assert lab.decide("anonymous", "s3:GetObject", OBJECT).allowed
    bucket.put_public_access_block()
    assert bucket.public_access_block
    assert not lab.decide("anonymous", "s3:GetObject", OBJECT).allowed


def test_any_arn_can_have_a_resource_policy(lab: Account) -> None:
    arn = "arn:aws:sqs:eu-central-1:111122223333:jobs"
    alice = lab.create_user("alice")
    queue = lab.create_resource(
        arn, policy=allow("sqs:SendMessage", arn, Principal={"AWS": alice.arn}), tags={"team": "blue"}
    )
    decision = lab.decide("alice", "sqs:SendMessage", queue)
    assert decision.allowed
    assert decision.request.keys["aws:requestedregion"] == "eu-central-1"
    assert decision.request.keys["aws:resourcetag/team"] == "blue"
    with pytest.raises(errors.EntityAlreadyExists):
        lab.create_resource(arn)
    with pytest.raises(errors.InvalidInput):
        lab.create_resource("jobs")
    with pytest.raises(errors.MalformedPolicyDocument):
        queue.put_policy(allow("sqs:SendMessage"))
    assert lab.resources[arn] == queue
    queue.delete()
    with pytest.raises(errors.NoSuchEntity):
        lab.resources[arn]


def test_a_user_is_allowed_by_the_tags_of_a_resource(lab: Account) -> None:
    alice = lab.create_user("alice", tags={"team": "blue"})
    alice.create_policy(
        "abac", allow("sqs:*", Condition={"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}})
    )
    mine = lab.create_resource("arn:aws:sqs:us-east-1:111122223333:mine", tags={"team": "blue"})
    other = lab.create_resource("arn:aws:sqs:us-east-1:111122223333:other", tags={"team": "red"})
    assert lab.decide("alice", "sqs:SendMessage", mine).allowed
    assert not lab.decide("alice", "sqs:SendMessage", other).allowed


def test_scps_bind_a_member_account_and_its_root(lab: Account) -> None:
    lab.create_user("alice").create_policy("all", allow("*"))
    organization = lab.create_organization(management_account="999988887777")
    organization.create_policy("NoS3", deny("s3:*"))
    _, unit, account = organization.move_account("Workloads")
    unit.attach_policy("NoS3")
    denied = lab.decide("alice", "s3:GetObject", OBJECT)
    assert (denied.outcome, denied.layer) == ("explicitDeny", "service control policy")
    assert not lab.decide(lab.arn, "s3:GetObject", OBJECT).allowed
    assert lab.decide("alice", "ec2:RunInstances").allowed
    assert denied.request.keys["aws:principalorgid"] == organization.id
    account.attach_policy("NoS3")
    unit.detach_policy("NoS3")
    organization.move_account("Workloads", "Production")
    assert [level.name for level in organization.levels] == ["Root", "Workloads", "Production", "111122223333"]
    assert not lab.decide("alice", "s3:GetObject", OBJECT).allowed


def test_the_management_account_is_bound_by_nothing(lab: Account) -> None:
    lab.create_user("alice").create_policy("all", allow("*"))
    organization = lab.create_organization()
    organization.create_policy("NoS3", deny("s3:*"))
    organization.levels[0].attach_policy("NoS3")
    assert lab.decide("alice", "s3:GetObject", OBJECT).allowed


def test_a_level_without_an_allow_denies(lab: Account) -> None:
    lab.create_user("alice").create_policy("all", allow("*"))
    organization = lab.create_organization(management_account="999988887777")
    organization.create_policy("OnlyS3", allow("s3:*"))
    account = organization.levels[-1]
    account.attach_policy("OnlyS3")
    account.detach_policy("FullAWSAccess")
    assert lab.decide("alice", "s3:GetObject", OBJECT).allowed
    assert not lab.decide("alice", "ec2:RunInstances").allowed


def test_an_rcp_denies(lab: Account) -> None:
    lab.create_user("alice").create_policy("all", allow("*"))
    organization = lab.create_organization(management_account="999988887777")
    organization.create_policy("NoS3", deny("s3:*", Principal="*"), policy_type="RESOURCE_CONTROL_POLICY")
    organization.levels[0].attach_policy("NoS3")
    denied = lab.decide("alice", "s3:GetObject", OBJECT)
    assert denied.layer == "resource control policy"


def test_refusals_of_the_organization(lab: Account) -> None:
    assert lab.organization is None
    with pytest.raises(errors.InvalidInput):
        lab.create_organization(management_account="me")
    organization = lab.create_organization()
    with pytest.raises(errors.AlreadyInOrganizationException):
        lab.create_organization()
    for document, kind in (
        (allow("*", Principal="*"), "SERVICE_CONTROL_POLICY"),
        (allow("*"), "RESOURCE_CONTROL_POLICY"),
    ):
        with pytest.raises(errors.MalformedPolicyDocument):
            organization.create_policy("bad", document, policy_type=kind)
    organization.create_policy("one", deny("s3:*"))
    with pytest.raises(errors.DuplicatePolicyException):
        organization.create_policy("one", deny("s3:*"))
    with pytest.raises(errors.InvalidInput):
        organization.create_policy("", deny("s3:*"))
    with pytest.raises(errors.LimitExceeded):
        organization.create_policy("long", deny("s3:" + "x" * 5200))
    root = organization.levels[0]
    root.attach_policy("one")
    root.attach_policy("one")
    with pytest.raises(errors.PolicyInUseException):
        organization.delete_policy("one")
    with pytest.raises(errors.PolicyNotFoundException):
        root.attach_policy("two")
    root.detach_policy("one")
    with pytest.raises(errors.PolicyNotAttachedException):
        root.detach_policy("one")
    for last in ("FullAWSAccess", "RCPFullAWSAccess"):
        with pytest.raises(errors.ConstraintViolationException):
            root.detach_policy(last)
    for number in range(4):
        organization.create_policy(f"more{number}", deny("s3:*"))
        root.attach_policy(f"more{number}")
    with pytest.raises(errors.ConstraintViolationException):
        root.attach_policy("one")
    organization.update_policy("one", deny("ec2:*"))
    organization.delete_policy("one")
    assert "one" not in organization.policies
    with pytest.raises(errors.ConstraintViolationException):
        organization.move_account(*"abcdef")
    organization.leave()
    with pytest.raises(errors.AWSOrganizationsNotInUseException):
        organization.id  # noqa: B018


def test_across_accounts_both_sides_must_allow(lab: Account) -> None:
    other = Account("999988887777", seed=9)
    bob = other.create_user("bob")
    lab.connect(other)
    bucket = lab.create_bucket("reports")
    assert not other.decide("bob", "s3:GetObject", OBJECT).allowed
    bucket.put_policy(bucket_policy({"AWS": bob.arn}))
    assert not lab.decide(bob.arn, "s3:GetObject", OBJECT).allowed
    bob.create_policy("read", allow("s3:GetObject", OBJECT))
    assert lab.decide(bob.arn, "s3:GetObject", OBJECT).allowed
    assert other.decide("bob", "s3:GetObject", OBJECT).allowed
    assert other.decide("bob", "s3:GetObject", OBJECT).request.keys["aws:resourceaccount"] == "111122223333"
    bucket.delete_policy()
    assert not other.decide("bob", "s3:GetObject", OBJECT).allowed
    with pytest.raises(errors.InvalidInput):
        lab.connect(Account())


@pytest.mark.parametrize("account", ["123", "1111-2222-3333", "²22233334444", "1234567890123", "*", ""])
def test_what_is_no_account_owns_no_resource(lab: Account, account: str) -> None:
    lab.create_user("alice").create_policy("all", allow("sqs:*"))
    decision = lab.decide("alice", "sqs:SendMessage", f"arn:aws:sqs:us-east-1:{account}:jobs")
    assert decision.request.keys["aws:resourceaccount"] == "111122223333"
    assert decision.allowed


def test_connected_accounts_do_not_wait_for_each_other_forever() -> None:
    """Each thread changes an account and, with the principals' names, its neighbours; the outer two share one only."""
    labs = [Account(str(number) * 12, seed=number) for number in (1, 2, 3)]
    left, middle, right = labs
    left.connect(middle)
    middle.connect(right)

    def rename(lab: Account) -> None:
        user = lab.create_user("first")
        for number in range(200):
            user = user.update(new_name=f"user{number}")

    threads = [Thread(target=rename, args=(lab,), daemon=True) for lab in labs]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=10)
        assert not any(thread.is_alive() for thread in threads)
    finally:
        sys.setswitchinterval(before)
    assert all(lab.users["user199"] for lab in labs)


def test_a_change_waits_for_one_in_an_account_that_is_connected_meanwhile() -> None:
    left, right = Account("1" * 12, seed=1), Account("2" * 12, seed=2)
    later = Thread(target=right.create_user, args=("alice",), daemon=True)
    connecting = Thread(target=left.connect, args=(right,), daemon=True)
    with right.state.lock:
        connecting.start()
        later.start()
        later.join(timeout=0.05)
        assert not right.users
    connecting.join(timeout=10)
    later.join(timeout=10)
    assert right.users["alice"]
    with left.state.lock:
        later = Thread(target=right.create_user, args=("bob",), daemon=True)
        later.start()
        later.join(timeout=0.05)
        assert "bob" not in right.users
    later.join(timeout=10)
    assert "bob" in right.users


def test_a_role_of_an_account_that_is_not_connected_is_not_assumed(lab: Account) -> None:
    lab.create_user("alice").create_policy("assume", allow("sts:AssumeRole"))
    role = Account("999988887777", seed=9).create_role("Audit", trust({"AWS": lab.arn}))
    with pytest.raises(errors.AccessDenied, match="connect it first"):
        lab.assume_role("alice", role, "audit")


def test_time_has_passed_in_the_example() -> None:
    lab = Account.example()
    second, first = lab.policies["ReportsReader"].versions
    assert lab.root.create_date == first.create_date < second.create_date < lab.clock.now()
    assert lab.clock.timestamp() == "2026-03-02T09:00:00Z"


def test_the_example_is_the_same_every_time_and_only_sysops_manage_iam() -> None:
    first, second = Account.example(), Account.example()
    assert [user.user_id for user in first.users.values()] == [user.user_id for user in second.users.values()]
    allowed = [name for name in first.users if first.decide(name, "iam:CreateUser").allowed]
    assert allowed == ["alice", "frank"]
    assert first.decide("carol", "s3:PutObject", "arn:aws:s3:::northwind-reports/drafts/carol/x").allowed


@pytest.mark.parametrize("account_id", ["", "1", "11112222333a", 111122223333, "１１１１２２２２３３３３"])
def test_an_account_id_is_twelve_digits(account_id: object) -> None:
    with pytest.raises(errors.InvalidInput):
        Account(account_id)  # type: ignore[arg-type]
