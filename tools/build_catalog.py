"""Build the catalog's data files: `python tools/build_catalog.py` (or `make catalog`).

Reads the pinned packages of `catalog_sources` and the small hand-kept facts in `tools/facts/`, and writes
`iamlab/catalog/data/`. The same inputs give the same bytes: everything is sorted, archives carry a fixed time.

What is written, and why in this shape:

- `services.zip`: one JSON member a service, because most questions are about one; inside it, lists that many actions
  share (condition keys, uses of a resource type) are written once and referred to by number.
- `places.json`: which services' actions work on ARNs of which service.
- `names.z`: every action's name and access level, a line a service, compressed as one: the index.
- `managed.zip`: the AWS managed policies in blocks, a document a line, and the member `_index` with names and versions.
- `keys.json`, `operations.json`, `principals.json`, `quotas.json`: the hand-kept facts, made compact.
- `about.json`: date and sources.

Where sources differ: iam-data is the one that says which actions there are. An action that only cfn-lint has is kept by
name alone (lower case, no level, no bit), so that nobody is told that it does not exist; an action that only iam-data
has stays, because AWS's pages had it on that day. The report that is printed counts both.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import catalog_sources as sources
from catalog_sources import Facts

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "iamlab" / "catalog" / "data"
FACTS = ROOT / "tools" / "facts"

LEVEL_LETTERS = {"List": "L", "Read": "R", "Write": "W", "Permissions management": "P", "Tagging": "T"}
POLICIES_A_BLOCK = 32
DOCUMENT_ORDER = ("Version", "Id", "Statement")
STATEMENT_ORDER = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)


def compact(value: Any) -> str:
    """JSON without white space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write(name: str, data: bytes) -> None:
    """Write one data file, and say how large it is."""
    DATA.mkdir(parents=True, exist_ok=True)
    (DATA / name).write_bytes(data)
    print(f"{name:16} {len(data):9,} bytes")


def write_zip(name: str, members: dict[str, str]) -> None:
    """Write an archive that is the same on every run: members sorted, one fixed time, no attributes of this machine."""
    target = DATA / name
    DATA.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for member in sorted(members):
            info = zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            archive.writestr(info, members[member], zipfile.ZIP_DEFLATED, 9)
    print(f"{name:16} {target.stat().st_size:9,} bytes, {len(members)} members")


class Shared:
    """A list whose members are written once and referred to by number."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self._numbers: dict[str, int] = {}

    def number(self, item: Any) -> int:
        """The item's number; it is added when it is new."""
        key = compact(item)
        if key not in self._numbers:
            self._numbers[key] = len(self.items)
            self.items.append(item)
        return self._numbers[key]


def one_level(text: str) -> str:
    """The letter of an access level; where the source gives two, the first counts."""
    return LEVEL_LETTERS[text.split(",")[0]]


def service_member(facts: Facts, needs: dict[str, dict[str, list[str]]], prefix: str) -> Facts:
    """One service as it is kept: shared lists first, actions last, sorted by name without case."""
    keys = {key["key"]: key["type"] for key in facts["condition_keys"].values()}
    names, lists, uses = Shared(), Shared(), Shared()

    def key_list(wanted: list[str]) -> int:
        return lists.number([names.number(key) for key in wanted])

    types = [
        [kind["key"], kind["arn"].split(", "), key_list(kind.get("conditionKeys", []))]
        for _, kind in sorted(facts["resource_types"].items())
    ]
    type_numbers = {kind[0]: number for number, kind in enumerate(types)}
    actions = []
    for lower, action in sorted(facts["actions"].items()):
        by_type = needs.get(f"{prefix}:{lower}", {})
        used = [
            uses.number(
                [
                    type_numbers[use["name"]],
                    int(use["required"]),
                    key_list(use["conditionKeys"]),
                    by_type.get(use["name"], []),
                ]
            )
            for use in action["resourceTypes"]
        ]
        # All of them: some belong to the action as a whole, or to a type that the other source does not know.
        of_action = sorted({name for wanted in by_type.values() for name in wanted})
        of_action_keys = key_list(action["conditionKeys"])
        actions.append([action["name"], one_level(action["accessLevel"]), used, of_action_keys, of_action])
    return {
        "name": facts["name"],
        "types": types,
        "names": names.items,
        "lists": lists.items,
        "uses": uses.items,
        "keys": sorted(keys.items()),
        "actions": actions,
    }


