// What the book's second file of pictures and the English words take from the first, so that no page loads it twice (see build.mjs).
export * from "./gap.js";
export * from "./html.js";
export * from "./pictures/drawing.js";
export * from "./pictures/frame.js";
export * from "./pictures/index.js";
export * from "./pictures/marks.js";
export * from "./pictures/paths.js";
export * from "./scale.js";
export * from "./words.js";
export * from "preact/hooks";
export { textWidth } from "./pictures/frame.js"; // the one of marks.js, with a usual size
