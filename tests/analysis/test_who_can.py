"""Who can do this: every row is confirmed by decisions, and nobody who can is missing."""

from __future__ import annotations

import json
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iamlab import Account, analysis
from iamlab.analysis import Ways
from iamlab.errors import InvalidInput

BUCKET = "arn:aws:s3:::reports"
OBJECT = f"{BUCKET}/q3.csv"
ANY = {"AWS": "111122223333"}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def document(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str = "s3:GetObject", resource: str = "*", **more: object) -> dict:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(*principals: object, **more: object) -> dict:
    actions = ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"]
    return document(*({"Effect": "Allow", "Principal": one, "Action": actions, **more} for one in principals))


def rows(lab: Account, action: str = "s3:GetObject", resource: str = OBJECT, context: dict | None = None) -> list[str]:
    """`who through roles if condition by policy of place`, without root."""
    found = []
    for way in Ways(lab, action, resource, context):
        if way.principal != "root":
            through = f" through {way.through}" if way.through else ""
            condition = f" if {way.condition}" if way.condition else ""
            found.append(f"{way.principal}{through}{condition} by {way.policy} of {way.attached_to}")
    return found


@pytest.fixture
def lab() -> Account:
    lab = Account()
    for name in ("alice", "bob", "carol"):
        lab.create_user(name)
    lab.create_bucket("reports")
    return lab


def test_own_policies_and_those_of_groups(lab):
    lab.create_group("Readers").add_user("bob")
    lab.groups["Readers"].attach_policy(lab.create_policy("Read", document(allow())))
    lab.users["alice"].create_policy("own", document(allow(resource=f"{BUCKET}/*")))
    lab.users["carol"].create_policy("other", document(allow(resource=f"{BUCKET}/archive/*")))
    assert rows(lab) == ["user/alice by own of user alice", "user/bob by Read of group Readers"]


def test_the_table(lab):
    lab.users["alice"].create_policy("own", document(allow(Sid="Reports", Condition=MFA)))
    table = analysis.who_can(lab, "s3:GetObject", lab.buckets["reports"])
    assert table.to_dict("records") == [
        {
            "principal": "root",
            "outcome": "allowed",
            "through": "",
            "condition": "",
            "policy": "",
            "statement": "",
            "attached_to": "",
            "arn": "arn:aws:iam::111122223333:root",
        },
        {
            "principal": "user/alice",
            "outcome": "conditional",
            "through": "",
            "condition": "Bool aws:MultiFactorAuthPresent = true",
            "policy": "own",
            "statement": "Reports",
            "attached_to": "user alice",
            "arn": "arn:aws:iam::111122223333:user/alice",
        },
    ]
    assert table.attrs["resource"] == BUCKET
    assert table.attrs["unknown"] == []
    assert set(analysis.who_can(lab, "s3:GetObject", OBJECT, {"aws:MultiFactorAuthPresent": "true"})["outcome"]) == {
        "allowed"
    }


def test_nobody_but_root(lab):
    table = analysis.who_can(lab, "sqs:SendMessage")
    assert list(table["principal"]) == ["root"]


def test_what_is_no_action_or_resource(lab):
    with pytest.raises(InvalidInput, match="Invalid action"):
        Ways(lab, "GetObject")
    with pytest.raises(InvalidInput, match="is not a resource"):
        Ways(lab, "s3:GetObject", 3)


def test_it_is_asked_anew_after_a_change(lab):
    assert rows(lab) == []
    lab.users["alice"].create_policy("own", document(allow()))
    assert rows(lab) == ["user/alice by own of user alice"]
    lab.users["alice"].delete_policy("own")
    assert rows(lab) == []


def test_denies_and_boundaries_take_rows_away(lab):
    for name in ("alice", "bob", "carol"):
        lab.users[name].create_policy("own", document(allow()))
    lab.users["bob"].create_policy("no", document(allow(resource=f"{BUCKET}/*") | {"Effect": "Deny"}))
    lab.users["carol"].put_permissions_boundary(lab.create_policy("Frontier", document(allow("sqs:*"))))
    assert rows(lab) == ["user/alice by own of user alice"]


