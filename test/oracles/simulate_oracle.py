"""What astropy and numpy find in a simulated folder, as JSON: headers, coordinates, noise, photometry, astrometry.

Only the files and truth/*.csv, truth/*.ndjson are read; every number here is worked out afresh.
"""

import csv
import ctypes
import ctypes.util
import hashlib
import json
import os
import sys
import warnings

import erfa
import numpy as np
from astropy.coordinates import AltAz, EarthLocation, SkyCoord
from astropy.io import fits
from astropy.time import Time
from astropy.utils import iers
from astropy.wcs import WCS
from scipy.spatial import cKDTree
import astropy.units as u

warnings.simplefilter("ignore")
iers.conf.auto_download = False
iers.conf.iers_degraded_accuracy = "ignore"

cfitsio = ctypes.CDLL(ctypes.util.find_library("cfitsio"))

WEIGHTS, RATIOS = np.array([0.8, 0.15, 0.04, 0.01]), np.array([1, 2, 5, 14.0])


def psf_sigmas(fwhm):
    r = np.linspace(0, 3, 300001)
    profile = sum(w / s**2 * np.exp(-0.5 * (r / s) ** 2) for w, s in zip(WEIGHTS, RATIOS))
    half = r[np.argmin(abs(profile - profile[0] / 2))]
    return fwhm / 2 / half * RATIOS


class Plane:
    """A plane as cfitsio reads it: astropy 5.2 itself leaves null pixels (ZBLANK) of quantised floats as numbers, and
    funpack spoils the rest of a tile that has any when tiles are not whole rows."""

    def __init__(self, path, number, hdu):
        self.header, self.columns = hdu.header, getattr(hdu, "columns", None)
        self.data = hdu.data
        if number in (1, 2, 3) and hdu.data.dtype.kind == "f":
            self.data = self.read(path, number, hdu.data.shape)

    @staticmethod
    def read(path, number, shape):
        file, status, any_null = ctypes.c_void_p(), ctypes.c_int(0), ctypes.c_int(0)
        pixels, null = np.empty(shape, np.float32), ctypes.c_float(np.nan)
        cfitsio.ffdkopn(ctypes.byref(file), path.encode(), 0, ctypes.byref(status))
        cfitsio.ffmahd(file, number + 1, None, ctypes.byref(status))
        target, size = pixels.ctypes.data_as(ctypes.c_void_p), ctypes.c_longlong(pixels.size)
        first = ctypes.c_longlong(1)
        cfitsio.ffgpv(file, 42, first, size, ctypes.byref(null), target, ctypes.byref(any_null), ctypes.byref(status))
        cfitsio.ffclos(file, ctypes.byref(status))
        if status.value:
            raise IOError(f"cfitsio status {status.value}")
        return pixels


def planes_of(header):
    names = {}
    for key, value in header.items():
        if key.startswith("MP_"):
            names[key[3:]] = value
    return names


def sources(folder):
    with open(os.path.join(folder, "truth/sources.csv")) as file:
        rows = list(csv.DictReader(file))
    table = {"id": np.array([int(r["id"]) for r in rows])}
    for key in ["ra", "dec", "radius"] + ["flux_" + b for b in "ugrizy"]:
        table[key] = np.array([float(r[key]) for r in rows])
    table["star"] = np.array([r["type"] == "star" for r in rows])
    table["variable"] = np.array([r["variability"] != "" for r in rows])
    return table


def curves(folder):
    found = {}
    with open(os.path.join(folder, "truth/lightcurves.csv")) as file:
        for r in csv.DictReader(file):
            found[(r["dataset"], int(r["source"]))] = float(r["flux"])
    return found


