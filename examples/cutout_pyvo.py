"""Finds the SODA service in its capabilities, and asks it with pyVO's SodaQuery.

Usage: VIGNET=http://localhost:8080 ID='ivo://…' CIRCLE='lon lat radius' python3 cutout_pyvo.py
"""

import io
import os

from astropy import units as u
from astropy.io import fits
from pyvo.dal.adhoc import SodaQuery
from pyvo.io.vosi import parse_capabilities

capabilities = parse_capabilities(f"{os.environ['VIGNET']}/api/cutout/capabilities")
soda = next(c for c in capabilities if c.standardid == "ivo://ivoa.net/std/SODA#sync-1.0")
address = soda.interfaces[0].accessurls[0].content

lon, lat, radius = (float(word) for word in os.environ["CIRCLE"].split())
query = SodaQuery(address, circle=(lon * u.deg, lat * u.deg, radius * u.deg))
query["ID"] = os.environ["ID"]
with fits.open(io.BytesIO(query.execute_stream().read())) as hdus:
    hdus.info()
