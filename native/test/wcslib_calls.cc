#include "wcslib_calls.h"

#include <wcslib.h>

namespace {

thread_local vignet::WcslibCounts counts;

}  // namespace

namespace vignet {

WcslibCounts wcslibCounts() { return counts; }

}  // namespace vignet

extern "C" {

int __real_wcsset(wcsprm*);
int __wrap_wcsset(wcsprm* prm) {
  ++counts.setUps;
  return __real_wcsset(prm);
}

int __real_wcspih(char*, int, int, int, int*, int*, wcsprm**);
int __wrap_wcspih(char* header, int cards, int relax, int control, int* rejected, int* found, wcsprm** prm) {
  ++counts.parsed;
  return __real_wcspih(header, cards, relax, control, rejected, found, prm);
}

int __real_lindist(int, linprm*, disprm*, int);
int __wrap_lindist(int sequence, linprm* lin, disprm* dis, int records) {
  ++counts.distortions;
  return __real_lindist(sequence, lin, dis, records);
}

int __real_wcsp2s(wcsprm*, int, int, const double*, double*, double*, double*, double*, int*);
int __wrap_wcsp2s(wcsprm* prm, int points, int stride, const double* pixel, double* image, double* phi,
                  double* theta, double* world, int* status) {
  counts.points += static_cast<size_t>(points);
  return __real_wcsp2s(prm, points, stride, pixel, image, phi, theta, world, status);
}

int __real_wcss2p(wcsprm*, int, int, const double*, double*, double*, double*, double*, int*);
int __wrap_wcss2p(wcsprm* prm, int points, int stride, const double* world, double* phi, double* theta,
                  double* image, double* pixel, int* status) {
  counts.points += static_cast<size_t>(points);
  return __real_wcss2p(prm, points, stride, world, phi, theta, image, pixel, status);
}
}
