"""Which requests are one question and which are not (traps K1–K13, K15, K16). The worker's answer names the bytes it was asked, so that an entry given to
the wrong question shows.
"""
import json
import re

import pytest
from cache_asking import answer_digest, ask, chat, is_hit, must_bypass, must_differ, must_share, nonce, said
from fakes.fake_worker import FakeWorker
from harness import Banto, until, worker_toml
from real_redis import RealRedis


@pytest.fixture(scope="module")
def worker():
    with FakeWorker(answer_digest, models=("m", "m2", "M")) as worker:
        yield worker


@pytest.fixture(scope="module")
def banto(worker):
    with Banto(worker_toml(worker.url, name="gpu1", kind="vllm") + '[cache]\nmemory = "64MiB"\n') as banto:
        yield banto


def talk(*messages):
    return {"model": "m", "temperature": 0, "messages": list(messages)}


def user(content, **more):
    return {"role": "user", "content": content, **more}


TOOL = {"type": "function", "function": {"name": "f", "description": "does f", "parameters": {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}}}


def turned(value):
    """The same value with the members of every object in the opposite order."""
    if isinstance(value, dict):
        return {k: turned(v) for k, v in reversed(list(value.items()))}
    if isinstance(value, list):
        return [turned(v) for v in value]
    return value


# --- K1: the same value, spelt otherwise ---


def test_the_order_of_members_does_not_matter_at_any_depth(banto):
    """K1"""
    body = chat(tools=[TOOL], seed=7)
    must_share(banto, body, turned(body))


def test_white_space_between_tokens_does_not_matter(banto):
    """K1"""
    body = chat(stop=["a", "b"])
    must_share(banto, json.dumps(body, separators=(",", ":")).encode(), json.dumps(body, indent=4).replace("\n", "\r\n\t").encode())


@pytest.mark.parametrize("escaped,plain", [("\\u00e9", "é"), ("\\ud83d\\ude00", "😀"), ("\\/", "/"), ("\\u0041", "A"), ("\\u000a", "\\n")])
def test_an_escape_and_the_character_are_equal(banto, escaped, plain):
    """K1"""
    text = json.dumps(chat())
    with_text = lambda s: (text[:-1] + ', "suffix_text": "x' + s + '"}').encode()
    must_share(banto, with_text(escaped), with_text(plain))


def test_an_escaped_member_name_is_the_same_member(banto):
    """K1"""
    text = json.dumps(chat(seed=5))
    must_share(banto, text.encode(), text.replace('"seed"', '"\\u0073eed"').encode())


def test_the_order_of_an_array_matters(banto):
    """K1"""
    q = nonce()
    must_differ(banto, talk(user(q), user("b")), talk(user("b"), user(q)))
    must_differ(banto, *[dict(talk(user(q)), stop=stop) for stop in (["x", "y"], ["y", "x"])])


def test_case_and_white_space_inside_a_string_matter(banto):
    """K1: "Fix ABC" is not "fix abc"."""
    q = nonce()
    must_differ(banto, *[talk(user(f"{q} {text}")) for text in ("Fix ABC", "fix abc", "Fix ABC ", " Fix ABC", "Fix  ABC", "Fix ABC\n", "Fix\u00a0ABC")])


def test_unicode_that_only_looks_equal_is_not_equal(banto):
    """K1"""
    q = nonce()
    must_differ(banto, talk(user(q + "\u00e9")), talk(user(q + "e\u0301")), talk(user(q + "E\u0301")))


def test_numbers_are_kept_as_they_were_spelt_and_never_rounded_together(banto):
    """K1, K8, K9: neither 2^53 nor a float's or a thousandth's grid merges two numbers."""
    q = nonce()
    text = json.dumps(talk(user(q)))[:-1]
    numbers = ["9007199254740992", "9007199254740993", "18446744073709551616", "18446744073709551617", "0.7001", "0.7004", "0.70010000000000000001", "-1", "-0", "0", "1e2", "1e3"]
    must_differ(banto, *[f'{text}, "seed": {n}}}'.encode() for n in numbers])


# --- K2: nothing can be forged by what a value holds ---


