"""Who asks: from what a person writes (`"alice"`, an ARN, a handle, a session) to one `Principal`.

A bare name is a user. A role is asked about as one of its sessions, because nobody acts as a role without assuming
it. The principal knows which credential it is taken to use, since that decides which condition keys are there.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from iamlab.account.entities import Entity, find
from iamlab.account.names import entity_arn, root_arn
from iamlab.account.records import RoleRecord, RootRecord, SessionRecord, UserRecord
from iamlab.account.state import State
from iamlab.arn import Arn
from iamlab.catalog import index
from iamlab.errors import InvalidInput, NoSuchEntity
from iamlab.policy.spelling import did_you_mean

Kind = Literal["user", "root", "assumed-role", "federated-user", "service", "provider", "anonymous"]

LONG_TERM = "long-term access key"
_CREDENTIALS = {
    "console": "console session",
    "session-token": "temporary credentials of GetSessionToken",
    "assumed-role": "temporary credentials of AssumeRole",
    "federated-user": "temporary credentials of GetFederationToken",
    "service": "temporary credentials a service got for the role",
}


@dataclass(slots=True)
class Principal:
    """Who asks; treat it as immutable.

    Attributes:
        arn: as it stands in a request: the ARN of user, role session, federated user or root, a service's name, or
            `anonymous`.
        kind: what it is.
        home: the account it belongs to, when that account is known here.
        record: the user, role or root behind it; None for a federated user of nobody known, a service, an anonymous
            caller, or somebody of an account that is not known here.
        session: the temporary credentials it uses; None for long-term ones, or when none were named.
        credential: the same in words.
        access_key_id: the key that signs its requests; empty when none was named.
    """

    arn: str
    kind: Kind
    home: State | None = None
    record: UserRecord | RoleRecord | RootRecord | None = None
    session: SessionRecord | None = None
    credential: str = ""
    access_key_id: str = ""

    @property
    def account(self) -> str | None:
        """The twelve digits of its account; None for a service or an anonymous caller."""
        return Arn.parse(self.arn).account if self.arn.startswith("arn:") else None


def resolve(state: State, who: object) -> Principal:
    """Find out who is meant.

    Args:
        state: the account that is asked.
        who: a user's name; an ARN; a service's name (`ec2.amazonaws.com`); `anonymous`; a user, role, root or session
            handle.

    Raises:
        NoSuchEntity: an account that is known here has no such user or role.
        InvalidInput: it is nobody who can ask (a group, say).
    """
    if isinstance(who, Principal):
        return who
    inside = getattr(who, "principal", None)
    if isinstance(inside, Principal):
        return inside
    if isinstance(getattr(who, "record", None), RootRecord):
        return _root(state, state.account_id)
    if isinstance(who, Entity):
        who = who.arn
    if not isinstance(who, str):
        raise InvalidInput(
            f"{type(who).__name__} is not a principal: expected a user's name, an ARN, or a user, role or session"
        )
    if who == "anonymous":
        return Principal(who, "anonymous", credential="no credentials")
    if not who.startswith("arn:"):
        if who.endswith((".amazonaws.com", ".amazonaws.com.cn")):
            return Principal(who, "service", credential="the service's own")
        return _user(state, _named(state, who))
    return _from_arn(state, who)


def _named(state: State, name: str) -> UserRecord:
    """The user of this name.

    Raises:
        NoSuchEntity: there is none; the message says what else may be meant.
    """
    try:
        return find(state.users, name, "user")
    except NoSuchEntity as error:
        role = state.roles.get(name.lower())
        if role is not None:
            arn = entity_arn(state, "role", role.path, role.name)
            hint = f" There is a role of this name: ask for it by its ARN, {arn}."
        elif name.lower() in ("root", state.account_id):
            hint = f" The root user is asked for by its ARN, {root_arn(state)}."
        elif index.span(name):
            hint = f" A service is asked for as {name.lower()}.amazonaws.com."
        else:
            hint = did_you_mean(name, [user.name for user in state.users.values()])
        raise NoSuchEntity(f"{error.message}{hint}") from None


def identity_of(state: State, holder: UserRecord | RootRecord) -> tuple[str, str]:
    """The ARN and the unique id of a user or of root, whose id is the account's."""
    if isinstance(holder, RootRecord):
        return root_arn(state), state.account_id
    return entity_arn(state, "user", holder.path, holder.name), holder.id


