"""Published fits that statsmodels reproduces as it is, so that the course needs no estimator of its own for them."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.discrete.conditional_models import ConditionalLogit
from statsmodels.miscmodels.ordinal_model import OrderedModel

from service_marketing import datasets


def test_conditional_logit_of_travel_mode():
    # Greene, Econometric Analysis: general cost, waiting time, income for air, constants for air, train and bus
    table = datasets.load("travel_mode")
    design = pd.DataFrame({"cost": table["general_cost"], "wait": table["wait"], "air_income": table["income"] * (table["mode"] == "air")})
    for name in ("air", "train", "bus"):
        design[name] = (table["mode"] == name).astype(float)
    fit = ConditionalLogit(table["choice"], design, groups=table["traveller_id"]).fit(disp=False)
    assert fit.llf == pytest.approx(-199.1284, abs=5e-5)
    assert fit.params[["cost", "wait"]].to_numpy() == pytest.approx([-0.0155, -0.0961], abs=5e-5)


def test_ordered_logit_of_housing():
    # MASS::polr documentation
    table = datasets.load_housing()
    people = table.loc[table.index.repeat(table["frequency"])]
    design = pd.get_dummies(people[["influence", "type", "contact"]], drop_first=True).astype(float)
    fit = OrderedModel(people["satisfaction"], design, distr="logit").fit(method="bfgs", disp=False)
    found = fit.params.to_numpy()
    slopes = [0.5663937, 1.2888191, -0.5723501, -0.3661866, -1.0910149, 0.3602841]
    assert found[:6] == pytest.approx(slopes, abs=1e-4)
    assert fit.model.transform_threshold_params(found)[1:3] == pytest.approx(np.array([-0.4961353, 0.6907083]), abs=1e-4)
    assert -2 * fit.llf == pytest.approx(3479.149, abs=1e-3)
