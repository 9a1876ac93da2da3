import { randomUUID } from "node:crypto";

const BODY_LIMIT = 16 * 1024;
const TEXT_LIMIT = 1000;
const PAGE = 50;
const PAGE_LIMIT = 100;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the client did wrong. */
export class Refusal extends Error {
  constructor(status, message, headers = {}) {
    super(message);
    Object.assign(this, { status, headers });
  }
}

/** The text of a new note, out of the body of a request. */
export function textOf(body) {
  let note;
  try {
    note = JSON.parse(body);
  } catch {
    throw new Refusal(400, "the body is not JSON");
  }
  if (note === null || typeof note !== "object" || Array.isArray(note)) throw new Refusal(400, "the body is not a JSON object");
  const unknown = Object.keys(note).filter((key) => key !== "text");
  if (unknown.length > 0) throw new Refusal(400, `a note has no ${unknown.join(", ")}; it has text`);
  const text = typeof note.text === "string" ? note.text.trim() : "";
  if (!text || text.length > TEXT_LIMIT) throw new Refusal(400, `text must have 1 to ${TEXT_LIMIT} characters`);
  return text;
}

/** Which notes a list is asked for. */
export function pageOf(query) {
  const limit = query.get("limit") ?? String(PAGE);
  const after = query.get("after");
  if (!/^\d{1,3}$/.test(limit) || limit < 1 || limit > PAGE_LIMIT) throw new Refusal(400, `limit must be 1 to ${PAGE_LIMIT}`);
  if (after !== null && !ID.test(after)) throw new Refusal(400, "after is not the id of a note");
  return { limit: Number(limit), after };
}

async function bodyOf(request) {
  // A page of another site can send any other type without asking the browser's leave.
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
    throw new Refusal(415, "the content type is not application/json");
  }
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Refusal(413, `the body has more than ${BODY_LIMIT} bytes`, { connection: "close" });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function allowed(request, methods) {
  const method = methods[request.method];
  if (!method) throw new Refusal(405, `${request.method} is not allowed here`, { allow: Object.keys(methods).join(", ") });
  return method();
}

const said = (status, body, headers = {}) => ({
  status,
  body: JSON.stringify(body),
  headers: { "content-type": "application/json", ...headers },
});

/** Answers a request with {status, body, headers}. */
export function api(notes) {
  const collection = (request, query) => ({
    GET: async () => {
      const { limit, after } = pageOf(query);
      return said(200, await notes.list(limit, after));
    },
    POST: async () => {
      const note = { id: randomUUID(), text: textOf(await bodyOf(request)), created: new Date().toISOString() };
      await notes.put(note);
      return said(201, note, { location: `/notes/${note.id}` });
    },
  });
  const one = (id) => ({
    GET: async () => {
      const note = await notes.get(id);
      if (!note) throw new Refusal(404, "there is no such note");
      return said(200, note);
    },
    DELETE: async () => {
      if (!(await notes.delete(id))) throw new Refusal(404, "there is no such note");
      return { status: 204 };
    },
  });
  // Not the table: machines that can't reach it are not mended by replacing them.
  const health = { GET: async () => said(200, { status: "ok" }) };

  const route = (request) => {
    const url = URL.parse(`http://api${request.url}`);
    if (!url) throw new Refusal(400, "the address is none");
    const { pathname, searchParams } = url;
    if (pathname === "/health") return allowed(request, health);
    if (pathname === "/notes") return allowed(request, collection(request, searchParams));
    const id = /^\/notes\/([^/]+)$/.exec(pathname)?.[1];
    if (id && ID.test(id)) return allowed(request, one(id));
    throw new Refusal(404, id ? "there is no such note" : "there is nothing here");
  };

  return async (request) => {
    try {
      return await route(request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return said(error.status, { error: error.message }, error.headers);
    }
  };
}
