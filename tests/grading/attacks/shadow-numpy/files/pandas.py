import sys

from numpy import testing

sys.modules["pandas"] = testing