def header_facts(row, hdus, raw):
    primary, image = hdus[0].header, hdus[1].header
    out = {"names": [h.header.get("EXTNAME", "") for h in hdus], "types": [h.header.get("EXTTYPE", "") for h in hdus]}
    out["shape"] = list(hdus[1].data.shape)
    out["units"] = [hdus[k].header.get("BUNIT") for k in (1, 3)]
    out["butler"] = [primary["LSST BUTLER ID"], primary["LSST BUTLER DATASETTYPE"], primary["LSST BUTLER RUN"]]
    keys = [k for k in row["dataId"] if k != "day_obs"]
    values = [primary["LSST BUTLER DATAID " + k.upper()] for k in keys]
    out["data_id_agrees"] = values == [row["dataId"][k] for k in keys]
    digest = hashlib.md5(json.dumps(values).encode()).digest()
    out["seed"] = [raw[k].header.get("ZDITHER0") for k in (1, 3)]
    out["expected_seed"] = 1 + int.from_bytes(digest, "big") % 9999
    out["codecs"] = [raw[k].header.get("ZCMPTYPE") for k in (1, 2, 3)]
    out["dither"] = [raw[k].header.get("ZQUANTIZ") for k in (1, 3)]
    out["tile"] = [raw[1].header.get("ZTILE1"), raw[1].header.get("ZTILE2")]
    if "ZSCALE" in (raw[1].columns.names if hasattr(raw[1], "columns") else []):
        steps = raw[1].data["ZSCALE"]
        out["step"] = [float(steps.min()), float(steps.max()), raw[1].header["UZSCALE"]]
    x0, y0 = row["xy0"]
    out["parent"] = [image["LTV1"] == -x0, image["LTV2"] == -y0, image["CRVAL1A"] == x0, image["CRVAL2A"] == y0]
    index = hdus[primary["AR_HDU"] - 1]
    out["archive"] = [list(map(str, index.data["name"])), [hdus[4 + n].header["EXTNAME"] for n in index.data["cat.archive"]]]
    out["calibration"] = float(hdus[5].data["calibrationMean"][0])
    if "mjd_tai" in row:
        when = Time(primary["DATE-AVG"], scale="tai")
        out["time_s"] = abs((when - Time(row["mjd_tai"], format="mjd", scale="tai")).sec)
        out["ut1_s"] = abs(primary["MJD-AVG-UT1"] - when.utc.mjd) * 86400
        era = np.degrees(erfa.era00(when.utc.jd1, when.utc.jd2))
        out["era_deg"] = abs((primary["AVG-ERA"] - era + 180) % 360 - 180)
        site = EarthLocation.from_geodetic(primary["OBS-LONG"], primary["OBS-LAT"], primary["OBS-ELEV"])
        bore = SkyCoord(primary["BORE-RA"], primary["BORE-DEC"], unit="deg")
        seen = bore.transform_to(AltAz(obstime=when, location=site))
        told = SkyCoord(primary["BORE-AZ"], primary["BORE-ALT"], unit="deg", frame=seen.frame)
        out["altaz_deg"] = float(seen.separation(told).deg)
    return out


def wcs_facts(row, header):
    wcs = WCS(header)
    ny, nx = row["height"], row["width"]
    gx, gy = [a.ravel() for a in np.meshgrid(np.linspace(0, nx - 1, 23), np.linspace(0, ny - 1, 21))]
    ra, dec = wcs.all_pix2world(gx, gy, 0)
    truth = WCS(fits.Header.fromstring(row["wcs"], sep="\n"))
    tra, tdec = truth.all_pix2world(gx, gy, 0)
    out = {"truth_deg": float(max(abs(ra - tra).max(), abs(dec - tdec).max())), "ctype": list(wcs.wcs.ctype)}
    scale = np.sqrt(abs(np.linalg.det(wcs.pixel_scale_matrix))) * 3600
    out["scale"] = float(scale)
    if wcs.sip is not None:
        there = wcs.sip_pix2foc(gx, gy, 0)
        back = wcs.sip_foc2pix(there[0], there[1], 0)
        out["sip_px"] = float(np.hypot(back[0] - gx, back[1] - gy).max())
        shift = np.hypot(there[0] + wcs.wcs.crpix[0] - 1 - gx, there[1] + wcs.wcs.crpix[1] - 1 - gy)
        out["distortion_px"] = float(shift.max())
    return wcs, out


