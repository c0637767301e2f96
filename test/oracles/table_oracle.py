"""What astropy, csv and json find in a table: every value with all its bits, as JSON."""
import csv
import io
import json
import math
import struct
import sys
import warnings

import numpy as np

FLOATS = {"float": ">f", "double": ">d"}


def bits(kind, value):
    """A number as hexadecimal digits of its bytes; negative zero is zero."""
    value = float(value) + 0.0
    return "nan" if math.isnan(value) else struct.pack(FLOATS[kind], value).hex()


def plain(kind, value):
    if kind == "boolean":
        return bool(value)
    return bits(kind, value) if kind in FLOATS else str(int(value))


def votable(path, columns):
    from astropy.io.votable import parse, validate

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        document = parse(path, verify="warn")
    table = document.get_first_table()
    resource = document.resources[0]
    fields = []
    for field in table.fields:
        keys = ("name", "datatype", "arraysize", "unit", "ucd", "utype", "xtype", "ref", "description")
        said = {key: getattr(field, key, None) for key in keys}
        fields.append({key: str(value) for key, value in said.items() if value is not None})
    rows = []
    for at in range(len(table.array)):
        row = []
        for column in columns:
            value, mask = table.array[column["name"]][at], table.array.mask[column["name"]][at]
            kind = column["type"]
            if kind in ("char", "unicode"):
                row.append(None if np.all(mask) and str(value) == "" else str(value))
            elif column["array"]:
                cells = np.ma.asarray(value)
                whole = np.ma.getmaskarray(cells) | mask
                row.append(None if whole.size and np.all(whole) else [plain(kind, v) for v in np.asarray(cells.data).ravel()])
            else:
                row.append(None if np.all(mask) else plain(kind, value))
        rows.append(row)
    infos = [[i.name, i.value, i.content or ""] for i in list(resource.infos) + list(table.infos)]
    return {"rows": rows, "fields": fields, "infos": infos, "warnings": [str(w.message) for w in caught]}


def fits(path, columns):
    from astropy.io import fits as afits

    with afits.open(path, mode="readonly", memmap=False) as hdus:
        hdus.verify("exception")
        hdu = hdus[1]
        header, data = hdu.header, hdu.data
        raw = np.frombuffer(open(path, "rb").read()[hdu._data_offset :], np.uint8)
        width, count = header["NAXIS1"], header["NAXIS2"]
        raw = raw[: width * count].reshape(count, width)
        offsets = np.cumsum([0] + [data.dtype[n].itemsize for n in range(len(data.dtype))])
        rows = []
        for at in range(count):
            row = []
            for n, column in enumerate(columns):
                kind, value = column["type"], data[at][n]
                null = header.get(f"TNULL{n + 1}")
                if kind in ("char", "unicode"):
                    row.append(str(value))
                elif column["array"]:
                    cells = [plain(kind, v) for v in np.asarray(value).ravel()]
                    row.append(None if cells and null is not None and all(c == str(null) for c in cells) else cells)
                elif kind == "boolean":
                    byte = raw[at][offsets[n]]
                    row.append({ord("T"): True, ord("F"): False, 0: None}[int(byte)])
                else:
                    row.append(None if null is not None and int(value) == null else plain(kind, value))
            rows.append(row)
        cards = {key: str(header[key]) for key in header if key not in ("COMMENT", "")}
        return {"rows": rows, "cards": cards, "comments": [str(c) for c in header["COMMENT"]]}


def text_value(column, text):
    kind = column["type"]
    if kind in ("char", "unicode"):
        return text
    one = lambda word: {"true": True, "false": False}[word] if kind == "boolean" else plain(kind, word)
    return [one(word) for word in text.split()] if column["array"] else one(text)


def delimited(path, columns, dialect):
    with open(path, newline="", encoding="utf-8") as file:
        names, *rows = csv.reader(file, dialect, strict=True)
    # csv.reader cannot tell null from an empty text: both are here the empty text.
    read = [[text_value(c, t) if t or c["type"] in ("char", "unicode") else None for c, t in zip(columns, row)] for row in rows]
    return {"names": names, "rows": read, "lengths": sorted({len(row) for row in rows})}


def json_value(column, value):
    if value is None or column["type"] in ("char", "unicode"):
        return value
    if isinstance(value, list):
        return [plain(column["type"], v) for v in value]
    return plain(column["type"], value)


def jsonl(path, columns):
    with open(path, encoding="utf-8") as file:
        records = [json.loads(line) for line in file.read().split("\n")[:-1]]
    rows = [[json_value(c, record[c["name"]]) for c in columns] for record in records]
    return {"rows": rows, "names": list(records[0]) if records else []}


form, path, types = sys.argv[1:]
columns = json.loads(types)
readers = {
    "votable": votable,
    "fits": fits,
    "csv": lambda p, c: delimited(p, c, "excel"),
    "tsv": lambda p, c: delimited(p, c, "excel-tab"),
    "jsonl": jsonl,
}
sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8")
json.dump(readers[form](path, columns), sys.stdout)
