/**
 * The runs, as `data.py` writes them.
 *
 * @typedef {{name: string, agent: string, messages: boolean}} Component - `agent` is empty where it is nobody's
 * @typedef {{component: number, name: string, before: string, after: string}} Change
 * @typedef {{word: string, text: string, agents: string[]}} Happening - what became of messages
 * @typedef {{text: string, source: string, target: string, wait: string, count: number, sent: number[]}} Flying - `sent`: in which steps
 *
 * @typedef {object} Step
 * @property {string} actor
 * @property {string} action
 * @property {boolean} fault
 * @property {number | null} line - of the specification
 * @property {string[]} agents - who takes part
 * @property {number[]} causes - the earlier steps that it depends on directly
 * @property {string} outcome - how it failed, or nothing
 * @property {boolean} still - whether nothing changes at all, not even that a message is received
 * @property {Record<string, string>} values - by component, as far as they differ from the step before
 * @property {Change[]} changes
 * @property {Happening[]} happenings
 * @property {Flying[]} flying
 *
 * @typedef {object} Run
 * @property {string} title
 * @property {string[]} agents
 * @property {Component[]} components
 * @property {Step[]} steps
 * @property {number[]} slice - the steps that the conclusion depends on
 * @property {number | null} loop - the step behind which the others repeat for ever
 * @property {string} conclusion
 */

/** @returns {Map<string, Run>} The runs by name, in the order of the report. */
function loadRuns() {
  const data = JSON.parse(document.getElementById("data")?.textContent ?? '{"runs":{}}');
  return new Map(Object.entries(data.runs));
}
