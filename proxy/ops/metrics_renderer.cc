#include "proxy/ops/metrics_renderer.h"

#include <charconv>

#include "proxy/json/utf8.h"

namespace banto::ops {
namespace {

const char* TypeName(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kHistogram:
      return "histogram";
  }
  return "untyped";
}

// The shortest digits that represent `value`, never with an exponent: people compare "le" with the
// documentation.
void AppendNumber(double value, std::string* out) {
  char text[512];  // the longest double in this form has 325 characters
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
  out->append(text, static_cast<size_t>(end - text));
}

void AppendCount(uint64_t value, std::string* out) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  out->append(text, static_cast<size_t>(end - text));
}

// Model names come from clients: they must not end the value, and a single byte that is not UTF-8
// makes Prometheus reject the entire scrape.
void AppendEscaped(std::string_view value, std::string* out) {
  while (!value.empty()) {
    const size_t valid = json::ValidUtf8Prefix(value);
    for (char c : value.substr(0, valid)) {
      if (c == '\n') {
        out->append("\\n");
        continue;
      }
      if (c == '\\' || c == '"') out->push_back('\\');
      out->push_back(c);
    }
    if (valid == value.size()) return;
    out->append("\xEF\xBF\xBD");
    value.remove_prefix(valid + 1);
  }
}

// `a="x",b="y"`, without braces, so that a bucket can add its "le".
void AppendLabels(const Metric& metric, const MetricSamples::Labels& labels, std::string* out) {
  for (size_t i = 0; i < kLabelsMax && metric.labels[i] != nullptr; ++i) {
    if (i > 0) out->push_back(',');
    out->append(metric.labels[i]).append("=\"");
    AppendEscaped(labels[i], out);
    out->push_back('"');
  }
}

class Lines {
 public:
  Lines(const Metric* metric, std::string* out) : metric_(metric), out_(out) {}

  void Head() {
    out_->append("# HELP ").append(metric_->name).append(" ").append(metric_->help);
    out_->append("\n# TYPE ").append(metric_->name).append(" ").append(TypeName(metric_->type));
    out_->push_back('\n');
  }

  void Value(const MetricSamples::Labels& labels, const Sample& sample) {
    SetLabels(labels);
    Name("", "");
    AppendNumber(Shown(sample.value), out_);
    out_->push_back('\n');
  }

  void Histogram(const MetricSamples::Labels& labels, const Sample& sample) {
    SetLabels(labels);
    uint64_t count = 0;
    for (size_t i = 0; i < sample.buckets.size(); ++i) {
      count += sample.buckets[i];
      bound_ = "+Inf";
      if (i < metric_->bounds.size()) {
        bound_.clear();
        AppendNumber(Shown(static_cast<double>(metric_->bounds[i])), &bound_);
      }
      Name("_bucket", bound_);
      AppendCount(count, out_);
      out_->push_back('\n');
    }
    Name("_sum", "");
    AppendNumber(Shown(sample.value), out_);
    out_->push_back('\n');
    Name("_count", "");
    AppendCount(count, out_);
    out_->push_back('\n');
  }

 private:
  double Shown(double counted) const { return counted / static_cast<double>(metric_->scale); }
  void SetLabels(const MetricSamples::Labels& labels) {
    labels_.clear();
    AppendLabels(*metric_, labels, &labels_);
  }
  // `name_suffix{labels,le="…"} `
  void Name(std::string_view suffix, std::string_view bound) {
    out_->append(metric_->name).append(suffix);
    if (!labels_.empty() || !bound.empty()) {
      out_->append("{").append(labels_);
      if (!bound.empty()) {
        out_->append(labels_.empty() ? "le=\"" : ",le=\"").append(bound).append("\"");
      }
      out_->push_back('}');
    }
    out_->push_back(' ');
  }

  const Metric* metric_;
  std::string* out_;
  std::string labels_, bound_;
};

}  // namespace

std::string RenderMetrics(const MetricSamples& samples) {
  std::string out;
  for (const Metric& metric : AllMetrics()) {
    const MetricSamples::Family& family = samples.family(metric.id);
    if (family.empty()) continue;
    Lines lines(&metric, &out);
    lines.Head();
    for (const auto& [labels, sample] : family) {
      if (metric.type == MetricType::kHistogram) {
        lines.Histogram(labels, sample);
      } else {
        lines.Value(labels, sample);
      }
    }
  }
  return out;
}

}  // namespace banto::ops
