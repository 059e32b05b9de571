// One call of the official Node client of OpenAI: node openai_calls.cjs OPERATION '{"base": "http://…/v1", …}'; prints its result as JSON.
// CommonJS, since NODE_PATH (where the packages are) does not work for modules.
const { OpenAI } = require("openai");
const { zodResponseFormat, zodTextFormat } = require("openai/helpers/zod");
const { z } = require("zod");

const [operation, text] = process.argv.slice(2);
const { base, ...request } = JSON.parse(text);
const client = new OpenAI({ baseURL: base, apiKey: "sk-node", maxRetries: 0 });

const Person = z.object({ name: z.string(), age: z.number().int() });
const byChatSchema = () => ({ ...request, response_format: zodResponseFormat(Person, "person") });
const byTextSchema = () => ({ ...request, text: { format: zodTextFormat(Person, "person") } });

async function withHead(call) {
  const { data, response } = await call.withResponse();
  return { data, cache: response.headers.get("x-cache"), worker: response.headers.get("x-banto-worker") };
}

async function gather(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const operations = {
  chat: async () => {
    const { data, ...head } = await withHead(client.chat.completions.create(request));
    return { ...head, id: data.id, content: data.choices[0].message.content, finish: data.choices[0].finish_reason, usage: data.usage };
  },
  stream: async () => {
    const { data, ...head } = await withHead(client.chat.completions.create({ ...request, stream: true }));
    const chunks = await gather(data);
    const choices = chunks.flatMap((chunk) => chunk.choices);
    return {
      ...head,
      ids: [...new Set(chunks.map((chunk) => chunk.id))],
      content: choices.map((choice) => choice.delta.content ?? "").join(""),
      pieces: choices.filter((choice) => choice.delta.content).length,
      finish: choices.at(-1).finish_reason,
    };
  },
  // The helper that apps use: events, and a final message that it puts together by itself.
  helper: async () => {
    const runner = client.chat.completions.stream(request);
    const final = await runner.finalChatCompletion();
    return { id: final.id, content: final.choices[0].message.content, finish: final.choices[0].finish_reason };
  },
  // An answer by a schema, parsed by the client: whole, and by the helper.
  parse: async () => {
    const final = await client.chat.completions.parse(byChatSchema());
    return { parsed: final.choices[0].message.parsed, finish: final.choices[0].finish_reason };
  },
  helperParsed: async () => {
    const final = await client.chat.completions.stream(byChatSchema()).finalChatCompletion();
    return { parsed: final.choices[0].message.parsed, finish: final.choices[0].finish_reason };
  },
  whole: async () => client.chat.completions.create(request),
  // Answers what is called until the answer is words; every answer as the client built it.
  turn: async () => {
    const { way, messages, ...rest } = request;
    const built = [];
    for (;;) {
      const asked = { ...rest, messages };
      const final = way === "streamed" ? await client.chat.completions.stream(asked).finalChatCompletion() : await client.chat.completions.create(asked);
      built.push(final);
      const { message } = final.choices[0];
      if (!message.tool_calls?.length) return built;
      messages.push(message, ...message.tool_calls.map((call) => ({ role: "tool", tool_call_id: call.id, content: "sunny" })));
    }
  },
  response: async () => client.responses.create(request),
  responseEvents: async () => gather(await client.responses.create({ ...request, stream: true })),
  responseParsed: async () => {
    const final = await client.responses.parse(byTextSchema());
    return { parsed: final.output_parsed, status: final.status };
  },
  responseHelper: async () => {
    const types = [];
    const stream = client.responses.stream(byTextSchema());
    stream.on("event", (event) => types.push(event.type));
    const final = await stream.finalResponse();
    return { parsed: final.output_parsed, status: final.status, types };
  },
  // Leaves after the first piece of text, as a Stop button does.
  leave: async () => {
    const stream = await client.chat.completions.create({ ...request, stream: true });
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta?.content) break;
    }
    stream.controller.abort();
    return { left: true };
  },
  embed: async () => {
    const { data, ...head } = await withHead(client.embeddings.create(request));
    return { ...head, vectors: data.data.map((item) => item.embedding) };
  },
  models: async () => (await gather(await client.models.list())).map((model) => model.id),
};

operations[operation]()
  .catch((error) => ({ error: error.constructor.name, status: error.status, code: error.code, type: error.type, message: error.message }))
  .then((result) => process.stdout.write(JSON.stringify(result)));
