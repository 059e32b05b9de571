"""One real llama.cpp server as a program of its own, so that a test can stop it, freeze it or kill it as an operator's machine would.

    python llama_server.py '{"port": 8081, "model": "x.gguf", "alias": "smol", ...}'

It serves until it is killed, and ends by itself when whoever started it is gone (standard input closes).
"""
import json
import os
import sys
import threading


def params_of(options):
    import xllamacpp

    params = xllamacpp.CommonParams()
    if options["embedding"]:  # a model that was made for chat says nothing about how its vectors are pooled
        params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    params.model.path = options["model"]
    params.model_alias = {options["alias"]}
    if options.get("template"):
        params.chat_template = options["template"]
    params.hostnames = ["127.0.0.1"]
    params.port = options["port"]
    params.n_parallel = options["parallel"]
    params.n_ctx = options["context"] * options["parallel"]  # llama.cpp divides it among the slots
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = options["threads"]
    params.n_threads_http = 8
    params.embedding = options["embedding"]
    params.endpoint_metrics = True
    params.endpoint_slots = True
    params.cache_ram_mib = 0  # old prompts are not kept beside the slots: several servers share this machine
    params.warmup = False  # half of the start; the first prompt warms it as well
    return params


def main():
    options = json.loads(sys.argv[1])

    def end_with_the_parent():
        while os.read(0, 4096):
            pass
        os._exit(0)

    threading.Thread(target=end_with_the_parent, daemon=True).start()
    import xllamacpp

    server = xllamacpp.Server(params_of(options))
    print("listening at", server.listening_address, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
