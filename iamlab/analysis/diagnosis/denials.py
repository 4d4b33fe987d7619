"""What an AccessDenied message says: who may not do what, on which resource, and which policy type is the reason.

`read_message` takes the sentence in every form that AWS's services give it, alone or inside what botocore, the CLI, a
Java SDK, Terraform, an XML or a JSON answer put around it. The forms are those of the guide in 2026: with and without
the resource (S3 puts it in quotes), with no reason, an implicit or an explicit one, with the policy's ARN and an
authorization id. The Console's list (User, Action, On resource(s), Context) is read too; AWS documents it nowhere, its
form is that of what people pasted.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied-authorization-id.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html]
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from iamlab.analysis.diagnosis.pasted import plain
from iamlab.analysis.diagnosis.unread import what_is_missing
from iamlab.errors import InvalidInput
from iamlab.evaluation.policies import (
    BOUNDARY,
    CREDENTIALS,
    ENDPOINT,
    IDENTITY,
    RESOURCE,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
    SESSION,
    TRUST,
)
from iamlab.evaluation.request import GivenValue
from iamlab.evaluation.verdict import EXPLICIT_DENY, IMPLICIT_DENY, with_article

LAYERS = (IDENTITY, RESOURCE, BOUNDARY, SESSION, SERVICE_CONTROL, RESOURCE_CONTROL, ENDPOINT, TRUST)

_HEAD = re.compile(r"User:\s+(\S+)\s+is\s+not\s+authorized\s+to\s+perform:\s+([\w-]+:\w+)")
_ON = re.compile(r"\s+on\s+(?:resource:\s+)?(\"?)(?=\S)")
_IMPLICIT = re.compile(r"\s+because\s+no\s+([\w\s-]{1,80}?)\s+allows\s+the\s+[\w-]+:\w+\s+action")
_EXPLICIT = re.compile(
    r"\s+with\s+an\s+explicit\s+deny(?:\s+in\s+(?:an?|the)\s+([\w\s-]{1,80}?(?:policy|policies|boundary))\b(?::\s+(arn:\S+))?)?"
)
_CREDENTIAL = re.compile(r"\s+with\s+this\s+kind\s+of\s+credential")
_CIPHERTEXT = re.compile(r"\s+on\s+the\s+resource\s+associated\s+with\s+this\s+ciphertext")
# The end of a line, what an SDK adds, a closing tag, or the end of a JSON or Python string.
_END = re.compile(r"\s*\n|,?\s+(?:\(Service:|status code: \d|request id: )|</|\\{0,8}[\"'](?=\s*[,}\])]|\s*$)|$")
# The Console's list as it is copied from there: each on its line, or all in one without any space between.
_CONSOLE = re.compile(
    r"User:\s*(\S{1,2048}?)\s*(?:Service:\s*([\w-]{1,64})\s*)?Action:\s*(?:([\w-]{1,64}):)?(\w{1,128}?)\s*"
    r"On resource\(s\):\s*(\S{1,2048}?)\s*(?:Context:\s*(.{1,300})|$)"
)
_NOT_ALLOWED = re.compile(r"no\s+([\w\s-]{1,80}?)\s+allows\s+the")
_DENIED = re.compile(r"(?:an?|the)\s+([\w\s-]{1,80}?)\s+explicitly\s+denies\s+the")


@dataclass(slots=True)
class Denial:
    """A request that was denied, as somebody was told; treat it as immutable.

    Attributes:
        source: `message`, `event` or `decoded message`.
        principal, action, resource: the request; the resource is `*` where none is named.
        outcome: `explicitDeny`, `implicitDeny`, or empty where it is not told.
        layer: the type of policy that is named as the reason; empty where none is.
        policy_arn: the ARN of the policy that denies, where it is told.
        context: the condition keys that are told.
        access_key_id: the key that signed the request, where it is told.
        notes: what else is to be said, in sentences.
        names_resource: did AWS itself name the resource, or the `*`?
        others: what else the same call asked for: actions and resources. Which of all was denied is not told.
    """

    source: str
    principal: str
    action: str
    resource: str = "*"
    outcome: str = ""
    layer: str = ""
    policy_arn: str | None = None
    context: dict[str, GivenValue] = field(default_factory=dict)
    access_key_id: str = ""
    notes: list[str] = field(default_factory=list)
    names_resource: bool = False
    others: list[tuple[str, str]] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """Why it was denied, in words; empty where that is not told."""
        if self.layer == CREDENTIALS:
            return "this kind of credential cannot call it"
        if self.layer == ENDPOINT and not self.outcome:
            return f"{with_article(ENDPOINT)} does not allow it, or denies it"
        if self.outcome == IMPLICIT_DENY:
            return f"no {self.layer or 'policy'} allows it"
        if self.outcome == EXPLICIT_DENY:
            named = f" ({self.policy_arn})" if self.policy_arn else ""
            return f"an explicit deny in {'a policy' if not self.layer else with_article(self.layer)}{named}"
        return ""


def read_message(text: str) -> Denial:
    """Read an AccessDenied message.

    Args:
        text: the message, with anything before and after it.

    Raises:
        InvalidInput: it is none; the error says what was expected, or what is missing.

    >>> denial = read_message("User: arn:aws:iam::111122223333:user/bob is not authorized to perform: sqs:SendMessage "
    ...                       "because no identity-based policy allows the sqs:SendMessage action")
    >>> denial.action, denial.resource, denial.outcome, denial.layer
    ('sqs:SendMessage', '*', 'implicitDeny', 'identity-based policy')
    """
    text = plain(text)
    head = _HEAD.search(text)
    if head is None:
        return _console(text)
    rest = text[head.end() :]
    denial = Denial("message", head[1], head[2])
    if _CIPHERTEXT.match(rest):
        denial.layer = RESOURCE
        denial.notes.append(
            "KMS does not say which key, nor whether its policy denies or only does not allow, or the key is not there."
        )
        return denial
    return _reason(denial, _resource(denial, rest))


def _console(text: str) -> Denial:
    """Read the Console's list.

    Raises:
        InvalidInput: it is none either; the error says what is missing.
    """
    found = _CONSOLE.search(text)
    service = (found[3] or found[2]) if found else None
    if found is None or service is None:
        raise InvalidInput(what_is_missing(text))
    denial = Denial("message", found[1], f"{service}:{found[4]}", found[5], names_resource=True)
    context = found[6] or ""
    for pattern, outcome in ((_NOT_ALLOWED, IMPLICIT_DENY), (_DENIED, EXPLICIT_DENY)):
        reason = pattern.match(context)
        if reason:
            denial.outcome = outcome
            _set_layer(denial, reason[1])
    return denial


def _resource(denial: Denial, rest: str) -> str:
    """Take the resource off the beginning of what follows the action; what is left is the reason."""
    on = _ON.match(rest)
    if on is None:
        return rest
    after = rest[on.end() :]
    denial.names_resource = True
    if on[1]:
        denial.resource, _, left = after.partition('"')
        return left
    reasons = [found.start() for test in (_IMPLICIT, _EXPLICIT, _CREDENTIAL) if (found := test.search(after))]
    # A key in a bucket may hold spaces, so only a reason or the end of the line ends it.
    end = min(reasons, default=_end(after))
    named = after[:end] if reasons else after[:end].rstrip(" .,;|│")
    denial.resource = " ".join(named.split("\n")).rstrip("'\"`")
    return after[end:]


def _end(text: str) -> int:
    found = _END.search(text)
    return found.start() if found else len(text)


def _reason(denial: Denial, rest: str) -> Denial:
    implicit, explicit = _IMPLICIT.match(rest), _EXPLICIT.match(rest)
    if _CREDENTIAL.match(rest):
        denial.outcome, denial.layer = IMPLICIT_DENY, CREDENTIALS
    elif implicit:
        denial.outcome = IMPLICIT_DENY
        _set_layer(denial, implicit[1])
    elif explicit:
        denial.outcome = EXPLICIT_DENY
        if explicit[1]:
            _set_layer(denial, explicit[1])
        if explicit[2]:
            denial.policy_arn = explicit[2].rstrip(".,;)\"'")
    return denial


def _set_layer(denial: Denial, name: str) -> None:
    """The policy type by the name our decisions have for it; other spellings of AWS's services are taken too."""
    wanted = _spelling(name)
    denial.layer = next((layer for layer in LAYERS if _spelling(layer) == wanted), "")
    if not denial.layer:
        denial.notes.append(f"The message names a type of policy that is not known here: {' '.join(name.split())}.")


def _spelling(name: str) -> str:
    words = name.lower().replace("-", " ").replace("policies", "policy").replace("permissions boundary", "boundary")
    return " ".join(words.replace("permission boundary", "boundary").removesuffix(" policy").split())
