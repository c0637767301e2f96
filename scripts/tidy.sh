#!/bin/sh
# clang-tidy over the core, by .clang-tidy; needs the compile commands of the build.
cd "$(dirname "$0")/.." || exit 1
log=$(mktemp)
xargs -P 2 -n 4 clang-tidy-14 --quiet --extra-arg=-Wno-unknown-warning-option -p build < native/sources.txt > "$log" 2>&1
status=$?
grep -vE '^[0-9]+ warnings? (generated|treated)|^$|Suppressed|Use -header-filter' "$log"
rm -f "$log"
exit $status
