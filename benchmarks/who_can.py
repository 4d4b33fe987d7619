"""Who can do one thing, of an account at its quotas: the first time, once more, and where people can assume roles.

Seconds are of processor time: all of it is one thread, and the machine may be busy. The first time is a median, because
every other first time Python's garbage collector goes through the whole account.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from permissions import account_at_quotas

from iamlab import Account, analysis

QUESTIONS = [
    ("s3:PutObject", "arn:aws:s3:::bucket7/report.csv"),
    ("s3:GetObject", "arn:aws:s3:::bucket7/user3/report.csv"),
    ("sqs:DeleteQueue", "arn:aws:sqs:us-east-1:111122223333:orders"),
    ("iam:CreateUser", "*"),
    ("sts:AssumeRole", "arn:aws:iam::111122223333:role/role7"),
]
ROUNDS = 9


def let_people_assume_roles(lab: Account) -> None:
    """Thirty groups may assume ten roles each; every third role is a service's, every third trusts a user."""
    chance = random.Random(2)
    service = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    for number, role in enumerate(lab.roles.values()):
        if number % 3 == 1:
            role.update_assume_role_policy({"Statement": service})
        if number % 3 == 2:
            user = lab.users[f"user{number}"]
            role.update_assume_role_policy({"Statement": {**service, "Principal": {"AWS": user.arn}}})
    arns = [role.arn for role in lab.roles.values()]
    for number in range(30):
        statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": chance.sample(arns, 10)}
        lab.groups[f"group{number}"].create_policy("become", {"Version": "2012-10-17", "Statement": statement})


def seconds(lab: Account, question: tuple[str, str]) -> tuple[float, Any]:
    """Seconds of one answer, and the answer."""
    start = time.process_time()
    table = analysis.who_can(lab, *question)
    return time.process_time() - start, table


def first_seconds(lab: Account, question: tuple[str, str]) -> float:
    """Seconds of an answer when nothing has been found out yet."""
    with lab.state.change():  # forget what was found out
        pass
    return seconds(lab, question)[0]


def measure(lab: Account) -> None:
    print(f"{'':17} {'first':>8} {'again':>8}   rows")
    for question in QUESTIONS:
        first = statistics.median(first_seconds(lab, question) for _ in range(ROUNDS))
        table = seconds(lab, question)[1]
        again = statistics.median(seconds(lab, question)[0] for _ in range(ROUNDS))
        ways = f"{len(table):,}, of which {(table['through'] != '').sum():,} through roles"
        print(f"{question[0]:17} {first:6.3f} s {again:6.3f} s   {ways}")


def main() -> None:
    """Print the tables."""
    analysis.who_can(Account.example(), "s3:GetObject")  # pandas is imported
    lab = account_at_quotas()
    print("an account at its quotas; every role trusts the account, nobody may assume one")
    measure(lab)
    let_people_assume_roles(lab)
    print("\nthe same; 30 groups may assume ten roles each, a third of the roles trusts a service, a third a user")
    measure(lab)


if __name__ == "__main__":
    main()
