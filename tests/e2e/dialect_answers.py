"""What engines answer to each operation beside chat, completions and embeddings, and the question that gets it. `Case.whole` is JSON, `Case.stream` a list of frames; None: there is no such form."""
import json
from dataclasses import dataclass, field


def event(name, data):
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n"


def data(body):
    return "data:" + json.dumps(body) + "\n\n"


def line(body):
    return json.dumps(body) + "\n"


@dataclass
class Case:
    path: str
    kind: str  # of the worker
    ask: dict  # without what makes it new
    fresh: str  # the member whose value makes it new
    whole: object = None
    stream: list = None
    says_stream: bool = True  # `stream` in the question asks for it
    headers: dict = field(default_factory=dict)
    type: str = "text/event-stream"

    def question(self, text, stream=False):
        """One that asks about `text`."""
        value = {"messages": [{"role": "user", "content": text}], "documents": [text, "b", "c"], "texts": [text, "b", "c"], "inputs_list": [text, "b"]}
        body = {**self.ask, self.fresh.split(":")[0]: value.get(self.fresh.split(":")[-1], text)}
        if self.says_stream and self.stream:
            body["stream"] = stream
        return body


USAGE = {"input_tokens": 5, "output_tokens": 2}
MESSAGE = {"id": "msg_0123456789abcdef", "type": "message", "role": "assistant", "model": "m", "content": [{"type": "text", "text": "hi there"}], "stop_reason": "end_turn", "stop_sequence": None, "usage": USAGE}
MESSAGE_EVENTS = [
    event("message_start", {"message": {**MESSAGE, "content": [], "stop_reason": None}}), event("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}),
    event("ping", {}), *(event("content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": t}}) for t in ("hi", " there")), event("content_block_stop", {"index": 0}),
    event("message_delta", {"delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 2}}), event("message_stop", {}),
]
ITEM = {"id": "msg_fedcba9876543210", "type": "message", "status": "completed", "role": "assistant", "content": [{"type": "output_text", "text": "hi there", "annotations": []}]}
RESPONSE = {"id": "resp_0123456789abcdef", "object": "response", "created_at": 1700000000, "completed_at": 1700000002, "status": "completed", "error": None, "incomplete_details": None, "model": "m", "output": [ITEM],
            "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "usage": {**USAGE, "total_tokens": 7, "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}}
BEGUN = {**RESPONSE, "status": "in_progress", "output": [], "usage": None, "completed_at": None}
PLACE = {"item_id": ITEM["id"], "output_index": 0, "content_index": 0}
PART = {"type": "output_text", "text": "", "annotations": []}
RESPONSE_EVENTS = [event(name, {**body, "sequence_number": i}) for i, (name, body) in enumerate([
    ("response.created", {"response": BEGUN}), ("response.in_progress", {"response": BEGUN}), ("response.output_item.added", {"output_index": 0, "item": {**ITEM, "status": "in_progress", "content": []}}),
    ("response.content_part.added", {**PLACE, "part": PART}), ("response.output_text.delta", {**PLACE, "delta": "hi", "logprobs": []}), ("response.output_text.delta", {**PLACE, "delta": " there", "logprobs": []}),
    ("response.output_text.done", {**PLACE, "text": "hi there", "logprobs": []}), ("response.content_part.done", {**PLACE, "part": {**PART, "text": "hi there"}}),
    ("response.output_item.done", {"output_index": 0, "item": ITEM}), ("response.completed", {"response": RESPONSE})])]
OLLAMA = {"model": "m", "created_at": "2026-11-21T09:28:46.849261571Z"}
DONE = {"done": True, "done_reason": "stop", "total_duration": 5, "load_duration": 1, "prompt_eval_count": 5, "prompt_eval_duration": 1, "eval_count": 2, "eval_duration": 3}

