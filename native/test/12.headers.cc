// Header cards, right and wrong ones.
#include <doctest/doctest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/fits/header.h"
#include "core/fits/mask_planes.h"
#include "fits_builder.h"

using namespace vignet;
using fits_test::codeOf;

TEST_CASE("values in fixed and free format") {
  const auto real = [](const char* card) {
    const CardValue v = cardValue(card);
    CHECK(v.type == ValueType::real);
    return v.real;
  };
  CHECK(cardValue("NAXIS   =                    2 / axes").integer == 2);
  CHECK(cardValue("NAXIS   = 2/axes").integer == 2);
  CHECK(cardValue("N       = +17").integer == 17);
  CHECK(cardValue("N       = -9223372036854775808").integer == INT64_MIN);
  CHECK(real("BZERO   = 9223372036854775808") == 0x1p63);
  CHECK(real("X       = 1.5D+05 / double") == 1.5e5);
  CHECK(real("X       = -.5") == -0.5);
  CHECK(real("X       = 5.") == 5.0);
  CHECK(real("X       = +1E-3") == 1e-3);
  CHECK(real("X       = 1e-999") == 0);
  CHECK(cardValue("X       = 1E999").type == ValueType::malformed);
  CHECK(cardValue("SIMPLE  =                    T").logical);
  CHECK(cardValue("EXTEND  = F / no").type == ValueType::logical);
  CHECK(cardValue("C       = (1.0, 2.0)").type == ValueType::complex);
  CHECK(cardValue("BUNIT   =").type == ValueType::undefined);
  CHECK(cardValue("BUNIT   =            / nothing").type == ValueType::undefined);
  for (const char* odd :
       {"X       = nan", "X       = inf", "X       = 1.2.3", "X       = -", "X       = +-1", "X       = 0x10",
        "X       = 1 2", "X       = TRUE", "X       = 'open", "X       = E5", "X       = ."})
    CHECK_MESSAGE(cardValue(odd).type == ValueType::malformed, odd);
  for (const char* none : {"COMMENT   'x' = 3", "HISTORY", "", "X        2", "X       =3", "        = 3",
                           "HISTORY = 3", "HIERARCH no value"})
    CHECK_MESSAGE(cardValue(none).type == ValueType::none, none);
}

TEST_CASE("strings") {
  CHECK(cardValue("S       = 'it''s' / c").text == "it's");
  CHECK(cardValue("S       = 'a / b  '   / c").text == "a / b");
  CHECK(cardValue("S       = '  lead'").text == "  lead");
  CHECK(cardValue("S       = ''").type == ValueType::text);
  CHECK(cardValue("S       = ''").text.empty());
  CHECK(cardValue("S       = ''''").text == "'");
  CHECK(cardValue("S       = '   '").text.empty());
}

