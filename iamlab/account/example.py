"""The furnished account of the course: Northwind, a small company, with its people, buckets and mistakes.

Developers get no IAM; only the SysOps admins do. Six people, four groups, a few roles and three buckets. The company
was set up a week ago, and its ReportsReader policy mended three days later. Now it is Monday, 2 March 2026, 09:00 UTC.
Wrong on purpose, so that lessons have something to find:

- frank has AdministratorAccess attached directly instead of through a group
- dave works in accounting and still sits in the Developers group as well
- the policy of the bucket northwind-website lets anybody of the account delete
- the role DeployRole can pass any role to any service
- the policy ReportsReader has an old version that allows all of S3
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iamlab.account.contents import Contents

_GROUPS: dict[str, tuple[str, ...]] = {
    "SysOps": ("AdministratorAccess",),
    "Developers": ("PowerUserAccess",),
    "Accounting": ("job-function/Billing",),
    "Auditors": ("SecurityAudit", "job-function/ViewOnlyAccess"),
}
_PEOPLE: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "alice": (("SysOps",), {"team": "sysops"}),
    "bob": (("Developers",), {"team": "web"}),
    "carol": (("Developers",), {"team": "data"}),
    "dave": (("Accounting", "Developers"), {"team": "finance"}),
    "erin": (("Auditors",), {"team": "security"}),
    "frank": ((), {"team": "founders"}),
}


def _allow(actions: str | list[str], resources: str | list[str], **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _trust(principal: dict[str, str], **more: Any) -> dict[str, Any]:
    return _policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more})


def furnish(lab: Contents) -> None:
    """Fill an empty account.

    Args:
        lab: the contents of an account that was just made, with a seed and a clock fixed a week before lessons begin.
    """
    aws = f"arn:{lab.state.partition}:iam::aws:policy/"
    for name, policies in _GROUPS.items():
        group = lab.create_group(name)
        for policy in policies:
            group.attach_policy(aws + policy)
    for name, (groups, tags) in _PEOPLE.items():
        user = lab.create_user(name, tags=tags)
        for group_name in groups:
            lab.groups[group_name].add_user(user)
    lab.users["frank"].attach_policy(aws + "AdministratorAccess")

    reports = "arn:aws:s3:::northwind-reports"
    for bucket in ("northwind-reports", "northwind-website", "northwind-logs"):
        lab.create_bucket(bucket)
    lab.buckets["northwind-reports"].put_object(
        "q3.csv", "region,revenue\nnorth,120\nsouth,95\n", content_type="text/csv"
    )
    lab.buckets["northwind-reports"].put_object("finance/salaries.csv", "name,salary\n", content_type="text/csv")
    lab.buckets["northwind-website"].put_object("index.html", "<h1>Northwind</h1>", content_type="text/html")
    website = {"Effect": "Allow", "Principal": {"AWS": lab.root.arn}, "Action": ["s3:GetObject", "s3:DeleteObject"]}
    lab.buckets["northwind-website"].put_policy(_policy({**website, "Resource": "arn:aws:s3:::northwind-website/*"}))

    reader = lab.create_policy("ReportsReader", _policy(_allow("s3:*", "*")), description="Read the quarterly reports")
    lab.groups["Accounting"].attach_policy(reader)
    lab.users["carol"].create_policy(
        "own-drafts", _policy(_allow("s3:PutObject", f"{reports}/drafts/${{aws:username}}/*"))
    )

    lambda_role = lab.create_role(
        "ReportFunctionRole",
        _trust({"Service": "lambda.amazonaws.com"}),
        description="Used by the function that makes the reports",
    )
    lambda_role.attach_policy(aws + "service-role/AWSLambdaBasicExecutionRole")
    lambda_role.attach_policy(reader)
    deploy = lab.create_role("DeployRole", _trust({"AWS": lab.users["bob"].arn}), description="Deploys the website")
    deploy.create_policy(
        "deploy",
        _policy(_allow("s3:PutObject", "arn:aws:s3:::northwind-website/*"), _allow(["iam:PassRole", "lambda:*"], "*")),
    )
    mfa = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
    admin = lab.create_role(
        "EmergencyAdmin", _trust({"AWS": lab.root.arn}, **mfa), description="For emergencies, with MFA only"
    )
    admin.attach_policy(aws + "AdministratorAccess")

    lab.state.clock.advance(days=3)
    reader.create_version(
        _policy(
            _allow("s3:ListBucket", reports, Sid="ListReports"),
            _allow("s3:GetObject", f"{reports}/*", Sid="ReadReports"),
        ),
        set_as_default=True,
    )
    lab.state.clock.advance(days=4)
