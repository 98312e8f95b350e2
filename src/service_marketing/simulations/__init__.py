"""The simulations of the course, by name, in the order of the chapters."""
from .expectation_lab import expectation_lab
from .spec import Simulation

ALL: tuple[Simulation, ...] = (
    expectation_lab,
)
SIMULATIONS: dict[str, Simulation] = {simulation.name: simulation for simulation in ALL}


def find(name: str) -> Simulation:
    """The simulation called `name`; raises ValueError that lists the ones there are."""
    if name not in SIMULATIONS:
        raise ValueError(f"没有名为 {name!r} 的模拟，可用的有: {'、'.join(SIMULATIONS)} (no such simulation)")
    return SIMULATIONS[name]
