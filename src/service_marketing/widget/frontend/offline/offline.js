// What every page does for reading without a network, after it has loaded and nobody waits: course.js asks for it.
const WORDS = {
  zh: { notice: "这本书有新版本了。", update: "点一下更新", later: "以后再说" },
  en: { notice: "There is a new version of this book.", update: "Update", later: "Later" },
};
const STYLE = `.so-notice{position:fixed;z-index:50;inset:auto 1rem 1rem;margin:auto;width:fit-content;max-width:calc(100vw - 2rem);box-sizing:border-box;
display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;padding:.6rem 1rem;border:1px solid var(--sm-line);border-radius:.5rem;background:var(--sm-paper);color:var(--sm-ink)}
.so-notice button{font:inherit;min-height:2.25rem;padding:0 .9rem;border:1px solid var(--sm-accent);border-radius:.4rem;background:none;color:var(--sm-accent);cursor:pointer}
@media print{.so-notice{display:none}}`;

const QUIET = 2000; // ms

const { documentElement: html } = document;
const words = WORDS[html.lang.startsWith("en") ? "en" : "zh"];
const root = new URL(html.dataset.content_root || "./", location.href);
const { serviceWorker } = navigator;
const { version } = html.dataset;

const box = document.querySelector("service-offline");
if (box) import("./offline-box.js");

/** Promises to say `message` to the worker, when there is one. */
const say = async (message) => (await serviceWorker.ready).active.postMessage(message);

const opened = () => say({ offline: "opened", version, url: location.href, sparing: Boolean(navigator.connection?.saveData) });

function notice() {
  if (document.querySelector(".so-notice")) return;
  const button = (text, onclick) => Object.assign(document.createElement("button"), { type: "button", textContent: text, onclick });
  const made = Object.assign(document.createElement("div"), { className: "so-notice" });
  made.setAttribute("role", "status");
  document.body.append(made, Object.assign(document.createElement("style"), { textContent: STYLE }));
  // a status is read out when it comes into one that stands there already
  requestAnimationFrame(() => made.append(words.notice, button(words.update, () => location.reload()), button(words.later, () => made.remove())));
}

serviceWorker.addEventListener("message", ({ data }) => {
  if (!data?.offline?.version) return;
  // its worker came with this page, or after it
  if (data.offline.version === version) opened();
  else notice();
});
serviceWorker.startMessages();

/**
 * Lets a new worker take over in a quiet moment: the old one may be ended for it at once, and what a page asks it for just then,
 * such as a thread, never comes.
 */
function follow(registration) {
  const look = () => setTimeout((worker) => worker?.postMessage({ offline: "takeOver" }), QUIET, registration.waiting);
  const hear = () => registration.installing?.addEventListener("statechange", look, { once: true });
  registration.addEventListener("updatefound", hear);
  hear();
  look();
}

if (version) {
  serviceWorker
    .register(new URL("sw.js", root), { scope: root.pathname })
    .then((registration) => registration && (follow(registration), opened()))
    .catch(() => html.setAttribute("data-offline", "no"));
}
