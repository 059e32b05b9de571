"""What only real llama.cpp servers show: equal text, slots that become free, a model that is loading, a server that is killed while it streams."""
import contextlib
import http.client
import json
import re
import signal
import threading

import openai
import pytest
from conftest import make_openai
from engines.engines import MODEL, LlamaServer, free_port
from harness import DEADLINE_S, Banto, until, worker_toml
from wire import request_bytes

STORY_TOKENS = 1500
FAST_HEALTH = '[health]\ninterval = "200ms"\ntimeout = "2s"\nrise = 1\nfall = 2\n'


def story(about):
    """A request that keeps a slot busy for long: the model may not end it by itself."""
    return {"model": MODEL, "messages": [{"role": "user", "content": f"Write a very long story about a {about}."}], "max_tokens": STORY_TOKENS,
            "temperature": 0, "seed": 7, "ignore_eos": True}


def fresh(request):
    """The same without what a slot remembers of earlier prompts, which may change the last bits of its sums."""
    return dict(request, extra_body={"cache_prompt": False})


def with_story(about, **more):
    request = story(about)
    return dict(request, extra_body={"ignore_eos": request.pop("ignore_eos")}, **more)


def busy(pair):
    return sum(server.busy_slots() for server in pair)


def predicted(pair):
    """How many tokens the servers have made, by their own count (of prompts that came to an end)."""
    total = 0
    for server in pair:
        text = server.ask("/metrics")[1].decode()
        total += int(re.search(r"^llamacpp:tokens_predicted_total (\d+)", text, re.M)[1])
    return total


def ask(text, **more):
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], "max_tokens": 24, "temperature": 0, "seed": 7, **more}


def pieces(client, request):
    """What the client makes of a stream: its chunks, less what may differ between two answers."""
    chunks = list(client.chat.completions.create(**request, stream=True))
    return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices), [c.choices for c in chunks if c.choices]


def direct(server):
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key="sk-test", max_retries=0, timeout=DEADLINE_S * 4)


def test_a_stream_through_banto_is_the_stream_of_the_server(openai_client, llama_pair):
    request = fresh(ask("Count from one to ten."))
    text, choices = pieces(direct(llama_pair[0]), request)
    text_through, choices_through = pieces(openai_client, request)
    assert text and text_through == text
    assert choices_through == choices
    assert pieces(openai_client, request) == (text, choices)  # and so is its replay


def test_a_whole_answer_through_banto_is_the_answer_of_the_server(openai_client, llama_pair):
    request = fresh(ask("Count from ten to one."))
    plain = direct(llama_pair[0]).chat.completions.create(**request)
    through = openai_client.chat.completions.create(**request)
    assert through.choices == plain.choices and through.usage == plain.usage


