/**
 * What of a step is shown.
 *
 * @typedef {{agents: Set<string>, search: string, changes: boolean}} Filter - `changes`: only what the step changes
 */

/**
 * The step in words: who does what, where the specification says so, what it depends on.
 *
 * @param {Run} run
 * @param {number} number
 * @returns {Node[]}
 */
function stepTold(run, number) {
  const step = run.steps[number];
  const told = step.actor ? [named(step.actor), ": ", named(step.action)] : [named(step.action)];
  const fault = step.fault ? [create("strong", { class: "badge fault" }, "fault"), " "] : [];
  const details = [];
  if (step.line !== null) details.push(`line ${step.line} of the specification`);
  if (step.causes.length) details.push(`depends on ${step.causes.length === 1 ? "step" : "steps"} ${step.causes.join(", ")}`);
  if (number > 0 && !run.slice.includes(number)) details.push("the conclusion does not depend on it");
  const parts = [create("h3", {}, create("span", { class: "number" }, `${number}`), " ", ...fault, ...told)];
  if (details.length) parts.push(create("p", { class: "muted" }, details.join(" · ")));
  if (step.outcome) parts.push(create("p", { class: "error" }, create("strong", {}, "error: "), named(step.outcome)));
  return parts;
}

/**
 * The components as a table: all of them, or those that the step changes.
 *
 * @param {Run} run
 * @param {number} number
 * @param {Filter} filter
 * @returns {Node}
 */
function stateTable(run, number, filter) {
  const bodies = filter.changes && number > 0 ? changedRows(run, number, filter) : valueRows(run, number, filter);
  const caption = filter.changes && number > 0 ? "What this step changes" : number ? "State behind this step" : "State";
  if (!run.components.length) return create("p", { class: "muted" }, "The run fails before there is a state.");
  if (!bodies.length) {
    const subject = filter.search || filter.agents.size < run.agents.length ? "Nothing that is shown" : "Nothing";
    const changes = run.steps[number].still || subject !== "Nothing" ? "changes" : "else changes";
    return create("p", { class: "muted" }, filter.changes && number ? `${subject} ${changes} in this step.` : `${subject}.`);
  }
  return create("table", { class: "values" }, create("caption", {}, caption), ...bodies);
}

/**
 * @param {Run} run
 * @param {number} number
 * @param {Filter} filter
 */
function valueRows(run, number, filter) {
  const values = valuesBehind(run, number);
  const before = number ? valuesBehind(run, number - 1) : values;
  /** @type {Map<string, Node[]>} */
  const groups = new Map();
  run.components.forEach((component, place) => {
    if (component.messages || !isShown(filter, [component.agent], [component.name, values[place]])) return;
    const changed = values[place] !== before[place];
    const value = create("td", {}, create(changed ? "ins" : "span", {}, named(values[place])));
    if (changed) value.append(...whatWas(run.steps[number], place, component, before[place]));
    const row = create("tr", changed ? { class: "changed" } : {}, create("th", { scope: "row" }, named(component.name)), value);
    groups.set(component.agent, [...(groups.get(component.agent) ?? []), row]);
  });
  // Agents in their order, and what is nobody's at the end.
  return [...run.agents, ""].filter((agent) => groups.has(agent)).map((agent) => create("tbody", {}, ...(groups.get(agent) ?? [])));
}

/**
 * What a component was before a step; of a large value only the parts that differ.
 *
 * @param {Step} step
 * @param {number} place
 * @param {Component} component
 * @param {string} before
 * @returns {Node[]}
 */
function whatWas(step, place, component, before) {
  const parts = step.changes.filter((change) => change.component === place && change.name !== component.name);
  if (!parts.length) return [create("div", { class: "was" }, "was ", create("del", {}, named(before)))];
  return parts.map((part) =>
    create("div", { class: "was" }, named(part.name.slice(component.name.length)), " was ", create("del", {}, named(part.before)), ", is ", create("ins", {}, named(part.after))),
  );
}

/**
 * @param {Run} run
 * @param {number} number
 * @param {Filter} filter
 */
function changedRows(run, number, filter) {
  const { changes, happenings } = run.steps[number];
  const rows = changes
    .filter((change) => isShown(filter, [run.components[change.component].agent], [change.name, change.before, change.after]))
    .map((change) =>
      create(
        "tr",
        { class: "changed" },
        create("th", { scope: "row" }, named(change.name)),
        create("td", {}, create("del", {}, named(change.before)), " → ", create("ins", {}, named(change.after))),
      ),
    );
  const told = happenings
    .filter((happening) => isShown(filter, happening.agents, [happening.text, happening.word]))
    .map((happening) =>
      create(
        "tr",
        {},
        create("th", { scope: "row" }, create("span", { class: `word ${happening.word.replaceAll(" ", "-")}` }, happening.word)),
        create("td", {}, named(happening.text)),
      ),
    );
  return [rows, told].filter((some) => some.length).map((some) => create("tbody", {}, ...some));
}

/**
 * The messages in flight behind a step.
 *
 * @param {Run} run
 * @param {number} number
 * @param {Filter} filter
 * @param {(step: number) => Node} link - to a step
 * @returns {Node[]}
 */
function flyingList(run, number, filter, link) {
  if (!run.components.some((component) => component.messages)) return [];
  const all = run.steps[number].flying;
  const found = all.filter((one) => isShown(filter, [one.source, one.target], [one.text, one.source, one.target]));
  const total = found.reduce((sum, one) => sum + one.count, 0);
  const heading = create("h4", {}, "Messages in flight ", create("span", { class: "muted" }, `${total}`));
  if (!found.length) return [heading, create("p", { class: "muted" }, all.length ? "None that is shown." : "None.")];
  const items = found.map((one) => {
    const item = create("li", {}, create("strong", {}, named(one.text)), " ", named(`${one.source} → ${one.target}`));
    if (one.count > 1) item.append(` (${one.count} times)`);
    if (one.wait) item.append(create("span", { class: "muted" }, ` ${arrival(one.wait)},`));
    if (one.sent.length) {
      const links = one.sent.flatMap((step, place) => (place ? [", ", link(step)] : [link(step)]));
      item.append(create("span", { class: "muted" }, ` sent in ${one.sent.length > 1 ? "steps" : "step"} `, ...links));
    }
    return item;
  });
  return [heading, create("ul", { class: "flying" }, ...items)];
}

/**
 * When a message comes that can be on its way for some ticks more, told as `0..2`.
 *
 * @param {string} wait
 */
function arrival(wait) {
  const [least, most] = wait.split("..").map(Number);
  if (most === 0) return "arrives before the next tick";
  return least === most ? `arrives in ${counted(most, "tick")}` : `arrives in ${least} to ${most} ticks`;
}

/**
 * Whether something of these agents, told by these texts, passes the filter. What is nobody's passes any choice of agents.
 *
 * @param {Filter} filter
 * @param {string[]} agents
 * @param {string[]} texts
 */
function isShown(filter, agents, texts) {
  const wanted = filter.search.toLowerCase();
  return (
    agents.some((agent) => agent === "" || filter.agents.has(agent)) &&
    (wanted === "" || texts.some((text) => text.toLowerCase().includes(wanted)))
  );
}
