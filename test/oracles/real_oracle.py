"""What cfitsio (its C library, undefined pixels as NaN), astropy and PIL say about answers, beside the files they were cut from.

One JSON object per line on standard input, one on standard output. Every check gives a list of sentences about what is
wrong; an empty list is what a test wants.

`compare`: {"answer", "planes": [{"kind", "path", "hdu"}], "box": [x0, y0, x1, y1]}: pixels, sky positions, parent frames.
`stencil`: {"answer", "path", "hdu", "circle": [lon, lat, radius]}: the box holds what is inside, and little more.
`same`: {"answer", "plain", "tolerance"?}: two FITS files hold the same images, the second uncompressed.
`others`: {"answer", "planes", "path"}: an Exposure carries all other HDUs of the file, data unchanged.
`sky`: {"path", "hdu", "pixels"}: ICRS positions of 0-based pixels.
`picture`: {"answer", "format"}: what PIL opens: {"size"}.
"""

import ctypes
import ctypes.util
import json
import sys
import warnings

import numpy as np
from astropy import log
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from astropy.wcs.utils import wcs_to_celestial_frame
from PIL import Image

warnings.simplefilter("ignore")
log.setLevel("ERROR")

TOLERANCE = 1e-9  # degree of arc
files = {}

cfitsio = ctypes.CDLL(ctypes.util.find_library("cfitsio"))
# Equivalent BITPIX (after scaling) to cfitsio's data type and numpy's.
TYPES = {8: (11, "u1"), 10: (12, "i1"), 16: (21, "i2"), 20: (20, "u2"), 32: (31, "i4"), 40: (30, "u4")}
TYPES |= {64: (81, "i8"), 80: (80, "u8"), -32: (42, "f4"), -64: (82, "f8")}


def cfitsio_read(path, hdu):
    """All pixels of an HDU in the type cfitsio thinks right, undefined pixels of compressed floats as NaN.

    Plain floats are asked for as they are: with a null value cfitsio makes one of infinities too.
    """
    file, status, kind, naxis = ctypes.c_void_p(), ctypes.c_int(0), ctypes.c_int(), ctypes.c_int()
    cfitsio.ffdkopn(ctypes.byref(file), path.encode(), 0, ctypes.byref(status))
    cfitsio.ffmahd(file, hdu + 1, None, ctypes.byref(status))
    cfitsio.ffgiet(file, ctypes.byref(kind), ctypes.byref(status))
    cfitsio.ffgidm(file, ctypes.byref(naxis), ctypes.byref(status))
    shape = (ctypes.c_long * naxis.value)()
    cfitsio.ffgisz(file, naxis, shape, ctypes.byref(status))
    code, dtype = TYPES[kind.value]
    pixels = np.empty(list(shape)[::-1], dtype)
    packed = cfitsio.fits_is_compressed_image(file, ctypes.byref(status))
    null = np.array([np.nan], dtype) if packed and dtype[0] == "f" else None
    cfitsio.ffgpv(
        file,
        code,
        ctypes.c_longlong(1),
        ctypes.c_longlong(pixels.size),
        None if null is None else null.ctypes.data_as(ctypes.c_void_p),
        pixels.ctypes.data_as(ctypes.c_void_p),
        ctypes.byref(ctypes.c_int()),
        ctypes.byref(status),
    )
    cfitsio.ffclos(file, ctypes.byref(status))
    if status.value:
        raise RuntimeError("cfitsio says %d" % status.value)
    return flat(pixels)


def original(path):
    """astropy's view of a file and what was read of it; kept: every file is asked about many times."""
    if path not in files:
        files[path] = (fits.open(path), {})
    return files[path]


def cached(path, what, make):
    store = original(path)[1]
    if what not in store:
        store[what] = make()
    return store[what]


def flat(array):
    """Axes of length 1 beyond two do not count."""
    return array.reshape(array.shape[-2:])


def bits(array):
    """Pixels as unsigned integers, every NaN the same one."""
    array = np.ascontiguousarray(array)
    array = array.astype(array.dtype.newbyteorder("="))
    if array.dtype.kind == "f":
        array = array.copy()
        array[np.isnan(array)] = np.nan
    return array.view("u%d" % array.dtype.itemsize)


