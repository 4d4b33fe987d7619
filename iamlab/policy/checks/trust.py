"""Checks of role trust policies.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iamlab.catalog.principals import WEB_IDENTITIES
from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.view import Item, PolicyType, PrincipalItem, StatementView
from iamlab.policy.patterns import compile_pattern, has_wildcard
from iamlab.policy.repairs import put, remove

_TRUST: tuple[PolicyType, ...] = ("trust",)

GITHUB = "token.actions.githubusercontent.com"

SHARED_PROVIDERS = {
    GITHUB: "sub",
    "agent.buildkite.com": "sub",
    "api.pulumi.com/oidc": "aud",
    "app.terraform.io": "sub",
    "cognito-identity.amazonaws.com": "aud",
    "gitlab.com": "sub",
    "oidc-configuration.audit-log.githubusercontent.com": "sub",
    "oidc.vercel.com": "aud",
    "sandboxes.cloud": "aud",
    "vstoken.actions.githubusercontent.com": "sub",
}
"""Providers that many customers share -> the claim that a trust policy must test since 2025, as far as seen in 2026.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html]
"""

_PROVIDER = re.compile(r"arn:[a-z-]+:iam::\d{12}:(saml-provider|oidc-provider)/.+\Z")
_ONE_BRANCH = re.compile(r"repo:[^/*?]+/[^:*?]+:[^*?]+\Z")
_ASSUME = ("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
_ALLOWED = (*_ASSUME, "sts:setsourceidentity", "sts:tagsession", "sts:setcontext")
_ONLY_ASSUME = "AssumeRole policy may only specify STS AssumeRole actions."


@check("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", on="statement", types=_TRUST, refuses=True)
def resource_in_trust(statement: StatementView) -> Iterator[Found]:
    """A trust policy is about the role it belongs to."""
    if element := statement.resource:
        message = f"A trust policy takes no {element.name}: it applies to the role it belongs to."
        words = f"Has prohibited field {element.name}"
        yield Found(element.path, message, remove(f"Remove {element.name}", element.path), words, key=True)


@check("ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", on="statement", types=_TRUST, refuses=True)
def not_principal_in_trust(statement: StatementView) -> Iterator[Found]:
    """Who may assume a role is listed, never who may not."""
    if statement.principal and statement.principal.name == "NotPrincipal":
        message = "A trust policy takes no NotPrincipal: list in Principal who may assume the role."
        # AWS's page forbids it without quoting the error; the words follow those for Resource.
        yield Found(statement.principal.path, message, refusal="Has prohibited field NotPrincipal", key=True)


@check("UNSUPPORTED_ACTION_IN_POLICY", on="action", types=_TRUST, refuses=True)
def foreign_action_in_trust(item: Item) -> Iterator[Found]:
    """A trust policy is about assuming the role."""
    matches = compile_pattern(item.text.lower())
    if ":" in item.text and not any(map(matches, _ALLOWED)):
        message = f"{item.text} does not belong in a trust policy: its actions are sts:AssumeRole and the like."
        yield Found(item.path, message, refusal=_ONLY_ASSUME)


@check("INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY", on="principal", types=_TRUST, refuses=True)
def invalid_provider(item: PrincipalItem) -> Iterator[Found]:
    """A provider is named by its ARN, or is one of the four that are built in."""
    if item.kind != "Federated" or has_wildcard(item.text) or _PROVIDER.match(item.text):
        return
    if item.text not in WEB_IDENTITIES:
        message = (
            f'"{item.text}" is not an identity provider: write the ARN of a saml-provider or oidc-provider, '
            f"or one of {', '.join(WEB_IDENTITIES)}."
        )
        yield Found(item.path, message, refusal=f'Invalid principal in policy: "Federated":"{item.text}"')


def _way_in(item: PrincipalItem) -> str:
    """The action by which this principal assumes a role."""
    if item.kind != "Federated":
        return "sts:AssumeRole"
    return "sts:AssumeRoleWithSAML" if ":saml-provider/" in item.text else "sts:AssumeRoleWithWebIdentity"


@check("MISMATCHED_ACTION_FOR_PRINCIPAL", on="statement", types=_TRUST)
def mismatched_action(statement: StatementView) -> Iterator[Found]:
    """Each kind of principal assumes a role in its own way."""
    element = statement.action
    if element is None or element.negated:
        return
    actions = [item for item in element.items if item.text.lower() in _ASSUME or has_wildcard(item.text)]
    for principal in statement.principals if actions else ():
        way = _way_in(principal)
        if principal.text == "*" or any(compile_pattern(item.text.lower())(way.lower()) for item in actions):
            continue
        repair = put(f"Write {way}", actions[0].path, way) if len(statement.principals) == 1 else None
        message = f"{principal.text} assumes the role with {way}, which is not among the actions of this statement."
        yield Found(actions[0].path, message, repair)


def _oidc_host(item: PrincipalItem) -> str | None:
    """The host, and path, of a web identity provider: the prefix of its condition keys."""
    if item.kind != "Federated":
        return None
    if ":oidc-provider/" in item.text:
        return item.text.partition(":oidc-provider/")[2].lower()
    return item.text if item.text in WEB_IDENTITIES else None


def _claims(statement: StatementView, host: str) -> list[str]:
    """The claims of the provider's tokens that the statement tests; it is no test when one value is a bare wildcard."""
    start = f"{host}:"
    return [
        condition.lower_key.removeprefix(start)
        for condition in statement.conditions
        if condition.lower_key.startswith(start) and all(item.text.strip("*?") for item in condition.values)
    ]


