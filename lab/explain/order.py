"""Order checking: does an autoregression leave anything behind that the past still explains (Box & Jenkins 1970)?

If the residuals of AR(p) are white noise, p past values are enough and a network has nothing linear to add; if some lag stands out of
the band, the order is too low. AR(1) is the recurrent network of one unit, without a squashing function.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.data.arrays import FloatArray
from lab.scoring.fitting import quiet

MOST_ORDER = 30
LEVEL = 0.05  # of the test
EXACT = 1e-8


@dataclass(frozen=True)
class OrderCheck:
    """An autoregression and what it leaves.

    Args:
        order: past values that it reads.
        constant, weights: `weights` of the last value first.
        acf: autocorrelation of the residuals at lags 0, 1, ...; of white noise 95 % lie between -band and band.
        left: standard deviation of the residuals, as a share of that of the values.
        p: of the Ljung-Box test (1978), whose null hypothesis is that the residuals are white noise, over so many `lags`.
    """

    order: int
    constant: float
    weights: list[float]
    acf: list[float]
    band: float
    left: float
    p: float
    lags: int

    @property
    def is_enough(self) -> bool:
        """Whether nothing speaks against white noise, at 5 %."""
        return self.is_exact or self.p >= LEVEL

    @property
    def is_exact(self) -> bool:
        """Whether it leaves nothing but errors of rounding."""
        return self.left < EXACT


def check_orders(values: FloatArray, season: int = 1) -> list[OrderCheck]:
    """AR(1), and the order up to 30 that AIC chooses where that is another one; none where the values are all equal or too few."""
    most = min(MOST_ORDER, len(values) // 5)
    if np.ptp(values) == 0 or most < 1:
        return []
    from statsmodels.tsa.ar_model import ar_select_order

    with quiet("The autoregression"):
        chosen = ar_select_order(values, most, ic="aic").ar_lags
    orders = sorted({1, max(chosen) if chosen else 1})
    return [_check(values, order, season) for order in orders]


def _check(values: FloatArray, order: int, season: int) -> OrderCheck:
    from statsmodels.stats.diagnostic import acorr_ljungbox
    from statsmodels.tsa.ar_model import AutoReg
    from statsmodels.tsa.stattools import acf

    with quiet("The autoregression"):
        fitted = AutoReg(values, order).fit()
        left = np.asarray(fitted.resid)
        n = len(left)
        # As many lags as Hyndman & Athanasopoulos (2021, section 5.4) take, and more than there are weights.
        lags = max(min(2 * season if season > 1 else 10, n // 5), order + 3)
        shown = min(max(30, 2 * season + 2), n // 2 - 1, 400)
        test = acorr_ljungbox(left, lags=[min(lags, n - 1)], model_df=order)
        correlations = acf(left, nlags=shown, result_object=True).acf
    constant, *weights = (float(v) for v in fitted.params)
    share, p = float(left.std() / np.std(values)), float(test["lb_pvalue"].iloc[0])
    return OrderCheck(order, constant, weights, [float(v) for v in correlations], 1.96 / n**0.5, share, p, lags)


def in_words(checks: list[OrderCheck]) -> list[str]:
    """A sentence on each, the first of which is AR(1)."""
    found = []
    for check in checks:
        if check.order == 1:
            start = f"AR(1): each value is {check.weights[0]:.3g} of the one before it, plus a constant and noise."
        else:
            start = f"AR({check.order}), the order that AIC chooses:"
        p = "p at most 0.001" if check.p <= 0.001 else f"p = {check.p:.2g}"
        if check.is_exact:
            middle, end = "what it leaves is nothing but rounding", "so the series follows from its past exactly"
        elif check.is_enough:
            middle = f"what it leaves looks like white noise (Ljung-Box {p})"
            end = "so a network has nothing more to learn here than a few weights say, unless it is not linear"
        else:
            out = [k for k in range(1, len(check.acf)) if abs(check.acf[k]) > check.band]
            lags = f"; lag {max(out, key=lambda k: abs(check.acf[k]))} stands out most" if out else ""
            middle = f"what it leaves is not white noise (Ljung-Box {p}{lags})"
            end = "so the order is too low, or the series asks for more than an autoregression"
        found.append(f"{start} {middle[0].upper() if start.endswith('.') else middle[0]}{middle[1:]}, {end}.")
    return found
