"""What moved a result: every slider's share of a change, and which slider is strongest from here.

A model is taken as any function of named numbers that returns a dict. The share of a slider is the mean of its effect when it
moves first (the others still stand at their start) and when it moves last (the others have arrived). With two sliders this is
Kitagawa's (1955) decomposition of a difference, which equals the Shapley (1953) value; with more it is the mean of the first and
the last of Shapley's orders, which takes two runs a slider instead of one for every order: it still equals his value where sliders
act in pairs at most. What the shares leave over comes from three or more moving together and is told apart, not spread over them.

The step of a tenth of the range in `swing` is a teaching assumption, so that sliders in different units can be compared.
"""

from . import checks

STEP = 0.1
"""How far `swing` moves a slider, as a share of its range."""


def share(model, start, now, name, readout):
    """How much of the change of `readout` from `start` to `now` the slider `name` brings.

    `model` is called with named numbers and returns a dict; `start` and `now` are dicts with the same names. Returns a dict:
    "first" (the effect when it alone moves, from the start), "last" (the effect of moving it after all the others) and
    "contribution" (their mean), in the readout's unit. Where the model refuses a setting on the way, that effect is None, and
    the contribution is the other one. Raises ValueError for a name or a readout that is not there.
    Source: Kitagawa (1955), Components of a difference between two rates; Shapley (1953).
    """
    _same_names(start, now)
    checks.option("name", name, list(start))
    first = _difference(model, start, _with(start, name, now[name]), readout)
    last = _difference(model, _with(now, name, start[name]), now, readout)
    return {"first": first, "last": last, "contribution": _mean([effect for effect in (first, last) if effect is not None])}


def swing(model, now, name, readout, low, high, step=STEP):
    """What becomes of `readout` when the slider `name` alone moves down and up from `now` by `step` of its range.

    `low` and `high` are the slider's ends, which it does not pass; `step` is from 0 to 1. Returns a dict: "down" and "up" (changes
    of the readout, in its unit; None where the model refuses the setting), "lower" and "upper" (where the slider then stood) and
    "power" (the larger of the two changes, without its sign; 0 when there is none). Raises ValueError for a name or a readout that
    is not there and for a range that is not one. Source: one-at-a-time sensitivity, Saltelli et al. (2008), Global sensitivity
    analysis, ch. 1.
    """
    checks.option("name", name, list(now))
    checks.number("low", low)
    checks.number("high", high, low)
    checks.number("step", step, 0, 1)
    far = step * (high - low)
    lower = max(low, now[name] - far)
    upper = min(high, now[name] + far)
    down = _difference(model, now, _with(now, name, lower), readout)
    up = _difference(model, now, _with(now, name, upper), readout)
    power = max([abs(effect) for effect in (down, up) if effect is not None] + [0.0])
    return {"lower": lower, "upper": upper, "down": down, "up": up, "power": power}


def one_slider(model, start, now, name, readout, low, high):
    """Everything about the slider `name`, in one dict: its name, where it stood (`start`) and stands (`now`), `share` and `swing`.

    The share of a slider that did not move is 0. Arguments as in `share` and `swing`.
    """
    found = {"name": name, "start": start[name], "now": now[name], "first": 0.0, "last": 0.0, "contribution": 0.0}
    if start[name] != now[name]:
        found.update(share(model, start, now, name, readout))
    found.update(swing(model, now, name, readout, low, high))
    return found


def collect(before, after, sliders):
    """The whole account of a change from `before` to `after`, from what `one_slider` found about each slider.

    Returns a dict: "before", "after", "change", "sliders" as they came, "together" (what the shares leave over: the effect of
    moving several sliders at once), and "strongest" (the sliders' names by falling power).
    """
    checks.number("before", before)
    checks.number("after", after)
    known = 0.0
    for slider in sliders:
        known += slider["contribution"] or 0.0
    rest = list(sliders)
    strongest = []
    while rest:
        best = 0
        for i in range(len(rest)):
            if rest[i]["power"] > rest[best]["power"]:
                best = i
        strongest.append(rest.pop(best)["name"])
    change = after - before
    return {
        "before": before,
        "after": after,
        "change": change,
        "sliders": list(sliders),
        "together": change - known,
        "strongest": strongest,
    }


def what_moved(model, start, now, readout, limits):
    """Why `readout` changed from `start` to `now`, and which slider would change it most from here.

    `model` is called with named numbers and returns a dict; `start` and `now` are dicts of the sliders; `limits` holds the two ends
    of each slider by name. Returns what `collect` returns. Raises ValueError for names that do not agree, and the model's own for
    settings that it refuses.
    """
    _same_names(start, now)
    for name in start:
        checks.option("limits", name, list(limits))
    before = _value(model, start, readout)
    after = _value(model, now, readout)
    sliders = [one_slider(model, start, now, name, readout, limits[name][0], limits[name][1]) for name in start]
    return collect(before, after, sliders)


def _same_names(start, now):
    for name in now:
        checks.option("now", name, list(start))
    for name in start:
        checks.option("start", name, list(now))


def _with(settings, name, value):
    changed = dict(settings)
    changed[name] = value
    return changed


def _value(model, settings, readout):
    result = model(**settings)
    checks.option("readout", readout, list(result))
    return checks.number(readout, result[readout])


def _difference(model, before, after, readout):
    """The change of the readout; None when the model refuses one of the two settings."""
    try:
        low = model(**before)
        high = model(**after)
    except ValueError:
        return None
    checks.option("readout", readout, list(low))
    return high[readout] - low[readout]


def _mean(effects):
    return sum(effects) / len(effects) if effects else None
