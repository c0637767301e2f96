// A reference pixel moves without losing a digit.
#include <doctest/doctest.h>

#include <cstdlib>
#include <random>
#include <string>

#include "core/header/shift.h"

using vignet::addExactly;

TEST_CASE("sums are exact in decimal") {
  const auto sum = [](const char* text, int64_t delta) { return addExactly(text, delta).value_or("none"); };
  CHECK(sum("-381.2001", -512) == "-893.2001");
  CHECK(sum("-9369.66700000001", -1) == "-9370.66700000001");
  CHECK(sum("866.842697735752", -100) == "766.842697735752");
  CHECK(sum("5.", -2) == "3.0");
  CHECK(sum("5", -7) == "-2.0");
  CHECK(sum("0.25", -1) == "-0.75");
  CHECK(sum("-0.25", 1) == "0.75");
  CHECK(sum("1.50", -1) == "0.50");
  CHECK(sum(".5", 0) == "0.5");
  CHECK(sum("2.260000000000000E+02", -10) == "216.0000000000000");
  CHECK(sum("1.5D3", 1) == "1501.0");
  CHECK(sum("+1.25E-3", 1) == "1.00125");
  CHECK(sum("1E5", -1) == "99999.0");
  CHECK(sum("0.000000000000001", -4294967295) == "-4294967294.999999999999999");
  CHECK(sum("123456789012.345678", -4294967295) == "119161821717.345678");
}

TEST_CASE("numbers with more digits than fit are summed as doubles; other texts are refused") {
  CHECK(std::strtod(addExactly("1.00000000000000000000000001", 5)->c_str(), nullptr) == 6.0);
  CHECK(std::strtod(addExactly("1E300", 5)->c_str(), nullptr) == 1e300);
  CHECK(std::strtod(addExactly("1E-300", 5)->c_str(), nullptr) == 5.0);
  for (const char* text : {"", "'5'", "NaN", "inf", "1e999", "5 6", "T", "--5", "1.2.3", ".", "1E", "0x10"}) {
    CAPTURE(text);
    CHECK_FALSE(addExactly(text, 1).has_value());
  }
}

TEST_CASE("random sums agree with long double and come back") {
  std::mt19937_64 random(3);
  for (int i = 0; i < 5000; ++i) {
    const int64_t digits = static_cast<int64_t>(random() % 1'000'000'000'000'000);
    const int exponent = -static_cast<int>(random() % 16);
    const int64_t delta = static_cast<int64_t>(random() % 200'000) - 100'000;
    const std::string text =
        (random() % 2 ? "-" : "") + std::to_string(digits) + "E" + std::to_string(exponent);
    CAPTURE(text);
    const auto sum = addExactly(text, delta);
    REQUIRE(sum.has_value());
    const long double exact = std::strtold(text.c_str(), nullptr) + static_cast<long double>(delta);
    CHECK(std::strtod(sum->c_str(), nullptr) == doctest::Approx(static_cast<double>(exact)).epsilon(1e-15));
    const auto back = addExactly(*sum, -delta);
    CHECK(std::strtod(back->c_str(), nullptr) == std::strtod(text.c_str(), nullptr));
  }
}
