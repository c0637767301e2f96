"""Files of surveys, made and read by astropy alone. One JSON task a line in, one JSON answer a line out."""

import json
import pathlib
import shutil
import sys
import warnings

import numpy as np
from astropy.io import fits

warnings.simplefilter("ignore")


def codes(task):
    """A real DECam exposure whose mask has one code in every pixel."""
    folder = pathlib.Path(task["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    image = pathlib.Path(task["image"])
    for kind in "iw":
        shutil.copy(image.parent / image.name.replace("_ooi_", f"_oo{kind}_"), folder)
        (folder / image.name.replace("_ooi_", f"_oo{kind}_")).chmod(0o644)
    name = image.name.replace("_ooi_", "_ood_")
    with fits.open(image.parent / name) as mask:
        primary, plane = mask[0].copy(), fits.ImageHDU(np.full_like(mask[1].data, task["code"]), mask[1].header)
        fits.HDUList([primary, plane]).writeto(folder / name)
    with fits.open(folder / image.name, mode="update") as exposure:
        if "plver" in task:
            for hdu in exposure:
                if "PLVER" in hdu.header or hdu is exposure[0]:
                    hdu.header["PLVER"] = task["plver"]
    return True


def masks(task):
    """Of a stack: names of the bits that each row's mask has in all pixels of its image, and of the row's flags."""
    with fits.open(task["stack"]) as stack:
        table = next(hdu for hdu in stack if isinstance(hdu, fits.BinTableHDU) and "MASK" in hdu.columns.names)
        names = {key[3:]: value for hdu in stack for key, value in hdu.header.items() if key.startswith("MP_")}
        flags = {int(hdu.header.comments[key].split()[0]): value for hdu in stack for key, value in hdu.header.items() if key.startswith("FLAG") and key[4:].isdigit()}
        rows = []
        for row in table.data:
            common = np.bitwise_and.reduce(row["MASK"].astype(np.int64).ravel())
            rows.append([[n for n, bit in names.items() if common >> bit & 1], [n for bit, n in flags.items() if row["FLAGS"] & bit]])
        return rows


def linear(path):
    # astropy would scale into float32.
    with fits.open(path, do_not_scale_image_data=True) as warp:
        header, stored = warp[1].header, warp[1].data.astype(np.float64)
        asinh = np.where(stored == header["BLANK"], np.nan, header["BZERO"] + header["BSCALE"] * stored)
        return 2 * header["BSOFTEN"] * np.sinh(asinh / 1.0857362) + header["BOFFSET"]


def asinh(task):
    """The largest difference of a co-add from the mean of linear pixels (of those below 1 absolute), and the co-add's largest value."""
    mean = np.mean([linear(path) for path in task["files"]], axis=0)
    with fits.open(task["mosaic"]) as mosaic:
        found, header = mosaic["IMAGE"].data, mosaic["IMAGE"].header
    # The mosaic's first pixel in the inputs.
    with fits.open(task["files"][0]) as warp:
        x0, y0 = (int(round(warp[1].header[key] - header[key])) for key in ("CRPIX1", "CRPIX2"))
    part = mean[y0 : y0 + found.shape[0], x0 : x0 + found.shape[1]]
    same = found.shape == part.shape
    return [same and float(np.nanmax(np.abs(found - part) / np.maximum(np.abs(part), 1))), float(np.nanmax(found)), float(np.isfinite(found).mean())]


def squares(task):
    """The largest relative difference of a variance from the square of a plane, and its unit."""
    with fits.open(task["file"]) as file, fits.open(task["mosaic"]) as mosaic:
        sigma, variance = file[task["hdu"]].data.astype(np.float64), mosaic["VARIANCE"].data
        inner = (slice(None), slice(None)) if variance.shape == sigma.shape else None
        return [inner is not None and float(np.nanmax(np.abs(variance - sigma[inner] ** 2) / sigma[inner] ** 2)), mosaic["VARIANCE"].header.get("BUNIT", "")]


def pixels(task):
    """Of a cutout: EXTNAMEs, and whether its plane has the pixels of the file's HDU, bit for bit."""
    with fits.open(task["cutout"]) as cutout, fits.open(task["file"]) as file:
        names = [hdu.name for hdu in cutout]
        return [names, all(np.array_equal(cutout[name].data, file[hdu].data, equal_nan=True) for name, hdu in task["planes"].items())]


def header(task):
    with fits.open(task["file"]) as file:
        return {key: hdu.header[key] for hdu in list(file)[::-1] for key in task["keys"] if key in hdu.header}


CHECKS = {"codes": codes, "masks": masks, "asinh": asinh, "squares": squares, "pixels": pixels, "header": header}

for line in sys.stdin:
    task = json.loads(line)
    print(json.dumps(CHECKS[task.pop("check")](task)), flush=True)
