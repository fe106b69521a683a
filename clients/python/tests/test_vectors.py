import base64
import json
import unittest
from importlib.util import find_spec
from pathlib import Path

from postel_webhooks import VerificationError, Verifier

SIGNING = Path(__file__).resolve().parents[3] / "libs" / "signing"
#: Those of the package; providers' own schemes are Postel's business.
SCHEMES = {"standard", "standard-ed25519", "timestamp-hex", "body-hex"}


def outcome_of(vector):
    if not vector["secrets"]:
        # refused when the program starts, before any request
        return "INVALID_SIGNATURE" if _is_refused([], vector["scheme"]) else "ok"
    verifier = Verifier(
        vector["secrets"],
        scheme=vector["scheme"],
        tolerance_sec=vector.get("toleranceSec", 300),
        clock=lambda: vector["nowSec"],
    )
    try:
        verifier.verify_request(vector["headers"], base64.b64decode(vector["bodyBase64"]))
    except VerificationError as error:
        return error.code
    return "ok"


def _is_refused(secrets, scheme):
    try:
        Verifier(secrets, scheme=scheme)
    except ValueError:
        return True
    return False


@unittest.skipUnless(SIGNING.is_dir(), "the vectors lie in Postel's repository")
class Vectors(unittest.TestCase):
    """What the TypeScript verifier is held to, too."""

    def test_have_the_outcomes_that_they_say(self):
        files = sorted((SIGNING / "vectors").glob("*.json"))
        vectors = [vector for file in files for vector in json.loads(file.read_text("utf-8"))]
        ours = [vector for vector in vectors if vector.get("scheme") in SCHEMES]
        self.assertEqual({vector["scheme"] for vector in ours}, SCHEMES)
        for vector in ours:
            if vector["scheme"] == "standard-ed25519" and not find_spec("cryptography"):
                continue
            with self.subTest(scheme=vector["scheme"], name=vector["name"]):
                self.assertEqual(outcome_of(vector), vector["expect"])
