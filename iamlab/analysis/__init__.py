"""Questions about a whole account, answered in rows.

- `effective`: effective permissions, of one principal or of several side by side
- `labels`: why an action is allowed, denied or in doubt
- `situations`: from an account and a principal to the sets of actions it may do
- `ways`: who can do something: by which policy, through which roles, under which condition
- `people`, `population`, `open_requests`, `polls`, `outsiders`: how everybody is asked at once
- `diagnosis`: a pasted AccessDenied message or event, decided again: why, what would help, which lesson teaches it
- `policy_generation`: least privilege: a policy made of what a principal did
- `frames`: rows as DataFrames, the one place that knows pandas

Names are imported when they are first used, so that pandas is only loaded by those who ask for a DataFrame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamlab.lazy import lazy_names

if TYPE_CHECKING:
    from iamlab.analysis.diagnosis.answer import Diagnosis, diagnose
    from iamlab.analysis.effective import permissions
    from iamlab.analysis.frames.permissions import effective_permissions
    from iamlab.analysis.frames.reports import credential_report, events, service_last_accessed
    from iamlab.analysis.frames.ways import who_can
    from iamlab.analysis.policy_generation import LeastPrivilege, least_privilege
    from iamlab.analysis.ways import Ways

_HOME = {
    "Diagnosis": "iamlab.analysis.diagnosis.answer",
    "LeastPrivilege": "iamlab.analysis.policy_generation",
    "Ways": "iamlab.analysis.ways",
    "credential_report": "iamlab.analysis.frames.reports",
    "diagnose": "iamlab.analysis.diagnosis.answer",
    "effective_permissions": "iamlab.analysis.frames.permissions",
    "events": "iamlab.analysis.frames.reports",
    "least_privilege": "iamlab.analysis.policy_generation",
    "permissions": "iamlab.analysis.effective",
    "service_last_accessed": "iamlab.analysis.frames.reports",
    "who_can": "iamlab.analysis.frames.ways",
}

__all__ = [
    "Diagnosis",
    "LeastPrivilege",
    "Ways",
    "credential_report",
    "diagnose",
    "effective_permissions",
    "events",
    "least_privilege",
    "permissions",
    "service_last_accessed",
    "who_can",
]

__getattr__, __dir__ = lazy_names(__name__, _HOME)
