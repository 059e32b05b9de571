// Whose 404 it is: the server's, which has no such route or model while another may, or the
// client's own, about a response, a file, an adapter that it named. Read from what the engines
// really say (wire-compatibility.md §1.5); in doubt it is the client's. Pure.
#ifndef BANTO_PROXY_API_NOT_HERE_H_
#define BANTO_PROXY_API_NOT_HERE_H_

#include <cstdint>
#include <string_view>

namespace banto::api {

enum class NotHere : uint8_t {
  kNo,     // an answer like any other
  kRoute,  // this server has no such path, for no model
  kTask,   // it has the path, but not for the model that it serves (started without --embeddings)
  kModel,  // it has no such model
  kModelPerhaps,  // it lacks a model that it does not name: asked elsewhere, but not remembered
};
// Of a worker's error answer to POST. `model`: as the client asked; empty: it named none.
NotHere WhatIsNotHere(int status, std::string_view body, std::string_view model);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_NOT_HERE_H_
