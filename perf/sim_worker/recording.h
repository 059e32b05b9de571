// Recorded answers of real engines (tests/captures): the bytes on the wire, the pieces in which
// they were read, and whether the engine closed. Read once at start-up.
#ifndef BANTO_PERF_SIM_WORKER_RECORDING_H_
#define BANTO_PERF_SIM_WORKER_RECORDING_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace banto::perf {

struct Recording {
  std::string bytes;           // head and body
  std::vector<size_t> pieces;  // sizes; their sum is bytes.size()
  bool closes = false;
};

// By "engine/case", for each file DIR/engine/case.txt. Recordings with parts removed are skipped:
// their framing would be wrong.
class Recordings {
 public:
  void Load(const std::string& dir);
  const Recording* Find(std::string_view name) const;  // nullptr: there is none
  size_t size() const { return by_name_.size(); }

 private:
  std::map<std::string, Recording, std::less<>> by_name_;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_SIM_WORKER_RECORDING_H_
