"""Cutouts of lsst.images files, opened by PyPI's lsst-images and compared with its own slices of the parent.

`lsst_images_peer.py FOLDER FILE COMMAND…`: FILE is a cell coadd; COMMAND runs vignet. Pixels, mask planes, boxes and projections must be
equal, for the file and for an image and a masked image (of more than 31 mask planes) that lsst-images writes.
"""

import subprocess
import sys
import warnings
from pathlib import Path

import astropy.units as u
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
from lsst.images import Box, GeneralFrame, Image, Mask, MaskedImage, MaskPlane, MaskSchema, SkyProjection
from lsst.images.serialization import read_archive, write_archive

warnings.simplefilter("ignore")
folder, coadd, command = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
folder.mkdir(parents=True, exist_ok=True)


def cutout(path: Path, box: tuple[int, int, int, int], detail: str) -> Path:
    out = folder / f"{path.stem[:20]}-{detail}-{'_'.join(map(str, box))}.fits"
    asked = ["cutout", str(path), "--box", " ".join(map(str, box)), "--detail", detail, "--output", str(out), "--force"]
    subprocess.run([*command, *asked], check=True, stderr=subprocess.DEVNULL)
    return out


def planes_of(path: Path, box: tuple[int, int, int, int], planes: str) -> Path:
    out = folder / f"{path.stem[:20]}-{planes}-{'_'.join(map(str, box))}.fits"
    asked = ["cutout", str(path), "--box", " ".join(map(str, box)), "--planes", planes, "--output", str(out), "--force"]
    subprocess.run([*command, *asked], check=True, stderr=subprocess.DEVNULL)
    return out


def same(part, whole, what: str) -> None:
    assert part.bbox == whole.bbox, f"{what}: {part.bbox} is not {whole.bbox}"
    assert part.sky_projection == whole.sky_projection, f"{what}: another projection"
    if isinstance(part, Mask):
        assert part.schema == whole.schema, f"{what}: other mask planes"
    else:
        assert part.unit == whole.unit, f"{what}: another unit"
    np.testing.assert_array_equal(part.array, whole.array, what)


def written() -> list[Path]:
    rng = np.random.default_rng(1)
    box = Box.factory[-7:40, 100:160]
    wcs = WCS({"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 7.5, "CRPIX2": 30.25, "CRVAL1": 53.1, "CRVAL2": -27.8,
               "CD1_1": -5e-5, "CD1_2": 1e-5, "CD2_1": 1e-5, "CD2_2": 5.5e-5})  # fmt: skip
    sky = SkyProjection.from_fits_wcs(wcs, GeneralFrame(unit=u.pix), pixel_bounds=box, x0=box.x.start, y0=box.y.start)
    image = Image(rng.normal(size=box.shape).astype(np.float32), bbox=box, unit=u.nJy, sky_projection=sky)
    schema = MaskSchema([MaskPlane(f"PLANE_{n}", f"plane {n}") for n in range(40)], dtype=np.uint8)
    mask = Mask(schema=schema, bbox=box)
    mask.array[...] = rng.integers(0, 256, mask.array.shape, dtype=np.uint8)
    masked = MaskedImage(image, mask=mask, metadata={"name": "made", "number": 5})
    paths = [folder / "image.fits", folder / "masked.fits"]
    for one, path in zip((image, masked), paths):
        path.unlink(missing_ok=True)
        write_archive(one, path)
    return paths


compared = 0
for path in [coadd, *written()]:
    parent = read_archive(path)
    alone = isinstance(parent, Image)
    height, width = parent.bbox.shape
    # Each has some of the coadd's only filled cell: lsst-images cannot slice it without.
    for x0, y0, x1, y1 in [(0, 0, width, height), (5, 9, 41, 43), (0, 0, 1, height), (3, 40, 4, 41)]:
        slices = Box.factory[
            parent.bbox.y.start + y0 : parent.bbox.y.start + y1, parent.bbox.x.start + x0 : parent.bbox.x.start + x1
        ]
        whole = parent[slices]
        for detail, kind in [("Image", Image), ("MaskedImage", MaskedImage), ("Exposure", type(parent))]:
            part = read_archive(cutout(path, (x0, y0, x1, y1), detail))
            what = f"{path.name} {detail} {x0} {y0} {x1} {y1}"
            assert type(part) is (Image if alone else kind), f"{what}: {type(part)}"
            image = part if type(part) is Image else part.image
            same(image, whole if alone else whole.image, what)
            if part.bbox == whole.bbox and not alone and detail != "Image":
                same(part.mask, whole.mask, what)
                same(part.variance, whole.variance, what)
            assert part.metadata.native == whole.metadata.native, f"{what}: other metadata"
            for name in getattr(whole, "mask_fractions", {}) if detail == "Exposure" else []:
                same(part.mask_fractions[name], whole.mask_fractions[name], what)
            for n, noise in enumerate(getattr(whole, "noise_realizations", []) if detail == "Exposure" else []):
                same(part.noise_realizations[n], noise, what)
            if detail == "Exposure" and hasattr(whole, "psf"):
                assert part.psf.bounds == whole.psf.bounds, f"{what}: another PSF"
            compared += 1
# Planes by name: those that make a type of lsst.images are read as it, others are no such file.
for path in [coadd, folder / "image.fits", folder / "masked.fits"]:
    parent = read_archive(path)
    alone = isinstance(parent, Image)
    whole = parent[Box.factory[parent.bbox.y.start + 9 : parent.bbox.y.start + 43, parent.bbox.x.start + 5 : parent.bbox.x.start + 41]]
    one_by_one = {"IMAGE": whole} if alone else {"IMAGE": whole.image, "MASK": whole.mask, "VARIANCE": whole.variance}
    for name, wanted in one_by_one.items():
        part = read_archive(planes_of(path, (5, 9, 41, 43), name))
        assert type(part) is type(wanted), f"{path.name} {name}: {type(part)}"
        same(part, wanted, f"{path.name} {name}")
        compared += 1
    if alone:
        continue
    part = read_archive(planes_of(path, (5, 9, 41, 43), "VARIANCE,IMAGE,MASK"))
    assert type(part) is MaskedImage
    for name, wanted in one_by_one.items():
        same(getattr(part, name.lower()), wanted, f"{path.name} {name} of three")
    for planes in ["IMAGE,MASK", "IMAGE,VARIANCE"]:
        assert not {"FMTVER", "DATAMODL", "JSONADDR"} & set(fits.getheader(planes_of(path, (5, 9, 41, 43), planes))), planes
    compared += 3
print(f"{compared} cutouts equal lsst-images' own slices")
