// CheckTrustedProxies: the networks in trusted_proxies.
#include "conf/config.h"
#include "conf/sections.h"

namespace banto::conf {
namespace {

std::optional<net::Network> ReadNetwork(const SectionReader& reader, const std::string& text,
                                        const Place& place) {
  std::string error, meant;
  const auto network = net::Network::Parse(text, &error, &meant);
  if (network) return network;
  const std::string shown =
      reader.MayQuote("trusted_proxies") ? "\"" + text + "\" " : "an item from the environment ";
  reader.ErrorAt(place, shown + error,
                 meant.empty() ? "write an address or a network such as \"10.0.0.0/8\""
                               : "write \"" + meant + "\"");
  return std::nullopt;
}

}  // namespace

std::vector<net::Network> DefaultTrustedProxies() {
  std::vector<net::Network> networks;
  std::string error, meant;
  for (const char* text : {"127.0.0.0/8", "::1"}) {
    networks.push_back(net::Network::Parse(text, &error, &meant).value());
  }
  return networks;
}

void CheckTrustedProxies(const SectionReader& reader, std::vector<net::Network>* networks) {
  std::vector<std::string> texts;
  if (!reader.Has("trusted_proxies") || !reader.Value("trusted_proxies").Texts(&texts)) return;
  std::vector<net::Network> read;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (const auto network =
            ReadNetwork(reader, texts[i], reader.PlaceOfItem("trusted_proxies", i)))
      read.push_back(*network);
  }
  *networks = std::move(read);
}

}  // namespace banto::conf
