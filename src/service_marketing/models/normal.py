"""The standard normal distribution, for every model that needs a probability or an interval from it."""

import math

from .checks import number


def normal_cdf(z):
    """Probability (0 to 1) that a standard normal variable is at most `z`."""
    return 0.5 * math.erfc(-number("z", z) / math.sqrt(2))


def normal_quantile(p):
    """The `z` below which a standard normal variable lies with probability `p` (between 0 and 1, both excluded).

    Acklam's rational approximation and one step of Halley's method: accurate to about 1e-15.
    """
    number("p", p, 0, 1)
    if p in (0, 1):
        raise ValueError(f"p 应在 0 和 1 之间，收到 {p!r} (p must lie strictly between 0 and 1)")
    if p > 0.5:
        return -normal_quantile(1 - p)
    if p < 0.02425:
        q = math.sqrt(-2 * math.log(p))
        top = (
            (((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q - 2.549732539343734) * q
        ) + 4.374664141464968
        bottom = (((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1
        z = (top * q + 2.938163982698783) / bottom
    else:
        q = p - 0.5
        r = q * q
        top = (
            (((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r + 1.383577518672690e02) * r
        ) - 3.066479806614716e01
        bottom = (
            (((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r + 6.680131188771972e01) * r
        ) - 1.328068155288572e01
        z = (top * r + 2.506628277459239) * q / (bottom * r + 1)
    slip = (0.5 * math.erfc(-z / math.sqrt(2)) - p) * math.sqrt(2 * math.pi) * math.exp(z * z / 2)
    return z - slip / (1 + z * slip / 2)
