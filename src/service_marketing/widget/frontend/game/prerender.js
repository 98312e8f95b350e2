// Draws every <service-game> of a built page at its start.
import { render } from "preact-render-to-string";

import { h } from "../html.js";
import { initial } from "./state.js";
import { Cover, Game } from "./view.js";

const ELEMENT = /<service-game>(<script type="application\/json">([\s\S]*?)<\/script>)<\/service-game>/g;
const NO_SCRIPT = "<noscript><style>.sm-root{display:none}.sm-still{display:block!important}</style></noscript>";

/** `page` with each game drawn; those that were drawn before stay as they are. */
export const prerenderGames = (page) =>
  page.replace(ELEMENT, (_, script, json) => {
    const { spec, opening } = JSON.parse(json);
    const first = render(h(Game, { state: initial(spec, opening), dispatch: null, host: { id: spec.name } }));
    return `<service-game>${script}<div class="sm-root" inert>${first}</div>${render(h(Cover, { spec }))}${NO_SCRIPT}</service-game>`;
  });
