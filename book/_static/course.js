// What every page does: the theme button, and the current place in the page's contents.
// Nothing here asks the browser for positions of what is far away: that would lay out a long chapter at once on a slow phone.
const root = document.documentElement;
root.classList.remove("no-js");

for (const button of document.querySelectorAll(".theme-toggle")) {
  button.addEventListener("click", () => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const order = dark ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
    const theme = order[(order.indexOf(document.body.dataset.theme) + 1) % order.length];
    document.body.dataset.theme = theme;
    tellTheme();
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // a reader who forbids storage chooses again on the next page
    }
  });
}

// the button's picture says what is set; its name says it too
function tellTheme() {
  for (const button of document.querySelectorAll(".theme-toggle")) {
    const name = button.dataset.now.split("|")[["auto", "light", "dark"].indexOf(document.body.dataset.theme)];
    if (name) button.setAttribute("aria-label", `${name} · ${button.title}`);
  }
}
tellTheme();

// To the same place in the other language: both editions have the same labels. What was chosen is kept for the site's front door.
const PLACE = /^(?:ch\d+|appendix-[a-z]|guide-\d+)-/;
for (const link of document.querySelectorAll(".sm-language")) {
  link.addEventListener("click", () => {
    const places = [...document.querySelectorAll("article [id]")].filter((one) => PLACE.test(one.id));
    const passed = places.filter((one) => one.getBoundingClientRect().top < innerHeight / 3).at(-1);
    link.hash = scrollY > 0 && passed ? passed.id : "";
    try {
      localStorage.setItem("language", link.dataset.language);
    } catch {
      // the link leads there all the same
    }
  });
}

document.querySelector(".sidebar-tree .current-page > a")?.setAttribute("aria-current", "page");

// On small screens the contents come over the page as a dialog: opened by a button, closed by Escape, by their own button and
// by a tap beside them; what they cover cannot be reached meanwhile. The checkbox keeps what the style sheet goes by.
for (const [id, drawer] of [["__navigation", "#sm-contents"], ["__toc", "#sm-here"]]) {
  const box = document.getElementById(id);
  const panel = document.querySelector(drawer);
  if (panel) drawerOf(box, panel);
}

function drawerOf(box, panel) {
  const openers = [...document.querySelectorAll(`label[for="${box.id}"]:not(.overlay)`)].map((label) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: label.className, title: label.title });
    button.append(...label.childNodes);
    button.setAttribute("aria-label", panel.getAttribute("aria-label"));
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-expanded", "false");
    button.onclick = () => show(true, button);
    label.replaceWith(button);
    return button;
  });
  const close = Object.assign(document.createElement("button"), { type: "button", className: "sm-close", textContent: panel.dataset.close, onclick: () => show(false) });
  panel.querySelector(".sidebar-sticky, .toc-sticky").prepend(close);
  panel.tabIndex = -1;
  let opener = null;
  let covered = [];
  const fits = () => opener?.offsetParent || show(false);

  function show(open, from) {
    box.checked = open;
    for (const part of covered) part.inert = false;
    covered = [];
    for (const button of openers) button.setAttribute("aria-expanded", open);
    if (open) {
      opener = from;
      panel.setAttribute("role", "dialog");
      panel.setAttribute("aria-modal", "true");
      for (let node = panel; node !== document.body; node = node.parentElement)
        covered.push(...[...node.parentElement.children].filter((one) => one !== node && !one.inert && !one.matches(".overlay, script, style")));
      for (const part of covered) part.inert = true;
      panel.focus({ preventScroll: true });
      addEventListener("resize", fits);
    } else {
      panel.removeAttribute("role");
      panel.removeAttribute("aria-modal");
      removeEventListener("resize", fits);
      opener?.focus({ preventScroll: true });
      opener = null;
    }
  }

  box.checked = false; // a browser may bring back what was open before a reload
  box.onchange = () => box.checked || show(false); // a tap beside it
  panel.addEventListener("keydown", (event) => event.key === "Escape" && opener && (event.preventDefault(), show(false)));
  // who has chosen a place on the page wants to see it
  panel.addEventListener("click", ({ target }) => {
    if (!opener || !target.closest("a[href*='#']")) return;
    show(false);
    document.activeElement?.blur(); // the browser goes on from the place that was chosen
  });
}

// Sections far from the screen have only an estimated height until the reader comes near. A jump is aimed again
// while the sections it passes settle, or it would end beside its target.
function aim() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  let tries = target ? 8 : 0;
  const stop = () => (tries = 0); // the reader took over
  for (const move of ["wheel", "touchstart", "keydown"]) addEventListener(move, stop, { once: true, passive: true });
  const again = () => {
    if (tries-- <= 0) return;
    target.scrollIntoView();
    setTimeout(() => requestAnimationFrame(again), 30);
  };
  again();
}
addEventListener("hashchange", aim);
addEventListener("load", aim);

// how far the reader is concerns nobody before the page has come to rest
const rest = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 500));
addEventListener("load", () => rest(() => import("./service-sim/progress.js")));

// The signs of the formulas come when a formula comes near. Who prints prints all of them at once, and waits for no font.
const formulas = () => {
  if (navigator.connection?.saveData || !document.querySelector(".katex")) return;
  for (const font of document.fonts) if (/Main|Math|Size/.test(font.family) && font.weight === "400" && (font.style === "italic") === /Math/.test(font.family)) font.load();
};
addEventListener("load", () => setTimeout(() => rest(formulas), 3000));

// what is wider than the page scrolls by itself, and a reader who has only keys has to be able to stop there
// (measured when it comes near: to measure what is not laid out would have the whole chapter laid out)
const regions = [...document.querySelectorAll("article pre, .output.text_html, .table-wrapper, .math-wrapper, div.math, .sm-diagram")];
const slides = document.querySelector(".main")?.dataset.slides;
const stop = (region, wide) => {
  if (!wide) for (const name of ["tabindex", "role", "aria-label"]) region.removeAttribute(name);
  else for (const [name, value] of [["tabindex", 0], ["role", "group"], ["aria-label", slides]]) region.setAttribute(name, value);
};
const wide = new IntersectionObserver(
  (found) => {
    for (const { target, isIntersecting } of found)
      if (isIntersecting) stop(target, target.scrollWidth > target.clientWidth);
  },
  { rootMargin: "600px" },
);
const measure = () => (wide.disconnect(), regions.forEach((region) => wide.observe(region)));
measure();
addEventListener("resize", measure);

const entries = new Map([...document.querySelectorAll(".toc-tree a[href^='#']")].map((link) => [decodeURIComponent(link.hash.slice(1)), link.parentElement]));
if (entries.size && matchMedia("(min-width: 82em)").matches) {
  const seen = new Set();
  const observer = new IntersectionObserver(
    (changes) => {
      for (const { target, isIntersecting } of changes) isIntersecting ? seen.add(target.id) : seen.delete(target.id);
      const current = [...entries.keys()].filter((id) => seen.has(id)).at(-1); // the innermost of those on screen
      for (const [id, item] of entries) item.classList.toggle("scroll-current", id === current);
    },
    { rootMargin: "0px 0px -75% 0px" },
  );
  for (const id of entries.keys()) {
    const section = document.getElementById(id);
    if (section) observer.observe(section);
  }
}

// What keeps the book for a reader without a network comes when nobody waits for anything any more.
if (navigator.serviceWorker && location.protocol.startsWith("http")) {
  const later = () => (globalThis.requestIdleCallback ?? setTimeout)(() => import("./service-sim/offline.js"));
  document.readyState === "complete" ? later() : addEventListener("load", later);
}
