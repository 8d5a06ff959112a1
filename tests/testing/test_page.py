"""The page about testing is a test file: its tests run as its reader would run them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shelf import open_shelf

import codeact_sdk

pytest_plugins = ["pytester"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "testing.md"


@pytest.mark.timeout(300)
def test_the_tests_of_the_page_pass(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """First with the option that records, then with the shop closed."""
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    pytester.makepyfile(test_page="\n".join(blocks))
    monkeypatch.setenv("PYTHONPATH", str(Path(codeact_sdk.__file__).parents[1]))
    options = ("-p", "codeact_sdk.testing.pytest_plugin", "-p", "no:cacheprovider", "-W", "error")
    with open_shelf() as here:
        monkeypatch.setenv("SHOP_URL", here)
        pytester.runpytest_subprocess(*options, "--codeact-record", "--codeact-update").assert_outcomes(passed=8)
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=8)
    written = pytester.path / "cassettes" / "test_page" / "test_the_stock_of_an_item.yaml"
    assert "made-up-key" not in written.read_text(encoding="utf-8")
