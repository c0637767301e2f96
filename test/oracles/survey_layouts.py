"""One small dataset in the layout of each survey, written by astropy from the survey's own documents, and answers compared with it.
One JSON task a line in, one JSON answer a line out.

All have 40 x 30 pixels of 0.2 arcsec about (150, 2), an image whose pixel counts up, one saturated pixel where the survey says what marks it.
"""

import json
import pathlib
import sys
import warnings

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

warnings.simplefilter("ignore")

WIDTH, HEIGHT = 40, 30
AT = (20, 15)  # the saturated pixel, x and y from 0
IMAGE = np.arange(WIDTH * HEIGHT, dtype=np.float32).reshape(HEIGHT, WIDTH) / 8 + 5
SIGMA = np.full((HEIGHT, WIDTH), 1.5, np.float32) + IMAGE / 1000
OTHER = np.full((HEIGHT, WIDTH), 99, np.float32)


def sky(**cards):
    header = fits.Header()
    for key, value in dict(CTYPE1="RA---TAN", CTYPE2="DEC--TAN", CRVAL1=150.0, CRVAL2=2.0, CRPIX1=20.5, CRPIX2=15.5, CD1_1=-1 / 18000, CD1_2=0.0, CD2_1=0.0, CD2_2=1 / 18000, RADESYS="ICRS", **cards).items():
        header[key] = value
    return header


def marked(value, dtype=np.int16, rest=0):
    plane = np.full((HEIGHT, WIDTH), rest, dtype)
    plane[AT[1], AT[0]] = value
    return plane


def image(data, name=None, **cards):
    return fits.ImageHDU(data, sky(**cards), name=name)


def primary(data=None, wcs=False, **cards):
    header = sky(**cards) if wcs else fits.Header([(key, value) for key, value in cards.items()])
    return fits.PrimaryHDU(data, header)


def single(data, **cards):
    return [primary(data, wcs=True, **cards)]


def compressed(data, name, **cards):
    return fits.CompImageHDU(data, sky(**cards), name=name, compression_type="RICE_1" if data.dtype.kind == "i" else "GZIP_2", quantize_level=0)


# Of each survey: files by name; where its planes are (meaning: [file, HDU]); what a catalog must say.
DATE = "2020-01-02T03:00:00"  # MJD 58850.125
EXPOSURE = dict(EXPTIME=86.4)  # a thousandth of a day


def afw(**cards):
    return [primary(EXPINFO_V=2, **{"DATE-OBS": DATE}, TIMESYS="UTC", FILTER="r", **EXPOSURE, **cards), image(IMAGE, "IMAGE", BUNIT="nJy"),
            image(marked(2, np.int32), "MASK", MP_BAD=0, MP_SAT=1), image(SIGMA**2, "VARIANCE")]


def dq(name, saturated, **cards):
    return [primary(**cards), image(IMAGE, "SCI", EXTVER=1, BUNIT=name), image(SIGMA, "ERR", EXTVER=1), image(marked(saturated), "DQ", EXTVER=1)]


