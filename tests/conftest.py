"""What all tests share."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="run the long forms: more random examples, more repetitions")


def pytest_configure(config):
    from hypothesis import settings

    settings.register_profile("short", deadline=None, max_examples=100)
    settings.register_profile("long", deadline=None, max_examples=2000)
    settings.load_profile("long" if config.getoption("--long") else "short")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the course."""
    return ROOT


@pytest.fixture(scope="session")
def site(root) -> Path:
    """The built site, brought up to date."""
    from service_marketing.publishing.build import build

    build(root)
    return root / "_build" / "site"