CASES = {
    "messages": Case("/v1/messages", "vllm", {"model": "m", "max_tokens": 9}, "messages", MESSAGE, MESSAGE_EVENTS, headers={"anthropic-version": "2023-06-01"}),
    "count_tokens": Case("/v1/messages/count_tokens", "vllm", {"model": "m"}, "messages", {"input_tokens": 9}, headers={"anthropic-version": "2023-06-01"}),
    "responses": Case("/v1/responses", "vllm", {"model": "m"}, "input", RESPONSE, RESPONSE_EVENTS),
    "ollama_chat": Case("/api/chat", "ollama", {"model": "m"}, "messages", {**OLLAMA, "message": {"role": "assistant", "content": "hi there"}, **DONE}, [
        *(line({**OLLAMA, "message": {"role": "assistant", "content": t}, "done": False}) for t in ("hi", " there")), line({**OLLAMA, "created_at": "2026-11-21T09:28:59.3Z", "message": {"role": "assistant", "content": ""}, **DONE})], type="application/x-ndjson"),
    "ollama_generate": Case("/api/generate", "ollama", {"model": "m"}, "prompt", {**OLLAMA, "response": "hi there", **DONE, "context": [1, 2]}, [
        *(line({**OLLAMA, "response": t, "done": False}) for t in ("hi", " there")), line({**OLLAMA, "response": "", **DONE, "context": [1, 2]})], type="application/x-ndjson"),
    "ollama_embed": Case("/api/embed", "ollama", {"model": "m"}, "input", {"model": "m", "embeddings": [[0.5, -1e-3]], "total_duration": 1, "load_duration": 1, "prompt_eval_count": 2}),
    "ollama_embeddings": Case("/api/embeddings", "ollama", {"model": "m"}, "prompt", {"embedding": [0.5, -1e-3]}),
}

LLAMA = {"index": 0, "id_slot": 0, "model": "m", "tokens_predicted": 2, "tokens_evaluated": 5, "truncated": False, "stop": True, "stop_type": "eos", "stopping_word": ""}
LLAMA_PARTS = [data({"index": 0, "content": t, "tokens": [1], "stop": False, "id_slot": -1}) for t in ("hi", " there")] + [data({"content": "", **LLAMA})]
TGI_PARTS = [data({"index": i, "token": {"id": i, "text": t, "logprob": -1.0, "special": False}, "generated_text": g, "details": g and {"finish_reason": "eos_token", "generated_tokens": 2, "seed": None, "input_length": 5}})
             for i, (t, g) in enumerate([("hi", None), (" there", "hi there")])]
META = {"id": "0123456789abcdef", "prompt_tokens": 5, "completion_tokens": 2, "finish_reason": None}
STOPPED = {**META, "finish_reason": {"type": "stop", "matched": 2}}
SGLANG_PARTS = [data({"text": "hi", "meta_info": META}), data({"text": "hi there", "meta_info": STOPPED}), "data: [DONE]\n\n"]
CLASSES = [{"score": 0.9, "label": "x"}, {"score": 0.1, "label": "y"}]
SCORED = [{"index": i, "object": "score", "score": 0.5} for i in range(2)]