def _account(state: State, account_id: str) -> State | None:
    return state if account_id == state.account_id else state.neighbours.get(account_id)


def _user(home: State, record: UserRecord) -> Principal:
    return Principal(identity_of(home, record)[0], "user", home, record, credential=LONG_TERM)


def _root(state: State, account_id: str) -> Principal:
    home = _account(state, account_id)
    arn = root_arn(state, account_id)
    return Principal(arn, "root", home, home.root if home else None, credential=LONG_TERM)


def _from_arn(state: State, text: str) -> Principal:
    arn = Arn.parse(text)
    home = _account(state, arn.account)
    if arn.service == "iam" and arn.resource == "root":
        return _root(state, arn.account)
    if arn.service == "iam" and arn.kind == "user":
        if home is None:
            return Principal(text, "user", credential=LONG_TERM)
        return _user(home, find(home.users, arn.name, "user"))
    if arn.service == "iam" and arn.kind == "role":
        session_arn = f"arn:{arn.partition}:sts::{arn.account}:assumed-role/{arn.name}/session"
        role = find(home.roles, arn.name, "role") if home else None
        return Principal(session_arn, "assumed-role", home, role, credential=_CREDENTIALS["assumed-role"])
    if arn.service == "iam" and arn.kind in ("saml-provider", "oidc-provider"):
        return Principal(text, "provider", home, credential="an assertion or token of the provider")
    if arn.service == "sts" and arn.kind in ("assumed-role", "federated-user"):
        if len(arn.resource.split("/")) < (3 if arn.kind == "assumed-role" else 2):
            raise InvalidInput(
                f"{text} does not name a session: expected …:assumed-role/ROLE/SESSION or …:federated-user/NAME"
            )
        live = _live_session(home, text) if home else None
        if home and live:
            return from_session(home, live)
        role = find(home.roles, arn.resource.split("/")[1], "role") if home and arn.kind == "assumed-role" else None
        return Principal(
            text,
            "assumed-role" if arn.kind == "assumed-role" else "federated-user",
            home,
            role,
            credential=_CREDENTIALS[arn.kind],
        )
    raise InvalidInput(
        f"{text} is not a principal: only users, roles, their sessions, accounts and services make requests"
    )


def _live_session(home: State, arn: str) -> SessionRecord | None:
    now = home.now()
    found = [s for s in home.sessions.values() if s.principal == arn and s.expires > now]
    return found[-1] if found else None


def from_session(state: State, session: SessionRecord) -> Principal:
    """Who acts with temporary credentials.

    Raises:
        NoSuchEntity: the user or role behind them was deleted.
    """
    home = _account(state, Arn.parse(session.principal).account) or state
    credential = _CREDENTIALS[session.kind]
    if session.kind in ("console", "session-token"):
        credential += " with MFA" if session.mfa_at else " without MFA"
    if session.issuer.endswith(":root"):
        kind: Kind = "federated-user" if session.kind == "federated-user" else "root"
        return Principal(session.principal, kind, home, home.root, session, credential, session.access_key_id)
    issuer = Arn.parse(session.issuer)
    record: UserRecord | RoleRecord | None
    record = home.roles.get(issuer.name.lower()) if issuer.kind == "role" else home.users.get(issuer.name.lower())
    if record is None or record.id != session.issuer_id:
        raise NoSuchEntity(f"The {issuer.kind} of this session, {issuer.name}, cannot be found.")
    if session.kind == "federated-user":
        kind = "federated-user"
    else:
        kind = "assumed-role" if isinstance(record, RoleRecord) else "user"
    return Principal(session.principal, kind, home, record, session, credential, session.access_key_id)
