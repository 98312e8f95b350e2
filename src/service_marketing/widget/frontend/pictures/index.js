// The pictures by kind. These two are always there; what else a page's simulations need comes with `more`.
import { Curve } from "./curve.js";
import { Distribution } from "./distribution.js";

export const pictures = { curve: Curve, distribution: Distribution };
