"""The published tables that the estimators are held against."""

import pytest

from service_marketing import datasets


@pytest.fixture(scope="session")
def cdnow():
    return datasets.load("cdnow_summary")


@pytest.fixture(scope="session")
def mobi():
    return datasets.load("mobi")
