#include <deque>
#include <functional>

#include "binding/calls.h"
#include "binding/mosaic_values.h"
#include "binding/sources.h"
#include "binding/values.h"
#include "core/base/error.h"
#include "core/stack/fill.h"
#include "core/stack/locate.h"

namespace vignet::binding {
namespace {

// A job and the memory that its spans refer to.
struct JobArguments {
  Bytes layout;
  std::vector<SourceArgument> sources;
  SeekArgument seek;
  std::vector<Bytes> texts;
  StackJob job;
};

StampPart asPart(const Napi::Value& value, std::vector<Bytes>& texts) {
  StampPart part;
  if (value.IsTypedArray()) {
    texts.emplace_back(value, "task.jobs.parts");
    return part;
  }
  if (value.IsString()) {
    const std::string name = value.As<Napi::String>().Utf8Value();
    if (name == "record")
      part.kind = StampPart::Kind::record;
    else if (name == "image")
      part.kind = StampPart::Kind::image;
    else if (name == "mask")
      part.kind = StampPart::Kind::mask;
    else if (name == "variance")
      part.kind = StampPart::Kind::variance;
    else if (name == "error")
      part.kind = StampPart::Kind::error;
    else if (name == "quality")
      part.kind = StampPart::Kind::quality;
    else
      badArgument("task.jobs.parts",
                  "a Uint8Array, 'record', 'image', 'mask', 'variance', 'error', 'quality' or {zeros}", name);
    return part;
  }
  part.kind = StampPart::Kind::zeros;
  part.zeros = asInteger(asObject(value, "task.jobs.parts").Get("zeros"), "task.jobs.parts.zeros");
  return part;
}

// `onGrid`: the position on the sky is needed.
JobArguments asJob(const Napi::Value& value, bool onGrid) {
  const Napi::Object object = asObject(value, "task.jobs");
  JobArguments out{Bytes(object.Get("layout"), "task.jobs.layout"),
                   asSources(object.Get("sources"), "task.jobs.sources"),
                   SeekArgument(object.Get("seek"), "task.jobs.seek"),
                   {},
                   {}};
  StackJob& job = out.job;
  job.x = asNumber(object.Get("x"), "task.jobs.x");
  job.y = asNumber(object.Get("y"), "task.jobs.y");
  if (onGrid) {
    job.lon = asNumber(object.Get("lon"), "task.jobs.lon");
    job.lat = asNumber(object.Get("lat"), "task.jobs.lat");
  }
  job.scale = asNumber(object.Get("scale"), "task.jobs.scale");
  job.inverseVariance = object.Get("inverseVariance").ToBoolean();
  if (const Napi::Value psf = object.Get("psf"); given(psf)) {
    const std::vector<double> numbers = asNumbers(psf, "task.jobs.psf", 4);
    if (numbers.size() < 3) badArgument("task.jobs.psf", "[ixx, iyy, ixy] or [ixx, iyy, ixy, weighted]", psf);
    job.psf = {{numbers[0], numbers[1], numbers[2]}, {}};
    if (numbers.size() == 4) job.psf->weighted = numbers[3];
  }
  if (const Napi::Value unit = object.Get("nanojansky"); given(unit))
    job.nanojansky = asNumber(unit, "task.jobs.nanojansky");
  job.at = asInteger(object.Get("at"), "task.jobs.at");
  const Napi::Array parts = asArray(object.Get("parts"), "task.jobs.parts", 1000);
  for (uint32_t i = 0; i < parts.Length(); ++i) job.parts.push_back(asPart(parts.Get(i), out.texts));
  return out;
}

// When no JavaScript runs any more.
void attach(JobArguments& arguments) {
  arguments.job.layout = arguments.layout.span();
  size_t text = 0;
  for (StampPart& part : arguments.job.parts)
    if (part.kind == StampPart::Kind::text) part.bytes = arguments.texts[text++].span();
}

Napi::Value failuresOf(Napi::Env env, const std::vector<StackFailure>& failures) {
  auto list = Napi::Array::New(env, failures.size());
  for (uint32_t i = 0; i < failures.size(); ++i) {
    auto failure = Napi::Object::New(env);
    failure.Set("job", static_cast<double>(failures[i].job));
    failure.Set("code", failures[i].code);
    failure.Set("reason", failures[i].reason);
    list.Set(i, failure);
  }
  return list;
}

// Opens one job's files at a time; those of the job before are closed.
class Opener {
 public:
  explicit Opener(std::deque<JobArguments>& jobs) : jobs_(jobs) {}

