// stamp_stages SIZE PLANES SEEK < `root path lon lat` lines: what a stamp's time goes into, by the core
// alone: finding the place (layout, WCS), opening, reading, decoding, measuring. SEEK 1: with seek points,
// held in memory, so that their reading counts as decoding. Prints microseconds a stamp as one JSON object.
#include <iostream>
#include <map>
#include <string>

#include "core/pixels/build_seek.h"
#include "core/seek/seek_table.h"
#include "core/stack/locate.h"
#include "core/stack/record.h"
#include "core/stack/stamp.h"
#include "peer.h"

using namespace vignet;

namespace {

class Timed : public Reader {
 public:
  explicit Timed(Reader& inner) : inner_(inner) {}
  FileStamp stamp() const override { return inner_.stamp(); }
  void read(uint64_t offset, std::span<std::byte> out) override {
    const double start = peer::now();
    inner_.read(offset, out);
    spent += peer::now() - start;
  }
  double spent = 0;

 private:
  Reader& inner_;
};

class Memory : public Reader {
 public:
  explicit Memory(std::span<const std::byte> bytes) : bytes_(bytes) {}
  FileStamp stamp() const override { return {bytes_.size(), 0}; }
  void read(uint64_t offset, std::span<std::byte> out) override {
    std::copy_n(bytes_.data() + offset, out.size(), out.data());
  }

 private:
  std::span<const std::byte> bytes_;
};

struct Known {
  std::vector<std::byte> layout, points;
};

struct Stages {
  double locate = 0, open = 0, read = 0, decode = 0, measure = 0;
};

void stamp(const Root& root, const std::string& path, double lon, double lat, uint32_t size, int planes,
           const Known& known, Stages& spent) {
  double at = peer::now();
  const auto lap = [&](double& stage) {
    const double next = peer::now();
    stage += next - std::exchange(at, next);
  };
  const StampPlace place = locateStamp(decodeLayout(known.layout, CardsOf::none), lon, lat, size);
  lap(spent.locate);
  const Layout layout = decodeLayout(known.layout, CardsOf::none);
  const auto file = openFile(root, path, layout.files[0]);
  lap(spent.open);
  Timed reader(*file);
  Reader* readers[] = {&reader};
  Memory memory(known.points);
  std::optional<SeekTable> seek;
  if (!known.points.empty()) seek.emplace(memory, 0, known.points.size(), layout);
  const StampFrame frame = stampFrame(place.x, place.y, size);
  static StampReader stamps;
  static StampPlanes pixels;
  stamps.read(layout, readers, seek ? &*seek : nullptr, frame, {true, planes == 3, planes == 3}, 1, Control(),
              pixels);
  spent.read += reader.spent;
  spent.decode -= reader.spent;
  lap(spent.decode);
  const StampPixels view{size, pixels.image, pixels.variance, pixels.mask, pixels.edge};
  const StampRecord record =
      measureStamp(view, maskRoles(pixels.dictionary), place.x - static_cast<double>(frame.x0),
                   place.y - static_cast<double>(frame.y0), std::nullopt);
  lap(spent.measure);
  if (record.valid < 0) std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto size = static_cast<uint32_t>(std::atol(argv[1]));
  const int planes = std::atoi(argv[2]);
  struct Observation {
    std::string root, path;
    double lon, lat;
  };
  std::vector<Observation> observations;
  for (Observation o; std::cin >> o.root >> o.path >> o.lon >> o.lat;) observations.push_back(o);
  // Copies of one file have one layout and the same points.
  std::map<std::string, Known> kinds;
  std::map<std::string, const Known*> known;
  for (const Observation& o : observations) {
    if (known.contains(o.path)) continue;
    const auto file = openFile(o.root, o.path);
    const LayoutSource source{file.get(), std::nullopt, std::nullopt};
    const Layout layout = readLayout({&source, 1});
    const std::vector<std::byte> bytes = encodeLayout(layout);
    Known& kind = kinds[std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size())];
    known[o.path] = &kind;
    if (!kind.layout.empty()) continue;
    kind.layout = bytes;
    Reader* readers[] = {file.get()};
    if (std::atoi(argv[3]) == 1) kind.points = buildSeek(layout, readers, Control());
  }
  const Root root(observations.at(0).root);
  Stages best;
  for (int pass = 0; pass < 4; ++pass) {
    Stages spent;
    for (const Observation& o : observations)
      stamp(root, o.path, o.lon, o.lat, size, planes, *known[o.path], spent);
    const auto total = [](const Stages& s) { return s.locate + s.open + s.read + s.decode + s.measure; };
    if (pass == 1 || (pass > 1 && total(spent) < total(best))) best = spent;
  }
  const double each = 1e6 / static_cast<double>(observations.size());
  std::printf("{\"locate\": %.4g, \"open\": %.4g, \"read\": %.4g, \"decode\": %.4g, \"measure\": %.4g}\n",
              best.locate * each, best.open * each, best.read * each, best.decode * each,
              best.measure * each);
}
