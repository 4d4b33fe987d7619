"""What the core is asked, in CPython and under Pyodide: both must answer the same. Standard library only."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any


def answer() -> dict[str, Any]:
    """Decide, list actions, save and load."""
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
        "after loading": again.decide("newcomer", "s3:GetObject", report).allowed,
        "users": sorted(again.users),
        "saved the same": _saved(again, path.with_name("again.json")) == path.read_text("utf-8"),
    }


def _saved(lab: Any, path: Path) -> str:
    lab.save(path)
    return path.read_text("utf-8")
