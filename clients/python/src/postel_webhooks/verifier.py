"""Whether a request is from whom it says, and what it brings."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import Any, Callable, Optional, Sequence, Union

from .errors import (
    InvalidSignatureError,
    InvalidTimestampError,
    MalformedBodyError,
    TimestampExpiredError,
    TimestampInFutureError,
)
from .headers import Headers, lowered
from .schemes import SCHEMES

Body = Union[bytes, bytearray, memoryview]


@dataclass(frozen=True)
class VerifiedWebhook:
    """A request whose signature holds. Of its headers only what was signed is here."""

    #: Of the event, the same on every attempt: keep those you handled, for an event may come twice. None with
    #: `timestamp-hex` and `body-hex`, which do not sign the header: take the id of the body.
    id: Optional[str]
    #: Of the attempt, Unix seconds; None with `body-hex`.
    timestamp_sec: Optional[int]
    #: As it came, byte for byte.
    body: bytes

    def json(self) -> Any:
        """The body, parsed. Raises a MalformedBodyError for what is no JSON in UTF-8."""
        try:
            # decoded here, because json would guess other encodings too
            return json.loads(self.body.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise MalformedBodyError("the body is not JSON in UTF-8") from error


class Verifier:
    """Checks webhooks with the secrets of one endpoint. Make one when the program starts; threads may share it."""

    def __init__(
        self,
        secrets: Union[str, Sequence[str]],
        *,
        scheme: str = "standard",
        tolerance_sec: int = 300,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """
        :param secrets: any of which may have signed, `whsec_…`; for `standard-ed25519` public keys, `whpk_…`
        :param scheme: `standard`, `standard-ed25519`, `timestamp-hex` or `body-hex`
        :param tolerance_sec: how far the timestamp may be off, either way
        :param clock: Unix seconds

        Raises ValueError for a secret or a scheme that is none, so that a wrong setting ends the start and not the
        first webhook; ImportError for `standard-ed25519` without the package cryptography.
        """
        texts = [secrets] if isinstance(secrets, str) else list(secrets)
        if not texts:
            raise ValueError("a verifier needs at least one secret")
        if scheme not in SCHEMES:
            raise ValueError(f"a scheme is one of {', '.join(SCHEMES)}, not {scheme!r}")
        self._scheme = SCHEMES[scheme]
        self._keys = [self._scheme.key_of(text) for text in texts]
        self._tolerance_sec = tolerance_sec
        self._clock = clock

    def verify_request(self, headers: Headers, body: Body) -> VerifiedWebhook:
        """Any framework's headers, and the bytes of the body as they came.

        Raises a VerificationError for what is not to be trusted, and TypeError for a body that is no bytes.
        """
        raw = _raw(body)
        signed = self._scheme.read(lowered(headers))
        timestamp_sec = None if signed.timestamp is None else self._timely(signed.timestamp)
        if not any([self._scheme.matches(key, signed, raw) for key in self._keys]):
            raise InvalidSignatureError("no signature matches")
        return VerifiedWebhook(signed.id, timestamp_sec, raw)

    def _timely(self, timestamp: str) -> int:
        # not isdigit(), which takes digits of every script
        if not re.fullmatch(r"[0-9]{1,15}", timestamp):
            raise InvalidTimestampError("the timestamp is not Unix seconds")
        off_sec = int(self._clock()) - int(timestamp)
        if off_sec > self._tolerance_sec:
            raise TimestampExpiredError(f"the timestamp is {off_sec} s old")
        if -off_sec > self._tolerance_sec:
            raise TimestampInFutureError(f"the timestamp is {-off_sec} s in the future")
        return int(timestamp)


def _raw(body: object) -> bytes:
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body)
    raise TypeError(
        f"the body must be the bytes of the request as they came, not {type(body).__name__}: what was decoded or parsed "
        "cannot be turned back into the bytes that were signed. Flask: request.get_data(); FastAPI: await request.body(); "
        "Django: request.body"
    )
