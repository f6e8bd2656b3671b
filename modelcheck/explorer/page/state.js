"use strict";

// The current state, and what holds in it.

let changedOnly = false;

/** @param {View} now */
function showState(now) {
  byId("changed-only", HTMLElement).setAttribute("aria-pressed", String(changedOnly));
  const parts = now.state.filter((part) => (!changedOnly || part.changed) && (!part.owner || isShown(part.owner)));
  const bodies = now.agents.map((agent) => agentRows(agent, parts.filter((part) => part.owner === agent)));
  bodies.push(agentRows("", parts.filter((part) => !part.owner && part.role !== "network")));
  const networks = parts.filter((part) => part.role === "network").map(networkPart);
  const table = make("table", {}, ...bodies.filter((body) => body !== null));
  const nothing = parts.length ? [] : [make("p", { class: "soft" }, now.steps.length ? "Nothing changed." : "The walk has not begun.")];
  byId("state", HTMLElement).replaceChildren(...nothing, table, ...networks);
}

/**
 * @param {string} agent
 * @param {Component[]} parts
 */
function agentRows(agent, parts) {
  if (!parts.length) return null;
  const control = parts.find((part) => part.role === "control");
  const heading = make("tr", { class: control?.changed ? "agent changed" : "agent" },
    make("th", { scope: "rowgroup" }, agent || "shared and environment"), make("td", {}, ...(control ? valueOf(control) : [])));
  const rows = parts.filter((part) => part !== control).map((part) =>
    make("tr", { class: part.changed ? "changed" : "" }, make("td", { class: "mono" }, ownName(part)), make("td", { class: "mono" }, ...valueOf(part))));
  return make("tbody", {}, heading, ...rows);
}

/** @param {Component} part */
function ownName(part) {
  return part.owner && part.name.startsWith(`${part.owner}.`) ? part.name.slice(part.owner.length + 1) : part.name;
}

/** @param {Component} part */
function valueOf(part) {
  if (!part.changed) return [part.value];
  return [make("span", { class: "soft" }, part.before, " → "), make("strong", {}, part.value)];
}

/** @param {Component} part */
function networkPart(part) {
  const list = part.packets.length
    ? make("ul", { class: "packets mono" }, ...part.packets.map((packet) => make("li", {}, packet)))
    : make("p", { class: "soft" }, "nothing");
  return make("div", {}, make("h3", {}, part.name.replace(/^messages/, "In flight")), list);
}

/** @type {Record<PropertyHere["standing"], [string, string]>} */
const WORDS = {
  holds: ["✓ holds", "good-word"], false: ["✗ is false", "bad-word"], reached: ["★ reached", "good-word"],
  "not here": ["○ not here", "soft"], error: ["! error", "bad-word"], unknown: ["– not judged", "soft"],
};

/** @param {View} now */
function showProperties(now) {
  const here = now.properties.filter((prop) => prop.kind !== "temporal");
  const ofRuns = now.properties.filter((prop) => prop.kind === "temporal").map((prop) => prop.name);
  byId("properties", HTMLElement).replaceChildren(...here.map(propertyElement));
  byId("of-runs", HTMLElement).textContent = ofRuns.length ? `About whole runs, so only a search can tell: ${ofRuns.join(", ")}` : "";
}

/** @param {PropertyHere} prop */
function propertyElement(prop) {
  const [word, style] = WORDS[prop.standing];
  return make("li", { title: prop.text },
    make("span", { class: style }, word), " ", make("strong", {}, prop.name), make("span", { class: "soft" }, ` ${prop.kind}`),
    prop.asked ? "" : make("span", { class: "soft" }, ", not expected in this check"),
    ...(prop.standing === "false" || prop.standing === "error" ? [make("code", { class: "text" }, prop.text)] : []),
    ...prop.facts.map((fact) => make("span", { class: "text" }, fact)));
}
