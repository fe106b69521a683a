"""Verifies the webhooks of Postel, and of everyone who signs by Standard Webhooks."""

from .errors import (
    InvalidSignatureError,
    InvalidTimestampError,
    MissingHeaderError,
    TimestampExpiredError,
    TimestampInFutureError,
    VerificationError,
)
from .verifier import VerifiedWebhook, Verifier

__all__ = [
    "InvalidSignatureError",
    "InvalidTimestampError",
    "MissingHeaderError",
    "TimestampExpiredError",
    "TimestampInFutureError",
    "VerificationError",
    "VerifiedWebhook",
    "Verifier",
]
