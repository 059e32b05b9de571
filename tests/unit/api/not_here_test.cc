#include "proxy/api/not_here.h"

#include <gtest/gtest.h>

#include <string>

#include "capture.h"

namespace banto::api {
namespace {

// The engines' ways to say `message`; `more`: further members.
std::string Nested(const std::string& message, const std::string& more = "") {
  return R"({"error":{"message":")" + message + R"(")" + more + "}}";
}
std::string Flat(const std::string& message) {
  return R"({"object":"error","message":")" + message + R"(","type":"NotFound","code":404})";
}
std::string Bare(const std::string& message) { return R"({"error":")" + message + R"("})"; }
std::string Detail(const std::string& message) { return R"({"detail":")" + message + R"("})"; }

TEST(NotHere, EnginesWithoutTheRouteSaySoInTheirOwnWays) {
  for (const std::string& body : {
           Detail("Not Found"),
           Nested("Not Found", R"(,"type":"NotFoundError","code":404)"),
           Flat("Not Found"),
           Nested("File Not Found", R"(,"type":"not_found_error","code":404)"),
           std::string("404 page not found"),
           std::string("404 page not found\n"),
           std::string(),
           std::string("Not Found"),
           std::string("404: Not Found"),
           std::string("<html><head><title>404 Not Found</title></head></html>"),
           std::string("Cannot POST /v1/messages"),
           Nested("Unknown request URL: POST /v1/x.", R"(,"code":"unknown_url")"),
           Nested("Invalid URL (POST /v1/x)", R"(,"type":"invalid_request_error")"),
       }) {
    EXPECT_EQ(WhatIsNotHere(404, body, "m"), NotHere::kRoute) << body;
  }
  EXPECT_EQ(WhatIsNotHere(405, Detail("Method Not Allowed"), "m"), NotHere::kRoute);
  EXPECT_EQ(WhatIsNotHere(405, "", ""), NotHere::kRoute);
  EXPECT_EQ(WhatIsNotHere(501, "", "m"), NotHere::kRoute);
}

TEST(NotHere, AModelThatTheServerDoesNotHave) {
  for (const std::string& body : {
           Nested("The model `m` does not exist.", R"(,"type":"NotFoundError","code":404)"),
           Nested("The model `m` does not exist. Valid aliases: tiny."),
           Flat("The model 'm' does not exist"),
           Nested("The model `m` is not yours.", R"(,"code":"model_not_found")"),
           Nested("The model `m` does not exist", R"(,"param":"model","code":"model_not_found")"),
           Nested("There's no 'm:latest' here", R"(,"code":"model_not_found")"),
           Bare("model 'm' not found"),
           Bare(R"(model \"m\" not found, try pulling it first)"),
           Bare("model 'm:latest' not found"),
           Nested("model 'm' is not found"),
           std::string(R"({"type":"error","error":{"message":"model: m"}})"),
       }) {
    EXPECT_EQ(WhatIsNotHere(404, body, "m"), NotHere::kModel) << body;
  }
}

TEST(NotHere, ACodeThatNamesAnotherModelIsTheClientsOwn) {
  const std::string code = R"(,"code":"model_not_found")";
  for (const std::string& body : {
           Nested("The model `adapter-x` does not exist", code),
           Nested("The adapter `a` of the model `m` does not exist", code),
           Nested("model: x", code),
           Nested("The model 'm2' is not yours", code),
           Nested("The model `m` does not exist", R"(,"param":"tools")" + code),
           Nested("No such model", R"(,"param":"tools[0]")" + code),
           Nested("The model `m` does not exist` does not exist"),
       }) {
    EXPECT_EQ(WhatIsNotHere(404, body, "m"), NotHere::kNo) << body;
  }
  EXPECT_EQ(WhatIsNotHere(404, Nested("No such model", code), ""), NotHere::kNo);
}

TEST(NotHere, ACodeWithoutANameIsDoubtful) {
  const std::string code = R"(,"code":"model_not_found")";
  for (const char* message : {"", "No such model", "Model m isn't here", "Model x not found"}) {
    EXPECT_EQ(WhatIsNotHere(404, Nested(message, code), "m"), NotHere::kModelPerhaps) << message;
  }
}

TEST(NotHere, AServerStartedWithoutTheTask) {
  const std::string body = Nested("This server does not support embeddings.",
                                  R"(,"code":501,"type":"not_supported_error")");
  EXPECT_EQ(WhatIsNotHere(501, body, "m"), NotHere::kTask);
}

TEST(NotHere, RecordedEnginesAreUnderstood) {
  const auto of = [](const char* name, std::string_view model) {
    const Capture capture = LoadCapture(name);
    EXPECT_NE(capture.status, 0) << name;
    return WhatIsNotHere(capture.status, capture.body, model);
  };
  EXPECT_EQ(of("llama/not-found.txt", "m"), NotHere::kRoute);
  EXPECT_EQ(of("ollama/messages.txt", "gemma"), NotHere::kRoute);
  EXPECT_EQ(of("ollama/responses.txt", "gemma"), NotHere::kRoute);
  EXPECT_EQ(of("vllm/embeddings.txt", "tiny"), NotHere::kRoute);
  EXPECT_EQ(of("vllm/method-not-allowed.txt", "tiny"), NotHere::kRoute);
  EXPECT_EQ(of("llama/embeddings.txt", "gemma3-270m"), NotHere::kTask);
  for (const char* name : {"vllm/chat-unknown-model.txt", "vllm/messages-unknown-model.txt",
                           "ollama/chat-unknown-model.txt", "ollama/api-chat-unknown-model.txt"}) {
    EXPECT_EQ(of(name, "no-such-model"), NotHere::kModel) << name;
    EXPECT_EQ(of(name, "another"), NotHere::kNo) << name;
  }
  EXPECT_EQ(of("vllm/chat-no-messages.txt", "tiny"), NotHere::kNo);
}

TEST(NotHere, WhatTheClientNamedIsItsOwn) {
  for (const std::string& body : {
           Nested("Response with id 'resp_1' not found.", R"(,"code":404)"),
           Nested("Previous response with id 'resp_1' not found.",
                  R"(,"code":"previous_response_not_found")"),
           Nested("No such File object: file-1", R"(,"param":"id")"),
           Nested("Conversation with id 'c' not found."),
           Nested("The model `lora-a` does not exist.", R"(,"type":"NotFoundError","code":404)"),
           Nested("The lora adapter `a` cannot be found.", R"(,"type":"NotFoundError")"),
           Bare("model 'mm' not found"),
           Detail("No batch found with id batch_1"),
           Nested("", R"(,"type":"not_found_error")"),
           std::string(R"(["Not Found"])"),
           std::string("no such conversation"),
           std::string("{"),
       }) {
    EXPECT_EQ(WhatIsNotHere(404, body, "m"), NotHere::kNo) << body;
  }
  EXPECT_EQ(WhatIsNotHere(404, Bare("model '' not found"), ""), NotHere::kNo);
}

TEST(NotHere, OtherStatusesAndRequestsThatCannotBeServedAreAnswers) {
  for (const int status : {200, 400, 401, 403, 410, 422, 500, 503}) {
    EXPECT_EQ(WhatIsNotHere(status, Detail("Not Found"), "m"), NotHere::kNo) << status;
  }
  EXPECT_EQ(WhatIsNotHere(501, Nested("best_of is not implemented.", R"(,"code":501)"), "m"),
            NotHere::kNo);
}

TEST(NotHere, LongAnswersAreNotRead) {
  EXPECT_EQ(WhatIsNotHere(404, "<" + std::string(1 << 20, 'x'), "m"), NotHere::kNo);
}

}  // namespace
}  // namespace banto::api
