// Keeping the book: one page with all it needs, or the whole, piece by piece, so that it can stop and go on.
import { clear, memory, mine, missing, obtain, paths, serves } from "./store.js";

const AT_ONCE = 4;
const LIVE = "_static/service-sim/"; // what simulations, questions and practices are made of
const PYTHON = `${LIVE}python/`; // what a practice is checked against

const present = (list) => list.map((path) => mine.files.get(path)).filter(Boolean);
const pages = (list) => [...list].filter((path) => path.endsWith(".html") && mine.files.has(path));

/** The paths that a page or style `text` at `path` names. */
function named(text, path) {
  const links = /\.css$/.test(path) ? /url\(["']?([^"')]+)/g : /<(?:script|link|img|source)\b[^>]*?\b(?:src|href)="([^"#?]+)/g;
  const here = new URL(path, "https://book/");
  return [...text.matchAll(links)].map(([, link]) => new URL(link, here)).filter(({ host }) => host === here.host).map(({ pathname }) => decodeURI(pathname.slice(1)));
}

const keep = async (file, options) => {
  const { response, stored } = await obtain(file, options);
  await stored;
  return response;
};

/** Keeps the page at `path` and what it needs to be read and played without a network. */
export async function keepPage(path, options = {}) {
  const page = mine.files.get(path);
  if (!page) return;
  const text = await (await keep(page, options)).text();
  const needed = new Set(named(text, path).filter((one) => !one.endsWith(".html")));
  // the fonts of formulas, too, are loaded when a reader comes to one
  for (const style of present([...needed]).filter((file) => file.path.endsWith(".css"))) {
    for (const one of named(await (await keep(style, options)).text(), style.path)) needed.add(one);
  }
  // what is loaded only when a reader asks for it, such as the hood
  if (!options.unasked && [...needed].some((one) => one.startsWith(LIVE))) {
    const practices = needed.has(`${LIVE}practice.js`);
    for (const one of mine.files.keys()) if (one.startsWith(LIVE) && (practices || !one.startsWith(PYTHON))) needed.add(one);
  }
  await side(await missing(present([...needed])), (file) => keep(file, options), options.unasked);
}

/** Does `work` for each of `files`, a few at a time; with `forgiving` one that fails holds up nobody. */
async function side(files, work, forgiving = false) {
  const waiting = [...files];
  const take = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) await (forgiving ? work(file).catch(() => {}) : work(file));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
}

/** Makes what is kept of an older version complete in this one; throws when it cannot be. */
export async function renew({ sparing }) {
  const before = await paths();
  if (!before.size) return;
  const whole = ["running", "whole"].includes(await wanted());
  if (sparing && !whole) return; // a page that changed is loaded when it is opened again
  const files = whole ? [...mine.files.values()] : present([...before]);
  await side(await missing(files), keep);
  if (!whole) for (const path of pages(before)) await keepPage(path);
}

// The whole book. `wanted` is null when nobody asked for it, else "running", "whole" when it came to its end, or why it did not:
// "paused", "full", "offline", "moved".

const wanted = () => memory.read("whole");
let running = null;
let stop = null;

const sum = (files) => files.reduce((bytes, file) => bytes + file.bytes, 0);

/** How things stand: { state, done, total (bytes), pages }. */
export async function status() {
  const all = [...mine.files.values()];
  const left = await missing(all);
  const total = sum(all);
  const asked = await wanted();
  const broken = asked === "running" || asked === "whole"; // the worker was ended, or the book has grown
  const state = !left.length ? "whole" : running ? "running" : broken ? "offline" : (asked ?? "none");
  return { state, done: total - sum(left), total, pages: pages(mine.files.keys()).length };
}

/** Loads what is missing of the whole book; `tell(status)` hears how it goes. A second call joins the first. */
export function download(tell) {
  if (stop?.signal.aborted) return running.then(() => download(tell)); // it is still being stopped
  running ??= loadAll(tell).finally(() => (running = stop = null));
  return running;
}

async function loadAll(tell) {
  stop = new AbortController();
  const { signal } = stop;
  let end = "whole";
  try {
    await memory.write("whole", "running");
    const all = [...mine.files.values()];
    const left = await missing(all);
    const total = sum(all);
    let done = total - sum(left);
    const say = () => tell({ state: "running", done, total, pages: pages(mine.files.keys()).length });
    say();
    await side(left, async (file) => {
      await keep(file, { signal });
      signal.throwIfAborted();
      done += file.bytes;
      say();
    });
  } catch (error) {
    const paused = signal.aborted;
    stop.abort();
    end = paused ? "paused" : error.name === "QuotaExceededError" ? "full" : await why();
  }
  await memory.write("whole", end).catch(() => {});
  running = null;
  tell(await status());
}

/** Why a file could not be had: the network is gone, or the server has moved on to another version. */
async function why() {
  const same = await serves(mine.version).catch(() => true);
  if (!same) self.registration.update().catch(() => {});
  return same ? "offline" : "moved";
}

/** Stops the loading of the whole book; what came stays. */
export const pause = () => stop?.abort();

/** Goes on with what was broken off by no will of the reader's. */
export async function resume(tell) {
  if (["running", "whole", "offline", "moved"].includes(await wanted()) && (await status()).state !== "whole") await download(tell);
}

/** Takes everything off the device. */
export async function remove() {
  pause();
  await running?.catch(() => {});
  await memory.drop("whole");
  await clear();
}

/** The pages that can be read now, in the book's order. */
export async function readable() {
  const all = present(pages(mine.files.keys()));
  const gone = new Set(await missing(all));
  return all.filter((file) => !gone.has(file));
}
