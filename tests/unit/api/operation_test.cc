#include "proxy/api/operation.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/api/operation_table.h"

namespace banto::api {
namespace {

Operation Of(std::string_view method, std::string_view path) {
  return FindOperation(method, path)->operation;
}

TEST(Operation, InferencePathsAreKnown) {
  EXPECT_EQ(Of("POST", "/v1/chat/completions"), Operation::kChat);
  EXPECT_EQ(Of("POST", "/chat/completions"), Operation::kChat);
  EXPECT_EQ(Of("POST", "/v1/completions"), Operation::kCompletions);
  EXPECT_EQ(Of("POST", "/v1/embeddings"), Operation::kEmbeddings);
  EXPECT_EQ(Of("POST", "/v1/responses"), Operation::kChat);
  EXPECT_EQ(Of("POST", "/v1/messages"), Operation::kChat);
  EXPECT_EQ(Of("POST", "/v1/messages/count_tokens"), Operation::kCountTokens);
  EXPECT_EQ(Of("POST", "/api/chat"), Operation::kChat);
  EXPECT_EQ(Of("POST", "/api/generate"), Operation::kCompletions);
  EXPECT_EQ(Of("POST", "/api/embed"), Operation::kEmbeddings);
  for (const char* path : {"/v1/rerank", "/rerank", "/score", "/tokenize", "/completion", "/infill",
                           "/generate", "/generate_stream", "/embed", "/apply-template"}) {
    EXPECT_EQ(Of("POST", path), Operation::kOther) << path;
    EXPECT_TRUE(FindOperation("POST", path)->inference) << path;
    EXPECT_TRUE(FindOperation("POST", path)->retry_safe) << path;
  }
}

TEST(Operation, AdminPathsOfEnginesAreNot) {
  for (const char* method : {"GET", "POST", "DELETE", "HEAD"}) {
    for (const char* path : {"/flush_cache",
                             "/update_weights_from_disk",
                             "/abort_request",
                             "/api/delete",
                             "/api/pull",
                             "/api/create",
                             "/api/push",
                             "/api/copy",
                             "/slots",
                             "/slots/0",
                             "/props",
                             "/lora-adapters",
                             "/metrics",
                             "/models/load",
                             "/models/unload",
                             "/v1/load_lora_adapter",
                             "/v1/unload_lora_adapter",
                             "/sleep",
                             "/wake_up",
                             "/reset_prefix_cache",
                             "/collective_rpc",
                             "/server_info",
                             "/get_server_info",
                             "/start_profile",
                             "/scale_elastic_ep",
                             "/update_weights_from_tensor",
                             "/release_memory_occupation",
                             "/set_internal_state",
                             "/v1/chat/completions/control",
                             "/cors-proxy",
                             "/tools",
                             "/api/blobs/sha256:0",
                             "/api/unload",
                             "/get_load",
                             "/pause_generation",
                             "/v1",
                             "/v1/",
                             "",
                             "//v1/chat/completions",
                             "/v1/chat/completions/",
                             "/V1/chat/completions",
                             "/v1/chat/completions/../../slots"}) {
      EXPECT_EQ(Of(method, path), Operation::kPlain) << method << " " << path;
      EXPECT_FALSE(FindOperation(method, path)->retry_safe) << path;
    }
  }
}

TEST(Operation, EveryPathIsFoundAsItself) {
  for (const OperationRow& row : kOperationRows) {
    const char* method = row.method == OperationRow::Method::kPost ? "POST" : "GET";
    const OperationInfo* found = FindOperation(method, row.path);
    EXPECT_EQ(found->operation, row.info.operation) << row.path;
    EXPECT_EQ(found->dialect, row.info.dialect) << row.path;
    EXPECT_EQ(found->engines, row.info.engines) << row.path;
    EXPECT_EQ(Of(method, std::string(row.path) + "x"), Operation::kPlain) << row.path;
    EXPECT_EQ(Of(method, row.path.substr(1)), Operation::kPlain) << row.path;
  }
}

TEST(Operation, NativePathsOfTheEnginesAreKnown) {
  for (const char* path : {"/",
                           "/invocations",
                           "/vertex",
                           "/vertex_generate",
                           "/predict",
                           "/decode",
                           "/similarity",
                           "/chat_tokenize",
                           "/inference/v1/generate",
                           "/v1/audio/transcriptions",
                           "/v1/audio/translations",
                           "/v1/audio/speech",
                           "/v1/images/generations",
                           "/v1/responses/input_tokens",
                           "/v1/chat/completions/input_tokens",
                           "/v2/embed",
                           "/extras/tokenize/count",
                           "/encode",
                           "/pooling",
                           "/v1/moderations"}) {
    const OperationInfo* operation = FindOperation("POST", path);
    EXPECT_EQ(operation->operation, Operation::kOther) << path;
    EXPECT_TRUE(operation->inference && operation->engines != 0) << path;
    EXPECT_EQ(operation->nameless & operation->engines, operation->nameless) << path;
  }
  EXPECT_EQ(FindOperation("POST", "/rerank")->nameless, engine::kTeiRerank);
  EXPECT_EQ(FindOperation("POST", "/v1/rerank")->nameless,
            FindOperation("POST", "/v1/rerank")->engines);
}

TEST(Operation, AWrongMethodIsUnknown) {
  EXPECT_EQ(Of("GET", "/v1/chat/completions"), Operation::kPlain);
  EXPECT_EQ(Of("POST", "/v1/models"), Operation::kPlain);
  EXPECT_EQ(Of("DELETE", "/v1/models/x"), Operation::kPlain);
  EXPECT_EQ(Of("post", "/v1/chat/completions"), Operation::kPlain);
  EXPECT_EQ(Of("OPTIONS", "/"), Operation::kPlain);
}

TEST(Operation, ListingsAreKnownToGetAndHead) {
  for (const char* method : {"GET", "HEAD"}) {
    EXPECT_EQ(Of(method, "/v1/models"), Operation::kModels);
    EXPECT_EQ(Of(method, "/v1/models/meta/llama"), Operation::kModel);
    EXPECT_EQ(Of(method, "/api/tags"), Operation::kModels);
    EXPECT_EQ(Of(method, "/api/ps"), Operation::kRunning);
    EXPECT_EQ(Of(method, "/api/version"), Operation::kVersion);
    EXPECT_EQ(Of(method, "/"), Operation::kGreeting);
  }
  EXPECT_EQ(Of("POST", "/api/show"), Operation::kShow);
  EXPECT_EQ(Of("GET", "/v1/models/"), Operation::kPlain);
  EXPECT_TRUE(FindOperation("GET", "/v1/models/x")->listing);
  EXPECT_FALSE(FindOperation("GET", "/v1/models/x")->inference);
}

TEST(Operation, FamiliesStreamInTheirOwnFraming) {
  EXPECT_EQ(FindOperation("POST", "/v1/chat/completions")->framing, http::StreamFraming::kSse);
  EXPECT_EQ(FindOperation("POST", "/api/chat")->framing, http::StreamFraming::kNdjson);
  EXPECT_EQ(FindOperation("POST", "/v1/messages")->dialect, &anthropic::kDialect);
  EXPECT_EQ(FindOperation("POST", "/v1/embeddings")->framing, http::StreamFraming::kNone);
  EXPECT_TRUE(FindOperation("POST", "/api/generate")->streams_by_default);
  EXPECT_TRUE(FindOperation("POST", "/generate_stream")->streams_by_default);
  EXPECT_FALSE(FindOperation("POST", "/v1/chat/completions")->streams_by_default);
}

}  // namespace
}  // namespace banto::api
