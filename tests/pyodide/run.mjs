// Run a Python file under Pyodide, with a zip of packages on its path, and print what its `answer()` returns as JSON.
// Usage: node run.mjs FOLDER_OF_PYODIDE PACKAGES.zip QUESTIONS.py
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [folder, packages, questions] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const python = await loadPyodide();
try {
  python.unpackArchive(new Uint8Array(await readFile(packages)), "zip");
  python.runPython(await readFile(questions, "utf8"));
  console.log(python.runPython("import json, sys\njson.dumps({'answer': answer(), 'platform': sys.platform})"));
} catch (error) {
  console.error(error.message); // Python's traceback; node's own would print Pyodide's whole source
  process.exit(1);
}
