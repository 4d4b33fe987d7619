"""The chart's boxes, one by one, beyond what the conformance cases already hold."""

import pytest

from iamlab import AttachedPolicy, PolicyDocument, PolicySet, Request, evaluate
from iamlab.errors import InvalidInput
from iamlab.evaluation import Level
from iamlab.evaluation.policies import BOUNDARY, IDENTITY, RESOURCE, SERVICE_CONTROL, TRUST

ALICE = "arn:aws:iam::111122223333:user/alice"
SESSION = "arn:aws:sts::111122223333:assumed-role/Reader/alice"
READER = "arn:aws:iam::111122223333:role/team/Reader"
OTHER = "arn:aws:iam::444455556666:user/mallory"
OBJECT = "arn:aws:s3:::reports/q3.csv"


def statement(effect="Allow", action="s3:GetObject", resource="*", **more):
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def policy(*statements):
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": list(statements)})


ALLOW, DENY = policy(statement()), policy(statement("Deny"))
BUCKET_ALLOWS_ALICE = policy(statement(Principal={"AWS": ALICE}))


def test_nothing_is_an_implicit_deny():
    decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet())
    assert (decision.allowed, decision.outcome, decision.layer) == (False, "implicitDeny", IDENTITY)


def test_a_deny_anywhere_ends_it():
    for layer in ("identity", "boundary", "session"):
        policies = {"identity": [ALLOW], "boundary": [ALLOW], "session": [ALLOW]}
        policies[layer] = [*policies[layer], DENY]
        decision = evaluate(Request(SESSION, "s3:GetObject", OBJECT), PolicySet(**policies))
        assert decision.outcome == "explicitDeny"
        assert decision.rule.statement.effect == "Deny"


def test_a_bucket_policy_is_enough_in_the_same_account_but_not_across():
    here = PolicySet(resource=BUCKET_ALLOWS_ALICE)
    assert evaluate(Request(ALICE, "s3:GetObject", OBJECT), here).layer == RESOURCE
    across = Request(ALICE, "s3:GetObject", OBJECT, resource_account="444455556666")
    assert evaluate(across, here).layer == IDENTITY
    assert evaluate(across, PolicySet(identity=ALLOW, resource=BUCKET_ALLOWS_ALICE)).allowed


def test_a_role_named_is_limited_by_its_boundary_a_session_is_not():
    role, session = policy(statement(Principal={"AWS": READER})), policy(statement(Principal={"AWS": SESSION}))
    boundary = policy(statement(action="ec2:*"))
    request = Request(SESSION, "s3:GetObject", OBJECT)
    assert evaluate(request, PolicySet(resource=role, boundary=boundary)).layer == BOUNDARY
    assert evaluate(request, PolicySet(resource=session, boundary=boundary)).allowed


def test_every_level_of_the_organization_must_allow():
    levels = [Level("Root", [policy(statement(action="*"))]), Level("Sandbox", [policy(statement(action="ec2:*"))])]
    decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(identity=ALLOW, organization=levels))
    assert (decision.layer, decision.level) == (SERVICE_CONTROL, "Sandbox")
    assert "Sandbox" in repr(decision)


def test_a_trust_policy_must_allow_even_an_administrator():
    trust = policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}})
    request = Request(ALICE, "sts:AssumeRole", READER)
    decision = evaluate(request, PolicySet(identity=policy(statement(action="*")), resource=trust))
    assert (decision.outcome, decision.layer) == ("implicitDeny", TRUST)
    assert evaluate(Request("ec2.amazonaws.com", "sts:AssumeRole", READER), PolicySet(resource=trust)).allowed


@pytest.mark.parametrize("action", ["GetObject", "s3:", ":GetObject", "", "*"])
def test_what_is_no_action_is_refused(action):
    with pytest.raises(InvalidInput):
        evaluate(Request(ALICE, action, OBJECT), PolicySet(identity=ALLOW))


@pytest.mark.parametrize(
    "principal", ["alice", "arn:aws:iam::1:user/x", "arn:aws:iam::111122223333:group/Devs", "arn:aws"]
)
def test_what_is_no_principal_is_refused(principal):
    with pytest.raises(InvalidInput):
        evaluate(Request(principal, "s3:GetObject", OBJECT), PolicySet(identity=ALLOW))


def test_a_context_value_of_no_usable_kind_is_refused():
    where = {"Bool": {"aws:SecureTransport": "true"}}
    policies = PolicySet(identity=policy(statement(Condition=where)))
    with pytest.raises(InvalidInput, match="aws:SecureTransport"):
        evaluate(Request(ALICE, "s3:GetObject", OBJECT, {"aws:SecureTransport": {"no": "value"}}), policies)


def test_the_message_is_awss_sentence():
    denied = evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet())
    assert denied.message == (
        f"User: {ALICE} is not authorized to perform: s3:GetObject on resource: {OBJECT} "
        "because no identity-based policy allows the s3:GetObject action"
    )
    arn = "arn:aws:iam::111122223333:policy/NoReading"
    managed = AttachedPolicy(DENY, "NoReading", arn=arn, attached_to="group Interns")
    denied = evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(identity=managed))
    assert denied.message.endswith(f"with an explicit deny in an identity-based policy: {arn}")
    assert "NoReading, attached to group Interns" in repr(denied)
    assert evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(identity=ALLOW)).message == ""


def test_an_allow_without_a_resource_allows_nothing():
    lacking = PolicyDocument.parse({"Statement": {"Effect": "Allow", "Action": "s3:*"}})
    assert not evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(identity=lacking)).allowed


