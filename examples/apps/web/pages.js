import { createHash } from "node:crypto";

const STYLE = `
  body { font-family: system-ui, sans-serif; margin: 4rem auto; max-width: 40rem; padding: 0 1rem; }
  form.new { display: flex; gap: 0.5rem; }
  form.new input { flex: 1; }
  li { display: flex; gap: 0.5rem; justify-content: space-between; margin: 0.5rem 0; }
  [role="alert"] { color: #a00; }
`;
const HASH = createHash("sha256").update(STYLE).digest("base64");

export const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
};

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** A template of HTML: what is put in is escaped, unless it is HTML made so, or a list of that. */
export function html(strings, ...values) {
  return new Html(String.raw({ raw: strings }, ...values.map(escaped)));
}

class Html {
  #text;

  constructor(text) {
    this.#text = text;
  }

  toString() {
    return this.#text;
  }
}

function escaped(value) {
  if (value instanceof Html) return value;
  if (Array.isArray(value)) return value.map(escaped).join("");
  return String(value ?? "").replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

export function page(title, content) {
  return String(html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>${title}</title>
    <style>${new Html(STYLE)}</style>
  </head>
  <body>
    <h1>${title}</h1>
    ${content}
  </body>
</html>
`);
}

export function notesPage({ notes, next }, { text, problem } = {}) {
  return page(
    "Notes",
    html`${problem && html`<p role="alert">${problem}</p>`}
    <form class="new" method="post" action="/notes">
      <input name="text" value="${text}" maxlength="1000" aria-label="Note" required autofocus>
      <button>Add</button>
    </form>
    <ul>${notes.map(
      ({ id, text: said }) => html`
      <li><span>${said}</span><form method="post" action="/notes/${id}/delete"><button>Delete</button></form></li>`,
    )}
    </ul>
    ${next && html`<p><a href="/?after=${next}">More</a></p>`}`,
  );
}
