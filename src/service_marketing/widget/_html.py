"""A simulation as HTML: what a page without a kernel shows."""

import json
from html import escape

from service_marketing.simulations.spec import Mode, Readout

MISSING = "—"


def element(data: dict, mode: Mode, language: str) -> str:
    """`<service-sim>` with `data` for the scripts, and the numbers of `mode` as a table for everything else."""
    return f"<service-sim>{_script(data)}{_table(data, mode, language)}</service-sim>"


def game_element(data: dict) -> str:
    """`<service-game>` with `data` for the scripts; the build draws what everything else sees."""
    return f"<service-game>{_script(data)}</service-game>"


def _script(data: dict) -> str:
    # no "<" at all, so that neither "</script>" nor "<!--" in a text can end the script
    embedded = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json">{embedded}</script>'


def _table(data: dict, mode: Mode, language: str) -> str:
    result = data["results"].get(mode.name, {})
    rows = [(getattr(control.label, language), _number(data["params"][control.name])) for control in mode.controls]
    rows += [(getattr(readout.label, language), _shown(result.get(readout.name), readout, language)) for readout in mode.readouts]
    body = "".join(f'<tr><th scope="row">{escape(label)}</th><td>{value}</td></tr>' for label, value in rows)
    return f"<table><caption>{escape(data['spec']['title'])}</caption><tbody>{body}</tbody></table>"


def _shown(value: float | None, readout: Readout, language: str) -> str:
    if value is None:
        return MISSING
    chinese = language == "zh"
    match readout.format:
        case "percent":
            return f"{100 * value:.1f}%"
        case "money":
            return f"{value:,.0f}元" if chinese else f"¥{value:,.0f}".replace("¥-", "-¥")
        case "count":
            return f"{value:,.0f}"
        case "minutes":
            return f"{value:.1f}{'分钟' if chinese else ' min'}"
        case "times":
            return f"{value:.2f}{'倍' if chinese else '×'}"
    return f"{value:.2f}"


def _number(value: float) -> str:
    return f"{value:g}"
