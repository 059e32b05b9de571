"""What a request or a streamed token costs in instructions is what is written in instructions.json: a change that makes it dearer by 5 % is seen."""
import json
import os

import instruction_counts
import pytest

ALLOWED = 1.05  # runs of one binary differ by less than 0.5 %


@pytest.mark.parametrize("name", instruction_counts.SCENARIOS)
def test_it_costs_no_more_than_is_recorded(name, request):
    known = instruction_counts.recorded()
    before, per = known["instructions"].get(name), instruction_counts.SCENARIOS[name].per
    again = f"BANTO_BIN={os.environ.get('BANTO_BIN', 'build/release/banto')} python3 tests/perf/instruction_counts.py --record {name}"
    assert before, f"nothing is recorded for {name}: {again}"
    each = instruction_counts.measure(name)
    figures = f"{name}: {each:,.0f} instructions a {per}, recorded are {before:,} ({each / before - 1:+.1%})"
    if each < before / ALLOWED:
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"\nit became cheaper, record it: {figures}\n  {again}")
    here = instruction_counts.made_with()
    other = "" if here == known["with"] else f"\nrecorded with {json.dumps(known['with'])}, here is {json.dumps(here)}"
    assert each <= before * ALLOWED, f"{figures}\nif the change is worth it: {again}{other}"
