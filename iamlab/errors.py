"""AWS's errors as exceptions.

Every class is one of AWS's error codes: it carries `code`, `message` and `http_status` as the API answers them, so that
what is caught here reads like botocore's `ClientError.response["Error"]`. Its text is the sentence alone: a traceback
puts the class's name, which is the code, before it. Codes and statuses are those of the IAM and STS API references.
[https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, and each operation's own list]

`AwsError` is the root; `MalformedPolicyDocument` adds the place of the mistake in the text. In a notebook, an error's
traceback is the learner's own line and the sentence: where in iamlab it came up helps nobody there.
"""

from __future__ import annotations

import os.path
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from traceback import FrameSummary


class AwsError(Exception):
    """An error as AWS's API would answer it.

    Args:
        message: AWS's sentence (or, where AWS has none, ours).

    Attributes:
        code: AWS's error code, the class's name unless AWS spells it otherwise.
        http_status: the HTTP status AWS answers with.
    """

    code: ClassVar[str] = "AwsError"
    http_status: ClassVar[int] = 400

    def __init_subclass__(cls) -> None:
        """Name the code after the class, unless the class names it itself."""
        if "code" not in cls.__dict__:
            cls.code = cls.__name__

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of its own traceback: the learner's lines, and the sentence."""
        import traceback

        own = [frame for frame in traceback.extract_tb(self.__traceback__) if not _is_library(frame.filename)]
        if not own:
            return "".join(traceback.format_exception(self)).splitlines()
        return [*map(_in_words, own), f"{type(self).__name__}: {self}"]


def _is_library(file: str) -> bool:
    """Is this code of iamlab, of Python or of an installed package, and not a learner's?"""
    return file.startswith(("<frozen", *_libraries()))


@cache
def _libraries() -> tuple[str, ...]:
    import sysconfig

    folders = [os.path.dirname(__file__), *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib"))]
    return tuple(folder + os.sep for folder in folders)


def _in_words(frame: FrameSummary) -> str:
    """A line of code and its place: in a cell, which is no file on any disk, its number."""
    file = f"{os.path.basename(frame.filename)}, line" if os.path.isfile(frame.filename) else "Line"
    return f"{file} {frame.lineno}: {frame.line}"


class EntityAlreadyExists(AwsError):
    """The name is taken (names are unique ignoring case)."""

    http_status = 409


class NoSuchEntity(AwsError):
    """There is no such user, group, role, policy, key or device."""

    http_status = 404


class DeleteConflict(AwsError):
    """The entity still has something attached."""

    http_status = 409


class LimitExceeded(AwsError):
    """A quota of the account is reached."""

    http_status = 409


class InvalidInput(AwsError):
    """A parameter's value is not acceptable."""


class ValidationError(AwsError):
    """A parameter breaks the API's own constraints (length, pattern)."""


class InvalidParameterValue(AwsError):
    """A parameter's value does not go with another one (a code of STS)."""


class PasswordPolicyViolation(AwsError):
    """A new password breaks the account's password policy."""


class InvalidAuthenticationCode(AwsError):
    """The MFA codes do not fit the device."""

    http_status = 403


class EntityTemporarilyUnmodifiable(AwsError):
    """The entity is being changed by somebody else just now."""

    http_status = 409


class ConcurrentModification(AwsError):
    """Two changes met."""

    http_status = 409


class UnmodifiableEntity(AwsError):
    """Only the linked service may change this (a service-linked role)."""


class PolicyNotAttachable(AwsError):
    """This policy is reserved (for service-linked roles)."""


class InvalidUserType(AwsError):
    """The operation is not for this kind of user."""


class ReportNotPresent(AwsError):
    """There is no credential report yet."""

    http_status = 410


class ReportExpired(AwsError):
    """The credential report is older than four hours."""

    http_status = 410


class ReportInProgress(AwsError):
    """The credential report is still being made."""

    http_status = 404


class AccessDenied(AwsError):
    """The request is not allowed.

    Args:
        message: AWS's sentence.
        decision: the `Decision` that said no, where one did (typed loosely: errors know nothing of decisions).
    """

    http_status = 403

    def __init__(self, message: str = "", decision: Any = None) -> None:
        super().__init__(message)
        self.decision = decision


class SignatureDoesNotMatch(AwsError):
    """The request's signature was made with another secret."""

    http_status = 403


class InvalidClientTokenId(AwsError):
    """There is no such access key."""

    http_status = 403


class ExpiredToken(AwsError):
    """The temporary credentials have expired."""

    http_status = 403


class IDPRejectedClaim(AwsError):
    """The identity provider says the claim is not good (any more)."""

    http_status = 403


class InvalidIdentityToken(AwsError):
    """The web identity token or SAML assertion is not genuine."""


class PackedPolicyTooLarge(AwsError):
    """Session policies and tags together are too large."""


class NoSuchBucket(AwsError):
    """There is no such bucket (an S3 code)."""

    http_status = 404


class NoSuchKey(AwsError):
    """There is no such object (an S3 code)."""

    http_status = 404


class KeyTooLongError(AwsError):
    """An object's key is longer than 1,024 bytes (an S3 code)."""


class NoSuchBucketPolicy(AwsError):
    """The bucket has no policy (an S3 code)."""

    http_status = 404


class InvalidBucketName(AwsError):
    """Not a name for a bucket (an S3 code)."""


class BucketAlreadyOwnedByYou(AwsError):
    """You have this bucket already (an S3 code)."""

    http_status = 409


class BucketNotEmpty(AwsError):
    """The bucket still holds objects (an S3 code)."""

    http_status = 409


class AWSOrganizationsNotInUseException(AwsError):
    """The account is in no organization (a code of Organizations, as are the next)."""


class AlreadyInOrganizationException(AwsError):
    """The account is in an organization already."""


class ConstraintViolationException(AwsError):
    """A limit or rule of the organization says no."""


class DuplicatePolicyException(AwsError):
    """The name of the organization's policy is taken."""


class PolicyInUseException(AwsError):
    """The organization's policy is attached somewhere."""


class PolicyNotAttachedException(AwsError):
    """The organization's policy is not attached here."""


class PolicyNotFoundException(AwsError):
    """There is no such policy in the organization."""


class MalformedPolicyDocument(AwsError):
    """The policy is not one that AWS would take.

    Args:
        message: what is wrong and what was expected.
        line: line in the text, counted from 1; `None` when the policy did not come as text.
        column: column in that line, counted from 1.
        path: JSON path of the element, such as `$.Statement[0].Effect`.

    >>> raise MalformedPolicyDocument("Missing required field Action", 3, 5, "$.Statement[0]")
    Traceback (most recent call last):
    iamlab.errors.MalformedPolicyDocument: Missing required field Action (line 3, column 5, $.Statement[0])
    """

    def __init__(self, message: str = "", line: int | None = None, column: int | None = None, path: str = "$") -> None:
        place = f"line {line}, column {column}, {path}" if line is not None else path
        super().__init__(f"{message} ({place})")
        self.reason = message
        self.line = line
        self.column = column
        self.path = path
