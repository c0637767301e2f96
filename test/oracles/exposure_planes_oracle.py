# What cutouts hold beside their parents, by astropy: a task a line, {answer, parent, box: [x0, y0, x1, y1]}, an answer a line.
import json
import sys
import warnings

import numpy
from astropy.io import fits
from astropy.wcs import WCS

warnings.simplefilter("ignore")

def seen(task):
    path = task["answer"]
    answer, parent = fits.open(path), fits.open(task["parent"])
    x0, y0, x1, y1 = task["box"]
    said = {"hdus": [], "sky": None}

    def source_of(hdu):
        name = hdu.header.get("VIGNETEX", hdu.name)
        return next(
            (one for one in parent[1:] if one.name == name and one.ver == hdu.header.get("EXTVER", one.ver)), None
        )

    for hdu in answer[1:]:
        line = {"name": hdu.name, "shape": None, "is": "table"}
        if isinstance(hdu, fits.CompImageHDU):
            line["is"] = "as it was"
        elif hdu.is_image and hdu.data is not None:
            whole = source_of(hdu).data
            line["shape"] = list(hdu.data.shape)
            inside = whole[max(y0, 0) : y1, max(x0, 0) : x1] if whole.ndim == 2 else whole
            if hdu.data.shape == (y1 - y0, x1 - x0):
                left, bottom = max(-x0, 0), max(-y0, 0)
                part = hdu.data[bottom : bottom + inside.shape[0], left : left + inside.shape[1]]
                line["is"] = "part" if part.tobytes() == inside.astype(part.dtype).tobytes() else "differs"
                rest = hdu.data.copy()
                empty = numpy.ones(hdu.data.shape, bool)
                empty[bottom : bottom + inside.shape[0], left : left + inside.shape[1]] = False
                if empty.any():
                    values = rest[empty]
                    line["empty"] = "nan" if values.dtype.kind == "f" and numpy.isnan(values).all() else sorted(set(values.tolist()))
            else:
                line["is"] = "whole" if hdu.data.tobytes() == whole.astype(hdu.data.dtype).tobytes() else "differs"
        said["hdus"].append(line)

    names = [hdu.name for hdu in answer]
    image = answer[1]
    if "CTYPE1" in image.header:
        of_part, of_parent = WCS(image.header, answer), WCS(source_of(image).header, parent)
        y, x = numpy.mgrid[y0:y1, x0:x1].reshape(2, -1)
        mine = of_part.all_pix2world(x - x0, y - y0, 0)
        theirs = of_parent.all_pix2world(x, y, 0)
        said["sky"] = float(numpy.abs(numpy.array(mine) - numpy.array(theirs)).max())

    said["primary"] = {name: answer[0].header[name] for name in ("VIGNETWH", "VIGNETLK", "DATAMODL") if name in answer[0].header}
    if "JSON" in names:
        primary, data = answer[0].header, open(path, "rb").read()
        tree = json.loads(bytes(answer["JSON"].data[0][0]))
        said["tree"] = tree
        index = answer["INDEX"]
        said["index"] = [
            bool(
                row["EXTNAME"].strip("\0 ") == (hdu.name if n else "")
                and row["HDRADDR"] == hdu.fileinfo()["hdrLoc"]
                and row["DATADDR"] == hdu.fileinfo()["datLoc"]
                and row["DATSIZE"] == hdu.fileinfo()["datSpan"]
            )
            for n, (row, hdu) in enumerate(zip(index.data, fits.open(path, disable_image_compression=True)))
        ]
        said["rows"] = len(index.data) == len(answer) - 1
        tail = [primary["JSONADDR"], primary["JSONSIZE"], primary["INDXADDR"], primary["INDXSIZE"]]
        said["tail"] = tail[0] + tail[1] == tail[2] and tail[2] + tail[3] == len(data)
    return said


for line in sys.stdin:
    print(json.dumps(seen(json.loads(line))), flush=True)