def test_a_value_that_holds_the_next_field_is_not_that_field(banto):
    """K2"""
    q = nonce()
    must_differ(banto, dict(talk(user(q)), a="x", b="y"), dict(talk(user(q)), a='x","b":"y'), dict(talk(user(q)), a="x, b: y"), dict(talk(user(q)), a="xb", b="y"),
                dict(talk(user(q)), ab="xy"), dict(talk(user(q)), a="xy", b=""), dict(talk(user(q)), a="", b="xy"))


def test_strings_do_not_run_together_across_borders(banto):
    """K2"""
    q = nonce()
    must_differ(banto, talk(user(q + "ab"), user("c")), talk(user(q + "a"), user("bc")), talk(user(q + "abc"), user("")), talk(user(q + "abc")))
    must_differ(banto, *[dict(talk(user(q)), stop=s) for s in (["a", "b"], ["a,b"], ['a","b'], ["ab"], "ab", [["a", "b"]], [])])


def test_equal_words_of_other_types_are_other_values(banto):
    """K2"""
    q = nonce()
    must_differ(banto, talk(user(q)), *[dict(talk(user(q)), x=v) for v in (1, "1", True, "true", None, "null", False, [], {}, "", [1], {"1": 1})])


# --- K4: every field ---

FIELDS = {
    "tools": [[TOOL], [dict(TOOL, function=dict(TOOL["function"], description="does F"))]], "tool_choice": ["auto", "none"], "parallel_tool_calls": [True, False],
    "functions": [[TOOL["function"]], []], "function_call": ["auto", "none"],
    "response_format": [{"type": "json_object"}, {"type": "text"}], "guided_json": [{"type": "object"}, {"type": "array"}], "guided_regex": ["a+", "a*"],
    "guided_grammar": ["root ::= a", "root ::= b"], "guided_choice": [["a", "b"], ["b", "a"]], "structured_outputs": [{"choice": ["a"]}, {"choice": ["b"]}],
    "grammar": ["x", "y"], "json_schema": [{}, {"type": "object"}], "format": ["json", {}], "regex": ["a", "b"], "ebnf": ["a", "b"],
    "chat_template": ["a", "b"], "chat_template_kwargs": [{"enable_thinking": True}, {"enable_thinking": False}], "documents": [[{"text": "a"}], [{"text": "b"}]],
    "reasoning_effort": ["low", "high"], "reasoning": [{"effort": "low"}, {"effort": "high"}], "thinking": [{"type": "enabled"}, {"type": "disabled"}], "think": [True, False],
    "verbosity": ["low", "high"], "include_reasoning": [True, False], "reasoning_format": ["none", "deepseek"],
    "seed": [1, 2], "stop": ["a", ["a"]], "n": [1, 2], "best_of": [2, 3], "logprobs": [True, False], "top_logprobs": [1, 2], "prompt_logprobs": [0, 1],
    "logit_bias": [{"1": 1}, {"1": 2}], "bad_words": [["a"], ["b"]], "allowed_token_ids": [[1], [2]],
    "top_p": [0.5, 0.9], "top_k": [1, 2], "min_p": [0.1, 0.2], "typical_p": [0.1, 0.2], "top_n_sigma": [1, 2], "xtc_probability": [0.1, 0.2], "dry_multiplier": [0.1, 0.2],
    "mirostat": [1, 2], "dynatemp_range": [0.1, 0.2], "samplers": [["top_k"], ["top_p"]],
    "repetition_penalty": [1.1, 1.2], "repeat_penalty": [1.1, 1.2], "repeat_last_n": [64, 32], "presence_penalty": [0.1, 0.2], "frequency_penalty": [0.1, 0.2], "length_penalty": [1.1, 1.2],
    "max_tokens": [10, 20], "max_completion_tokens": [10, 20], "min_tokens": [1, 2], "n_predict": [10, 20], "num_predict": [10, 20], "num_ctx": [2048, 4096],
    "ignore_eos": [True, False], "stop_token_ids": [[1], [2]], "include_stop_str_in_output": [True, False], "skip_special_tokens": [True, False],
    "truncate_prompt_tokens": [10, 20], "add_generation_prompt": [True, False], "continue_final_message": [True, False], "add_special_tokens": [True, False], "echo": [True, False],
    "options": [{"num_ctx": 1}, {"num_ctx": 2}], "lora": [[{"id": 0, "scale": 1.0}], [{"id": 1, "scale": 1.0}]], "lora_path": ["a", "b"], "adapter_id": ["a", "b"],
    "mm_processor_kwargs": [{"a": 1}, {"a": 2}], "vllm_xargs": [{"a": 1}, {"a": 2}], "logits_processors": [["a"], ["b"]], "custom_params": [{"a": 1}, {"a": 2}],
    "modalities": [["text"], ["text", "audio"]], "audio": [{"voice": "a"}, {"voice": "b"}], "prediction": [{"content": "a"}, {"content": "b"}],
    "cache_salt": ["a", "b"], "timings_per_token": [True, False], "return_token_ids": [True, False], "post_sampling_probs": [True, False],
    "some_future_field": ["a", "b"], "": ["a", "b"], "x" * 300: ["a", "b"], "ключ": ["a", "b"],
}


