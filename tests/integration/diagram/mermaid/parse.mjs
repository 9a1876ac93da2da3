// Reads charts, a JSON list of texts, and writes what Mermaid's own parser makes of each: its nodes, subgraphs and arrows.
import { text } from "node:stream/consumers";
import DOMPurify from "dompurify";

// Labels are cleaned by a browser, and here is none; the parser takes them as they are.
DOMPurify.sanitize ??= (label) => label;
DOMPurify.addHook ??= () => {};
const { default: mermaid } = await import("mermaid");

const decoded = (label) => label.replace(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(code)).split("<br/>");
const charts = [];
for (const chart of JSON.parse(await text(process.stdin))) {
  await mermaid.parse(chart);
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(chart);
  const subgraphs = Object.fromEntries(db.getSubGraphs().map((one) => [one.id, { lines: decoded(one.title), inner: one.nodes }]));
  const nodes = [...db.getVertices()].filter(([id]) => !(id in subgraphs)); // an arrow from a subgraph makes it one, too
  charts.push({
    nodes: Object.fromEntries(nodes.map(([id, node]) => [id, decoded(node.text)])),
    subgraphs,
    edges: db.getEdges().map((edge) => [edge.start, edge.end, edge.stroke, edge.text ? decoded(edge.text) : []]),
  });
}
process.stdout.write(JSON.stringify(charts));
