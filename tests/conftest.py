"""What all tests share."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# the files that take more than a minute, the longest first
LONGEST = (
    "test_attacks.py",
    "test_site.py",
    "test_paper.py",
    "test_assignments.py",
    "test_accessible.py",
    "test_wall.py",
    "test_semester.py",
    "test_firefox.py",
    "test_hub.py",
    "test_gradebook.py",
    "test_lite.py",
    "test_assignment_03.py",
    "test_lab.py",
    "test_parity.py",
    "test_resume.py",
    "test_engine.py",
    "test_demo.py",
    "test_lint.py",
)


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="run the long forms: more random examples, more repetitions")
    parser.addoption("--firefox", action="store_true", help="run the tests that need a browser in Firefox")


def pytest_configure(config):
    from hypothesis import settings

    settings.register_profile("short", deadline=None, max_examples=100)
    settings.register_profile("long", deadline=None, max_examples=2000)
    settings.load_profile("long" if config.getoption("--long") else "short")


def pytest_collection_modifyitems(config, items):
    """Order, and a second chance for what a real browser does on a busy machine; who needed one is named in the summary."""
    if config.getoption("--firefox"):
        for item in items:
            if item.get_closest_marker("chromium"):
                item.add_marker(pytest.mark.skip(reason="only Chromium can be asked for this"))
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))
    if "PYTEST_XDIST_WORKER" in os.environ:  # side by side the longest files come first, or one would be left alone with them
        items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))
    else:
        items.sort(key=lambda item: item.get_closest_marker("slow") is not None)


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the course."""
    return ROOT


@pytest.fixture(scope="session")
def site(root) -> Path:
    """The built site, brought up to date."""
    from service_marketing.publishing.build import build_all

    build_all(root)
    return root / "_build" / "site"
