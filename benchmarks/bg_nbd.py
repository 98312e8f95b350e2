"""How long the BG/NBD fit takes on CDNOW, and its ratio to the `lifetimes` package on the same data.

    python benchmarks/bg_nbd.py

`lifetimes` 0.11.3 is archived and not among the course's requirements. For the comparison install it, without letting it pull
old versions of what the course needs, into a folder of its own and name that folder:

    pip install --no-deps --target FOLDER lifetimes dill autograd autograd-gamma
    PYTHONPATH=FOLDER python benchmarks/bg_nbd.py
"""

import importlib.util
import statistics
import sys
import time
import types
from collections.abc import Callable

from service_marketing import datasets
from service_marketing.estimation import fit_bg_nbd

ROUNDS = 5
LIMIT = 1.0


def seconds(task: Callable[[], object]) -> float:
    """Median time of a call in seconds, after one that warms up."""
    task()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        task()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def lifetimes_fitter() -> type | None:
    """The other package's estimator; None when it, or what it needs, is not installed."""
    if importlib.util.find_spec("pkg_resources") is None:
        # lifetimes looks up its sample files with it on import; setuptools no longer ships it
        stand_in = types.ModuleType("pkg_resources")
        stand_in.resource_filename = lambda package, name: name
        sys.modules["pkg_resources"] = stand_in
    try:
        from lifetimes import BetaGeoFitter
    except ImportError as missing:
        print(f"lifetimes: not compared, {missing} (see the top of this file)")
        return None
    return BetaGeoFitter


def main() -> int:
    """Print both times and the ratio; 1 when the fit takes longer than the limit."""
    table = datasets.load("cdnow_summary")
    fit = fit_bg_nbd(table=table)
    own = seconds(lambda: fit_bg_nbd(table=table))
    shown = ", ".join(f"{name} {value:.6f}" for name, value in fit.parameters.items())
    print(f"service_marketing: {own:.3f} s (limit {LIMIT} s); {shown}; log-likelihood {fit.log_likelihood:.4f}")
    fitter = lifetimes_fitter()
    if fitter is not None:
        columns = [table[name] for name in ("frequency", "recency", "T")]
        other = seconds(lambda: fitter().fit(*columns))
        found = fitter().fit(*columns)
        shown = ", ".join(f"{name} {found.params_[name]:.6f}" for name in fit.parameters)
        print(f"lifetimes: {other:.3f} s; {shown}")
        print(f"ratio: {own / other:.2f} (below 1: service_marketing is faster)")
    return 0 if own <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
