import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";

import { api, pageOf, textOf } from "../api.js";
import { server } from "../serve.js";

// The table itself is asked by tests/integration/apps, where there is one.
class Notes extends Map {
  list = async (limit) => ({ notes: [...this.values()].slice(0, limit), next: null });
  put = async (note) => void this.set(note.id, note);
  get = async (id) => super.get(id);
  delete = async (id) => super.delete(id);
}

class Broken extends Notes {
  list = async () => {
    throw new Error("no route to the table");
  };
}

describe("what a request may say", () => {
  for (const [body, said] of [
    ["", /not JSON/],
    ["[]", /not a JSON object/],
    ["null", /not a JSON object/],
    ['{"text":"a","colour":"red","id":"1"}', /a note has no colour, id; it has text/],
    ["{}", /1 to 1000 characters/],
    ['{"text":7}', /1 to 1000 characters/],
    ['{"text":"  "}', /1 to 1000 characters/],
    [JSON.stringify({ text: "a".repeat(1001) }), /1 to 1000 characters/],
  ]) {
    test(`not ${body.slice(0, 40) || "nothing"}`, () => assert.throws(() => textOf(body), { status: 400, message: said }));
  }
  test("a text", () => assert.equal(textOf('{"text":" buy milk "}'), "buy milk"));
  test("no page", () => assert.deepEqual(pageOf(new URLSearchParams()), { limit: 50, after: null }));
  for (const query of ["limit=0", "limit=101", "limit=1e1", "limit=", "after=x"]) {
    test(`not ${query}`, () => assert.throws(() => pageOf(new URLSearchParams(query)), { status: 400 }));
  }
});

describe("over HTTP", () => {
  const running = [];
  let good, broken;
  const start = async (notes) => {
    const listening = server(api(notes)).listen(0);
    await once(listening, "listening");
    running.push(listening);
    return (path, options) => fetch(`http://127.0.0.1:${listening.address().port}${path}`, options);
  };
  const post = (body, type = "application/json") => ({ method: "POST", body, headers: { "content-type": type } });
  before(async () => {
    [good, broken] = [await start(new Notes()), await start(new Broken())];
  });
  after(() => running.forEach((one) => one.close()));

  test("a note's life", async () => {
    const made = await good("/notes", post('{"text":"Grüße"}'));
    assert.equal(made.status, 201);
    const note = await made.json();
    assert.equal(note.text, "Grüße");
    const path = made.headers.get("location");
    assert.equal(path, `/notes/${note.id}`);
    assert.deepEqual(await (await good(path)).json(), note);
    assert.deepEqual(await (await good("/notes")).json(), { notes: [note], next: null });
    assert.equal((await good(path, { method: "DELETE" })).status, 204);
    assert.equal((await good(path, { method: "DELETE" })).status, 404);
    assert.equal((await good(path)).status, 404);
  });

  for (const [what, path, options, status, said] of [
    ["health", "/health", {}, 200, undefined],
    ["an unknown path", "/", {}, 404, "there is nothing here"],
    ["an id that is none", "/notes/1", {}, 404, "there is no such note"],
    ["a method that is not allowed", "/notes", { method: "PUT" }, 405, "PUT is not allowed here"],
    ["a form of another site", "/notes", post('{"text":"a"}', "text/plain"), 415, "the content type is not application/json"],
    ["too much", "/notes", post("a".repeat(20_000)), 413, "the body has more than 16384 bytes"],
  ]) {
    test(what, async () => {
      const answer = await good(path, options);
      assert.equal(answer.status, status);
      assert.equal((await answer.json()).error, said);
    });
  }

  test("which methods are allowed is told", async () => {
    assert.equal((await good("/notes", { method: "PUT" })).headers.get("allow"), "GET, POST");
  });

  test("what is wrong inside is not told outside", async () => {
    const answer = await broken("/notes");
    assert.equal(answer.status, 500);
    assert.equal(await answer.text(), "Something is wrong here.\n");
  });
});
