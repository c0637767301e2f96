"""Exposures as afw and lsst.images write them, and what is true of them, worked out with numpy and scipy alone.

usage: exposure_oracle.py FOLDER. Writes FOLDER/*.fits and prints JSON: for each file positions (parent pixels), the moments of
its PSF there and its scale to nJy. Moments come from fitting an elliptical Gaussian to the PSF's image by least squares, whose
solution is where adaptive moments converge; a PSFEx model is first resampled to image pixels with PSFEx's own interpolant.
"""

import json
import os
import sys

import numpy as np
from astropy.io import fits
from numpy.polynomial import chebyshev
from scipy.optimize import least_squares

WIDTH, HEIGHT, X0, Y0 = 101, 81, 500, -300
POSITIONS = [(X0, Y0), (X0 + 100, Y0), (X0 + 50, Y0 + 40), (X0 + 75, Y0 + 20), (X0 + 31.5, Y0 + 66.25)]
rng = np.random.default_rng(20261123)


# ---- writing -------------------------------------------------------------------------------------------------------------

class Archive:
    """Tables of persisted objects: `add` gives an object's ID; objects of one class and schema share tables."""

    def __init__(self):
        self.index, self.tables = [], []

    def add(self, name, *rows_of_parts):
        number = 1 + len({entry[0] for entry in self.index})
        for place, rows in enumerate(rows_of_parts):
            key = (name, place, tuple((column, form) for column, form, _ in rows[0]))
            known = [n for n, (k, _) in enumerate(self.tables) if k == key]
            if not known:
                self.tables.append((key, []))
            table = known[0] if known else len(self.tables) - 1
            first = len(self.tables[table][1])
            self.tables[table][1].extend(rows)
            self.index.append((number, table + 1, place, first, len(rows), name, "lsst.x"))
        return number

    def add_empty(self, name, parts):
        """An object whose tables have no rows."""
        number = 1 + len({entry[0] for entry in self.index})
        self.index.extend((number, 1, part, 0, 0, name, "lsst.x") for part in range(parts))
        return number

    def hdus(self):
        names = ["id", "cat.archive", "cat.persistable", "row0", "nrows", "name", "module"]
        forms = ["1J"] * 5 + ["64A"] * 2
        # afw does not sort its index by ID.
        index = sorted(self.index, key=lambda entry: (entry[0] * 7 % 5, entry[0], entry[2]))
        columns = [fits.Column(n, f, array=np.array(v)) for n, f, v in zip(names, forms, zip(*index))]
        out = [fits.BinTableHDU.from_columns(columns)]
        out[0].header["EXTTYPE"] = "ARCHIVE_INDEX"
        out[0].header["AR_NCAT"] = len(self.tables) + 1
        for (name, _, _), rows in self.tables:
            columns = []
            for i, (column, form, _) in enumerate(rows[0]):
                values = [row[i][2] for row in rows]
                if form.startswith("1Q"):
                    array = np.empty(len(values), dtype=object)
                    for n, value in enumerate(values):
                        array[n] = np.frombuffer(value, dtype=np.uint8)
                    columns.append(fits.Column(column, "QB()", array=array))
                else:
                    columns.append(fits.Column(column, form, array=np.array(values)))
            hdu = fits.BinTableHDU.from_columns(columns)
            hdu.header["EXTTYPE"] = "ARCHIVE_DATA"
            hdu.header["AR_NAME"] = name
            flags = {"PhotoCalib": ["isConstant"], "FilterLabel": ["band_exists", "physical_exists"]}.get(name, [])
            for n, flag in enumerate(flags):
                hdu.header[f"TFLAG{n + 1}"] = flag
            out.append(hdu)
        return out