def differ(name, ours, theirs, ulps=0):
    if ours.shape != theirs.shape:
        return ["%s: shape %s, not %s" % (name, ours.shape, theirs.shape)]
    if ours.dtype.newbyteorder("=") != theirs.dtype.newbyteorder("="):
        return ["%s: %s, not %s" % (name, ours.dtype, theirs.dtype)]
    wrong = bits(ours) != bits(theirs)
    if ulps and ours.dtype.kind == "f":
        both = np.isfinite(ours) & np.isfinite(theirs)
        wrong &= ~(both & (np.abs(ours - theirs) <= ulps * np.spacing(np.abs(theirs))))
    if not wrong.any():
        return []
    y, x = np.argwhere(wrong)[0]
    return ["%s: %d pixels differ, first at %d %d: %r, not %r" % (name, wrong.sum(), x, y, ours[y, x], theirs[y, x])]


def wcs_of(header, key=" "):
    wcs = WCS(header, key=key)
    return wcs.sub(2) if wcs.naxis > 2 and not wcs.has_distortion else wcs


def places(header, x, y):
    """As astropy itself gives them, no frame conversion: parent and cutout are in the same frame."""
    wcs = WCS(header)
    if wcs.naxis > 2:
        wcs = wcs.celestial
    lon, lat = wcs.all_pix2world(x, y, 0)
    return (lat, lon) if wcs.wcs.lng == 1 else (lon, lat)


def separation(a, b):
    lon = (a[0] - b[0] + 180) % 360 - 180
    return np.hypot(lon * np.cos(np.radians(b[1])), a[1] - b[1])


def grid(width, height):
    """Every pixel of a small image, at most some thousands of a larger one, its edges always among them."""
    x, y = (np.unique(np.linspace(0, n - 1, min(n, 60)).round()) for n in (width, height))
    return [axis.ravel() for axis in np.meshgrid(x, y)]


def has_sky(header):
    kinds = ("RA--", "DEC-", "GLON", "GLAT")
    return any(str(header.get("CTYPE1", "")).startswith(kind) for kind in kinds)


def sky_problems(name, header, parent, box, size):
    if not has_sky(parent):
        return []
    x, y = grid(*size)
    ours, theirs = places(header, x, y), places(parent, x + box[0], y + box[1])
    if not (np.isnan(ours[0]) == np.isnan(theirs[0])).all():
        return ["%s: other pixels are off the sky" % name]
    worst = np.nanmax(separation(ours, theirs), initial=0)
    return ["%s: moved on the sky by %.3g deg" % (name, worst)] if not worst <= TOLERANCE else []


def alternate_problems(name, header, parent, box):
    """Alternate descriptions (the parent frame of afw is one) give the same coordinates, LTV the same parent pixel."""
    problems = []
    for key in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        if "CTYPE1" + key not in parent and "CRVAL1" + key not in parent:
            continue
        ours, theirs = (WCS(one, key=key) for one in (header, parent))
        zeros = [0.0] * (ours.naxis - 2)
        a = np.array(ours.wcs_pix2world([[0.0, 0.0, *zeros], [7.0, 5.0, *zeros]], 0))
        b = np.array(theirs.wcs_pix2world([[box[0], box[1], *zeros], [box[0] + 7, box[1] + 5, *zeros]], 0))
        if not np.allclose(a, b, rtol=0, atol=1e-9):
            problems.append("%s: WCS %s gives %s, not %s" % (name, key, a.tolist(), b.tolist()))
    for axis in (0, 1):
        keyword = "LTV%d" % (axis + 1)
        if keyword in parent and header.get(keyword) != parent[keyword] - box[axis]:
            problems.append("%s: %s = %s" % (name, keyword, header.get(keyword)))
    return problems