def test_the_set_remembers_actions_without_growing_for_ever():
    policies = PolicySet(identity=policy(statement(action="s3:*")))
    for number in range(5000):
        assert evaluate(Request(ALICE, f"s3:Get{number}", OBJECT), policies).allowed
    assert len(policies._remembered) <= 4096


ACCOUNT, KEY = "111122223333", "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"


@pytest.mark.parametrize("principal", [ALICE, ROOT, ""])
@pytest.mark.parametrize("action", ["sts:GetCallerIdentity", "STS:GetSessionToken"])
def test_no_policy_controls_who_asks_for_itself(action, principal):
    decision = evaluate(Request(principal, action), PolicySet(identity=policy(statement("Deny", "*"))))
    assert (decision.allowed, decision.rule) == (True, None)
    assert "no policy can control this action" in repr(decision)


@pytest.mark.parametrize(
    "action", ["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "SetSourceIdentity", "TagSession"]
)
def test_a_roles_policy_is_called_trust_policy(action):
    trusting, denying = ({"Effect": e, "Action": "sts:*", "Principal": "*"} for e in ("Allow", "Deny"))
    request = Request(ALICE, f"sts:{action}", READER)
    everything = policy(statement(action="*"))
    assert evaluate(request, PolicySet(identity=everything)).layer == TRUST
    assert evaluate(request, PolicySet(identity=everything, resource=policy(trusting, denying))).layer == TRUST
    by_identity = evaluate(request, PolicySet(identity=policy(statement("Deny", "*")), resource=policy(trusting)))
    assert (by_identity.outcome, by_identity.layer) == ("explicitDeny", IDENTITY)
    here = evaluate(Request(ALICE, f"sts:{action}"), PolicySet(identity=everything))
    assert here.layer == IDENTITY


def test_another_resources_policy_is_called_resource_based():
    denying = policy(statement("Deny", "*", Principal="*"))
    for request in (Request(ALICE, "s3:GetObject", OBJECT), Request(ALICE, "sts:DecodeAuthorizationMessage", READER)):
        assert evaluate(request, PolicySet(resource=denying)).layer == RESOURCE


@pytest.mark.parametrize("action", ["s3:DeleteBucketPolicy", "s3:GetBucketPolicy", "s3:PutBucketPolicy"])
def test_no_bucket_policy_locks_the_owners_root_user_out(action):
    denying = PolicySet(resource=policy(statement("Deny", "s3:*", Principal="*")))
    assert evaluate(Request(ROOT, action, "arn:aws:s3:::reports"), denying).allowed
    assert not evaluate(Request(ALICE, action, "arn:aws:s3:::reports"), denying).allowed
    other = Request(ROOT, action, "arn:aws:s3:::reports", resource_account="444455556666")
    assert evaluate(other, denying).outcome == "explicitDeny"


def test_the_strongest_grant_decides_and_of_equals_the_first():
    account = statement(Sid="Account", Principal={"AWS": ACCOUNT})
    first, second = (statement(Sid=sid, Principal={"AWS": ALICE}) for sid in ("First", "Second"))
    decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(resource=policy(account, first, second)))
    assert (decision.layer, decision.rule.statement.sid) == (RESOURCE, "First")


def test_an_allow_names_the_layer_and_the_statement_that_gave_it():
    decision = evaluate(Request(ALICE, "s3:GetObject", OBJECT), PolicySet(identity=ALLOW))
    assert (decision.layer, decision.rule.policy.name) == (IDENTITY, "PolicyInputList.1")
    named = evaluate(Request(SESSION, "s3:GetObject", OBJECT), PolicySet(resource=policy(statement(Principal="*"))))
    assert named.layer == RESOURCE
    root = evaluate(Request(ROOT, "s3:GetObject", OBJECT), PolicySet())
    assert (root.allowed, root.rule) == (True, None)
    behind = policy(statement(Principal={"AWS": READER}))
    assert evaluate(Request(SESSION, "s3:GetObject", OBJECT), PolicySet(resource=behind)).layer == RESOURCE


def test_a_key_is_reached_only_through_its_policy():
    decrypt = PolicySet(identity=policy(statement(action="kms:*")))
    assert evaluate(Request(ALICE, "kms:Decrypt", KEY), decrypt).layer == RESOURCE
    assert evaluate(Request(ALICE, "kms:ListAliases"), decrypt).allowed


def test_the_credential_decides_before_the_organization():
    decision = evaluate(Request(SESSION, "sts:GetFederationToken"), PolicySet(organization=[Level("Root", [])]))
    assert (decision.outcome, decision.layer) == ("implicitDeny", "kind of credential")


@pytest.mark.parametrize("caller", [ALICE, READER, SESSION])
def test_nobody_is_kept_from_asking_who_they_are(caller):
    forbidden = PolicySet(identity=[policy(statement("Deny", "sts:*"))])
    assert evaluate(Request(caller, "sts:GetCallerIdentity"), forbidden).allowed


@pytest.mark.parametrize("caller", [READER, SESSION])
def test_a_role_gets_no_session_token_whatever_its_policies_say(caller):
    everything = PolicySet(identity=[policy(statement("Allow", "*"))])
    for action in ("sts:GetSessionToken", "sts:GetFederationToken"):
        assert evaluate(Request(caller, action), everything).outcome == "implicitDeny"
    assert evaluate(Request(ALICE, "sts:GetFederationToken"), everything).allowed
