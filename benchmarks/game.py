"""How long the page works for one update of the game: a slider moved, and a quarter run, with the processor 4× slower.

Plays twelve quarters in a page made as the book makes them. Counts the
work of the page's thread (Chromium's throttling slows only that one) and, for a quarter, also the engine's answer.
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

LIMIT = 50  # ms

PLAY = """async () => {
  const frames = (n) => new Promise((done) => (function next(k) { k ? requestAnimationFrame(() => next(k - 1)) : done(); })(n));
  let work = 0;
  const schedule = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (call) => schedule((now) => {
    const start = performance.now();
    call(now);
    document.body.getBoundingClientRect();
    work += performance.now() - start;
  });
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (...question) {
    const start = performance.now();
    this.addEventListener("message", () => (work += performance.now() - start), { once: true });
    post.apply(this, question);
  };
  const game = document.querySelector("service-game");
  const moves = [], quarters = [];
  for (let turn = 1; turn <= 12; turn++) {
    for (const name of ["training", "wage", "staffing"]) {
      work = 0;
      const slider = game.querySelector(`input[name=${name}]`);
      const start = performance.now();
      slider.valueAsNumber = slider.valueAsNumber + Number(slider.step) * (turn % 2 ? 1 : -1);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      const handler = performance.now() - start;
      await frames(2);
      moves.push(handler + work);
    }
    work = 0;
    const start = performance.now();
    game.querySelector(".sg-decide button[type=submit]").click();
    const handler = performance.now() - start;
    while (game.querySelectorAll(".sg-done").length < turn) await frames(1);
    await frames(2);
    quarters.push(handler + work);
  }
  return [moves, quarters];
}"""


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
            page = browser.new_page(viewport={"width": 390, "height": 800})
            page.goto(f"http://127.0.0.1:{running.server_port}/index.html")
            page.wait_for_selector(".sm-root:not([inert])")
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
            moves, quarters = page.evaluate(PLAY)
    over = False
    for what, times in (("slider moved", moves), ("quarter run", quarters)):
        worst = max(times)
        over |= worst > LIMIT
        verdict = "OVER" if worst > LIMIT else "ok"
        print(f"{what:<14} median {statistics.median(times):5.1f} ms   largest {worst:5.1f} ms   limit {LIMIT}   {verdict}")
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
