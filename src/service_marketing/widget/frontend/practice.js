// <service-practice>: a 练一练 box. Until the reader is near it costs nothing but this file; what it says stands in the page.
const MARGIN = 300; // px
const WORDS = {
  zh: "练习没有加载成功。检查网络后刷新这一页；上面的题目和下面的答案照样能看。",
  en: "The exercise could not be loaded. Check the connection and reload the page; the text and the answer can be read all the same.",
};

const near = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) target.wake();
  },
  { rootMargin: `${MARGIN}px` },
);

class ServicePractice extends HTMLElement {
  connectedCallback() {
    near.observe(this);
    this.addEventListener("focusin", () => this.wake(), { once: true });
  }

  async wake() {
    near.unobserve(this);
    if (this.awake) return;
    this.awake = true;
    // the parser may still be inside this element
    if (document.readyState === "loading") await new Promise((go) => document.addEventListener("DOMContentLoaded", go, { once: true }));
    try {
      const { fill } = await import("./practice-box.js");
      await fill(this);
    } catch (error) {
      console.warn(error);
      const page = this.querySelector(".sp-page");
      page?.append(Object.assign(document.createElement("p"), { className: "sp-help", textContent: WORDS[this.lang.startsWith("en") ? "en" : "zh"] }));
    }
  }
}

customElements.define("service-practice", ServicePractice);
