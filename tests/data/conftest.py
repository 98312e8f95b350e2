import shutil

import pandas as pd
import pytest

from service_marketing import datasets


@pytest.fixture(scope="session")
def visits() -> pd.DataFrame:
    """The stays as shipped, with the gap's two halves and the facts of guest and branch beside them."""
    table = datasets.load_visits()
    gap = table.performance - table.expectation
    table["gain"], table["loss"] = gap.clip(lower=0), (-gap).clip(lower=0)
    return table.merge(datasets.load_guests(), on="guest_id").merge(datasets.load_stores(), on="store_id")


@pytest.fixture
def spoiled(tmp_path):
    """A function that copies the data, passes one file's text through `change` and returns the copy's folder."""

    def spoil(file, change):
        for path in datasets.folder().iterdir():
            if path.is_file():
                shutil.copy(path, tmp_path)
        text = (tmp_path / file).read_text(encoding="utf-8")
        (tmp_path / file).write_text(change(text), encoding="utf-8", newline="\n")
        return tmp_path

    return spoil