@pytest.mark.parametrize("name", FIELDS, ids=lambda n: n[:30] or "nameless")
def test_every_field_makes_another_question(banto, name):
    """K4: absent, one value, another value: three questions; unknown fields too."""
    q = nonce()
    one, other = FIELDS[name]
    must_differ(banto, talk(user(q)), dict(talk(user(q)), **{name: one}), dict(talk(user(q)), **{name: other}))


def test_two_spellings_of_a_limit_are_two_questions(banto):
    """K4"""
    q = nonce()
    must_differ(banto, *[dict(talk(user(q)), **{name: 10}) for name in ("max_tokens", "max_completion_tokens", "n_predict", "Max_Tokens")])


@pytest.mark.parametrize("field", [{"user": "alice"}, {"metadata": {"a": "b"}}, {"service_tier": "auto"}, {"prompt_cache_key": "k"}, {"safety_identifier": "s"}, {"priority": 3},
                                   {"request_id": "r"}, {"store": False}, {"keep_alive": "5m"}, {"cache_prompt": True}], ids=lambda f: next(iter(f)))
def test_a_field_that_cannot_change_the_answer_does_not_make_another_question(banto, field):
    """K4: the listed exceptions, and only they."""
    body = chat()
    must_share(banto, body, dict(body, **field))


# --- K5, K6: messages ---


def test_every_part_of_a_message_counts(banto):
    """K5"""
    q = nonce()
    call = lambda id_, args: {"role": "assistant", "content": None, "tool_calls": [{"id": id_, "type": "function", "function": {"name": "f", "arguments": args}}]}
    must_differ(banto, talk(user(q)), talk({"role": "system", "content": q}), talk({"role": "developer", "content": q}), talk(user(q, name="ann")), talk(user(q, name="bob")),
                talk({"role": "user"}, user(q)), talk({"role": "user", "content": None}, user(q)), talk({"role": "user", "content": ""}, user(q)),
                talk(user([{"type": "text", "text": q}])), talk(user([])), talk(user(q), call("1", "{}")), talk(user(q), call("2", "{}")), talk(user(q), call("1", '{"a":1}')),
                talk(user(q), {"role": "tool", "tool_call_id": "1", "content": "x"}), talk(user(q), {"role": "tool", "tool_call_id": "2", "content": "x"}),
                talk(user(q), {"role": "assistant", "content": "x", "reasoning_content": "r"}), talk(user(q), {"role": "assistant", "content": "x", "refusal": "r"}))


def test_pictures_and_sounds_in_the_request_count(banto):
    """K5: two pictures of one size are two questions, and so are two levels of detail."""
    q = nonce()
    text = {"type": "text", "text": q}
    image = lambda data, **more: {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}", **more}}
    sound = lambda data, form: {"type": "input_audio", "input_audio": {"data": data, "format": form}}
    must_differ(banto, talk(user([text])), talk(user([text, image("AAAA")])), talk(user([text, image("AAAB")])), talk(user([image("AAAA"), text])), talk(user([text, image("AAAA", detail="low")])),
                talk(user([text, image("AAAA", detail="high")])), talk(user([text, image("AAAA"), image("AAAB")])), talk(user([text, image("AAAB"), image("AAAA")])),
                talk(user([text, sound("AAAA", "wav")])), talk(user([text, sound("AAAB", "wav")])), talk(user([text, sound("AAAA", "mp3")])))


