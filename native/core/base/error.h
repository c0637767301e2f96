// The one exception type of native code.
#pragma once
#include <stdexcept>
#include <string>
#include <utility>

namespace vignet {

// What went wrong decides who is told what: `usage` is the caller's mistake, `data` a fault of a file,
// `transient` may pass by itself, `fatal` is a fault of Vignet or of the machine.
enum class Kind { usage, data, transient, fatal };

// `code` is a stable UPPER_SNAKE word that programs may rely on; `detail` a sentence for people, naming
// the parameter, HDU, card or byte that is wrong and, where it can, what to do. It never holds a path.
class Error : public std::runtime_error {
 public:
  Error(Kind kind, std::string code, const std::string& detail)
      : std::runtime_error(detail), kind_(kind), code_(std::move(code)) {}
  Kind kind() const noexcept { return kind_; }
  const std::string& code() const noexcept { return code_; }

 private:
  Kind kind_;
  std::string code_;
};

}  // namespace vignet
