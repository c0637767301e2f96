# The same addon as CMakeLists.txt builds, from the same two source lists.
{
  "targets": [
    {
      "target_name": "vignet",
      "sources": [
        "<!@(cat native/sources.txt)",
        "<!@(cat native/binding-sources.txt)"
      ],
      "include_dirs": ["native", "node_modules/node-addon-api"],
      "defines": ["NAPI_VERSION=9"],
      "cflags!": ["-fno-exceptions"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["-std=c++20", "-O3", "-Wall", "-Wextra", "-Werror", "-Wno-restrict", "-ffp-contract=off",
                    "<!@(pkg-config --cflags cfitsio wcslib libdeflate erfa)"],
      "libraries": ["<!@(pkg-config --libs cfitsio wcslib libdeflate erfa)"]
    }
  ]
}
