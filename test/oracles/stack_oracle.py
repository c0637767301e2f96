"""Stacks against the files they come from, by astropy alone. One JSON task a line in, one JSON answer a line out."""

import functools
import json
import sys
import warnings

import numpy as np
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS

warnings.simplefilter("ignore")

RENAMED = {"SAT": "SATURATED", "INTRP": "INTERPOLATED", "CR": "COSMIC_RAY", "EDGE": "DETECTION_EDGE", "UNMASKEDNAN": "UNMASKED_NAN"}
WCS_KEYS = "WCSAXES CTYPE1 CTYPE2 CUNIT1 CUNIT2 CRPIX1 CRPIX2 CRVAL1 CRVAL2 CD1_1 CD1_2 CD2_1 CD2_2 RADESYS".split()


def dictionary(header):
    return {key[3:]: value for key, value in header.items() if key.startswith("MP_")}


def stamp_of(plane, x0, y0, size, outside):
    out = np.full((size, size), outside, dtype=plane.dtype)
    ny, nx = plane.shape
    ax, ay, bx, by = max(x0, 0), max(y0, 0), min(x0 + size, nx), min(y0 + size, ny)
    if ax < bx and ay < by:
        out[ay - y0 : by - y0, ax - x0 : bx - x0] = plane[ay:by, ax:bx]
    return out


@functools.cache
def planes_of(path):
    """Headers of IMAGE and MASK, and the pixels of all three."""
    with fits.open(path) as parent:
        pixels = {plane: pixels_of(parent, plane) if plane != "MASK" else parent["MASK"].data for plane in ("IMAGE", "MASK", "VARIANCE")}
        return parent["IMAGE"].header.copy(), parent["MASK"].header.copy(), pixels


def pixels_of(parent, plane):
    """Astropy 5 does not see the nulls of dithered tiles: simulated files have none but NO_DATA pixels (docs/simulate.md)."""
    data = parent[plane].data.copy()
    data[(parent["MASK"].data >> dictionary(parent["MASK"].header)["NO_DATA"]) & 1 == 1] = np.nan
    return data


def same(a, b):
    return np.array_equal(a, b, equal_nan=True)


def table(task):
    """Every row against its file: pixels bit for bit, masks by name, WCS within the error it states."""
    wrong = []
    with fits.open(task["stack"], checksum=True) as stack:
        for hdu in stack:
            hdu.verify("exception")
        data, header = stack["STACK"].data, stack["STACK"].header
        if header["ROWORDER"] == "time" and np.any(np.diff(data["MJD_TAI"]) < 0):
            wrong.append("not in time order")
        bits = dictionary(header)
        size = header["STAMPSIZ"]
        worst = 0.0
        for n, row in enumerate(data):
            image_header, mask_header, pixels = planes_of(task["files"][row["ID"]])
            x0, y0 = int(row["X0"]), int(row["Y0"])
            image = stamp_of(pixels["IMAGE"], x0, y0, size, np.nan)
            if not same(row["IMAGE"], image):
                wrong.append(f"row {n}: IMAGE differs")
            if "MASK" in data.names:
                theirs = pixels["MASK"]
                no_data = 1 << dictionary(mask_header)["NO_DATA"]
                mask = stamp_of(theirs, x0, y0, size, no_data)
                expected = np.zeros((size, size), dtype=np.int64)
                for name, bit in dictionary(mask_header).items():
                    expected |= np.where(mask & (1 << bit), 1 << bits[RENAMED.get(name, name)], 0)
                if not same(row["MASK"], expected):
                    wrong.append(f"row {n}: MASK differs")
                variance = stamp_of(pixels["VARIANCE"], x0, y0, size, np.nan)
                if not same(row["VARIANCE"], variance):
                    wrong.append(f"row {n}: VARIANCE differs")
            # The documented way to a WCS of a row.
            linear = WCS({key: row[key] for key in WCS_KEYS})
            full = WCS(image_header)
            edge = np.linspace(0, size - 1, 9)
            xs, ys = [a.ravel() for a in np.meshgrid(edge, edge)]
            sky = full.all_pix2world(xs + x0, ys + y0, 0)
            back = linear.all_world2pix(*sky, 0)
            error = np.max(np.hypot(back[0] - xs, back[1] - ys))
            worst = max(worst, error)
            if not error <= row["WCSERR"] * (1 + 1e-6) + 1e-6:
                wrong.append(f"row {n}: the WCS is off by {error} pixels, not {row['WCSERR']}")
            there = full.all_world2pix(row["RA"], row["DEC"], 0)
            if np.hypot(there[0] - row["X_PARENT"], there[1] - row["Y_PARENT"]) > 1e-5:
                wrong.append(f"row {n}: the position is elsewhere in the image")
            if x0 != np.floor(row["X_PARENT"] + 0.5) - size // 2 or abs(row["X_STAMP"] + x0 - row["X_PARENT"]) > 1e-9:
                wrong.append(f"row {n}: origin")
        for n in range(1, header["TFIELDS"] + 1):
            if not (header.get(f"TUCD{n}") and header.get(f"TCOMM{n}")):
                wrong.append(f"column {n} has no UCD or no comment")
        status = stack["STATUS"].data
        return {
            "wrong": wrong,
            "rows": len(data),
            "worst": worst,
            "status": [[str(s["STATE"]), str(s["CODE"]), str(s["REASON"])] for s in status],
            "failed": [bool(f & 1) for f in data["FLAGS"]],
            "nan": [bool(np.all(np.isnan(i))) for i in data["IMAGE"]],
            "columns": {name: np.asarray(data[name]).tolist() for name in task.get("columns", [])},
            "header": {k: v for k, v in header.items() if k in ("NOBS", "OVERFLOW", "DPSUBTYP", "COLLECT", "PIXUNIT", "RA_TARG")},
        }


