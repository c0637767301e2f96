"""The Butler itself beside Vignet's reading of its repositories (`npm run test:interop`; lsst-daf-butler from PyPI).

`make REPO FITS` makes a repository with a few datasets of each kind, all of them copies of one file. `compare REPO NODE SCRIPT` lists
the datasets of every type with `Butler.query_datasets` and with Vignet, and compares IDs, runs, data IDs, regions and paths. `zips REPO OTHER NODE
SCRIPT PROGRAM` packs some into a zip file, from which another repository takes them. `simulated
REPO EMPTY` looks at a repository that `vignet simulate` has made, beside a new one of the Butler's own."""

import io
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import zipfile

import numpy as np
from astropy.io import fits
from astropy.time import Time
from lsst.daf.butler import Butler, CollectionType, DatasetRef, DatasetType, FileDataset, FormatterV2, Timespan
from lsst.sphgeom import DISJOINT, ConvexPolygon, HtmPixelization, LonLat, UnitVector3d


class FitsFormatter(FormatterV2):
    default_extension = ".fits"
    supported_extensions = frozenset({".fits"})


def polygon(*corners):
    return ConvexPolygon([UnitVector3d(LonLat.fromDegrees(*corner)) for corner in corners])


def square(lon, lat, size):
    return polygon((lon, lat), (lon + size, lat), (lon + size, lat + size), (lon, lat + size))


def add_records(registry):
    add = registry.insertDimensionData
    add("instrument", {"name": "Cam", "detector_max": 10, "visit_max": 1000, "exposure_max": 1000, "class_name": "x"})
    for name, band in ("r_57", "r"), ("g_6", "g"):
        add("physical_filter", {"instrument": "Cam", "name": name, "band": band})
    for detector in range(3):
        add("detector", {"instrument": "Cam", "id": detector, "full_name": f"S{detector}"})
    add("day_obs", {"instrument": "Cam", "id": 20260101})
    for visit, name in (100, "r_57"), (101, "g_6"):
        add("group", {"instrument": "Cam", "name": str(visit)})
        hour = f"2026-01-01T{visit - 99:02}"
        span = Timespan(Time(f"{hour}:00:00", scale="tai"), Time(f"{hour}:00:30", scale="tai"))
        common = {"instrument": "Cam", "id": visit, "day_obs": 20260101, "physical_filter": name, "timespan": span}
        add("exposure", {**common, "group": str(visit), "obs_id": f"E{visit}", "exposure_time": 30.0})
        add("visit", {**common, "name": f"V{visit}", "region": square(10, 0, 2), "exposure_time": 30.0, "target_name": "M13"})
        add("visit_definition", {"instrument": "Cam", "exposure": visit, "visit": visit})
        for detector in range(3):
            region = square(10 + 0.3 * detector, 0, 0.3)
            key = {"instrument": "Cam", "visit": visit, "detector": detector}
            add("visit_detector_region", {**key, "region": region})
    add("skymap", {"name": "rings", "hash": b"1" * 20, "tract_max": 5, "patch_nx_max": 2, "patch_ny_max": 2})
    add("tract", {"skymap": "rings", "id": 3, "region": square(20, 0, 2)})
    for patch in range(4):
        x, y = patch % 2, patch // 2
        key = {"skymap": "rings", "tract": 3, "id": patch}
        add("patch", {**key, "cell_x": x, "cell_y": y, "region": square(20 + x, y, 1)})


TYPES = {
    "calexp": ("ExposureF", ("instrument", "visit", "detector")),
    "raw": ("Exposure", ("instrument", "exposure", "detector")),
    "bias": ("ExposureF", ("instrument", "detector")),
    "deep_coadd": ("ExposureF", ("skymap", "tract", "patch", "band")),
}


