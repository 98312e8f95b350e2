// The service worker of one edition. The build puts `self.COURSE` before it: { version, language, files: [[path, sha256, bytes, title]] }.
import { registerRoute, setCatchHandler } from "workbox-routing";
import { Strategy } from "workbox-strategies";
import { absent } from "./absent.js";
import { download, keepPage, pause, readable, remove, renew, resume, status } from "./keeping.js";
import { bind, editionOf, takeOver, tidy } from "./pages.js";
import { kept, mine, obtain, pathOf, serves } from "./store.js";

const { scope } = self.registration;
// who looks at the book on the machine that builds it wants what was just built
const PREVIEW = ["localhost", "127.0.0.1", "[::1]"].includes(self.location.hostname);

const update = () => self.registration.update().catch(() => {});

/** Pages: of this worker's version, or else the server's, and then all that the page asks for is the server's too. */
class Pages extends Strategy {
  async _handle(request, handler) {
    const id = handler.event.resultingClientId;
    const file = mine.files.get(pathOf(request.url));
    const own = (response) => {
      handler.waitUntil(bind(id, mine.version));
      return response;
    };
    const there = file && (await kept(file));
    if (there && !PREVIEW) return own(there);
    if (file) {
      try {
        const { response, stored } = await obtain(file, { fresh: PREVIEW });
        handler.waitUntil(stored.catch(() => {}));
        return own(response);
      } catch {
        // no network, or not this version: the server's own answer tells
      }
    }
    const answer = await fetch(request).catch((error) => there ?? Promise.reject(error));
    if (answer === there) return own(there);
    await bind(id);
    update();
    return answer;
  }
}

/** What pages ask for: of the page's own version, whatever this worker's is. */
class Parts extends Strategy {
  async _handle(request, handler) {
    const { clientId, resultingClientId } = handler.event;
    const edition = await editionOf(clientId);
    handler.waitUntil(bind(resultingClientId, edition?.version)); // a thread is of its page's version
    const file = edition?.files.get(pathOf(request.url));
    // what the browser has of an older version must not come into a page of the server's
    if (!file) return fetch(request, edition ? {} : { cache: "no-cache" });
    try {
      const { response, stored } = await obtain(file);
      handler.waitUntil(stored.catch(() => {}));
      return response;
    } catch (error) {
      // a host that changes files on their way must not break the page
      if (await serves(edition.version)) return fetch(request);
      update();
      throw error;
    }
  }
}

const ours = (url) => pathOf(url.href) !== null;
registerRoute(({ url, request }) => ours(url) && request.mode === "navigate", new Pages());
registerRoute(({ url, request }) => ours(url) && request.mode !== "navigate" && !/\/(sw\.js|downloads\/.*)$/.test(url.pathname), new Parts());
setCatchHandler(async ({ request }) => {
  if (request.mode !== "navigate") return Response.error();
  const page = absent(self.COURSE.language, await readable(), scope);
  return new Response(page, { status: 503, headers: { "content-type": "text/html; charset=utf-8" } });
});

async function tell(message) {
  for (const client of await self.clients.matchAll({ includeUncontrolled: true })) client.postMessage({ offline: message });
}

const WORK = {
  /** A page was opened and is at rest: it is kept. */
  async opened({ source, data: { version, url, sparing } }) {
    if (version === mine.version) await bind(source.id, version);
    await tidy();
    if (version === mine.version) await keepPage(pathOf(url), { unasked: sparing }).catch(() => {});
    await resume(tell);
  },
  status: async ({ source }) => source.postMessage({ offline: await status() }),
  download: () => download(tell),
  pause: async () => pause(),
  takeOver: async () => void self.skipWaiting(), // not waited for: it ends when the old worker is gone
  async remove() {
    await remove();
    await tell(await status());
  },
};

self.addEventListener("message", (event) => {
  const work = WORK[event.data?.offline];
  if (work) event.waitUntil(work(event));
});

self.addEventListener("install", (event) => {
  const sparing = Boolean(self.navigator.connection?.saveData);
  // a device that is full must not stay with an old version for ever
  const ready = renew({ sparing }).catch((error) => (error.name === "QuotaExceededError" ? null : Promise.reject(error)));
  event.waitUntil(ready);
});

self.addEventListener("activate", (event) => event.waitUntil(takeOver().then(() => tell({ version: mine.version }))));