def layouts():
    zr = "ztf_20200102125000_000812_zr_c04_o_q3"
    ps = "rings.v3.skycell.2069.020.wrp.r.58850_10800"
    brick, un = "legacysurvey-0001m002", "unwise-1500p015-w1"
    mer = "EUC_MER_BGSUB-MOSAIC-VIS_TILE102018211-AB12_20240101T000000.000000Z_00.00.fits"
    noirlab = {"DATE-OBS": DATE, "PLVER": "V4.8", "FILTER": "r DECam SDSS c0002 6415.0 1480.0", **EXPOSURE}
    hst = {"TELESCOP": "HST", "EXPSTART": 58850.125, "EXPEND": 58850.126, **EXPOSURE}
    jwst = {"TELESCOP": "JWST", "DATE-BEG": DATE, "DATE-END": "2020-01-02T03:01:26.400", "XPOSURE": 86.4, "FILTER": "F200W"}
    return {
        "lsst-afw": ({"visit.fits": afw()}, dict(image=1, mask=2, variance=3), dict(band="r", begins=True)),
        "hsc": ({"calexp-HSC-R.fits": afw(INSTRUME="HSC")}, dict(image=1, mask=2, variance=3), dict(band="r", begins=True)),
        "decam": ({f"c4d_200102_030000_oo{kind}_r_v1.fits.fz": [primary(INSTRUME="DECam", **noirlab), compressed(data, "N4", PLVER="V4.8")]
                   for kind, data in dict(i=IMAGE, d=marked(3, np.int32), w=1 / SIGMA**2).items()},
                  {"image": ["c4d_200102_030000_ooi_r_v1.fits.fz", 1], "mask": ["c4d_200102_030000_ood_r_v1.fits.fz", 1], "weight": ["c4d_200102_030000_oow_r_v1.fits.fz", 1]}, dict(band="r", begins=True)),
        "mosaic": ({f"k4m_200102_030000_oo{kind}_zd_v1.fits.fz": [primary(INSTRUME="Mosaic3", **{**noirlab, "FILTER": "zd"}), compressed(data, "CCD1")]
                    for kind, data in dict(i=IMAGE, d=marked(3, np.int32), w=1 / SIGMA**2).items()},
                   {"image": ["k4m_200102_030000_ooi_zd_v1.fits.fz", 1], "mask": ["k4m_200102_030000_ood_zd_v1.fits.fz", 1], "weight": ["k4m_200102_030000_oow_zd_v1.fits.fz", 1]}, dict(begins=True)),
        "bok": ({f"ksb_200102_030000_oo{kind}_g_v1.fits.fz": [primary(INSTRUME="90prime", **{**noirlab, "FILTER": "g"}), compressed(data, "CCD1")]
                 for kind, data in dict(i=IMAGE, d=marked(3, np.int32), w=1 / SIGMA**2).items()},
                {"image": ["ksb_200102_030000_ooi_g_v1.fits.fz", 1], "mask": ["ksb_200102_030000_ood_g_v1.fits.fz", 1], "weight": ["ksb_200102_030000_oow_g_v1.fits.fz", 1]}, dict(band="g", begins=True)),
        "legacy-survey": ({f"{brick}-image-r.fits.fz": [primary(), compressed(IMAGE, "COADD")], f"{brick}-invvar-r.fits.fz": [primary(), compressed(1 / SIGMA**2, "COADD")],
                           f"{brick}-maskbits.fits.fz": [primary(), compressed(marked(1 << 3), "MASKBITS")], f"{brick}-nexp-r.fits.fz": [primary(), compressed(marked(3), "COADD")]},
                          {"image": [f"{brick}-image-r.fits.fz", 1], "weight": [f"{brick}-invvar-r.fits.fz", 1], "mask": [f"{brick}-maskbits.fits.fz", 1]}, dict(band="r")),
        "des": ({"D00241125_r_c22_r2378p01_immasked.fits": [primary(**{"DATE-OBS": DATE}, **EXPOSURE), image(IMAGE, "SCI", FILTER="r DECam SDSS c0002 6415.0 1480.0"), image(marked(2), "MSK"), image(1 / SIGMA**2, "WGT")]},
                dict(image=1, mask=2, weight=3), dict(band="r", begins=True)),
        "ztf": ({f"{zr}_sciimg.fits": single(IMAGE, INSTRUME="ZTF/MOSAIC", OBSMJD=58850.125, EXPTIME=86.4, FILTER="ZTF_r", MAGZP=26.2), f"{zr}_mskimg.fits": single(marked(1 << 8))},
                {"image": [f"{zr}_sciimg.fits", 0], "mask": [f"{zr}_mskimg.fits", 0]}, dict(band="r", begins=True)),
        "panstarrs": ({f"{ps}{kind}.fits": [primary(), image(data, BSOFTEN=200.0, BOFFSET=3.0, **{"MJD-OBS": 58850.125, "EXPTIME": 86.4, "TIMESYS": "UTC"}) if kind == "" else image(data)]
                       for kind, data in {"": 1.0857362 * np.arcsinh((IMAGE - 3) / 400).astype(np.float32), ".mask": marked(0x20), ".wt": SIGMA**2, ".num": marked(1), ".exp": OTHER}.items()},
                      {"image": [f"{ps}.fits", 1], "mask": [f"{ps}.mask.fits", 1], "variance": [f"{ps}.wt.fits", 1]}, dict(band="r", begins=True)),
        "sdss": ({"frame-r-002738-4-0120.fits": [primary(IMAGE, wcs=True, BUNIT="nanomaggy", FILTER="r", TAIHMS="03:00:37.00", **{"DATE-OBS": "2020-01-02", "EXPTIME": 86.4}), fits.ImageHDU(np.ones(40, np.float32)),
                                                 fits.BinTableHDU.from_columns([fits.Column("ALLSKY", "6E", array=np.ones((1, 6)))])]},
                 dict(image=0), dict(band="r", begins=True)),
        "skymapper": ({"skymapper_20200102_r_5.fits": single(IMAGE, INSTRUME="SkyMapper_CCD", FILTNAME="r", EXPTIME=86.4, **{"DATE-OBS": DATE}), "skymapper_20200102_r_5_mask.fits": single(marked(4))},
                      {"image": ["skymapper_20200102_r_5.fits", 0], "mask": ["skymapper_20200102_r_5_mask.fits", 0]}, dict(band="r", begins=True, unnamed=True)),
        "hst": ({"j8xi0d010_flt.fits": dq("ELECTRONS", 256, INSTRUME="ACS", DETECTOR="WFC", FILTER1="F606W", FILTER2="CLEAR2L", **hst)}, dict(image=1, sigma=2, mask=3), dict(begins=True)),
        "hst-drz": ({"j8xi0d010_drz.fits": [primary(INSTRUME="ACS", FILTER1="F606W", FILTER2="CLEAR2L", **hst), image(IMAGE, "SCI"), image(OTHER, "WHT"), image(marked(1, np.int32), "CTX")]}, dict(image=1), {}),
        "jwst": ({"jw01_02101_00001_nrca1_cal.fits": [*dq("MJy/sr", 2, **jwst), image(OTHER, "AREA"), image(SIGMA**2, "VAR_POISSON")]}, dict(image=1, sigma=2, mask=3), dict(begins=True)),
        "euclid-vis": ({"EUC_VIS_SWL-DET.fits": [primary(**{"DATE-OBS": DATE, "EXPTIME": 86.4, "FILTER": "VIS"}), image(IMAGE, "1-1.E.SCI"), image(SIGMA, "1-1.E.RMS"), image(marked(4, np.int32), "1-1.E.FLG")]},
                       dict(image=1, sigma=2, mask=3), dict(band="VIS", begins=True, unnamed=True)),
        "euclid-mer": ({mer: single(IMAGE), mer.replace("BGSUB-MOSAIC-VIS_TILE102018211", "MOSAIC-VIS_TILE102018211-RMS"): single(SIGMA), mer.replace("BGSUB-MOSAIC-VIS_TILE102018211", "MOSAIC-VIS_TILE102018211-FLAG"): single(marked(4, np.int32))},
                       {"image": [mer, 0], "sigma": [mer.replace("BGSUB-MOSAIC-VIS_TILE102018211", "MOSAIC-VIS_TILE102018211-RMS"), 0], "mask": [mer.replace("BGSUB-MOSAIC-VIS_TILE102018211", "MOSAIC-VIS_TILE102018211-FLAG"), 0]}, dict(unnamed=True)),
        "tess": ({"tess2020002030000-s0020-1-1-0165-s_ffic.fits": [primary(TELESCOP="TESS", **{"DATE-OBS": DATE + ".000Z", "DATE-END": "2020-01-02T03:01:26.400Z"}), image(IMAGE, "CAMERA.CCD 1.1 cal", EXPOSURE=0.001, **{"DATE-OBS": DATE + ".000Z", "DATE-END": "2020-01-02T03:01:26.400Z"}), image(SIGMA, "CAMERA.CCD 1.1 uncert")]},
                 dict(image=1, sigma=2), dict(band="TESS", begins=True)),
        "unwise": ({f"{un}-img-m.fits": single(IMAGE), f"{un}-invvar-m.fits": single(1 / SIGMA**2), f"{un}-n-m.fits": single(marked(3, np.int32)), f"{un}-std-m.fits": single(OTHER)},
                   {"image": [f"{un}-img-m.fits", 0], "weight": [f"{un}-invvar-m.fits", 0]}, dict(band="w1")),
    }


