// How the dashboard is bundled: one page, parts of it loaded when they are needed, nothing from elsewhere.

import { join } from "node:path";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const source = join(import.meta.dirname, "../src");

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwind()],
  resolve: {
    alias: {
      "dispatched/client": join(source, "client/index.ts"),
      "dispatched/language": join(source, "language/index.ts"),
    },
  },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    // Data in addresses would need a weaker policy for content.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
});
