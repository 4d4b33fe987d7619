// Makes built.js, the one file that the package carries, from source.js and the pinned packages:
//
//     npm ci && npm run build
//
// With a path as argument the file is written there instead, so that a test can compare it with the one in the package.

import { build } from "esbuild";
import { readFileSync } from "node:fs";

const lock = JSON.parse(readFileSync(new URL("package-lock.json", import.meta.url)));
const parts = Object.entries(lock.packages)
    .filter(([path, { license }]) => path && license === "MIT" && !/esbuild/.test(path))
    .map(([path, { version }]) => `${path.replace("node_modules/", "")} ${version}`);

await build({
    entryPoints: [new URL("source.js", import.meta.url).pathname],
    outfile: process.argv[2] ?? new URL("built.js", import.meta.url).pathname,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2021",
    charset: "utf8",
    legalComments: "none",
    banner: { js: `// Made by build.mjs from source.js. Holds, under the MIT licence: ${parts.join(", ")}` },
});
