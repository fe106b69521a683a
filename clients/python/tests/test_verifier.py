import unittest
from email.message import Message

from postel_webhooks import (
    InvalidSignatureError,
    InvalidTimestampError,
    MalformedBodyError,
    MissingHeaderError,
    TimestampExpiredError,
    TimestampInFutureError,
    Verifier,
)

from . import signing
from .signing import NOW_SEC, OTHER, SECRET

BODY = '{"id":"evt_1","data":{"object":{"name":"Zoë 🙂","amount":9007199254740993}}}'.encode()


def verifier(secrets=SECRET, **options):
    return Verifier(secrets, clock=lambda: NOW_SEC + 0.9, **options)


class Signatures(unittest.TestCase):
    def test_hold_for_the_bytes_that_were_signed(self):
        webhook = verifier().verify_request(signing.standard(BODY), BODY)
        self.assertEqual((webhook.id, webhook.timestamp_sec, webhook.body), ("evt_1", NOW_SEC, BODY))
        self.assertEqual(webhook.json()["data"]["object"]["amount"], 9007199254740993)

    def test_hold_in_every_scheme_and_tell_only_what_was_signed(self):
        cases = {
            "standard": (signing.standard(BODY), "evt_1", NOW_SEC),
            "timestamp-hex": (signing.timestamp_hex(BODY), None, NOW_SEC),
            "body-hex": (signing.body_hex(BODY), None, None),
        }
        for scheme, (headers, message_id, timestamp_sec) in cases.items():
            with self.subTest(scheme):
                webhook = verifier(scheme=scheme).verify_request(headers, BODY)
                self.assertEqual((webhook.id, webhook.timestamp_sec), (message_id, timestamp_sec))

    def test_do_not_hold_for_any_other_bytes(self):
        for scheme, sign in (
            ("standard", signing.standard),
            ("timestamp-hex", signing.timestamp_hex),
            ("body-hex", signing.body_hex),
        ):
            for body in (BODY[:-1], BODY + b"\n", BODY.replace(b":", b": "), b"", BODY.decode().encode("utf-16")):
                with self.subTest(scheme=scheme, body=body), self.assertRaises(InvalidSignatureError):
                    verifier(scheme=scheme).verify_request(sign(BODY), body)

    def test_of_empty_and_large_bodies_hold(self):
        for body in (b"", bytes(range(256)) * 1024):
            verifier().verify_request(signing.standard(body), body)

    def test_are_bound_to_id_and_timestamp(self):
        for name, value in (("webhook-id", "evt_2"), ("webhook-timestamp", str(NOW_SEC + 1))):
            with self.subTest(name), self.assertRaises(InvalidSignatureError):
                verifier().verify_request({**signing.standard(BODY), name: value}, BODY)

    def test_of_another_version_or_without_one_do_not_hold(self):
        headers = signing.standard(BODY)
        digits = headers["webhook-signature"][len("v1,") :]
        for signature in (f"v2,{digits}", f"v1a,{digits}", digits, f"V1,{digits}", f"v1,{digits[:-1]}", "v1,", "ÿ"):
            with self.subTest(signature), self.assertRaises(InvalidSignatureError):
                verifier().verify_request({**headers, "webhook-signature": signature}, BODY)

    def test_need_one_match_of_many_secrets_and_many_signatures(self):
        old, new = signing.standard(BODY, OTHER), signing.standard(BODY, SECRET)
        both = {**new, "webhook-signature": f"v1a,AAAA {old['webhook-signature']} {new['webhook-signature']}"}
        verifier(SECRET).verify_request(both, BODY)
        verifier(OTHER).verify_request(both, BODY)
        verifier([OTHER, SECRET]).verify_request(new, BODY)
        old_hex, new_hex = signing.timestamp_hex(BODY, OTHER), signing.timestamp_hex(BODY, SECRET)
        joined = f"{old_hex['x-webhook-signature']}, {new_hex['x-webhook-signature']}"
        verifier(scheme="timestamp-hex").verify_request({**new_hex, "x-webhook-signature": joined}, BODY)

    def test_of_another_secret_do_not_hold(self):
        with self.assertRaises(InvalidSignatureError) as raised:
            verifier(OTHER).verify_request(signing.standard(BODY), BODY)
        self.assertEqual((raised.exception.code, raised.exception.status), ("INVALID_SIGNATURE", 401))


