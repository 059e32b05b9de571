// The stored form of an Entry: little-endian, a fixed head, then the strings, the patches, the pace
// if there is one, and the checksum.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>
#include <utility>

#include "cache/entry.h"
#include "cache/pace.h"

namespace banto::cache {
namespace {

constexpr char kMagic[4] = {'\x89', 'b', 'n', 't'};  // not ASCII: no text is an entry
constexpr uint16_t kVersion = 2;
constexpr uint16_t kPacedVersion = 3;  // … with a pace
constexpr size_t kChecksumBytes = 16;
constexpr size_t kPatchBytes = 7;
constexpr uint16_t kFlagStream = 1;
// Replicas' clocks differ slightly. An entry from further in the future means that a clock is
// wrong, and then its expiry proves nothing.
constexpr int64_t kClockSkewMs = 5 * 60 * 1000;

class Writer {
 public:
  explicit Writer(std::string* out) : out_(out) {}
  template <typename T>
  void Number(T value) {
    for (size_t i = 0; i < sizeof(T); ++i) {
      out_->push_back(static_cast<char>(static_cast<uint64_t>(value) >> (8 * i)));
    }
  }
  void Bytes(std::string_view bytes) { out_->append(bytes); }

 private:
  std::string* out_;
};

// Reads what Writer wrote; past the end everything is 0 and ok() is false.
class Reader {
 public:
  explicit Reader(std::string_view in) : in_(in) {}
  template <typename T>
  T Number() {
    uint64_t value = 0;
    const std::string_view bytes = Bytes(sizeof(T));
    for (size_t i = 0; i < bytes.size(); ++i) {
      value |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[i])) << (8 * i);
    }
    return static_cast<T>(value);
  }
  std::string_view Bytes(size_t size) {
    if (size > in_.size()) {
      ok_ = false;
      in_ = {};
      return {};
    }
    const std::string_view bytes = in_.substr(0, size);
    in_.remove_prefix(size);
    return bytes;
  }
  bool ok() const { return ok_; }
  bool AtEnd() const { return ok_ && in_.empty(); }

 private:
  std::string_view in_;
  bool ok_ = true;
};

void AppendChecksum(std::string_view value, std::string_view key_bytes, char* out) {
  XXH3_state_t state;
  XXH3_INITSTATE(&state);
  XXH3_128bits_reset(&state);
  XXH3_128bits_update(&state, value.data(), value.size());
  XXH3_128bits_update(&state, key_bytes.data(), key_bytes.size());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state));
  std::memcpy(out, canonical.digest, kChecksumBytes);
}

void WriteHead(const Entry& entry, Writer* w) {
  w->Bytes({kMagic, sizeof kMagic});
  w->Number(entry.pace.empty() ? kVersion : kPacedVersion);
  w->Number(entry.stream ? kFlagStream : uint16_t{0});
  w->Number(static_cast<uint32_t>(entry.status));
  for (const int64_t n : {entry.stored_at_ms, entry.expires_at_ms, entry.input_tokens,
                          entry.output_tokens, entry.worker_ms}) {
    w->Number(n);
  }
  for (const size_t size : {entry.content_type.size(), entry.fields.byte_size(), entry.model.size(),
                            entry.worker.size(), entry.body.size(), entry.patches.size()}) {
    w->Number(static_cast<uint32_t>(size));
  }
  w->Number(entry.usage.at);
  w->Number(entry.usage.size);
  if (!entry.pace.empty()) w->Number(static_cast<uint32_t>(entry.pace.size()));
}

bool ReadPatches(Reader* r, uint32_t count, size_t body_size, std::vector<Patch>* patches) {
  for (uint32_t i = 0; i < count && r->ok(); ++i) {
    Patch patch;
    patch.at = r->Number<uint32_t>();
    patch.size = r->Number<uint16_t>();
    const auto kind = r->Number<uint8_t>();
    if (kind > static_cast<uint8_t>(Patch::Kind::kDate)) return false;
    if (patch.at > body_size || patch.size > body_size - patch.at) return false;
    patch.kind = static_cast<Patch::Kind>(kind);
    patches->push_back(patch);
  }
  return r->ok();
}

