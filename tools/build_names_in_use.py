"""Collect the names that AWS's managed policies use although the Service Authorization Reference does not list them.

Run it after `build_catalog.py`: it validates every managed policy with an empty list of such names and keeps what the
checks then call an error. Any other error stops it: that would be a fault of a check, or news from AWS. It also keeps
the condition keys that the reference lists under another service than the one whose prefix they have.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from iamlab.catalog import index, managed
from iamlab.catalog.services import service
from iamlab.policy.checks import names_in_use
from iamlab.policy.checks.keys import is_known
from iamlab.policy.repairs import steps
from iamlab.policy.validate import validate

_KINDS = {
    "INVALID_ACTION": "actions",
    "INVALID_SERVICE_IN_ACTION": "actions",
    "INVALID_GLOBAL_CONDITION_KEY": "keys",
    "INVALID_SERVICE": "keys",
    "INVALID_SERVICE_CONDITION_KEY": "keys",
    "MISSING_QUALIFIER": "unqualified",
    "INVALID_ARN_RESOURCE": "resources",
    "MISSING_ARN_ACCOUNT": "resources",
    "MISSING_ARN_REGION": "resources",
    "UNSUPPORTED_ACTION_FOR_CONDITION_KEY": "tests",
}


def _name(document: object, path: str, kind: str) -> str:
    """The name at a path: of a condition its key, else the text itself."""
    way = steps(path)
    if kind in ("keys", "unqualified"):
        return str(way[-1]).lower()
    value: Any = document
    for step in way:
        value = value[step]
    if kind == "tests":
        return names_in_use.written_test(str(way[-2]), str(way[-1]), value if isinstance(value, list) else [value])
    return str(value).lower() if kind == "actions" else str(value)


def _keys_elsewhere() -> set[str]:
    """Keys of the reference that are not found by their prefix, such as `ec2:osuser` of EC2 Instance Connect."""
    keys = {key.lower() for prefix in index.service_names() for key in service(prefix).condition_keys}
    return {key for key in keys if "${" not in key and not key.startswith("saml:") and not is_known(key)}


def main() -> None:
    """Write the data file beside `names_in_use.py`."""
    path = Path(names_in_use.__file__).with_suffix(".json")
    found: dict[str, set[str]] = {kind: set() for kind in _KINDS.values()}
    path.write_text(json.dumps({kind: [] for kind in (*found, "elsewhere")}))
    found["elsewhere"] = _keys_elsewhere()
    for policy in managed.managed_policy_names():
        text = managed.managed_policy_text(policy)
        document = json.loads(text)
        for finding in validate(text).errors:
            of_resource = {"Resource", "NotResource"} & set(steps(finding.path))
            kind = "resources" if of_resource else _KINDS[finding.code]
            found[kind].add(_name(document, finding.path, kind))
    found["elsewhere"] -= found["keys"]
    path.write_text(json.dumps({kind: sorted(names) for kind, names in found.items()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