def test_both_servers_get_work_when_prompts_come_at_the_same_time(banto, openai_client):
    workers = []

    def one(i):
        raw = openai_client.chat.completions.with_raw_response.create(**ask(f"Tell me about the number {i}.", max_tokens=32))
        workers.append(raw.headers["x-banto-worker"])

    threads = [threading.Thread(target=one, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(workers) == ["one", "one", "two", "two"]


def test_a_client_that_leaves_its_stream_frees_the_slot(banto, openai_client, llama_pair):
    before = predicted(llama_pair)
    stream = openai_client.chat.completions.create(**with_story("ship"), stream=True)
    next(c for c in stream if c.choices and c.choices[0].delta.content)
    assert busy(llama_pair) == 1
    stream.close()
    until(lambda: busy(llama_pair) == 0, "the slot is free again")
    assert predicted(llama_pair) - before < STORY_TOKENS - 100, "it became free because all tokens ran"
    until(lambda: all(worker["in_flight"] == 0 for worker in banto.status()["workers"]), "nothing is counted as in flight")


def test_a_client_that_leaves_a_whole_answer_frees_the_slot_too(banto, llama_pair):
    """llama.cpp itself would make all tokens of a whole answer for nobody: it is asked for a stream."""
    before = predicted(llama_pair)
    with banto.raw(request_bytes(story("submarine"))):
        until(lambda: busy(llama_pair) == 1, "it works on it")
    until(lambda: busy(llama_pair) == 0, "the slot is free again")
    assert predicted(llama_pair) - before < STORY_TOKENS - 100, "it became free because all tokens ran"


def test_a_server_killed_in_the_middle_of_a_stream_is_an_error_and_never_a_short_answer():
    with LlamaServer() as server, Banto(FAST_HEALTH + worker_toml(server.url, name="one")) as banto:
        banto.until_worker("one")
        stream = make_openai(banto).chat.completions.create(**with_story("train"), stream=True)
        seen = []
        with pytest.raises(openai.APIError):
            for chunk in stream:
                seen.append(chunk)
                if len(seen) == 4:
                    server.kill()
        assert len(seen) >= 4 and all(c.choices[0].finish_reason is None for c in seen if c.choices)
        banto.until_worker("one", "unhealthy")
        with pytest.raises(openai.APIStatusError) as caught:  # and nothing of it was kept
            make_openai(banto).chat.completions.create(**with_story("train"))
        assert caught.value.status_code in (502, 503)


def test_a_server_killed_under_a_whole_answer_is_answered_by_the_other_server():
    with LlamaServer() as one, LlamaServer() as two:
        with Banto(worker_toml(one.url, name="one") + worker_toml(two.url, name="two")) as banto:
            banto.until_worker("one")
            banto.until_worker("two")
            request = ask("Describe a mountain.", max_tokens=80)
            expected = direct(two).chat.completions.create(**request)
            got = []
            thread = threading.Thread(target=lambda: got.append(make_openai(banto).chat.completions.with_raw_response.create(**request)))
            thread.start()
            victim = until(lambda: next((s for s in (one, two) if s.busy_slots()), None), "one of them works on it")
            victim.kill()
            thread.join()
            assert got, "the client got an error although nothing of the answer had gone out and another server was free"
            assert got[0].headers["x-banto-worker"] == ("two" if victim is one else "one")
            answer = got[0].parse()
            assert answer.choices[0].finish_reason == expected.choices[0].finish_reason
            assert answer.usage.completion_tokens == expected.usage.completion_tokens


def test_a_frozen_server_is_left_out_and_comes_back():
    with LlamaServer() as one, LlamaServer() as two:
        with Banto(FAST_HEALTH + worker_toml(one.url, name="one") + worker_toml(two.url, name="two")) as banto:
            banto.until_worker("one")
            banto.until_worker("two")
            one.signal(signal.SIGSTOP)
            try:
                banto.until_worker("one", "unhealthy")
                client = make_openai(banto)
                for i in range(3):
                    raw = client.chat.completions.with_raw_response.create(**ask(f"Say the number {i}.", max_tokens=4))
                    assert raw.headers["x-banto-worker"] == "two"
            finally:
                one.signal(signal.SIGCONT)
            banto.until_worker("one")


def test_a_server_that_is_loading_is_said_to_be_loading_and_then_serves():
    port = free_port()
    with Banto(FAST_HEALTH + worker_toml(f"http://127.0.0.1:{port}", name="slow", kind="llamacpp", models=[MODEL])) as banto:
        with LlamaServer(port=port, wait=False) as server:
            with server.slowed():
                server.until(lambda: server.health() == 503, "it says that it is loading")
                banto.until_worker("slow", "loading")
                with pytest.raises(openai.APIStatusError) as caught:
                    make_openai(banto).chat.completions.create(**ask("hi"))
                # Between our look and the request the model may have been loaded; then it was no error at all and the line above has failed.
                assert caught.value.status_code == 503 and caught.value.code == "model_loading"
                assert 1 <= int(caught.value.response.headers["retry-after"]) <= 60
            banto.until_worker("slow")
            assert make_openai(banto).chat.completions.create(**ask("hi", max_tokens=4)).choices[0].message.content


def test_while_one_server_is_loading_the_other_answers(llama_pair):
    with LlamaServer(wait=False) as server, server.slowed():
        with Banto(FAST_HEALTH + worker_toml(server.url, name="slow") + worker_toml(llama_pair[0].url, name="ready")) as banto:
            banto.until_worker("ready")
            raw = make_openai(banto).chat.completions.with_raw_response.create(**ask("Say hello.", max_tokens=4))
            assert raw.headers["x-banto-worker"] == "ready"


def test_the_openai_client_s_own_retry_outlasts_a_short_load():
    port = free_port()
    with Banto(FAST_HEALTH + worker_toml(f"http://127.0.0.1:{port}", name="slow", kind="llamacpp", models=[MODEL])) as banto:
        with LlamaServer(port=port, wait=False) as server, server.slowed(0.01, 0.04):
            banto.until_worker("slow", "loading")
            client = make_openai(banto).with_options(max_retries=20)
            assert client.chat.completions.create(**ask("hi", max_tokens=2)).choices[0].message.content


def test_llama_cpp_s_admin_paths_are_not_reachable_through_banto(banto):
    for path in ("/slots", "/props", "/metrics", "/lora-adapters"):
        assert banto.get(path).status == 404, path


def test_a_request_pipelined_behind_a_stream_is_answered(banto):
    # llama.cpp itself drops it: it closes the connection after every stream.
    def request(text, stream):
        body = json.dumps(ask(text, max_tokens=3, stream=stream)).encode()
        return f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    with contextlib.closing(banto.raw(request("one", True) + request("two", False))) as client:
        reader = client.makefile("rb")
        first = http.client.HTTPResponse(_SocketFile(reader))
        first.begin()
        assert first.read().endswith(b"data: [DONE]\n\n")
        second = http.client.HTTPResponse(_SocketFile(reader))
        second.begin()
        assert json.loads(second.read())["choices"][0]["message"]["content"]


class _SocketFile:
    """Lets two HTTPResponses read from one buffered file, one after the other."""

    def __init__(self, reader):
        self.reader = reader

    def makefile(self, *_):
        return _Unclosed(self.reader)


class _Unclosed:
    def __init__(self, reader):
        self.reader = reader

    def __getattr__(self, name):
        return getattr(self.reader, name)

    def close(self):
        pass
