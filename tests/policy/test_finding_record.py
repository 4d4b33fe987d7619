"""Code, path, place, message and repair of every finding, for each case and for many odd parts."""

from finding_record import RECORD, record


def test_every_finding_is_as_recorded():
    """After a wanted change `finding_record` writes the record anew; read what has changed."""
    recorded = RECORD.read_text("utf-8").splitlines()
    for found_now, found_then in zip(record(), recorded, strict=True):
        assert found_now == found_then
