"""What the core is asked, in CPython and under Pyodide: both must answer the same. Only iamlab is imported."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any


def answer() -> dict[str, Any]:
    """All questions."""
    return permissions() | signing_in() | roles()


def permissions() -> dict[str, Any]:
    """Decide, list actions, effective permissions, save and load."""
    from iamlab import Account, PolicyDocument, PolicySet, Request, evaluate, simulate_custom_policy
    from iamlab.catalog import index
    from iamlab.policy.actions import statement_actions

    lab = Account.example()
    newcomer = lab.create_user("newcomer")
    newcomer.attach_policy(lab.policies["AmazonS3ReadOnlyAccess"])
    report = "arn:aws:s3:::reports/q3.csv"
    text = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:List*", "Resource": "*"}]}'
    document = PolicyDocument.parse(text)
    path = Path(tempfile.mkdtemp()) / "account.json"
    lab.save(path)
    again = Account.load(path)
    simulated = simulate_custom_policy(PolicyInputList=[text], ActionNames=["s3:ListBucket", "s3:GetObject"])
    return {
        "allowed": lab.decide("newcomer", "s3:GetObject", report).allowed,
        "denied": lab.decide("newcomer", "s3:DeleteObject", report).message,
        "bare": evaluate(Request(newcomer.arn, "s3:ListBucket"), PolicySet(identity=[document])).outcome,
        "simulated": [result["EvalDecision"] for result in simulated["EvaluationResults"]],
        "actions": index.names_of(statement_actions(document.statements[0])),
        "explained": str(lab.decide("newcomer", "s3:DeleteObject", report).explain()),
        "effective": _effective(lab, newcomer.arn),
        "after loading": again.decide("newcomer", "s3:GetObject", report).allowed,
        "users": sorted(again.users),
        "saved the same": _saved(again, path.with_name("again.json")) == path.read_text("utf-8"),
    }


def _saved(lab: Any, path: Path) -> str:
    lab.save(path)
    return path.read_text("utf-8")


def _effective(lab: Any, arn: str) -> dict[str, list[str]]:
    """What somebody may do in SQS and some of S3, whatever the resource: the actions of each outcome."""
    from iamlab import Request
    from iamlab.catalog import index
    from iamlab.evaluation.effective import Effective
    from iamlab.evaluation.effects import Effects, Situation

    effective = Effective(Situation(Request(arn, "")), lab.policies_for(arn), Effects())
    wanted = index.service_bits("sqs") | index.service_bits("s3")
    return {outcome: index.names_of(bits & wanted) for outcome, bits in effective.outcomes()}


def signing_in() -> dict[str, Any]:
    """Hash a password, enable MFA, sign in with it and be refused; in this Python's own way and through a file."""
    from iamlab import Account
    from iamlab.account.passwords import pbkdf2
    from iamlab.account.signin import NewPasswordRequired
    from iamlab.errors import AccessDenied

    lab = Account.example()
    alice, password = lab.users["alice"], "Correct-horse-7"
    alice.create_login_profile(password, password_reset_required=True)
    device = lab.create_virtual_mfa_device("alice-phone")
    phone = lab.authenticator_app()
    phone.add(device)
    alice.enable_mfa(device.serial_number, phone.code(), phone.code(ahead=1))
    lab.clock.advance(minutes=2)
    refused = []
    for name, text, code in (
        ("alice", "wrong", phone.code()),
        ("alice", password, "000000"),
        ("nobody", password, None),
    ):
        try:
            lab.sign_in(name, text, mfa_code=code)
        except AccessDenied as error:
            refused.append(error.message)
    try:
        lab.sign_in("alice", password, mfa_code=phone.code())
    except NewPasswordRequired as error:
        refused.append(type(error).__name__)
    lab.clock.advance(minutes=2)
    session = lab.sign_in("alice", password, mfa_code=phone.code(), new_password="Battery-staple-8")
    path = Path(tempfile.mkdtemp()) / "account.json"
    lab.save(path)
    again = Account.load(path)
    again.clock.advance(minutes=2)
    phone = again.authenticator_app()
    phone.add(device)
    return {
        "PBKDF2": pbkdf2(b"passwd", b"salt", 1).hex(),
        "refused": refused,
        "signed in": repr(session),
        "with MFA": session.decide("s3:ListAllMyBuckets").request.keys["aws:multifactorauthpresent"],
        "code": phone.code(),
        "after loading, with MFA": again.sign_in("alice", "Battery-staple-8", mfa_code=phone.code()).has_mfa,
        # lxml, which qrcode uses where it is installed, writes no blank here.
        "QR code": device.qr_code_svg().replace(" />", "/>"),
    }


def roles() -> dict[str, Any]:
    """Assume a role, decide and act as it, until it expires."""
    from iamlab import Account
    from iamlab.errors import AccessDenied, ExpiredToken

    lab = Account.example()
    trust = {"Effect": "Allow", "Principal": {"AWS": lab.arn}, "Action": "sts:AssumeRole"}
    role = lab.create_role("Reader", {"Version": "2012-10-17", "Statement": [trust]})
    role.attach_policy(lab.policies["AmazonS3ReadOnlyAccess"])
    session = lab.assume_role("alice", role, "browser", duration_seconds=900)
    report = "arn:aws:s3:::northwind-reports/q3.csv"
    said = {
        "role session": session.arn,
        "the role may": session.decide("s3:GetObject", report).outcome,
        "the role may not": session.decide("s3:PutObject", report).message,
        "done": session.call("s3:GetObject", report).allowed,
    }
    try:
        session.call("s3:PutObject", report)
    except AccessDenied as error:
        said["denied when called"] = error.message
    lab.clock.advance(minutes=16)
    try:
        session.decide("s3:GetObject", report)
    except ExpiredToken as error:
        said["expired"] = error.code
    said["events"] = [[event["eventName"], event.get("errorCode")] for event in lab.events]
    return said
