"""The instructions per request or streamed token must match instructions.json: an increase of 5 % fails."""
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
