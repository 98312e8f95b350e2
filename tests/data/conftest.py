import shutil

import pandas as pd
import pytest

from service_marketing import datasets
from service_marketing.panel import SERVICE, simulate


@pytest.fixture(scope="session")
def visits() -> pd.DataFrame:
    """The stays as shipped, with the gap's two halves and the facts of guest and branch beside them."""
    table = datasets.load_visits()
    gap = table.performance - table.expectation
    table["gain"], table["loss"] = gap.clip(lower=0), (-gap).clip(lower=0)
    return table.merge(datasets.load_guests(), on="guest_id").merge(datasets.load_stores(), on="store_id")


@pytest.fixture(scope="session")
def served() -> dict[str, pd.DataFrame]:
    """The service panel as drawn, hidden tables included."""
    return simulate(SERVICE)


@pytest.fixture(scope="session")
def stays(served) -> pd.DataFrame:
    """Its stays, with guest, branch, encounter, truth and the branch's skill of the month beside them."""
    table = served["visits"].merge(served["guests"], on="guest_id").merge(served["stores"], on="store_id")
    table = table.merge(served["encounters"], on="visit_id").merge(served["visits_truth"], on="visit_id")
    table["month"] = table.date.dt.strftime("%Y-%m")
    return table.merge(served["store_months"][["store_id", "month", "skill"]], on=["store_id", "month"]).sort_values("visit_id")


@pytest.fixture
def spoiled(tmp_path):
    """A function that copies the data, passes one file's text through `change` and returns the copy's folder."""

    def spoil(file, change):
        shutil.copytree(datasets.folder(), tmp_path, dirs_exist_ok=True)
        text = (tmp_path / file).read_text(encoding="utf-8")
        (tmp_path / file).write_text(change(text), encoding="utf-8", newline="\n")
        return tmp_path

    return spoil
