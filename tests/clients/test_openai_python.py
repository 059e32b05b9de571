"""The official Python client of OpenAI, with real llama.cpp servers behind banto."""
import asyncio

import openai
import pytest
from conftest import CLIENT_TIMEOUT_S, EMBEDDING_MODEL, make_openai
from engines.engines import MODEL
from fakes.fake_worker import FakeWorker, chat_chunk
from harness import Banto, until, worker_toml

WEATHER = {"type": "function", "function": {"name": "weather", "description": "Today's weather in a city.",
           "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}


def ask(text, **more):
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], "max_tokens": 16, "temperature": 0, "seed": 7, **more}


def text_of(chunks):
    return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)


def last_finish(chunks):
    return [c.choices[0].finish_reason for c in chunks if c.choices][-1]


def test_models_are_listed_and_each_can_be_retrieved(openai_client):
    listed = {model.id for model in openai_client.models.list()}
    assert listed == {MODEL, EMBEDDING_MODEL}
    assert openai_client.models.retrieve(MODEL).id == MODEL
    with pytest.raises(openai.NotFoundError):
        openai_client.models.retrieve("nobody")


def test_a_repeated_prompt_is_a_hit_with_the_same_content_and_a_fresh_id(openai_client):
    first = openai_client.chat.completions.with_raw_response.create(**ask("Name a colour of the sky."))
    again = openai_client.chat.completions.with_raw_response.create(**ask("Name a colour of the sky."))
    assert first.headers["x-cache"] == "MISS" and again.headers["x-cache"] == "HIT"
    assert first.headers["x-banto-worker"] in ("one", "two")
    one, two = first.parse(), again.parse()
    assert one.choices[0].message.content and one.choices[0].message.role == "assistant"
    assert two.choices == one.choices and two.usage == one.usage and two.model == one.model
    assert two.id != one.id


def test_a_repeated_stream_is_a_hit_with_the_same_pieces_under_one_fresh_id(openai_client):
    def stream():
        raw = openai_client.chat.completions.with_raw_response.create(**ask("Name a fruit.", stream=True))
        return raw.headers["x-cache"], list(raw.parse())

    (cache, first), (cache_again, again) = stream(), stream()
    assert (cache, cache_again) == ("MISS", "HIT")
    assert text_of(first) and last_finish(first) in ("stop", "length")
    assert [c.choices for c in again] == [c.choices for c in first]
    ids, ids_again = {c.id for c in first}, {c.id for c in again}
    assert len(ids) == len(ids_again) == 1 and ids != ids_again


def test_usage_comes_as_the_last_chunk_only_when_the_client_asked(openai_client):
    plain = list(openai_client.chat.completions.create(**ask("Name a bird.", stream=True)))
    assert all(c.choices and c.usage is None for c in plain)
    asked = list(openai_client.chat.completions.create(**ask("Name a bird.", stream=True, stream_options={"include_usage": True})))
    assert asked[-1].choices == [] and asked[-1].usage.completion_tokens > 0
    assert asked[-1].usage.total_tokens == asked[-1].usage.prompt_tokens + asked[-1].usage.completion_tokens
    assert text_of(asked) == text_of(plain)


def test_the_stream_helper_builds_the_same_message_live_and_from_memory(openai_client):
    def final():
        with openai_client.chat.completions.stream(**ask("Say hello.", max_tokens=120)) as events:
            return events.get_final_completion()

    live, replayed = final(), final()
    assert live.choices[0].message.content and live.choices[0].finish_reason == "stop"
    assert replayed.choices == live.choices and replayed.id != live.id


def test_tool_calls_are_the_same_live_and_from_memory(openai_client):
    def final():
        with openai_client.chat.completions.stream(**ask("Weather in Paris?", tools=[WEATHER], tool_choice="required", max_tokens=80)) as events:
            return events.get_final_completion().choices[0]

    live, replayed = final(), final()
    assert live.finish_reason == replayed.finish_reason
    assert (live.message.content, live.message.tool_calls) == (replayed.message.content, replayed.message.tool_calls)

    def whole():
        return openai_client.chat.completions.with_raw_response.create(**ask("Weather in Rome?", tools=[WEATHER], tool_choice="required", max_tokens=80))

    first, again = whole(), whole()
    assert again.headers["x-cache"] == "HIT"
    assert again.parse().choices == first.parse().choices


def test_logprobs_survive_the_cache(openai_client):
    def whole():
        return openai_client.chat.completions.create(**ask("Name a planet.", logprobs=True, top_logprobs=2, max_tokens=4)).choices[0].logprobs

    first = whole()
    assert len(first.content) == 4 and len(first.content[0].top_logprobs) == 2
    assert whole() == first


def test_two_choices_come_back_as_two(openai_client):
    request = ask("Name a month.", n=2, temperature=1.0)
    first, again = (openai_client.chat.completions.create(**request) for _ in range(2))
    assert sorted(c.index for c in first.choices) == [0, 1]
    assert again.choices == first.choices


def test_plain_completions_whole_and_streamed_are_hits_when_repeated(openai_client):
    request = {"model": MODEL, "prompt": "Once upon a time", "max_tokens": 12, "temperature": 0, "seed": 7}

    def whole():
        raw = openai_client.completions.with_raw_response.create(**request)
        return raw.headers["x-cache"], raw.parse().choices[0].text

    def streamed():
        raw = openai_client.completions.with_raw_response.create(**request, stream=True)
        return raw.headers["x-cache"], "".join(c.choices[0].text for c in raw.parse() if c.choices)

    for run, found in ((whole, "MISS"), (streamed, "HIT")):  # one entry for both packagings
        (cache, first), (cache_again, again) = run(), run()
        assert (cache, cache_again) == (found, "HIT")
        assert first and again == first


