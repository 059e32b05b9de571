// One call of the official Node client of Ollama: node ollama_calls.cjs OPERATION '{"base": "http://…", …}'; prints its result as JSON.
const { Ollama } = require("ollama");

const [operation, text] = process.argv.slice(2);
const { base, ...request } = JSON.parse(text);
const client = new Ollama({ host: base });

// Joins a stream's parts; `last` is its final part, which carries the counters.
async function gather(stream, textOf) {
  let content = "";
  let pieces = 0;
  let last = null;
  for await (const part of stream) {
    content += textOf(part);
    pieces += 1;
    last = part;
  }
  return { content, pieces, last };
}

const chatText = (part) => part.message.content;
const generateText = (part) => part.response;

// The parts of a chat added up, as the client's own examples do.
async function addedUp(stream) {
  const message = { role: "assistant", content: "" };
  let end = null;
  for await (const part of stream) {
    const { content, thinking, tool_calls } = part.message;
    message.content += content ?? "";
    if (thinking) message.thinking = (message.thinking ?? "") + thinking;
    if (tool_calls) message.tool_calls = [...(message.tool_calls ?? []), ...tool_calls];
    end = part;
  }
  return { ...end, message };
}

const operations = {
  chat: async () => ({ content: chatText(await client.chat(request)) }),
  chatStream: async () => gather(await client.chat({ ...request, stream: true }), chatText),
  message: async () => (await client.chat(request)).message,
  messages: async () => {
    const messages = [];
    for await (const part of await client.chat({ ...request, stream: true })) messages.push(part.message);
    return messages;
  },
  // Answers what is called until the answer is words; every answer as the client built it.
  turn: async () => {
    const { way, messages, ...rest } = request;
    const built = [];
    for (;;) {
      const asked = { ...rest, messages };
      const answer = way === "streamed" ? await addedUp(await client.chat({ ...asked, stream: true })) : await client.chat(asked);
      built.push(answer);
      const calls = answer.message.tool_calls ?? [];
      if (!calls.length) return built;
      messages.push(answer.message, ...calls.map((call) => ({ role: "tool", tool_name: call.function.name, content: "sunny" })));
    }
  },
  generate: async () => ({ content: generateText(await client.generate(request)) }),
  generateStream: async () => gather(await client.generate({ ...request, stream: true }), generateText),
  embed: async () => client.embed(request),
  embeddings: async () => client.embeddings(request),
  list: async () => client.list(),
  ps: async () => client.ps(),
  show: async () => client.show(request),
  version: async () => client.version(),
  // Leaves after the first piece, as a Stop button does.
  leave: async () => {
    const stream = await client.chat({ ...request, stream: true });
    for await (const part of stream) {
      if (chatText(part)) break;
    }
    client.abort();
    return { left: true };
  },
};

operations[operation]()
  .catch((error) => ({ error: error.constructor.name, status: error.status_code, message: error.message }))
  .then((result) => process.stdout.write(JSON.stringify(result)));
