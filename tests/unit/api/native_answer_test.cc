// The engines' own operations: what is complete, whole and streamed.
#include <gtest/gtest.h>

#include <string>

#include "answer_kit.h"
#include "proxy/api/request_facts.h"
#include "proxy/json/json_scan.h"

namespace banto::api {
namespace {

// What an answer to this request must be.
RequestExpectations Asked(const std::string& path, const std::string& body) {
  json::JsonScan scan;
  EXPECT_EQ(scan.Scan(body), json::JsonStatus::kOk) << body;
  return ReadRequestFacts(*FindOperation("POST", path), scan).expectations;
}

Completeness Judge(const std::string& path, const std::string& asked, const std::string& answer) {
  return Whole(Asked(path, asked), answer);
}

struct Row {
  const char *path, *asked, *answer;
};

TEST(NativeAnswer, EveryFormOfAWholeOneIsComplete) {
  constexpr Row kRows[] = {
      {"/v1/rerank", R"({"query":"q","documents":["a","b"]})",
       R"({"id":"rerank-1","results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":-1e-3}]})"},
      {"/v1/rerank", R"({"query":"q","documents":["a","b","c"],"top_n":1})",
       R"({"results":[{"index":2,"relevance_score":0.9}]})"},
      {"/rerank", R"({"query":"q","texts":["a","b"]})",
       R"([{"index":1,"score":0.9},{"index":0,"score":0.1}])"},
      {"/score", R"({"text_1":"a","text_2":["b","c"]})",
       R"({"id":"score-1","created":1700000000,"data":[{"index":0,"score":1},{"index":1,"score":0}]})"},
      {"/v1/score", R"({"query":"a","items":["b","c"],"label_token_ids":[1,2]})",
       R"({"scores":[[0.1,0.9],[0.2,0.8]]})"},
      {"/classify", R"({"model":"m","input":["a","b"]})",
       R"({"data":[{"index":0,"label":"x","probs":[0.1,0.9]},{"index":1,"label":"y","probs":[1]}]})"},
      {"/predict", R"({"inputs":"a"})", R"([{"score":0.9,"label":"x"},{"score":0.1,"label":"y"}])"},
      {"/predict", R"({"inputs":[["a"],["b"]]})",
       R"([[{"score":0.9,"label":"x"}],[{"score":0.1,"label":"y"}]])"},
      {"/embed", R"({"inputs":["a","b"]})", "[[0.5,-1],[1e-3,2]]"},
      {"/embed_all", R"({"inputs":"a"})", "[[[0.5,-1],[1,2]]]"},
      {"/embed_sparse", R"({"inputs":"a"})", R"([[{"index":3,"value":0.5}]])"},
      {"/similarity", R"({"inputs":{"source_sentence":"a","sentences":["b","c"]}})", "[0.1,0.2]"},
      {"/embedding", R"({"content":["a","b"]})",
       R"([{"index":0,"embedding":[[1,2]]},{"index":1,"embedding":[[3,4]]}])"},
      {"/encode", R"({"text":"a"})", R"({"embedding":[1,2],"meta_info":{"id":"x"}})"},
      {"/pooling", R"({"model":"m","input":"a"})",
       R"({"id":"pool-1","created":1700000000,"data":[{"index":0,"object":"pooling","data":[[1,2],[3,4]]}]})"},
      {"/v2/embed", R"({"model":"m","texts":["a","b"]})",
       R"({"id":"x","embeddings":{"float":[[1,2],[3,4]]},"texts":["a","b"]})"},
      {"/v1/moderations", R"({"input":["a","b"]})",
       R"({"id":"modr-1","results":[{"flagged":false,"categories":{"x":false}},{"flagged":true,"categories":{}}]})"},
      {"/tokenize", R"({"content":"a"})", R"({"tokens":[1,2]})"},
      {"/tokenize", R"({"prompt":"a"})", R"({"count":2,"tokens":[1,2],"token_strs":null})"},
      {"/tokenize", R"({"inputs":"a"})", R"([{"id":1,"text":"a","start":0,"stop":1}])"},
      {"/detokenize", R"({"tokens":[1]})", R"({"prompt":"a"})"},
      {"/detokenize", R"({"tokens":[1]})", R"({"content":""})"},
      {"/decode", R"({"ids":[1]})", R"(["a"])"},
      {"/apply-template", R"({"messages":[]})", R"({"prompt":"<|im_start|>"})"},
      {"/v1/responses/input_tokens", R"({"input":"a"})",
       R"({"object":"response.input_tokens","input_tokens":5})"},
      {"/extras/tokenize/count", R"({"input":"a"})", R"({"count":0})"},
  };
  for (const Row& row : kRows)
    EXPECT_EQ(Judge(row.path, row.asked, row.answer), Completeness::kComplete) << row.answer;
}

TEST(NativeAnswer, NoneThatWasCutAnywhereOrLacksSomethingIsComplete) {
  constexpr const char* kTwo = R"({"query":"q","documents":["a","b"]})";
  constexpr Row kRows[] = {
      {"/v1/rerank", kTwo, R"({"results":[{"index":1,"relevance_score":0.9}]})"},
      {"/v1/rerank", kTwo,
       R"({"results":[{"index":1,"relevance_score":1},{"index":1,"relevance_score":1}]})"},
      {"/v1/rerank", kTwo,
       R"({"results":[{"index":1,"relevance_score":1},{"index":-1,"relevance_score":1}]})"},
      {"/v1/rerank", kTwo,
       R"({"results":[{"index":1,"relevance_score":1},{"index":0,"relevance_score":null}]})"},
      {"/v1/rerank", kTwo, R"({"results":[{"index":1,"relevance_score":1},{"index":0}]})"},
      {"/v1/rerank", kTwo,
       R"({"results":[{"index":1,"relevance_score":1},{"index":0,"relevance_score":NaN}]})"},
      {"/v1/rerank", kTwo, R"({"results":null})"},
      {"/v1/rerank", kTwo, "{}"},
      {"/score", R"({"text_1":"a","text_2":["b","c"]})", R"({"data":[{"index":0,"score":1}]})"},
      {"/score", R"({"text_1":"a","text_2":["b"]})", R"({"data":[{"index":1,"score":1}]})"},
      {"/v1/score", R"({"query":"a","items":["b","c"]})", R"({"scores":[[0.1],[null]]})"},
      {"/classify", R"({"input":"a"})", R"({"data":[{"index":0,"label":"x","probs":[]}]})"},
      {"/predict", R"({"inputs":[["a"],["b"]]})", R"([[{"score":0.9,"label":"x"}]])"},
      {"/embed", R"({"inputs":["a","b"]})", "[[0.5,-1]]"},
      {"/embed", R"({"inputs":["a","b"]})", "[[0.5,-1],[1]]"},
      {"/embed", R"({"inputs":["a","b"]})", "[[0.5,-1],[null,1]]"},
      {"/embed", R"({"inputs":["a","b"]})", "[[0.5,-1],[]]"},
      {"/embed_sparse", R"({"inputs":"a"})", R"([[{"index":3,"value":null}]])"},
      {"/pooling", R"({"input":"a"})", R"({"data":[{"index":0}]})"},
      {"/v1/moderations", R"({"input":["a","b"]})",
       R"({"results":[{"flagged":false,"categories":{}}]})"},
      {"/v1/moderations", R"({"input":"a"})", R"({"results":[{"categories":{}}]})"},
      {"/tokenize", R"({"prompt":"a"})", R"({"count":3,"tokens":[1,2]})"},
      {"/tokenize", R"({"prompt":"a"})", R"({"count":3,"tokens":null})"},
      {"/tokenize", R"({"content":"a"})", R"({"tokens":[1,null]})"},
      {"/detokenize", R"({"tokens":[1]})", R"({"tokens":[1]})"},
      {"/decode", R"({"ids":[1]})", R"([null])"},
      {"/decode", R"({"ids":[1]})", R"("a")"},
      {"/extras/tokenize/count", R"({"input":"a"})", R"({"count":null})"},
  };
  for (const Row& row : kRows)
    EXPECT_EQ(Judge(row.path, row.asked, row.answer), Completeness::kMalformed) << row.answer;
  const std::string whole =
      R"({"results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.1}]})";
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(Judge("/v1/rerank", kTwo, whole.substr(0, size)), Completeness::kMalformed) << size;
  EXPECT_EQ(Judge("/v1/rerank", kTwo, R"({"results":[]})"), Completeness::kEmptyAnswer);
  EXPECT_EQ(Judge("/embed", R"({"inputs":["a"]})", "[]"), Completeness::kEmptyAnswer);
  EXPECT_EQ(Judge("/rerank", kTwo, R"({"error":"no","error_type":"Backend"})"),
            Completeness::kUpstreamError);
}

