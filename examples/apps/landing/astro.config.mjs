import { defineConfig } from "astro/config";

export default defineConfig({
  site: "https://www.example.com",
  build: {
    assets: "assets", // Cloudflare's rules cache this folder for a year
    inlineStylesheets: "never", // the Content-Security-Policy in public/_headers allows files of the site alone
  },
});
