"""Footprints, questions of position, and what meets what: `position_oracle.py SEED` prints JSON.

By mpmath with 40 digits; pairs that are farther than 1e-6 degrees from changing their answer are decided with its double precision, and
one in twenty of those with 40 digits too. Shapes are followed along their edges: an edge is an arc of a circle on the sphere, cut where it
meets the circles of the other shape's edges; two shapes meet where a piece, a corner or a turning point of one lies in the other. A
polygon's inside is by the turn of its corners' azimuths about a point, in the half of the sphere about its corners.

The answer of a pair: 1, 0, or ? where 1e-10 degrees decide.
"""

import json
import math
import random
import sys

from mpmath import fp, mp

mp.dps = 40
CLEAR, TIE = 1e-6, 1e-10  # degrees
roll = random.Random(int(sys.argv[1]))


class Sky:
    """The sphere in one precision."""

    def __init__(self, m):
        self.m = m
        self.degree = m.pi / 180
        self.tiny = m.mpf(10) ** (-30 if m is mp else -13)

    def vector(self, lon, lat):
        m, a, d = self.m, self.m.mpf(lon) * self.degree, self.m.mpf(lat) * self.degree
        # Exact at the poles, which every longitude names.
        c = m.mpf(0) if abs(lat) == 90 else m.cos(d)
        return (c * m.cos(a), c * m.sin(a), m.sin(d))

    def angle(self, a, b):
        c = cross(a, b)
        return self.m.atan2(self.m.sqrt(dot(c, c)), dot(a, b))

    def unit(self, a):
        size = self.m.sqrt(dot(a, a))
        return tuple(x / size for x in a)


def dot(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a, b):
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def mix(a, x, b, y, c=(0, 0, 0), z=0):
    return tuple(x * p + y * q + z * r for p, q, r in zip(a, b, c))


class Arc:
    """Points cos(r) axis + sin(r) (cos(t) u + sin(t) w), t from 0 to sweep."""

    def __init__(self, sky, axis, u, sweep, radius=None):
        self.sky, self.axis, self.u, self.sweep = sky, axis, u, sweep
        self.w = cross(axis, u)
        m = sky.m
        self.radius = m.pi / 2 if radius is None else radius
        self.cos, self.sin = (m.mpf(0), m.mpf(1)) if radius is None else (m.cos(radius), m.sin(radius))

    def at(self, t):
        m = self.sky.m
        return mix(self.axis, self.cos, self.u, self.sin * m.cos(t), self.w, self.sin * m.sin(t))

    def distance(self, p):
        m = self.sky.m
        t = m.atan2(dot(p, self.w), dot(p, self.u))
        if t < 0:
            t += 2 * m.pi
        if t <= self.sweep:
            return abs(self.sky.angle(p, self.axis) - self.radius)
        return min(self.sky.angle(p, self.at(m.mpf(0))), self.sky.angle(p, self.at(self.sweep)))

    def cuts(self, other):
        """Where it meets the whole circle of another arc, and where it turns about that circle's axis."""
        m = self.sky.m
        a, b = self.sin * dot(other.axis, self.u), self.sin * dot(other.axis, self.w)
        size = m.sqrt(a * a + b * b)
        if size < self.sky.tiny:
            return []
        turn = m.atan2(b, a)
        c = (other.cos - self.cos * dot(other.axis, self.axis)) / size
        found = [turn, turn + m.pi]
        if abs(c) < 1:
            found += [turn + m.acos(c), turn - m.acos(c)]
        found = [t % (2 * m.pi) for t in found]
        return [t for t in found if t <= self.sweep]


class Circle:
    def __init__(self, sky, lon, lat, radius):
        self.sky, self.centre, self.radius = sky, sky.vector(lon, lat), sky.m.mpf(radius) * sky.degree
        self.cap = (self.centre, self.radius)

    def clearance(self, p):
        return self.radius - self.sky.angle(p, self.centre)