def make(repo, image):
    Butler.makeRepo(repo)
    butler = Butler.from_config(repo, writeable=True)
    add_records(butler.registry)
    for name in "run/a", "run/b", "run/raw", "run/calib":
        butler.collections.register(name, CollectionType.RUN)
    butler.collections.register("best", CollectionType.TAGGED)
    butler.collections.register("calib", CollectionType.CALIBRATION)
    chains = {"inner": ["run/b", "run/a"], "release": ["best", "inner", "run/raw", "run/calib"]}
    for name, children in chains.items():
        butler.collections.register(name, CollectionType.CHAINED)
        butler.collections.redefine_chain(name, children)
    types = {}
    for name, (storage, dimensions) in TYPES.items():
        calibration = name == "bias"
        types[name] = DatasetType(name, dimensions, storage, universe=butler.dimensions, isCalibration=calibration)
        butler.registry.registerDatasetType(types[name])
    # By its full name: the formatter of this file, as a repository would name one of the pipelines'.
    import butler_peer

    def put(name, run, transfer="copy", **data_id):
        ref = DatasetRef(types[name], butler.registry.expandDataId(data_id), run=run)
        source = pathlib.Path(repo).with_name(f"input-{ref.id}.fits")
        shutil.copy(image, source)
        butler.ingest(FileDataset(source, [ref], formatter=butler_peer.FitsFormatter), transfer=transfer)
        return ref

    detectors = [{"instrument": "Cam", "detector": detector} for detector in range(3)]
    calexps = [put("calexp", "run/a", visit=visit, **key) for visit in (100, 101) for key in detectors]
    put("calexp", "run/b", visit=100, **detectors[0])
    put("calexp", "run/b", "direct", visit=100, **detectors[1])
    for key in detectors:
        put("raw", "run/raw", exposure=100, **key)
    biases = [put("bias", "run/calib", **key) for key in detectors]
    butler.registry.certify("calib", biases, Timespan(Time("2026-01-01T00:00:00", scale="tai"), None))
    for patch in range(4):
        put("deep_coadd", "run/b", skymap="rings", tract=3, patch=patch, band="r")
    butler.registry.associate("best", calexps[4:])


IMAGES = {"ExposureF", "Exposure", "ImageI", "VisitImage", "CellCoadd", "DifferenceImage"}


def holds_calibrations(butler, chain):
    children = butler.collections.query_info(chain, flatten_chains=True)
    return [info.type is CollectionType.CALIBRATION for info in children]


def degrees(region):
    if not isinstance(region, ConvexPolygon):
        return None
    where = [LonLat(vertex) for vertex in region.getVertices()]
    return [part for one in where for part in (one.getLon().asDegrees() % 360, one.getLat().asDegrees())]


def region_of(butler, ref):
    names = ref.dataId.dimensions.names
    element = "visit_detector_region" if {"visit", "detector"} <= names else "patch" if "patch" in names else None
    if element is None:
        return None
    own = {"visit_detector_region": ("instrument", "visit", "detector"), "patch": ("skymap", "tract", "patch")}
    key = {name: ref.dataId[name] for name in own[element]}
    (record,) = butler.query_dimension_records(element, data_id=key)
    return record.region


def path_of(butler, ref):
    try:
        return os.path.realpath(butler.getURI(ref).ospath)
    except FileNotFoundError:
        return None


def same_data_id(ours, data_id):
    """The Butler may not know dimensions that follow from records."""
    theirs = dict(data_id.mapping)
    return ours == theirs if data_id.hasFull() else theirs.items() <= ours.items()


