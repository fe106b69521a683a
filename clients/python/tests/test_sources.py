import os
import re
import time
import unittest
import warnings
from pathlib import Path
from unittest import mock

from . import signing

ROOT = Path(__file__).resolve().parent.parent


class Sources(unittest.TestCase):
    def test_all_compile_without_a_warning(self):
        files = sorted(path for folder in ("src", "tests", "examples") for path in (ROOT / folder).rglob("*.py"))
        self.assertGreater(len(files), 10)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for path in files:
                compile(path.read_text("utf-8"), str(path), "exec")

    def test_the_readme_does_what_it_says(self):
        (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
        names = {}
        with mock.patch.dict(os.environ, {"WEBHOOK_SECRET": signing.SECRET}):
            exec(block, names)
        body = b'{"type":"order.created"}'
        headers = signing.standard(body, timestamp=int(time.time()))
        self.assertEqual(names["receive"](headers, body), (200, "order.created"))
        self.assertEqual(names["receive"](headers, body + b" "), (401, "INVALID_SIGNATURE"))
        self.assertEqual(names["receive"]({}, body), (401, "MISSING_HEADER"))
        body = b"no JSON"
        headers = signing.standard(body, timestamp=int(time.time()))
        self.assertEqual(names["receive"](headers, body), (400, "MALFORMED_BODY"))
