"""Columns of numbers as the estimators want them; what does not fit is named by its column and row."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def columns(named: dict, table: pd.DataFrame | None = None) -> tuple[dict[str, np.ndarray], Sequence]:
    """The arrays behind `named` (argument → values, or → column of `table`), all of one length, and the rows' labels.

    Raises ValueError that names column and row for a missing column, another length, text, a missing or an infinite value.
    """
    found: dict[str, np.ndarray] = {}
    labels: Sequence | None = None if table is None else table.index
    for argument, values in named.items():
        if isinstance(values, str):
            if table is None:
                raise ValueError(f"{argument} 是列名 {values!r}，还要给出 table (a column name needs a table)")
            if values not in table.columns:
                listed = "、".join(map(str, table.columns))
                raise ValueError(f"table 没有 {values} 列，有的是: {listed} (no such column)")
            name, series = values, table[values]
        else:
            name, series = argument, values if isinstance(values, pd.Series) else pd.Series(np.atleast_1d(np.asarray(values)))
        if labels is None:
            labels = series.index
        if len(series) != len(labels):
            raise ValueError(f"{name} 应有 {len(labels)} 个值，收到 {len(series)} 个 ({len(labels)} values are wanted)")
        found[argument] = _numbers(name, series, labels)
    if not len(labels):
        raise ValueError("没有数据 (there are no rows)")
    return found, labels


def refuse(wrong: np.ndarray, name: str, labels: Sequence, values: np.ndarray, chinese: str, english: str) -> None:
    """Raise ValueError naming the first row of column `name` at which `wrong` is true; nothing when there is none."""
    if wrong.any():
        at = int(np.argmax(wrong))
        raise ValueError(f"第 {labels[at]} 行 {name} 列: {chinese}，收到 {values[at]} (row {labels[at]}, column {name}: {english})")


def _numbers(name: str, series: pd.Series, labels: Sequence) -> np.ndarray:
    numbers = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float)
    refuse(~np.isfinite(numbers), name, labels, series.to_numpy(), "应是有限的数", "a finite number is wanted")
    return numbers