def test_the_system_prompt_and_the_whole_history_count(banto):
    """K6"""
    q = nonce()
    system = lambda t: {"role": "system", "content": t}
    said_ = lambda t: {"role": "assistant", "content": t}
    must_differ(banto, talk(user(q)), talk(system("a"), user(q)), talk(system("b"), user(q)), talk(user("a"), said_("b"), user(q)), talk(user("a"), said_("c"), user(q)),
                talk(user("z"), said_("b"), user(q)), talk(user(q), system("a")))


# --- K7: model, path, query, method ---


def test_the_model_counts_case_included(banto):
    """K7"""
    q = nonce()
    must_differ(banto, *[dict(talk(user(q)), model=m) for m in ("m", "m2", "M")])


def test_the_path_counts(banto):
    """K7: one body, two APIs."""
    q = nonce()
    must_differ(banto, *[{"model": "m", "prompt": q, "input": q, "messages": [user(q)]}] * 3, paths=["/v1/chat/completions", "/v1/completions", "/v1/embeddings"])


def test_the_query_counts_where_the_worker_sees_it(banto, worker):
    """K7: what is sent on can change the answer."""
    body = chat()
    for path in ("/v1/chat/completions", "/v1/chat/completions?api-version=1", "/v1/chat/completions?api-version=2"):
        answer = ask(banto, body, path=path)
        assert answer.status == 200
        assert said(answer).split(" ")[0] == worker.requests[-1].path == path, "the answer to another query was given"


# --- K8: what parsers do not agree on ---

DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize("extra,reason", [(b'"a": 1, "a": 2', "duplicate_key"), (b'"seed": 1, "s\\u0065ed": 2', "duplicate_key"), (b'"x": {"a": 1, "a": 1}', "duplicate_key"),
                                          (b'"x": ' + DEEP, "too_deep"), (b'"x": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too_deep")],
                         ids=["twice", "twice_by_an_escape", "twice_inside", "deep_arrays", "deep_objects"])
def test_a_body_that_parsers_read_differently_passes_and_is_never_kept(banto, worker, extra, reason):
    """K8"""
    body = json.dumps(chat()).encode()[:-1] + b", " + extra + b"}"
    must_bypass(banto, worker, body, reason)
    assert worker.requests[-1].body == body


# --- K10: stream folding ---


def test_only_true_asks_for_a_stream(banto):
    """K10: false, null and absent are one."""
    body = chat()
    first, _ = must_share(banto, body, dict(body, stream=False))
    again = ask(banto, dict(body, stream=None))
    assert is_hit(again) and again.json()["choices"] == first.json()["choices"]


@pytest.mark.parametrize("odd", [0, "false", "", [], 1, "true"], ids=repr)
def test_an_odd_spelling_of_stream_never_gets_another_packaging(banto, odd):
    """K10: engines read it in their own way; whatever they answer, an entry of the other packaging is not given."""
    body = chat()
    for stream in (True, False, odd, True, False, odd):
        answer = ask(banto, dict(body, stream=stream))
        assert answer.status == 200
        kind = "text/event-stream" if stream is True else "application/json"
        assert answer.header("content-type").startswith(kind), (stream, answer.headers)


def test_stream_options_that_mean_nothing_make_no_difference(banto):
    """K10"""
    body = chat(stream=True)
    must_share(banto, body, dict(body, stream_options=None))


# --- K11: the same key in every thread ---


def test_every_thread_finds_what_one_has_stored(worker):
    """K11"""
    with Banto(worker_toml(worker.url, name="gpu1", kind="vllm") + "", env=None) as banto:
        body = chat()
        assert not is_hit(ask(banto, body))
        assert all(is_hit(ask(banto, body)) for _ in range(24))  # the kernel spreads new connections over the threads


def test_the_key_of_the_log_is_the_key_in_redis(worker):
    """K3, K11, K12: 256 bits behind a schema version and an epoch, and the log lets an operator find the entry."""
    with RealRedis() as redis, Banto(worker_toml(worker.url, name="gpu1", kind="vllm") + f'[cache]\nredis = "{redis.url}"\nredis_timeout = "5s"\n') as banto:
        ask(banto, chat())
        key, = until(redis.entries, "an entry in Redis")
        found = re.fullmatch(r"banto:(\d+):(\d+):([0-9a-f]{64})", key)
        assert found, key
        assert banto.access_line(status=200, cache="miss")["cache_key"] == found[3][:12]


# --- K15: what has state elsewhere ---

STATEFUL = {
    "store": {"store": True}, "previous_response_id": {"previous_response_id": "resp_1"}, "conversation": {"conversation": "conv_1"}, "container": {"container": "c"},
    "background": {"background": True}, "web_search_options": {"web_search_options": {}}, "session_id": {"session_id": "s"}, "session_params": {"session_params": {"id": "s"}},
    "kv_transfer_params": {"kv_transfer_params": {"a": 1}}, "bootstrap": {"bootstrap_host": "h"}, "moderation": {"moderation": "auto"}, "prompt_template": {"prompt": {"id": "pmpt_1"}},
    "server_tool": {"tools": [{"type": "web_search"}]},
}
REMOTE = {
    "picture": user([{"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}}]), "picture_as_a_string": user([{"type": "image_url", "image_url": "http://example.org/cat.png"}]),
    "file": user([{"type": "image_url", "image_url": {"url": "file:///etc/passwd"}}]), "sound": user([{"type": "audio_url", "audio_url": {"url": "https://example.org/a.wav"}}]),
    "film": user([{"type": "video_url", "video_url": {"url": "https://example.org/a.mp4"}}]),
    "name_of_a_picture_sent_before": user([{"type": "image_url", "image_url": None, "uuid": "cat-1"}]), "answer_by_voice": {"role": "assistant", "audio": {"id": "audio_1"}},
    "files_kept_elsewhere": user("read it", file_ids=["file-1"]), "picture_under_another_name": user([{"type": "image", "image": "https://example.org/cat.png"}]),
}


@pytest.mark.parametrize("reason", STATEFUL)
def test_a_request_with_state_elsewhere_is_served_and_not_kept(banto, worker, reason):
    """K15"""
    must_bypass(banto, worker, chat(**STATEFUL[reason]), reason)


@pytest.mark.parametrize("name", REMOTE)
def test_content_behind_an_address_can_change_and_is_not_kept(banto, worker, name):
    """K15"""
    must_bypass(banto, worker, talk(user(nonce()), REMOTE[name]), "remote_content")


@pytest.mark.parametrize("path", ["/v1/chat/completions/render", "/generative_scoring"])
def test_an_operation_that_is_not_read_is_not_kept(banto, worker, path):
    """K15"""
    must_bypass(banto, worker, chat(), "endpoint_not_cacheable", path=path)


# --- K16: sampling ---


def test_a_temperature_of_zero_is_not_the_engines_default(banto):
    """K16"""
    q = nonce()
    must_differ(banto, {"model": "m", "messages": [user(q)]}, *[dict(talk(user(q)), temperature=t) for t in (0, 1, 0.7, None)])


def test_sampled_answers_are_kept_unless_the_config_says_no(worker):
    """K16"""
    with Banto(worker_toml(worker.url, name="gpu1", kind="vllm") + "[cache]\nsampled = false\n") as banto:
        q = nonce()
        for body in (dict(talk(user(q)), temperature=0.7), {"model": "m", "messages": [user(q)]}, dict(talk(user(q)), temperature=1, seed=-1)):
            must_bypass(banto, worker, body, "sampled")
        must_share(banto, talk(user(q)), talk(user(q)))
        must_share(banto, dict(talk(user(q)), temperature=1, seed=5), dict(talk(user(q)), temperature=1, seed=5))