def table_only(task):
    """What Table.read makes of it."""
    t = Table.read(task["stack"], hdu=1)
    return {"names": t.colnames, "rows": len(t), "shape": list(t["IMAGE"].shape), "unit": str(t["IMAGE"].unit)}


def mef(task):
    """Image HDUs hold the same pixels as the table's rows, and a WCS that astropy reads."""
    wrong = []
    with fits.open(task["mef"], checksum=True) as m, fits.open(task["stack"]) as s:
        rows = s["STACK"].data
        status = m["STATUS"].data
        for n, row in enumerate(rows):
            for plane in ("IMAGE", "MASK", "VARIANCE"):
                hdu = m[plane, n + 1]
                hdu.verify("exception")
                if not same(hdu.data, row[plane]):
                    wrong.append(f"{plane} {n + 1} differs")
                if hdu.header["ID"] != row["ID"]:
                    wrong.append(f"{plane} {n + 1} has another ID")
                if int(hdu._calculate_datasum()) != int(status[f"DSUM_{plane}"][n]):
                    wrong.append(f"{plane} {n + 1}: DATASUM")
                sky = WCS(hdu.header).all_pix2world(row["X_STAMP"], row["Y_STAMP"], 0)
                if abs(sky[1] - row["DEC"]) > 1e-9:
                    wrong.append(f"{plane} {n + 1}: WCS")
        return {"wrong": wrong, "hdus": len(m), "masks": dictionary(m[0].header)}


def compare(task):
    """Two answers of the same request: which rows are the same to the last bit."""
    with fits.open(task["a"]) as a, fits.open(task["b"], checksum=True) as b:
        one, two = a["STACK"].data, b["STACK"].data
        return {
            "status": [[str(s["STATE"]), str(s["CODE"]), str(s["REASON"])] for s in b["STATUS"].data],
            "failed": [bool(f & 1) for f in two["FLAGS"]],
            "nan": [bool(np.all(np.isnan(i))) for i in two["IMAGE"]],
            "same": [one[n : n + 1].tobytes() == two[n : n + 1].tobytes() for n in range(len(one))],
        }


CHECKS = {"compare": compare, "table": table, "table_only": table_only, "mef": mef}

for line in sys.stdin:
    task = json.loads(line)
    print(json.dumps(CHECKS[task["check"]](task)), flush=True)