def compare(repo, node, script):
    butler = Butler.from_config(repo, writeable=False)
    patterns = [("*", False)]
    # Of chains the first of each data ID is found.
    for info in butler.collections.query_info("*"):
        patterns += [(info.name, info.type is CollectionType.CHAINED)]
    types = butler.registry.queryDatasetTypes("*")
    calibrations = {one.name for one in types if one.isCalibration()}
    names = [one.name for one in types if one.storageClass_name in IMAGES]
    compared = 0
    for name, (pattern, find_first) in ((name, pattern) for name in names for pattern in patterns):
        if find_first and name in calibrations and any(holds_calibrations(butler, pattern)):
            continue  # The Butler asks for a time.
        query = {"collections": pattern, "find_first": find_first, "limit": None, "explain": False}
        refs = butler.query_datasets(name, **query)
        listed = subprocess.run([node, script, repo, name, pattern], capture_output=True, check=True, text=True)
        # Tagged and calibration collections give theirs once more.
        ours = {row["uuid"]: row for row in map(json.loads, listed.stdout.splitlines())}
        assert set(ours) == {str(ref.id) for ref in refs}, (name, pattern)
        for ref in refs:
            row = ours[str(ref.id)]
            data_id = butler.registry.expandDataId(ref.dataId) if find_first else ref.dataId
            assert row["run"] == ref.run, (row, ref)
            assert same_data_id(row["dataId"], data_id), (row, data_id)
            assert row["path"] == path_of(butler, ref), (row, ref)
            corners = degrees(region_of(butler, ref))
            if corners is not None:
                np.testing.assert_allclose(row["footprint"], corners, rtol=0, atol=1e-9)
            compared += 1
    assert compared > 0
    print(f"{compared} datasets as lsst-daf-butler lists them")


def zips(repo, other, node, script, program):
    """Datasets that the Butler packs into a zip file and takes into another repository, as Vignet lists, ingests and reads them there."""
    butler = Butler.from_config(repo, writeable=False)
    refs = butler.query_datasets("calexp", collections="run/a", find_first=False)
    packed = butler.retrieve_artifacts_zip(refs, destination=os.path.dirname(other))
    Butler.makeRepo(other)
    target = Butler.from_config(other, writeable=True)
    add_records(target.registry)
    target.collections.register("run/a", CollectionType.RUN)
    target.registry.registerDatasetType(refs[0].datasetType)
    target.ingest_zip(packed, transfer="copy")
    compare(other, node, script)
    archive, answer = f"{other}-archive", f"{other}-cutout.fits"
    run = lambda *args: subprocess.run([node, program, *args], capture_output=True, check=True, text=True).stdout
    report = json.loads(run("ingest", "--butler", other, "--repo", "zip", "--archive", archive, "--json"))
    assert (report["ingested"], report["failed"]) == (len(refs), 0), report
    for ref in refs:
        uri = target.getURI(ref)
        run("cutout", f"butler://zip/{ref.id}", "--archive", archive, "--force", "-o", answer)
        with zipfile.ZipFile(uri.ospath) as file:
            member = file.read(uri.unquoted_fragment.removeprefix("zip-path="))
        science = next(hdu.data for hdu in fits.open(io.BytesIO(member)) if hdu.data is not None and hdu.data.ndim == 2)
        np.testing.assert_array_equal(fits.getdata(answer, 1), science)
    print(f"{len(refs)} members of a zip file as lsst-daf-butler packs them")


def tables(path):
    """Columns, keys and links of each table."""
    database = sqlite3.connect(path)
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {}
    for name in names:
        columns = [row[1:] for row in database.execute(f'PRAGMA table_info("{name}")')]
        links = sorted(row[2:] for row in database.execute(f'PRAGMA foreign_key_list("{name}")'))
        unique = [
            tuple(row[2] for row in database.execute(f'PRAGMA index_info("{index[1]}")'))
            for index in database.execute(f'PRAGMA index_list("{name}")')
            if index[2]
        ]
        found[name] = columns, links, sorted(unique)
    return found