def test_what_tells_people_apart(lab):
    lab.users["bob"].tag({"team": "blue"})
    group = lab.create_group("Everybody")
    for name in ("alice", "bob", "carol"):
        group.add_user(name)
    group.create_policy(
        "own",
        document(
            allow(resource=BUCKET + "/home/${aws:username}/*", Sid="Home"),
            allow(Condition={"StringEquals": {"aws:PrincipalTag/team": "blue"}}, Sid="Team"),
        ),
    )
    assert [(way.principal, way.statement) for way in Ways(lab, "s3:GetObject", f"{BUCKET}/home/alice/x")] == [
        ("root", ""),
        ("user/alice", "Home"),
        ("user/bob", "Team"),
    ]


def test_a_role_to_assume_and_the_chain_to_it(lab):
    first = lab.create_role("First", trust({"AWS": lab.users["bob"].arn}))
    last = lab.create_role("Last", trust(ANY, Condition=MFA))
    last.create_policy("read", document(allow()))
    first.create_policy("become", document(allow("sts:AssumeRole", last.arn)))
    lab.users["alice"].create_policy("become", document(allow("sts:AssumeRole", last.arn)))
    # A role's session has no MFA, so the chain breaks there.
    assert rows(lab) == [
        "user/alice through role/Last if to assume role/Last: Bool aws:MultiFactorAuthPresent = true "
        "by read of role Last",
        "role/Last by read of role Last",
    ]
    last.update_assume_role_policy(trust(ANY))
    assert rows(lab) == [
        "user/alice through role/Last by read of role Last",
        "user/bob through role/First → role/Last by read of role Last",
        "role/First through role/Last by read of role Last",
        "role/Last by read of role Last",
    ]


def test_the_conditions_of_every_step_are_told(lab):
    office = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    role = lab.create_role("Reader", trust({"AWS": lab.users["alice"].arn}, Condition=MFA))
    role.create_policy("read", document(allow(Condition=office)))
    assert rows(lab)[0] == (
        "user/alice through role/Reader if to assume role/Reader: Bool aws:MultiFactorAuthPresent = true; "
        "as role/Reader: IpAddress aws:SourceIp = 192.0.2.0/24 by read of role Reader"
    )
    assert rows(lab, context={"aws:SourceIp": "192.0.2.7"})[0] == (
        "user/alice through role/Reader if to assume role/Reader: Bool aws:MultiFactorAuthPresent = true "
        "by read of role Reader"
    )


def test_who_can_without_a_role_needs_none(lab):
    role = lab.create_role("Reader", trust({"AWS": lab.users["alice"].arn}))
    role.create_policy("read", document(allow()))
    lab.users["alice"].create_policy("own", document(allow()))
    assert [row for row in rows(lab) if row.startswith("user/")] == ["user/alice by own of user alice"]
    lab.users["alice"].create_policy("own", document(allow(Condition=MFA)))
    assert len([row for row in rows(lab) if row.startswith("user/alice")]) == 2


def test_every_role_that_can_is_a_way_but_none_beyond_one_that_can(lab):
    near = lab.create_role("Near", trust({"AWS": lab.users["alice"].arn}))
    far = lab.create_role("Far", trust({"AWS": near.arn}))
    for role in (near, far):
        role.create_policy("read", document(allow()))
    assert [row for row in rows(lab) if row.startswith("user/")] == [
        "user/alice through role/Near by read of role Near"
    ]


def test_roles_in_a_ring_do_not_go_on_for_ever(lab):
    one = lab.create_role("One", trust(ANY))
    two = lab.create_role("Two", trust(ANY))
    for role in (one, two):
        role.create_policy("become", document(allow("sts:AssumeRole")))
    two.create_policy("read", document(allow()))
    assert rows(lab) == ["role/One through role/Two by read of role Two", "role/Two by read of role Two"]