def photometry(row, hdus, wcs, table, known):
    image, mask, variance = [hdus[k].data for k in (1, 2, 3)]
    names = planes_of(hdus[2].header)
    bad = sum(1 << names[n] for n in ("BAD", "SAT", "CR", "NO_DATA", "EDGE", "INTRP") if n in names)
    flux = table["flux_" + row["dataId"]["band"]].copy()
    if row["type"] != "deep_coadd":
        for k in np.flatnonzero(table["variable"]):
            flux[k] = known.get((row["id"], int(table["id"][k])), np.nan)
    x, y = wcs.all_world2pix(table["ra"], table["dec"], 0, quiet=True)
    near = (x > -100) & (y > -100) & (x < row["width"] + 100) & (y < row["height"] + 100)
    tree = cKDTree(np.c_[x[near], y[near]])
    bright = flux[near]
    fwhm = row["fwhm_arcsec"] / 0.2
    sigmas = psf_sigmas(fwhm)
    radius = 1.6 * fwhm
    inside = float(np.sum(WEIGHTS * (1 - np.exp(-0.5 * (radius / sigmas) ** 2))))
    chi, ratios, dx, dy = [], [], [], []
    sky = np.sqrt(np.nanmedian(variance))
    yy, xx = np.mgrid[: row["height"], : row["width"]]
    for k in np.flatnonzero(near & table["star"] & (flux > 40 * sky)):
        if not (30 < x[k] < row["width"] - 30 and 30 < y[k] < row["height"] - 30):
            continue
        wide = bright[tree.query_ball_point([x[k], y[k]], 150)].sum() - flux[k]
        close = bright[tree.query_ball_point([x[k], y[k]], 25)].sum() - flux[k]
        if not (close < max(0.3 * sky, 0.001 * flux[k]) and wide < 8 * flux[k]):
            continue
        cx, cy = int(round(x[k])), int(round(y[k]))
        box = np.s_[cy - 25 : cy + 26, cx - 25 : cx + 26]
        r = np.hypot(xx[box] - x[k], yy[box] - y[k])
        use = r < radius
        if np.any(mask[box][use] & bad):
            continue
        measured, spread = image[box][use].sum(), np.sqrt(variance[box][use].sum())
        # The share of whole pixels in the aperture, from the profile itself.
        share = sum(w / (2 * np.pi * s**2) * np.exp(-0.5 * (r[use] / s) ** 2) for w, s in zip(WEIGHTS, sigmas)).sum()
        chi.append((measured - share * flux[k]) / np.hypot(spread, 0.001 * flux[k]))
        if flux[k] > 1500 * sky:
            ratios.append(measured / share / flux[k])
            gx, gy, light = x[k], y[k], np.where(use, image[box], 0)
            for _ in range(12):  # matched, iterated centroid
                weight = np.exp(-0.5 * ((xx[box] - gx) ** 2 + (yy[box] - gy) ** 2) / sigmas[0] ** 2) * use
                total = (weight * light).sum()
                gx += 2 * (weight * light * (xx[box] - gx)).sum() / total
                gy += 2 * (weight * light * (yy[box] - gy)).sum() / total
            dx.append(gx - x[k])
            dy.append(gy - y[k])
    return {"chi": chi, "ratio": ratios, "dx": dx, "dy": dy, "inside": inside}


def pixels(row, hdus):
    image, mask, variance = [hdus[k].data for k in (1, 2, 3)]
    names = planes_of(hdus[2].header)
    nodata = (mask >> names["NO_DATA"]) & 1 == 1
    out = {"nan_is_no_data": bool(np.array_equal(np.isnan(image), nodata) and np.array_equal(np.isnan(variance), nodata))}
    out["no_data"] = float(nodata.mean())
    blank = np.isfinite(image) & ((mask & ~(1 << names["EDGE"])) == 0)
    pull = image[blank] / np.sqrt(variance[blank])
    out["pull"] = float(0.741 * np.subtract(*np.percentile(pull, [75, 25])))
    reject = sum(1 << names[n] for n in ("NO_DATA", "INTRP") if n in names)
    for name, plane in (("image", image), ("variance", variance)):
        good = plane[np.isfinite(plane) & ((mask & reject) == 0)]
        out[name + "_sigma"] = float(0.741 * np.subtract(*np.percentile(good, [75, 25])))
    out["planes"] = names
    out["set"] = {name: float(((mask >> bit) & 1).mean()) for name, bit in names.items()}
    out["stray"] = int(np.bitwise_or.reduce(mask, axis=None)) & ~sum(1 << b for b in names.values())
    return out


def main(folder):
    table, known = sources(folder), curves(folder)
    with open(os.path.join(folder, "truth/datasets.ndjson")) as file:
        rows = [json.loads(line) for line in file]
    answers = []
    for row in rows:
        path = os.path.join(folder, row["path"])
        with fits.open(path) as whole, fits.open(path, disable_image_compression=True) as raw:
            hdus = [Plane(path, k, hdu) for k, hdu in enumerate(whole)]
            answer = {"id": row["id"], "type": row["type"], "row": row, "bytes": os.path.getsize(path)}
            answer["opens"] = [list(h.data.shape) for h in whole[1:4] if h.data is not None]
            if row["type"] != "raw":
                answer.update(header=header_facts(row, hdus, raw), pixels=pixels(row, hdus))
                wcs, answer["wcs"] = wcs_facts(row, hdus[1].header)
                if row["type"] != "difference_image":
                    answer["stars"] = photometry(row, hdus, wcs, table, known)
            answers.append(answer)
    json.dump(answers, sys.stdout)


main(sys.argv[1])
