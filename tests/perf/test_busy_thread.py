"""A thread that is never idle frees what it has served during the load, not only in a pause (it once held 700 MB after two seconds)."""
import functools

from alone.figures import FIGURES
from alone.rig import Rig
from instruction_counts import binary


def test_a_thread_that_never_rests_does_not_grow():
    banto = binary()
    [row] = FIGURES["memory-under-load"].measure(functools.partial(Rig, str(banto), str(banto.parent / "perf")), None)
    assert row.passed, f"{row.what}: {row.value:.1f} {row.unit} ({row.note})"