def test_of_two_chains_the_one_without_a_condition_is_told(lab):
    last = lab.create_role("Last", trust(ANY))
    last.create_policy("read", document(allow()))
    office = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    for name, condition in (("One", {"Condition": office}), ("Two", {})):
        role = lab.create_role(name, trust({"AWS": lab.users["alice"].arn}))
        role.create_policy("become", document(allow("sts:AssumeRole", last.arn, **condition)))
    assert rows(lab)[0] == "user/alice through role/Two → role/Last by read of role Last"


def test_a_role_that_trusts_everybody_lets_any_account_in_but_nobody_without_one(lab):
    lab.create_role("Open", trust({"AWS": "*"})).create_policy("read", document(allow()))
    assert [row.partition(" through")[0] for row in rows(lab) if "through" in row] == [
        *(f"user/{name}" for name in ("alice", "bob", "carol")),
        "any AWS account",
    ]


def test_services_providers_and_other_accounts_by_way_of_a_role(lab):
    role = lab.create_role(
        "Reader",
        trust(
            {"Service": "lambda.amazonaws.com"},
            {"AWS": "arn:aws:iam::444455556666:root"},
            {"AWS": "arn:aws:iam::777788889999:role/partner"},
            {"Federated": "accounts.google.com"},
        ),
    )
    role.create_policy("read", document(allow()))
    assert rows(lab) == [
        "role/Reader by read of role Reader",
        "lambda.amazonaws.com through role/Reader by read of role Reader",
        "account 444455556666 through role/Reader if to assume role/Reader: account 444455556666 allows it "
        "by read of role Reader",
        "arn:aws:iam::777788889999:role/partner through role/Reader if to assume role/Reader: "
        "account 777788889999 allows it by read of role Reader",
        "accounts.google.com through role/Reader by read of role Reader",
    ]


def test_whom_a_bucket_policy_lets_in(lab):
    lab.buckets["reports"].put_public_access_block(on=False)
    lab.buckets["reports"].put_policy(
        document(
            {**allow(resource=f"{BUCKET}/*"), "Principal": {"AWS": ["444455556666", lab.users["bob"].arn]}},
            {**allow(resource=f"{BUCKET}/*"), "Principal": {"Service": "logging.s3.amazonaws.com"}},
            {
                **allow(resource=f"{BUCKET}/*"),
                "Principal": "*",
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}},
            },
        )
    )
    assert rows(lab) == [
        "user/bob by bucket policy of bucket reports",
        "account 444455556666 if account 444455556666 allows it by bucket policy of bucket reports",
        "logging.s3.amazonaws.com by bucket policy of bucket reports",
        "any AWS account if the caller's account allows it; StringEquals aws:PrincipalOrgID = o-exampleorgid "
        "by bucket policy of bucket reports",
    ]
    lab.buckets["reports"].put_policy(document({**allow(resource=f"{BUCKET}/*"), "Principal": "*"}))
    assert rows(lab)[-2:] == [
        "any AWS account if the caller's account allows it by bucket policy of bucket reports",
        "anonymous by bucket policy of bucket reports",
    ]
    assert rows(lab)[:3] == [f"user/{name} by bucket policy of bucket reports" for name in ("alice", "bob", "carol")]
    lab.buckets["reports"].put_public_access_block()
    assert not [row for row in rows(lab) if row.startswith(("any", "anonymous"))]


def test_an_account_that_only_a_condition_names(lab):
    narrowed = {"Condition": {"StringEquals": {"aws:PrincipalAccount": "444455556666"}}}
    lab.buckets["reports"].put_policy(document({**allow(resource=f"{BUCKET}/*", **narrowed), "Principal": "*"}))
    assert rows(lab) == [
        "any AWS account if the caller's account allows it; StringEquals aws:PrincipalAccount = 444455556666 "
        "by bucket policy of bucket reports"
    ]


