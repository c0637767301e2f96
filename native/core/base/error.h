// The one exception type of native code.
#pragma once
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/base/error_codes.h"

namespace vignet {

// The kind of an error says whose fault it is: `usage` the caller's, `data` a file's, `fatal` that of Vignet
// or the machine; `transient` may pass by itself. Each is a type, so that `Error` checks its code while
// compiling.
struct Kind {
  template <ErrorKind K>
  using Constant = std::integral_constant<ErrorKind, K>;
  static constexpr Constant<ErrorKind::usage> usage{};
  static constexpr Constant<ErrorKind::data> data{};
  static constexpr Constant<ErrorKind::transient> transient{};
  static constexpr Constant<ErrorKind::fatal> fatal{};
};

// Is not constexpr: a call in a constant expression does not compile.
void codeIsNotListedUnderThisKindInErrorCodes();

// A code of kind K, checked against core/base/error_codes.h by the compiler. A string literal converts to it.
template <ErrorKind K>
class CodeOf {
 public:
  consteval CodeOf(const char* word) : word_(word) {
    for (const ListedError& listed : kErrorCodes)
      if (listed.kind == K && std::string_view(listed.code) == word) return;
    codeIsNotListedUnderThisKindInErrorCodes();
  }
  constexpr const char* word() const noexcept { return word_; }

 private:
  const char* word_;
};

// `code` is a stable UPPER_SNAKE word that programs may rely on; `detail` a sentence for people in the
// grammar of message.h: it names the parameter, HDU, card or byte, what was expected, what was received and
// what to do. It never holds a path.
class Error : public std::runtime_error {
 public:
  template <ErrorKind K>
  Error(std::integral_constant<ErrorKind, K>, std::type_identity_t<CodeOf<K>> code, const std::string& detail)
      : std::runtime_error(detail), kind_(K), code_(code.word()) {}
  // An error that was caught elsewhere, with its kind and code.
  static Error relayed(ErrorKind kind, std::string code, const std::string& detail) {
    return Error(kind, std::move(code), detail);
  }
  ErrorKind kind() const noexcept { return kind_; }
  const std::string& code() const noexcept { return code_; }

 private:
  Error(ErrorKind kind, std::string code, const std::string& detail)
      : std::runtime_error(detail), kind_(kind), code_(std::move(code)) {}

  ErrorKind kind_;
  std::string code_;
};

}  // namespace vignet