def simulated(repo, empty):
    """Tables as the Butler makes them; records, validity and overlaps as it reads them."""
    Butler.makeRepo(empty)
    fresh = Butler.from_config(empty, writeable=True)
    butler = Butler.from_config(repo, writeable=False)
    for one in butler.registry.queryDatasetTypes("*"):
        # Makes the tables of datasets, under the same numbers.
        fresh.registry.registerDatasetType(DatasetType(one.name, one.dimensions.names, one.storageClass_name, universe=fresh.dimensions, isCalibration=one.isCalibration()))
    ours, theirs = (tables(os.path.join(folder, "gen3.sqlite3")) for folder in (repo, empty))
    assert set(ours) == set(theirs), set(ours) ^ set(theirs)
    for name, parts in theirs.items():
        if not name.startswith(("dataset_tags_", "dataset_calibs_")):
            assert ours[name] == parts, (name, ours[name], parts)
    # Their numbers depend on the order in which types were registered.
    assert sorted(map(repr, ours.values())) == sorted(map(repr, theirs.values()))
    assert butler.dimensions == fresh.dimensions, "universe"
    for name in butler.dimensions.elements.names:
        one, other = butler.dimensions[name], fresh.dimensions[name]
        assert one.schema.all.names == other.schema.all.names, name
    database = sqlite3.connect(os.path.join(repo, "gen3.sqlite3"))
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    htm = HtmPixelization(7)
    keys = {"visit": ("visit",), "visit_detector_region": ("detector", "visit"), "tract": ("tract",), "patch": ("tract", "patch")}
    regions = {}
    for element, names in keys.items():
        for record in butler.query_dimension_records(element):
            data_id = dict(record.dataId.mapping)
            assert record.region.contains(record.region.getCentroid()), record
            where = " AND ".join(f"{name} = {data_id[name]}" for name in names)
            stored = {row[0] for row in database.execute(f"SELECT skypix_index FROM {element}_skypix_overlap WHERE {where}")}
            needed = {index for begin, end in htm.envelope(record.region) for index in range(begin, end)}
            touched = {index for index in needed if not htm.triangle(index).relate(record.region) & DISJOINT}
            assert touched and touched <= stored, (record, touched - stored)
            regions[element, tuple(data_id[name] for name in names)] = record.region
    visits = butler.query_dimension_records("visit")
    (chain,) = [info.name for info in butler.collections.query_info("*") if info.type is CollectionType.CHAINED]
    held = set()
    for visit in visits:
        for (detector,) in {(key[0],) for element, key in regions if element == "visit_detector_region"}:
            data_id = {"instrument": visit.instrument, "detector": detector}
            for name in "bias", "dark", "flat", "defects":
                more = {"physical_filter": visit.physical_filter} if name == "flat" else {}
                ref = butler.find_dataset(name, **data_id, **more, collections=chain, timespan=visit.timespan)
                assert ref is not None and os.path.exists(butler.getURI(ref).ospath), (name, visit)
                header = fits.getheader(butler.getURI(ref).ospath)
                assert header["LSST BUTLER ID"] == str(ref.id)
                image = butler.find_dataset("visit_image", **data_id, visit=visit.id, collections=chain)
                cards = fits.getheader(butler.getURI(image).ospath)
                named = {cards[f"LSST BUTLER INPUT {n} ID"] for n in range(cards["LSST BUTLER N_INPUTS"])}
                # What the image was made with is what is valid at its time.
                assert str(ref.id) in named, (name, visit, ref)
                held.add((name, ref.run))
    assert len([run for name, run in held if name == "bias"]) == 2, held
    with butler.query() as query:
        (skymap,) = {record.skymap for record in butler.query_dimension_records("tract")}
        joined = query.join_dimensions(["visit", "detector", "patch"]).where(instrument=visits[0].instrument, skymap=skymap)
        pairs = {
            (one["detector"], one["visit"], one["tract"], one["patch"])
            for one in joined.data_ids(["visit", "detector", "patch"])
        }
    expected = {
        (*one, *other)
        for element, one in regions
        if element == "visit_detector_region"
        for kind, other in regions
        if kind == "patch" and not regions[element, one].relate(regions[kind, other]) & DISJOINT
    }
    assert pairs == expected and pairs, pairs ^ expected
    print(f"{len(ours)} tables, {len(regions)} regions and {len(pairs)} overlaps as lsst-daf-butler has them")


