"""The Copenhagen housing table gives the numbers that the documentation of MASS::polr prints (Venables & Ripley 2002)."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from service_marketing import datasets

PUBLISHED = {
    "influence_Medium": 0.5663937,
    "influence_High": 1.2888191,
    "type_Apartment": -0.5723501,
    "type_Atrium": -0.3661866,
    "type_Terrace": -1.0910149,
    "contact_High": 0.3602841,
}
CUTS = (-0.4961353, 0.6907083)
DEVIANCE = 3479.149


@pytest.fixture(scope="module")
def fit():
    table = datasets.load_housing()
    tenants = table.loc[np.repeat(table.index, table.frequency)].reset_index(drop=True)
    design = pd.get_dummies(tenants[["influence", "type", "contact"]], drop_first=True).astype(float)
    model = OrderedModel(tenants.satisfaction, design, distr="logit")
    return model, model.fit(method="bfgs", disp=False)


def test_table_is_whole():
    table = datasets.load_housing()
    assert len(table) == 72
    assert table.frequency.sum() == 1681
    assert not table.duplicated(["satisfaction", "influence", "type", "contact"]).any()


def test_ordered_logit_has_the_published_coefficients(fit):
    _, result = fit
    assert {name: result.params[name] for name in PUBLISHED} == pytest.approx(PUBLISHED, abs=1e-3)


def test_ordered_logit_has_the_published_cuts_and_deviance(fit):
    model, result = fit
    assert model.transform_threshold_params(result.params)[1:-1] == pytest.approx(CUTS, abs=1e-3)
    assert -2 * result.llf == pytest.approx(DEVIANCE, abs=1e-3)
