// Which version each open page is of. A page has one version as long as it lives, whatever has come meanwhile:
// all it asks for later, its engine and its hood too, is of the version that it is of.
import { edition, memory, mine, prune } from "./store.js";

const NETWORK = "network"; // of a version that this worker has no list of: it gets what the server has
const PATIENCE = 30_000; // ms; a page that is being opened is not there yet
const known = new Map();
const older = new Map();

/** Says that the page or thread `id` is of `version`. */
export async function bind(id, version = NETWORK) {
  if (!id) return;
  known.set(id, version);
  await memory.write(`client/${id}`, JSON.stringify({ version, since: Date.now() })).catch(() => {});
}

async function versionOf(id) {
  if (!known.has(id)) known.set(id, JSON.parse((await memory.read(`client/${id}`)) ?? "null")?.version ?? mine.version);
  return known.get(id);
}

/** The edition that the page `id` is of; null when this worker must not answer for the server. */
export async function editionOf(id) {
  const version = id ? await versionOf(id) : mine.version;
  return version === mine.version ? mine : version === NETWORK ? null : stored(version);
}

async function stored(version) {
  if (!older.has(version)) {
    const plain = JSON.parse((await memory.read(`edition/${version}`)) ?? "null");
    if (!plain) return null;
    older.set(version, edition(plain));
  }
  return older.get(version);
}

/** Takes over: pages that are open stay what they are. */
export async function takeOver() {
  const before = (await memory.read("current")) ?? NETWORK;
  const controlled = await clients.matchAll({ type: "all" });
  const all = await clients.matchAll({ type: "all", includeUncontrolled: true });
  const own = new Set(controlled.map(({ id }) => id));
  const bound = new Set(await memory.names("client/"));
  // one may have said meanwhile what it is
  for (const { id } of all) if (!bound.has(`client/${id}`) && !known.has(id)) await bind(id, own.has(id) ? before : NETWORK);
  await memory.write(`edition/${mine.version}`, JSON.stringify(mine.plain));
  await memory.write("current", mine.version);
  await clients.claim();
  await tidy();
}

/** Forgets pages that are closed, and drops every version that no open page is of. */
export async function tidy() {
  if (self.registration.installing || self.registration.waiting) return; // it is filling its shelves
  const used = new Set([mine.version]);
  for (const name of await memory.names("client/")) {
    const { version, since } = JSON.parse(await memory.read(name));
    const id = name.slice("client/".length);
    if ((await clients.get(id)) || Date.now() - since < PATIENCE) used.add(version);
    else {
      await memory.drop(name);
      known.delete(id);
    }
  }
  const versions = (await memory.names("edition/")).map((name) => name.slice("edition/".length));
  for (const version of versions.filter((one) => !used.has(one))) await memory.drop(`edition/${version}`);
  const left = await Promise.all(versions.filter((one) => used.has(one) && one !== mine.version).map(stored));
  await prune([mine, ...left.filter(Boolean)]);
}
