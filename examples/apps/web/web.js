import { HEADERS, html, notesPage, page } from "./pages.js";
import { log } from "./serve.js";

const BODY_LIMIT = 64 * 1024;
const TIMEOUT = 10_000;
// What concerns one connection alone, or what fetch works out itself.
const HOPS = ["connection", "content-encoding", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

class Unanswered extends Error {}
class TooMuch extends Error {}

async function bodyOf(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new TooMuch();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const passed = (headers) => Object.fromEntries([...headers].filter(([name]) => !HOPS.includes(name.toLowerCase())));
const shown = (status, body) => ({ status, body, headers: HEADERS });
const seeOther = (location) => ({ status: 303, headers: { location } });
const problem = (status, title, text) => shown(status, page(title, html`<p role="alert">${text}</p><p><a href="/">Back</a></p>`));

/** Answers a request with {status, body, headers}, by asking the api. */
export function web(apiUrl) {
  const base = new URL(apiUrl);

  async function ask(path, search, options) {
    // As parts of the api's own URL: //elsewhere is a path here, and not another host.
    const url = new URL(base);
    url.pathname = base.pathname.replace(/\/$/, "") + path;
    url.search = search;
    try {
      const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT), ...options });
      return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
    } catch (error) {
      throw new Unanswered(error.cause?.code ?? error.name, { cause: error });
    }
  }

  async function asked(path, search = "", options = {}) {
    const { status, body } = await ask(path, search, options);
    if (status >= 500) throw new Unanswered(String(status));
    return { status, told: body.length ? JSON.parse(body) : {} };
  }

  async function list(search, more) {
    const { status, told } = await asked("/notes", search);
    return status === 200 ? shown(more?.status ?? 200, notesPage(told, more)) : problem(status, "Not understood", told.error);
  }

  async function add(request) {
    const text = new URLSearchParams((await bodyOf(request)).toString()).get("text") ?? "";
    const headers = { "content-type": "application/json" };
    const { status, told } = await asked("/notes", "", { method: "POST", body: JSON.stringify({ text }), headers });
    return status === 201 ? seeOther("/") : list("", { status, text, problem: told.error });
  }

  async function pass(request, { pathname, search }) {
    const body = ["GET", "HEAD"].includes(request.method) ? undefined : await bodyOf(request);
    const headers = passed(Object.entries(request.headers));
    const answer = await ask(pathname.slice("/api".length), search, { method: request.method, headers, body });
    return { ...answer, headers: passed(answer.headers) };
  }

  async function route(request, url) {
    const { pathname } = url;
    if (pathname === "/health") return { status: 200, body: "ok\n", headers: { "content-type": "text/plain" } };
    if (pathname.startsWith("/api/")) return pass(request, url);
    if (pathname === "/" && ["GET", "HEAD"].includes(request.method)) return list(url.search);
    const deleted = /^\/notes\/([\w-]+)\/delete$/.exec(pathname)?.[1];
    if (request.method !== "POST" || (pathname !== "/notes" && !deleted)) {
      return problem(404, "Not found", "There is nothing here.");
    }
    // A browser says which site a form was on.
    if (!["same-origin", "none", undefined].includes(request.headers["sec-fetch-site"])) {
      return problem(403, "Not allowed", "This form is on another site.");
    }
    if (!deleted) return add(request);
    await asked(`/notes/${deleted}`, "", { method: "DELETE" });
    return seeOther("/");
  }

  return async (request) => {
    const url = URL.parse(`http://web${request.url}`);
    if (!url) return problem(400, "Not understood", "The address is none.");
    try {
      return await route(request, url);
    } catch (error) {
      if (error instanceof TooMuch) return problem(413, "Too much", "That is more than fits.");
      if (!(error instanceof Unanswered)) throw error;
      log("warning", "the api does not answer", { reason: error.message });
      const text = "The service behind this page does not answer. Try again in a minute.";
      return url.pathname.startsWith("/api/")
        ? { status: 502, body: JSON.stringify({ error: text }), headers: { "content-type": "application/json" } }
        : problem(502, "Notes can't be reached", text);
    }
  };
}
