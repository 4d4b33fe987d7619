"""Names that AWS's managed policies use although the Service Authorization Reference does not list them.

Some are retired, some are not published yet. AWS calls them harmless ("Invalid actions do not affect the permissions
granted by the policy"), and a name that AWS itself writes is no misspelling, so the checks let it pass. The data file
is made by `tools/build_names_in_use.py`.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html#access-analyzer-reference-policy-checks-error-invalid-action]
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def _names() -> dict[str, frozenset[str]]:
    data = json.loads(Path(__file__).with_suffix(".json").read_text())
    return {kind: frozenset(names) for kind, names in data.items()}


def in_use(kind: str, name: str) -> bool:
    """Does an AWS managed policy use this name?

    Args:
        kind: `actions`, `keys` or `resources`.
        name: the name in lower case; of a resource, the ARN as it stands.
    """
    return name in _names()[kind]
