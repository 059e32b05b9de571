"""A client that asks an engine, and then the program which knows the engine's answers in the other packaging alone: it must build the same, to the last turn."""
import copy
import json

OWN = ("id", "created", "created_at", "_request_id")  # of each answer: at its top


def nameless(built):
    """Without what is an answer's own."""
    return {k: v for k, v in built.items() if k not in OWN}


def streams(question, path):
    return question.get("stream", path.startswith("/api/"))


class Crossed:
    def __init__(self, banto, engine):
        self.banto, self.engine = banto, engine
        self.through = f"http://127.0.0.1:{banto.port}"

    def asked(self):
        return [seen for seen in self.engine.requests if seen.method == "POST"]

    def direct(self, call):
        """What the client builds of the engine's own answers, and the questions that it asked for them."""
        known = len(self.asked())
        built = call(self.engine.url)
        return built, self.asked()[known:]

    def teach(self, questions):
        """The program gets to know their answers in the other packaging."""
        for seen in questions:
            question = seen.json()
            question["stream"] = not streams(question, seen.path)
            if not question["stream"]:
                question.pop("stream_options", None)
            headers = {k: v for k, v in seen.headers.items() if k not in ("host", "content-length", "connection", "accept-encoding")}
            answer = self.banto.post(seen.path, json.dumps(question), headers=headers)
            assert answer.status == 200 and answer.header("x-cache") == "MISS", (answer.status, answer.headers, answer.body)

    def must_agree(self, call):
        """`call(url)` asks, for as many turns as it takes, and returns what it built of each answer."""
        expected, questions = self.direct(call)
        self.teach(questions)
        known = len(self.asked())
        for _ in range(2):  # converted, then as it is kept
            told = call(self.through)
            assert told == expected
            assert len(self.asked()) == known, "hits"
        return copy.deepcopy(expected)
