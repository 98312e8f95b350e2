// Splits MicroPython's engine in two at build time: what the course's models run, which every reader waits for, and the rest,
// which comes when something calls into it (engine-halves.js). Both work on one memory and one table, and nothing is left out.
// Emscripten's SPLIT_MODULE does this to a program that it compiles; here it is done to the finished binary that npm brings.
// Which functions run is recorded in engine-profile.json by engine-profile.mjs.
import binaryen from "binaryen";

// The library of Python modules that is frozen into the engine; the models import none of them.
const FROZEN = { first: "asyncio/event.py\0asyncio/funcs.py\0", last: "zlib.py\0\0", entry: 12 };

/** The two halves of the engine `bytes`: { first, rest }; `hot` has the numbers of the functions that belong to the first. */
export function split(bytes, hot) {
  const [first, rest, whole] = [0, 0, 0].map(() => binaryen.readBinary(bytes));
  const own = ownFunctions(whole);
  const cold = new Set(own.map(({ name }) => name).filter((_, i) => !hot.has(i)));
  const table = elements(whole);
  const frozen = frozenLibrary(image(whole));

  const places = stubs(first, own, cold, table);
  const wanted = complement(rest, own, cold, places, frozen);
  for (const name of wanted.functions) first.addFunctionExport(name, `f${name}`);
  for (const name of wanted.globals) first.addGlobalExport(name, `g${name}`);
  memory(first, data(first, frozen, false));
  const made = { first: emit(first), rest: emit(rest) };
  for (const module of [first, rest, whole]) module.dispose();
  return made;
}

/** The module's functions without the imported ones, in their order. */
export function ownFunctions(module) {
  const all = Array.from({ length: module.getNumFunctions() }, (_, i) => binaryen.getFunctionInfo(module.getFunctionByIndex(i)));
  return all.filter(({ module: from }) => !from);
}

function emit(module) {
  module.runPasses(["remove-unused-module-elements"]);
  if (!module.validate()) throw new Error("the split engine is not valid");
  return module.emitBinary();
}

const elementSegments = (module) =>
  Array.from({ length: module.getNumElementSegments() }, (_, i) => binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(i)));

/** What stands in the table, by place. */
function elements(module) {
  const found = new Map();
  for (const { offset, data: names } of elementSegments(module)) {
    const start = binaryen.getExpressionInfo(offset).value;
    names.forEach((name, k) => found.set(start + k, name));
  }
  return found;
}

/**
 * Takes the functions `cold` out of `module`: in the table their places are held by imports "p", and what calls them calls
 * through the table. Gives who has which place, and the size of the table, which has grown.
 */
function stubs(module, own, cold, table) {
  const shape = new Map(own.map((one) => [one.name, one]));
  const { name: tableName, initial, base } = binaryen.getTableInfo(module.getTableByIndex(0));
  if (base) throw new Error("the table is imported");
  const held = new Map(); // place → the placeholder's name
  const slots = new Map([...table].filter(([, name]) => cold.has(name)).map(([place, name]) => [name, place]));
  const hold = (place, name) => {
    const { params, results } = shape.get(name);
    module.addFunctionImport(`held${place}`, "p", String(place), params, results);
    held.set(place, `held${place}`);
  };
  for (const [place, name] of table) if (cold.has(name)) hold(place, name);

  // without bodies and out of the table, only those remain that something else calls
  const body = (name, made) => binaryen.Function(module.getFunction(name)).body = made;
  for (const name of cold) body(name, module.unreachable());
  refill(module, tableName, new Map([...table].map(([place, name]) => [place, held.get(place) ?? name])));
  module.runPasses(["remove-unused-module-elements"]);
  const called = ownFunctions(module).filter(({ name }) => cold.has(name));
  let size = initial;
  for (const { name, params, results } of called) {
    if (!slots.has(name)) {
      slots.set(name, size);
      hold(size++, name);
    }
    const operands = binaryen.expandType(params).map((type, i) => module.local.get(i, type));
    body(name, module.call_indirect(tableName, module.i32.const(slots.get(name)), operands, params, results));
  }
  const filled = new Map([...table].map(([place, name]) => [place, held.get(place) ?? name]));
  for (const [place, name] of held) filled.set(place, name);
  const names = exported(module, binaryen.ExternalTable);
  for (const name of names) module.removeExport(name);
  retable(module, tableName, size, filled);
  for (const name of names) module.addTableExport(tableName, name);
  return { slots, size };
}

/** A table of that size in the place of the module's own. */
function retable(module, name, size, names) {
  empty(module);
  module.removeTable(name);
  module.addTable(name, size, size);
  fill(module, name, names);
}

const exportsOf = (module) => Array.from({ length: module.getNumExports() }, (_, i) => binaryen.getExportInfo(module.getExportByIndex(i)));
const exported = (module, kind) => exportsOf(module).filter((one) => one.kind === kind).map(({ name }) => name);

