"""The question everything else is built on: may this be done?"""

from __future__ import annotations

from iamlab.errors import InvalidInput
from iamlab.evaluation.chart import follow_chart
from iamlab.evaluation.decision import Decision
from iamlab.evaluation.partial import evaluate_partial
from iamlab.evaluation.policies import PolicySet
from iamlab.evaluation.request import Request, check_types


def evaluate(request: Request, policies: PolicySet, *, partial: bool = False) -> Decision:
    """Decide a request as AWS does.

    Args:
        request: who asks for what.
        policies: everything that speaks on it.
        partial: take condition keys that are not given as unknown, not as absent; the outcome may then be
            `conditional`, and `condition` says on what it depends.

    Raises:
        InvalidInput: principal, action, resource or a context value is malformed, or it is no Request, or no PolicySet.

    >>> from iamlab import PolicyDocument
    >>> allow = PolicyDocument.parse({"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*",
    ...                                             "Condition": {"Bool": {"aws:SecureTransport": "true"}}}})
    >>> request = Request("arn:aws:iam::111122223333:user/alice", "s3:GetObject", "arn:aws:s3:::reports/q3.csv")
    >>> evaluate(request, PolicySet(identity=allow)).outcome
    'implicitDeny'
    >>> evaluate(request, PolicySet(identity=allow), partial=True).condition
    'Bool aws:SecureTransport = true'
    """
    try:
        if partial:
            return evaluate_partial(request, policies)
        return follow_chart(request, policies, policies.rules(request.action))
    except TypeError:
        check_types(request)
        raise
    except AttributeError:
        if isinstance(request, Request) and isinstance(policies, PolicySet):
            raise
        # Asked only now, because every decision would have to wait for it.
        given = f"{type(request).__name__} and {type(policies).__name__}"
        raise InvalidInput(f"Expected a Request and a PolicySet, such as PolicySet(identity=p), not {given}") from None
