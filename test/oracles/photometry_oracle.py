"""Fluxes of stacks against the files they come from and the simulation's truth, by numpy and astropy alone. One JSON task a line in, one answer a line out."""

import json
import sys
import warnings

import numpy as np
from astropy import units as u
from astropy.io import fits

warnings.simplefilter("ignore")

# SATURATED, BAD, COSMIC_RAY, INTERPOLATED, APERTURE_CUT of FLAGS
SPOILT = 16 | 32 | 64 | 128 | 256


def psf_of(path):
    """The image of the PSF as afw normalises it, and what its flux is multiplied by."""
    with fits.open(path) as hdus:
        kernel = hdus["FixedKernel"].data[0]
        image = kernel["image"].reshape(kernel["dimensions_y"], kernel["dimensions_x"])
        names = [str(name) for name in hdus["ApCorrMap"].data["name"]]
        assert names == ["base_PsfFlux_instFlux"]
        return image / image.sum(), float(np.ravel(hdus["ChebyshevBoundedField"].data["coefficients"])[0])


def weight_of(row, x, y):
    xx, yy, xy = (float(row[f"PSF_{name}"]) for name in ("IXX", "IYY", "IXY"))
    square = (yy * x * x + xx * y * y - 2 * xy * x * y) / (xx * yy - xy * xy)
    return np.where(square <= 9, np.exp(-square / 2), 0)


def grid(shape, x, y):
    j, i = np.mgrid[: shape[0], : shape[1]]
    return i - x, j - y


def disc(shape, x, y, radius, fine=20):
    """Shares of pixels within a circle, by many points in each."""
    j, i = (np.mgrid[: shape[0] * fine, : shape[1] * fine] + 0.5) / fine - 0.5
    inside = np.hypot(i - x, j - y) <= radius
    return inside.reshape(shape[0], fine, shape[1], fine).mean(axis=(1, 3))


def definitions(task):
    """The largest relative differences of columns from what their definitions give on the row's own pixels and PSF."""
    worst = {"PSFFLUX": 0.0, "PSFFLUX_ERR": 0.0, "APCORR": 0.0, "PSFMAG": 0.0, "PSFMAG_ERR": 0.0}
    rows = 0
    with fits.open(task["stack"]) as stack:
        data, header = stack["STACK"].data, stack["STACK"].header
        units = {header[f"TTYPE{n + 1}"]: header.get(f"TUNIT{n + 1}", "") for n in range(header["TFIELDS"])}
        for row in data:
            if not np.isfinite(row["PSFFLUX"]):
                continue
            rows += 1
            psf, correction = psf_of(task["files"][row["ID"]])
            centre = psf.shape[1] // 2, psf.shape[0] // 2
            seen = (psf * weight_of(row, *grid(psf.shape, *centre))).sum() / correction
            image, variance = row["IMAGE"].astype(float), row["VARIANCE"].astype(float)
            w = weight_of(row, *grid(image.shape, row["X_STAMP"], row["Y_STAMP"]))
            flux = (w * (image - row["SKY"]))[w > 0].sum() / seen
            pixels = (w * w * variance)[w > 0].sum()
            # Besides, the error of SKY: of the median of at most as many pixels as there are.
            least = np.sqrt(pixels) / seen
            most = np.sqrt(pixels + w.sum() ** 2 * np.pi * row["NOISE"] ** 2 / 2 / 600) / seen
            if not least <= row["PSFFLUX_ERR"] * (1 + 1e-6) <= most * (1 + 2e-6):
                worst["PSFFLUX_ERR"] = max(worst["PSFFLUX_ERR"], abs(row["PSFFLUX_ERR"] / least - 1))
            enclosed = (psf * disc(psf.shape, *centre, 6)).sum() / correction
            magnitude = ((row["PSFFLUX"] * u.nJy).to(u.ABmag)).value if row["PSFFLUX"] > 0 else np.nan
            error = 2.5 / np.log(10) * row["PSFFLUX_ERR"] / row["PSFFLUX"] if row["PSFFLUX"] > 0 else np.nan
            for name, value, scale in (
                ("PSFFLUX", flux, max(abs(flux), row["PSFFLUX_ERR"])),
                ("APCORR", 1 / enclosed, 1),
                ("PSFMAG", magnitude, 1),
                ("PSFMAG_ERR", error, 1),
            ):
                if np.isnan(value) != np.isnan(row[name]):
                    worst[name] = 9e9
                elif not np.isnan(value):
                    worst[name] = max(worst[name], abs(float(row[name]) - value) / scale)
    return {"rows": rows, "worst": worst, "units": {name: units[name] for name in (*worst, "APFLUX")}}


def constancy(task):
    """Rows of isolated constant stars: how far PSFFLUX is from their true fluxes, in five ranges of the seeing."""
    found = []
    for star in task["stars"]:
        with fits.open(star["stack"]) as stack:
            for row in stack["STACK"].data:
                if row["FLAGS"] & SPOILT or not np.isfinite(row["PSFFLUX"]):
                    continue
                true = star["fluxes"][row["BAND"]]
                found.append((row["PSF_FWHM"], row["PSFFLUX"] / true, (row["PSFFLUX"] - true) / row["PSFFLUX_ERR"],
                              row["APFLUX"] / true, row["APFLUX"] * row["APCORR"] / true))
    seeing, ratio, pull, raw, corrected = np.array(found, dtype=float).T
    edges = np.quantile(seeing, np.linspace(0, 1, 6))
    ranges = []
    for low, high in zip(edges[:-1], edges[1:]):
        k = (seeing >= low) & (seeing <= high)
        ranges.append({"seeing": [low, high], "rows": int(k.sum()), "chi2": float((pull[k] ** 2).mean()),
                       "median": float(np.median(ratio[k])), "raw": float(np.median(raw[k])),
                       "corrected": float(np.median(corrected[k]))})
    return {"rows": len(found), "chi2": float((pull**2).mean()), "median": float(np.median(ratio)), "ranges": ranges}


def columns(task):
    """The first row's values; None where they are NaN."""
    with fits.open(task["stack"]) as stack:
        row = stack["STACK"].data[0]
        return {name: float(row[name]) if np.isfinite(row[name]) else None for name in task["names"]}


CHECKS = {"columns": columns, "definitions": definitions, "constancy": constancy}

for line in sys.stdin:
    task = json.loads(line)
    print(json.dumps(CHECKS[task["check"]](task)), flush=True)
