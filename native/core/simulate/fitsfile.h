// A cfitsio file being written: every call checked, closed and removed if it does not reach its end.
#pragma once
#include <fitsio.h>

#include <string>

#include "core/base/error.h"

namespace vignet::simulate {

class FitsFile {
 public:
  explicit FitsFile(std::string path) : final_(std::move(path)) {
    const size_t slash = final_.rfind('/');
    temporary_ = slash == std::string::npos
                     ? "." + final_ + ".part"
                     : final_.substr(0, slash + 1) + "." + final_.substr(slash + 1) + ".part";
    std::remove(temporary_.c_str());
    call(fits_create_diskfile, temporary_.c_str(), true);
  }
  FitsFile(const FitsFile&) = delete;
  FitsFile& operator=(const FitsFile&) = delete;
  ~FitsFile() {
    if (file_ == nullptr) return;
    int status = 0;
    fits_close_file(file_, &status);
    std::remove(temporary_.c_str());
  }

  fitsfile* get() const { return file_; }

  // Calls f(file, arguments…, &status) and throws its error.
  template <class F, class... A>
  void operator()(F f, A... arguments) {
    int status = 0;
    f(file_, arguments..., &status);
    if (status != 0) fail(status);
  }

  void card(const std::string& record) { (*this)(fits_write_record, record.c_str()); }

  // Closes and gives the file its final name; answers its size.
  uint64_t finish();

 private:
  void call(int (*create)(fitsfile**, const char*, int*), const char* path, bool) {
    int status = 0;
    create(&file_, path, &status);
    if (status != 0) fail(status);
  }
  [[noreturn]] static void fail(int status) {
    char text[FLEN_STATUS] = {};
    fits_get_errstatus(status, text);
    fits_clear_errmsg();
    throw Error(Kind::transient, "CANNOT_WRITE",
                std::string("the simulated file could not be written: ") + text +
                    "; check the output folder and its free space");
  }

  std::string final_, temporary_;
  fitsfile* file_ = nullptr;
};

}  // namespace vignet::simulate
