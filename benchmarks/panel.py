"""How long the Yuelai panel takes for a million stays (150,000 guests, 24 months), on one core, with and without service records."""

import sys
import time

from service_marketing.panel import SERVICE, TRUTH, simulate

LIMIT = 20


def per_stay(truth, guests: int) -> tuple[int, float]:
    """Stays drawn, and seconds of processor time for each."""
    start = time.process_time()
    stays = len(simulate(truth, guests=guests)["visits"])
    return stays, (time.process_time() - start) / stays


def main() -> int:
    slowest = 0.0
    for name, truth in (("visits only", TRUTH), ("service panel", SERVICE)):
        small, small_each = per_stay(truth, 6000)
        large, large_each = per_stay(truth, 150_000)
        slowest = max(slowest, 1e6 * large_each)
        verdict = "ok" if 1e6 * large_each <= LIMIT else "OVER"
        print(f"{name}: {large:,} stays; a million take {1e6 * large_each:.2f} s   limit {LIMIT}   {verdict}")
        print(f"    a stay of the shipped draw ({small:,}) costs {small_each / large_each:.1f} times as much")
    return int(slowest > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
