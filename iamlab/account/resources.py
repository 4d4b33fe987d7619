"""Resources: S3 buckets with their objects, and anything else that has an ARN and a resource policy.

Only what authorization needs is kept: the policy, the tags, whether a bucket blocks public access, and the objects'
contents.
[https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html]
"""

from __future__ import annotations

import re

from iamlab.account import names
from iamlab.account.documents import Document, check_arn, check_principals, checked
from iamlab.account.handles import TaggedByArn
from iamlab.account.public_access import is_public
from iamlab.account.records import ObjectRecord, ResourceRecord
from iamlab.account.state import State
from iamlab.display import Cell, Table
from iamlab.errors import (
    AccessDenied,
    BucketAlreadyOwnedByYou,
    BucketNotEmpty,
    EntityAlreadyExists,
    InvalidBucketName,
    KeyTooLongError,
    LimitExceeded,
    NoSuchBucketPolicy,
    NoSuchEntity,
    NoSuchKey,
    ValidationError,
)
from iamlab.policy import PolicyDocument

_BUCKET_NAME = re.compile(
    r"(?!\d+\.\d+\.\d+\.\d+$)(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]"
)
_BUCKET_POLICY_SIZE = 20_480  # bytes; S3's limit, not an IAM quota [S3 User Guide, bucket-policies]


def resource_for(state: State, arn: str) -> ResourceRecord | None:
    """The resource whose policy counts for an ARN: an object's is its bucket's."""
    found = state.resources.get(arn)
    if found is None and ":s3:::" in arn:
        found = state.resources.get(arn.partition("/")[0])
    return found


def create_resource(state: State, arn: str, *, policy: Document | None = None, tags: names.Tags = ()) -> Resource:
    """Register anything with an ARN: a queue, a key, a function.

    Args:
        state: the account's state.
        arn: at least 20 characters, six parts; its Region is the resource's, `us-east-1` when it has none.
        policy: a resource policy; None: it has none.
        tags: at most 50.

    Raises:
        InvalidInput: no ARN.
        EntityAlreadyExists: it is there already.
        MalformedPolicyDocument: not a resource policy.
    """
    with state.change():
        check_arn(arn)
        new_tags = names.check_tags(tags)
        parsed = None
        if policy is not None:
            parsed = checked(policy, "resource")
            check_principals(state, parsed)
        if arn in state.resources:
            raise EntityAlreadyExists(f"Resource {arn} already exists.")
        region = arn.split(":")[3] or "us-east-1"
        state.resources[arn] = ResourceRecord(arn, state.now(), parsed, new_tags, region=region)
    return Resource(state, arn)


def create_bucket(state: State, name: str, *, region: str = "us-east-1", tags: names.Tags = ()) -> Bucket:
    """Create a bucket; it is empty, private and blocks public access [S3 API CreateBucket].

    Args:
        state: the account's state.
        name: 3 to 63 lower-case letters, digits, dots and hyphens.
        region: where it is, such as `eu-west-1`; the value of `aws:RequestedRegion` for requests about it.
        tags: at most 50.

    Raises:
        InvalidBucketName: not 3 to 63 lower-case letters, digits, dots and hyphens.
        BucketAlreadyOwnedByYou: it is there already.
    """
    with state.change():
        if not isinstance(name, str) or not _BUCKET_NAME.fullmatch(name) or name.endswith(("-s3alias", "--ol-s3")):
            raise InvalidBucketName(
                f"The specified bucket is not valid: {name} (3 to 63 lower-case letters, digits, dots and hyphens)"
            )
        names.check_text(region, "region")
        new_tags = names.check_tags(tags)
        arn = f"arn:{state.partition}:s3:::{name}"
        if arn in state.resources:
            raise BucketAlreadyOwnedByYou(
                "Your previous request to create the named bucket succeeded and you already own it."
            )
        state.resources[arn] = ResourceRecord(arn, state.now(), tags=new_tags, region=region)
    return Bucket(state, arn)


def _bytes(body: object) -> bytes:
    """What an object holds: bytes, or text in UTF-8."""
    if isinstance(body, bytes | bytearray | memoryview):
        return bytes(body)
    if isinstance(body, str):
        return names.check_text(body, "Body").encode()
    raise ValidationError(f"Invalid type for parameter Body: expected bytes or text, got {type(body).__name__}")


