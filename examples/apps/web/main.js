import { log, serve } from "./serve.js";
import { web } from "./web.js";

const { API_URL, PORT = "3000" } = process.env;
if (!["http:", "https:"].includes(URL.parse(API_URL ?? "")?.protocol)) {
  log("error", "start: API_URL is not set to a URL; give it where the api answers, http://internal.example.com for instance");
  process.exit(1);
}
serve(web(API_URL), Number(PORT));
