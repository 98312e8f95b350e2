"""The simulations of the course, by name, in the order of the chapters; last those of appendix A."""
from .complaint_funnel import complaint_funnel
from .cutting_the_cake import cutting_the_cake
from .expectation_lab import expectation_lab
from .five_percent import five_percent
from .game import Game
from .gap_waterfall import gap_waterfall
from .hotel_chain import hotel_chain
from .noon_peak import noon_peak
from .popular_numbers import POPULAR_NUMBERS
from .promise import promise
from .service_counter import service_counter
from .spec import Simulation
from .standardisation import standardisation
from .value_balance import value_balance
from .word_of_mouth import word_of_mouth

ALL: tuple[Simulation, ...] = (
    standardisation,
    promise,
    expectation_lab,
    gap_waterfall,
    service_counter,
    complaint_funnel,
    word_of_mouth,
    five_percent,
    cutting_the_cake,
    noon_peak,
    value_balance,
    *POPULAR_NUMBERS,
)
SIMULATIONS: dict[str, Simulation] = {simulation.name: simulation for simulation in ALL}


def find(name: str) -> Simulation:
    """The simulation called `name`; raises ValueError that lists the ones there are."""
    if name not in SIMULATIONS:
        raise ValueError(f"没有名为 {name!r} 的模拟，可用的有: {'、'.join(SIMULATIONS)} (no such simulation)")
    return SIMULATIONS[name]


GAMES: dict[str, Game] = {game.name: game for game in (hotel_chain,)}


def find_game(name: str) -> Game:
    """The game called `name`; raises ValueError that lists the ones there are."""
    if name not in GAMES:
        raise ValueError(f"没有名为 {name!r} 的游戏，可用的有: {'、'.join(GAMES)} (no such game)")
    return GAMES[name]
