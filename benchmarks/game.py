"""How long the page works for one update of the game: a slider moved, and a quarter run, with the processor 4× slower.

Plays twelve quarters in a page made as the book makes them. Counts the
work of the page's thread (Chromium's throttling slows only that one) and, for a quarter, also the engine's answer, until its
report stands on the page; then that of the frames after it, in which the pictures below come the first time.
"""

import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browser import launch  # noqa: E402
from service_marketing.publishing.serve import server  # noqa: E402
from service_marketing.widget import ServiceGame  # noqa: E402
from widget.site import PAGE, STATIC  # noqa: E402

GAMES = 5  # each move and each quarter counts with its median of these
LIMIT = 50  # ms
READING = 2000  # ms: nobody decides sooner than the opening is read, and the engine starts meanwhile

PLAY = """async () => {
  const frames = (n) => new Promise((done) => (function next(k) { k ? requestAnimationFrame(() => next(k - 1)) : done(); })(n));
  let spans = [];
  const spent = (start) => spans.push([start, performance.now()]);
  // the page's thread and the engine's work at the same time: what both are busy with counts once
  const work = () => {
    let sum = 0, until = 0;
    for (const [start, end] of spans.sort((a, b) => a[0] - b[0])) {
      sum += Math.max(0, end - Math.max(start, until));
      until = Math.max(until, end);
    }
    return sum;
  };
  const schedule = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (call) => schedule((now) => {
    const start = performance.now();
    call(now);
    document.body.getBoundingClientRect();
    spent(start);
  });
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (...question) {
    const start = performance.now();
    this.addEventListener("message", () => spent(start), { once: true });
    post.apply(this, question);
  };
  const game = document.querySelector("service-game");
  const moves = [], quarters = [], rest = [];
  for (let turn = 1; turn <= 12; turn++) {
    for (const name of ["training", "wage", "staffing"]) {
      spans = [];
      const slider = game.querySelector(`input[name=${name}]`);
      const start = performance.now();
      slider.valueAsNumber = slider.valueAsNumber + Number(slider.step) * (turn % 2 ? 1 : -1);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      spent(start);
      await frames(2);
      moves.push(work());
    }
    spans = [];
    const start = performance.now();
    game.querySelector(".sg-decide button[type=submit]").click();
    spent(start);
    while (game.querySelectorAll(".sg-done").length < turn) await frames(1);
    quarters.push(work());
    spans = [];
    await frames(3);
    rest.push(work());
  }
  return [moves, quarters, rest];
}"""


def played(browser, url: str) -> list[list[float]]:
    """The milliseconds of every slider moved, every quarter run and the frames after it, in one game from a fresh profile."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector(".sm-root:not([inert])")
    page.wait_for_timeout(READING)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    times = page.evaluate(PLAY)
    context.close()
    return times


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        (site / "_static").mkdir()
        (site / "_static" / "service-sim").symlink_to(STATIC / "book")
        page_text = PAGE.replace("service-sim.css", "service-game.css").replace("service-sim.js", "service-game.js")
        html = ServiceGame("hotel-chain")._repr_mimebundle_()[0]["text/html"]
        (site / "index.html").write_text(page_text.replace("{simulations}", html), "utf-8")
        subprocess.run(["node", STATIC / "prerender.mjs", site / "index.html"], check=True)
        running = server(site, 0)
        threading.Thread(target=running.serve_forever, daemon=True).start()
        with launch() as browser:
            games = [played(browser, f"http://127.0.0.1:{running.server_port}/index.html") for _ in range(GAMES)]
    moves, quarters, rest = ([statistics.median(times) for times in zip(*kind, strict=True)] for kind in zip(*games, strict=True))
    over = False
    for what, times in (("slider moved", moves), ("quarter run", quarters), ("frames after", rest)):
        worst = max(times)
        over |= worst > LIMIT
        verdict = "OVER" if worst > LIMIT else "ok"
        print(f"{what:<14} median {statistics.median(times):5.1f} ms   largest {worst:5.1f} ms   limit {LIMIT}   {verdict}")
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
