"""Why a request is refused. The codes are those of Postel's receiver in TypeScript."""

from __future__ import annotations


class WebhookError(Exception):
    """A request that is refused. Its text may be shown to the sender."""

    #: One word for logs and answers; it does not change.
    code: str = ""
    #: What to answer.
    status: int = 400


class VerificationError(WebhookError):
    """The request is not to be trusted: do nothing with it. Always 401, so that who cannot sign learns no more."""

    status = 401


class MissingHeaderError(VerificationError):
    """A header of the scheme is not there, or empty."""

    code = "MISSING_HEADER"


class InvalidTimestampError(VerificationError):
    """The timestamp is not Unix seconds."""

    code = "INVALID_TIMESTAMP"


class TimestampExpiredError(VerificationError):
    """The timestamp is older than the tolerance: a replay, or a clock that is wrong."""

    code = "TIMESTAMP_EXPIRED"


class TimestampInFutureError(VerificationError):
    """The timestamp is further ahead than the tolerance: a clock is wrong."""

    code = "TIMESTAMP_IN_FUTURE"


class InvalidSignatureError(VerificationError):
    """None of the secrets made any of the signatures over these bytes."""

    code = "INVALID_SIGNATURE"


class MalformedBodyError(WebhookError, ValueError):
    """It was signed, and is no JSON in UTF-8."""

    code = "MALFORMED_BODY"