  StampFiles operator()(size_t job, const Layout& layout, const std::vector<bool>& needed) {
    std::vector<SourceArgument>& sources = jobs_[job].sources;
    checkSources(sources, layout, "task.jobs.sources");
    if (open_) {
      for (SourceArgument& source : *open_) source.close();
    }
    open_ = &sources;
    StampFiles files;
    files.seek = seek_.emplace(std::move(jobs_[job].seek)).open(layout, pack_);
    for (size_t i = 0; i < sources.size(); ++i) {
      if (needed[i]) sources[i].open(layout.files[i], root_);
      files.readers.push_back(sources[i].reader());
    }
    return files;
  }

 private:
  std::deque<JobArguments>& jobs_;
  std::vector<SourceArgument>* open_ = nullptr;
  OpenPack pack_;
  std::optional<Root> root_;
  std::optional<SeekArgument> seek_;
};

// Of every job; null for those that were done before.
std::vector<const SourceArgument*> allSources(const Napi::Array& array, uint32_t cursor,
                                              const std::deque<JobArguments>& jobs) {
  std::vector<const SourceArgument*> all;
  for (uint32_t i = 0; i < cursor; ++i) {
    const Napi::Value sources = asObject(array.Get(i), "task.jobs").Get("sources");
    all.resize(all.size() + asArray(sources, "task.jobs.sources", 65535).Length());
  }
  for (const JobArguments& job : jobs)
    for (const SourceArgument& source : job.sources) all.push_back(&source);
  return all;
}

}  // namespace

Napi::Value fillStack(const Napi::CallbackInfo& info) {
  const Napi::Object object = asObject(info[0], "task");
  StackTask task;
  task.size = static_cast<uint32_t>(asInteger(object.Get("size"), "task.size", kMaxStampSize));
  task.maskBits = static_cast<uint32_t>(asInteger(object.Get("maskBits"), "task.maskBits", 64));
  if (const Napi::Value grid = object.Get("grid"); given(grid)) {
    const Napi::Object wanted = asObject(grid, "task.grid");
    task.grid = {asNumber(wanted.Get("pixelScale"), "task.grid.pixelScale"),
                 asResampling(wanted, "task.grid")};
  }
  const Napi::Array names = asArray(object.Get("maskNames"), "task.maskNames", 63);
  for (uint32_t i = 0; i < names.Length(); ++i)
    task.maskNames.push_back(asString(names.Get(i), "task.maskNames"));
  const Napi::Array array = asArray(object.Get("jobs"), "task.jobs", 1'000'000);
  const Bytes out(info[1], "out");
  const uint64_t cursor = asInteger(info[2], "cursor");
  const ControlArguments control(info[3], info[4]);
  if (cursor > array.Length())
    badArgument("cursor", "at most the number of jobs", static_cast<double>(cursor));
  // Jobs that are done already are not unpacked again.
  std::deque<JobArguments> jobs;
  for (auto i = static_cast<uint32_t>(cursor); i < array.Length(); ++i)
    jobs.push_back(asJob(array.Get(i), task.grid.has_value()));

  // From here on no JavaScript runs, and the memory of the arguments stays where it is.
  for (JobArguments& arguments : jobs) {
    attach(arguments);
    task.jobs.push_back(std::move(arguments.job));
  }
  std::vector<StackFailure> failures;
  Opener opener(jobs);
  const size_t done = vignet::fillStack(task, std::ref(opener), out.span(), 0, control.control(), failures);
  for (StackFailure& failure : failures) failure.job += cursor;
  auto answer = Napi::Object::New(info.Env());
  answer.Set("done", static_cast<double>(cursor + done));
  answer.Set("failures", failuresOf(info.Env(), failures));
  setNeed(answer, allSources(array, static_cast<uint32_t>(cursor), jobs));
  return answer;
}

}  // namespace vignet::binding
