// The grammar of error messages: `expected WHAT for NAME, received VALUE`, then what to do.
#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace vignet {

// A text from a file or a request as a message may show it: between single quotes, at most 60 bytes of it,
// and every byte outside printable ASCII as \xNN. Such bytes may be hostile.
std::string printable(std::string_view text);

// The shortest decimal form that reads back as the same number; "NaN", "Infinity", "-Infinity".
std::string decimal(double value);

// "expected WHAT for NAME, received VALUE". A text is taken as it stands: pass one of a file through
// `printable`.
std::string expectedFor(std::string_view what, std::string_view name, std::string_view received);
inline std::string expectedFor(std::string_view what, std::string_view name, double received) {
  return expectedFor(what, name, decimal(received));
}
inline std::string expectedFor(std::string_view what, std::string_view name, std::integral auto received) {
  return expectedFor(what, name, std::to_string(received));
}

}  // namespace vignet
