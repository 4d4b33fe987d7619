"""Reports of the account as DataFrames: AWS's columns, order and words."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from datetime import UTC, datetime

import pandas as pd
import pytest

from iamlab import Account, analysis
from iamlab.errors import AccessDenied, InvalidInput, NoSuchEntity

BUCKET = "arn:aws:s3:::reports"


@pytest.fixture
def lab() -> Account:
    lab = Account(start=datetime(2026, 3, 2, 9, tzinfo=UTC), seed=7)
    lab.create_user("alice").attach_policy(lab.policies["AmazonS3ReadOnlyAccess"])
    return lab


def test_the_credential_report_is_the_csv(lab):
    lab.users["alice"].create_access_key_pair()
    table = analysis.credential_report(lab)
    with io.StringIO(lab.get_credential_report().content) as text:
        header, *rows = csv.reader(text)
    assert list(table.columns) == header
    assert table.to_numpy().tolist() == rows
    assert table["user"].tolist() == ["<root_account>", "alice"]
    assert table["access_key_1_active"].tolist() == ["false", "true"]
    assert table.attrs["generated_time"] == "2026-03-02T09:00:00+00:00"


def test_a_credential_report_is_good_for_four_hours(lab):
    assert len(analysis.credential_report(lab)) == 2
    lab.create_user("bob")
    lab.clock.advance(hours=3)
    assert len(analysis.credential_report(lab)) == 2
    lab.clock.advance(hours=1)
    assert analysis.credential_report(lab)["user"].tolist() == ["<root_account>", "alice", "bob"]


def test_events_one_a_row(lab):
    lab.users["alice"].create_login_profile("correct horse Battery 5!", password_reset_required=False)
    session = lab.sign_in("alice", "correct horse Battery 5!")
    session.call("s3:GetObject", f"{BUCKET}/q3.csv", parameters={"bucketName": "reports", "key": "q3.csv"})
    with suppress(AccessDenied):
        session.call("s3:DeleteObject", f"{BUCKET}/q3.csv")
    table = analysis.events(lab)
    assert table["eventName"].tolist() == ["ConsoleLogin", "GetObject", "DeleteObject"]
    assert table["errorCode"].fillna("").tolist() == ["", "", "AccessDenied"]
    assert table["userIdentity.userName"].tolist() == ["alice"] * 3
    assert table["eventTime"].tolist() == [pd.Timestamp("2026-03-02T09:00:00Z")] * 3
    assert json.loads(table["requestParameters"][1]) == {"bucketName": "reports", "key": "q3.csv"}
    assert json.loads(table["resources"][1])[0]["ARN"] == f"{BUCKET}/q3.csv"
    assert "additionalEventData" in table.columns
    fields = {column.partition(".")[0] for column in table.columns}
    assert fields >= {field for event in lab.events for field in event}


def test_a_table_of_no_events_has_its_columns(lab):
    table = analysis.events(lab)
    assert len(table) == 0
    assert list(table.columns[:3]) == ["eventTime", "eventSource", "eventName"]
    assert str(table["eventTime"].dtype).startswith("datetime64")


def test_service_last_accessed(lab):
    session = lab.use_access_key(lab.users["alice"].create_access_key_pair().access_key_id)
    before = analysis.service_last_accessed(lab, lab.users["alice"])
    assert before["LastAuthenticated"].isna().all()
    session.call("s3:GetObject", f"{BUCKET}/q3.csv")
    table = analysis.service_last_accessed(lab, lab.users["alice"].arn).set_index("ServiceNamespace")
    assert "s3-object-lambda" in table.index
    assert table.loc["s3", "ServiceName"] == "Amazon S3"
    assert table.loc["s3", "LastAuthenticated"] == pd.Timestamp("2026-03-02T09:00:00Z")
    assert table.loc["s3", "LastAuthenticatedEntity"] == lab.users["alice"].arn
    assert table.loc["s3", "LastAuthenticatedRegion"] == "us-east-1"
    assert pd.isna(table.loc["s3-object-lambda", "LastAuthenticated"])


def test_last_access_of_what_has_no_policies(lab):
    with pytest.raises(NoSuchEntity):
        analysis.service_last_accessed(lab, "arn:aws:iam::111122223333:user/nobody")
    with pytest.raises(InvalidInput):
        analysis.service_last_accessed(lab, 7)
