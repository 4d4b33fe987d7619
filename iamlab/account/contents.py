"""What is in the account: its collections, the operations that make new things, and its settings.

`Contents` is the half of `Account` that holds; the other half, in `account`, asks and acts.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction_identity-management.html]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from iamlab.account import mfa, names, passwords, providers, settings
from iamlab.account.authenticator import AuthenticatorApp, VirtualMfaDevice
from iamlab.account.collection import Collection, H, Policies
from iamlab.account.credentials import AccessKey, AccessKeyLastUsed, find_access_key
from iamlab.account.documents import Document
from iamlab.account.entities import find
from iamlab.account.instance_profiles import InstanceProfile, create_instance_profile
from iamlab.account.managed import customer_managed
from iamlab.account.organization import Organization, create_organization
from iamlab.account.policies import Policy, create_policy
from iamlab.account.records import PasswordPolicyRecord
from iamlab.account.resources import Bucket, Resource, create_bucket, create_resource
from iamlab.account.roles import Role, create_role
from iamlab.account.root import RootUser
from iamlab.account.state import State
from iamlab.account.users import Group, User, create_group, create_user
from iamlab.catalog import managed
from iamlab.errors import NoSuchBucket, NoSuchEntity

if TYPE_CHECKING:
    from iamlab.account.onboarding import NewUser
    from iamlab.account.service_roles import DeletionTask


class Contents:
    """The things of an account.

    Attributes:
        state: the account's tables (for the modules of this package; others ask the account).
    """

    state: State

    @property
    def root(self) -> RootUser:
        """The root user."""
        return RootUser(self.state)

    @property
    def users(self) -> Collection[User]:
        """Users by name."""
        return self._collection("IAM users", self.state.users, User, "user")

    @property
    def groups(self) -> Collection[Group]:
        """User groups by name."""
        return self._collection("IAM user groups", self.state.groups, Group, "group")

    @property
    def roles(self) -> Collection[Role]:
        """Roles by name."""
        return self._collection("Roles", self.state.roles, Role, "role")

    def _collection(
        self, title: str, table: dict[str, Any], handle: Callable[[State, str], H], kind: str
    ) -> Collection[H]:
        def get(name: str) -> H:
            return handle(self.state, find(table, name, kind).name)

        return Collection(title, lambda: [record.name for record in table.values()], get)

    @property
    def policies(self) -> Policies:
        """Managed policies by name or ARN; the account's own come before AWS's."""
        own = "Customer managed policies"
        return Policies(own, lambda: [policy.name for policy in customer_managed(self.state)], self._policy)

    def _policy(self, name: str) -> Policy:
        if name in self.state.policies:
            return Policy(self.state, name)
        for record in self.state.policies.values():
            if record.name.lower() == name.lower():
                return Policy(self.state, record.arn)
        return Policy(self.state, managed.managed_policy(name).arn)

    @property
    def buckets(self) -> Collection[Bucket]:
        """S3 buckets by name."""
        prefix = f"arn:{self.state.partition}:s3:::"

        def get(name: str) -> Bucket:
            if prefix + name not in self.state.resources:
                raise NoSuchBucket(f"The specified bucket does not exist: {name}")
            return Bucket(self.state, prefix + name)

        return Collection(
            "Buckets", lambda: [arn.removeprefix(prefix) for arn in self.state.resources if arn.startswith(prefix)], get
        )

    @property
    def resources(self) -> Collection[Resource]:
        """Everything with a resource policy, by ARN; buckets too."""

        def get(arn: str) -> Resource:
            if arn not in self.state.resources:
                raise NoSuchEntity(f"Resource {arn} cannot be found.")
            return Bucket(self.state, arn) if ":s3:::" in arn else Resource(self.state, arn)

        return Collection("Resources", lambda: list(self.state.resources), get)

    @property
    def instance_profiles(self) -> Collection[InstanceProfile]:
        """Instance profiles by name."""

        def get(name: str) -> InstanceProfile:
            return InstanceProfile(self.state, InstanceProfile(self.state, name).record.name)

        table = self.state.instance_profiles
        return Collection("Instance profiles", lambda: [record.name for record in table.values()], get)

    @property
    def identity_providers(self) -> Collection[providers.IdentityProvider]:
        """SAML and OpenID Connect providers by ARN."""

        def get(arn: str) -> providers.IdentityProvider:
            return providers.IdentityProvider(self.state, providers.find_provider(self.state, arn).arn)

        return Collection("Identity providers", lambda: list(self.state.providers), get)

    @property
    def virtual_mfa_devices(self) -> Collection[mfa.MfaDevice]:
        """Virtual MFA devices by serial number, assigned or not."""

        def get(serial_number: str) -> mfa.MfaDevice:
            return mfa.MfaDevice(self.state, mfa.find_device(self.state, serial_number).serial)

        return Collection("Virtual MFA devices", lambda: list(self.state.mfa_devices), get)

    @property
    def organization(self) -> Organization | None:
        """The organization the account is in, or None."""
        return Organization(self.state) if self.state.organization else None

    def create_user(self, name: str, **options: Any) -> User:
        """Create a user; see `iamlab.account.users.create_user` for path, permissions_boundary and tags."""
        return create_user(self.state, name, **options)

    def create_group(self, name: str, *, path: str = "/") -> Group:
        """Create a user group; see `iamlab.account.users.create_group`."""
        return create_group(self.state, name, path=path)

    def create_role(self, name: str, trust_policy: Document, **options: Any) -> Role:
        """Create a role; see `iamlab.account.roles.create_role` for path, description, tags and the rest."""
        return create_role(self.state, name, trust_policy, **options)

    def create_policy(
        self, name: str, document: Document, *, path: str = "/", description: str = "", tags: names.Tags = ()
    ) -> Policy:
        """Create a customer managed policy; see `iamlab.account.policies.create_policy`."""
        return create_policy(self.state, name, document, path=path, description=description, tags=tags)

    def create_bucket(self, name: str, *, region: str = "us-east-1", tags: names.Tags = ()) -> Bucket:
        """Create an S3 bucket; see `iamlab.account.resources.create_bucket`."""
        return create_bucket(self.state, name, region=region, tags=tags)

    def create_resource(self, arn: str, *, policy: Document | None = None, tags: names.Tags = ()) -> Resource:
        """Register anything else that has an ARN; see `iamlab.account.resources.create_resource`."""
        return create_resource(self.state, arn, policy=policy, tags=tags)

    def create_organization(self, *, management_account: str | None = None) -> Organization:
        """Put the account into an organization; see `iamlab.account.organization.create_organization`."""
        return create_organization(self.state, management_account=management_account)

    def create_instance_profile(self, name: str, *, path: str = "/", tags: names.Tags = ()) -> InstanceProfile:
        """Create an instance profile; see `iamlab.account.instance_profiles.create_instance_profile`."""
        return create_instance_profile(self.state, name, path=path, tags=tags)

    def create_service_linked_role(
        self, service_name: str, *, description: str = "", custom_suffix: str | None = None
    ) -> Role:
        """Let a service have its own role; see `iamlab.account.service_roles.create_service_linked_role`."""
        from iamlab.account import service_roles

        return service_roles.create_service_linked_role(
            self.state, service_name, description=description, custom_suffix=custom_suffix
        )

    def delete_service_linked_role(self, role: Role | str) -> DeletionTask:
        """Ask a service to give its role up; see `iamlab.account.service_roles.delete_service_linked_role`."""
        from iamlab.account import service_roles

        return service_roles.delete_service_linked_role(self.state, role)

    def create_virtual_mfa_device(self, name: str, *, path: str = "/", tags: names.Tags = ()) -> VirtualMfaDevice:
        """Make a virtual MFA device; its seed and QR code are in the answer, this once."""
        return mfa.create_virtual_mfa_device(self.state, name, path=path, tags=tags)

    def authenticator_app(self) -> AuthenticatorApp:
        """A pretend phone that goes by the account's clock."""
        return AuthenticatorApp(self.state.clock)

    def create_saml_provider(self, name: str, metadata: str, *, tags: names.Tags = ()) -> providers.IdentityProvider:
        """Trust a SAML 2.0 provider; see `iamlab.account.providers.create_saml_provider`."""
        return providers.create_saml_provider(self.state, name, metadata, tags=tags)

    def create_open_id_connect_provider(
        self, url: str, client_ids: Iterable[str] = (), thumbprints: Iterable[str] = (), *, tags: names.Tags = ()
    ) -> providers.IdentityProvider:
        """Trust an OpenID Connect provider; see `iamlab.account.providers.create_open_id_connect_provider`."""
        return providers.create_open_id_connect_provider(self.state, url, client_ids, thumbprints, tags=tags)

    def provision_user(self, name: str, **options: Any) -> NewUser:
        """Create a user with console access, key, groups and policies in one go; see `iamlab.account.onboarding`."""
        from iamlab.account import onboarding

        return onboarding.provision_user(self.state, name, **options)

    def access_key(self, access_key_id: str) -> AccessKey:
        """A long-term access key of anybody.

        Raises:
            NoSuchEntity: there is no such key.
        """
        holder, key = find_access_key(self.state, access_key_id)
        return AccessKey(self.state, holder, key.id)

    def get_access_key_last_used(self, access_key_id: str) -> AccessKeyLastUsed:
        """Whose a key is, and when, where and for what it was last used [IAM API GetAccessKeyLastUsed]."""
        return self.access_key(access_key_id).last_used

    @property
    def alias(self) -> str | None:
        """The account's alias, or None."""
        return self.state.alias

    def create_account_alias(self, alias: str) -> None:
        """Give the account a name for its sign-in address; it replaces the one before."""
        settings.create_account_alias(self.state, alias)

    def delete_account_alias(self, alias: str) -> None:
        """Take the alias away."""
        settings.delete_account_alias(self.state, alias)

    def get_account_password_policy(self) -> PasswordPolicyRecord:
        """The account's own password policy; NoSuchEntity when AWS's default holds."""
        return settings.get_account_password_policy(self.state)

    def update_account_password_policy(self, **options: int | bool | None) -> PasswordPolicyRecord:
        """Replace the password policy; see `iamlab.account.settings.update_account_password_policy`."""
        return settings.update_account_password_policy(self.state, **options)

    def delete_account_password_policy(self) -> None:
        """Go back to AWS's default password policy."""
        settings.delete_account_password_policy(self.state)

    def generate_password(self) -> str:
        """A password as the Console makes one, good for the password policy."""
        return passwords.generate_password(self.state)
