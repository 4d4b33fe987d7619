"""Identity providers: who outside of AWS may vouch for somebody, by SAML 2.0 or OpenID Connect.

Facebook, Google, Amazon and Cognito are known to AWS by themselves and are not created.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html]
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from iamlab.account import names
from iamlab.account.handles import TaggedByArn
from iamlab.account.records import ProviderRecord
from iamlab.account.state import State
from iamlab.display import Table
from iamlab.errors import EntityAlreadyExists, InvalidInput, LimitExceeded, NoSuchEntity

SAML, OIDC = "SAML", "OpenID Connect"

_MOST_CLIENTS, _MOST_THUMBPRINTS = 100, 5  # [IAM API AddClientIDToOpenIDConnectProvider, CreateOpenIDConnectProvider]
_METADATA_NAMESPACE = "{urn:oasis:names:tc:SAML:2.0:metadata}"


def create_saml_provider(state: State, name: str, metadata: str, *, tags: names.Tags = ()) -> IdentityProvider:
    """Trust a SAML 2.0 identity provider [IAM API CreateSAMLProvider].

    Args:
        state: the account.
        name: the provider's name.
        metadata: the XML document that the provider publishes about itself.
        tags: at most 50.

    Raises:
        ValidationError: name, or a document of less than 1,000 or more than 10,000,000 characters.
        InvalidInput: not SAML metadata of an identity provider.
        EntityAlreadyExists, LimitExceeded.
    """
    with state.change():
        names.check("SAMLProviderNameType", name, "name")
        document = _metadata(metadata)
        new_tags = names.check_tags(tags)
        arn = f"arn:{state.partition}:iam::{state.account_id}:saml-provider/{name}"
        if arn in state.providers:
            raise EntityAlreadyExists(f"SAMLProvider with name {name} already exists.")
        _check_count(state, SAML, "saml_providers_per_account")
        state.providers[arn] = ProviderRecord(arn, SAML, name, state.now(), metadata=document, tags=new_tags)
    return IdentityProvider(state, arn)


def _check_count(state: State, kind: str, quota: str) -> None:
    names.check_quota(state, quota, sum(1 for provider in state.providers.values() if provider.kind == kind) + 1)


def _metadata(text: str) -> str:
    """SAML metadata that describes an identity provider; a document type could hide entities, and metadata has none."""
    from xml.etree import ElementTree

    names.check("SAMLMetadataDocumentType", text, "sAMLMetadataDocument")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InvalidInput("Could not parse metadata: it declares a document type")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as error:
        raise InvalidInput(f"Could not parse metadata: {error}") from None
    if root.tag != f"{_METADATA_NAMESPACE}EntityDescriptor" or not root.get("entityID"):
        raise InvalidInput("Could not parse metadata: expected an EntityDescriptor with an entityID")
    if root.find(f"{_METADATA_NAMESPACE}IDPSSODescriptor") is None:
        raise InvalidInput(
            "Could not parse metadata: expected an IDPSSODescriptor, the description of an identity provider"
        )
    return text


def create_open_id_connect_provider(
    state: State, url: str, client_ids: Iterable[str] = (), thumbprints: Iterable[str] = (), *, tags: names.Tags = ()
) -> IdentityProvider:
    """Trust an OpenID Connect provider [IAM API CreateOpenIDConnectProvider].

    Args:
        state: the account.
        url: its address, `https://…` without port, query or fragment; it is the issuer in its tokens.
        client_ids: the audiences that are taken, at most 100.
        thumbprints: SHA-1 of its certificate authority's certificate, at most 5; AWS finds it by itself.
        tags: at most 50.

    Raises:
        ValidationError, InvalidInput, EntityAlreadyExists, LimitExceeded.
    """
    with state.change():
        host = _host(url)
        clients = [
            names.check("clientIDType", client, "clientIDList")
            for client in names.check_list(client_ids, "clientIDList")
        ]
        prints = _thumbprints(thumbprints)
        new_tags = names.check_tags(tags)
        arn = f"arn:{state.partition}:iam::{state.account_id}:oidc-provider/{host}"
        if arn in state.providers:
            raise EntityAlreadyExists(f"Provider with url {url} already exists.")
        if len(clients) > _MOST_CLIENTS or len(prints) > _MOST_THUMBPRINTS:
            raise LimitExceeded(
                f"A provider has at most {_MOST_CLIENTS} client ids and {_MOST_THUMBPRINTS} thumbprints"
            )
        _check_count(state, OIDC, "oidc_providers_per_account")
        state.providers[arn] = ProviderRecord(
            arn, OIDC, host, state.now(), url=url, client_ids=clients, thumbprints=prints, tags=new_tags
        )
    return IdentityProvider(state, arn)


def _host(url: object) -> str:
    from urllib.parse import urlsplit  # only here, and it takes a while to load

    text = names.check("OpenIDConnectProviderUrlType", url, "url")
    try:
        parts = urlsplit(text)
        fits = parts.scheme == "https" and bool(parts.hostname) and parts.netloc == parts.hostname
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment or not re.fullmatch(r"[\x21-\x7e]+", text):
        raise InvalidInput(f"Invalid Open ID Connect Provider URL: expected https://HOST/PATH, found {text[:80]!r}")
    return f"{parts.hostname}{parts.path}".rstrip("/")


def _thumbprints(texts: object) -> list[str]:
    found = []
    for text in names.check_list(texts, "thumbprintList"):
        checked = names.check("thumbprintType", text, "thumbprintList")
        if not re.fullmatch(r"[0-9A-Fa-f]{40}", checked):
            raise InvalidInput("A thumbprint has 40 hexadecimal digits")
        found.append(checked.lower())
    return found


def find_provider(state: State, arn: str) -> ProviderRecord:
    """A provider by its ARN.

    Raises:
        NoSuchEntity: there is none.
    """
    record = state.providers.get(arn) if isinstance(arn, str) else None
    if record is None:
        raise NoSuchEntity(f"Identity provider {arn} does not exist.")
    return record


class IdentityProvider(TaggedByArn):
    """A SAML or OpenID Connect provider: a handle over the account's state."""

    __slots__ = ()

    @property
    def record(self) -> ProviderRecord:
        """The row in the account's tables.

        Raises:
            NoSuchEntity: it was deleted.
        """
        return find_provider(self._state, self.arn)

    @property
    def name(self) -> str:
        """The name of a SAML provider, or the address of an OpenID Connect provider without `https://`."""
        return self.record.name

    @property
    def kind(self) -> str:
        """`SAML` or `OpenID Connect`."""
        return self.record.kind

    @property
    def create_date(self) -> datetime:
        """When it was created."""
        return self.record.created

    @property
    def metadata(self) -> str:
        """A SAML provider's metadata; empty for OpenID Connect."""
        return self.record.metadata

    @property
    def client_ids(self) -> tuple[str, ...]:
        """The audiences that an OpenID Connect provider's tokens may be for."""
        return tuple(self.record.client_ids)

    @property
    def thumbprints(self) -> tuple[str, ...]:
        """Thumbprints of an OpenID Connect provider."""
        return tuple(self.record.thumbprints)

    def _of_kind(self, kind: str) -> ProviderRecord:
        record = self.record
        if record.kind != kind:
            raise InvalidInput(f"{self.arn} is not a provider of {kind}")
        return record

    def update_metadata(self, metadata: str) -> None:
        """Replace a SAML provider's metadata [IAM API UpdateSAMLProvider]."""
        with self._state.change():
            self._of_kind(SAML).metadata = _metadata(metadata)

    def add_client_id(self, client_id: str) -> None:
        """Take tokens for one more audience; a second time changes nothing.

        [IAM API AddClientIDToOpenIDConnectProvider]

        Raises:
            LimitExceeded: there are 100.
        """
        with self._state.change():
            record = self._of_kind(OIDC)
            names.check("clientIDType", client_id, "clientID")
            if client_id not in record.client_ids:
                if len(record.client_ids) >= _MOST_CLIENTS:
                    raise LimitExceeded(f"Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: {_MOST_CLIENTS}")
                record.client_ids.append(client_id)

    def remove_client_id(self, client_id: str) -> None:
        """Take no more tokens for an audience; an unknown one is ignored.

        [IAM API RemoveClientIDFromOpenIDConnectProvider]
        """
        with self._state.change():
            record = self._of_kind(OIDC)
            if names.check_text(client_id, "clientID") in record.client_ids:
                record.client_ids.remove(client_id)

    def update_thumbprints(self, thumbprints: Iterable[str]) -> None:
        """Replace the thumbprints [IAM API UpdateOpenIDConnectProviderThumbprint]."""
        with self._state.change():
            record, new = self._of_kind(OIDC), _thumbprints(thumbprints)
            if len(new) > _MOST_THUMBPRINTS:
                raise InvalidInput(f"A provider has at most {_MOST_THUMBPRINTS} thumbprints")
            record.thumbprints = new

    def delete(self) -> None:
        """Delete it; roles that trust it stay and let nobody in by it."""
        with self._state.change():
            del self._state.providers[self.record.arn]

    def __repr__(self) -> str:
        return f"IdentityProvider({self.kind}: {self.name})"

    def _repr_html_(self) -> str:
        record = self.record
        audiences = ", ".join(record.client_ids) or "none"
        rows = [["ARN", self.arn], ["Type", record.kind]] + ([["Audiences", audiences]] if record.kind == OIDC else [])
        return Table(["Identity provider", record.name], rows)._repr_html_()
