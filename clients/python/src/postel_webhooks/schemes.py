"""The ways to sign (docs/reference/webhooks.md). All but Ed25519's are an HMAC-SHA256."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any, Callable, Dict, Mapping, NamedTuple, Optional, Sequence

from .errors import MissingHeaderError
from .keys import decode_secret, public_key_of


class Signed(NamedTuple):
    """What a request says of itself, before anything of it is believed."""

    #: Where the scheme signs the id.
    id: Optional[str]
    #: As text; None where the scheme has none.
    timestamp: Optional[str]
    signatures: Sequence[str]


class Scheme(NamedTuple):
    """How one family of headers is read and checked."""

    read: Callable[[Mapping[str, str]], Signed]
    #: Makes a key of a secret, once. Raises ValueError for what is none.
    key_of: Callable[[str], Any]
    #: Whether this key made any of the signatures over this body.
    matches: Callable[[Any, Signed, bytes], bool]


def _read_standard(headers: Mapping[str, str]) -> Signed:
    message_id = _required(headers, "webhook-id")
    timestamp = _required(headers, "webhook-timestamp")
    return Signed(message_id, timestamp, _required(headers, "webhook-signature").split(" "))


def _read_timestamp_hex(headers: Mapping[str, str]) -> Signed:
    timestamp = _required(headers, "X-Webhook-Timestamp")
    return Signed(None, timestamp, _required(headers, "X-Webhook-Signature").split(","))


def _read_body_hex(headers: Mapping[str, str]) -> Signed:
    return Signed(None, None, [_required(headers, "X-Webhook-Signature")])


def _required(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name.lower())
    if not value:
        raise MissingHeaderError(f"the header {name} is missing")
    return value


def _standard_matches(key: bytes, signed: Signed, body: bytes) -> bool:
    digest = hmac.new(key, _standard_content(signed, body), hashlib.sha256).digest()
    return _is_among(signed.signatures, "v1," + base64.b64encode(digest).decode())


def _ed25519_matches(key: Any, signed: Signed, body: bytes) -> bool:
    content = _standard_content(signed, body)
    texts = [text[len("v1a,") :] for text in signed.signatures if text.startswith("v1a,")]
    return any([_is_ed25519(key, text, content) for text in texts])


def _is_ed25519(key: Any, text: str, content: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(base64.b64decode(text), content)
    except (InvalidSignature, ValueError):  # the second is what is no base64
        return False
    return True


def _standard_content(signed: Signed, body: bytes) -> bytes:
    return _bytes_of(f"{signed.id}.{signed.timestamp}.") + body


def _timestamp_hex_matches(key: bytes, signed: Signed, body: bytes) -> bool:
    content = _bytes_of(f"{signed.timestamp}.") + body
    return _is_among(signed.signatures, "v1=" + hmac.new(key, content, hashlib.sha256).hexdigest())


def _body_hex_matches(key: bytes, signed: Signed, body: bytes) -> bool:
    return _is_among(signed.signatures, hmac.new(key, body, hashlib.sha256).hexdigest())


def _is_among(received: Sequence[str], expected: str) -> bool:
    # a list, not a generator: the time it takes does not tell which one matched
    return any([hmac.compare_digest(_bytes_of(text.strip()), _bytes_of(expected)) for text in received])


def _bytes_of(text: str) -> bytes:
    # what cannot be encoded cannot have been signed either
    return text.encode("utf-8", "replace")


def _whole_text(secret: str) -> bytes:
    decode_secret(secret)
    return secret.encode()


SCHEMES: Dict[str, Scheme] = {
    "standard": Scheme(_read_standard, decode_secret, _standard_matches),
    "standard-ed25519": Scheme(_read_standard, public_key_of, _ed25519_matches),
    "timestamp-hex": Scheme(_read_timestamp_hex, _whole_text, _timestamp_hex_matches),
    "body-hex": Scheme(_read_body_hex, _whole_text, _body_hex_matches),
}
