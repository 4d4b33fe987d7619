"""Random operations: whatever people do, in whatever order, the account stays whole."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from samples import allow, deny, trust

from iamlab import errors
from iamlab.account import Account, passwords, private, section
from iamlab.account.authenticator import code_at, step_at
from iamlab.account.export import write
from iamlab.account.managed import policy_record

NAMES = st.sampled_from(["alice", "Alice", "bob", "Developers", "x" * 64, "a b", "<i>", ""])
POLICY_NAMES = st.sampled_from(["reader", "Reader", "writer", "too long " * 20])
DOCUMENTS = st.sampled_from(
    [
        allow("s3:Get*"),
        deny("iam:*"),
        allow("s3:*", Principal="*"),
        {"Statement": []},
        allow("s3:" + "x" * 1500),
        "{",
        7,
    ]
)
AWS = st.sampled_from(["ReadOnlyAccess", "PowerUserAccess", "IAMReadOnlyAccess", "SecurityAudit"])


class AnAccount(RuleBasedStateMachine):
    """Every operation may be refused with one of AWS's codes; a refused one changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setitem(passwords._SCRYPT, "n", 4)

    def teardown(self) -> None:
        self.patch.undo()

    @initialize()
    def start(self) -> None:
        self.lab = Account(seed=3)
        self.lab.state.quotas.update({"users_per_account": 3, "managed_policies_per_user": 2, "groups_per_user": 1})
        self.ids: set[str] = set()
        self.alive: set[str] = set()

    def snapshot(self) -> Any:
        """All that is kept, but for the events (a refusal is one) and the generator of ids."""
        state = self.lab.state
        shared = {key: value for key, value in section.write(state).items() if key != "Events"}
        secret = {key: value for key, value in private.write(state).items() if key != "Generator"}
        return json.loads(json.dumps([write(state), shared, secret]))

    def attempt(self, operation: Any) -> None:
        before, revision = self.snapshot(), self.lab.revision
        try:
            operation()
        except errors.AwsError:
            assert self.snapshot() == before
            assert self.lab.revision == revision
        else:
            assert self.lab.revision > revision

    @rule(name=NAMES, tags=st.dictionaries(st.sampled_from(["a", "A", "aws:b", "c"]), st.just("v"), max_size=2))
    def create_user(self, name: str, tags: dict[str, str]) -> None:
        self.attempt(lambda: self.lab.create_user(name, tags=tags))

    @rule(name=NAMES)
    def create_group(self, name: str) -> None:
        self.attempt(lambda: self.lab.create_group(name))

    @rule(name=NAMES, who=NAMES)
    def create_role(self, name: str, who: str) -> None:
        arn = f"arn:aws:iam::111122223333:user/{who}"
        self.attempt(lambda: self.lab.create_role(name, trust({"AWS": arn})))

    @rule(name=POLICY_NAMES, document=DOCUMENTS)
    def create_policy(self, name: str, document: Any) -> None:
        self.attempt(lambda: self.lab.create_policy(name, document))

    @rule(name=POLICY_NAMES, document=DOCUMENTS, default=st.booleans())
    def create_version(self, name: str, document: Any, default: bool) -> None:
        self.attempt(lambda: self.lab.policies[name].create_version(document, set_as_default=default))

    @rule(name=POLICY_NAMES, number=st.integers(1, 7), delete=st.booleans())
    def change_version(self, name: str, number: int, delete: bool) -> None:
        def change() -> None:
            policy = self.lab.policies[name]
            (policy.delete_version if delete else policy.set_default_version)(f"v{number}")

        self.attempt(change)

    @rule(kind=st.sampled_from(["users", "groups", "roles"]), name=NAMES, policy=POLICY_NAMES | AWS, on=st.booleans())
    def attach(self, kind: str, name: str, policy: str, on: bool) -> None:
        def change() -> None:
            entity = getattr(self.lab, kind)[name]
            (entity.attach_policy if on else entity.detach_policy)(self.lab.policies[policy])

        self.attempt(change)

    @rule(kind=st.sampled_from(["users", "roles"]), name=NAMES, policy=POLICY_NAMES | AWS, on=st.booleans())
    def bound(self, kind: str, name: str, policy: str, on: bool) -> None:
        def change() -> None:
            entity = getattr(self.lab, kind)[name]
            entity.put_permissions_boundary(self.lab.policies[policy]) if on else entity.delete_permissions_boundary()

        self.attempt(change)

    @rule(kind=st.sampled_from(["users", "groups", "roles"]), name=NAMES, policy=POLICY_NAMES, document=DOCUMENTS)
    def write_inline(self, kind: str, name: str, policy: str, document: Any) -> None:
        self.attempt(lambda: getattr(self.lab, kind)[name].create_policy(policy, document))

    @rule(kind=st.sampled_from(["users", "groups", "roles"]), name=NAMES, policy=POLICY_NAMES)
    def delete_inline(self, kind: str, name: str, policy: str) -> None:
        self.attempt(lambda: getattr(self.lab, kind)[name].delete_policy(policy))

    @rule(group=NAMES, user=NAMES, inside=st.booleans())
    def move(self, group: str, user: str, inside: bool) -> None:
        def change() -> None:
            found = self.lab.groups[group]
            (found.add_user if inside else found.remove_user)(user)

        self.attempt(change)

    @rule(kind=st.sampled_from(["users", "groups"]), name=NAMES, new_name=NAMES)
    def rename(self, kind: str, name: str, new_name: str) -> None:
        self.attempt(lambda: getattr(self.lab, kind)[name].update(new_name=new_name))

    @rule(kind=st.sampled_from(["users", "groups", "roles", "policies"]), name=NAMES | POLICY_NAMES)
    def delete(self, kind: str, name: str) -> None:
        self.attempt(lambda: getattr(self.lab, kind)[name].delete())

    @rule()
    def save_and_load(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "lab.json"
            self.lab.save(path)
            again = Account.load(path)
            again.save(path)
            before = self.snapshot()
        self.lab = again
        assert self.snapshot() == before

    @rule(name=NAMES, delete=st.booleans())
    def access_key(self, name: str, delete: bool) -> None:
        def change() -> None:
            user = self.lab.users[name]
            if not delete:
                user.create_access_key_pair()
            elif user.access_keys:
                user.access_keys[0].delete()
            else:
                raise errors.NoSuchEntity("no key")

        self.attempt(change)

    @rule(name=NAMES, password=st.sampled_from(["Correct-horse-7", "short", None]))
    def password(self, name: str, password: str | None) -> None:
        self.attempt(lambda: self.lab.users[name].create_login_profile(password))

    @rule(name=NAMES)
    def no_password(self, name: str) -> None:
        self.attempt(lambda: self.lab.users[name].login_profile.delete())

    @rule(name=NAMES, device=st.sampled_from(["one", "two"]), good=st.booleans())
    def mfa(self, name: str, device: str, good: bool) -> None:
        def change() -> None:
            serial = f"arn:aws:iam::111122223333:mfa/{device}"
            if serial not in self.lab.virtual_mfa_devices:
                self.lab.create_virtual_mfa_device(device)
                return
            seed, step = self.lab.virtual_mfa_devices[serial].record.seed, step_at(self.lab.clock.now())
            assert seed is not None
            codes = code_at(seed, step), code_at(seed, step + 1)
            self.lab.users[name].enable_mfa(serial, *(codes if good else reversed(codes)))

        self.attempt(change)

    @rule(device=st.sampled_from(["one", "two"]), delete=st.booleans())
    def no_mfa(self, device: str, delete: bool) -> None:
        def change() -> None:
            handle = self.lab.virtual_mfa_devices[f"arn:aws:iam::111122223333:mfa/{device}"]
            handle.delete() if delete else handle.deactivate()

        self.attempt(change)

    @rule(role=NAMES, user=NAMES, seconds=st.sampled_from([3600, 7200]))
    def assume(self, role: str, user: str, seconds: int) -> None:
        self.attempt(lambda: self.lab.assume_role(user, role, "work", duration_seconds=seconds))

    @rule(minutes=st.integers(0, 90))
    def wait(self, minutes: int) -> None:
        self.lab.clock.advance(minutes=minutes)

    @invariant()
    def whole(self) -> None:
        state = self.lab.state
        for table in (state.users, state.groups, state.roles):
            for key, record in table.items():
                assert key == record.name.lower()
                for arn in (*record.attached, *([record.boundary] if record.boundary else [])):
                    assert policy_record(state, arn).arn == arn
                assert len(set(record.attached)) == len(record.attached)
        assert len(state.users) <= 3
        for user in state.users.values():
            assert len(user.attached) <= 2
            assert len(user.groups) <= 1
            assert len(user.access_keys) <= 2
            for device in user.mfa_devices:
                assert state.mfa_devices[device.serial] is device
                assert device.owner is user
            assert sum(document.size for document in user.inline.values()) <= 2048
            for group in user.groups:
                assert state.groups[group.name.lower()] is group
        own = [policy for policy in state.policies.values() if not policy.arn.startswith("arn:aws:iam::aws:")]
        assert len({policy.name.lower() for policy in own}) == len(own)
        for policy in own:
            assert 1 <= len(policy.versions) <= 5
            assert policy.default_version in policy.versions

    @invariant()
    def ids_are_never_reused(self) -> None:
        state = self.lab.state
        tables: list[Any] = [state.users, state.groups, state.roles]
        now = {record.id for table in tables for record in table.values()}
        assert not (now - self.alive) & self.ids
        self.ids |= now
        self.alive = now


TestAnAccount = AnAccount.TestCase
TestAnAccount.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
