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

filters = {row["name"]: row["band"] for row in records["physical_filter"]}
names = {row["id"]: row for row in records["detector"]}
common = ("name", "day_obs", "seq_num", "physical_filter", "exposure_time", "target_name", "observation_reason")


def table_of_visits():
    tai = [Time([row[f"datetime_{end}"] for row in visits], format="iso", scale="tai").mjd for end in ("begin", "end")]
    for row, start, stop in zip(visits, *tai):
        yield {
            "visit": row["id"],
            "instrument": row["instrument"],
            **{name: row[name] for name in (*common, "science_program", "azimuth")},
            "altitude": None if row["zenith_angle"] is None else 90 - row["zenith_angle"],
            "band": filters[row["physical_filter"]],
            "exposure_begin": start,
            "exposure_end": stop,
        }


def table_of_detectors():
    """The first detector of each visit."""
    seen = set()
    for row in detectors:
        if row["visit"] in seen:
            continue
        seen.add(row["visit"])
        of = names[row["detector"]]
        region = corners(row["region"])
        key = {"visit": row["visit"], "detector": row["detector"]}
        yield {**key, "name": of["full_name"], "raft": of["raft"], "corners": region, "corners_origin": "butler"}


def patches():
    for row in records["patch"]:
        key = {"skymap": row["skymap"], "tract": row["tract"], "patch": row["id"]}
        yield {**key, "cell_x": row["cell_x"], "cell_y": row["cell_y"], "outer_region": corners(row["region"])}


def tracts():
    used = {row["tract"] for row in records["patch"]}
    for row in records["tract"]:
        if row["id"] in used:
            yield {"skymap": row["skymap"], "tract": row["id"], "outer_region": corners(row["region"])}


def by(rows, *key):
    return sorted(rows, key=lambda row: [row[name] for name in key])


json.dump(
    {
        "tables": {
            "visit": by(table_of_visits(), "visit"),
            "detector": by(table_of_detectors(), "visit"),
            "tract": by(tracts(), "skymap", "tract"),
            "patch": by(patches(), "skymap", "tract", "patch"),
        },
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
