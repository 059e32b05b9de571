#include "cache/freshness.h"

#include <algorithm>
#include <optional>

#include "cache/cache_control.h"
#include "proxy/http/http_date.h"

namespace banto::cache {
namespace {

using Seconds = std::optional<int64_t>;

void TakeSmaller(int64_t value, Seconds* least) {
  *least = least->has_value() ? std::min(**least, value) : value;
}

// The lifetimes in one kind of Cache-Control.
struct Named {
  Seconds s_maxage, max_age;

  void Read(std::string_view value) {
    ForEachElement(value, [this](std::string_view element) {
      const Directive d = ReadDirective(element);
      if (d.Is("s-maxage")) TakeSmaller(d.Seconds(), &s_maxage);
      if (d.Is("max-age")) TakeSmaller(d.Seconds(), &max_age);
    });
  }
  Seconds lifetime() const { return s_maxage ? s_maxage : max_age; }
};

// What a head says about time, collected line by line.
struct Words {
  Named cache_control, cdn;
  Seconds expires;                // the earliest; an invalid date counts as past
  Seconds date_first, date_last;  // of several Date fields
  Seconds age;
  bool age_seen = false;

  void Read(const http::Field& field, int64_t now_s) {
    switch (field.id) {
      case http::FieldName::kCacheControl:
        return cache_control.Read(field.value);
      case http::FieldName::kDate:
        return ReadDate(field.value, now_s);
      case http::FieldName::kAge:
        return ReadAge(field.value);
      default:
        break;
    }
    if (http::EqualsNoCase(field.name, "Expires")) {
      TakeSmaller(http::ParseHttpDate(field.value, now_s).value_or(INT64_MIN / 2), &expires);
    } else if (IsCdnCacheControl(field)) {
      cdn.Read(field.value);
    }
  }

 private:
  void ReadDate(std::string_view value, int64_t now_s) {
    const Seconds date = http::ParseHttpDate(value, now_s);
    if (!date) return;
    TakeSmaller(*date, &date_first);
    date_last = std::max(date_last.value_or(*date), *date);
  }
  // Of a list the first member counts; if that is not a number, the field is ignored (RFC 9111
  // §5.1).
  void ReadAge(std::string_view value) {
    if (age_seen) return;
    age_seen = true;
    ForEachElement(value, [this, first = true](std::string_view element) mutable {
      if (first) age = ParseDeltaSeconds(element);
      first = false;
    });
  }
};

// RFC 9111 §4.2.1. The time of receipt replaces a missing Date (RFC 9110 §6.6.1).
Seconds Lifetime(const Words& words, int64_t now_s) {
  Seconds lifetime = words.cache_control.lifetime();
  if (!lifetime && words.expires) {
    lifetime = *words.expires - words.date_last.value_or(now_s);
  }
  if (const Seconds cdn = words.cdn.lifetime()) TakeSmaller(*cdn, &lifetime);
  if (lifetime) lifetime = std::clamp<int64_t>(*lifetime, 0, kDeltaSecondsMax);
  return lifetime;
}

}  // namespace

Freshness ReadFreshness(const http::ResponseHead& head, const Arrival& arrival) {
  const int64_t now_s = arrival.wall_ms / 1000;
  Words words;
  for (const http::FieldEntry& entry : head.entries()) words.Read(head.FieldOf(entry), now_s);
  Freshness freshness;
  if (const Seconds lifetime = Lifetime(words, now_s)) freshness.lifetime_ms = *lifetime * 1000;
  // RFC 9111 §4.2.3
  const int64_t apparent_age_s = std::max<int64_t>(0, now_s - words.date_first.value_or(now_s));
  const int64_t corrected_age_ms = words.age.value_or(0) * 1000 + arrival.delay_ms;
  freshness.age_ms = std::max(apparent_age_s * 1000, corrected_age_ms);
  return freshness;
}

}  // namespace banto::cache