std::string Data(const std::string& json) { return "data:" + json + "\n\n"; }

struct Generation {
  const char *path, *asked;
  std::string part, end, open;  // `open`: a whole answer that has no end
  const char *good, *length, *bad;
  bool done = false;
};

const Generation kEngines[] = {
    {"/completion", R"({"prompt":"a","n_predict":4})", R"({"index":0,"content":"x","stop":false})",
     R"({"index":0,"content":"x","stop":true,"truncated":false,"stop_type":"%"})",
     R"({"index":0,"content":"x","stop":false})", "eos", "limit", "none"},
    {"/generate", R"({"inputs":"a","parameters":{"max_new_tokens":4}})",
     R"({"index":1,"token":{"id":5,"text":"x"},"generated_text":null,"details":null})",
     R"({"index":2,"token":{"id":5,"text":"x"},"generated_text":"xx","details":{"finish_reason":"%"}})",
     R"({"token":{"text":"x"},"generated_text":null})", "eos_token", "length", "aborted"},
    {"/generate", R"({"text":"a","sampling_params":{"max_new_tokens":4}})",
     R"({"text":"x","meta_info":{"id":"abc","finish_reason":null}})",
     R"({"text":"xx","meta_info":{"id":"abc","finish_reason":{"type":"%"}}})",
     R"({"text":"x","meta_info":{"id":"abc","finish_reason":null}})", "stop", "length", "abort",
     true},
};

