"""Answers that are not labelled as they should be: streams without a type or with another, codings that nobody asked for, events of many megabytes."""
import gzip
import json
import threading
import zlib

import pytest
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk, chat_whole
from harness import DEADLINE_S, Banto, until, worker_toml
from test_workers_words import DONE, EARLY, GOOD, OVERFLOW, ROLE, STOP, WORD, Stream, ask_late, streamed, whole
from traffic import Engine, ollama_pages

# `data: {"a":1}` and `data: [DONE]` in brotli, each flushed.
BROTLI = bytes.fromhex("0b0780646174613a207b2261223a317d0a0a"), bytes.fromhex("d100805f5261ab2b095144931260252a831f")


def gzipped(*parts, window=31):
    packer = zlib.compressobj(6, zlib.DEFLATED, window)
    out = [packer.compress(p.encode()) + packer.flush(zlib.Z_SYNC_FLUSH) for p in parts]
    return [*out, packer.flush()]


def behind(worker, config=""):
    return Banto(worker_toml(worker.url, name="gpu1", kind="vllm") + config)


TYPES = {
    "none": "",
    "wrong_case": "content-type: Text/Event-Stream;charset=UTF-8\r\n",
    "plain": "Content-Type: text/plain\r\n",
    "flask": "Content-Type: text/html; charset=utf-8\r\n",
    "json": "Content-Type: application/json\r\n",
    "lines": "Content-Type: application/x-ndjson\r\n",
}


@pytest.mark.parametrize("name", TYPES)
def test_a_stream_is_one_whatever_it_is_called(name):
    parts = ("da", "ta: " + ROLE[6:], WORD, STOP, DONE)
    with FakeWorker(streamed(*parts, head=TYPES[name])) as worker, behind(worker) as banto:
        stream = Stream(banto, temperature=0).read()
        assert stream.payload == GOOD.encode() and stream.ended
        assert stream.header("content-type").lower().replace(" ", "") == "text/event-stream;charset=utf-8"
        again = Stream(banto, temperature=0).read()
        assert again.header("x-cache") == "HIT" and again.header("content-type") == stream.header("content-type") and len(worker.requests) == 1
    stream, _ = ask_late(streamed(*parts, head=TYPES[name]))
    assert stream.payload == b":\n\n" + GOOD.encode() and stream.ended


def test_a_byte_order_mark_does_not_hide_a_stream():
    with FakeWorker(streamed("\ufeff" + ROLE, STOP, DONE, head="")) as worker, behind(worker) as banto:
        stream = Stream(banto).read()
        assert stream.payload == (ROLE + STOP + DONE).encode() and stream.ended


@pytest.mark.parametrize("content_type", ["", "Content-Type: application/json\r\n", "Content-Type: application/stream+json\r\n"])
def test_lines_of_json_are_ollamas_stream_whatever_they_are_called(content_type):
    word = json.dumps({"model": "m", "message": {"role": "assistant", "content": "w"}, "done": False}) + "\n"
    last = json.dumps({"model": "m", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}) + "\n"
    with Engine(streamed(word, last[:9], last[9:], head=content_type), ollama_pages("m")) as worker:
        with Banto(worker_toml(worker.url, kind="ollama")) as banto:
            stream = Stream(banto, "/api/chat").read()
            assert stream.payload == (word + last).encode() and stream.ended and stream.header("content-type")
    # Cut short it is an error, as any stream.
    with Engine(streamed(word, head=content_type), ollama_pages("m")) as worker:
        with Banto(worker_toml(worker.url, kind="ollama")) as banto:
            stream = Stream(banto, "/api/chat").read()
            assert "error" in json.loads(stream.payload.decode().splitlines()[-1]) and not stream.ended


CODINGS = {"gzip": 31, "deflate": 15, "raw_deflate": -15}


@pytest.mark.parametrize("accepts", ["", "Accept-Encoding: gzip, deflate\r\n"])
@pytest.mark.parametrize("name", CODINGS)
def test_a_coded_stream_comes_out_event_by_event_and_is_not_kept(name, accepts):
    head = f"Content-Type: text/event-stream\r\nContent-Encoding: {name.removeprefix('raw_')}\r\nVary: Accept-Encoding\r\nETag: \"x\"\r\n"
    with FakeWorker(streamed(*gzipped(ROLE, WORD, STOP, DONE, window=CODINGS[name]), head=head)) as worker, behind(worker) as banto:
        for asked in (1, 2):
            stream = Stream(banto, headers=accepts, temperature=0).read()
            assert stream.payload == GOOD.encode() and stream.ended
            assert stream.header("content-encoding") is None and stream.header("etag") == 'W/"x"' and stream.header("vary") == "Accept-Encoding"
            assert len(worker.requests) == asked
    stream, _ = ask_late(streamed(*gzipped(ROLE, WORD, STOP, DONE, window=CODINGS[name]), head=head))
    assert stream.payload == b":\n\n" + GOOD.encode() and stream.ended