class Edged:
    """`arcs` are its edge, `inside` says on which side of it a point is."""

    def clearance(self, p):
        if not self.arcs:
            return self.sky.m.pi
        near = min(arc.distance(p) for arc in self.arcs)
        return near if self.inside(p) else -near


class Polygon(Edged):
    def __init__(self, sky, numbers):
        self.sky = sky
        corners = [sky.vector(*pair) for pair in zip(numbers[::2], numbers[1::2])]
        self.corners = [c for n, c in enumerate(corners) if c != corners[n - 1]]
        self.arcs = []
        for n, b in enumerate(self.corners):
            a = self.corners[n - 1]
            axis = sky.unit(cross(mix(a, 1, b, -1), mix(a, 1, b, 1)))
            self.arcs.append(Arc(sky, axis, a, sky.angle(a, b)))
        self.cap = self.smallest_cap()

    def smallest_cap(self):
        """The circle about all corners that is as small as two or three of them allow."""
        sky, best = self.sky, None
        some = self.corners if len(self.corners) < 9 else self.corners[:: len(self.corners) // 6]
        for i, a in enumerate(some):
            for j, b in enumerate(some[:i]):
                tries = [mix(a, 1, b, 1)]
                for c in some[:j]:
                    n = cross(mix(a, 1, c, -1), mix(b, 1, c, -1))
                    tries += [n, mix(n, -1, n, 0)]
                for c in tries:
                    if dot(c, c) < sky.tiny**2:
                        continue
                    c = sky.unit(c)
                    radius = max(sky.angle(c, v) for v in self.corners)
                    if best is None or radius < best[1]:
                        best = (c, radius)
        assert best[1] < sky.m.pi / 2, "a polygon of the test is too wide"
        return best

    def inside(self, p):
        sky, m = self.sky, self.sky.m
        if dot(p, self.cap[0]) <= 0:
            return False
        east = cross((0, 0, 1) if abs(p[2]) < 0.7 else (1, 0, 0), p)
        north = cross(p, east)
        azimuths = [m.atan2(dot(v, north), dot(v, east)) for v in self.corners]
        turns = m.mpf(0)
        for n, b in enumerate(azimuths):
            step = b - azimuths[n - 1]
            turns += step - 2 * m.pi * m.floor(step / (2 * m.pi) + 0.5)
        return abs(turns) > m.pi


class Range(Edged):
    def __init__(self, sky, lon1, lon2, lat1, lat2):
        m = sky.m
        self.sky, self.lon1, self.lat1, self.lat2 = sky, m.mpf(lon1), m.mpf(lat1), m.mpf(lat2)
        self.sweep = m.mpf(lon2) - m.mpf(lon1) if lon2 >= lon1 else m.mpf(lon2) - m.mpf(lon1) + 360
        d, whole = sky.degree, self.sweep >= 360
        self.arcs = []
        for lat in (lat1, lat2):
            if abs(lat) < 90:
                start = sky.vector(lon1, 0)
                self.arcs.append(Arc(sky, (0, 0, 1), start, self.sweep * d, (90 - m.mpf(lat)) * d))
        for lon in [] if whole else (lon1, lon1 + float(self.sweep)):
            axis = (m.sin(m.mpf(lon) * d), -m.cos(m.mpf(lon) * d), m.mpf(0))
            self.arcs.append(Arc(sky, axis, sky.vector(lon, lat1), (self.lat2 - self.lat1) * d))
        self.cap = None

    def inside(self, p):
        m, d = self.sky.m, self.sky.degree
        lat = m.atan2(p[2], m.sqrt(p[0] ** 2 + p[1] ** 2)) / d
        if not self.lat1 <= lat <= self.lat2:
            return False
        east = (m.atan2(p[1], p[0]) / d - self.lon1) % 360
        return east <= self.sweep or p[0] ** 2 + p[1] ** 2 < self.sky.tiny**2


def places(mine, other):
    """Points of one shape that tell whether it reaches into the other: ends and turns of its edges, and the middles between cuts."""
    for arc in mine.arcs:
        nodes = sorted({arc.sky.m.mpf(0), arc.sweep, *(t for one in other.arcs for t in arc.cuts(one))})
        for n, t in enumerate(nodes):
            yield arc.at(t)
            if n > 0:
                yield arc.at((t + nodes[n - 1]) / 2)


def depth(a, b):
    """How deep two shapes reach into each other, in degrees; negative: how far they are apart."""
    sky = a.sky
    if isinstance(a, Circle):
        return (b.clearance(a.centre) + a.radius) / sky.degree
    if isinstance(b, Circle):
        return (a.clearance(b.centre) + b.radius) / sky.degree
    if not b.arcs:
        return sky.m.mpf(180)
    return max(two.clearance(p) for one, two in ((a, b), (b, a)) for p in places(one, two)) / sky.degree


def shape(sky, one):
    values = one["values"]
    if one["shape"] in ("circle", "point"):
        return Circle(sky, *values, *([0] if one["shape"] == "point" else []))
    return Polygon(sky, values) if one["shape"] == "polygon" else Range(sky, *values)


FAST, EXACT = Sky(fp), Sky(mp)


class Both:
    def __init__(self, one):
        self.one, self.fast, self.made = one, shape(FAST, one), None

    @property
    def exact(self):
        self.made = self.made or shape(EXACT, self.one)
        return self.made


counted = {"pairs": 0, "exact": 0, "ties": 0, "near": 0}  # pairs, and those that 1e-8 degrees decide


def bounded(a, b):
    """Of shapes that are far apart, or of which one lies deep in the other, a bound of the depth; 0: it must be looked at."""
    for one, two in ((a, b), (b, a)):
        if one.cap:
            clear = two.clearance(one.cap[0])
            if abs(clear) > one.cap[1] + CLEAR:
                return (clear - math.copysign(one.cap[1], clear)) / FAST.degree
    return 0


def answer(footprint, question):
    counted["pairs"] += 1
    a, b = footprint.fast, question.fast
    gap = bounded(a, b) or depth(a, b)
    if abs(gap) < CLEAR or (gap > -1 and roll.random() < 0.02):
        counted["exact"] += 1
        fast, gap = gap, depth(footprint.exact, question.exact)
        assert abs(fast) < CLEAR or (fast > 0) == (gap > 0), (footprint.one, question.one, fast, gap)
    if abs(gap) < TIE:
        counted["ties"] += 1
        return "?"
    counted["near"] += abs(gap) < 1e-8
    return "1" if gap > 0 else "0"


# What is asked. Places are drawn in double precision: how they lie is for the above to say.


def lonlat(v):
    return [math.degrees(math.atan2(v[1], v[0])) % 360, math.degrees(math.atan2(v[2], math.hypot(v[0], v[1])))]


def around():
    return roll.uniform(0, 360)


def away(lon, lat, distance, azimuth):
    """The place so many degrees from another."""
    c, z = FAST.vector(lon, lat), azimuth * FAST.degree
    east = (-fp.sin(lon * FAST.degree), fp.cos(lon * FAST.degree), 0.0)
    north, d = cross(c, east), distance * FAST.degree
    return lonlat(mix(c, fp.cos(d), mix(north, fp.cos(z), east, fp.sin(z)), fp.sin(d)))


def polygon(lon, lat, size, kind):
    """Corners about a place, at most `size` degrees from it."""
    turn = around()
    if kind == "box":
        corners = [(size, turn + z) for z in (40, 140, 220, 320)]
    elif kind == "sliver":
        corners = [(size, turn), (size, turn + 180), (size * 1e-3, turn + 90)]
    else:
        count = roll.randint(5, 9)
        corners = [(size * roll.uniform(0.3, 1), turn + 360 * (n + 0.5 * roll.random()) / count) for n in range(count)]
    if roll.random() < 0.5:
        corners.reverse()
    return {"shape": "polygon", "values": [x for d, z in corners for x in away(lon, lat, d, z)]}


def circle(lon, lat, radius):
    return {"shape": "circle", "values": [lon, lat, radius]}


HEALPIX = 41.810314895778596  # the latitude of z = 2/3
SPOTS = [(0.0, 0.0), (359.9999999, -0.0000001), (0.0, 41.0), (180.0, 0.0), (77.0, 90.0), (0.0, 90.0), (0.0, -90.0), (200.0, 89.9999999), (45.0, HEALPIX),
         (90.0, -HEALPIX), (315.0, 89.9), (123.4, -60.0), (270.0, 10.0), (150.1, 2.2)]
SIZES = [1e-8, 1e-5, 1e-3, 0.2, 3.0, 30.0, 80.0]


def footprints():
    for lon, lat in SPOTS:
        for size in SIZES:
            at = away(lon, lat, roll.choice([0, roll.uniform(0, 2)]) * min(size, 40), around())
            yield polygon(*at, size, roll.choice(["box", "box", "star", "sliver"]))
        yield circle(lon, lat, roll.choice(SIZES))
        yield circle(*away(lon, lat, 1, around()), roll.choice([0, 1e-7, 90, 90.00000001, 120, 179.9999999, 180]))


def edges(one):
    """A place on the edge, and the direction in which one leaves the shape."""
    made = shape(FAST, one)
    if isinstance(made, Circle):
        z, radius = around(), one["values"][2]
        at = away(*one["values"][:2], radius, z)
        return at, None
    arc = roll.choice(made.arcs)
    p = arc.at(arc.sweep * roll.choice([0, 0.5, roll.random()]))
    return lonlat(p), p


STEPS = [1e-9, -1e-9, 1e-9, -1e-9, 2e-7, -2e-7]


def questions(given):
    for one in given:
        size = 0.01 if one["shape"] == "circle" else max(one["size"], 1e-8)
        (lon, lat), p = edges(one)
        for step in roll.sample(STEPS, 3):
            spot = away(lon, lat, abs(step), around())
            yield {"shape": "point", "values": spot}
        # A circle whose rim passes beside the edge, from outside or inside.
        far = roll.choice([size, 0.3 * size, 10 * size])
        centre = away(lon, lat, min(far, 120), around())
        gap = -clearance(one, centre)
        if 1e-7 < abs(gap) < 179:
            yield circle(*centre, max(1e-9, abs(gap) + roll.choice(STEPS)))
        # Boxes in longitude and latitude with a side that just reaches the place, or just does not.
        step, wide = roll.choice(STEPS), min(size, 20)
        if lat + wide < 90:
            yield {"shape": "range", "values": [(lon - wide) % 360, (lon + wide) % 360, lat + step, min(90, lat + wide)]}
        if lat - wide > -90:
            yield {"shape": "range", "values": [(lon - 0.3 * wide) % 360, (lon + wide) % 360, max(-90, lat - wide), lat - step]}
        shift = step / max(fp.cos(lat * FAST.degree), 1e-6)
        yield {"shape": "range", "values": [(lon + shift) % 360, (lon + shift + wide) % 360, max(-90, lat - wide), min(90, lat + wide)]}
        # A polygon with a corner beside the edge, of either winding; and the neighbour that shares a side but for a step.
        corner = away(lon, lat, abs(step), around())
        z, reach = around(), min(size, 40) * roll.choice([0.1, 1])
        three = [corner, away(*corner, reach, z), away(*corner, reach, z + roll.choice([20, 90, 150]))]
        if roll.random() < 0.5:
            three.reverse()
        yield {"shape": "polygon", "values": [x for place in three for x in place]}
        if one["shape"] == "polygon" and one["size"] < 40:
            a, b = one["values"][:2], one["values"][2:4]
            z = around()
            a2, b2 = away(*a, 1e-9, z), away(*b, 1e-9, z)
            c = away(*b2, one["size"], around())
            yield {"shape": "polygon", "values": [*a2, *b2, *c]}


def clearance(one, spot):
    return float(shape(FAST, one).clearance(FAST.vector(*spot)) / FAST.degree)


def general():
    """Ranges, circles and polygons of every size where they are hard."""
    for lon, lat in SPOTS:
        yield {"shape": "point", "values": [lon, lat]}
        yield circle(lon, lat, roll.choice([90, 90 - 1e-9, 90 + 1e-9, 179.999999999, 180]))
        yield circle(lon, lat, roll.choice(SIZES))
        yield polygon(lon, lat, roll.choice(SIZES), "star")
        yield polygon(lon, lat, 84.0, "box")
        yield {"shape": "range", "values": [0, 360, max(-90, lat - 1e-7), min(90, lat + 1e-7)]}
        yield {"shape": "range", "values": [lon, lon, -90, 90]}
        yield {"shape": "range", "values": [(lon + 1e-9) % 360, (lon + 180) % 360, -90, 90]}
        yield {"shape": "range", "values": [(lon - 100) % 360, (lon + 100) % 360, max(-90, lat - 5), min(90, lat + 5)]}
    for lat in (90 - 1e-9, 90 - 1e-5, 90 - 0.01, 89.0, 80.0, 0.0):
        yield {"shape": "range", "values": [0, 360, lat, 90]}
        yield {"shape": "range", "values": [0, 360, -90, -lat]}
        yield {"shape": "range", "values": [350, 10, lat, 90]}
    yield {"shape": "range", "values": [0, 360, -90, 90]}


def is_good(one):
    """Polygons of more than 85 degrees are refused, which other tests show; so are those without area."""
    if one["shape"] != "polygon":
        return one["shape"] != "range" or -90 <= one["values"][2] <= one["values"][3] <= 90
    made = Polygon(FAST, one["values"]) if len(one["values"]) > 5 else None
    return made is not None and made.cap[1] < 85 * FAST.degree and len(made.corners) > 2


held = list(footprints())
for one in held:
    one["size"] = one["values"][2] if one["shape"] == "circle" else float(shape(FAST, one).cap[1] / FAST.degree)
asked = [one for one in [*general(), *questions(roll.sample(held, 30))] if is_good(one)]
shapes, regions = [Both(one) for one in held], [Both(one) for one in asked]
answers = ["".join(answer(footprint, question) for footprint in shapes) for question in regions]
# Exposures and intervals that meet, touch in one number, or miss each other by the last digit that a double has; what is not known is null.
EPOCHS = [60000.0, 60000.25, 59999.999999999, 60123.456789012345, 0.0, 57753.99998842593]
next_to = lambda t: roll.choice([t, math.nextafter(t, math.inf), math.nextafter(t, -math.inf), t + 1e-9, t - 1e-9])
moments = lambda: sorted(next_to(roll.choice(EPOCHS)) for _ in range(2))
times = [[None if roll.random() < 0.1 else t for t in moments()] if roll.random() < 0.9 else [None, None] for _ in held]
intervals = [moments() for _ in range(60)]


def meets(time, interval):
    """1, 0, or n where a limit is not known and those that are do not tell."""
    (low, high), (least, most) = time, map(mp.mpf, interval)
    if (low is not None and mp.mpf(low) > most) or (high is not None and mp.mpf(high) < least):
        return "0"
    return "n" if low is None or high is None else "1"


out = {"footprints": [one["values"] for one in held], "questions": asked, "answers": answers, "counted": counted}
out |= {"times": times, "intervals": intervals, "timed": ["".join(meets(t, i) for t in times) for i in intervals]}
json.dump(out, sys.stdout)
