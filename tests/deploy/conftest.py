"""The hub's own modules lie beside its configuration, outside the package."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "deploy" / "jupyterhub"))
