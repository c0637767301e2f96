#!/bin/sh
# A cutout with curl. -G makes a GET of it, --data-urlencode encodes the ID as it must be.
# Usage: VIGNET=http://localhost:8080 ID='ivo://…' CIRCLE='lon lat radius' sh cutout.sh [FILE]
set -eu
curl --fail-with-body --silent --show-error --output "${1:-cutout.fits}" \
  -G "$VIGNET/api/cutout/sync" \
  --data-urlencode "ID=$ID" \
  --data-urlencode "CIRCLE=$CIRCLE"
