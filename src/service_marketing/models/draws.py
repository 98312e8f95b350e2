"""Random draws that are the same in every Python.

The `random` module's stream differs between CPython and MicroPython, so the models bring their own
generator, made of small integers only. Source: Wichmann & Hill (1982), algorithm AS 183.
"""

import math

from .checks import number, whole


def uniforms(n, seed=1):
    """List of `n` draws between 0 and 1 (0 included); the same `seed` (0 or more) gives the same list."""
    n, seed = whole("n", n, 0), whole("seed", seed, 0)
    # three different multipliers, so that neighbouring seeds do not start in step
    a, b, c = 1 + seed * 7919 % 30268, 1 + seed * 104729 % 30306, 1 + seed * 1299709 % 30322
    out = []
    for i in range(n + 10):
        a, b, c = 171 * a % 30269, 172 * b % 30307, 170 * c % 30323
        if i >= 10:
            u = a / 30269 + b / 30307 + c / 30323
            out.append(u - int(u))
    return out


def normals(n, seed=1, mean=0.0, sd=1.0):
    """List of `n` draws from a normal distribution with `mean` and standard deviation `sd` (0 or more).

    Source: Box & Muller (1958).
    """
    n, mean, sd = whole("n", n, 0), number("mean", mean), number("sd", sd, 0)
    u = uniforms(n + n % 2, seed)
    out = []
    for i in range(0, len(u), 2):
        radius, angle = sd * math.sqrt(-2 * math.log(1 - u[i])), 2 * math.pi * u[i + 1]
        out.append(mean + radius * math.cos(angle))
        out.append(mean + radius * math.sin(angle))
    return out[:n]
