// The quizzes of a page. Before, and without, this script they are questions with lists of options.
import { element, mount, results, store, unpack, wordsOf } from "./quiz-core.js";
import { listen } from "./storage.js";

function start() {
  const words = wordsOf(document.documentElement.lang);
  const forms = [...document.querySelectorAll("form.sq")];
  const score = document.querySelector(".sq-score");
  const line = element("span", { role: "status" });
  const restart = element("button", { type: "button", textContent: words.restart, onclick: again });
  const resets = forms.map((form) => {
    const list = form.querySelector("ol");
    const question = form.querySelector(".sq-question");
    question.id = `${form.id}-asked`;
    list.setAttribute("role", "radiogroup");
    list.setAttribute("aria-labelledby", question.id);
    for (const item of list.children) item.setAttribute("role", "none");
    return mount(form, form.id, [...list.children], unpack(form.querySelector("script").textContent), words, tell);
  });
  score.replaceChildren(line, restart);
  tell();
  listen(["quizzes"], () => {
    for (const reset of resets) reset.heard();
    tell();
  });

  function tell() {
    const kept = results();
    const done = forms.map(({ id }) => kept[id]).filter(Boolean);
    line.textContent = words.score(done.length, forms.length, done.filter(({ right }) => right).length);
    restart.hidden = !done.length;
  }

  function again() {
    const rest = results();
    for (const { id } of forms) delete rest[id];
    store(rest);
    for (const reset of resets) reset();
    tell();
    forms[0].querySelector("input").focus({ preventScroll: true }); // the button that was pressed is gone
  }
}

// what the reader is far from costs nothing
const near = new IntersectionObserver(
  (found) => {
    if (!found.some(({ isIntersecting }) => isIntersecting)) return;
    near.disconnect();
    start();
  },
  { rootMargin: "1500px" },
);
const watch = () => document.querySelectorAll(".sq-score, form.sq").forEach((part) => near.observe(part));
document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", watch) : watch();
