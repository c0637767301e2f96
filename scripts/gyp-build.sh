#!/bin/sh
# Builds the addon by binding.gyp in a folder of its own and checks that it exports what the CMake build exports.
# $1: the prefix of a Node installation with its headers.
set -eu
cd "$(dirname "$0")/.."
dir=build/gyp
rm -rf "$dir" && mkdir -p "$dir"
cp -r native binding.gyp package.json "$dir/"
ln -s ../../node_modules "$dir/node_modules"
# Whether it builds is asked, not how fast it is: unoptimised.
(cd "$dir" && CXXFLAGS=-O0 JOBS=2 npx node-gyp rebuild --silent --nodedir="$1")
node -e '
const names = (path) => Object.keys(require(path)).sort().join(" ");
const [cmake, gyp] = ["./build/Release/vignet.node", "./build/gyp/build/Release/vignet.node"].map(names);
if (cmake !== gyp) { console.error(`exports differ:\n${cmake}\n${gyp}`); process.exit(1); }
console.log(`both export: ${gyp}`);
'
