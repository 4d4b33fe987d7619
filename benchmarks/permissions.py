"""The catalog and effective permissions: cold in a fresh interpreter, warm, and for an account at its quotas.

All times are of the processor: everything is one thread, and the machine may be busy.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from iamlab import Account, analysis
from iamlab.analysis.effective import Comparison, permissions
from iamlab.catalog import index, services

ROUNDS = 15
USERS, GROUPS, ROLES, POLICIES = 5_000, 300, 1_000, 1_500

COLD = {
    "the index": "index.action_names()",
    "the first service": "services.service('s3')",
    "all services": "[services.service(name) for name in services.service_names()]",
    "one principal's rows, without pandas": "permissions(lab, 'erin')",
}
BEFORE = """
import time
from iamlab import Account
from iamlab.analysis.effective import permissions
from iamlab.catalog import index, services
lab = Account.example() if {account} else None
start = time.process_time()
{code}
print((time.process_time() - start) * 1000)
"""


def cold(code: str) -> float:
    """Milliseconds of one line in a fresh interpreter: the best of some."""
    script = BEFORE.format(code=code, account="lab" in code)
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", script]
    runs = [subprocess.run(command, check=True, capture_output=True, env=compiled) for _ in range(ROUNDS)]
    return min(float(run.stdout) for run in runs)


def best(run: Callable[[], Any]) -> float:
    """Milliseconds of the fastest of some rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        run()
        times.append((time.process_time() - start) * 1000)
    return min(times)


def document(number: int, chance: random.Random) -> dict[str, Any]:
    """A policy as people write them: reading everywhere, some buckets, a Deny without MFA, one table."""
    one, other = chance.sample(["s3", "ec2", "sqs", "dynamodb", "lambda", "logs", "iam", "kms", "sns", "rds", "ecs"], 2)
    bucket = f"arn:aws:s3:::bucket{number}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": [f"{one}:Get*", f"{one}:List*", f"{other}:*"], "Resource": "*"},
            {"Effect": "Allow", "Action": "s3:*", "Resource": [bucket, bucket + "/*", bucket + "/${aws:username}/*"]},
            {
                "Effect": "Deny",
                "Action": "iam:*",
                "Resource": "*",
                "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
            },
            {
                "Effect": "Allow",
                "Action": "dynamodb:PutItem",
                "Resource": f"arn:aws:dynamodb:*:111122223333:table/T{number}",
            },
        ],
    }


def account_at_quotas() -> Account:
    """5,000 users in five groups each, 300 groups, 1,000 roles, 1,500 policies."""
    chance, lab = random.Random(1), Account()
    trust = {"Statement": {"Effect": "Allow", "Principal": {"AWS": lab.arn}, "Action": "sts:AssumeRole"}}
    policies = [lab.create_policy(f"policy{n}", document(n, chance)) for n in range(POLICIES)]
    groups = [lab.create_group(f"group{n}") for n in range(GROUPS)]
    holders: list[Any] = [*groups, *(lab.create_role(f"role{n}", trust) for n in range(ROLES))]
    for n in range(USERS):
        user = lab.create_user(f"user{n}")
        holders.append(user)
        for group in chance.sample(groups, 5):
            group.add_user(user)
    for holder in holders:
        for policy in chance.sample(policies, 4):
            holder.attach_policy(policy)
    return lab


def memory() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the tables."""
    print(f"{len(services.service_names())} services, {len(index.action_names()):,} actions\n")
    for name, code in COLD.items():
        print(f"{'cold: ' + name:45} {cold(code):8.1f} ms")
    lab = Account.example()
    analysis.effective_permissions(lab, "erin")
    print(f"{'warm: one principal, rows':45} {best(lambda: permissions(lab, 'erin')):8.1f} ms")
    print(f"{'warm: one principal, DataFrame':45} {best(lambda: analysis.effective_permissions(lab, 'erin')):8.1f} ms")

    print(f"\n{USERS:,} users, {GROUPS} groups, {ROLES:,} roles, {POLICIES:,} policies")
    lab = account_at_quotas()
    before = memory()
    print(f"{'memory with the account':45} {before:8.0f} MB")
    for name, run in {
        "every principal's permissions": lambda: sum(1 for _ in Comparison(lab)),
        "all side by side, DataFrame": lambda: analysis.effective_permissions(lab),
    }.items():
        start = time.process_time()
        run()
        print(f"{name:45} {time.process_time() - start:8.1f} s, {memory() - before:.0f} MB more at the most")


if __name__ == "__main__":
    main()
