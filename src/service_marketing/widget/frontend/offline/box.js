// <service-offline>: the whole book on one tap, how far it is, and off the device again.
import { words as dictionary } from "./words.js";

const PULSE = 2000; // ms; also keeps the browser from ending the worker while somebody watches
const STYLE = `service-offline{display:block;margin:1rem 0;padding:1rem 1.1rem;border:1px solid var(--sm-line);border-radius:.6rem}
service-offline p{margin:0 0 .75rem}service-offline progress{display:block;width:100%;height:.75rem;margin:0 0 .75rem;accent-color:var(--sm-accent)}
service-offline div{display:flex;flex-wrap:wrap;gap:.6rem}
service-offline button{font:inherit;min-height:2.75rem;padding:0 1.1rem;border:1px solid var(--sm-accent);border-radius:.4rem;background:none;color:var(--sm-accent);cursor:pointer}
service-offline .so-told{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%)}
service-offline .so-main{background:var(--sm-accent);color:var(--sm-paper)}`;
const { serviceWorker } = navigator;

const size = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

class ServiceOffline extends HTMLElement {
  connectedCallback() {
    if (this.words) return;
    this.words = dictionary[document.documentElement.lang.startsWith("en") ? "en" : "zh"];
    document.head.append(element("style", { textContent: STYLE }));
    const { words } = this;
    this.said = element("p");
    // the figures beside the bar change all the time; what is read out says a tenth at a time
    this.told = element("p", { className: "so-told" });
    this.told.setAttribute("role", "status");
    this.bar = element("progress", { hidden: true });
    this.bar.setAttribute("aria-label", words.progress);
    this.main = element("button", { type: "button", className: "so-main", hidden: true, onclick: () => this.press() });
    this.off = element("button", { type: "button", textContent: words.remove, hidden: true, onclick: () => this.clear() });
    this.replaceChildren(this.said, this.told, this.bar, element("div", {}, this.main, this.off));
    this.say(words.waiting);
    if (!serviceWorker) return this.say(words.unsupported);
    serviceWorker.addEventListener("message", ({ data }) => data?.offline?.state && this.show(data.offline));
    serviceWorker.startMessages();
    const refused = () => document.documentElement.dataset.offline === "no" && !this.state && this.say(words.unsupported);
    new MutationObserver(refused).observe(document.documentElement, { attributeFilter: ["data-offline"] });
    refused();
    this.ask("status");
    setInterval(() => this.state === "running" && this.ask("status"), PULSE);
    addEventListener("online", () => this.state === "offline" && this.ask("download"));
  }

  async ask(what) {
    const { active } = await serviceWorker.ready;
    active.postMessage({ offline: what });
  }

  say(text, spoken = text) {
    this.said.textContent = text;
    if (this.told.textContent !== spoken) this.told.textContent = spoken;
  }

  press() {
    if (this.state === "running") return this.ask("pause");
    navigator.storage?.persist?.().catch(() => {}); // or the browser may drop it when the device fills up
    this.removed = false;
    this.ask("download");
  }

  clear() {
    this.removed = true;
    this.ask("remove");
  }

  show({ state, done, total, pages }) {
    const { words } = this;
    this.state = state;
    const going = !["none", "whole"].includes(state);
    const text = going ? words[state](size(done), size(total)) : words[state](pages, size(total));
    const tenth = (Math.floor((10 * done) / total) * total) / 10;
    this.say(this.removed && state === "none" ? `${words.removed}${text}` : text, state === "running" ? words.running(size(tenth), size(total)) : text);
    this.bar.hidden = !going;
    this.bar.max = total;
    this.bar.value = done;
    this.bar.textContent = `${Math.floor((100 * done) / total)}%`;
    const focused = document.activeElement;
    this.off.hidden = state === "none" || state === "running";
    this.main.hidden = state === "whole";
    this.main.textContent = state === "running" ? words.pause : going ? words.resume : words.download;
    // the button that was pressed is gone: the other one takes its place
    if (focused === this.main && this.main.hidden) this.off.focus();
    if (focused === this.off && this.off.hidden) this.main.focus();
  }
}

customElements.define("service-offline", ServiceOffline);
