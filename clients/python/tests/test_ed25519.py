import base64
import sys
import unittest
from importlib.util import find_spec
from unittest import mock

from postel_webhooks import InvalidSignatureError, Verifier

from .signing import NOW_SEC, standard

BODY = b'{"id":"evt_1"}'
PUBLIC_KEY = "whpk_" + base64.b64encode(bytes(32)).decode()


class WithoutCryptography(unittest.TestCase):
    def test_the_scheme_says_what_to_install(self):
        hidden = {name: None for name in (*[n for n in sys.modules if n.startswith("cryptography")], "cryptography")}
        with mock.patch.dict(sys.modules, hidden), self.assertRaisesRegex(ImportError, "pip install"):
            Verifier(PUBLIC_KEY, scheme="standard-ed25519")

    def test_a_key_that_is_none_is_told_first(self):
        for text in ("whsec_AAAA", "whpk_AAAA", "whpk_"):
            with self.subTest(text), self.assertRaisesRegex(ValueError, "whpk_ followed by base64"):
                Verifier(text, scheme="standard-ed25519")


@unittest.skipUnless(find_spec("cryptography"), "the package cryptography is not installed")
class WithCryptography(unittest.TestCase):
    def setUp(self):
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        self.private_key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        public_bytes = self.private_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public_key = "whpk_" + base64.b64encode(public_bytes).decode()

    def headers(self, body=BODY):
        signature = self.private_key.sign(f"evt_1.{NOW_SEC}.".encode() + body)
        text = "v1a," + base64.b64encode(signature).decode()
        return {"webhook-id": "evt_1", "webhook-timestamp": str(NOW_SEC), "webhook-signature": text}

    def verify(self, headers, body=BODY):
        verifier = Verifier(self.public_key, scheme="standard-ed25519", clock=lambda: NOW_SEC)
        return verifier.verify_request(headers, body)

    def test_a_signature_holds_for_its_bytes_alone(self):
        self.assertEqual(self.verify(self.headers()).id, "evt_1")
        with self.assertRaises(InvalidSignatureError):
            self.verify(self.headers(), BODY + b" ")

    def test_it_is_found_among_others(self):
        headers = self.headers()
        others = f"{standard(BODY)['webhook-signature']} v1a,A v1a,ÿ {headers['webhook-signature']}"
        self.verify({**headers, "webhook-signature": others})

    def test_one_that_is_marked_otherwise_does_not_hold(self):
        headers = self.headers()
        for mark in ("v1,a", "v1b,", "v1A,"):
            marked = mark + headers["webhook-signature"][len("v1a,") :]
            with self.subTest(mark), self.assertRaises(InvalidSignatureError):
                self.verify({**headers, "webhook-signature": marked})

    def test_an_hmac_does_not_stand_in_for_it(self):
        with self.assertRaises(InvalidSignatureError):
            self.verify(standard(BODY))
