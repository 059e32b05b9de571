import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
for place in (ROOT / "tests" / "e2e", ROOT / "tests"):
    sys.path.insert(0, str(place))