def test_people_of_a_connected_account_are_asked_themselves(lab):
    other = Account("444455556666")
    erin = other.create_user("erin")
    other.create_user("frank")
    lab.connect(other)
    lab.buckets["reports"].put_policy(document({**allow(resource=f"{BUCKET}/*"), "Principal": {"AWS": "444455556666"}}))
    erin.create_policy("away", document(allow()))
    assert rows(lab) == [
        "arn:aws:iam::444455556666:root by  of ",
        "arn:aws:iam::444455556666:user/erin by away of user erin",
    ]
    erin.delete_policy("away")
    assert len(rows(lab)) == 1
    other.users["frank"].create_policy("away", document(allow()))
    assert rows(lab)[1:] == ["arn:aws:iam::444455556666:user/frank by away of user frank"]


def test_what_an_export_cannot_know_is_said(lab, tmp_path):
    path = tmp_path / "details.json"
    path.write_text(json.dumps(lab.get_account_authorization_details()))
    table = analysis.who_can(Account.load(path), "s3:GetObject", OBJECT)
    assert any("Resource-based policies" in sentence for sentence in table.attrs["unknown"])


def test_conditions_that_no_credential_meets_are_denials(lab):
    without = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
    lab.users["alice"].create_policy("own", document(allow(Condition=MFA)))
    lab.users["alice"].put_permissions_boundary(lab.create_policy("Frontier", document(allow(Condition=without))))
    assert rows(lab) == []


def test_a_key_that_is_taken_away_is_not_open(lab):
    office = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    group = lab.create_group("Some")
    group.add_user("alice")
    group.create_policy("own", document(allow(Condition=office)))
    assert len(rows(lab)) == 1
    assert rows(lab, context={"aws:SourceIp": None}) == []


# Random accounts

USERS, ROLES = ("alice", "bob"), ("One", "Two", "Three")
CONDITIONS = [
    {},
    {},
    {"Condition": MFA},
    {"Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}},
    {"Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}},
    {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "blue"}}},
    {"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/a*"}}},
    {"Condition": {"StringNotEquals": {"aws:username": "bob"}}},
]
MFAS = (None, "true", "false")
ADDRESSES = (None, "192.0.2.7", "203.0.113.9")


@st.composite
def statements(draw: st.DrawFn) -> dict:
    action = draw(st.sampled_from(["s3:GetObject", "s3:*", "sts:AssumeRole", "*"]))
    resources = ["*", f"{BUCKET}/*", BUCKET + "/${aws:username}*", "arn:aws:iam::*:role/T*"]
    effect = draw(st.sampled_from(["Allow", "Allow", "Deny"]))
    condition = draw(st.sampled_from(CONDITIONS))
    return allow(action, draw(st.sampled_from(resources)), **condition) | {"Effect": effect}


documents = st.lists(statements(), min_size=1, max_size=3).map(lambda made: document(*made))
NAMES = [
    "111122223333",
    *(f"arn:aws:iam::111122223333:user/{name}" for name in USERS),
    *(f"arn:aws:iam::111122223333:role/{name}" for name in ROLES),
]


@st.composite
def resource_policies(draw: st.DrawFn) -> dict:
    made = []
    for one in draw(st.lists(statements(), min_size=1, max_size=2)):
        principal = draw(st.sampled_from(["*", *NAMES]))
        element = draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"])) if one["Effect"] == "Deny" else None
        names = {"AWS": [principal, "111122223333"] if element == "NotPrincipal" and principal != "*" else principal}
        made.append({**one, "Action": "s3:*", "Resource": f"{BUCKET}/*", element or "Principal": names})
    return document(*made)


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    lab = Account(seed=1)
    tags = st.sampled_from([{}, {"team": "blue"}])
    holders = [lab.create_user(name, tags=draw(tags)) for name in USERS]
    for number, name in enumerate(ROLES):
        known = [*NAMES[:3], *NAMES[3 : 3 + number]]  # only roles that are there can be named
        condition = draw(st.sampled_from(CONDITIONS[:5]))
        holders.append(
            lab.create_role(name, trust({"AWS": draw(st.sampled_from(known))}, **condition), tags=draw(tags))
        )
    group = lab.create_group("Some")
    for user in draw(st.sets(st.sampled_from(USERS))):
        group.add_user(user)
    managed = [lab.create_policy(f"P{number}", draw(documents)) for number in range(2)]
    for holder in [group, *holders]:
        if draw(st.booleans()):
            holder.create_policy("own", draw(documents))
        for policy in managed:
            if draw(st.booleans()):
                holder.attach_policy(policy)
    bounded = draw(st.one_of(st.none(), st.sampled_from(holders)))
    if bounded is not None:
        bounded.put_permissions_boundary(draw(st.sampled_from(managed)))
    bucket = lab.create_bucket("reports")
    bucket.put_public_access_block(on=False)
    if draw(st.booleans()):
        bucket.put_policy(draw(resource_policies()))
    if draw(st.booleans()):
        organization = lab.create_organization(management_account="999999999999")
        organization.create_policy("Guard", document(draw(statements()) | {"Effect": "Deny"}))
        organization.levels[-1].attach_policy("Guard")
    return lab


