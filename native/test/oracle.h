// Asking the Python oracles of test/oracles.
#pragma once
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace oracle {

inline std::filesystem::path project() { return std::filesystem::path(__FILE__).parent_path() / ".." / ".."; }

// Where the real files are; empty when they are not on this machine.
inline std::filesystem::path realData() {
  const char* named = std::getenv("VIGNET_REAL_DATA");
  std::filesystem::path folder = named ? std::filesystem::path(named) : project() / ".." / "shared" / "data";
  std::error_code none;
  return std::filesystem::is_directory(folder, none) ? folder : std::filesystem::path();
}

// Runs test/oracles/<script> on `questions`; one line of answer each.
inline std::vector<std::string> ask(const std::string& script, const std::string& questions,
                                    const std::string& arguments = "") {
  const std::filesystem::path input =
      std::filesystem::temp_directory_path() / ("vignet-oracle-" + std::to_string(::getpid()));
  std::ofstream(input) << questions;
  const std::string command = "/usr/bin/python3 -W ignore '" +
                              (project() / "test" / "oracles" / script).string() + "' " + arguments + " < '" +
                              input.string() + "'";
  std::vector<std::string> lines(1);
  FILE* pipe = ::popen(command.c_str(), "r");
  for (int c; pipe && (c = std::fgetc(pipe)) != EOF;) {
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += static_cast<char>(c);
  }
  if (pipe) ::pclose(pipe);
  std::filesystem::remove(input);
  lines.pop_back();
  return lines;
}

}  // namespace oracle
