// A scenario as an address: ?expectation-lab.mode=population&expectation-lab.spread=2
import { held } from "./state.js";

/** `address` with this simulation's mode and parameters in its query; what else stands there stays. */
export function write(address, prefix, mode, params, id) {
  const url = new URL(address);
  for (const name of [...url.searchParams.keys()]) if (name.startsWith(prefix + ".")) url.searchParams.delete(name);
  url.searchParams.set(`${prefix}.mode`, mode);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(`${prefix}.${name}`, value);
  url.hash = id;
  return url.href;
}

/** The mode and parameters that `address` carries for this simulation, held within the sliders' limits; null when it carries none. */
export function read(address, prefix, spec) {
  const query = new URL(address).searchParams;
  const mode = spec.modes.find((one) => one.name === query.get(`${prefix}.mode`));
  if (!mode) return null;
  const params = {};
  for (const control of mode.controls) {
    const text = query.get(`${prefix}.${control.name}`);
    const usable = text !== null && text.trim() !== "" && Number.isFinite(Number(text));
    params[control.name] = usable ? held(Number(text), control) : control.start;
  }
  return { mode: mode.name, params };
}
