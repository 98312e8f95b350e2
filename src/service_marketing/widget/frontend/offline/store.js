// What is kept on the device: files by path and content, so that two versions of the book can lie side by side and
// never be taken for each other. A file is kept only when it is, byte for byte, what its version says.
const { scope } = self.registration;
export const CONTENT = `service-marketing:content:${scope}`;
const STATE = `service-marketing:state:${scope}`;

/** An edition of the book: its version, and its files by path. `plain` is what the build wrote, and what is kept of it. */
export function edition(plain) {
  const files = new Map(plain.files.map(([path, digest, bytes, title]) => [path, { path, digest, bytes, title }]));
  return { version: plain.version, files, plain };
}

/** The version that came with this worker. */
export const mine = edition(self.COURSE);

/** The path within the edition that `url` asks for, or null when it asks for something else. */
export function pathOf(url) {
  const { origin, pathname } = new URL(url);
  const address = origin + pathname;
  if (!address.startsWith(scope)) return null;
  const path = decodeURI(address.slice(scope.length));
  return path === "" || path.endsWith("/") ? `${path}index.html` : path;
}

const keyOf = ({ path, digest }) => `${scope}${encodeURI(path)}?sha256=${encodeURIComponent(digest)}`;
const coming = new Map();

/** `file` from the network, or from the browser's own cache when it is still there; refused when it is of another version. */
async function brought({ path, digest }, { signal, unasked, fresh }) {
  const ask = (cache) => fetch(scope + encodeURI(path), { cache, integrity: `sha256-${digest}`, signal, mode: "same-origin" });
  const first = ask(unasked ? "only-if-cached" : fresh ? "no-cache" : "force-cache");
  const response = await (unasked || fresh ? first : first.catch(() => ask("reload")));
  if (!response.ok) throw new TypeError(`${path}: ${response.status}`);
  // a host may have sent the reader round; a page that was is refused by the browser
  return response.redirected ? new Response(response.body, { headers: response.headers }) : response;
}

/**
 * Keeps `response`, which has come whole, or it would not have been compared with its digest: when it cannot be kept, the device is
 * full, whatever a browser calls that.
 */
async function store(key, response) {
  try {
    await (await caches.open(CONTENT)).put(key, response);
  } catch (error) {
    throw new DOMException(`${key}: ${error.message}`, "QuotaExceededError");
  }
}

/** What is kept of `file`, or undefined. */
export const kept = async (file) => (await caches.open(CONTENT)).match(keyOf(file));

/**
 * `file`, out of the cache or from the network: { response, stored }, where `stored` promises that it is kept.
 * `signal` stops it; with `unasked` nothing is loaded that the browser does not have already; with `fresh` the server is asked first.
 */
export async function obtain(file, { signal, unasked, fresh } = {}) {
  const there = fresh ? null : await kept(file);
  if (there) return { response: there, stored: Promise.resolve() };
  const key = keyOf(file);
  if (!coming.has(key)) {
    const answer = brought(file, { signal, unasked, fresh });
    const stored = answer.then((response) => store(key, response.clone()));
    stored.catch(() => {}).finally(() => coming.delete(key));
    coming.set(key, { answer, stored });
  }
  const { answer, stored } = coming.get(key);
  return { response: (await answer).clone(), stored };
}

/** Whether the server has `version` now; throws when it cannot be asked. */
export async function serves(version) {
  const answer = await fetch(`${scope}sw.js`, { cache: "no-store" });
  return answer.ok && (await answer.text()).includes(version);
}

/** The keys of all that is kept. */
async function keys() {
  return new Set((await (await caches.open(CONTENT)).keys()).map(({ url }) => url));
}

/** The files of `wanted` that are not kept yet. */
export async function missing(wanted) {
  const there = await keys();
  return [...wanted].filter((file) => !there.has(keyOf(file)));
}

/** The paths of which some version is kept. */
export async function paths() {
  return new Set([...(await keys())].map(pathOf));
}

/** Drops what none of `editions` has. */
export async function prune(editions) {
  const wanted = new Set(editions.flatMap(({ files }) => [...files.values()].map(keyOf)));
  const content = await caches.open(CONTENT);
  await Promise.all([...(await keys())].filter((key) => !wanted.has(key)).map((key) => content.delete(key)));
}

/** Drops everything that was kept for reading. */
export const clear = () => caches.delete(CONTENT);

/** Small things to remember, each a text of its own, for a worker is ended and started as the browser likes. */
export const memory = {
  async read(name) {
    const found = await (await caches.open(STATE)).match(scope + name);
    return found ? found.text() : null;
  },
  async write(name, text) {
    await (await caches.open(STATE)).put(scope + name, new Response(text));
  },
  async drop(name) {
    await (await caches.open(STATE)).delete(scope + name);
  },
  async names(start) {
    const all = (await (await caches.open(STATE)).keys()).map(({ url }) => url.slice(scope.length));
    return all.filter((name) => name.startsWith(start));
  },
};
