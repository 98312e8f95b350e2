"""Estimators that the kept libraries lack: BG/NBD, gamma-gamma, PLS path models and bootstrapped mediation.

They need numpy, scipy and pandas and run in notebooks, not in the book's pages. What statsmodels has is used from there:
`statsmodels.discrete.conditional_models.ConditionalLogit` for choices, `statsmodels.miscmodels.ordinal_model.OrderedModel` for
ratings, `statsmodels.api.SurvfuncRight` for survival; scikit-learn for clusters.
"""

from .bg_nbd import BGNBD, fit_bg_nbd
from .gamma_gamma import GammaGamma, fit_gamma_gamma
from .mediation import Mediation, mediate
from .pls import PLSModel, PLSResult, bootstrap_pls, fit_pls

__all__ = [
    "BGNBD",
    "GammaGamma",
    "Mediation",
    "PLSModel",
    "PLSResult",
    "bootstrap_pls",
    "fit_bg_nbd",
    "fit_gamma_gamma",
    "fit_pls",
    "mediate",
]
