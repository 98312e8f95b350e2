"""The small simulations of appendix A, one for each popular number: the reader moves what the number assumes.

Each is a simulation of its own with one view, called "popular-…", so that an entry shows its number and no other. The sliders stand at
first where the popular number comes out, wherever some assumption yields it. They are declared, by subject, in
popular_customers.py, popular_satisfaction.py and popular_operations.py.
"""
from .popular_customers import CUSTOMERS
from .popular_operations import OPERATIONS
from .popular_satisfaction import SATISFACTION
from .spec import Simulation

POPULAR_NUMBERS: tuple[Simulation, ...] = (*CUSTOMERS, *SATISFACTION, *OPERATIONS)