def compare(task):
    problems = []
    x0, y0, x1, y1 = task["box"]
    with fits.open(task["answer"]) as answer, fits.open(task["answer"], do_not_scale_image_data=True) as raw:
        found = [hdu.name for hdu in answer[1 : len(task["planes"]) + 1]]
        if found != [plane["kind"].upper() for plane in task["planes"]]:
            return ["the planes are %s" % found]
        for number, plane in enumerate(task["planes"], 1):
            path, hdu, name = plane["path"], plane["hdu"], plane["kind"]
            parent = original(path)[0]
            whole = cached(path, ("cfitsio", hdu), lambda: cfitsio_read(path, hdu))[y0:y1, x0:x1]
            problems += differ(name + " (cfitsio)", cfitsio_read(task["answer"], number), whole)
            values = cached(path, ("astropy", hdu), lambda: flat(parent[hdu].data))[y0:y1, x0:x1]
            packed = isinstance(parent[hdu], fits.CompImageHDU)
            quantised = packed and parent[hdu].header["BITPIX"] < 0
            if quantised:  # this astropy does not know that ZBLANK means undefined
                values = np.where(np.isnan(whole), whole, values)
            problems += differ(name + " (astropy)", flat(answer[number].data), values, 1 if quantised else 0)
            if not packed:
                stored = cached(path, ("raw", hdu), lambda: stored_pixels(path, hdu))
                problems += differ(name + " (stored)", flat(raw[number].data), stored[y0:y1, x0:x1])
            header = answer[number].header
            size = (x1 - x0, y1 - y0)
            problems += sky_problems(name, header, parent[hdu].header, task["box"], size)
            problems += alternate_problems(name, header, parent[hdu].header, task["box"])
        for hdu in answer:  # checksums where there are any
            problems += ["%s: bad DATASUM" % hdu.name] if "DATASUM" in hdu.header and not sums(hdu) else []
    return problems


def stored_pixels(path, hdu):
    with fits.open(path, do_not_scale_image_data=True) as file:
        return flat(np.array(file[hdu].data))


def sums(hdu):
    return hdu.verify_datasum() == 1 and hdu.verify_checksum() == 1


def icrs(header, x, y):
    wcs = WCS(header).celestial
    lon, lat = places(header, x, y)
    sky = SkyCoord(lon, lat, unit="deg", frame=wcs_to_celestial_frame(wcs)).icrs
    return sky.ra.deg, sky.dec.deg


def stencil(task):
    """The box by brute force: the position of every pixel of the parent."""
    header = original(task["path"])[0][task["hdu"]].header
    height, width = original(task["path"])[0][task["hdu"]].shape[-2:]

    def away():
        y, x = np.mgrid[0:height, 0:width]
        lon, lat = icrs(header, x.ravel(), y.ravel())
        return SkyCoord(lon, lat, unit="deg")

    centre = SkyCoord(*task["circle"][:2], unit="deg")
    sky = cached(task["path"], ("sky", task["hdu"]), away)
    distance = sky.separation(centre).deg.reshape(height, width)
    with fits.open(task["answer"]) as answer:
        x0, x1, y0, y1 = (answer[0].header["VIGNET" + name] for name in ("X0", "X1", "Y0", "Y1"))
        shape = answer[1].shape[-2:]
    problems = ["shape %s of box %s" % (shape, (x0, x1, y0, y1))] if shape != (y1 - y0, x1 - x0) else []
    radius = task["circle"][2]
    inside = distance < radius
    inside[y0:y1, x0:x1] = False
    if inside.any():
        problems.append("%d pixels inside the circle are not in the box" % inside.sum())
    pixel = SkyCoord(*icrs(header, np.array([width / 2]), np.array([height / 2])), unit="deg").separation(
        SkyCoord(*icrs(header, np.array([width / 2 + 1]), np.array([height / 2 + 1])), unit="deg")
    ).deg[0]
    for side, edge in (
        ("left", distance[y0:y1, x0]),
        ("right", distance[y0:y1, x1 - 1]),
        ("lower", distance[y0, x0:x1]),
        ("upper", distance[y1 - 1, x0:x1]),
    ):
        if not np.nanmin(edge) < radius + pixel:
            problems.append("the %s edge of the box lies outside of the circle" % side)
    return problems