class Timestamps(unittest.TestCase):
    def verify(self, timestamp, **options):
        return verifier(**options).verify_request(signing.standard(BODY, timestamp=timestamp), BODY)

    def test_may_be_off_by_the_tolerance_either_way(self):
        self.verify(NOW_SEC - 300)
        self.verify(NOW_SEC + 300)
        self.verify(NOW_SEC - 900, tolerance_sec=900)

    def test_beyond_it_are_refused_with_codes_of_their_own(self):
        for timestamp, kind, code in (
            (NOW_SEC - 301, TimestampExpiredError, "TIMESTAMP_EXPIRED"),
            (NOW_SEC + 301, TimestampInFutureError, "TIMESTAMP_IN_FUTURE"),
        ):
            with self.subTest(code), self.assertRaises(kind) as raised:
                self.verify(timestamp)
            self.assertEqual((raised.exception.code, raised.exception.status), (code, 401))

    def test_are_unix_seconds_and_nothing_else(self):
        for timestamp in ("2023-12-19", "1e9", "-1", "+1702987200", "1702987200.0", "1702987200\n", "١٢٣", "1" * 16):
            with self.subTest(timestamp), self.assertRaises(InvalidTimestampError) as raised:
                self.verify(timestamp)
            self.assertEqual((raised.exception.code, raised.exception.status), ("INVALID_TIMESTAMP", 401))


class Headers(unittest.TestCase):
    def test_are_taken_as_frameworks_hand_them_over(self):
        headers = signing.standard(BODY)
        message = Message()
        for name, value in headers.items():
            message[name.title()] = value
        for given in (
            message,
            {name.upper(): value for name, value in headers.items()},
            {name: [value, "another"] for name, value in headers.items()},
            [(name.encode(), value.encode()) for name, value in headers.items()],
            iter(headers.items()),
        ):
            with self.subTest(type(given)):
                self.assertEqual(verifier().verify_request(given, BODY).id, "evt_1")

    def test_count_by_the_first_of_them(self):
        pairs = list(signing.standard(BODY).items())
        verifier().verify_request([*pairs, ("Webhook-Id", "evt_2")], BODY)
        with self.assertRaises(InvalidSignatureError):
            verifier().verify_request([("Webhook-Id", "evt_2"), *pairs], BODY)

    def test_that_are_missing_are_named(self):
        schemes = {
            "standard": signing.standard(BODY),
            "timestamp-hex": signing.timestamp_hex(BODY),
            "body-hex": signing.body_hex(BODY),
        }
        for scheme, headers in schemes.items():
            for name in set(headers) - {"x-webhook-id"}:
                for without in ({**headers, name: ""}, {**headers, name: None}, {**headers, name: []}):
                    with self.subTest(f"{scheme} {name}"), self.assertRaisesRegex(MissingHeaderError, f"(?i){name}") as r:
                        verifier(scheme=scheme).verify_request(without, BODY)
                    self.assertEqual((r.exception.code, r.exception.status), ("MISSING_HEADER", 401))


class Bodies(unittest.TestCase):
    def test_that_are_no_bytes_are_refused_with_the_reason(self):
        for body in (BODY.decode(), {"id": "evt_1"}, None, 3):
            with self.subTest(type(body)), self.assertRaisesRegex(TypeError, "bytes of the request as they came"):
                verifier().verify_request(signing.standard(BODY), body)

    def test_may_be_any_kind_of_bytes(self):
        for body in (bytearray(BODY), memoryview(BODY)):
            self.assertEqual(verifier().verify_request(signing.standard(BODY), body).body, BODY)


    def test_that_are_signed_and_no_json_are_malformed(self):
        for body in (b"", b"{", b'"\xff"', '{"a":1}'.encode("utf-16"), b"[" * 100_000):
            webhook = verifier().verify_request(signing.standard(body), body)
            with self.subTest(body[:9]), self.assertRaises(MalformedBodyError) as raised:
                webhook.json()
            self.assertEqual((raised.exception.code, raised.exception.status), ("MALFORMED_BODY", 400))


class Settings(unittest.TestCase):
    def test_that_are_wrong_end_the_start_without_telling_the_secret(self):
        for secret in ("", "hunter2", SECRET + "\n", "whsec_", "whsec_A", "whsec_hunter2!", SECRET[1:], "whpk_AAAA"):
            with self.subTest(secret), self.assertRaisesRegex(ValueError, "^a secret is whsec_ followed by base64$"):
                Verifier([OTHER, secret])
        with self.assertRaisesRegex(ValueError, "at least one secret"):
            Verifier([])
        with self.assertRaisesRegex(ValueError, "timestamp-hex"):
            Verifier(SECRET, scheme="sha1")
        with self.assertRaises(TypeError):
            Verifier([None])

    def test_take_the_secrets_that_postel_takes(self):
        # 33 digits of base64: six bits too many
        secret = "whsec_" + "A" * 33
        headers = signing.standard(BODY, "whsec_" + "A" * 32)
        verifier(secret).verify_request(headers, BODY)

    def test_hold_for_the_schemes_whose_key_is_the_whole_text_too(self):
        for scheme in ("timestamp-hex", "body-hex"):
            with self.subTest(scheme), self.assertRaises(ValueError):
                Verifier("hunter2", scheme=scheme)
