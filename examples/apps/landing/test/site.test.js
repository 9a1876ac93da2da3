import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

const read = (path) => readFileSync(new URL(`../dist${path}`, import.meta.url), "utf8");

for (const path of ["/index.html", "/404.html"]) {
  describe(path, () => {
    const page = read(path);
    test("has nothing in it that its Content-Security-Policy forbids", () => {
      assert.match(read("/_headers"), /default-src 'self'/);
      assert.doesNotMatch(page, /<style|<script(?![^>]* src=)| style=| on\w+=/);
    });
    test("leads somewhere", () => {
      const local = [...page.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, target]) => target);
      assert.ok(local.length > 0);
      for (const target of local) assert.ok(read(target === "/" ? "/index.html" : target));
    });
  });
}

test("the page and the short address lead to the same app", () => {
  const [, app] = /<a href="([^"]*)">Open the app/.exec(read("/index.html"));
  assert.equal(read("/_redirects"), `/app ${app} 302\n`);
});
