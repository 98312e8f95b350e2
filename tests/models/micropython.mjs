// Answers one question a line, in MicroPython, with the driver that the book's pages use:
// {"target": "satisfaction.population", "arguments": {…}} gives {"value": …} or {"error": "…"}; {"whole": true} asks whether the
// second half of the engine is there.
import { createInterface } from "node:readline";

import { python } from "../engine.mjs";

function answer({ sources, target, arguments: values, whole }) {
  if (whole) return { value: python.whole };
  if (sources) return python.add(sources) ?? { value: null };
  try {
    return { value: python.call(target, values) };
  } catch (error) {
    return { error: error.message, ...(python.broken && { broken: python.broken }) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + "\n");
}
