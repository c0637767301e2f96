"""What an export of a Butler's registry says of visits and their detectors, by PyYAML, numpy and astropy alone: corners of polygons in
degrees, times as MJD UTC, and which polygons hold random points. One JSON object for the file that is named."""

import json
import struct
import sys
import warnings

import numpy as np
import yaml
from astropy.coordinates import CartesianRepresentation, UnitSphericalRepresentation
from astropy.time import Time


warnings.simplefilter("ignore")


class Loader(yaml.CSafeLoader):
    pass


def polygon(loader, node):
    text = loader.construct_mapping(node)["encoded"]
    data = bytes.fromhex(text)
    assert data[:1] == b"p"
    return np.array(struct.unpack(f"<{(len(data) - 1) // 8}d", data[1:])).reshape(-1, 3)


Loader.add_constructor("lsst.sphgeom.ConvexPolygon", polygon)
Loader.add_constructor("!butler_time/tai/iso", lambda loader, node: loader.construct_scalar(node))

records = {}
with open(sys.argv[1]) as file:
    for part in yaml.load(file, Loader)["data"]:
        if part["type"] == "dimension":
            records.setdefault(part["element"], []).extend(part["records"])


def corners(vectors):
    where = CartesianRepresentation(vectors.T).represent_as(UnitSphericalRepresentation)
    return np.column_stack([where.lon.wrap_at("360d").deg, where.lat.deg]).ravel().tolist()


visits = records["visit"]
begin = Time([row["datetime_begin"] for row in visits], format="iso", scale="tai").utc.mjd
end = Time([row["datetime_end"] for row in visits], format="iso", scale="tai").utc.mjd
detectors = records["visit_detector_region"]

# Around each polygon's middle, within three times its size: some inside, some outside.
random = np.random.default_rng(11)
points, inside = [], []
edges = np.array([np.cross(r["region"], np.roll(r["region"], -1, axis=0)) for r in detectors])
for row in detectors[::4]:
    middle = row["region"].mean(axis=0)
    size = np.linalg.norm(row["region"] - middle, axis=1).max()
    point = middle + random.uniform(-1.5, 1.5, 3) * size
    point /= np.linalg.norm(point)
    # Convex, anticlockwise: a point is inside if it is left of every side.
    inside.append(np.flatnonzero((edges @ point >= 0).all(axis=1)).tolist())
    points.append(corners(point[None, :]))

json.dump(
    {
        "visits": [
            {"visit": row["id"], "begin": a, "end": b, "corners": corners(row["region"])}
            for row, a, b in zip(visits, begin, end)
        ],
        "detectors": [
            {"visit": row["visit"], "detector": row["detector"], "corners": corners(row["region"])}
            for row in detectors
        ],
        "points": points,
        "inside": inside,
    },
    sys.stdout,
)
