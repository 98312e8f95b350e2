// Answers one question a line in MicroPython, with what the pages give their engine beside a reader's code:
// {"files": {…}} writes files of the package; {"name": "_practice", "question": {…}} asks; {"explain": "source"} runs a text
// and gives the line and the sentence of its error.
import { readFileSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

import { python } from "../engine.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const bundled = join(mkdtempSync(join(tmpdir(), "practice-")), "driver.mjs");
const { outputFiles } = await build({
  entryPoints: [here("../../src/service_marketing/widget/frontend/hood-driver.js")],
  bundle: true,
  format: "esm",
  write: false,
  loader: { ".py": "text" },
});
writeFileSync(bundled, outputFiles[0].text);
const { modelBench, practiceBench } = await import(pathToFileURL(bundled).href);

const EXPLAIN = `
def _explain(question):
    q = json.loads(question)
    try:
        exec(compile(q["source"], "answer.py", "exec"), {"__name__": "answer"})
    except BaseException as error:
        told = _explained(error, "answer.py", q["source"], q["language"])
        told["kind"] = type(error).__name__
        return json.dumps(told)
    return json.dumps({"kind": None})
`;

await python.complete();
python.equip(...modelBench);
python.equip(practiceBench[0], practiceBench[1] + EXPLAIN);

for await (const line of createInterface({ input: process.stdin })) {
  const { files, name, question } = JSON.parse(line);
  if (files) python.equip(Object.fromEntries(Object.entries(files).map(([path, file]) => [path, readFileSync(file, "utf8")])), "");
  process.stdout.write(JSON.stringify(name ? python.ask(name, question) : null) + "\n");
}