def places(services: dict[str, Facts]) -> dict[str, list[str]]:
    """The service in an ARN -> the services whose actions work on such ARNs ("*": of any service)."""
    found: dict[str, set[str]] = {}
    for prefix, member in services.items():
        for _, arns, _ in member["types"]:
            for arn in arns:
                service = arn.split(":")[2]
                found.setdefault("*" if "$" in service else service, set()).add(prefix)
    return {service: sorted(prefixes) for service, prefixes in sorted(found.items())}


def build_services(folder: Path) -> None:
    """Write services.zip and the index of names."""
    needs = sources.dependent_actions(folder)
    services = {prefix: service_member(facts, needs, prefix) for prefix, facts in sources.iam_data_services(folder)}
    other = sources.cfn_lint_actions(folder)
    lines = []
    for prefix in sorted(services.keys() | other.keys()):
        actions = services[prefix]["actions"] if prefix in services else []
        unlisted = other.get(prefix, set()) - {action[0].lower() for action in actions}
        names = " ".join(action[0] for action in actions)
        levels = "".join(action[1] for action in actions)
        lines.append("\t".join((prefix, levels, names, " ".join(sorted(unlisted)))))
    write_zip("services.zip", {prefix: compact(member) for prefix, member in services.items()})
    write("places.json", compact(places(services)).encode())
    write("names.z", zlib.compress("\n".join(lines).encode(), 9))
    report(services, other)


def report(services: dict[str, Facts], other: dict[str, set[str]]) -> None:
    """Print how the two sources of names differ."""
    ours = {f"{prefix}:{action[0].lower()}" for prefix, member in services.items() for action in member["actions"]}
    theirs = {f"{prefix}:{name}" for prefix, names in other.items() for name in names}
    print(f"{len(services)} services, {len(ours):,} actions")
    for title, names in (("only in iam-data", ours - theirs), ("only in cfn-lint", theirs - ours)):
        by_service: dict[str, int] = {}
        for name in names:
            prefix = name.partition(":")[0]
            by_service[prefix] = by_service.get(prefix, 0) + 1
        print(f"{title}: {len(names)} ({', '.join(f'{p} {n}' for p, n in sorted(by_service.items()))})")


def ordered(document: Facts) -> Facts:
    """A document in the order the Console shows (the source keeps its keys sorted)."""
    statements = document["Statement"]
    one = isinstance(statements, dict)
    inside = [{key: s[key] for key in STATEMENT_ORDER if key in s} for s in ([statements] if one else statements)]
    result = {**document, "Statement": inside[0] if one else inside}
    return {key: result[key] for key in DOCUMENT_ORDER if key in result}


def build_managed(folder: Path) -> None:
    """Write managed.zip: blocks of documents, and the index."""
    policies = sorted(sources.managed_policies(folder).items())
    index = [[name, p["Path"], p["DefaultVersionId"], p["CreateDate"], p["UpdateDate"]] for name, p in policies]
    members = {"_index": compact({"block": POLICIES_A_BLOCK, "policies": index})}
    for start in range(0, len(policies), POLICIES_A_BLOCK):
        block = policies[start : start + POLICIES_A_BLOCK]
        members[str(start // POLICIES_A_BLOCK)] = "\n".join(compact(ordered(p["Document"])) for _, p in block)
    write_zip("managed.zip", members)
    print(f"{len(policies):,} managed policies")


def build_facts(folder: Path) -> None:
    """Write the hand-kept facts and the date and sources."""
    for path in sorted(FACTS.glob("*.json")):
        write(path.name, compact(json.loads(path.read_text(encoding="utf-8"))).encode())
    about = {
        "date": sources.iam_data_date(folder),
        "rcp_services": sources.rcp_services(folder),
        "sources": [[s.package, s.version, s.licence, s.taken] for s in sources.SOURCES],
    }
    write("about.json", compact(about).encode())


def main() -> None:
    """Fetch, build, report."""
    parser = argparse.ArgumentParser(description="Build the data files of iamlab/catalog/data from pinned packages.")
    parser.add_argument("--cache", type=Path, help="keep downloads here and use what is there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.cache or Path(temporary)
        sources.fetch(folder)
        build_services(folder)
        build_managed(folder)
        build_facts(folder)


if __name__ == "__main__":
    main()
