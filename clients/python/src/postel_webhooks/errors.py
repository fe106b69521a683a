"""Why a request is not to be trusted. The codes are those of Postel's TypeScript verifier."""

from __future__ import annotations


class VerificationError(Exception):
    """The request is not to be trusted: answer with `status`, and do nothing else with it."""

    #: One word for logs and answers; it does not change.
    code: str = ""
    #: What to answer: 400 for what is no signed webhook at all, 401 for one whose signature does not hold.
    status: int = 401


class MissingHeaderError(VerificationError):
    """A header of the scheme is not there, or empty."""

    code = "MISSING_HEADER"
    status = 400


class InvalidTimestampError(VerificationError):
    """The timestamp is not Unix seconds."""

    code = "INVALID_TIMESTAMP"
    status = 400


class TimestampExpiredError(VerificationError):
    """The timestamp is older than the tolerance: a replay, or a clock that is wrong."""

    code = "TIMESTAMP_EXPIRED"


class TimestampInFutureError(VerificationError):
    """The timestamp is further ahead than the tolerance: a clock is wrong."""

    code = "TIMESTAMP_IN_FUTURE"


class InvalidSignatureError(VerificationError):
    """None of the secrets made any of the signatures over these bytes."""

    code = "INVALID_SIGNATURE"
