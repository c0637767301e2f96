"""Images in every way that FITS stores numbers, written and read by astropy. One JSON task a line in, one JSON answer a line out.

make {folder}             one file a convention, of 40 x 30 pixels drawn at random; returns their names
compare {answers, parents, stack}  for each answer, how it differs from its parent's physical values; `stack`: a row of it each
"""

import json
import pathlib
import sys
import warnings

import numpy as np
from astropy.io import fits

warnings.simplefilter("ignore")
WIDTH, HEIGHT = 40, 30
LOSSLESS = {"u1": ["GZIP_1", "GZIP_2", "RICE_1", "PLIO_1"], "i2": ["GZIP_1", "GZIP_2", "RICE_1", "HCOMPRESS_1"], "i4": ["GZIP_1", "GZIP_2", "RICE_1", "HCOMPRESS_1"], "i8": [], "f4": ["GZIP_1", "GZIP_2"], "f8": ["GZIP_1", "GZIP_2"]}
# BSCALE, BZERO and BLANK: none, unsigned, scaled, with a null.
SCALES = {"u1": [(1, 0, None), (1, -128, None), (0.5, 10, 7)], "i2": [(1, 0, None), (1, 32768, None), (0.25, -3, -32768)], "i4": [(1, 0, None), (1, 2147483648, None), (0.125, 1e3, -2147483648)],
          "i8": [(1, 0, None), (0.5, 2, None)], "f4": [(1, 0, None), (2, 5, None)], "f8": [(1, 0, None)]}


def sky(n):
    cards = dict(CTYPE1="RA---TAN", CTYPE2="DEC--TAN", CRVAL1=150.0, CRVAL2=2.0, CRPIX1=20.5, CRPIX2=15.5, CD1_1=-1 / 18000, CD1_2=0.0, CD2_1=0.0, CD2_2=1 / 18000, RADESYS="ICRS", BUNIT="nJy", FILTER="r", EXPTIME=30.0)
    return fits.Header([*cards.items(), ("DATE-OBS", f"2026-01-01T00:{n:02d}:00")])


def drawn(kind, blank, random):
    """Stored numbers: of a narrow range, so that all of their bits matter to float32 too, and some from the whole range of 16 bits."""
    if kind[0] == "f":
        values = random.normal(100, 30, (HEIGHT, WIDTH)).astype(kind)
        values[3, 5] = np.nan
        return values
    low, high = {"u1": (0, 256), "i2": (-32768, 32768)}.get(kind, (-100000, 100000))
    values = random.integers(low + 1, high, (HEIGHT, WIDTH)).astype(kind)
    if blank is not None:
        values[3, 5] = blank
    return values


def stored(path, values, scale, zero, blank, codec, header):
    """Exactly these stored numbers with exactly these cards, which astropy must not change on its way."""
    hdu = fits.ImageHDU(values, header, name="IMAGE")
    if codec != "none":
        hdu = fits.CompImageHDU(values, header, name="IMAGE", compression_type=codec, quantize_level=0, **({"hcomp_scale": 0} if codec == "HCOMPRESS_1" else {}))
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path)
    with fits.open(path, mode="update", disable_image_compression=True, do_not_scale_image_data=True) as file:
        cards = file[1].header
        if (scale, zero) != (1, 0):
            cards["BSCALE"], cards["BZERO"] = scale, zero
        if blank is not None:
            cards["BLANK"] = blank


def physical(path, name="IMAGE"):
    """By astropy's stored numbers and the FITS standard's formula, in double precision."""
    with fits.open(path, do_not_scale_image_data=True) as file:
        hdu = next((one for one in file if one.name == name), None) or next(one for one in file if one.is_image and one.data is not None)
        header, data = hdu.header, np.array(hdu.data)
    values = data.astype(np.float64) * header.get("BSCALE", 1) + header.get("BZERO", 0)
    if "BLANK" in header and data.dtype.kind != "f":
        values[data == header["BLANK"]] = np.nan
    return values, header


def make(task):
    random, names = np.random.default_rng(20261130), []
    for kind, codecs in LOSSLESS.items():
        for scale, zero, blank in SCALES[kind]:
            for codec in ["none", *codecs]:
                if codec in ("PLIO_1", "HCOMPRESS_1") and (blank is not None or zero == -128):
                    continue
                name = f"{kind}_{scale}_{zero}_{codec}.fits"
                values = drawn(kind, blank, random)
                stored(pathlib.Path(task["folder"]) / name, values, scale, zero, blank, codec, sky(len(names)))
                there, _ = physical(pathlib.Path(task["folder"]) / name)
                expected = values.astype(np.float64) * scale + zero
                if blank is not None:
                    expected[values == blank] = np.nan
                # The oracle must read what it meant to write.
                assert np.array_equal(there, expected, equal_nan=True), name
                names.append(name)
    return names


def compare(task):
    said = []
    for answer, parent in zip(task["answers"], task["parents"]):
        expected, _ = physical(parent)
        found, header = physical(answer)
        x, y = round(20.5 - header["CRPIX1"]), round(15.5 - header["CRPIX2"])
        part = expected[y : y + found.shape[0], x : x + found.shape[1]]
        said.append(verdict(found, part, task["exact"]))
    return said


def rows(task):
    with fits.open(task["stack"]) as file:
        return [verdict(row["IMAGE"], physical(parent)[0][int(row["Y0"]) :, int(row["X0"]) :][:9, :9], False) for row, parent in zip(file["STACK"].data, task["parents"])]


def verdict(found, expected, exact):
    if found.shape != expected.shape:
        return f"shape {found.shape}"
    expected = expected if exact else expected.astype(np.float32)
    return "equal" if np.array_equal(found.astype(expected.dtype), expected, equal_nan=True) else f"differs by {np.nanmax(np.abs(found - expected))}"


CHECKS = {"make": make, "compare": compare, "rows": rows}

for line in sys.stdin:
    task = json.loads(line)
    print(json.dumps(CHECKS[task.pop("check")](task)), flush=True)