def write(folder, name, archive, ids, cards=None):
    primary = fits.PrimaryHDU()
    header = primary.header
    header["EXPINFO_V"], header["AR_HDU"], header["DETNAME"] = 2, 5, "S00"
    for key, number in ids.items():
        header[f"HIERARCH {key}_ID"] = number
        if key != "DETECTOR":  # older files have the first form only
            header[f"HIERARCH ARCHIVE_ID_{key}"] = number
    header.update(cards or {})
    planes = []
    for kind, dtype in (("IMAGE", ">f4"), ("MASK", ">i4"), ("VARIANCE", ">f4")):
        plane = fits.ImageHDU(np.zeros((HEIGHT, WIDTH), dtype))
        plane.header.update({"EXTTYPE": kind, "EXTNAME": kind, "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN"})
        plane.header.update({"CRPIX1": 51.0, "CRPIX2": 41.0, "CRVAL1": 30.0, "CRVAL2": -40.0})
        plane.header.update({"CD1_1": -5e-5, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 5e-5, "RADESYS": "ICRS"})
        plane.header.update({"CTYPE1A": "LINEAR", "CTYPE2A": "LINEAR", "CRPIX1A": 1.0, "CRPIX2A": 1.0})
        plane.header.update({"CRVAL1A": X0, "CRVAL2A": Y0, "LTV1": -X0, "LTV2": -Y0})
        planes.append(plane)
    path = os.path.join(folder, name)
    fits.HDUList([primary, *planes, *archive.hdus()]).writeto(path, overwrite=True)


# ---- what is true --------------------------------------------------------------------------------------------------------

