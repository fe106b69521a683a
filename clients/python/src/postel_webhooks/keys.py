"""What signatures are checked with."""

from __future__ import annotations

import base64
import re
from typing import Any

SECRET_PREFIX = "whsec_"
PUBLIC_PREFIX = "whpk_"
PUBLIC_KEY_BYTES = 32


def decode_secret(secret: str) -> bytes:
    """The bytes of a secret. Raises ValueError for what is not `whsec_` and base64."""
    return _decoded(secret, SECRET_PREFIX, "a secret")


def public_key_of(text: str) -> Any:
    """An Ed25519 key of the package cryptography, of `whpk_` and base64 of 32 bytes.

    Raises ValueError for another text, and ImportError where cryptography is not installed: Python's standard library
    has no Ed25519.
    """
    key = _decoded(text, PUBLIC_PREFIX, "a public key")
    if len(key) != PUBLIC_KEY_BYTES:
        raise ValueError(f"a public key is {PUBLIC_PREFIX} followed by base64 of {PUBLIC_KEY_BYTES} bytes")
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise ImportError(
            "standard-ed25519 needs the package cryptography, because Python's standard library has no Ed25519: "
            "pip install 'postel-webhooks[ed25519]'"
        ) from error
    return Ed25519PublicKey.from_public_bytes(key)


def _decoded(text: object, prefix: str, what: str) -> bytes:
    if not isinstance(text, str):
        raise TypeError(f"{what} is a str, not {type(text).__name__}")
    encoded = text[len(prefix) :]
    digits = encoded.rstrip("=")
    if len(digits) % 4 == 1:
        # six bits make no byte: Postel, which takes such a secret, leaves them out as well
        digits = digits[:-1]
    # fullmatch, because $ would take a newline; and no key at all would let everyone sign
    if not text.startswith(prefix) or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", encoded) or not digits:
        # the text itself stays out of messages: they end in logs
        raise ValueError(f"{what} is {prefix} followed by base64")
    return base64.b64decode(digits + "=" * (-len(digits) % 4))