TEST_CASE("keywords, HIERARCH and CONTINUE") {
  const Header header = Header::fromText(
      "SIMPLE  =                    T\n"
      "LONG    = 'one &'\n"
      "CONTINUE  'two &'\n"
      "CONTINUE  'three' / end\n"
      "HIERARCH MP_DETECTED_NEGATIVE = 6\n"
      "HIERARCH LSST BUTLER ID = 'x=y'\n"
      "HIERARCH SHORT = 3\n"
      "LAST    = 'ends with &'\n"
      "\n"
      "NUMBER  =                   10\n"
      "NUMBER  =                   11\n"
      "WHOLE   =                  4.0\n"
      "HALF    =                  4.5\n"
      "HUGE    =               1.0E30\n"
      "UNDEF   =\n",
      "HDU 3");
  CHECK(header.getString("LONG") == "one two three");
  CHECK(header.getString("LAST") == "ends with &");
  CHECK(header.getInt("MP_DETECTED_NEGATIVE") == 6);
  CHECK(header.getString("LSST BUTLER ID") == "x=y");
  CHECK(header.getInt("SHORT") == 3);
  CHECK(header.getInt("NUMBER") == 10);
  CHECK(header.getInt("WHOLE") == 4);
  CHECK(header.getDouble("NUMBER") == 10.0);
  CHECK(header.getBool("SIMPLE") == true);
  CHECK_FALSE(header.getInt("UNDEF"));
  CHECK_FALSE(header.getInt("ABSENT"));
  CHECK_FALSE(header.doubleIfAny("LONG"));
  CHECK_FALSE(header.stringIfAny("NUMBER"));
  for (const char* keyword : {"HALF", "HUGE", "LONG", "SIMPLE"})
    CHECK(codeOf([&] { header.getInt(keyword); }) == "BAD_CARD");
  CHECK(codeOf([&] { header.getString("NUMBER"); }) == "BAD_CARD");
  CHECK(codeOf([&] { header.getBool("NUMBER"); }) == "BAD_CARD");
  CHECK(codeOf([&] { header.getDouble("LONG"); }) == "BAD_CARD");
  try {
    header.getInt("HALF");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("HDU 3: expected an integer for HALF, received the card \"HALF") ==
          0);
  }
}

TEST_CASE("bytes become the text of a layout and back") {
  const std::string raw =
      fits_test::header({"SIMPLE  = T", "", "COMMENT  x  ", "A       = 1", "", ""}, false);
  const Header header = Header::fromBytes(fits_test::bytesOf(raw), "HDU 0");
  CHECK(header.text() == "SIMPLE  = T\n\nCOMMENT  x\nA       = 1");
  CHECK(header.size() == 4);
  CHECK(header.card(1) == "");
  CHECK(header.keyword(2) == "COMMENT");
  const Header again = Header::fromText(header.text());
  CHECK(again.size() == 4);
  CHECK(again.getInt("A") == 1);
  CHECK(Header::fromText("").size() == 0);
  CHECK(Header::fromBytes({}, "x").size() == 0);

  for (const char bad : {'\0', '\n', '\t', '\x7f', '\xe9'}) {
    std::string broken = raw;
    broken[100] = bad;
    const Header read = Header::fromBytes(fits_test::bytesOf(broken), "HDU 0");
    CHECK(read.text() == "SIMPLE  = T\n" + std::string(bad == '\xe9' ? "                    ?" : "") +
                             "\nCOMMENT  x\nA       = 1\nHISTORY Vignet: bytes that are not text replaced in "
                             "cards: 1");
  }
  CHECK(codeOf([] {
          Header::fromBytes(fits_test::bytesOf(std::string(80 * (Header::kMaxCards + 1), ' ')), "HDU 0");
        }) == "BAD_HEADER");
}

TEST_CASE("mask dictionaries of both kinds") {
  const auto planes = maskPlanes(
      "MP_BAD  =                    0\nHIERARCH MP_DETECTED_NEGATIVE = 6\nMSKN0000= 'NO_DATA '\nMSKM0000= 1\n"
      "MSKN0012= 'CLIPPED'\nMSKM0012=                 4096\nMSKD0012= 'words &'\nCONTINUE  'more'\nMP_BAD  = "
      "5");
  CHECK(planes ==
        std::map<std::string, int>{{"BAD", 0}, {"DETECTED_NEGATIVE", 6}, {"NO_DATA", 0}, {"CLIPPED", 12}});
  CHECK(maskPlanes("").empty());
  for (const char* bad :
       {"MP_X    = 63", "MP_X    = -1", "MP_X    = 'a'", "MP_X    = 1.5", "MSKN0001= 'A'", "MSKN0001= 3",
        "MSKN0001= 'A'\nMSKM0001= 3", "MSKN0001= 'A'\nMSKM0001= 0", "MSKN0001= 'A'\nMSKM0001= -2"})
    CHECK_MESSAGE(codeOf([&] { maskPlanes(bad); }) == "BAD_CARD", bad);
}
