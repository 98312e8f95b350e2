// The one place that says what markup is made with.
export { html, h, render } from "htm/preact";
