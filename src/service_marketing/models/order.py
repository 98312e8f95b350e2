"""Putting things in order, the same in every Python: MicroPython's own sort may swap what is equal."""


def order(values, descending=False):
    """The places of `values` from the smallest to the largest (or the other way round); of equal ones the earlier comes first."""
    values = list(values)
    places = list(range(len(values)))
    if descending:
        places.sort(key=lambda i: (-values[i], i))
    else:
        places.sort(key=lambda i: (values[i], i))
    return places


def ranked(values, descending=False):
    """`values` themselves in that order."""
    values = list(values)
    return [values[i] for i in order(values, descending)]