CASES |= {
    "llama_completion": Case("/completion", "llamacpp", {}, "prompt", {"content": "hi there", **LLAMA}, LLAMA_PARTS),
    "llama_completions": Case("/completions", "llamacpp", {}, "prompt", {"content": "hi there", **LLAMA}, LLAMA_PARTS),
    "llama_infill": Case("/infill", "llamacpp", {"input_suffix": "}", "input_extra": [{"filename": "a.h", "text": "int a;"}]}, "input_prefix", {"content": "hi there", **LLAMA}, LLAMA_PARTS),
    "llama_tokenize": Case("/tokenize", "llamacpp", {}, "content", {"tokens": [1, 2]}),
    "llama_detokenize": Case("/detokenize", "llamacpp", {"tokens": [1, 2]}, "note", {"content": "hi there"}),
    "llama_template": Case("/apply-template", "llamacpp", {}, "messages", {"prompt": "hi there"}),
    "llama_embedding": Case("/embedding", "llamacpp", {}, "content", [{"index": 0, "embedding": [[0.5, -1.0]]}]),
    "llama_rerank": Case("/reranking", "llamacpp", {"query": "q"}, "documents", {"model": "m", "object": "list", "usage": {"prompt_tokens": 5, "total_tokens": 5}, "results": [{"index": i, "relevance_score": 0.5} for i in (2, 0, 1)]}),
    "tgi_generate": Case("/generate", "tgi", {"parameters": {"max_new_tokens": 9, "details": True}}, "inputs", {"generated_text": "hi there", "details": {"finish_reason": "eos_token", "generated_tokens": 2}}, None),
    "tgi_generate_stream": Case("/generate_stream", "tgi", {"parameters": {"max_new_tokens": 9}}, "inputs", None, TGI_PARTS, says_stream=False),
    "tgi_root": Case("/", "tgi", {"parameters": {"max_new_tokens": 9}}, "inputs", [{"generated_text": "hi there"}], TGI_PARTS),
    "tgi_tokenize": Case("/tokenize", "tgi", {}, "inputs", [{"id": 1, "text": "hi", "start": 0, "stop": 2}]),
    "sglang_generate": Case("/generate", "sglang", {"sampling_params": {"max_new_tokens": 9}}, "text", {"text": "hi there", "meta_info": STOPPED}, SGLANG_PARTS),
    "sglang_classify": Case("/classify", "sglang", {"model": "m"}, "text", {"embedding": [0.5, -1.0], "meta_info": META}),
    "sglang_encode": Case("/encode", "sglang", {"model": "m"}, "text", {"embedding": [0.5, -1.0], "meta_info": META}),
    "sglang_score": Case("/v1/score", "sglang", {"model": "m", "query": "q", "label_token_ids": [1, 2]}, "items:inputs_list", {"scores": [[0.1, 0.9], [0.2, 0.8]], "model": "m", "usage": None, "object": "scoring"}),
    "rerank": Case("/v1/rerank", "vllm", {"model": "m", "query": "q", "top_n": 2}, "documents", {"id": "rerank-0123456789abcdef", "model": "m", "usage": {"total_tokens": 9}, "results": [
        {"index": i, "document": {"text": "b"}, "relevance_score": 0.5} for i in (2, 0)]}),
    "rerank_v2": Case("/v2/rerank", "vllm", {"model": "m", "query": "q"}, "documents", {"id": "rerank-0123456789abcdef", "results": [{"index": i, "relevance_score": 0.5} for i in (2, 0, 1)]}),
    "score": Case("/score", "vllm", {"model": "m", "text_1": "q"}, "text_2:inputs_list", {"id": "score-0123456789abcdef", "object": "list", "created": 1700000000, "model": "m", "data": SCORED, "usage": {"prompt_tokens": 5, "total_tokens": 5}}),
    "classify": Case("/classify", "vllm", {"model": "m"}, "input", {"id": "classify-0123456789abcdef", "object": "list", "created": 1700000000, "model": "m", "data": [{"index": 0, "label": "x", "probs": [0.9, 0.1], "num_classes": 2}]}),
    "pooling": Case("/pooling", "vllm", {"model": "m"}, "input", {"id": "pool-0123456789abcdef", "object": "list", "created": 1700000000, "model": "m", "data": [{"index": 0, "object": "pooling", "data": [[0.5], [1.0]]}]}),
    "tokenize": Case("/tokenize", "vllm", {"model": "m"}, "prompt", {"count": 2, "max_model_len": 9, "tokens": [1, 2], "token_strs": None}),
    "detokenize": Case("/detokenize", "vllm", {"model": "m", "tokens": [1, 2]}, "note", {"prompt": "hi there"}),
    "input_tokens": Case("/v1/responses/input_tokens", "vllm", {"model": "m"}, "input", {"object": "response.input_tokens", "input_tokens": 5}),
    "embed_v2": Case("/v2/embed", "vllm", {"model": "m", "embedding_types": ["float"]}, "texts", {"id": "0123456789abcdef", "embeddings": {"float": [[0.5], [1.0], [2.0]]}, "texts": ["a", "b", "c"]}),
    "moderations": Case("/v1/moderations", "openai", {"model": "m"}, "input", {"id": "modr-0123456789abcdef", "model": "m", "results": [{"flagged": False, "categories": {"hate": False}, "category_scores": {"hate": 0.1}}]}),
    "tei_embed": Case("/embed", "tei", {"truncate": True}, "inputs", [[0.5, -1.0]]),
    "tei_embed_all": Case("/embed_all", "tei", {}, "inputs", [[[0.5, -1.0], [1.0, 2.0]]]),
    "tei_embed_sparse": Case("/embed_sparse", "tei", {}, "inputs", [[{"index": 3, "value": 0.5}]]),
    "tei_rerank": Case("/rerank", "tei", {"query": "q"}, "texts", [{"index": i, "score": 0.5} for i in (2, 0, 1)]),
    "tei_predict": Case("/predict", "tei", {}, "inputs", CLASSES),
    "tei_similarity": Case("/similarity", "tei", {"inputs": {"source_sentence": "a", "sentences": ["b", "c"]}}, "parameters", [0.5, 0.25]),
    "tei_tokenize": Case("/tokenize", "tei", {}, "inputs", [[{"id": 1, "text": "hi", "special": False, "start": 0, "stop": 2}]]),
    "tei_decode": Case("/decode", "tei", {"ids": [1, 2]}, "note", ["hi there"]),
}
