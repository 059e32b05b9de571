// The Vercel AI SDK: a streamed text and a turn with a tool: node ai_sdk_calls.cjs openai|responses|anthropic '{"base": "http://…"}'; prints what it saw as JSON.
const { z } = require("zod");
const { pathToFileURL } = require("url");

// These are modules only, which Node 18 does not let one require.
const load = (name) => import(pathToFileURL(require.resolve(name)));

const [api, text] = process.argv.slice(2);
const baseURL = `${JSON.parse(text).base}/v1`;
const prompt = "What is the weather in Berlin?";

async function modelOf(name) {
  const { createOpenAI } = await load("@ai-sdk/openai");
  const { createAnthropic } = await load("@ai-sdk/anthropic");
  if (name === "anthropic") return createAnthropic({ baseURL, apiKey: "sk-test" })("m");
  const openai = createOpenAI({ baseURL, apiKey: "sk-test" });
  return name === "responses" ? openai.responses("m") : openai.chat("m");
}

async function gather(options) {
  const { streamText } = await load("ai");
  const errors = [];
  const result = streamText({ model: await modelOf(api), prompt, maxRetries: 0, maxOutputTokens: 64, onError: ({ error }) => errors.push(error), ...options });
  let pieces = 0;
  for await (const piece of result.textStream) pieces += piece ? 1 : 0;
  if (errors.length) throw errors[0];
  return { text: await result.text, pieces, usage: await result.usage, finish: await result.finishReason, steps: (await result.steps).map((step) => step.finishReason) };
}

async function main() {
  const { tool, isStepCount } = await load("ai");
  const calls = [];
  const get_weather = tool({
    description: "The weather in a city.",
    inputSchema: z.object({ city: z.string() }),
    execute: async (input) => {
      calls.push(["get_weather", input]);
      return `sunny in ${input.city}`;
    },
  });
  const { text: words, pieces, usage, finish } = await gather({});
  const turn = await gather({ tools: { get_weather }, stopWhen: isStepCount(4) });
  return { text: words, pieces, usage, finish, calls, final: turn.text, steps: turn.steps };
}

main()
  .catch((error) => ({ error: error.constructor.name, status: error.statusCode, message: error.message, body: error.responseBody }))
  .then((result) => process.stdout.write(JSON.stringify(result)));
