"""Other people's evaluators at the same work: installed where they are not there, left out with a reason if need be.

An adapter gets the documents and returns a function from requests to answers; parsing is not in the clock where the
evaluator lets one parse ahead.
"""

from __future__ import annotations

import collections
import collections.abc
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from peers.work import Asked

FOLDER = Path(tempfile.gettempdir()) / "iamlab-benchmark-peers"
CEDAR, PMAPPER, SIMULATE = "cedarpy==4.12.2", "principalmapper==1.1.5", "@cloud-copilot/iam-simulate@0.1.173"

Decide = Callable[[list[Asked]], list[bool]]


class NotMeasured(Exception):
    """Why a peer is left out."""


def _python_peer(requirement: str) -> None:
    target = FOLDER / "python"
    if str(target) not in sys.path:
        sys.path.append(str(target))
    name = requirement.partition("=")[0]
    if any(target.glob(f"{name}*")):
        return
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(target), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasured(f"{requirement} could not be installed")


def cedar(documents: list[dict[str, Any]]) -> Decide:
    """cedarpy, policies parsed ahead: each statement becomes a permit or forbid; the user's own resources a flag."""
    _python_peer(CEDAR)
    import cedarpy

    policies = cedarpy.PolicySet.from_str("\n".join(_cedar_policy(s) for d in documents for s in d["Statement"]))
    entities = cedarpy.Entities.from_json_str("[]")

    def decide(asked: list[Asked]) -> list[bool]:
        answers = []
        for principal, action, resource, context in asked:
            request = {
                "principal": f'User::"{principal}"',
                "action": 'Action::"call"',
                "resource": f'Resource::"{resource}"',
                "context": {
                    "action": action,
                    "arn": resource,
                    "own": f"home-{context['aws:username']}-" in resource,
                    "team": context["aws:PrincipalTag/team"],
                    "region": context["aws:RequestedRegion"],
                },
            }
            answers.append(bool(cedarpy.is_authorized(request, policies, entities).allowed))
        return answers

    return decide


def _cedar_policy(statement: dict[str, Any]) -> str:
    actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
    resources = [statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"]
    when = ["(" + " || ".join(f'context.action like "{action}"' for action in actions) + ")"]
    arns = [
        f'(context.own && context.arn like "{r.partition("home-")[0]}*")' if "${" in r else f'context.arn like "{r}"'
        for r in resources
    ]
    when.append("(" + " || ".join(arns) + ")")
    if "Condition" in statement:
        teams = statement["Condition"]["StringEquals"]["aws:PrincipalTag/team"]
        when.append("(" + " || ".join(f'context.team == "{team}"' for team in teams) + ")")
        when.append('context.region like "eu-*"')
    effect = "forbid" if statement["Effect"] == "Deny" else "permit"
    return f"{effect}(principal, action, resource) when {{ {' && '.join(when)} }};"


def pmapper(documents: list[dict[str, Any]]) -> Decide:
    """principalmapper's whole local decision (`local_check_authorization_full`), policies and principals made ahead.

    It looks at every policy type, completes the context itself, and keeps its regular expressions compiled. It was
    written for an older Python, which is mended here for the import.
    """
    _python_peer(PMAPPER)
    for name in ("Mapping", "MutableMapping"):
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))
    try:
        from principalmapper.common import Node, Policy
        from principalmapper.querying.query_interface import local_check_authorization_full
    except ImportError as error:
        raise NotMeasured(f"principalmapper does not import: {error}") from None
    policies = [Policy(f"arn:aws:iam::111122223333:policy/p{n}", f"p{n}", d) for n, d in enumerate(documents)]
    nodes: dict[str, Any] = {}

    def node(principal: str) -> Any:
        if principal not in nodes:
            nodes[principal] = Node(principal, "AIDA", policies, [], None, None, 0, False, False, None, False, None)
        return nodes[principal]

    return lambda asked: [
        local_check_authorization_full(node(principal), action, resource, context)
        for principal, action, resource, context in asked
    ]


def moto(documents: list[dict[str, Any]]) -> Decide:
    """moto's IAM policies: actions and resources, no conditions; it parses the document each time it is asked."""
    from moto.iam.access_control import IAMPolicy, PermissionResult

    def decide(asked: list[Asked]) -> list[bool]:
        answers = []
        for _, action, resource, _ in asked:
            policies = [IAMPolicy({"policy_document": text}) for text in texts]
            results = [policy.is_action_permitted(action, resource) for policy in policies]
            answers.append(PermissionResult.DENIED not in results and PermissionResult.PERMITTED in results)
        return answers

    texts = [json.dumps(document) for document in documents]
    return decide


NODE = """
import { runSimulation } from '@cloud-copilot/iam-simulate'
import fs from 'fs'
const { documents, asked, rounds } = JSON.parse(fs.readFileSync(0, 'utf8'))
const identityPolicies = documents.map((policy, i) => ({ name: 'p' + i, policy }))
const simulations = asked.map(([principal, action, resource, contextVariables]) => ({
  request: { principal, action, resource: { resource, accountId: '111122223333' }, contextVariables },
  identityPolicies, serviceControlPolicies: [], resourceControlPolicies: [] }))
let answers, best = Infinity
for (let round = 0; round < rounds; round++) {
  const start = process.hrtime.bigint(), before = process.cpuUsage()
  answers = []
  for (const simulation of simulations) {
    const result = await runSimulation(simulation, {})
    answers.push(result.overallResult === 'Allowed')
  }
  const wall = Number(process.hrtime.bigint() - start) / 1e9
  const { user, system } = process.cpuUsage(before)
  best = Math.min(best, Math.min(wall, (user + system) / 1e6) / simulations.length)
}
console.log(JSON.stringify({ answers, best }))
"""


def iam_simulate(documents: list[dict[str, Any]], asked: list[Asked], rounds: int = 4) -> tuple[list[bool], float]:
    """@cloud-copilot/iam-simulate in node: its answers, and seconds a decision (it always explains).

    Of wall time and processor time the lesser counts: a busy machine lengthens the first, Node's threads the second.
    """
    folder = FOLDER / "node"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.mjs").write_text(NODE)
    try:
        if not (folder / "node_modules" / "@cloud-copilot").exists():
            install = ["npm", "install", "--silent", "--prefix", str(folder), SIMULATE]
            subprocess.run(install, check=True, capture_output=True)
        given = json.dumps({"documents": documents, "asked": asked, "rounds": rounds})
        done = subprocess.run(["node", "run.mjs"], cwd=folder, input=given, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotMeasured(f"iam-simulate does not run here: {error}") from None
    answer = json.loads(done.stdout)
    return answer["answers"], answer["best"]
