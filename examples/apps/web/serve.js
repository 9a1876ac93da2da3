import { createServer } from "node:http";

/** A line of the journal. */
export function log(level, message, more = {}) {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...more })}\n`);
}

/** An HTTP server of what answers a request with {status, body, headers}, of which the last two can be left out. */
export function server(answer) {
  const created = createServer(async (request, response) => {
    const began = performance.now();
    let { status, body, headers } = {};
    try {
      ({ status, body = "", headers } = await answer(request));
    } catch (error) {
      log("error", error.message, { stack: error.stack });
      [status, body] = [500, "Something is wrong here.\n"];
    }
    const length = status === 204 ? {} : { "content-length": Buffer.byteLength(body) };
    const stopping = created.listening ? {} : { connection: "close" };
    response.writeHead(status, { ...length, "cache-control": "no-store", ...stopping, ...headers });
    response.end(body);
    log("info", "request", {
      method: request.method,
      path: request.url,
      status,
      milliseconds: Math.round(performance.now() - began),
      trace: request.headers["x-amzn-trace-id"],
    });
  });
  return created;
}

/** Serve until SIGTERM, then answer what was asked and end. */
export function serve(answer, port) {
  const listening = server(answer);
  listening.keepAliveTimeout = 65_000; // longer than a load balancer's 60 s, so that it never uses a connection that just closed
  listening.listen(port, () => log("info", "listening", { port: listening.address().port }));
  for (const signal of ["SIGTERM", "SIGINT"]) {
    process.once(signal, () => {
      log("info", "stopping", { signal });
      listening.close(() => log("info", "stopped"));
      setTimeout(() => listening.closeAllConnections(), 10_000).unref();
    });
  }
}
