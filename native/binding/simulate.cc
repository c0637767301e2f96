#include "binding/simulate.h"

#include "core/base/error.h"
#include "core/simulate/spec.h"

namespace vignet::binding {
namespace {

using simulate::Recipe;
using simulate::Source;
using simulate::Spec;

[[noreturn]] void refuse(const std::string& what) {
  throw Error(Kind::usage, "BAD_SIMULATION", "simulated image: " + what);
}

// A JavaScript object read field by field; everything missing or of the wrong type is an error that names it.
class Fields {
 public:
  Fields(const Napi::Value& value, const std::string& name) : name_(name) {
    if (!value.IsObject()) refuse(name + " must be an object");
    object_ = value.As<Napi::Object>();
  }
  bool has(const char* key) const { return !object_.Get(key).IsUndefined(); }
  double number(const char* key) const {
    const Napi::Value value = object_.Get(key);
    if (!value.IsNumber()) refuse(name_ + "." + key + " must be a number");
    return value.As<Napi::Number>().DoubleValue();
  }
  int integer(const char* key) const {
    const double value = number(key);
    if (!(value >= -1e9 && value <= 1e9)) refuse(name_ + "." + key + " is out of range");
    return static_cast<int>(value);
  }
  std::string text(const char* key) const {
    const Napi::Value value = object_.Get(key);
    if (!value.IsString()) refuse(name_ + "." + key + " must be a string");
    return value.As<Napi::String>().Utf8Value();
  }
  bool flag(const char* key) const { return object_.Get(key).ToBoolean(); }
  Napi::Array array(const char* key) const {
    const Napi::Value value = object_.Get(key);
    if (!value.IsArray()) refuse(name_ + "." + key + " must be an array");
    return value.As<Napi::Array>();
  }
  std::vector<double> numbers(const char* key) const {
    const Napi::Array list = array(key);
    std::vector<double> result;
    for (uint32_t i = 0; i < list.Length(); ++i) result.push_back(list.Get(i).ToNumber().DoubleValue());
    return result;
  }
  template <size_t N>
  std::array<double, N> exactly(const char* key) const {
    const std::vector<double> values = numbers(key);
    if (values.size() != N) refuse(name_ + "." + key + " must hold " + std::to_string(N) + " numbers");
    std::array<double, N> result{};
    std::copy(values.begin(), values.end(), result.begin());
    return result;
  }
  std::vector<std::string> texts(const char* key) const {
    const Napi::Array list = array(key);
    std::vector<std::string> result;
    for (uint32_t i = 0; i < list.Length(); ++i) result.push_back(list.Get(i).ToString().Utf8Value());
    return result;
  }
  Fields child(const char* key) const { return Fields(object_.Get(key), name_ + "." + key); }

