// Every picture, for homes that are one file.
import { pictures } from "./index.js";
import { more } from "./more.js";

Object.assign(pictures, more);