std::string End(const Generation& engine, const char* reason) {
  std::string end = engine.end;
  return end.replace(end.find('%'), 1, reason);
}

TEST(NativeGeneration, NeedsItsEndAndAGoodReason) {
  for (const Generation& engine : kEngines) {
    SCOPED_TRACE(engine.end);
    RequestExpectations asked = Asked(engine.path, engine.asked);
    const std::string done = engine.done ? kDone : "";
    const auto stream = [&](const std::string& end) {
      return ReadStream(asked, Data(engine.part) + Data(engine.part) + Data(end) + done);
    };
    const auto both = [&](const char* reason, Completeness verdict) {
      const std::string end = End(engine, reason);
      const Read read = stream(end);
      EXPECT_EQ(read.verdict, verdict) << reason;
      EXPECT_TRUE(read.finished) << reason;
      EXPECT_EQ(Whole(asked, end), verdict) << reason;
    };
    both(engine.good, Completeness::kComplete);
    both(engine.length, Completeness::kComplete);
    both(engine.bad, Completeness::kFinishReasonError);
    asked.limit_set = false;
    both(engine.length, Completeness::kLengthLimit);
    EXPECT_EQ(Whole(asked, engine.open), Completeness::kFinishReasonError);
    const std::string unclosed = End(engine, engine.good).substr(0, engine.end.size() - 3);
    EXPECT_EQ(Whole(asked, unclosed), Completeness::kMalformed);
    EXPECT_NE(stream(unclosed).verdict, Completeness::kComplete);
    const Read cut = ReadStream(asked, Data(engine.part) + done);
    EXPECT_EQ(cut.verdict, Completeness::kIncompleteStream);
    EXPECT_FALSE(cut.finished);
    EXPECT_EQ(
        ReadStream(asked, Data(engine.part) + Data(End(engine, engine.good)) + done, false).verdict,
        Completeness::kIncompleteStream);
    EXPECT_EQ(ReadStream(asked, Data(End(engine, engine.good)) + Data(engine.part) + done).verdict,
              Completeness::kMalformed);
    EXPECT_EQ(ReadStream(asked, Data(engine.part) + Data(R"({"error":"no"})")).verdict,
              Completeness::kUpstreamError);
    EXPECT_EQ(
        ReadStream(asked, Data(engine.part) + Data("x") + Data(End(engine, engine.good)) + done)
            .verdict,
        Completeness::kMalformed);
    asked.choices = 2;
    EXPECT_EQ(stream(End(engine, engine.good)).verdict, Completeness::kIncompleteStream);
    EXPECT_EQ(Whole(asked, End(engine, engine.good)), Completeness::kMalformed);
  }
  const Generation& sglang = kEngines[2];
  EXPECT_EQ(ReadStream(Asked(sglang.path, sglang.asked), Data(End(sglang, "stop"))).verdict,
            Completeness::kIncompleteStream);  // its [DONE] is missing
}

