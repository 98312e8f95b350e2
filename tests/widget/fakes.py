"""A small simulation for every picture, to look at and to test; their models are plain sums that a test can do again."""

import math

LONG = 24


def paths(start, growth, ceiling):
    """Two paths over 24 months, the band around one of them, and where it passes half of the ceiling."""
    rising = [[month, ceiling - (ceiling - start) * math.exp(-growth * month)] for month in range(LONG + 1)]
    falling = [[month, start * math.exp(-growth * month)] for month in range(LONG + 1)]
    level = [[month, start] for month in range(LONG + 1)]
    low = [[month, height - 0.6] for month, height in rising]
    high = [[month, height + 0.4] for month, height in rising]
    half = -math.log((ceiling - start) * 0.6 / (ceiling - start)) / growth
    return {
        "rising": rising,
        "falling": falling,
        "level": level,
        "low": low,
        "high": high,
        "half": half,
        "last": rising[-1][1],
        "share": start / ceiling,
        "both": 3 * growth,
    }


def profit(guests, price, wage):
    """A hotel's month: what comes in, what goes out, what is left."""
    revenue = guests * price
    wages = -wage * guests * 0.4
    rent = -80000
    food = -0.0012 * revenue * wage
    return {
        "revenue": revenue,
        "wages": wages,
        "rent": rent,
        "food": food,
        "profit": revenue + wages + rent + food,
        "guests_served": guests,
        "minutes_each": 9000 / guests,
        "return_on_wage": revenue / -wages,
        "margin": (revenue + wages + rent + food) / revenue,
    }


def clusters(spread, shift, n):
    """Three groups of customers around their centres, on a fixed pattern."""
    centres = [[2.0, 2.5, 0], [5.0 + shift, 6.0, 1], [8.0, 3.0, 2]]
    points = []
    for i in range(n):
        x, y, group = centres[i % 3]
        angle = 2.399963 * i
        radius = spread * math.sqrt((i + 1) / n)
        points.append([x + radius * math.cos(angle), y + radius * math.sin(angle), group])
    return {"points": points, "centres": centres, "distance": 3.0 + shift, "mean_x": 5 + shift / 3}


def quarters(effort):
    """Eight attributes on a map of importance and performance."""
    given = [[4.2, 3.1, 0], [4.5, 4.4, 1], [3.0, 4.6, 0], [2.4, 2.2, 1], [4.4, 3.2, 0], [4.3, 3.0, 1], [2.6, 2.3, 0], [3.4, 3.6, 1]]
    points = [[x, min(5, y + 0.1 * effort), group] for x, y, group in given]
    mean = 0.0
    for point in points:
        mean += point[1] / len(points)
    return {"points": points, "mean": mean, "cut": 3.5}


def worth(service, price):
    """What two offers give and cost."""
    ours = {"product": 3.0, "service": service, "staff": 1.2, "image": 0.4, "money": price, "time": 0.9, "effort": 0.6}
    theirs = {"product": 3.2, "service": 1.0, "staff": 0.6, "image": 1.4, "money": 2.6, "time": 1.5, "effort": 0.9}
    for offer in (ours, theirs):
        gains = offer["product"] + offer["service"] + offer["staff"] + offer["image"]
        offer["net"] = gains - offer["money"] - offer["time"] - offer["effort"]
    return {"ours": ours, "theirs": theirs, "advantage": ours["net"] - theirs["net"]}


def five(lean):
    """Five groups of guests along a scale of ten."""
    bins = [[10 * (i + 1), 30, 12 * i, 40 - 3 * i, 6 + i] for i in range(10)]
    sums = [0, 0, 0, 0, 0]
    for counts in bins:
        for group in range(5):
            sums[group] += counts[group]
    n = sum(sums)
    names = ("first", "second", "third", "fourth", "fifth")
    result = {"bins": bins, "mean": 4.0 + lean, "n": n}
    for group in range(5):
        result[names[group]] = sums[group] / n
    return result
