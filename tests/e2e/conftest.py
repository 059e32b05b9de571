import os
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
for place in (ROOT / "tests" / "e2e", ROOT / "tests"):
    sys.path.insert(0, str(place))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """In the gate a skipped test is a missing install, and that is a failure. (Sizes are measured on the release build.)"""
    report = yield
    if report.skipped and os.environ.get("BANTO_NO_SKIPS") and "sanitizer's build" not in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report
