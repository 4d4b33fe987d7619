"""S3 Block Public Access: when a bucket policy is public, and for whom a public one does not count.

Of the four settings, which are on or off together here, two are about policies: with BlockPublicPolicy a public one is
not saved, with RestrictPublicBuckets one that is there lets nobody in from outside the account.
[https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html]
"""

from __future__ import annotations

from iamlab.account.records import ResourceRecord
from iamlab.policy import PolicyDocument

_NARROWING = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    }
)


def is_public(document: PolicyDocument) -> bool:
    """Does a bucket policy let anybody in?

    A statement for `*` does, unless a condition narrows it to fixed values of one of the keys that AWS lists
    [access-control-block-public-access, "The meaning of public"].
    """
    for statement in document.statements:
        principal = statement.principal
        anybody = principal == "*" or (isinstance(principal, dict) and "*" in principal.get("AWS", ()))
        narrowed = any(
            key.lower() in _NARROWING and not any("*" in value or "${" in value for value in values)
            for _, key, values in statement.conditions
        )
        if statement.effect == "Allow" and anybody and not narrowed:
            return True
    return False


def is_restricted(bucket: ResourceRecord) -> bool:
    """Does RestrictPublicBuckets keep everybody outside of the account, but AWS's services, away from this bucket?"""
    return bucket.public_access_block and bucket.policy is not None and is_public(bucket.policy)
