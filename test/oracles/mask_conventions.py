"""Masks in every way that FITS stores integers, written and read by astropy.

make FOLDER        one file a convention, each with the same flags; prints its name and its convention
flags FILE...      prints for each named mask plane whether the MASK extension has it in the pixels that were written
rows FILE          the same for every row of a stack, a line each
"""
import sys

import numpy as np
from astropy.io import fits

PLANES = {"DET": 0, "BLEND": 3}  # and TOP, the highest bit
CODECS = {8: ["GZIP_1", "GZIP_2", "RICE_1", "PLIO_1"], 16: ["GZIP_1", "GZIP_2", "RICE_1", "HCOMPRESS_1"], 32: ["GZIP_1", "GZIP_2", "RICE_1"], 64: []}


def planes():
    y, x = np.mgrid[0:60, 0:70]
    return {"DET": (x + y) % 3 == 0, "BLEND": x % 7 == 0, "TOP": (x * y) % 5 == 1}


def header(bits, ra):
    cards = fits.Header()
    for name, bit in {**PLANES, "TOP": bits - 1 if bits < 64 else 62}.items():
        cards["MP_" + name] = bit
    for name, value in sky(ra):
        cards[name] = value
    return cards


def sky(ra):
    return [("CTYPE1", "RA---TAN"), ("CTYPE2", "DEC--TAN"), ("CRVAL1", ra), ("CRVAL2", 2.0), ("CRPIX1", 35.5), ("CRPIX2", 30.5),
            ("CD1_1", -1 / 18000), ("CD1_2", 0.0), ("CD2_1", 0.0), ("CD2_2", 1 / 18000), ("RADESYS", "ICRS")]


def words(bits):
    values = np.zeros((60, 70), np.uint64)
    for name, on in planes().items():
        bit = PLANES.get(name, bits - 1 if bits < 64 else 62)
        values |= on.astype(np.uint64) << np.uint64(bit)
    return values


def mask(bits, inverted, codec, cards):
    values = words(bits)
    # Unsigned words are what astropy stores with BZERO, except that it does so for signed bytes.
    if bits == 8:
        data = values.astype(np.uint8).view(np.int8) if inverted else values.astype(np.uint8)
    else:
        data = values.astype(f"u{bits // 8}")
        data = data if inverted else data.view(f"i{bits // 8}")
    if codec == "none":
        return fits.ImageHDU(data, cards, name="MASK")
    return fits.CompImageHDU(data, cards, name="MASK", compression_type=codec, quantize_level=0)


def make(folder):
    n = 0
    for bits, codecs in CODECS.items():
        for inverted in (False, True):
            for codec in ["none", *codecs]:
                if bits == 8 and inverted and codec != "none":
                    continue  # astropy 5.2 does not compress signed bytes
                if codec in ("PLIO_1", "HCOMPRESS_1") and inverted:
                    continue  # PLIO holds no negative numbers; HCOMPRESS of noise-free words overflows
                ra = 150.0
                primary = fits.PrimaryHDU()
                primary.header["DATE-OBS"] = f"2026-01-01T00:{n:02d}:00"
                primary.header["EXPTIME"] = 30.0
                primary.header["FILTER"] = "r"
                image = np.full((60, 70), 7.0, np.float32)
                cards = fits.Header(sky(ra))
                cards["BUNIT"] = "nJy"
                name = f"mask_{bits}_{'inverted' if inverted else 'plain'}_{codec}.fits"
                fits.HDUList([primary, fits.ImageHDU(image, cards, name="IMAGE"), mask(bits, inverted, codec, header(bits, ra))]).writeto(f"{folder}/{name}")
                print(name)
                n += 1


def unsigned(data):
    return data.view(f"u{data.dtype.itemsize}") if data.dtype.kind == "i" else data


def flags(*paths):
    """A line a file."""
    for path in paths:
        with fits.open(path, uint=True) as file:
            hdu = file["MASK"]
            data = unsigned(np.ascontiguousarray(hdu.data).astype(hdu.data.dtype.newbyteorder("=")))
            # A combined mosaic may have a border about the image.
            x, y = round(hdu.header["CRPIX1"] - 35.5), round(hdu.header["CRPIX2"] - 30.5)
            print(compared(data[y:y + 60, x:x + 70], lambda name: hdu.header["MP_" + name], planes()))


def compared(data, bit_of, expected):
    said = []
    for name, on in expected.items():
        got = ((data >> data.dtype.type(bit_of(name))) & data.dtype.type(1)).astype(bool)
        said.append("equal" if np.array_equal(got, on) else name + " differs")
    return " ".join(said)


def rows(path):
    """The same for the square of 21 pixels about pixel (35, 30) in every row of a stack."""
    with fits.open(path, uint=True) as file:
        table = next(h for h in file if isinstance(h, fits.BinTableHDU) and "MASK" in h.columns.names)
        y0, x0 = 30 - 10, 35 - 10
        cards = {**file[0].header, **table.header}
        expected = {name: on[y0:y0 + 21, x0:x0 + 21] for name, on in planes().items()}
        for row in table.data["MASK"]:
            data = unsigned(np.ascontiguousarray(row).astype(row.dtype.newbyteorder("=")))
            print(compared(data, lambda name: cards["MP_" + name], expected))


if __name__ == "__main__":
    {"make": make, "flags": flags, "rows": rows}[sys.argv[1]](*sys.argv[2:])