function empty(module) {
  for (const { name } of elementSegments(module)) module.removeElementSegment(name);
}

function refill(module, table, names) {
  empty(module);
  fill(module, table, names);
}

/** Puts the functions into the table, a segment for each run of places. */
function fill(module, table, names) {
  const places = [...names.keys()].sort((a, b) => a - b);
  let run = [];
  for (const place of places) {
    run.push(place);
    if (names.has(place + 1)) continue;
    module.addActiveElementSegment(table, `e${run[0]}`, run.map((one) => names.get(one)), module.i32.const(run[0]));
    run = [];
  }
}

/** Makes `module` the other half: what is not `cold` comes from the first half. Gives what it wants from there. */
function complement(module, own, cold, { slots, size }, frozen) {
  const { name: tableName } = binaryen.getTableInfo(module.getTableByIndex(0));
  for (const { name } of exportsOf(module)) module.removeExport(name);
  retable(module, tableName, size, new Map([...slots].map(([name, place]) => [place, name])));
  for (const { name, params, results } of own) {
    if (cold.has(name)) continue;
    module.removeFunction(name);
    module.addFunctionImport(name, "h", `f${name}`, params, results);
  }
  memory(module, data(module, frozen, true));
  module.addMemoryImport("0", "h", "memory");
  module.addTableImport(tableName, "h", "table");
  const globals = Array.from({ length: module.getNumGlobals() }, (_, i) => binaryen.getGlobalInfo(module.getGlobalByIndex(i)));
  for (const { name, type, mutable } of globals) if (mutable) module.addGlobalImport(name, "h", `g${name}`, type, true);
  module.runPasses(["remove-unused-module-elements"]);
  const functions = Array.from({ length: module.getNumFunctions() }, (_, i) => binaryen.getFunctionInfo(module.getFunctionByIndex(i)));
  const left = Array.from({ length: module.getNumGlobals() }, (_, i) => binaryen.getGlobalInfo(module.getGlobalByIndex(i)));
  return {
    functions: functions.filter((one) => one.module === "h").map(({ name }) => name),
    globals: left.filter((one) => one.module === "h").map(({ name }) => name),
  };
}

// Memory

function segments(module) {
  return Array.from({ length: module.getNumDataSegments() }, (_, i) => module.getDataSegmentInfo(module.getDataSegmentByIndex(i)));
}

/** The memory as it is at the start. */
function image(module) {
  const all = segments(module);
  const made = new Uint8Array(Math.max(...all.map(({ offset, data: bytes }) => offset + bytes.byteLength)));
  for (const { offset, data: bytes } of all) made.set(new Uint8Array(bytes), offset);
  return made;
}

/** Where the frozen modules' names and contents stand: [from, to) each. Throws when this is not the engine that it knows. */
function frozenLibrary(bytes) {
  const text = new TextDecoder("latin1").decode(bytes);
  const from = text.indexOf(FROZEN.first);
  const end = text.indexOf(FROZEN.last, from) + FROZEN.last.length;
  const names = text.slice(from, end - 2).split("\0");
  const words = new DataView(bytes.buffer);
  const entries = (end + 2) & ~3;
  const starts = names.map((_, i) => {
    const [qstrs, objects, code] = [0, 4, 8].map((part) => words.getUint32(entries + FROZEN.entry * i + part, true));
    return Math.min(...[qstrs, objects, code].filter(Boolean));
  });
  const within = starts.every((start, i) => start > (i ? starts[i - 1] : entries) && start < bytes.length);
  if (from < 0 || names.length < 10 || !within) throw new Error("the frozen modules are not where they were: look at engine-split.mjs");
  // of the last one only the beginning is known, so it stays
  const [low, high] = [starts[0], starts.at(-1)];
  return [[from, end], [low, high]];
}

/** The module's data inside (`kept`) or outside the ranges. */
function data(module, ranges, kept) {
  const inside = (at) => ranges.some(([from, to]) => at >= from && at < to);
  const parts = [];
  for (const { offset, data: buffer } of segments(module)) {
    const bytes = new Uint8Array(buffer);
    let start = 0;
    for (let i = 1; i <= bytes.length; i++) {
      if (i < bytes.length && inside(offset + i) === inside(offset + start)) continue;
      if (inside(offset + start) === kept) parts.push({ offset: offset + start, bytes: bytes.slice(start, i) });
      start = i;
    }
  }
  return parts;
}

function memory(module, parts) {
  const { initial, max } = module.getMemoryInfo();
  const [name] = exported(module, binaryen.ExternalMemory);
  if (name) module.removeExport(name);
  module.setMemory(initial, max, name ?? null, parts.map(({ offset, bytes }) => ({ offset: module.i32.const(offset), data: bytes, passive: false })), false, false, "0");
}
