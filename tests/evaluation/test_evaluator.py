"""The question itself, and what it says to whom asks it wrongly."""

import pytest

from iamlab import PolicyDocument, PolicySet, Request, evaluate
from iamlab.errors import InvalidInput

ALICE = "arn:aws:iam::111122223333:user/alice"
REQUEST = Request(ALICE, "s3:GetObject", "arn:aws:s3:::reports/q3.csv")
DOCUMENT = PolicyDocument.parse({"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}})


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize(
    ("request_", "policies", "given"),
    [(REQUEST, DOCUMENT, "Request and PolicyDocument"), (ALICE, PolicySet(), "str and PolicySet")],
)
def test_it_takes_a_request_and_policies(request_, policies, given, partial):
    with pytest.raises(InvalidInput) as caught:
        evaluate(request_, policies, partial=partial)
    expected = "Expected a Request and a PolicySet, such as PolicySet(identity=p), not "
    assert caught.value.message == expected + given


def test_any_other_fault_is_told_as_it_is():
    class Broken(PolicySet):
        def rules(self, action):
            raise AttributeError("broken")

    with pytest.raises(AttributeError, match="broken"):
        evaluate(REQUEST, Broken(DOCUMENT))
