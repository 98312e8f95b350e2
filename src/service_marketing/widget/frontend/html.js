// The one place that says what markup is made with.
export { h, render } from "preact";

/** Markup in a template, which the build turns into calls of `h` (build.mjs); so this is never called. */
export function html() {
  throw new Error("built without its markup");
}
