"""The standard normal distribution against scipy's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from service_marketing.models import normal as model


@given(st.floats(1e-12, 1, exclude_max=True))
def test_normal_quantile_is_scipys(p):
    assert model.normal_quantile(p) == pytest.approx(stats.norm.ppf(p), rel=1e-9, abs=1e-12)
    assert model.normal_cdf(model.normal_quantile(p)) == pytest.approx(p, rel=1e-9)


def test_certainty_has_no_quantile():
    for p in (0, 1):
        with pytest.raises(ValueError, match="p 应在 0 和 1 之间"):
            model.normal_quantile(p)