def _needed_claim(item: PrincipalItem) -> tuple[str, str] | None:
    """The key that AWS requires for a shared provider, and the words of the refusal; `None` when it is tested."""
    host = _oidc_host(item)
    claim = SHARED_PROVIDERS.get(host or "")
    if claim is None or not item.statement.allows or claim in _claims(item.statement, host or ""):
        return None
    # AWS's page says that such a policy is refused with MalformedPolicyDocument, but not in which words.
    key = f"{host}:{claim}"
    return key, f"The trust policy of a role for {host} must test {key}."


@check("MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", on="principal", types=_TRUST, refuses=True)
def open_to_every_token(item: PrincipalItem) -> Iterator[Found]:
    """A provider such as Google signs tokens for everybody: say for which application or user."""
    host = _oidc_host(item)
    if host is None or host == GITHUB or not item.statement.allows:
        return
    if needed := _needed_claim(item):
        message = f"{host} signs tokens for anybody who asks: AWS requires a test of {needed[0]}."
        yield Found(item.path, message, refusal=needed[1])
    elif not _claims(item.statement, host):
        message = f"Anybody with a token from {host} may assume this role. Test {host}:aud or {host}:sub."
        yield Found(item.path, message)


@check("MISSING_GITHUB_REPO_CONDITION_KEY", on="principal", types=_TRUST, refuses=True)
def any_github_repository(item: PrincipalItem) -> Iterator[Found]:
    """GitHub signs tokens for every repository there is."""
    needed = _needed_claim(item)
    if needed and _oidc_host(item) == GITHUB:
        yield Found(item.path, f"Every repository on GitHub may assume this role. Test {needed[0]}.", refusal=needed[1])


@check("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", on="statement", types=_TRUST)
def broad_github_repository(statement: StatementView) -> Iterator[Found]:
    """A repository and a branch are safer than an organization."""
    if not statement.allows or not any(_oidc_host(item) == GITHUB for item in statement.principals):
        return
    for condition in statement.conditions:
        for item in condition.values if condition.lower_key == f"{GITHUB}:sub" else ():
            if not _ONE_BRANCH.match(item.text):
                message = f'"{item.text}" lets in more than one branch: write repo:OWNER/NAME:ref:refs/heads/main.'
                yield Found(item.path, message)
