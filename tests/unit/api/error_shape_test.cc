#include "proxy/api/error_shape.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "capture.h"
#include "proxy/api/anthropic/anthropic.h"
#include "proxy/api/ollama/ollama.h"
#include "proxy/api/openai/openai.h"
#include "proxy/api/plain/plain.h"

namespace banto::api {
namespace {

using Json = nlohmann::json;

TEST(ErrorBody, HasTheShapeOfTheClientsApi) {
  const ApiError error{404, "model_not_found", "no \"x\" here", "req-1"};
  EXPECT_EQ(Json::parse(openai::kDialect.errors->body(error)),
            Json::parse(R"({"error":{"message":"no \"x\" here","type":"invalid_request_error",)"
                        R"("param":null,"code":"model_not_found"},"request_id":"req-1"})"));
  EXPECT_EQ(Json::parse(anthropic::kDialect.errors->body(error)),
            Json::parse(R"({"type":"error","error":{"type":"not_found_error",)"
                        R"("message":"no \"x\" here"},"request_id":"req-1"})"));
  EXPECT_EQ(Json::parse(ollama::kDialect.errors->body(error)),
            Json::parse(R"({"error":"no \"x\" here","request_id":"req-1"})"));
  EXPECT_EQ(plain::kDialect.errors->body(error), "no \"x\" here\nrequest id: req-1\n");
  EXPECT_EQ(plain::kDialect.errors->content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(openai::kDialect.errors->content_type, "application/json");
}

TEST(ErrorBody, AnthropicsSdksReadInDetailsThatAThreadIsNotHeld) {
  const std::string body =
      anthropic::kDialect.errors->body({400, "thread_unsupported_request", "no", "req-1"});
  EXPECT_EQ(Json::parse(body)["error"]["details"]["error_code"], "thread_unsupported_request");
  EXPECT_EQ(Json::parse(body)["request_id"], "req-1");
}

TEST(ErrorBody, TypesFollowFromTheStatus) {
  const auto type = [](const Dialect& dialect, int status) {
    return Json::parse(dialect.errors->body({status, "", "m", ""}))["error"]["type"]
        .get<std::string>();
  };
  EXPECT_EQ(type(openai::kDialect, 400), "invalid_request_error");
  EXPECT_EQ(type(openai::kDialect, 401), "invalid_request_error");
  EXPECT_EQ(type(openai::kDialect, 429), "rate_limit_error");
  EXPECT_EQ(type(openai::kDialect, 502), "server_error");
  EXPECT_EQ(type(openai::kDialect, 503), "service_unavailable_error");
  EXPECT_EQ(type(anthropic::kDialect, 413), "request_too_large");
  EXPECT_EQ(type(anthropic::kDialect, 529), "overloaded_error");
  EXPECT_EQ(type(anthropic::kDialect, 500), "api_error");
}

TEST(ErrorBody, TextThatIsNotUtf8IsStillJson) {
  EXPECT_TRUE(Json::accept(openai::kDialect.errors->body({500, "", "a\xFF\"\n", ""})));
}

TEST(ErrorFrame, SpeaksTheStreamsLanguage) {
  const ApiError error{502, "upstream_disconnected", "upstream connection lost", "req-1"};
  const auto frame = [&error](const char* path) {
    return ErrorFrame(*FindOperation("POST", path), error, 4);
  };
  EXPECT_EQ(frame("/v1/chat/completions"),
            "data: {\"error\":{\"message\":\"upstream connection lost\",\"type\":\"server_error\","
            "\"param\":null,\"code\":\"upstream_disconnected\"}}\n\n");
  EXPECT_EQ(frame("/v1/messages"),
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\","
            "\"message\":\"upstream connection lost\"}}\n\n");
  EXPECT_EQ(
      frame("/v1/responses"),
      "event: error\ndata: {\"type\":\"error\",\"code\":\"upstream_disconnected\",\"message\":"
      "\"upstream connection lost\",\"param\":null,\"sequence_number\":4}\n\n");
  EXPECT_EQ(frame("/api/chat"), "{\"error\":\"upstream connection lost\"}\n");
  EXPECT_EQ(frame("/app"), "");
}

Json Normal(const Dialect& dialect, int status, const char* type, const std::string& body) {
  const auto normal = NormaliseError(*dialect.errors, status, type, body);
  return normal ? Json::parse(*normal) : Json("unchanged");
}
Json OpenAi(const std::string& body) {
  return Normal(openai::kDialect, 400, "application/json", body);
}

TEST(NormaliseError, SgLangsFlatFormIsNested) {
  EXPECT_EQ(
      OpenAi(
          R"({"object":"error","message":"bad","type":"BadRequestError","param":"n","code":400})"),
      Json::parse(
          R"({"error":{"message":"bad","type":"BadRequestError","param":"n","code":400}})"));
}

TEST(NormaliseError, TgiAndTeiTextsAreNested) {
  EXPECT_EQ(Normal(openai::kDialect, 429, "application/json",
                   R"({"error":"Model is overloaded","error_type":"overloaded"})"),
            Json::parse(R"({"error":{"message":"Model is overloaded","type":"rate_limit_error",)"
                        R"("param":null,"code":"overloaded"}})"));
  EXPECT_EQ(OpenAi(R"({"message":"too long","code":413,"type":"Validation"})"),
            Json::parse(
                R"({"error":{"message":"too long","type":"Validation","param":null,"code":413}})"));
}

TEST(NormaliseError, FastApiDetailsBecomeOneSentence) {
  EXPECT_EQ(OpenAi(R"({"detail":"Invalid API key"})")["error"]["message"], "Invalid API key");
  EXPECT_EQ(OpenAi(R"({"detail":[{"loc":["body","n",0],"msg":"not a number","type":"x"},)"
                   R"({"loc":["body"],"msg":"bad"}]})")["error"]["message"],
            "body.n.0: not a number; body: bad");
}

TEST(NormaliseError, OllamasFormIsMadeOfAllOthers) {
  EXPECT_EQ(Normal(ollama::kDialect, 404, "application/json", R"({"error":{"message":"gone"}})"),
            Json::parse(R"({"error":"gone"})"));
  EXPECT_EQ(Normal(ollama::kDialect, 404, "application/json", R"({"error":"gone"})"), "unchanged");
  EXPECT_EQ(Normal(ollama::kDialect, 404, "text/plain", "404 page not found"),
            Json::parse(R"({"error":"404 page not found"})"));
}

TEST(NormaliseError, AnthropicsFormIsMadeOfAllOthers) {
  EXPECT_EQ(
      Normal(anthropic::kDialect, 404, "application/json", R"({"detail":"Not Found"})"),
      Json::parse(R"({"type":"error","error":{"type":"not_found_error","message":"Not Found"}})"));
  EXPECT_EQ(Normal(anthropic::kDialect, 400, "application/json",
                   R"({"type":"error","error":{"type":"x","message":"y"}})"),
            "unchanged");
}

TEST(NormaliseError, PagesOfHtmlAreNotQuoted) {
  const Json html = Normal(openai::kDialect, 502, "text/html", "<html>secret</html>");
  EXPECT_EQ(html["error"]["message"], "the worker answered 502 without an explanation");
  EXPECT_EQ(Normal(openai::kDialect, 502, "text/plain", "<html>")["error"]["message"],
            "the worker answered 502 without an explanation");
  EXPECT_EQ(Normal(openai::kDialect, 403, "", "")["error"]["message"],
            "the worker answered 403 without an explanation");
}

TEST(NormaliseError, APlainApplicationsErrorsAreItsOwn) {
  EXPECT_FALSE(NormaliseError(*plain::kDialect.errors, 500, "text/html", "<html>"));
  EXPECT_FALSE(
      NormaliseError(*plain::kDialect.errors, 500, "application/json", R"({"detail":"x"})"));
}

TEST(NormaliseError, DeepAndBrokenJsonDoesNoHarm) {
  const std::string deep =
      R"({"error":)" + std::string(200000, '[') + std::string(200000, ']') + "}";
  for (const std::string& body :
       {deep, std::string(R"({"error":{"message":"\ud800"}})"),
        std::string("{\"detail\":\"\xFF\"}"), std::string(R"({"error":7})"), std::string(R"([1])"),
        std::string(R"({"detail":[1,{"loc":7}]})"),
        std::string(R"({"message":7,"code":{"a":[]}})")}) {
    const auto normal = NormaliseError(*openai::kDialect.errors, 500, "application/json", body);
    ASSERT_TRUE(normal);
    EXPECT_FALSE(Json::parse(*normal)["error"]["message"].get<std::string>().empty());
  }
}

TEST(NormaliseError, RecordedErrorsEndInTheClientsShape) {
  for (const char* name :
       {"llama/chat-context-overflow.txt", "llama/chat-wrong-type.txt", "llama/embeddings.txt",
        "llama/gzip-request.txt", "ollama/chat-unknown-model.txt", "ollama/messages.txt",
        "ollama/api-chat-unknown-model.txt", "ollama/api-embed.txt", "vllm/chat-wrong-type.txt",
        "vllm/chat-unknown-model.txt", "vllm/embeddings.txt", "vllm/messages-unknown-model.txt",
        "vllm/gzip-request.txt"}) {
    SCOPED_TRACE(name);
    const Capture capture = LoadCapture(name);
    const Dialect* const dialect = FindOperation(capture.method, capture.path)->dialect;
    const auto normal =
        NormaliseError(*dialect->errors, capture.status, capture.content_type, capture.body);
    const Json body = Json::parse(normal.value_or(capture.body));
    const Json& error = body["error"];
    EXPECT_FALSE(
        (dialect == &ollama::kDialect ? error : error["message"]).get<std::string>().empty());
    EXPECT_EQ(dialect == &anthropic::kDialect, body.contains("type"));
  }
}

}  // namespace
}  // namespace banto::api