def make(task):
    """Writes every survey's files into a folder of its own; says which planes there are and what the catalog must say."""
    said = {}
    for name, (files, planes, row) in layouts().items():
        folder = pathlib.Path(task["folder"]) / name
        folder.mkdir(parents=True)
        for file, hdus in files.items():
            fits.HDUList(hdus).writeto(folder / file)
        (first,) = list(files)[:1]
        said[name] = {"planes": {meaning: [str(folder / (at[0] if isinstance(at, list) else first)), at[1] if isinstance(at, list) else at] for meaning, at in planes.items()}, "row": row}
    return said


def plane(at):
    with fits.open(at[0]) as file:
        return np.array(file[at[1]].data)


def box(header):
    """Where the first pixel of an answer is in the parent."""
    return round(20.5 - header["CRPIX1"]), round(15.5 - header["CRPIX2"])


EXTNAME = {"image": "IMAGE", "mask": "MASK", "variance": "VARIANCE", "sigma": "SIGMA", "weight": "WEIGHT"}


def cutout(task):
    """What is wrong with a cutout: planes that are not the parent's, bit for bit; a sky that is not (1e-9 degree)."""
    wrong = []
    with fits.open(task["file"]) as file:
        names = {hdu.name for hdu in file if hdu.is_image and hdu.data is not None}
        wrong += [f"{name} is there" for name in sorted(names - {EXTNAME[meaning] for meaning in task["planes"]})]
        for meaning, at in task["planes"].items():
            if EXTNAME[meaning] not in names:
                wrong.append(f"{meaning} is missing")
                continue
            hdu, parent = file[EXTNAME[meaning]], plane(at)
            x, y = box(hdu.header)
            height, width = hdu.data.shape
            if not np.array_equal(hdu.data, parent[y : y + height, x : x + width], equal_nan=True):
                wrong.append(f"{meaning} differs")
            there = WCS(hdu.header).pixel_to_world_values(3.0, 4.0)
            if np.abs(np.subtract(there, WCS(sky()).pixel_to_world_values(3.0 + x, 4.0 + y))).max() > 1e-9:
                wrong.append(f"{meaning} is elsewhere")
    return wrong