def test_embeddings_as_numbers_and_as_the_client_s_own_base64_agree(openai_client):
    request = {"model": EMBEDDING_MODEL, "input": ["a dog", "a puppy", "a stock market"]}
    raw = openai_client.embeddings.with_raw_response.create(**request)  # the client asks for base64 and decodes it
    assert raw.headers["x-banto-worker"] == "embed"
    packed = raw.parse()
    again = openai_client.embeddings.with_raw_response.create(**request)
    assert again.headers["x-cache"] == "HIT" and again.parse().data == packed.data
    plain = openai_client.embeddings.create(**request, encoding_format="float")
    assert [d.index for d in plain.data] == [d.index for d in packed.data] == [0, 1, 2]
    for one, other in zip(packed.data, plain.data):
        assert len(one.embedding) == len(other.embedding) == 576
        assert one.embedding == pytest.approx(other.embedding, rel=1e-5, abs=1e-6)

    def likeness(i, j):
        return sum(a * b for a, b in zip(plain.data[i].embedding, plain.data[j].embedding))

    assert likeness(0, 1) > likeness(0, 2)  # real vectors of a real model, not just numbers


def test_the_responses_api_whole_and_streamed(openai_client):
    request = {"model": MODEL, "input": "Name an ocean.", "max_output_tokens": 16, "temperature": 0, "store": False}
    whole = openai_client.responses.create(**request)
    assert whole.output_text
    events = list(openai_client.responses.create(**request, stream=True))
    assert events[-1].type == "response.completed" and events[-1].response.output_text == whole.output_text


def test_an_unknown_model_is_a_not_found_error_that_names_the_model(openai_client):
    with pytest.raises(openai.NotFoundError) as caught:
        openai_client.chat.completions.create(**ask("hi", model="nobody"))
    assert caught.value.code == "model_not_found" and "nobody" in caught.value.message and caught.value.request_id


@pytest.mark.parametrize("stream", [False, True])
def test_a_prompt_beyond_the_context_is_the_engine_s_400(openai_client, stream):
    with pytest.raises(openai.BadRequestError) as caught:
        openai_client.chat.completions.create(**ask("word " * 4000, stream=stream))
    assert caught.value.type == "exceed_context_size_error"


def test_a_client_may_ask_past_the_cache_or_only_the_cache(openai_client):
    openai_client.chat.completions.create(**ask("Name a game."))
    raw = openai_client.chat.completions.with_raw_response
    assert raw.create(**ask("Name a game."), extra_headers={"Cache-Control": "no-cache"}).headers["x-cache"] != "HIT"
    assert raw.create(**ask("Name a game."), extra_headers={"Cache-Control": "only-if-cached"}).headers["x-cache"] == "HIT"
    with pytest.raises(openai.APIStatusError) as caught:
        raw.create(**ask("Name a game that nobody asked for."), extra_headers={"Cache-Control": "only-if-cached"})
    assert caught.value.status_code == 504


def test_another_api_key_does_not_see_the_answer(banto, openai_client):
    openai_client.chat.completions.create(**ask("Name a dance."))
    other = make_openai(banto, key="sk-somebody-else")
    assert other.chat.completions.with_raw_response.create(**ask("Name a dance.")).headers["x-cache"] == "MISS"


def test_different_prompts_at_the_same_time_never_get_each_other_s_answer(banto):
    words = ["apple", "bridge", "candle", "desert", "engine", "forest"]

    async def all_at_once():
        async with openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{banto.port}/v1", api_key="sk-test", max_retries=0, timeout=CLIENT_TIMEOUT_S) as client:
            async def one(word):
                # The engine echoes the prompt's text before its own, so every answer names its question.
                done = await client.completions.create(model=MODEL, prompt=f"{word} {word} {word}", max_tokens=6, temperature=0)
                return word, done.choices[0].text

            return await asyncio.gather(*(one(w) for w in words * 3))

    answers = asyncio.run(all_at_once())
    by_word = {word: {text for w, text in answers if w == word} for word in words}
    assert all(len(texts) == 1 for texts in by_word.values()), by_word


def test_an_answer_is_kept_although_the_client_leaves_at_done():
    # The official clients stop reading at [DONE] and close; engines send the body's end in a packet of its own (llama.cpp: two more).
    def answer(connection, seen):
        connection.start_stream()
        for event in (chat_chunk(content="hello"), chat_chunk(finish="stop"), "data: [DONE]\n\n"):
            connection.chunk(event)
        connection.left(timeout=1)  # the client is quicker than the end
        connection.end_stream()

    with FakeWorker(answer) as worker, Banto(worker_toml(worker.url, kind="vllm")) as banto:
        client = make_openai(banto)

        def ask_once():
            raw = client.chat.completions.with_raw_response.create(model="m", messages=[{"role": "user", "content": "hi"}], stream=True)
            assert text_of(list(raw.parse())) == "hello"
            return raw.headers["x-cache"]

        assert ask_once() == "MISS"
        until(lambda: ask_once() == "HIT", "the answer is in the cache", 10)