OBSCORE = """
facility_name: Elsewhere
facility_map: {Cam: "Rubin:Simonyi"}
obs_collection: LSST.Test
collections: [run/a, run/b, run/raw]
use_butler_uri: false
fallback_instrument: Cam
obs_publisher_did_fmt: "ivo://example.org/test?repo=test&id={id}"
dataset_types:
  raw:
    dataproduct_type: image
    dataproduct_subtype: lsst.raw
    calib_level: 1
    obs_id_fmt: "{records[exposure].obs_id}"
    o_ucd: phot.count
    access_format: "application/x-votable+xml;content=datalink"
    datalink_url_fmt: "https://example.org/links?ID={id}"
    extra_columns:
      obs_title:
        template: "{dataset_type} - {band} - {records[exposure].obs_id}-{records[detector].full_name} {records[exposure].timespan.begin.utc.isot}Z"
  calexp:
    dataproduct_type: image
    dataproduct_subtype: lsst.calexp
    calib_level: 2
    obs_id_fmt: "{records[visit].name}-{detector:03d}-{visit:+,}-{records[visit].exposure_time}"
    o_ucd: phot.flux.density
    extra_columns:
      obs_title: "fixed"
      night: {template: "{records[visit].day_obs:#x}", type: string, length: 20}
  deep_coadd:
    dataproduct_type: image
    dataproduct_subtype: lsst.deep_coadd
    calib_level: 3
    obs_id_fmt: "{skymap}-{tract}-{patch:>4}"
    o_ucd: phot.flux.density
    extra_columns:
      obs_title: {template: "{dataset_type} - {band} - tract={tract} patch={patch}"}
extra_columns:
  lsst_visit: {template: "{visit}", type: int, doc: Visit}
  lsst_detector: {template: "{detector}", type: int}
  lsst_tract: {template: "{tract}", type: int}
  lsst_patch: {template: "{patch}", type: int}
  lsst_band: {template: "{band}", type: string}
  lsst_filter: {template: "{physical_filter}", type: string, length: 32}
  run_name: {template: "{run}/{dataset_type}"}
  literal: 7
  is_odd: {template: "{detector}", type: bool}
  size: {template: "{detector}.5e1", type: float}
indices: {instrument_idx: instrument_name}
spectral_ranges:
  r_57: [551.0e-9, 689.1e-9]
  r: [1.0e-9, 2.0e-9]
  g: [402.6e-9, null]
"""
SAME = """dataproduct_type dataproduct_subtype calib_level obs_collection obs_id o_ucd facility_name instrument_name
target_name em_min em_max t_min t_max t_exptime obs_title lsst_visit lsst_detector lsst_tract lsst_patch lsst_band lsst_filter
night run_name literal is_odd size""".split()


def obscore(repo, node, script):
    """Records of dax_obscore itself beside ours, with the same configuration."""
    import yaml
    from lsst.dax.obscore import ExporterConfig, ObscoreExporter

    path = pathlib.Path(repo).with_name("obscore.yaml")
    path.write_text(OBSCORE)
    butler = Butler.from_config(repo, writeable=False)
    theirs = {}
    for name in yaml.safe_load(OBSCORE)["dataset_types"]:
        config = ExporterConfig.model_validate(yaml.safe_load(OBSCORE))
        config.select_dataset_types([name])
        for row in ObscoreExporter(butler, config).iter_records():
            theirs[row["obs_publisher_did"].split("id=")[-1]] = row
    listed = subprocess.run([node, script, repo, path], capture_output=True, check=True, text=True)
    ours = {row["uuid"]: row for row in map(json.loads, listed.stdout.splitlines())}
    assert ours and set(ours) == set(theirs), (set(ours) ^ set(theirs), listed.stderr)
    for uuid, row in ours.items():
        for name in SAME:
            expected, received = theirs[uuid].get(name), row.get(name)
            # All files are copies of one co-add, whose cards name a tract and a filter where the data ID has none.
            if expected is None and name in ("lsst_tract", "lsst_patch", "lsst_filter"):
                continue
            same = (
                np.isclose(expected, received, rtol=0, atol=1e-10)
                if isinstance(expected, float) and received is not None
                else expected == received
            )
            assert same, (uuid, name, expected, received)
    print(f"{len(ours)} records as dax_obscore makes them")


if __name__ == "__main__":
    {"make": make, "compare": compare, "simulated": simulated, "obscore": obscore, "zips": zips}[sys.argv[1]](*sys.argv[2:])
