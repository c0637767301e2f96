// What this machine's threads gain over one at work that computes and copies: CONTROL_LOOP THREADS prints the
// seconds that as much work takes them all together. Each takes blocks of floats out of a large image,
// computes with them in the cache and puts them into another: like the pixels of a mosaic, without files.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  constexpr size_t block = 1 << 16, blocks = 512, rounds = 8;
  const std::vector<float> from(block * blocks, 1.5F);
  std::vector<float> to(block * blocks, 0.0F);
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    std::vector<float> here(block);
    for (size_t i = next++; i < blocks * rounds; i = next++) {
      const size_t at = i % blocks * block;
      std::memcpy(here.data(), from.data() + at, block * sizeof(float));
      for (int step = 0; step < 24; ++step) {
        for (float& x : here) x = x * 0.75F + 0.375F;
      }
      std::memcpy(to.data() + at, here.data(), block * sizeof(float));
    }
  };
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t) all.emplace_back(work);
  for (std::thread& one : all) one.join();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (to[0] < 1) return 1;
  std::printf("{\"n\": 1, \"seconds\": %.6f}\n", took.count());
}
