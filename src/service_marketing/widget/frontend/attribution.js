// What moved a result: models/attribution.py, asked slider by slider, so that a reader who moves one is answered in between.
// Fetched, with that file in it, when a reader opens the view.
import source from "../../models/attribution.py";
import checks from "../../models/checks.py"; // a model may do without it

const ASK = `
import json

def _attribute(question):
    from service_marketing.models import attribution
    given = json.loads(question)
    module, name = given.pop("target").split(".")
    try:
        found = getattr(__import__("service_marketing.models." + module, None, None, [name]), name)
        fixed = given.pop("fixed")
        def model(**settings):
            settings.update(fixed)
            return found(**settings)
        return json.dumps({"value": attribution.one_slider(model, **given)})
    except Exception as error:
        return json.dumps({"error": str(error)})
`;

const equipped = new WeakSet();

/**
 * Promises what `attribution.collect` says about the change of `readout` from the sliders' `start` to `now`, computed by
 * `engine`; null as soon as `wanted()` says that nobody waits any more. `mode` is the declared mode.
 */
export async function attributed(engine, mode, { start, now, readout }, wanted) {
  if (!equipped.has(engine)) {
    await engine.equip({ "models/checks.py": checks, "models/attribution.py": source }, ASK);
    equipped.add(engine);
  }
  const { model: target, fixed, controls } = mode;
  const sliders = [];
  for (const { name, min, max } of controls) {
    const { value, error } = await engine.ask("_attribute", { target, fixed, start, now, readout, name, low: min, high: max });
    if (error !== undefined) throw new Error(error);
    if (!wanted()) return null;
    sliders.push(value);
  }
  const [before, after] = [await engine.call(target, { ...fixed, ...start }), await engine.call(target, { ...fixed, ...now })];
  return wanted() ? engine.call("attribution.collect", { before: before[readout], after: after[readout], sliders }) : null;
}
