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
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // a reader who forbids storage chooses again on the next page
    }
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

// on a phone the contents cover the page; who has chosen a place wants to see it
for (const link of document.querySelectorAll(".toc-tree a")) {
  link.addEventListener("click", () => (document.querySelector("#__toc").checked = false));
}

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
