"""Runs one turn for each of the places on the command line ('[["openai", "http://…"], …]') and prints what each saw, or how it failed, as a JSON list.
One process for all of them: importing a framework takes longer than its turns.
"""
import json
import sys
import traceback


def run(turn):
    said = []
    for api, base in json.loads(sys.argv[1]):
        try:
            said.append(turn(api, base))
        except Exception:
            said.append({"error": traceback.format_exc()})
    print(json.dumps(said, default=str))