def same(task):
    problems = []
    with fits.open(task["answer"]) as answer, fits.open(task["plain"]) as plain:
        if [hdu.name for hdu in answer] != [hdu.name for hdu in plain]:
            return ["HDUs %s, not %s" % ([hdu.name for hdu in answer], [hdu.name for hdu in plain])]
        for number, (ours, theirs) in enumerate(zip(answer, plain)):
            if not theirs.is_image or theirs.data is None:
                continue
            if task.get("tolerance") is None or theirs.data.dtype.kind != "f":
                problems += differ(theirs.name, flat(ours.data), flat(theirs.data))
                continue
            pixels, wanted = cfitsio_read(task["answer"], number), cfitsio_read(task["plain"], number)
            finite = np.isfinite(wanted)
            if (np.isfinite(pixels) != finite).any():
                problems.append("%s: other pixels are undefined" % theirs.name)
            elif finite.any():
                # Steps are a fraction of the noise; the noise is no more than the spread of the pixels.
                worst, step = np.abs(pixels - wanted)[finite].max(), wanted[finite].std() * task["tolerance"]
                if worst > step:
                    problems.append("%s: quantised too coarsely, %g is more than %g" % (theirs.name, worst, step))
    return problems


def shape(hdu):
    """Of an image, as it is or compressed; of anything else nothing."""
    prefix = "Z" if hdu.header.get("ZIMAGE") else ""
    if not prefix and not hdu.is_image:
        return ()
    return tuple(hdu.header["%sNAXIS%d" % (prefix, n)] for n in range(1, hdu.header[prefix + "NAXIS"] + 1))


def others(task):
    problems = []
    used = {plane["hdu"] for plane in task["planes"] if plane["path"] == task["path"]}
    as_tables = {"disable_image_compression": True}  # this astropy cannot read images of four axes
    with fits.open(task["answer"], **as_tables) as answer, fits.open(task["path"], **as_tables) as parent:
        expected = [hdu for number, hdu in enumerate(parent) if number not in used | {0}]
        carried = answer[len(task["planes"]) + 1 :]
        frame = shape(parent[next(plane["hdu"] for plane in task["planes"])])
        if [hdu.name for hdu in carried] != [hdu.name for hdu in expected]:
            return ["HDUs %s, not %s" % ([h.name for h in carried], [h.name for h in expected])]
        for ours, theirs in zip(carried, expected):
            if ours.name in ("INDEX", "JSON"):  # addresses and boxes are corrected
                continue
            if len(frame) == 2 and shape(theirs) == frame:  # it belongs to the image, and is cut with it
                if shape(ours) != shape(answer[1]):
                    problems.append("%s is not cut as the image is" % ours.name)
                continue
            ours, theirs = (hdu.data if hdu.data is None else hdu.data.tobytes() for hdu in (ours, theirs))
            if ours != theirs:
                problems.append("the data of an HDU have changed")
        archive = parent[0].header.get("AR_HDU") or parent[1].header.get("AR_HDU") if len(parent) > 1 else None
        if archive:
            now = answer[0].header.get("AR_HDU") or answer[1].header.get("AR_HDU")
            if answer[now - 1].name != parent[archive - 1].name:
                problems.append("AR_HDU %d is %s" % (now, answer[now - 1].name))
    return problems


def sky(task):
    header = original(task["path"])[0][task["hdu"]].header
    x, y = np.array(task["pixels"], dtype=float).T
    return np.transpose(icrs(header, x, y)).tolist()


def picture(task):
    with Image.open(task["answer"]) as image:
        image.load()
        return {"format": image.format, "size": image.size}


checks = {
    "compare": compare,
    "stencil": stencil,
    "same": same,
    "others": others,
    "sky": sky,
    "picture": picture,
}
for line in sys.stdin:
    task = json.loads(line)
    try:
        result = checks[task["check"]](task)
    except Exception as problem:
        result = ["%s failed: %r" % (task["check"], problem)]
    print(json.dumps(result), flush=True)
