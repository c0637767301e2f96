"""Which rows meet which conditions, by SQLite and Python's own functions: rows and conditions in SQLite's words come as JSON."""

import json
import math
import sqlite3
import struct
import sys


def real(function):
    """Null of null, and where there is no value."""

    def call(*args):
        if any(arg is None for arg in args):
            return None
        try:
            value = function(*args)
        except (ValueError, ZeroDivisionError, OverflowError):
            return None
        if isinstance(value, float) and not math.isfinite(value):
            return None
        return value

    return call


def away(x):
    return math.copysign(math.floor(abs(x) + 0.5), x)


def to_places(whole):
    def call(x, n=0):
        power = 10.0 ** abs(n)
        return whole(x * power) / power if n > 0 else whole(x / power) * power if n < 0 else whole(x)

    return call


def mod(x, y):
    if isinstance(x, int) and isinstance(y, int):
        return int(math.fmod(x, y)) if abs(x) < 2**52 else x % y
    return math.fmod(x, y)


def fitting(bits):
    def call(x):
        value = round(float(x) if not isinstance(x, int) else x)
        return value if -(2 ** (bits - 1)) <= value < 2 ** (bits - 1) else None

    return call


def single(x):
    return struct.unpack("f", struct.pack("f", float(x)))[0]


FUNCTIONS = {
    "ACOS": math.acos, "ASIN": math.asin, "ATAN": math.atan, "ATAN2": math.atan2, "CEILING": math.ceil,
    "COS": math.cos, "COT": lambda x: 1 / math.tan(x), "DEGREES": math.degrees, "EXP": math.exp,
    "FLOOR": math.floor, "LOG": math.log, "LOG10": math.log10, "MOD": mod, "PI": lambda: math.pi,
    "POWER": math.pow, "RADIANS": math.radians, "ROUND": to_places(away), "SIN": math.sin,
    "SQRT": math.sqrt, "TAN": math.tan, "TRUNCATE": to_places(math.trunc), "ABS": abs,
    "LOWER": lambda x: x.lower(), "UPPER": lambda x: x.upper(), "TO_SHORT": fitting(16),
    "TO_INT": fitting(32), "TO_LONG": fitting(64), "TO_SINGLE": single, "START": lambda x, n: x[:n],
}  # fmt: skip

given = json.load(sys.stdin)
database = sqlite3.connect(":memory:")
database.execute("PRAGMA case_sensitive_like = ON")
for name, function in FUNCTIONS.items():
    database.create_function(name, -1, real(function), deterministic=True)
database.create_function("COALESCE", -1, lambda *args: next((arg for arg in args if arg is not None), None))
columns = given["columns"]
database.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in columns)})")
database.executemany(f"INSERT INTO t VALUES ({', '.join('?' for _ in columns)})", given["rows"])
answers = []
for condition in given["conditions"]:
    found = database.execute(f"SELECT uuid FROM t WHERE {condition} ORDER BY uuid").fetchall()
    answers.append([uuid for (uuid,) in found])
json.dump(answers, sys.stdout)
