#include "binding/calls.h"
#include "binding/sources.h"
#include "binding/values.h"

namespace vignet::binding {

Napi::Value probeFiles(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Array array = asArray(info[0], "inputs", 10'000);
  std::vector<Bytes> layouts;
  std::vector<std::vector<SourceArgument>> sources;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Object input = asObject(array.Get(i), "inputs");
    layouts.emplace_back(input.Get("layout"), "inputs.layout");
    sources.push_back(asSources(input.Get("sources"), "inputs.sources"));
  }
  const ControlArguments controlled(info[1], info[2]);

  // From here on no JavaScript runs, and the memory of the arguments stays where it is.
  const Control control = controlled.control();
  std::optional<Root> root;
  std::vector<std::optional<Error>> problems;
  for (size_t i = 0; i < layouts.size(); ++i) {
    control.poll();
    problems.push_back(
        probeSources(sources[i], decodeLayout(layouts[i].span(), CardsOf::none), "inputs.sources", root));
  }

  auto out = Napi::Object::New(env);
  std::vector<const SourceArgument*> all;
  for (const std::vector<SourceArgument>& some : sources)
    for (const SourceArgument& source : some) all.push_back(&source);
  if (setNeed(out, all)) return out;
  auto found = Napi::Array::New(env, problems.size());
  for (uint32_t i = 0; i < problems.size(); ++i) {
    if (!problems[i]) {
      found.Set(i, env.Null());
      continue;
    }
    auto problem = Napi::Object::New(env);
    problem.Set("code", std::string(problems[i]->code()));
    problem.Set("reason", std::string(problems[i]->what()));
    found.Set(i, problem);
  }
  out.Set("problems", found);
  return out;
}

}  // namespace vignet::binding
