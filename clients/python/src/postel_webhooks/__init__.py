"""Verifies the webhooks of Postel, and of everyone who signs by Standard Webhooks."""

from .errors import (
    InvalidSignatureError,
    InvalidTimestampError,
    MalformedBodyError,
    MissingHeaderError,
    TimestampExpiredError,
    TimestampInFutureError,
    VerificationError,
    WebhookError,
)
from .verifier import VerifiedWebhook, Verifier

__all__ = [
    "InvalidSignatureError",
    "InvalidTimestampError",
    "MalformedBodyError",
    "MissingHeaderError",
    "TimestampExpiredError",
    "TimestampInFutureError",
    "VerificationError",
    "VerifiedWebhook",
    "Verifier",
    "WebhookError",
]
