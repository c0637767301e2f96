"""Cubes of three and four axes, written and read by astropy, compressed by fpack. One JSON task a line in, one JSON answer a line out.

make {folder, count, seed}  cubes drawn at random: BITPIX, axes, plain or tile-compressed; returns {name, parent (uncompressed, if nothing is lost), shape, tile} of each
compare {answer, parent, part}  how a cutout differs from astropy's slice of its parent: pixels, WCS of all axes; "equal" if in nothing.
                            `part`: [from, to, step] of each axis in the order of FITS
padded {answer, parent, part}  the same of pixels only, where `part` leaves the parent: NaN there
imcopy {answer, parent, part}  the same of pixels, by cfitsio's own program and its sections of images
lossy {folder, count, seed}  quantised cubes of three and four axes by fpack, beside what cfitsio decodes of them: every codec, method of dithering, NaN, zeros, tiles without noise
bits {answer, parent, part} how the pixels of a cutout differ from a slice of its parent, bit by bit; with `circle` [ra, dec, radius] and without the first two parts, of the smallest box around that circle
large {folder}              a cube whose cutouts are above 8 MiB, plain and compressed with tiles of one slice and of several; returns their names
planes {folder}             a cube with mask and variance of its shape, STOKES third and FREQ fourth; pixel values name their place
"""

import json
import pathlib
import subprocess
import sys
import warnings

import numpy as np
from astropy import units as u
from astropy.io import fits
from astropy.wcs import WCS

warnings.simplefilter("ignore")
KINDS = ["u1", "i2", "i4", "i8", "f4", "f8"]


def sky(axes):
    """As CASA writes them for ALMA, with a rotated sky and a parent frame."""
    cards = dict(CTYPE1="RA---SIN", CRVAL1=266.4168, CRPIX1=13.0, CDELT1=-1.1e-5, CUNIT1="deg", CTYPE2="DEC--SIN", CRVAL2=-29.0078, CRPIX2=9.0, CDELT2=1.1e-5, CUNIT2="deg",
                 PC1_1=0.8, PC1_2=-0.6, PC2_1=0.6, PC2_2=0.8, RADESYS="ICRS", CTYPE1A="LINEAR", CRPIX1A=1.0, CRVAL1A=100.0, CTYPE2A="LINEAR", CRPIX2A=1.0, CRVAL2A=200.0)
    spectral = dict(CTYPE="FREQ", CRVAL=230538000000.0, CRPIX=2.5, CDELT=-488281.25, CUNIT="Hz")
    stokes = dict(CTYPE="STOKES", CRVAL=1.0, CRPIX=1.0, CDELT=1.0)
    for axis, extra in zip("34", [spectral, stokes] if axes == 3 or np.random.default_rng(axes).random() < 2 else []):
        if int(axis) <= axes:
            cards.update({name + axis: value for name, value in extra.items()})
    return fits.Header([*cards.items(), ("RESTFRQ", 230538000000.0), ("SPECSYS", "LSRK"), ("BUNIT", "Jy/beam")])


def drawn(kind, shape, random):
    if kind[0] == "f":
        values = random.normal(0, 30, shape).astype(kind)
        values.flat[random.integers(0, values.size)] = np.nan
        return values
    low, high = {"u1": (0, 256), "i2": (-32768, 32768)}.get(kind, (-100000, 100000))
    return random.integers(low, high, shape).astype(kind)