def gaussian(shape, xx, yy, xy):
    size = np.array(shape)
    y, x = np.mgrid[: size[0], : size[1]] - (size // 2)[:, None, None]
    det = xx * yy - xy * xy
    return np.exp(-0.5 * (yy * x * x + xx * y * y - 2 * xy * x * y) / det)


def fitted_moments(image):
    """Moments of the Gaussian about the centre pixel that fits best."""
    image = image / image.max()
    start = 3.0

    def residuals(p):
        a, b, c = np.exp(p[1]), np.exp(p[2]), p[3]
        return (image - p[0] * gaussian(image.shape, a, b, c)).ravel()

    fit = least_squares(residuals, [1, np.log(start), np.log(start), 0.0], xtol=1e-12, ftol=1e-12, gtol=1e-12)
    return [float(np.exp(fit.x[1])), float(np.exp(fit.x[2])), float(fit.x[3])]


def disc(shape, x, y, radius, fine=20):
    """Shares of pixels within a circle, by many points in each."""
    j, i = (np.mgrid[: shape[0] * fine, : shape[1] * fine] + 0.5) / fine - 0.5
    return (np.hypot(i - x, j - y) <= radius).reshape(shape[0], fine, shape[1], fine).mean(axis=(1, 3))


def light(image):
    """What a Gaussian weight of the image's moments, up to three sigmas, and a circle of 6 pixels see of a source of flux 1."""
    xx, yy, xy = fitted_moments(image)
    y, x = np.mgrid[: image.shape[0], : image.shape[1]] - (np.array(image.shape) // 2)[:, None, None]
    square = (yy * x * x + xx * y * y - 2 * xy * x * y) / (xx * yy - xy * xy)
    seen = np.where(square <= 9, np.exp(-square / 2), 0)
    inside = disc(image.shape, image.shape[1] // 2, image.shape[0] // 2, 6)
    return [float((image * seen).sum() / image.sum()), float((image * inside).sum() / image.sum())]


def moffat(size, fwhm, e, angle, step=1.0):
    y, x = (np.mgrid[:size, :size] - size // 2) * step
    u = x * np.cos(angle) + y * np.sin(angle)
    v = y * np.cos(angle) - x * np.sin(angle)
    r2 = u * u * (1 - e) + v * v * (1 + e)
    image = (1 + r2 * 4 * (2 ** (1 / 3) - 1) / fwhm**2) ** -3.0
    return image / image.sum()


def lanczos5(t):
    t = np.asarray(t, float)
    return np.where(abs(t) < 5, np.sinc(t) * np.sinc(t / 5), 0)


def resample(image, step):
    """PSFEx's way to image pixels: separable Lanczos-5, its weights normalised."""
    h, w = image.shape

    def weights(n):
        out = int(n * step) | 1
        at = (np.arange(out) - out // 2) / step + n // 2
        kernel = lanczos5(at[:, None] - np.arange(n)[None, :])
        return kernel / kernel.sum(axis=1, keepdims=True)

    return weights(h) @ image @ weights(w).T


def chebyshev_field(coefficients, box, x, y):
    u = (2 * x - box[0] - box[2]) / (box[2] - box[0] + 1)
    v = (2 * y - box[1] - box[3]) / (box[3] - box[1] + 1)
    return float(chebyshev.chebval2d(v, u, coefficients))


BOX = (X0, Y0, X0 + WIDTH - 1, Y0 + HEIGHT - 1)


def put_chebyshev(archive, coefficients, box=BOX):
    names = ["bbox_min_x", "bbox_min_y", "bbox_max_x", "bbox_max_y"]
    row = [("order_x", "1J", coefficients.shape[1] - 1)] + [(n, "1J", v) for n, v in zip(names, box)]
    row.append(("coefficients", f"{coefficients.size}D", coefficients.ravel()))
    return archive.add("ChebyshevBoundedField", [row])


def put_photo_calib(archive, mean, error, field, constant):
    row = [("flags", "1X", np.array([constant])), ("calibrationMean", "1D", mean)]
    row += [("calibrationErr", "1D", error), ("field", "1J", field), ("version", "1J", 1)]
    return archive.add("PhotoCalib", [row])


def put_filter(archive, band, physical):
    row = [("flags", "2X", np.array([True, True])), ("band", "32A", band), ("physical", "32A", physical)]
    return archive.add("FilterLabel", [row])


def put_fixed(archive, image):
    h, w = image.shape
    row = [("dimensions_x", "1J", w), ("dimensions_y", "1J", h), ("center_x", "1J", w // 2), ("center_y", "1J", h // 2)]
    return archive.add("FixedKernel", [row + [("image", f"{image.size}D", image.ravel())]])


def triangular(order):
    return [(n - j, j) for n in range(order + 1) for j in range(n + 1)]


def expectation(psf, scale, error, tolerance=2e-4, image=None, correction=lambda x, y: 1.0):
    """`image`: the PSF at a position; `correction`: from its flux to all of it."""
    psf = psf or (lambda x, y: fitted_moments(image(x, y)))
    return {
        "positions": POSITIONS,
        "moments": [psf(x, y) for x, y in POSITIONS],
        "light": [[share / correction(x, y) for share in light(image(x, y))] for x, y in POSITIONS] if image else None,
        "scale": [scale(x, y) for x, y in POSITIONS] if scale else None,
        "error": error,
        "tolerance": tolerance,
    }


# ---- the files -----------------------------------------------------------------------------------------------------------

def psfex_file(folder):
    size, step, degree = 33, 0.7, 2
    terms = [(i, j) for j in range(degree + 1) for i in range(degree + 1 - j)]
    bases = [moffat(size, 3.6, 0.1, 0.4, step)]
    bases += [0.06 * (moffat(size, 3.6 + d, e, 0.4, step) - bases[0]) for d, e in
              [(2, 0.1), (1, 0.0), (0.4, 0.3), (-1, 0.2), (0.7, -0.2)]]
    offset, scale = (X0 + 48.0, Y0 + 37.0), (40.0, 33.0)
    comp = np.array(bases, dtype=np.float32)
    archive = Archive()
    other = put_photo_calib(archive, 9.0, 9.0, 0, True)
    first = [(n, "1J", v) for n, v in [("ndim", 2), ("ngroup", 1), ("ncoeff", 6), ("_size_size", 3),
                                       ("_comp_size", comp.size), ("_context_size", 2)]]
    first += [("averagePosition_x", "1D", 550.0), ("averagePosition_y", "1D", -260.0), ("_pixstep", "1E", step)]
    second = [("group", "2J", [0, 0]), ("degree", "1J", degree), ("basis", "6D", np.ones(6)), ("coeff", "6D", np.ones(6))]
    second += [("_size", "3J", [size, size, 6]), ("_comp", f"{comp.size}E", comp.ravel())]
    second += [("_context_first", "2D", offset), ("_context_second", "2D", scale)]
    psf = archive.add("PsfexPsf", [first], [second])
    coefficients = np.array([[0.75, 0.02, -0.01], [0.03, 0.004, 0.001]])
    calib = put_photo_calib(archive, 0.75, 0.003, put_chebyshev(archive, coefficients), False)
    ids = {"PSF": psf, "PHOTOCALIB": calib, "FILTER": put_filter(archive, "r", "HSC-R")}
    ids["DETECTOR"] = archive.add("Detector", [[("name", "1QA", b"1_53"), ("id", "1J", 50)]])
    write(folder, "psfex.fits", archive, ids)
    assert other != calib

    def image(x, y):
        u, v = (x - offset[0]) / scale[0], (y - offset[1]) / scale[1]
        model = sum(u**i * v**j * comp[n].astype(float) for n, (i, j) in enumerate(terms))
        return resample(model, float(np.float32(step)))

    # The moments are taken of the finer model pixels: its interpolation to image pixels costs part of this.
    return expectation(None, lambda x, y: chebyshev_field(coefficients, BOX, x, y), 0.003, 2e-3, image)


def kernel_file(folder, spatial):
    images = [moffat(25, 4.2, 0.15, 0.3), moffat(25, 5.5, -0.1, 1.0), moffat(25, 3.5, 0.3, 2.0)]
    order = 2
    parameters = [np.r_[1.0, 0.1 * rng.normal(size=5)], 0.2 * rng.normal(size=6), 0.1 * rng.normal(size=6)]
    archive = Archive()
    ids = [put_fixed(archive, image) for image in images]
    box = (X0 - 10.0, Y0 - 20.0, X0 + 130.0, Y0 + 90.0)
    functions = []
    for p in parameters:
        if spatial == "polynomial":
            p *= 0.01 ** np.array([i + j for i, j in triangular(order)])
            functions.append(archive.add("PolynomialFunction2D", [[("coefficients", "6D", p)]]))
        else:
            row = [("coefficients", "6D", p), ("min_x", "1D", box[0]), ("min_y", "1D", box[1])]
            functions.append(archive.add("Chebyshev1Function2D", [row + [("max_x", "1D", box[2]), ("max_y", "1D", box[3])]]))
    row = [("dimensions_x", "1J", 25), ("dimensions_y", "1J", 25), ("center_x", "1J", 12), ("center_y", "1J", 12)]
    row += [("spatialfunctions", "3J", functions), ("components", "3J", ids)]
    kernel = archive.add("LinearCombinationKernel", [row])
    row = [("kernel", "1J", kernel), ("averagePosition_x", "1D", 0.0), ("averagePosition_y", "1D", 0.0)]
    psf = archive.add("PcaPsf" if spatial == "polynomial" else "KernelPsf", [row])
    a, b = np.array([[1.5, 0.02]]), np.array([[0.9], [0.05], [-0.02]])
    product = archive.add("ProductBoundedField", [[("id", "1J", put_chebyshev(archive, f))] for f in (a, b)])
    calib = put_photo_calib(archive, 1.35, 0.0, product, False)
    outside = np.array([[1.02, 0.003], [-0.002, 0.001]])
    names = ["base_GaussianFlux_instFlux", "base_PsfFlux_instFlux", "base_PsfFlux_instFluxErr"]
    fields = [np.array([[1.5]]), outside, np.array([[0.0]])]
    corrections = archive.add("ApCorrMap", [[("name", "64A", n), ("field", "1J", put_chebyshev(archive, f))]
                                            for n, f in zip(names, fields)])
    write(folder, f"{spatial}.fits", archive, {"PSF": psf, "PHOTOCALIB": calib, "AP_CORR_MAP": corrections})

    def image(x, y):
        if spatial == "polynomial":
            u, v = x, y
            values = [sum(c * u**i * v**j for c, (i, j) in zip(p, triangular(order))) for p in parameters]
        else:
            u, v = (2 * x - box[0] - box[2]) / (box[2] - box[0]), (2 * y - box[1] - box[3]) / (box[3] - box[1])
            one = np.eye(order + 1)
            values = [sum(c * chebyshev.chebval(u, one[i]) * chebyshev.chebval(v, one[j])
                          for c, (i, j) in zip(p, triangular(order))) for p in parameters]
        return sum(value * one for value, one in zip(values, images))

    scale = lambda x, y: chebyshev_field(a, BOX, x, y) * chebyshev_field(b, BOX, x, y)
    return expectation(None, scale, None, 2e-4, image, lambda x, y: chebyshev_field(outside, BOX, x, y))


def analytic_file(folder):
    """A combination of Gaussians, one of them turned."""
    archive = Archive()
    frame = [("dimensions_x", "1J", 31), ("dimensions_y", "1J", 29), ("center_x", "1J", 15), ("center_y", "1J", 14)]
    functions = [
        archive.add("GaussianFunction2D", [[("sigma1", "1D", 2.2), ("sigma2", "1D", 1.6), ("angle", "1D", 0.5)]]),
        archive.add("DoubleGaussianFunction2D", [[("sigma1", "1D", 1.9), ("sigma2", "1D", 4.0), ("ampl2", "1D", 0.1)]]),
    ]
    ids = [archive.add("AnalyticKernel", [frame + [("kernelfunction", "1J", f)]]) for f in functions]
    row = frame + [("components", "2J", ids), ("amplitudes", "2D", [0.7, 0.3])]
    kernel = archive.add("LinearCombinationKernel", [row])
    psf = archive.add("KernelPsf", [[("kernel", "1J", kernel), ("averagePosition_x", "1D", 0.0)]])
    calib = put_photo_calib(archive, 0.54322, 0.0012, 0, True)
    write(folder, "analytic.fits", archive, {"PSF": psf, "PHOTOCALIB": calib})
    y, x = np.mgrid[:29, :31] - np.array([14, 15])[:, None, None]
    u, v = x * np.cos(0.5) + y * np.sin(0.5), y * np.cos(0.5) - x * np.sin(0.5)
    one = np.exp(-0.5 * ((u / 2.2) ** 2 + (v / 1.6) ** 2)) / (2 * np.pi * 2.2 * 1.6)
    two = np.exp(-0.5 * (x * x + y * y) / 1.9**2) + 0.1 * np.exp(-0.5 * (x * x + y * y) / 16)
    image = 0.7 * one + 0.3 * two / (2 * np.pi * (1.9**2 + 0.1 * 16))
    return expectation(None, lambda x, y: 0.54322, 0.0012, 2e-4, lambda x, y: image)


def double_file(folder):
    archive = Archive()
    row = [("dimensions_x", "1J", 41), ("dimensions_y", "1J", 41), ("sigma1", "1D", 1.7), ("sigma2", "1D", 3.9)]
    psf = archive.add("DoubleGaussianPsf", [row + [("b", "1D", 0.12)]])
    write(folder, "double.fits", archive, {"PSF": psf})
    y, x = np.mgrid[:41, :41] - 20
    image = np.exp(-0.5 * (x * x + y * y) / 1.7**2) + 0.12 * np.exp(-0.5 * (x * x + y * y) / 3.9**2)
    return expectation(None, None, None, 2e-4, lambda x, y: image)


def gaussian_file(folder):
    archive = Archive()
    row = [("dimensions_x", "1J", 41), ("dimensions_y", "1J", 41), ("sigma", "1D", 2.25)]
    psf = archive.add("GaussianPsf", [row])
    # Calibrated pixels: the unit goes before a PhotoCalib that is left over.
    calib = put_photo_calib(archive, 1.0, 0.0, 0, True)
    write(folder, "gaussian.fits", archive, {"PSF": psf, "PHOTOCALIB": calib}, {"BUNIT": "nJy"})
    image = gaussian((61, 61), 2.25**2, 2.25**2, 0.0)
    return expectation(lambda x, y: [2.25**2, 2.25**2, 0.0], lambda x, y: 1.0, None, 2e-4, lambda x, y: image)


STATS = b"""psfArea: 48.13
psfIxx: 3.396454631163676
psfIxxx: 1.0
psfIxy: 0.10814989442544305
psfIyy: 2.52675850161106
psfSigma: 1.7109972554034996
shapeletsCoeffs: []
skyNoise: .nan
"""


def piff_file(folder):
    """A PSF that is a pickle, which nobody opens, and summary statistics."""
    archive = Archive()
    psf = archive.add("PiffPsf", [[("bytes", "1QB", b"\x80\x04K\x01.")]])
    stats = archive.add("ExposureSummaryStats", [[("bytes", "1QB", STATS)]])
    area = archive.add("PixelAreaBoundedField", [[("scaling", "1D", 1.0)]])
    calib = put_photo_calib(archive, 2.0, 0.1, area, False)
    write(folder, "piff.fits", archive, {"PSF": psf, "SUMMARY_STATS": stats, "PHOTOCALIB": calib})
    return expectation(lambda x, y: [3.396454631163676, 2.52675850161106, 0.10814989442544305], None, None, 1e-5)


TREE = """{"schema_version": "1.0.0",
 "image": {"data": {"value": {"source": "fits:IMAGE"}, "unit": "nJy"}, "yx0": [%d, %d]},
 "sky_projection": {"pixel_to_sky": {"frames": [{"instrument": "LSSTCam", "visit": 2025052300201, "detector": 118}, "ICRS"]}},
 "psf": {"sigma": 2.5, "stamp_size": 11},
 "obs_info": {"physical_filter": "i_39", "exposure_time": 30.5, "boresight_airmass": 1.25, "temperature": NaN,
  "datetime_begin": [2460820.0, -0.4319612361999417], "datetime_end": [2460820.0, -0.4316140013338083]},
 "summary_stats": {"psfSigma": NaN}, "band": "i"}"""


def tree_file(folder):
    """lsst.images: what is known stands in a JSON tree."""
    primary = fits.PrimaryHDU()
    primary.header.update({"FMTVER": 1, "JSONADDR": 1, "DATAMODL": "https://images.lsst.io/schemas/visit_image-1.0.0"})
    planes = []
    for kind, dtype in (("IMAGE", ">f4"), ("MASK", ">i4"), ("VARIANCE", ">f4")):
        plane = fits.ImageHDU(np.zeros((HEIGHT, WIDTH), dtype), name=kind)
        plane.header.update({"CTYPE1A": "LINEAR", "CTYPE2A": "LINEAR", "CRPIX1A": 1.0, "CRPIX2A": 1.0})
        plane.header.update({"CRVAL1A": X0, "CRVAL2A": Y0})
        planes.append(plane)
    planes[0].header["BUNIT"] = "nJy"
    planes[1].header["MSKN0000"], planes[1].header["MSKM0000"] = "BAD", 1
    array = np.empty(1, dtype=object)
    array[0] = np.frombuffer((TREE % (Y0, X0)).encode(), dtype=np.uint8)
    tree = fits.BinTableHDU.from_columns([fits.Column("JSON", "PB()", array=array)], name="JSON")
    fits.HDUList([primary, *planes, tree]).writeto(os.path.join(folder, "tree.fits"), overwrite=True)
    return expectation(lambda x, y: [6.25, 6.25, 0.0], lambda x, y: 1.0, None)


def inputs_file(folder, name, rows):
    """A visit's exposure, with afw's tables of a co-add's inputs."""
    archive = Archive()
    ids = {"PHOTOCALIB": put_photo_calib(archive, 2.0, 0.0, 0, True)}
    visits = [[("id", "1K", n)] for n in range(rows)]
    ids["COADD_INPUTS"] = archive.add("CoaddInputs", visits, visits) if rows else archive.add_empty("CoaddInputs", 2)
    write(folder, name, archive, ids, {"DATE-AVG": "2020-01-20T12:34:56.0", "TIMESYS": "TAI", "EXPTIME": 30.0})


def main(folder):
    inputs_file(folder, "no-inputs.fits", 0)
    inputs_file(folder, "inputs.fits", 3)
    truth = {
        "psfex.fits": psfex_file(folder),
        "polynomial.fits": kernel_file(folder, "polynomial"),
        "chebyshev.fits": kernel_file(folder, "chebyshev"),
        "analytic.fits": analytic_file(folder),
        "double.fits": double_file(folder),
        "gaussian.fits": gaussian_file(folder),
        "piff.fits": piff_file(folder),
        "tree.fits": tree_file(folder),
    }
    print(json.dumps(truth))


main(sys.argv[1])