def test_each_event_of_a_coded_stream_arrives_before_the_next_is_sent():
    go = threading.Event()

    def slow(connection, seen):
        parts = gzipped(ROLE, WORD, STOP, DONE)
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.chunk(parts[0])
        assert go.wait(4 * DEADLINE_S)
        for part in parts[1:]:
            connection.chunk(part)
        connection.end_stream()

    with FakeWorker(slow) as worker, behind(worker) as banto:
        stream = Stream(banto)
        assert stream.chunk() == ROLE.encode()
        go.set()
        assert stream.read().payload == GOOD.encode()


def test_brotli_is_read_too():
    head = "Content-Type: text/event-stream\r\nContent-Encoding: br\r\n"
    with FakeWorker(streamed(*BROTLI, head=head)) as worker, Banto(worker_toml(worker.url, kind="tgi", models=["m"])) as banto:
        stream = Stream(banto, "/generate_stream").read()
        assert stream.payload == b'data: {"a":1}\n\ndata: [DONE]\n\n' and stream.ended


def test_a_coding_that_nobody_reads_is_passed_on_and_not_kept():
    coded = gzip.compress(gzip.compress(GOOD.encode()))
    head = "Content-Type: text/event-stream\r\nContent-Encoding: gzip, gzip\r\n"
    with FakeWorker(streamed(coded, head=head)) as worker, behind(worker) as banto:
        for asked in (1, 2):
            stream = Stream(banto, temperature=0).read()
            assert stream.payload == coded and stream.ended and stream.header("content-encoding") == "gzip, gzip" and len(worker.requests) == asked
    stream, _ = ask_late(streamed(coded, head=head))
    (_, data), = stream.events()
    assert "gzip, gzip" in json.loads(data)["error"]["message"] and not stream.ended


@pytest.mark.parametrize("path, label", [("/api/embed", "application/x-ndjson"), ("/v1/embeddings", "text/event-stream"), ("/v1/messages/count_tokens", "text/event-stream")])
def test_what_comes_in_one_piece_is_passed_on_though_it_is_called_a_stream(path, label):
    said = json.dumps({"embeddings": [[0.5, 0.25]]}) + "\n"
    said = f"data: {said}\n" if "event" in label else said
    with Engine(streamed(said, head=f"Content-Type: {label}\r\n"), ollama_pages("m")) as worker, Banto(worker_toml(worker.url, name="gpu1", kind="ollama")) as banto:
        for _ in range(6):
            answer = banto.request("POST", path, json.dumps({"model": "m", "input": "x", "messages": []}))
            assert answer.status == 200 and answer.body == said.encode() and answer.header("content-type").startswith(label)
        assert banto.access_line(status=200)["attempts"][0]["result"] == "ok"
        assert banto.worker("gpu1")["health"] == "healthy" and "ejected" not in banto.events()


def test_a_coded_error_is_read():
    packed = gzip.compress(json.dumps({"object": "error", **OVERFLOW["error"]}).encode())
    with FakeWorker(whole(400, packed, headers=("Content-Encoding: gzip",))) as worker, behind(worker) as banto:
        answer = banto.chat(headers={"Accept-Encoding": "gzip"})
        assert answer.status == 400 and answer.json() == OVERFLOW and answer.header("content-encoding") is None
    stream, _ = ask_late(whole(400, packed, headers=("Content-Encoding: gzip",)))
    (_, data), = stream.events()
    assert json.loads(data)["error"] == OVERFLOW["error"]
    # What we cannot read goes on as it is.
    with FakeWorker(whole(400, packed, headers=("Content-Encoding: compress",))) as worker, behind(worker) as banto:
        answer = banto.chat()
        assert answer.status == 400 and answer.body == packed and answer.header("content-encoding") == "compress"


def test_a_coded_whole_answer_goes_to_a_client_that_takes_it_and_decoded_to_others():
    body = json.dumps(chat_whole("hi")).encode()
    packed = gzip.compress(body)
    with FakeWorker(whole(200, packed, headers=("Content-Encoding: gzip",))) as worker, behind(worker) as banto:
        plain = banto.chat(temperature=0)
        assert plain.body == body and plain.header("content-encoding") is None
        coded = banto.chat(temperature=0, headers={"Accept-Encoding": "gzip"})
        assert coded.body == packed and coded.header("content-encoding") == "gzip" and coded.header("content-length") == str(len(packed))
        assert banto.chat(temperature=0, headers={"Accept-Encoding": "gzip;q=0"}).body == body
        assert len(worker.requests) == 3