def make(folder, count, seed):
    made = []
    for n in range(count):
        random = np.random.default_rng(seed + n)
        axes = int(random.integers(3, 5))
        sides = [int(random.integers(1, 40)), int(random.integers(1, 30)), int(random.integers(1, 9)), int(random.integers(1, 5))][:axes]
        kind = KINDS[n % len(KINDS)]
        values = drawn(kind, sides[::-1], random)
        name = f"cube{n}.fits"
        plain = pathlib.Path(folder, name)
        tile = None if random.random() < 0.3 or kind == "i8" else [int(random.integers(1, side + 1)) for side in sides]
        lossy = bool(tile and axes == 3 and kind[0] == "f" and random.random() < 0.5)
        if lossy:
            values = np.nan_to_num(values)  # which astropy 5.2 does not always find again
        fits.PrimaryHDU(values, sky(axes)).writeto(plain)
        parent = name
        if tile:
            # cfitsio's own program: astropy 5.2 compresses and reads no more than three axes.
            codec = random.choice(["-r", "-g1", "-g2"] if kind[0] != "f" or lossy else ["-g1", "-g2"])
            quality = [] if kind[0] != "f" else ["-q", "16" if lossy else "0"]
            subprocess.run(["fpack", codec, *quality, "-t", ",".join(map(str, tile)), plain], check=True, stdout=subprocess.DEVNULL)
            name += ".fz"
            if lossy:
                parent = name
        made.append(dict(name=name, parent=parent, shape=sides, tile=tile))
    return made


def image(path):
    with fits.open(path, do_not_scale_image_data=True) as file:
        hdu = next(one for one in file if one.is_image and one.data is not None)
        return hdu.header.copy(), np.array(hdu.data)


