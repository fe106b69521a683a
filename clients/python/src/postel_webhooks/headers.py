"""Headers, as the frameworks hand them over."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Mapping, Tuple, Union

#: A mapping (Flask's, Starlette's and Django's headers, `http.server`'s message, a dict), or the pairs of ASGI.
Headers = Union[Mapping[str, Any], Iterable[Tuple[Any, Any]]]


def lowered(headers: Headers) -> Dict[str, str]:
    """By name in lower case. Of a repeated header the first counts."""
    items = getattr(headers, "items", None)
    pairs = items() if callable(items) else headers
    found: Dict[str, str] = {}
    for name, value in pairs:
        first = next(iter(value), None) if isinstance(value, (list, tuple)) else value
        if first is not None:
            found.setdefault(_text(name).lower(), _text(first))
    return found


def _text(part: object) -> str:
    # as WSGI and http.server decode them
    return bytes(part).decode("latin-1") if isinstance(part, (bytes, bytearray)) else str(part)
