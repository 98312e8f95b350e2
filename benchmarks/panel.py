"""How long the Yuelai panel takes for a million stays (150,000 guests, 24 months), on one core."""

import sys
import time

from service_marketing.panel.simulation import simulate

LIMIT = 20


def main() -> int:
    start = time.perf_counter()
    stays = len(simulate(guests=150_000)["visits"])
    seconds = (time.perf_counter() - start) * 1e6 / stays
    print(f"{stays:,} stays; a million take {seconds:.2f} s   limit {LIMIT}   {'ok' if seconds <= LIMIT else 'OVER'}")
    return int(seconds > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
