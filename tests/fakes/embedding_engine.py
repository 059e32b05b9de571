"""An engine that makes vectors of texts and token lists, and remembers each item that it was asked for. Its floats are printed as llama.cpp does: as the doubles that they are."""
import base64
import hashlib
import json
import struct
import threading

from fakes.fake_worker import FakeWorker

DIMENSIONS = 8


def vector(item, dimensions=DIMENSIONS):
    """Floats of any kind, the same for the same item: subnormal ones, zeros with a sign, and the largest."""
    seed = hashlib.sha512(json.dumps(item).encode()).digest()
    numbers = [struct.unpack("<f", seed[i * 4:i * 4 + 4])[0] for i in range(dimensions)]
    return [n if n == n and abs(n) != float("inf") else -0.0 for n in numbers]


def pack(numbers):
    return struct.pack(f"<{len(numbers)}f", *numbers)


def unpack(embedding):
    """The bytes of a row's floats, in whichever form."""
    return base64.b64decode(embedding) if isinstance(embedding, str) else pack(embedding)


def tokens(item):
    return len(item) if isinstance(item, list) else len(item.split())


def items_of(asked):
    return [asked] if isinstance(asked, str) or asked and isinstance(asked[0], int) else asked


class EmbeddingEngine(FakeWorker):
    """`spoil(answer)` may change what it says; `batch_max`: it refuses more."""

    def __init__(self, spoil=None, batch_max=None, **more):
        self.items, self.batches, self.gate = [], [], threading.Event()
        self.gate.set()
        self.spoil, self.batch_max = spoil, batch_max
        super().__init__(self.make, **more)

    def _housekeeping(self, connection, seen):
        if seen.path == "/api/version":
            return connection.reply(200, {"version": "0.9.0"})
        super()._housekeeping(connection, seen)

    def make(self, connection, seen):
        if seen.method == "GET":
            return connection.reply(404, {"error": "not here"})
        body = json.loads(seen.body)
        items = items_of(body["inputs" if seen.path == "/embed" else "input"])
        with self.lock:
            self.items += items
            self.batches.append(items)
        self.gate.wait(20)
        if self.batch_max and len(items) > self.batch_max:
            return connection.reply(413, {"error": "batch size > maximum allowed batch size", "error_type": "Validation"})
        rows = [vector(item, body.get("dimensions", DIMENSIONS)) for item in items]
        told = self.say(seen.path, body, rows, sum(tokens(item) for item in items))
        if self.spoil:
            told = self.spoil(told)
        connection.reply(200, told)

    @staticmethod
    def say(path, body, rows, count):
        if path == "/embed":
            return rows
        if path == "/api/embed":
            return {"model": body["model"], "embeddings": rows, "total_duration": 14143917, "load_duration": 1019500, "prompt_eval_count": count}
        if body.get("encoding_format") == "base64":
            rows = [base64.b64encode(pack(row)).decode() for row in rows]
        data = [{"object": "embedding", "index": i, "embedding": row, "note": "kept"} for i, row in enumerate(rows)]
        data.reverse()  # the index counts, not the order
        return {"id": "embd-1", "object": "list", "model": body["model"], "data": data, "usage": {"prompt_tokens": count, "total_tokens": count, "completion_tokens": 0}}
