// One call of the official Node client of Anthropic: node anthropic_calls.cjs OPERATION '{"base": "http://…", …}'; prints its result as JSON.
const Anthropic = require("@anthropic-ai/sdk");

const [operation, text] = process.argv.slice(2);
const { base, ...request } = JSON.parse(text);
const client = new Anthropic({ baseURL: base, apiKey: "sk-node", maxRetries: 0 });

const operations = {
  create: async () => client.messages.create(request),
  // What an app's loop over the plain stream sees.
  stream: async () => {
    const events = [];
    for await (const event of await client.messages.create({ ...request, stream: true })) events.push(event);
    return events;
  },
  // The helper that apps use: text and input as they come, and the message that it puts together by itself.
  helper: async () => {
    const pieces = [];
    const inputs = [];
    const stream = client.messages.stream(request);
    stream.on("text", (piece) => pieces.push(piece));
    stream.on("inputJson", (piece) => inputs.push(piece));
    return { final: await stream.finalMessage(), pieces, inputs };
  },
  // Answers what is used until the answer is words; every answer as the client built it.
  turn: async () => {
    const { way, messages, ...rest } = request;
    const built = [];
    for (;;) {
      const asked = { ...rest, messages };
      const final = way === "streamed" ? await client.messages.stream(asked).finalMessage() : await client.messages.create(asked);
      built.push(final);
      const uses = final.content.filter((block) => block.type === "tool_use");
      if (!uses.length) return built;
      const results = uses.map((use) => ({ type: "tool_result", tool_use_id: use.id, content: "sunny" }));
      messages.push({ role: "assistant", content: final.content }, { role: "user", content: results });
    }
  },
  count: async () => client.messages.countTokens(request),
  // A whole turn: calls what is called and answers with its results, until the answer is words.
  runner: async () => {
    const asked = [];
    const tools = request.tools.map((tool) => ({
      ...tool,
      parse: (input) => input,
      run: (input) => {
        asked.push(input);
        return `sunny in ${input.city}`;
      },
    }));
    const final = await client.beta.messages.toolRunner({ ...request, tools });
    return { final, asked };
  },
};

operations[operation]()
  .catch((error) => ({ error: error.constructor.name, status: error.status, type: error.error?.error?.type, message: error.message }))
  .then((result) => process.stdout.write(JSON.stringify(result)));
