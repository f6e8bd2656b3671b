/**
 * Where a step leads from step `at`, and what there is to say about it.
 *
 * @typedef {{step: number, note: string}} Move
 */

/**
 * @param {Run} run
 * @param {number} at
 * @param {boolean} causes - whether to stop only at steps that the conclusion depends on
 * @returns {Move}
 */
function forward(run, at, causes) {
  const last = run.steps.length - 1;
  const next = firstOf(run, at + 1, last, causes);
  if (next !== null) return { step: next, note: "" };
  if (run.loop === null) return { step: at, note: "This is the end of the run." };
  if (run.loop === last) return { step: at, note: "From here on nothing happens, for ever." };
  const first = firstOf(run, run.loop + 1, last, causes) ?? run.loop + 1;
  return { step: first, note: `The loop begins again: step ${run.loop + 1} follows step ${last}, and so on for ever.` };
}

/**
 * @param {Run} run
 * @param {number} at
 * @param {boolean} causes
 * @returns {Move}
 */
function backward(run, at, causes) {
  for (let step = at - 1; step >= 0; step--) {
    if (!causes || run.slice.includes(step)) return { step, note: "" };
  }
  return { step: at, note: "This is the beginning of the run." };
}

/**
 * The first step to stop at between two, both included.
 *
 * @param {Run} run
 * @param {number} from
 * @param {number} to
 * @param {boolean} causes
 */
function firstOf(run, from, to, causes) {
  for (let step = from; step <= to; step++) {
    if (!causes || run.slice.includes(step)) return step;
  }
  return null;
}

/**
 * The values of all components behind a step; those that hold messages are left empty.
 *
 * @param {Run} run
 * @param {number} step
 * @returns {string[]}
 */
function valuesBehind(run, step) {
  const values = run.components.map(() => "");
  for (const { values: written } of run.steps.slice(0, step + 1)) {
    for (const [place, value] of Object.entries(written)) values[Number(place)] = value;
  }
  return values;
}
