"""The word that was meant, however it is written, and none where nothing is near."""

from hypothesis import given
from hypothesis import strategies as st

from iamlab.policy.spelling import _distance, nearest, slip, slips


def test_case_does_not_count():
    assert nearest("GETOBJEKT", ["PutObject", "GetObject"]) == "GetObject"


def test_the_nearest_of_several():
    assert nearest("listbuckts", ["ListBucket", "ListBuckets"]) == "ListBuckets"


def test_how_near_it_must_be():
    """Three quarters of two words are alike: so much it takes, if nothing else is said."""
    assert nearest("abcd", ["abcx"]) == "abcx"
    assert nearest("abcd", ["abxy"]) is None
    assert nearest("abcd", ["abxy"], 0.5) == "abxy"
    assert nearest("abcd", []) is None


def test_a_slip_is_a_letter_or_two_neighbours():
    for written in ("GetObjet", "GetObjectt", "GetObjekt", "GteObject", "getobject"):
        assert slip(written, ["GetObject", "DeleteObject"]) == "GetObject"


def test_two_slips_are_believed_in_long_words_only():
    assert slip("ListBuktes", ["ListBuckets"]) == "ListBuckets"
    assert slip("ListBuktse", ["ListBuckets"]) is None
    assert slip("Actoins", ["Actions"]) == "Actions"
    assert slip("Acoinsx", ["Actions"]) is None
    assert slip("ActionXY", ["Action"]) == "Action"
    assert slip("ActionX", ["Acton"]) is None


def test_the_fewest_slips_count_and_two_words_as_near_are_none():
    assert slips("eu-west-9", ["eu-west-1", "eu-west-2", "eu-east-1"]) == ["eu-west-1", "eu-west-2"]
    assert slip("eu-west-9", ["eu-west-1", "eu-west-2"]) is None
    assert slip("eu-west1", ["eu-east-1", "eu-west-1"]) == "eu-west-1"
    assert slips("s3", []) == slips("", ["s3"]) == []


def naive(a, b):
    """The fewest slips, by recursion over the last letters."""
    if not a or not b:
        return len(a) + len(b)
    ways = [naive(a[:-1], b) + 1, naive(a, b[:-1]) + 1, naive(a[:-1], b[:-1]) + (a[-1] != b[-1])]
    if a[-2:] == b[-2:][::-1] and len(a) > 1 < len(b):
        ways.append(naive(a[:-2], b[:-2]) + 1)
    return min(ways)


words = st.text("abc", max_size=6)


@given(words, words)
def test_slips_are_counted_as_the_rule_says(a, b):
    assert _distance(a, b) == naive(a, b)
    swapped = a[1::-1] + a[2:]
    assert _distance(a, swapped) == (a != swapped)