def completions() -> list[dict]:
    return [{"aws:MultiFactorAuthPresent": mfa, "aws:SourceIp": address} for mfa, address in product(MFAS, ADDRESSES)]


def possible(lab: Account, arn: str, action: str, resource: str) -> set[bool]:
    """What is decided with every completion of what a row leaves open."""
    # A role's session has no MFA, whatever its caller had.
    contexts = [{"aws:SourceIp": address} for address in ADDRESSES] if ":role/" in arn else completions()
    return {lab.decide(arn, action, resource, context).allowed for context in contexts}


@settings(max_examples=120, deadline=None)
@given(accounts())
def test_rows_and_decisions_never_contradict_each_other(lab):
    everybody = [lab.arn, *NAMES[1:]]
    direct = {way.arn: way for way in Ways(lab, "s3:GetObject", OBJECT) if not way.through}
    for arn in everybody:
        found = possible(lab, arn, "s3:GetObject", OBJECT)
        if arn not in direct:
            assert found == {False}, arn
        elif direct[arn].outcome == "allowed":
            assert found == {True}, arn


@settings(max_examples=120, deadline=None)
@given(accounts())
def test_ways_through_roles_are_those_that_decisions_find(lab):
    found = list(Ways(lab, "s3:GetObject", OBJECT))
    sure = {way.arn for way in found if not way.through and way.outcome == "allowed"}
    able = {way.arn for way in found if not way.through}
    roles = NAMES[3:]
    told = {(way.arn, f"arn:aws:iam::111122223333:{way.through.rpartition(' ')[2]}") for way in found if way.through}

    def may_become(arn: str, role: str) -> bool:
        return arn != role and True in possible(lab, arn, "sts:AssumeRole", role)

    # Whoever can come to a role that can, by whatever way that no role which surely can lies on, is told.
    expected = set()
    for end in set(roles) & able:
        reached, before = {end}, {end}
        while before:
            before = {a for a in NAMES[1:] if a not in reached | sure and any(may_become(a, r) for r in before)}
            reached |= before
            expected |= {(arn, end) for arn in before}
            before &= set(roles)
    assert told >= expected
    # And each way that is told is one: with every condition left open, each step of it can be decided in favour.
    for way in found:
        steps = [f"arn:aws:iam::111122223333:{name}" for name in way.through.split(" → ") if name]
        pairs = list(zip([way.arn, *steps], steps, strict=False))
        for asker, role in pairs:
            contexts = [{"aws:MultiFactorAuthPresent": mfa} for mfa in MFAS] if ":user/" in asker else [{}]
            decisions = [lab.decide(asker, "sts:AssumeRole", role, context, partial=True) for context in contexts]
            assert {decision.outcome for decision in decisions} & {"allowed", "conditional"}, (way, role)
        if way.through and way.outcome == "allowed":
            assert all(possible(lab, asker, "sts:AssumeRole", role) == {True} for asker, role in pairs)


def test_an_odd_question_is_answered_with_a_remark(lab):
    assert analysis.who_can(lab, "s3:GetObject", "arn:aws:s3:::reports/q3.csv").attrs["remarks"] == []
    (remark,) = analysis.who_can(lab, "s3:GetObjekt", "arn:aws:s3:::reports/q3.csv").attrs["remarks"]
    assert "Did you mean s3:GetObject?" in remark
