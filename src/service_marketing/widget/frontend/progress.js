// How far the reader has come: notes which sections were read, marks the contents, and offers to go on where it was left.
// Loaded on every page when the browser has nothing better to do. Nothing here asks for a position: that would lay out what is far away.
import { change, listen, read } from "./storage.js";

// ms: a section counts as read when it was on the screen for so long, and its end too for a moment
const WHILE = 3000;
const MOMENT = 1000;
const WORDS = {
  zh: { marks: ["还没读", "读了一部分", "已读完"], resume: (page, section) => `接着读：${section ? `${page} ${section}` : page}` },
  en: { marks: ["not begun", "begun", "read"], resume: (page, section) => `Read on: ${section ? `${page}, ${section}` : page}` },
};
const language = document.documentElement.lang.startsWith("en") ? "en" : "zh";
const words = WORDS[language];
const home = new URL(document.documentElement.dataset.content_root ?? "./", document.baseURI);

/** What a page is called here: zh/chapters/03-satisfaction; null for what is not read from beginning to end. */
function nameOf(address) {
  const { pathname } = new URL(address, document.baseURI);
  const page = pathname.startsWith(home.pathname) && pathname.slice(home.pathname.length).match(/^(chapters\/.+|how-to-use)\.html$/);
  return page && `${language}/${page[1]}`;
}

const here = nameOf(location.pathname);
const pages = () => read("reading", "pages") ?? {};
const plain = new Map(); // what the links that offer to go on say and do before anything was read
const short = (title) => title.match(/^(第\d+章|附录\w|Chapter \d+|Appendix \w)(?=\s)/)?.[0] ?? title;
const said = (heading) => [...heading.childNodes].filter((node) => node.className !== "headerlink").map((node) => node.textContent).join("").trim();

/** Keeps in `there` those of `targets` that have been on the screen, less `margin` of it, for `time`; tells `told` of each new one. */
function watch(targets, margin, time, there, told, stays) {
  const waiting = new Map();
  const observer = new IntersectionObserver(
    (found) => {
      for (const { target, isIntersecting } of found) {
        clearTimeout(waiting.get(target));
        if (isIntersecting) waiting.set(target, setTimeout(() => document.hidden || (there.add(target), told()), time));
        else if (!stays) there.delete(target);
      }
    },
    { rootMargin: margin },
  );
  const start = () => {
    observer.disconnect();
    for (const target of targets) observer.observe(target);
  };
  start();
  document.addEventListener("visibilitychange", () => document.hidden || start());
}

function follow() {
  const article = document.querySelector("article");
  const headings = [...article.querySelectorAll(":is(h2, h3) > .headerlink")].map((link) => link.parentElement);
  const foot = document.querySelector(".related-pages");
  if (!headings.length || !foot) return;
  // a section with others inside is read when those are; it ends where the next heading is, the last one where the page ends
  const parts = headings
    .map((heading, place) => ({ section: heading.parentElement, id: heading.parentElement.id, next: headings[place + 1] }))
    .filter(({ section, next }) => !section.contains(next ?? null));
  const ids = parts.map(({ id }) => id);
  const title = short(said(article.querySelector("h1")));
  const onward = foot.querySelector(".next-page");
  const begun = new Set();
  const ended = new Set();

  let before = "";

  // who jumps to a heading has its own section before the eyes, not the one that ends above it
  const note = () => {
    const done = parts.filter(({ section, next }) => begun.has(section) && ended.has(next ?? foot)).map(({ id }) => id);
    if (!done.length || before === (before = done.join())) return;
    const { next } = parts[ids.indexOf(done.at(-1))];
    const page = !next && onward && nameOf(onward.href);
    const at = next ? { title, id: next.parentElement.id, section: said(next) } : page ? { page, title: short(onward.querySelector(".title").textContent.trim()) } : undefined;
    change("reading", "pages", here, (kept) => {
      const all = new Set([...(kept?.read ?? []), ...done]);
      return { title, of: ids.length, read: ids.filter((id) => all.has(id)), at, time: new Date().toISOString() };
    });
    mark();
  };
  watch(parts.map(({ section }) => section), "-20% 0px 0px", WHILE, begun, note, true);
  watch([...headings.slice(1), foot], "0px", MOMENT, ended, note);
}

/** Beside each chapter in the contents: not begun, begun or read; nothing at all before the first section was read. */
function mark() {
  const all = pages();
  const any = Object.keys(all).length > 0;
  for (const link of document.querySelectorAll(".sidebar-tree a, .sm-chapters a")) {
    const name = nameOf(link.href);
    if (!name) continue;
    const { of = 1, read: { length } = [] } = all[name] ?? {};
    const state = length >= of ? 2 : length ? 1 : 0;
    link.classList.toggle("sm-mark", any);
    link.dataset.read = any ? state : "";
    link.style.setProperty("--sm-read", `${(100 * length) / of}%`);
    link.querySelector(".sm-told")?.remove();
    if (any) link.append(Object.assign(document.createElement("span"), { className: "sm-told", textContent: language === "zh" ? `（${words.marks[state]}）` : ` (${words.marks[state]})` }));
  }
}

/** Offers the place where this page was left, or else where the page was left that was read last. */
function offer() {
  const all = pages();
  const left = Object.keys(all).filter((name) => all[name].at).sort((a, b) => (all[a].time < all[b].time ? 1 : -1));
  const page = all[here]?.at ? here : left[0];
  const at = all[page]?.at;
  for (const link of document.querySelectorAll(".sm-resume, .sm-begin a:first-of-type")) {
    if (!plain.has(link)) plain.set(link, [link.getAttribute("href"), link.textContent]);
    const [href, text] = plain.get(link);
    const name = at && (at.page ?? page);
    const hash = at?.id ? `#${at.id}` : "";
    link.setAttribute("href", !at ? href : name === here ? hash || "#" : new URL(`${name.slice(3)}.html${hash}`, home));
    link.textContent = link.title = at ? words.resume(at.title, at.section) : text;
  }
}

function show() {
  mark();
  offer();
}

if (here) follow();
show();
listen(["reading"], show);
