"""What the accounts of these tests hold one of, by its kind."""

from __future__ import annotations

from typing import Any

from iamlab.account import Account

IAM = "arn:aws:iam::111122223333:"
METADATA = (
    '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com">'
    f"<md:IDPSSODescriptor/><!--{'x' * 1000}--></md:EntityDescriptor>"
)


def user(lab: Account) -> Any:
    return lab.users["alice"]


def group(lab: Account) -> Any:
    return lab.groups["Devs"]


def role(lab: Account) -> Any:
    return lab.roles["Deploy"]


def policy(lab: Account) -> Any:
    return lab.policies["reader"]


def saml(lab: Account) -> Any:
    return lab.identity_providers[f"{IAM}saml-provider/Corp"]


def oidc(lab: Account) -> Any:
    return lab.identity_providers[f"{IAM}oidc-provider/idp.example.com"]