 private:
  Napi::Object object_;
  std::string name_;
};

int bit(const Fields& bits, const char* key) {
  if (!bits.has(key)) return -1;
  const int number = bits.integer(key);
  if (number < 0 || number > 30) refuse(std::string("bit of ") + key + " must be 0 to 30");
  return number;
}

simulate::Bits readBits(const Fields& bits) {
  return {bit(bits, "BAD"),
          bit(bits, "SAT"),
          bit(bits, "INTRP"),
          bit(bits, "CR"),
          bit(bits, "EDGE"),
          bit(bits, "DETECTED"),
          bit(bits, "DETECTED_NEGATIVE"),
          bit(bits, "SUSPECT"),
          bit(bits, "NO_DATA"),
          bit(bits, "VIGNETTED")};
}

simulate::Defects readDefects(const Fields& fields) {
  simulate::Defects defects;
  for (const double column : fields.numbers("badColumns"))
    defects.badColumns.push_back(static_cast<int>(column));
  defects.cosmicRays = fields.integer("cosmicRays");
  defects.edge = fields.integer("edge");
  const std::vector<double> boxes = fields.numbers("noData");
  if (boxes.size() % 4 != 0) refuse("noData must hold four numbers a box");
  for (size_t i = 0; i < boxes.size(); i += 4) {
    std::array<int, 4> box;
    for (size_t k = 0; k < 4; ++k) box[k] = static_cast<int>(boxes[i + k]);
    defects.noData.push_back(box);
  }
  if (fields.has("lit")) defects.lit = fields.exactly<3>("lit");
  return defects;
}

uint64_t seedOf(const Fields& fields, const char* key) {
  const auto [high, low] = fields.exactly<2>(key);
  return static_cast<uint64_t>(static_cast<uint32_t>(high)) << 32 | static_cast<uint32_t>(low);
}

simulate::Detector readDetector(const Fields& fields) {
  simulate::Detector detector;
  const auto gains = fields.exactly<2>("gains"), levels = fields.exactly<2>("levels"),
             noises = fields.exactly<2>("readNoises");
  for (size_t k = 0; k < 2; ++k) detector.amplifiers[k] = {gains[k], levels[k], noises[k]};
  detector.overscan = fields.integer("overscan");
  detector.biasSeed = seedOf(fields, "biasSeed");
  detector.darkSeed = seedOf(fields, "darkSeed");
  detector.flatSeed = seedOf(fields, "flatSeed");
  detector.darkTime = fields.number("darkTime");
  return detector;
}

simulate::Cards readCards(const Fields& cards) {
  return {cards.texts("primary"), cards.texts("image"), cards.texts("mask"), cards.texts("variance")};
}

std::array<int, 2> readTile(const Fields& fields) {
  const auto tile = fields.exactly<2>("tile");
  return {static_cast<int>(tile[0]), static_cast<int>(tile[1])};
}

simulate::CalibrationKind readKind(const std::string& name) {
  if (name == "bias") return simulate::CalibrationKind::bias;
  if (name == "dark") return simulate::CalibrationKind::dark;
  if (name == "flat") return simulate::CalibrationKind::flat;
  if (name == "defects") return simulate::CalibrationKind::defects;
  refuse("kind must be bias, dark, flat or defects");
}

Recipe readRecipe(const std::string& name) {
  if (name == "lossy16") return Recipe::lossy16;
  if (name == "lossless") return Recipe::lossless;
  if (name == "none") return Recipe::none;
  refuse("recipe must be lossy16, lossless or none");
}

Spec readSpec(const Napi::Value& value) {
  const Fields fields(value, "spec");
  Spec spec;
  spec.path = fields.text("path");
  spec.width = fields.integer("width");
  spec.height = fields.integer("height");
  const auto xy0 = fields.exactly<2>("xy0");
  spec.xy0 = {static_cast<int>(xy0[0]), static_cast<int>(xy0[1])};
  spec.raw = fields.flag("raw");
  if (fields.has("detector")) spec.detector = readDetector(fields.child("detector"));
  spec.psf = {fields.child("psf").numbers("weights"), fields.child("psf").numbers("sigmas")};
  const Fields noise = fields.child("noise");
  spec.noise.seed = seedOf(noise, "seed");
  spec.noise.unitsPerElectron = noise.number("unitsPerElectron");
  spec.noise.sky = noise.number("sky");
  spec.noise.gradient = noise.exactly<2>("gradient");
  spec.noise.readNoise = noise.number("readNoise");
  spec.noise.fullWell = noise.number("fullWell");
  spec.bits = readBits(fields.child("bits"));
  spec.defects = readDefects(fields.child("defects"));
  spec.recipe = readRecipe(fields.text("recipe"));
  spec.tile = readTile(fields);
  spec.ditherSeed = fields.integer("ditherSeed");
  spec.cards = readCards(fields.child("cards"));
  spec.band = fields.text("band");
  spec.physicalFilter = fields.text("physicalFilter");
  return spec;
}

std::vector<Source> readSources(const Napi::Value& value) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float64_array) {
    refuse("sources must be a Float64Array");
  }
  const auto numbers = value.As<Napi::Float64Array>();
  if (numbers.ElementLength() % 6 != 0) refuse("sources must hold six numbers a source");
  std::vector<Source> sources;
  sources.reserve(numbers.ElementLength() / 6);
  for (size_t i = 0; i < numbers.ElementLength(); i += 6) {
    sources.push_back(
        {numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3], numbers[i + 4], numbers[i + 5]});
  }
  return sources;
}

simulate::CalibrationSpec readCalibration(const Napi::Value& value) {
  const Fields fields(value, "spec");
  simulate::CalibrationSpec spec;
  spec.path = fields.text("path");
  spec.width = fields.integer("width");
  spec.height = fields.integer("height");
  spec.kind = readKind(fields.text("kind"));
  spec.detector = readDetector(fields.child("detector"));
  spec.defects = readDefects(fields.child("defects"));
  spec.bad = bit(fields, "bad");
  spec.variance = static_cast<float>(fields.number("variance"));
  spec.tile = readTile(fields);
  spec.cards = readCards(fields.child("cards"));
  return spec;
}

Napi::Value toValue(Napi::Env env, const simulate::Written& written) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("bytes", static_cast<double>(written.bytes));
  result.Set("imageStep", written.imageStep);
  result.Set("varianceStep", written.varianceStep);
  return result;
}

}  // namespace

Napi::Value simulateImage(const Napi::CallbackInfo& info) {
  const Spec spec = readSpec(info[0]);
  const std::vector<Source> sources = readSources(info[1]);
  const std::vector<Source> subtracted = info[2].IsUndefined() ? std::vector<Source>{} : readSources(info[2]);
  return toValue(info.Env(), simulate::simulateImage(spec, sources, subtracted));
}

Napi::Value simulateCalibration(const Napi::CallbackInfo& info) {
  return toValue(info.Env(), simulate::simulateCalibration(readCalibration(info[0])));
}

}  // namespace vignet::binding
