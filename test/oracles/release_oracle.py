"""A simulated release, checked with astropy and numpy: `release_oracle.py FOLDER` prints what it found as JSON.

Visit images are made anew from the raw images and the calibrations that their headers name, by the formula of docs/simulate.md."""

import json
import pathlib
import sys

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

folder = pathlib.Path(sys.argv[1])
rows = [json.loads(line) for line in (folder / "truth/datasets.ndjson").read_text().splitlines()]
sky = np.genfromtxt(folder / "truth/sources.csv", delimiter=",", names=True, usecols=range(10), dtype=None, encoding="utf8")
by_id = {row["id"]: row for row in rows}


def section(text):
    (x0, x1), (y0, y1) = ([int(n) for n in axis.split(":")] for axis in text.strip("[]").split(","))
    return slice(y0 - 1, y1), slice(x0 - 1, x1)


def opened(row):
    return fits.open(folder / row["path"])


def inputs(header):
    names = [f"LSST BUTLER INPUT {n} ID" for n in range(header["LSST BUTLER N_INPUTS"])]
    found = [by_id[header[name]] for name in names]
    types = [header[name.replace(" ID", " DATASETTYPE")] for name in names]
    assert types == [row["type"] for row in found]
    return found


def reduced(visit):
    """Image and variance in nJy, from the inputs."""
    used = {row["type"]: row for row in inputs(opened(visit)[0].header)}
    assert set(used) == {"raw", "bias", "dark", "flat", "defects"}, used
    bias, dark, flat = (opened(used[name])[1].data.astype(float) for name in ("bias", "dark", "flat"))
    with opened(used["raw"]) as hdus:
        header, counts = hdus[1].header, hdus[1].data.astype(float)
        time = hdus[0].header["DARKTIME"]
    light, read = np.empty_like(bias), np.empty_like(bias)
    for name in "AB":
        level = np.median(counts[section(header[f"BIASSEC{name}"])])
        where = section(header[f"CCDSEC{name}"])
        light[where] = (counts[section(header[f"DATASEC{name}"])] - level) * header[f"GAIN{name}"]
        read[where] = header[f"RDNOISE{name}"]
    electrons = light - bias - dark * time
    y, x = np.indices(bias.shape)
    gx, gy = visit["sky_gradient"]
    ny, nx = bias.shape
    sky = visit["sky_electrons"] * (1 + gx * (x - nx / 2) + gy * (y - ny / 2))
    unit = visit["njy_per_electron"]
    return (electrons / flat - sky) * unit, (np.maximum(electrons, 0) + read**2) / flat**2 * unit**2


def bit(header, name):
    return 1 << header[f"MP_{name}"]


def check_visit(visit):
    image, variance = reduced(visit)
    with opened(visit) as hdus:
        mask, header = hdus[2].data, hdus[2].header
        # Bad columns are interpolated over, places without data are NaN.
        own = (mask & (bit(header, "INTRP") | bit(header, "NO_DATA"))) == 0
        away = [
            float(np.max(np.abs(hdus[plane].data[own] - made[own]) / np.sqrt(variance[own])))
            for plane, made in ((1, image), (3, variance))
        ]
        defects = next(row for row in inputs(hdus[0].header) if row["type"] == "defects")
    with opened(defects) as hdus:
        dead = hdus[1].data != 0
        boxes = hdus["DEFECTS"].data
        drawn = np.zeros_like(dead)
        for x0, y0, width, height in zip(boxes["x0"], boxes["y0"], boxes["width"], boxes["height"]):
            drawn[y0 : y0 + height, x0 : x0 + width] = True
    pull = image[own] / np.sqrt(variance[own])
    return {
        "image": away[0],
        "variance": away[1],
        "defects": bool((dead == drawn).all()),
        "masked": bool((~own == dead).all()),
        "sigma": float(0.741 * np.subtract(*np.percentile(pull, [75, 25]))),
    }


def check_difference(row):
    """What was taken away has no noise: it is the steady sky, as bright as the truth has it."""
    with opened(row) as hdus:
        first, *templates = inputs(hdus[0].header)
        assert first["type"] == "visit_image" and {one["type"] for one in templates} == {"template_coadd"}
        image, variance = hdus[1].data, hdus[3].data
    with opened(first) as hdus:
        steady = hdus[1].data.astype(float) - image
        same = bool(np.array_equal(hdus[3].data, variance, equal_nan=True))
    known = np.isfinite(steady)
    x, y = WCS(opened(row)[1].header).wcs_world2pix(sky["ra"], sky["dec"], 0)
    ny, nx = steady.shape
    inside = (x > 15) & (y > 15) & (x < nx - 16) & (y < ny - 16) & (sky["type"] == "star")
    flux = np.where(inside, sky[f"flux_{row['dataId']['band']}"], 0)
    star = int(np.argmax(flux))
    rows_, columns = np.indices(steady.shape)
    near = np.hypot(columns - x[star], rows_ - y[star]) < 8
    return {
        "variance": same,
        # Between the sources there is nothing.
        "empty": float(np.mean(steady[known] == 0)),
        # The brightest star has its mean flux, of which some is further out.
        "flux": float(np.nansum(steady[near]) / flux[star]) if flux[star] > 0 and known[near].all() else None,
    }


def check_raw(row):
    with opened(row) as hdus:
        header = hdus[1].header
        wcs = WCS(header)
        own = [row for row in rows if row["type"] == "visit_image" and row["dataId"]["visit"] == hdus[0].header["LSST BUTLER DATAID EXPOSURE"]]
        own = next(one for one in own if one["dataId"]["detector"] == row["dataId"]["detector"])
        with opened(own) as made:
            theirs = WCS(made[1].header)
        ny, nx = made_shape = (own["height"], own["width"])
        x0 = section(header["DATASEC"])[1].start
        # The pointing model lacks the distortion only.
        at = theirs.pixel_to_world(nx / 2, ny / 2)
        off = at.separation(wcs.pixel_to_world(nx / 2 + x0, ny / 2)).arcsec
        overscan = [hdus[1].data[section(header[f"BIASSEC{name}"])].astype(float) for name in "AB"]
        truth = row["amplifiers"]
        noise = [float(o.std() * header[f"GAIN{n}"] / header[f"RDNOISE{n}"]) for n, o in zip("AB", overscan)]
        level = [float(o.mean() - t) for o, t in zip(overscan, truth["levels"])]
    return {"off_arcsec": float(off), "noise": noise, "level": level, "size": list(made_shape)}


def chain(row, seen):
    for one in inputs(opened(row)[0].header) if "inputs" in row else []:
        seen.add(one["type"])
        chain(one, seen)
    return sorted(seen)


print(
    json.dumps(
        {
            "read": sum(1 for row in rows for hdu in opened(row) if hdu.data is None or hdu.data.shape is not None),
            "bytes": all((folder / row["path"]).stat().st_size == row["bytes"] for row in rows),
            "visits": [check_visit(row) for row in rows if row["type"] == "visit_image"],
            "differences": [check_difference(row) for row in rows if row["type"] == "difference_image"],
            "raws": [check_raw(row) for row in rows if row["type"] == "raw"],
            "chains": [chain(row, set()) for row in rows if row["type"] == "deep_coadd"],
        }
    )
)
