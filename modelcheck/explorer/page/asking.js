"use strict";

// Expressions that the user asks for, and the search for counterexamples.

/** @param {View} now */
function showWatches(now) {
  byId("watches", HTMLElement).replaceChildren(...now.watches.map((watch, number) => {
    const here = watch.values[now.position];
    return make("li", {},
      make("code", {}, watch.text), " = ", make("strong", { class: "mono" }, here?.value || here?.problem || "?"), " ",
      make("button", { "aria-label": `Drop ${watch.text}`, click: () => { ask(() => ({ do: "drop", number })); } }, "Drop"));
  }));
}

/** @param {string} verb `ask` for a value here, `keep` for one in every step. */
async function evaluate(verb) {
  const input = byId("expression", HTMLInputElement);
  const answer = await ask(() => ({ do: verb, text: input.value }));
  const place = byId("asked", HTMLElement);
  place.textContent = visible(answer.asked?.value || answer.asked?.problem || "");
  place.classList.toggle("bad-word", Boolean(answer.asked?.problem));
  place.hidden = !place.textContent;
  place.scrollIntoView({ block: "nearest" });
  if (verb === "keep" && answer.view) {
    input.value = "";
    chooseTab(false);
  }
}

/** @type {Status["stage"]} */
let stage = "idle";
let timer = 0;

async function searchOrStop() {
  const answer = await ask(() => ({ do: stage === "running" ? "stop" : "search" }));
  if (answer.status) showStatus(answer.status);
}

/** @param {Status} status */
function showStatus(status) {
  stage = status.stage;
  byId("search", HTMLElement).textContent = stage === "running" ? "Stop" : "Search";
  const words = {
    idle: "", running: status.states ? `${counted(status.states, "state")}, depth ${status.depth} …` : "searching …",
    done: "done", stopped: "stopped", failed: status.problem,
  };
  byId("progress", HTMLElement).textContent = words[stage];
  byId("findings", HTMLElement).replaceChildren(...status.findings.map(findingElement));
  clearTimeout(timer);
  if (stage === "running") timer = setTimeout(poll, 500);
}

async function poll() {
  if (stage !== "running") return;
  const answer = await post({ do: "status" });
  if (answer.status) showStatus(answer.status);
  else showStatus({ stage: "failed", states: 0, depth: 0, findings: [], problem: answer.problem ?? "" });
}

/** @param {Finding} finding */
function findingElement(finding) {
  const length = finding.steps === null ? "" : ` in ${counted(finding.steps, "step")}`;
  const surprise = finding.expected ? "" : "not as expected: ";
  return make("li", {},
    make("strong", {}, finding.name), " ", make("span", { class: finding.expected ? "" : "bad-word" }, `${surprise}${finding.verdict}${length}`),
    finding.remark ? make("span", { class: "soft" }, `, ${finding.remark}`) : "", " ",
    finding.walkable ? make("button", { "aria-label": `Walk the run for ${finding.name}`, click: () => { change({ do: "show", name: finding.name }); } }, "Walk it") : "");
}
