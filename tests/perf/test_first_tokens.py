"""perf/ttft plays a scenario through the program and tells what the engines and the load saw."""
import argparse
import json

import pytest
from instruction_counts import binary

from alone.rig import Rig
from first_tokens import command, scenarios, targets

SPEED = 8  # a short test: engines so much faster, and gaps so much shorter


@pytest.fixture
def options():
    return argparse.Namespace(tools=str(binary().parent / "perf"), gpu="h100-8b", speed=SPEED)


def play(options, scenario, lines, tmp_path, target="banto"):
    trace = tmp_path / "trace.jsonl"
    trace.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with Rig(str(binary()), options.tools) as rig:
        return command.Turn(options, scenario, targets.all_targets(str(binary()))[target], str(trace)).play(rig)


def test_a_hot_prefix_is_found_in_memory(options, tmp_path):
    lines = scenarios.hot("", 1, rate=10, seconds=8)
    told = play(options, scenarios.SCENARIOS["hot"], lines, tmp_path)
    assert told["requests"] == len(lines) and not told["errors"]
    assert told["hit"] > 0.6  # the prefix is three quarters of a prompt
    summed = command.summed_up([told])
    alone_ms = 6 + 35e-3 * 512  # with all of the prefix and the shortest tail
    assert alone_ms < summed["p50"] <= summed["p99"]


def test_each_turn_of_a_chat_follows_the_answer_before(options, tmp_path):
    lines = scenarios.chat("", 1, sessions=6, seconds=30, turns=3)
    followers = [line for line in lines if "think_ms" in line]
    assert followers and all(sum(line["messages"]) == line["input_length"] for line in lines)
    told = play(options, scenarios.SCENARIOS["chat"], lines, tmp_path)
    assert told["requests"] == len(lines) and not told["errors"]


def test_bounds_are_of_the_best_rival_and_of_round_robin():
    found = {name: {"mean": mean, "gap_p99": 10} for name, mean in (("banto", 80), ("banto-rr", 90), ("nginx", 110), ("smg", 100))}
    assert command.verdicts(scenarios.SCENARIOS["chat"], found) == [("first token, of smg", 0.8, 0.85)]
    assert command.verdicts(scenarios.SCENARIOS["bursts"], found) == [("first token, of round robin", 80 / 90, 1.05)]
    assert [row[1:] for row in command.verdicts(scenarios.SCENARIOS["hot"], found)] == [(0.8, 1.05), (1, 1.1)]
