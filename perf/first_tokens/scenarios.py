"""The requests of each scenario, as lines of a log (perf/trace), and the engines that they meet."""
import dataclasses
import json
import os
import random

ENGINES = 4
PIECE = 512  # tokens of one hash id
MOONCAKE, AZURE = "mooncake-conversation.jsonl", "azure-llm-conversation-2023.csv"
LONG_PROMPTS = "mooncake-synthetic.jsonl"


@dataclasses.dataclass
class Scenario:
    name: str
    about: str
    requests: object  # (folder of public traces, seed) -> [line]
    file: str = ""    # that it needs of that folder
    kv_tokens: int = 400_000
    slow: tuple = ()  # engines at half speed
    crash: tuple = ()  # (engine, second, seconds down)
    bounds: dict = dataclasses.field(default_factory=dict)  # what banto's mean may be, as a multiple of: rivals (the best), round_robin
    gap_bound: float = 0  # of the token gap's p99, against banto's round robin; 0: none

    def lacks(self, folder):
        if self.file and not os.path.exists(os.path.join(folder, self.file)):
            return f"{self.file} is not in {folder}/ (--traces)"
        return ""


class Pieces:
    """Numbers for pieces of text that nobody else has."""

    def __init__(self, first=1 << 40):
        self.next = first

    def take(self, tokens):
        count = -(-tokens // PIECE)
        self.next += count
        return list(range(self.next - count, self.next))


def line(at_s, tokens, output, pieces, **more):
    return {"timestamp": round(at_s * 1000), "input_length": tokens, "output_length": output, "hash_ids": pieces, **more}


def chat(_folder, seed, sessions=150, seconds=45, turns=6):
    """Conversations that begin one after the other; each turn brings the whole history along, after a pause for thought.
    All share a system prompt of 1,024 tokens; most come with a text of their own (a file, a page) of 3,000 to 14,000."""
    rng, pieces, lines = random.Random(seed), Pieces(), []
    system = pieces.take(1024)
    for session in range(1, sessions + 1):
        at = rng.uniform(-10, seconds)  # some are under way
        history = system + pieces.take(PIECE * rng.randint(6, 28))
        messages = [len(history) * PIECE]
        for turn in range(turns):
            if turn:
                answer, question = PIECE, PIECE * rng.choice((1, 1, 1, 2))
                history = history + pieces.take(answer) + pieces.take(question)
                messages = messages + [answer, question]
            if at > seconds:
                break
            if at >= 0:
                think = rng.lognormvariate(1.3, 0.5)
                first = not any(one["session"] == session for one in lines[-turns:])
                lines.append(line(at, len(history) * PIECE, max(8, int(rng.lognormvariate(4.8, 0.6))), history, messages=messages, session=session,
                                  **({} if first else {"think_ms": round(think * 1000)})))
            at += rng.uniform(5, 9)
    return lines


def spread(lines, rate, rng):
    """Mooncake's ticks of three seconds, spread; and its gaps divided by `rate`."""
    for one in lines:
        one["timestamp"] += rng.uniform(0, 3000)
    lines.sort(key=lambda one: one["timestamp"])
    begin = lines[0]["timestamp"]
    for one in lines:
        one["timestamp"] = round((one["timestamp"] - begin) / rate)
    return lines


def mooncake(folder, name, seed, rate, seconds):
    """A slice of the trace, another one for each seed."""
    with open(os.path.join(folder, name)) as f:
        lines = [json.loads(text) for text in f]
    span = rate * seconds * 1000
    begin = 600_000 + seed * span if name == MOONCAKE else seed * span
    begin %= lines[-1]["timestamp"] - span
    chosen = [one for one in lines if begin <= one["timestamp"] < begin + span]
    return spread(chosen, rate, random.Random(seed))


def hot(_folder, seed, rate=18, seconds=40):
    """One prefix of 6,144 tokens that all have, and a tail of their own."""
    rng, pieces, lines, at = random.Random(seed), Pieces(), [], 0
    prefix = pieces.take(6144)
    while at < seconds:
        tail = pieces.take(PIECE * rng.randint(1, 4))
        lines.append(line(at, (len(prefix) + len(tail)) * PIECE, max(8, int(rng.lognormvariate(4.6, 0.5))), prefix + tail))
        at += rng.expovariate(rate)
    return lines


def bursts(folder, seed, rate=8, seconds=40, window=4, share=0.35):
    """Azure's requests with their lengths; what comes within each window comes in its first part."""
    import datetime
    with open(os.path.join(folder, AZURE)) as f:
        rows = [text.strip().split(",") for text in f][1:]
    times = [datetime.datetime.fromisoformat(row[0][:26]).timestamp() for row in rows]
    begin = times[0] + 300 + seed * rate * seconds
    pieces, lines = Pieces(), []
    for at, (_, prompt, output) in zip(times, rows):
        at = (at - begin) / rate
        if 0 <= at < seconds:
            at = at // window * window + at % window * share
            lines.append(line(at, int(prompt), int(output), pieces.take(int(prompt))))
    return lines


def conversation(rate, seconds):
    return lambda folder, seed: mooncake(folder, MOONCAKE, seed, rate, seconds)


def synthetic(rate, seconds):
    return lambda folder, seed: mooncake(folder, LONG_PROMPTS, seed, rate, seconds)


SCENARIOS = {s.name: s for s in [
    Scenario("chat", "growing conversations", chat, bounds={"rivals": 0.85}),
    Scenario("mixed", "a slice of Mooncake's conversations", conversation(1.0, 45), MOONCAKE, bounds={"rivals": 0.85}),
    Scenario("hot", "one hot prefix", hot, bounds={"rivals": 1.05}, gap_bound=1.1),
    Scenario("unequal", "mixed, two engines at half speed", conversation(0.65, 45), MOONCAKE, slow=(1, 3), bounds={"round_robin": 1}),
    Scenario("small_kv", "long prompts, engines that remember 100,000 tokens", synthetic(0.5, 45), LONG_PROMPTS, kv_tokens=100_000, bounds={"round_robin": 1}),
    Scenario("overload", "three times mixed", conversation(3.0, 12), MOONCAKE, bounds={"round_robin": 1}),
    Scenario("bursts", "Azure's requests, in bursts", bursts, AZURE, bounds={"round_robin": 1.05}),
    Scenario("failing", "mixed; one engine dies after 12 s and is back 10 s later, having forgotten all", conversation(0.75, 45), MOONCAKE, crash=(1, 12, 10), bounds={"round_robin": 1}),
]}


def write(scenario, folder, seed, path):
    lines = sorted(scenario.requests(folder, seed), key=lambda one: one["timestamp"])
    with open(path, "w") as f:
        f.writelines(json.dumps(one) + "\n" for one in lines)
    return lines
