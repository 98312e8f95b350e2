// MicroPython's engine comes in two halves (engine-split.mjs): the first starts by itself; a call into the other brings that in.

/**
 * Has the loader that runs next instantiate the first half so that it finds the other. `other.now()` gives the bytes of the
 * other half at once, `other.soon()` promises them.
 *
 * Gives `complete()`, which promises that both are there, `broken`, the reason why the other could not come when it was called,
 * and `release()`, which leaves WebAssembly as it was.
 */
export function halves(other) {
  const { instantiate, instantiateStreaming } = WebAssembly;
  let imports, exports, table;
  let joined = false;
  let broken = null;

  function join(bytes) {
    if (joined) return;
    const memory = Object.values(exports).find((one) => one instanceof WebAssembly.Memory);
    new WebAssembly.Instance(new WebAssembly.Module(bytes), { ...imports, h: { ...exports, memory, table } });
    joined = true; // the table now has the functions themselves
  }

  function call(place, values) {
    try {
      join(other.now());
    } catch (error) {
      broken = error.message;
      throw error;
    }
    return table.get(place)(...values);
  }

  const placeholders = new Proxy({}, { get: (_, place) => (...values) => call(Number(place), values) });
  const prepared = (given) => ({ ...(imports = given), p: placeholders });
  const first = (made) => {
    ({ exports } = made.instance ?? made);
    table = Object.values(exports).find((one) => one instanceof WebAssembly.Table);
    return made;
  };
  const through = (real) => real && ((source, given) => real.call(WebAssembly, source, prepared(given)).then(first));
  WebAssembly.instantiate = through(instantiate);
  WebAssembly.instantiateStreaming = through(instantiateStreaming);
  return {
    complete: async () => joined || join(await other.soon()),
    get broken() {
      return broken;
    },
    get whole() {
      return joined;
    },
    release: () => Object.assign(WebAssembly, { instantiate, instantiateStreaming }),
  };
}
