"""Grey pictures against astropy.visualization: simple_norm with the same stretch and interval. One JSON task a line in, one answer a line out."""

import json
import sys
import warnings

import numpy as np
from astropy.io import fits
from astropy.visualization import ManualInterval, PercentileInterval, AsymmetricPercentileInterval, ZScaleInterval
from astropy.visualization import AsinhStretch, LinearStretch, LogStretch, SqrtStretch
from PIL import Image

warnings.simplefilter("ignore")

STRETCHES = {"asinh": AsinhStretch(0.1), "linear": LinearStretch(), "sqrt": SqrtStretch(), "log": LogStretch(1000)}


def intervalOf(text):
    if text == "zscale":
        return ZScaleInterval()
    if text.endswith("%"):
        numbers = [float(word.rstrip("%")) for word in text.split()]
        return PercentileInterval(numbers[0]) if len(numbers) == 1 else AsymmetricPercentileInterval(*numbers)
    return ManualInterval(*map(float, text.split()))


def compare(task):
    """The largest difference of levels, and how bright the median is."""
    with fits.open(task["fits"]) as hdus:
        data = next(hdu.data for hdu in hdus if hdu.data is not None).astype(float)
    levels = np.asarray(Image.open(task["png"]).convert("RGBA"))[::-1]
    grey, alpha = levels[..., 0].astype(int), levels[..., 3]
    finite = np.isfinite(data)
    out = {"size": grey.shape == data.shape, "alpha": bool(np.array_equal(alpha > 0, finite)),
           "sky": float(np.median(grey[finite])) / 255}
    if "limits" in task:
        low, high = intervalOf(task["limits"]).get_limits(data[finite])
        scaled = STRETCHES[task["stretch"]](np.clip((data[finite] - low) / (high - low), 0, 1)) * 255
        out["worst"] = float(np.abs(grey[finite] - scaled).max())
    return out


for line in sys.stdin:
    print(json.dumps(compare(json.loads(line))), flush=True)