def variances(planes, inverted):
    """`inverted`: of weights too, which are inverse variances in all surveys here."""
    if "variance" in planes:
        return plane(planes["variance"]).astype(np.float64)
    if "sigma" in planes:
        return plane(planes["sigma"]).astype(np.float64) ** 2
    if "weight" in planes and inverted:
        weight = plane(planes["weight"]).astype(np.float64)
        return np.divide(1, weight, out=np.full(weight.shape, np.nan), where=weight > 0)
    return None


def saturated(mask, header):
    """Where any bit is set that is called saturated, or the like."""
    bits = [value for key, value in header.items() if key in ("MP_SATURATED", "MP_SAT")]
    return np.any([mask.astype(np.int64) >> bit & 1 for bit in bits], axis=0) if bits else None


def products(values, variance, mask, header, x, y, task, inverted=False):
    """What is wrong with the pixels of a stack or a mosaic. Tolerance: 1e-6, as they are float32."""
    wrong, (height, width), part = [], values.shape, None
    part = (slice(y, y + height), slice(x, x + width))
    if not np.allclose(values, IMAGE[part], rtol=1e-6, atol=0):
        wrong.append("image differs")
    expected = variances(task["planes"], inverted)
    if expected is not None:
        if variance is None or not np.allclose(variance, expected[part], rtol=1e-6, atol=0, equal_nan=True):
            wrong.append("variance differs")
    elif variance is not None and np.isfinite(variance).any():
        wrong.append("a variance that nobody knows")
    if "mask" in task["planes"] and not task["row"].get("unnamed"):
        found = saturated(mask, header)
        if found is None or not np.array_equal(found, marked(1)[part].astype(bool)):
            wrong.append("saturated pixels differ")
    return wrong


def mosaic(task):
    with fits.open(task["file"]) as file:
        header = file["IMAGE"].header
        x, y = box(header)
        has = lambda name: file[name].data if name in file else None
        return products(file["IMAGE"].data, has("VARIANCE"), has("MASK"), {**file[0].header, **(file["MASK"].header if "MASK" in file else {})}, x, y, task)


def stack(task):
    with fits.open(task["file"]) as file:
        hdu = file["STACK"]
        (row,) = hdu.data
        has = lambda name: row[name] if name in hdu.columns.names else None
        wrong = products(row["IMAGE"], has("VARIANCE"), has("MASK"), {**file[0].header, **hdu.header}, int(row["X0"]), int(row["Y0"]), task, inverted=True)
        if task["row"].get("begins") and abs(row["MJD_UTC"] - 58850.1255) > 1e-8:
            wrong.append(f"MJD_UTC is {row['MJD_UTC']}")
        return wrong


CHECKS = {"make": make, "cutout": cutout, "mosaic": mosaic, "stack": stack}

for line in sys.stdin:
    task = json.loads(line)
    print(json.dumps(CHECKS[task.pop("check")](task)), flush=True)
