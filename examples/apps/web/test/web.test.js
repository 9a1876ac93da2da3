import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";

import { html, notesPage } from "../pages.js";
import { server } from "../serve.js";
import { web } from "../web.js";

describe("HTML", () => {
  test("what is put in is escaped, once", () => {
    const inner = html`<b>${'<i a="b">&\''}</b>`;
    assert.equal(String(html`<p>${[inner, "<"]}</p>`), "<p><b>&lt;i a=&quot;b&quot;&gt;&amp;&#39;</b>&lt;</p>");
  });
  test("a note is text, also where the form shows it again", () => {
    const page = notesPage({ notes: [{ id: "1", text: "<script>" }], next: null }, { text: '"><script>', problem: "no" });
    assert.doesNotMatch(page, /<script>/);
    assert.match(page, /<span>&lt;script&gt;<\/span>/);
    assert.match(page, /value="&quot;&gt;&lt;script&gt;"/);
  });
});

// The api itself is behind the pages in tests/integration/apps. This one says what it was asked.
describe("what is asked of the api", () => {
  const running = [];
  let get, gone;
  const asked = [];
  const start = async (listening) => {
    await once(listening.listen(0), "listening");
    running.push(listening);
    return `http://127.0.0.1:${listening.address().port}`;
  };
  const browse = (origin) => (path, options) => fetch(origin + path, { redirect: "manual", ...options });
  before(async () => {
    const api = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      asked.push({ method: request.method, url: request.url, body, type: request.headers["content-type"] });
      const answers = { POST: [201, "{}"], GET: [200, '{"notes":[],"next":null}'], DELETE: [204, ""], PATCH: [418, "teapot"] };
      const [status, text] = answers[request.method];
      response.writeHead(status, { "x-own": "kept" }).end(text);
    });
    get = browse(await start(server(web(`${await start(api)}/v1/`))));
    const closed = createServer();
    const nobody = await start(closed);
    closed.close();
    gone = browse(await start(server(web(nobody))));
  });
  after(() => running.forEach((one) => one.close()));

  const form = (text, site) => ({
    method: "POST",
    body: new URLSearchParams({ text }),
    headers: site ? { "sec-fetch-site": site } : {},
  });
  for (const [what, path, options, status, expected] of [
    ["health asks nothing", "/health", {}, 200, []],
    ["a page", "/?after=a%26b", {}, 200, [["GET", "/v1/notes?after=a%26b", ""]]],
    ["a new note", "/notes", form("a&b", "same-origin"), 303, [["POST", "/v1/notes", '{"text":"a&b"}']]],
    ["a form of another site", "/notes", form("a", "cross-site"), 403, []],
    ["a note that goes", "/notes/a-1/delete", { method: "POST" }, 303, [["DELETE", "/v1/notes/a-1", ""]]],
    ["a page that is none", "/nothing", {}, 404, []],
    ["a form that is asked for", "/notes", {}, 404, []],
    ["what is passed on", "/api/notes?limit=1", { method: "PATCH", body: "x" }, 418, [["PATCH", "/v1/notes?limit=1", "x"]]],
    ["another host by a path", "/api//127.0.0.1:1/", {}, 200, [["GET", "/v1//127.0.0.1:1/", ""]]],
    ["too much", "/api/notes", { method: "POST", body: "a".repeat(70_000) }, 413, []],
  ]) {
    test(what, async () => {
      asked.length = 0;
      assert.equal((await get(path, options)).status, status);
      assert.deepEqual(asked.map(({ method, url, body }) => [method, url, body]), expected);
    });
  }

  test("headers are passed on both ways", async () => {
    asked.length = 0;
    const answer = await get("/api/notes", { method: "POST", body: "{}", headers: { "content-type": "application/json" } });
    assert.equal(asked[0].type, "application/json");
    assert.equal(answer.headers.get("x-own"), "kept");
  });

  test("a page allows nothing but its own style", async () => {
    const answer = await get("/");
    assert.match(answer.headers.get("content-security-policy"), /^default-src 'none'; style-src 'sha256-/);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  });

  test("an api that does not answer is a page with 502, or JSON", async () => {
    const shown = await gone("/");
    assert.equal(shown.status, 502);
    assert.match(await shown.text(), /does not answer. Try again/);
    const passed = await gone("/api/notes");
    assert.equal(passed.status, 502);
    assert.match((await passed.json()).error, /does not answer/);
    assert.equal((await gone("/health")).status, 200);
  });
});