TEST(NativeGeneration, SeveralTextsEndEachForItself) {
  const RequestExpectations asked = Asked("/completion", R"({"prompt":["a","b"],"n_predict":4})");
  const std::string first = R"({"index":0,"content":"x","stop":true,"stop_type":"eos"})";
  const std::string second = R"({"index":1,"content":"x","stop":true,"stop_type":"word"})";
  EXPECT_EQ(ReadStream(asked, Data(second) + Data(first)).verdict, Completeness::kComplete);
  EXPECT_EQ(ReadStream(asked, Data(first) + Data(first)).verdict, Completeness::kIncompleteStream);
  EXPECT_EQ(Whole(asked, "[" + first + "," + second + "]"), Completeness::kComplete);
  EXPECT_EQ(Whole(asked, "[" + first + "]"), Completeness::kMalformed);
}

TEST(NativeGeneration, WhatTheMachineLimitedIsNotStored) {
  const std::string cut = R"({"content":"x","stop":true,"stop_type":"limit"})";
  EXPECT_EQ(Judge("/completion", R"({"prompt":"a","n_predict":4,"t_max_predict_ms":50})", cut),
            Completeness::kLengthLimit);
  EXPECT_EQ(Judge("/completion", R"({"prompt":"a","n_predict":-1})", cut),
            Completeness::kLengthLimit);
  EXPECT_EQ(Judge("/completion", R"({"prompt":"a","n_predict":4})",
                  R"({"content":"x","stop":true,"stop_type":"eos","truncated":true})"),
            Completeness::kFinishReasonError);
  EXPECT_EQ(
      Judge("/completion", R"({"prompt":"a"})", R"({"content":"","stop":true,"stop_type":"eos"})"),
      Completeness::kEmptyAnswer);
}

// Whatever else answers on such a path is passed on, and its end is no cut.
TEST(NativeGeneration, AFormThatNobodyKnowsIsNeitherStoredNorCut) {
  const RequestExpectations asked = Asked("/generate", R"({"inputs":"a"})");
  const Read read = ReadStream(asked, Data(R"({"words":["x"]})"));
  EXPECT_EQ(read.verdict, Completeness::kNotCacheable);
  EXPECT_TRUE(read.finished);
  EXPECT_EQ(Whole(asked, R"({"words":["x"]})"), Completeness::kNotCacheable);
}

}  // namespace
}  // namespace banto::api