// What follows magic and version, in WriteHead's order. The answer's fields are not judged yet.
bool ReadEntry(uint16_t version, Reader* r, Entry* e, std::string* lines) {
  const auto flags = r->Number<uint16_t>();
  e->stream = (flags & kFlagStream) != 0;
  e->status = static_cast<int>(r->Number<uint32_t>());
  for (int64_t* n :
       {&e->stored_at_ms, &e->expires_at_ms, &e->input_tokens, &e->output_tokens, &e->worker_ms}) {
    *n = r->Number<int64_t>();
  }
  uint32_t sizes[6];
  for (uint32_t& size : sizes) size = r->Number<uint32_t>();
  e->usage.at = r->Number<uint32_t>();
  e->usage.size = r->Number<uint32_t>();
  const uint32_t pace_size = version == kPacedVersion ? r->Number<uint32_t>() : 0;
  std::string* strings[] = {&e->content_type, lines, &e->model, &e->worker, &e->body};
  for (size_t i = 0; i < 5; ++i) strings[i]->assign(r->Bytes(sizes[i]));
  if (!r->ok() || flags > kFlagStream || e->status < 100 || e->status > 999) return false;
  if (e->usage.at > e->body.size() || e->usage.size > e->body.size() - e->usage.at) return false;
  if (!ReadPatches(r, sizes[5], e->body.size(), &e->patches)) return false;
  e->pace.assign(r->Bytes(pace_size));
  return r->AtEnd() && IsPace(e->pace, e->body.size());
}

}  // namespace

std::string EncodeEntry(const Entry& entry, std::string_view key_bytes) {
  std::string out;
  out.reserve(128 + entry.content_type.size() + entry.fields.byte_size() + entry.model.size() +
              entry.worker.size() + entry.body.size() + entry.patches.size() * kPatchBytes +
              entry.pace.size());
  Writer w(&out);
  WriteHead(entry, &w);
  for (const std::string* s :
       {&entry.content_type, &entry.fields.lines(), &entry.model, &entry.worker, &entry.body}) {
    w.Bytes(*s);
  }
  for (const Patch& patch : entry.patches) {
    w.Number(patch.at);
    w.Number(patch.size);
    w.Number(static_cast<uint8_t>(patch.kind));
  }
  w.Bytes(entry.pace);
  const size_t size = out.size();
  out.resize(size + kChecksumBytes);
  AppendChecksum({out.data(), size}, key_bytes, out.data() + size);
  return out;
}

EntryPtr DecodeEntry(std::string_view value, std::string_view key_bytes, int64_t now_ms,
                     const char** why) {
  const auto fail = [why](const char* reason) {
    if (why != nullptr) *why = reason;
    return EntryPtr();
  };
  if (value.size() < sizeof kMagic + sizeof kVersion + kChecksumBytes) return fail("too short");
  Reader r(value.substr(0, value.size() - kChecksumBytes));
  if (r.Bytes(sizeof kMagic) != std::string_view(kMagic, sizeof kMagic)) return fail("bad magic");
  const auto version = r.Number<uint16_t>();
  if (version != kVersion && version != kPacedVersion) return fail("other version");
  char checksum[kChecksumBytes];
  AppendChecksum(value.substr(0, value.size() - kChecksumBytes), key_bytes, checksum);
  if (value.substr(value.size() - kChecksumBytes) != std::string_view(checksum, kChecksumBytes)) {
    return fail("checksum");
  }
  auto entry = std::make_shared<Entry>();
  std::string lines;
  if (!ReadEntry(version, &r, entry.get(), &lines)) return fail("lengths");
  auto fields = http::FieldList::FromLines(std::move(lines));
  if (!fields) return fail("fields");
  entry->fields = std::move(*fields);
  if (entry->expires_at_ms <= now_ms) return fail("expired");
  if (entry->stored_at_ms > now_ms + kClockSkewMs) return fail("from the future");
  return entry;
}

}  // namespace banto::cache