class Resource(TaggedByArn):
    """Anything with an ARN: a handle over the account's state."""

    __slots__ = ()

    @property
    def record(self) -> ResourceRecord:
        """The row in the account's tables.

        Raises:
            NoSuchEntity: it was deleted.
        """
        try:
            return self._state.resources[self.arn]
        except KeyError:
            raise NoSuchEntity(f"Resource {self.arn} cannot be found.") from None

    @property
    def policy(self) -> PolicyDocument | None:
        """Its resource policy, if it has one."""
        return self.record.policy

    def put_policy(self, document: Document) -> None:
        """Write its resource policy.

        Raises:
            MalformedPolicyDocument: not a resource policy, or it names a user or role of this account that is not
                there.
        """
        with self._state.change():
            record = self.record
            parsed = checked(document, "resource")
            check_principals(self._state, parsed)
            self._check_policy(record, parsed)
            record.policy = parsed

    def _check_policy(self, record: ResourceRecord, document: PolicyDocument) -> None:
        """What this kind of resource asks of its policy beyond the grammar."""

    def delete_policy(self) -> None:
        """Delete its resource policy, if it has one."""
        with self._state.change():
            self.record.policy = None

    def delete(self) -> None:
        """Delete it."""
        with self._state.change():
            del self._state.resources[self.record.arn]

    def __repr__(self) -> str:
        """Kind and ARN."""
        return f"{type(self).__name__}({self.arn})"

    def _repr_html_(self) -> str:
        record = self.record
        rows: list[list[Cell]] = [["Resource policy", record.policy.to_json(indent=2) if record.policy else "none"]]
        if record.tags:
            rows.append(["Tags", ", ".join(f"{key}={value}" for key, value in record.tags.items())])
        return Table(["Resource", self.arn], rows)._repr_html_()


class Bucket(Resource):
    """An S3 bucket: a handle over the account's state."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The bucket's name."""
        return self.arn.rpartition(":")[2]

    @property
    def objects(self) -> tuple[str, ...]:
        """The keys of its objects, sorted as S3 lists them."""
        return tuple(sorted(self.record.objects))

    def put_object(self, key: str, body: bytes | str = b"", *, content_type: str = "binary/octet-stream") -> None:
        """Store an object [S3 API PutObject].

        Args:
            key: its name, 1 to 1,024 bytes in UTF-8; slashes are part of it.
            body: its contents; text is kept in UTF-8.
            content_type: its media type, such as `text/csv`.

        Raises:
            KeyTooLongError: a key has 1 to 1,024 bytes.
            ValidationError: key or content type is not text, or the body is neither bytes nor text.
        """
        with self._state.change():
            record = self.record
            if not 1 <= len(names.check_text(key, "Key").encode()) <= 1024:
                raise KeyTooLongError("An object's key is text of 1 to 1,024 bytes")
            names.check_text(content_type, "ContentType")
            record.objects[key] = ObjectRecord(key, _bytes(body), self._state.now(), content_type)

    def get_object(self, key: str) -> bytes:
        """An object's contents [S3 API GetObject].

        Raises:
            NoSuchKey: there is none.
        """
        return self.object_record(key).body

    def object_record(self, key: str) -> ObjectRecord:
        """An object's row.

        Raises:
            NoSuchKey: there is none.
        """
        found = self.record.objects.get(names.check_text(key, "Key"))
        if found is None:
            raise NoSuchKey(f"The specified key does not exist: {key}")
        return found

    def delete_object(self, key: str) -> None:
        """Delete an object, if there is one of this key, as in S3."""
        with self._state.change():
            self.record.objects.pop(names.check_text(key, "Key"), None)

    @property
    def public_access_block(self) -> bool:
        """Does S3 block public access to it? (All four settings together; on unless switched off.)"""
        return self.record.public_access_block

    def put_public_access_block(self, *, on: bool = True) -> None:
        """Block public access, or stop blocking it [S3 API PutPublicAccessBlock, DeletePublicAccessBlock].

        Raises:
            InvalidInput: neither True nor False.
        """
        with self._state.change():
            self.record.public_access_block = names.check_flag(on, "on")

    def _check_policy(self, record: ResourceRecord, document: PolicyDocument) -> None:
        if document.size > _BUCKET_POLICY_SIZE:
            raise LimitExceeded(f"A bucket policy has at most {_BUCKET_POLICY_SIZE} bytes")
        if record.public_access_block and is_public(document):
            raise AccessDenied(
                "public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."
            )

    def get_policy(self) -> PolicyDocument:
        """The bucket policy [S3 API GetBucketPolicy].

        Raises:
            NoSuchBucketPolicy: it has none.
        """
        if self.record.policy is None:
            raise NoSuchBucketPolicy("The bucket policy does not exist")
        return self.record.policy

    def delete(self) -> None:
        """Delete the bucket [S3 API DeleteBucket].

        Raises:
            BucketNotEmpty: objects are left.
        """
        if self.record.objects:
            raise BucketNotEmpty("The bucket you tried to delete is not empty")
        super().delete()

    def __repr__(self) -> str:
        return f"Bucket({self.name})"
