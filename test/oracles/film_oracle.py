"""Film strips by astropy and PIL alone. One JSON task a line in, one JSON answer a line out."""

import json
import sys
import warnings

import numpy as np
from astropy.io import fits
from astropy.visualization import make_lupton_rgb
from astropy.wcs import WCS
from PIL import Image

warnings.simplefilter("ignore")


def sound(hdus, wrong):
    for n, hdu in enumerate(hdus):
        hdu.verify("exception")
        told = hdus["STATUS"].header.get(f"DSUM{n}")
        if told is not None and int(told) != int(hdu._calculate_datasum()):
            wrong.append(f"HDU {n}: DATASUM")


def star(image, radius):
    """Windowed centre (as SExtractor's XWIN) and flux of what stands in the middle, above the median around it."""
    size = image.shape[0]
    y, x = np.mgrid[:size, :size]
    inside = np.hypot(x - size // 2, y - size // 2) <= radius
    if not np.isfinite(image[inside]).all() or not (~inside).any():
        return None
    values = image - np.nanmedian(image[~inside])
    cx, cy = float(size // 2), float(size // 2)
    for _ in range(8):
        window = np.where(inside, values, 0) * np.exp(-0.5 * ((x - cx) ** 2 + (y - cy) ** 2) / 2.0**2)
        dx, dy = ((window * (x - cx)).sum() / window.sum(), (window * (y - cy)).sum() / window.sum())
        cx, cy = cx + 2 * dx, cy + 2 * dy
    return [float(cx), float(cy), float(values[inside].sum())]


def disc(size, radius):
    y, x = np.mgrid[:size, :size]
    return np.hypot(x - size // 2, y - size // 2) <= radius


def flags_and_errors(hdus, radius):
    """Of the light within a radius: whether a pixel is bad, and one sigma of the sum."""
    inside = disc(hdus["IMAGE"].header["NAXIS1"], radius)
    bits = sum(1 << hdus[0].header[f"MP_{name}"] for name in ("BAD", "COSMIC_RAY", "SATURATED", "INTERPOLATED", "SUSPECT"))
    bad = [bool(np.any(mask[inside] & bits)) for mask in hdus["MASK"].data]
    # Interpolation moves some of a pixel's variance to its covariance with others, which the sum has too.
    return {"bad": bad, "errors": [float(1.3 * np.sqrt(np.nansum(v[inside]))) for v in hdus["VARIANCE"].data]}


def cube(task):
    """Times and places by wcslib, planes that agree with each other, and what stands in the middle of every slice."""
    wrong = []
    with fits.open(task["cube"], checksum=True) as hdus:
        sound(hdus, wrong)
        header, rows = hdus["IMAGE"].header, hdus["ROWS"].data
        image = hdus["IMAGE"].data
        middle = header["NAXIS1"] // 2
        for name in ("IMAGE", "MASK", "VARIANCE"):
            if name not in hdus:
                continue
            wcs = WCS(hdus[name].header, hdus)
            for k in range(len(rows)):
                ra, dec, time = wcs.all_pix2world([[middle, middle, k]], 0)[0]
                if time != rows["MJD_UTC"][k] or abs(ra - rows["RA"][k]) > 1e-9 or abs(dec - rows["DEC"][k]) > 1e-9:
                    wrong.append(f"{name} {k}: WCS")
        if "MASK" in hdus:
            none = (hdus["MASK"].data >> hdus[0].header["MP_NO_DATA"]) & 1 == 1
            if not np.array_equal(none, np.isnan(image)) or not np.array_equal(none, np.isnan(hdus["VARIANCE"].data)):
                wrong.append("NO_DATA and NaN differ")
        text = {name: [str(v) for v in rows[name]] for name in ("ID", "BAND", "UNIT")}
        numbers = {name: [float(v) for v in rows[name]] for name in ("MJD_TAI", "VISIT", "DETECTOR")}
        return {
            "wrong": wrong,
            "shape": list(image.shape),
            "scale": header["CDELT2"] * 3600,
            "unit": header.get("BUNIT"),
            "columns": {**text, **numbers},
            "stars": [star(one, task.get("radius", 4)) for one in image],
            **(flags_and_errors(hdus, task["radius"]) if "radius" in task else {}),
            "nan": [int(np.isnan(one).sum()) for one in image],
            "status": [[str(s["STATE"]), str(s["CODE"])] for s in hdus["STATUS"].data],
        }


ORDER = "TIME TIMECORR CADENCENO RAW_CNTS FLUX FLUX_ERR FLUX_BKG FLUX_BKG_ERR QUALITY POS_CORR1 POS_CORR2".split()


def tpf(task):
    """The columns that readers count, the cube's pixels, times at the barycentre, and a light curve."""
    wrong = []
    with fits.open(task["tpf"], checksum=True) as hdus, fits.open(task["cube"]) as cubes:
        sound(hdus, wrong)
        # The rule of lightkurve.io.detect for a file without TELESCOP (2.6).
        primary = hdus[0].header
        if "TELESCOP" in primary or primary["MISSION"] != "TESS" or "targetpixel" not in primary["CREATOR"].lower() or not primary["ORIGIN"]:
            wrong.append("lightkurve.read would not know it")
        header, data = hdus[1].header, hdus[1].data
        if data.names != ORDER:
            wrong.append(f"columns {data.names}")
        if not np.array_equal(data["FLUX"], cubes["IMAGE"].data, equal_nan=True):
            wrong.append("FLUX is not the cube's")
        if not np.array_equal(data["FLUX_ERR"], np.sqrt(cubes["VARIANCE"].data), equal_nan=True):
            wrong.append("FLUX_ERR is not the cube's")
        if not np.allclose(data["TIME"] + header["BJDREFI"] + header["BJDREFF"], cubes["ROWS"].data["BJD_TDB"], rtol=0, atol=1e-8):
            wrong.append("TIME is not BJD_TDB")
        at_earth = cubes["ROWS"].data["MJD_TAI"] + 32.184 / 86400 + 2400000.5
        if not np.allclose(data["TIME"] - data["TIMECORR"] + header["BJDREFI"], at_earth, rtol=0, atol=1e-8):
            wrong.append("TIMECORR")
        wcs = WCS({key: header[card] for key, card in (("CTYPE1", "1CTYP5"), ("CTYPE2", "2CTYP5"), ("CRPIX1", "1CRPX5"), ("CRPIX2", "2CRPX5"), ("CRVAL1", "1CRVL5"), ("CRVAL2", "2CRVL5"), ("CDELT1", "1CDLT5"), ("CDELT2", "2CDLT5"))})
        if not np.allclose(wcs.all_pix2world([[3, 4]], 0), WCS(cubes["IMAGE"].header, cubes).celestial.all_pix2world([[3, 4]], 0), rtol=0, atol=1e-10):
            wrong.append("WCS of FLUX")
        aperture = hdus["APERTURE"].data & 2 > 0
        return {
            "wrong": wrong,
            "aperture": int(aperture.sum()),
            "flux": [float(np.nansum(f[aperture])) for f in data["FLUX"]],
            "quality": [int(q) for q in data["QUALITY"]],
            "status": [[str(s["STATE"]), str(s["CODE"])] for s in hdus["STATUS"].data],
        }


def film(task):
    with Image.open(task["film"]) as picture:
        frames = []
        for n in range(picture.n_frames):
            picture.seek(n)
            frames.append(np.asarray(picture.convert("L"), dtype=int).copy())
        return {"frames": picture.n_frames, "size": list(picture.size), "differ": [bool(np.any(a != b)) for a, b in zip(frames, frames[1:])]}


def colour(task):
    """Largest difference of a picture from astropy's of the same three images, above their medians."""
    channels = [fits.getdata(path).astype("f4") for path in task["channels"]]
    defined = np.isfinite(sum(channels))
    minimum = []
    for one in channels:
        values = np.sort(one[np.isfinite(one)])
        minimum.append(float(values[int(np.floor(0.5 * (len(values) - 1) + 0.5))]))
    filled = [np.where(defined, one, 0) for one in channels]
    expected = make_lupton_rgb(*filled, minimum=minimum, stretch=task["stretch"], Q=task["q"])[::-1]
    picture = Image.open(task["picture"])
    found = np.asarray(picture.convert("RGBA"), dtype=int)
    there = defined[::-1]
    return {
        "size": list(picture.size),
        "worst": int(np.abs(found[..., :3] - expected)[there].max()),
        "alpha": bool(np.array_equal(found[..., 3] == 255, there)),
        "mean": float(expected.mean()),
    }


CHECKS = {"cube": cube, "tpf": tpf, "film": film, "colour": colour}

for line in sys.stdin:
    task = json.loads(line)
    print(json.dumps(CHECKS[task["check"]](task)), flush=True)
