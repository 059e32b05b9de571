"""The thin path: a worker, banto in front of it, an answer."""
from fakes.fake_worker import FakeWorker
from harness import Banto, worker_toml


def test_a_whole_answer_passes_and_its_repeat_is_a_hit():
    with FakeWorker() as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm")) as banto:
        first = banto.chat("hi")
        assert first.status == 200, first.body
        assert first.json()["choices"][0]["message"]["content"] == "echo: hi"
        assert first.header("x-cache") == "MISS" and first.header("x-banto-worker") == "gpu1"
        again = banto.chat("hi")
        assert again.header("x-cache") == "HIT", again.headers
        assert again.json()["choices"] == first.json()["choices"]
        assert again.json()["id"] != first.json()["id"]
        assert len(worker.requests) == 1


def test_a_stream_passes_frame_by_frame_and_is_replayed_as_a_stream():
    with FakeWorker() as worker, Banto(worker_toml(worker.url, name="gpu1", kind="vllm")) as banto:
        first = banto.chat("one two", stream=True)
        assert first.status == 200 and first.header("content-type").startswith("text/event-stream")
        assert first.body.endswith(b"data: [DONE]\n\n")
        again = banto.chat("one two", stream=True)
        assert again.header("x-cache") == "HIT"
        assert again.body.count(b"data: ") == first.body.count(b"data: ")
        assert len(worker.requests) == 1


def test_an_unknown_model_is_404_in_the_openai_shape():
    with FakeWorker() as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        answer = banto.chat(model="nobody")
        assert answer.status == 404
        assert answer.json()["error"]["code"] == "model_not_found"
        assert worker.requests == []