def compare(answer, parent, part):
    header, pixels = image(answer)
    whole, theirs = image(parent)
    cut = theirs[tuple(slice(*axis) for axis in reversed(part))]
    if pixels.dtype.newbyteorder("=") != cut.dtype.newbyteorder("=") or pixels.shape != cut.shape:
        return f"{pixels.dtype} {pixels.shape}, not {cut.dtype} {cut.shape}"
    if not np.array_equal(pixels, cut, equal_nan=pixels.dtype.kind == "f"):
        return f"{np.sum(pixels != cut)} of {cut.size} pixels differ: {pixels[pixels != cut][:3]}, not {cut[pixels != cut][:3]}"
    if header["BUNIT"] != whole["BUNIT"] or header["RESTFRQ"] != whole["RESTFRQ"]:
        return "a card is lost"
    corners = np.array(np.meshgrid(*[[0, (to - start - 1) // step] for start, to, step in part])).reshape(len(part), -1).T
    places = corners * [step for _, _, step in part] + [start for start, _, _ in part]
    for key in " A":
        ours, wanted = WCS(header, key=key).wcs_pix2world(corners, 0), WCS(whole, key=key).wcs_pix2world(places, 0)
        for axis, (a, b) in enumerate(zip(ours.T, wanted.T)):
            off = np.abs(a - b).max() if axis < 2 else (np.abs(a - b) / np.maximum(np.abs(b), 1)).max()
            if not off < (1e-9 if axis < 2 else 1e-12):
                return f"axis {axis + 1} of the WCS {key!r} is {off} off"
    return "equal"


def padded(answer, parent, part):
    _, pixels = image(answer)
    _, theirs = image(parent)
    wanted = np.full([to - start for start, to, _ in reversed(part)], np.nan, theirs.dtype)
    theirs = theirs[tuple(slice(max(start, 0), to) for start, to, _ in reversed(part))]
    wanted[tuple(slice(max(-start, 0), max(-start, 0) + size) for (start, _, _), size in zip(reversed(part), theirs.shape))] = theirs
    return "equal" if pixels.shape == wanted.shape and np.array_equal(pixels, wanted, equal_nan=True) else f"{pixels.shape}, {np.sum(pixels != wanted)} pixels differ"


def imcopy(answer, parent, part):
    section = ",".join(f"{start + 1}:{to}" + (f":{step}" if step > 1 else "") for start, to, step in part)
    path = f"{answer}.imcopy"
    subprocess.run(["imcopy", f"{parent}{'[1]' if parent.endswith('fz') else ''}[{section}]", path], check=True, stdout=subprocess.DEVNULL)
    (_, ours), (_, theirs) = image(answer), image(path)
    return "equal" if ours.shape == theirs.shape and np.array_equal(ours, theirs, equal_nan=ours.dtype.kind == "f") else f"{ours.shape} and {theirs.shape} differ"


DITHERS = ["-q0 8", "-q3 16", "-qz7 4", "-q10000 -0.25", "-qz10000 8"]


def lossy(folder, count, seed):
    made = []
    for n in range(count):
        random = np.random.default_rng(seed + n)
        axes = 4 if n % 4 else 3
        sides = [int(random.integers(1, 40)), int(random.integers(1, 30)), int(random.integers(1, 9)), int(random.integers(1, 5))][:axes]
        codec = ["-r", "-g1", "-g2", "-h"][n % 4 if n % 3 else n // 3 % 4]
        if codec == "-h":  # which is defined on planes of at least 4 x 4 pixels
            sides[:2] = [max(side, 12) for side in sides[:2]]
            tile = [sides[0], int(random.integers(8, sides[1] + 1)), *[1] * (axes - 2)]
            if 0 < sides[1] % tile[1] < 4:
                tile[1] = sides[1]
        else:
            tile = [int(random.integers(1, side + 1)) for side in sides]
        values = random.normal(3, 30, sides[::-1]).astype("f4" if n % 2 else "f8")
        if n % 3 == 0:
            values[random.random(values.shape) < 0.05] = np.nan
        if n % 2 == 0:
            values[random.random(values.shape) < 0.1] = 0
        if n % 5 == 0:  # cfitsio does not quantise a tile without noise
            values[..., : (sides[1] + 1) // 2, :] = 7.25
        name = f"lossy{n}.fits"
        plain = pathlib.Path(folder, name)
        fits.PrimaryHDU(values, sky(axes)).writeto(plain)
        dither = DITHERS[n % len(DITHERS)]
        subprocess.run(["fpack", codec, *dither.split(), "-t", ",".join(map(str, tile)), "-O", f"{plain}.fz", plain], check=True, stdout=subprocess.DEVNULL)
        # All of it as a section: funpack 1.7 gives other pixels where tiles hold several slices or are not quantised, and astropy 5.2 and a plain imcopy lose NaN.
        every = ",".join(["*"] * axes)
        subprocess.run(["imcopy", f"{plain}.fz[1][{every}]", f"{plain}.seen"], check=True, stdout=subprocess.DEVNULL)
        _, seen = image(f"{plain}.seen")
        if not np.array_equal(np.isnan(values), np.isnan(seen)):
            raise ValueError(f"cfitsio moved NaN in {name}")
        made.append(dict(name=f"{name}.fz", parent=f"{name}.seen", shape=sides, tile=tile, how=f"{codec} {dither}", lost=not np.array_equal(values, seen, equal_nan=True)))
    return made


def bits(answer, parent, part, circle=None):
    _, ours = image(answer)
    header, theirs = image(parent)
    if circle:
        ra, dec, radius = np.radians(circle)
        round = np.linspace(0, 2 * np.pi, 7200)
        north = np.arcsin(np.sin(dec) * np.cos(radius) + np.cos(dec) * np.sin(radius) * np.cos(round))
        east = ra + np.arctan2(np.sin(round) * np.sin(radius) * np.cos(dec), np.cos(radius) - np.sin(dec) * np.sin(north))
        wcs, (width, height) = WCS(header).celestial, theirs.shape[:-3:-1]
        places = wcs.wcs_world2pix(np.degrees([east, north]).T, 0)
        # Where the circle leaves the image, its box ends where the edge of the image leaves the circle.
        along = np.linspace(-0.5, [width - 0.5, height - 0.5], 4001)
        edges = np.concatenate([np.stack([along[:, 0], np.full(4001, y)], 1) for y in (-0.5, height - 0.5)] + [np.stack([np.full(4001, x), along[:, 1]], 1) for x in (-0.5, width - 0.5)])
        inside = (np.abs(places - [width / 2 - 0.5, height / 2 - 0.5]) <= [width / 2, height / 2]).all(1)
        lon, lat = np.radians(wcs.wcs_pix2world(edges, 0)).T
        apart = 2 * np.arcsin(np.sqrt(np.sin((lat - dec) / 2) ** 2 + np.cos(lat) * np.cos(dec) * np.sin((lon - ra) / 2) ** 2))
        places = np.concatenate([places[inside], edges[apart <= radius]])
        box = zip(np.floor(places.min(0) + 0.5), np.floor(places.max(0) + 0.5) + 1, (width, height))
        part = [[int(max(low, 0)), int(min(high, size)), 1] for low, high, size in box] + part
    cut = theirs[tuple(slice(*axis) for axis in reversed(part))]
    if ours.dtype.newbyteorder("=") != cut.dtype.newbyteorder("=") or ours.shape != cut.shape:
        return f"{ours.dtype} {ours.shape}, not {cut.dtype} {cut.shape}"
    a, b = (one.astype(one.dtype.newbyteorder("=")).copy().view(f"u{one.dtype.itemsize}") for one in (ours, cut))
    wrong = (a != b) & ~(np.isnan(ours) & np.isnan(cut))  # of a NaN any payload
    return "equal" if not wrong.any() else f"{wrong.sum()} of {cut.size} pixels differ: {ours[wrong][:3]}, not {cut[wrong][:3]}"


def large(folder):
    plain = pathlib.Path(folder, "large.fits")
    values = np.random.default_rng(1).normal(0, 1, (150, 120, 160)).astype("f4")
    fits.PrimaryHDU(values, sky(3)).writeto(plain)
    for name, tile in [("rows", "160,1,1"), ("deep", "40,30,7")]:
        subprocess.run(["fpack", "-g2", "-q", "0", "-t", tile, "-O", f"{folder}/{name}.fits.fz", plain], check=True, stdout=subprocess.DEVNULL)
    return ["large.fits", "rows.fits.fz", "deep.fits.fz"]


def planes(folder):
    header = sky(2)
    header.update(dict(CTYPE3="STOKES", CRVAL3=1.0, CRPIX3=1.0, CDELT3=1.0, CTYPE4="FREQ", CRVAL4=230e9, CRPIX4=1.0, CDELT4=-1e9, CUNIT4="Hz"))
    values = np.arange(10 * 4 * 8 * 9).reshape(10, 4, 8, 9)
    hdus = [fits.ImageHDU(values.astype(kind), header, name=name) for name, kind in [("IMAGE", "f4"), ("MASK", "i4"), ("VARIANCE", "f8")]]
    fits.HDUList([fits.PrimaryHDU(), *hdus]).writeto(pathlib.Path(folder, "planes.fits"))
    return "planes.fits"


C = 299792458.0
REST = 230538000000.0


def by_units(kind, unit, rest):
    """From a spectral coordinate to metres by astropy.units; of air by Edlen's formula (1953; Cox 2000, section 11.20)."""
    rest = rest * u.Hz
    if kind in ("FREQ", "WAVE", "WAVN", "ENER"):
        return lambda x: (x * u.Unit(unit)).to_value(u.m, u.spectral())
    if kind == "AWAV":
        return lambda x: fixed(lambda vacuum: (x * u.Unit(unit)).to_value(u.m) * edlen((1e-6 / vacuum) ** 2), (x * u.Unit(unit)).to_value(u.m))
    if kind == "ZOPT":
        return lambda x: (1 + x) * C / rest.value
    convention = {"VRAD": u.doppler_radio, "VOPT": u.doppler_optical, "VELO": u.doppler_relativistic}[kind]
    return lambda x: (x * u.Unit(unit)).to(u.Hz, convention(rest)).to_value(u.m, u.spectral())


def edlen(square):
    return 1 + 6.4328e-5 + 2.94981e-2 / (146 - square) + 2.5540e-4 / (41 - square)


def fixed(step, value):
    for _ in range(50):
        value = step(value)
    return value


# Name, CTYPE3, CUNIT3, CRVAL3, CDELT3, what the coordinate is, more cards.
SPECTRA = [
    ("freq", "FREQ", "Hz", REST, -488281.25, "FREQ", {}), ("ghz", "FREQ", "GHz", 230.538, 0.001, "FREQ", {}), ("vrad", "VRAD", "km/s", -20.0, 1.5, "VRAD", dict(RESTFRQ=REST, SPECSYS="LSRK")),
    ("vopt", "VOPT", "m/s", 5000.0, -1500.0, "VOPT", dict(RESTFRQ=REST)), ("velo", "VELO", "m/s", 1e6, 1e4, "VELO", dict(RESTFRQ=REST)), ("zopt", "ZOPT", "", 0.5, 0.01, "ZOPT", dict(RESTWAV=C / REST)),
    ("wave", "WAVE", "nm", 656.3, 0.125, "WAVE", {}), ("awav", "AWAV", "Angstrom", 4750.0, 1.25, "AWAV", {}),
    # As the Canadian Galactic Plane Survey has it: AIPS' types, without CUNIT.
    ("cgps", "VELO-LSR", "", -60000.0, -824.5, "VOPT", dict(RESTFREQ=1420406000.0)),
    ("shouted", "FREQ", "HZ", REST, 1e6, "FREQ", {}), ("plural", "WAVE", "Angstroms", 6563.0, 1.25, "WAVE", {}), ("fewer", "FREQ", "Hz", REST, 1e6, "FREQ", dict(WCSAXES=2)),
    ("aipsradio", "VELO-LSR", "", 5e6, -824.5, "VRAD", dict(RESTFREQ=1420406000.0, VELREF=257)), ("aipsoptical", "VELO-HEL", "", 5e6, -824.5, "VOPT", dict(RESTFREQ=1420406000.0, VELREF=2)),
]
UNKNOWN = [
    ("norest", "VRAD", "km/s", 0.0, 1.0, "RESTFRQ", {}), ("nounit", "WAVE", "", 5000.0, 1.0, "CUNIT", {}), ("table", "WAVE-TAB", "m", 0.0, 1.0, "-TAB", {}), ("coupled", "FREQ", "Hz", REST, 1e6, "coupled", dict(PC3_1=0.1)),
    ("tworests", "VRAD", "m/s", 0.0, 1e4, "of one line", dict(RESTFRQ=REST, RESTWAV=0.21)), ("furlong", "FREQ", "furlong", 1.0, 1e-3, "furlong", {}),
    # v squared over c, 833 m/s at 500 km/s, is more than a channel.
    ("either", "VELO-LSR", "", 500000.0, -824.5, "VELREF", dict(RESTFREQ=1420406000.0)), ("either0", "VELO-HEL", "m/s", -500000.0, 824.5, "VELREF", dict(RESTFREQ=1420406000.0, VELREF=0)),
    ("velref", "VELO-LSR", "", 0.0, 1.0, "VELREF", dict(RESTFREQ=REST, VELREF=9)), ("suffix", "VRAD-XYZ", "m/s", 0.0, 1.0, "CTYPE", dict(RESTFRQ=REST)),
    ("negative", "FREQ", "Hz", 1e6, -1e6, "leaves the spectrum", {}),
]


def spectra(folder):
    """Cubes of 8 x 8 x 6 with each kind of spectral axis: what is known of each."""
    made = []
    for n, (name, ctype, unit, crval, cdelt, kind, more) in enumerate(SPECTRA + UNKNOWN):
        header = fits.Header(dict(CTYPE1="GLON-CAR", CRVAL1=150.0, CRPIX1=4.0, CDELT1=-0.005, CTYPE2="GLAT-CAR", CRVAL2=0.0, CRPIX2=4.0, CDELT2=0.005, CTYPE3=ctype, CRVAL3=crval, CRPIX3=2.0, CDELT3=cdelt, **more))
        if unit:
            header["CUNIT3"] = unit
        fits.PrimaryHDU(np.full((6, 8, 8), n, "f4"), header).writeto(pathlib.Path(folder, f"{name}.fits"))
        if n >= len(SPECTRA):
            made.append(dict(name=name, why=kind))
            continue
        metres = by_units(kind, {"HZ": "Hz", "Angstroms": "Angstrom"}.get(unit, unit) or "m/s", more.get("RESTFREQ", more.get("RESTFRQ", REST)))
        edges = [float(metres(crval + (k + 0.5 - 2) * cdelt)) for k in range(7)]
        made.append(dict(name=name, edges=edges))
    return made


TASKS = dict(spectra=spectra, make=make, compare=compare, padded=padded, imcopy=imcopy, lossy=lossy, bits=bits, large=large, planes=planes)
for line in sys.stdin:
    task = json.loads(line)
    print(json.dumps(TASKS[task.pop("check")](**task)), flush=True)