@pytest.mark.parametrize("accepts", [{}, {"Accept-Encoding": "gzip, deflate, br, zstd"}])
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "utf-8"])
def test_a_wrong_coding_label_is_taken_off(coding, accepts):
    label = (f"Content-Encoding: {coding}",)
    with FakeWorker(whole(200, chat_whole("hi"), headers=label)) as worker, behind(worker) as banto:
        answer = banto.chat(headers=accepts)
        assert answer.status == 200 and answer.json()["choices"] and answer.header("content-encoding") is None
        worker.answer = whole(400, OVERFLOW, headers=label)
        answer = banto.chat(headers=accepts)
        assert answer.status == 400 and answer.json() == OVERFLOW and answer.header("content-encoding") is None
        worker.answer = streamed(ROLE, WORD, STOP, DONE, head=f"Content-Type: text/event-stream\r\n{label[0]}\r\n")
        stream = Stream(banto).read()
        assert stream.payload == GOOD.encode() and stream.ended and stream.header("content-encoding") is None
        assert banto.worker("gpu1")["health"] == "healthy" and "ejected" not in banto.events()


def test_an_empty_body_that_is_called_coded_is_empty_and_nobodys_fault():
    with FakeWorker() as worker, behind(worker) as banto:
        for status in (302, 200, 201, 200, 404, 302):
            worker.answer = lambda connection, seen, status=status: connection.send(f"HTTP/1.1 {status} X\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n")
            answer = banto.request("POST", "/v1/embeddings", json.dumps({"model": "m", "input": "x"}))
            assert answer.status == status and answer.header("content-encoding") is None and (answer.body == b"" or status == 404)
        assert "ejected" not in banto.events()


@pytest.mark.parametrize("padding", [bytes(16), b"\r\n"])
def test_padding_behind_a_coded_stream_costs_no_words_and_is_not_kept(padding):
    head = "Content-Type: text/event-stream\r\nContent-Encoding: gzip\r\n"
    *parts, end = gzipped(ROLE, WORD, STOP, DONE)
    with FakeWorker(streamed(b"".join([*parts, end + padding]), padding, head=head)) as worker, behind(worker) as banto:
        for asked in (1, 2):
            stream = Stream(banto, temperature=0).read()
            assert stream.payload == GOOD.encode() and stream.ended and len(worker.requests) == asked


def test_a_coded_native_stream_that_is_cut_has_no_clean_end():
    tokens = "".join(f'data: {{"content":"tok{i}","stop":false}}\n\n' for i in range(300))
    head = "Content-Type: text/event-stream\r\nContent-Encoding: gzip\r\n"
    with FakeWorker(streamed(gzip.compress(tokens.encode())[:-60], head=head)) as worker, behind(worker) as banto:
        stream = Stream(banto, "/inference/v1/generate").read()
        assert stream.payload.startswith(tokens.encode()[:1000]) and not stream.ended


@pytest.mark.parametrize("early", [False, True])
def test_an_event_of_many_megabytes_passes(early):
    picture = chat_chunk(content="A" * (20 << 20))
    answer = streamed(ROLE, picture, STOP, DONE)
    if early:
        stream, _ = ask_late(answer)
        assert stream.payload == b":\n\n" + (ROLE + picture + STOP + DONE).encode() and stream.ended
        return
    with FakeWorker(answer) as worker, behind(worker) as banto:
        stream = Stream(banto).read()
        assert stream.payload == (ROLE + picture + STOP + DONE).encode() and stream.ended
        assert banto.access_line(status=200)["store"] == "too_large"


def test_an_event_beyond_the_limit_blames_the_limit_and_not_the_worker():
    answer = streamed(ROLE, WORD, chat_chunk(content="A" * (2 << 20)), STOP, DONE)
    with FakeWorker(answer) as worker, behind(worker, '[limits]\nevent_bytes_max = "1MiB"\n') as banto:
        for _ in range(8):
            stream = Stream(banto).read()
            error = json.loads(stream.events()[-1][1])["error"]
            assert error["code"] == "event_too_long" and "limits.event_bytes_max" in error["message"] and not stream.ended
        assert all(w["health"] == "healthy" for w in banto.status()["workers"]) and len(worker.requests) == 8
        assert "ejected" not in banto.events()


def test_an_unfinished_event_counts_among_the_buffered_bytes():
    answer = streamed(ROLE, WORD, chat_chunk(content="A" * (2 << 20)), STOP, DONE)
    with FakeWorker(answer) as worker, behind(worker, '[limits]\nbuffered_bytes_max = "1MiB"\n') as banto:
        error = json.loads(Stream(banto).read().events()[-1][1])["error"]
        assert error["code"] == "buffers_full" and "limits.buffered_bytes_max" in error["message"]
        # And is given back.
        worker.answer = answer_chat
        until(lambda: banto.chat("x").status == 200, "room again")
