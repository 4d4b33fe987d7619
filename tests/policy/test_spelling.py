"""The word that was meant, however it is written, and none where nothing is near."""

from iamlab.policy.spelling import nearest


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
