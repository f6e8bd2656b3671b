"use strict";

// Putting it together: the view as a whole, buttons and keys.

let shownCheck = "";

/** @param {View} now */
function showView(now) {
  const moved = view !== null && (now.revision !== view.revision);
  if (view?.revision !== now.revision) pages.clear();
  view = now;
  document.title = visible(`${now.protocol}: ${now.check}`);
  byId("protocol", HTMLElement).textContent = now.protocol || now.file;
  byId("settings", HTMLElement).textContent = now.settings.join(" ");
  if (shownCheck !== now.check) showCheck(now);
  byId("undo", HTMLButtonElement).disabled = !now.can_undo;
  byId("redo", HTMLButtonElement).disabled = !now.can_redo;
  showChoices(now);
  showWalk(now);
  showState(now);
  showProperties(now);
  showWatches(now);
  if (moved) byId("said", HTMLElement).textContent = visible(said(now));
}

/** @param {View} now */
function said(now) {
  const step = now.steps[now.position];
  if (!step) return "The walk has not begun.";
  const what = step.actor ? `${step.actor}: ${step.label}` : step.label;
  const wrong = now.properties.filter((prop) => prop.standing === "false").map((prop) => ` ${prop.name} is false.`).join("");
  const enabled = now.offers.reduce((sum, offer) => sum + offer.options.length, 0);
  const next = now.rest === "deadlock" ? "Deadlock." : `${counted(enabled, "step")} possible.`;
  return `Step ${now.position}. ${what}. ${next}${wrong}`;
}

/** @param {View} now */
function showCheck(now) {
  shownCheck = now.check;
  hidden.clear();
  byId("check", HTMLSelectElement).replaceChildren(
    ...now.checks.map((name) => make("option", { value: name, selected: name === now.check }, name)));
  const boxes = now.agents.map((agent) => make("label", {}, make("input", {
    type: "checkbox", checked: true, change: (event) => {
      if (event.target instanceof HTMLInputElement && event.target.checked) hidden.delete(agent);
      else hidden.add(agent);
      if (view) showView(view);
    },
  }), ` ${agent}`));
  const all = make("button", { click: () => { showAgents(true); } }, "All");
  const none = make("button", { click: () => { showAgents(false); } }, "None");
  byId("agents", HTMLElement).replaceChildren(make("legend", {}, "Show"), ...boxes, ...(boxes.length > 2 ? [all, none] : []));
  showStatus({ stage: "idle", states: 0, depth: 0, findings: [], problem: "" });
}

/** @param {boolean} shown */
function showAgents(shown) {
  for (const box of byId("agents", HTMLElement).querySelectorAll("input")) box.checked = shown;
  for (const agent of view?.agents ?? []) {
    if (shown) hidden.delete(agent);
    else hidden.add(agent);
  }
  if (view) showView(view);
}

/** @type {Record<string, () => void>} */
const ACTIONS = {
  u: () => { change({ do: "undo" }); },
  r: () => { change({ do: "redo" }); },
  d: () => { changedOnly = !changedOnly; if (view) showState(view); },
  t: () => { chooseTab(!showsPicture); },
  "/": () => { byId("expression", HTMLElement).focus(); },
  "?": () => { byId("helping", HTMLDialogElement).showModal(); },
  ArrowLeft: () => { walkTo((now) => now.position - 1); },
  ArrowUp: () => { walkTo((now) => now.position - 1); },
  ArrowRight: () => { walkTo((now) => now.position + 1); },
  ArrowDown: () => { walkTo((now) => now.position + 1); },
  Home: () => { walkTo(() => 0); },
  End: () => { walkTo((now) => now.steps.length - 1); },
};

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("helping", HTMLDialogElement).open) return;
  const target = event.target;
  if (target instanceof HTMLInputElement && target.type !== "checkbox") {
    if (event.key === "Escape") target.blur();
    return;
  }
  if (target instanceof HTMLSelectElement) return;
  const action = ACTIONS[event.key];
  const option = byKey.get(event.key);
  if (action) action();
  else if (option) take(option);
  else return;
  event.preventDefault();
}

async function save() {
  const answer = await ask(() => ({ do: "save" }));
  if (!answer.saved) return;
  const address = URL.createObjectURL(new Blob([answer.saved.text], { type: "application/json" }));
  make("a", { href: address, download: answer.saved.name }).click();
  URL.revokeObjectURL(address);
}

async function load() {
  const input = byId("file", HTMLInputElement);
  const file = input.files?.[0];
  if (file) {
    const text = await file.text();
    await change({ do: "load", name: file.name, text });
    input.value = "";
  }
}

/** @type {Record<string, () => void>} */
const CLICKS = {
  undo: () => ACTIONS.u?.(), redo: () => ACTIONS.r?.(), restart: () => { change({ do: "restart" }); },
  save: () => { save(); }, load: () => { byId("file", HTMLElement).click(); }, help: () => ACTIONS["?"]?.(),
  first: () => ACTIONS.Home?.(), back: () => ACTIONS.ArrowLeft?.(), forth: () => ACTIONS.ArrowRight?.(), last: () => ACTIONS.End?.(),
  "show-picture": () => { chooseTab(true); }, "show-steps": () => { chooseTab(false); }, "changed-only": () => ACTIONS.d?.(),
  keep: () => { evaluate("keep"); }, search: () => { searchOrStop(); },
};

for (const [id, click] of Object.entries(CLICKS)) byId(id, HTMLElement).addEventListener("click", click);
byId("asking", HTMLFormElement).addEventListener("submit", (event) => { event.preventDefault(); evaluate("ask"); });
byId("file", HTMLInputElement).addEventListener("change", () => { load(); });
byId("check", HTMLSelectElement).addEventListener("change", (event) => {
  const name = event.target instanceof HTMLSelectElement ? event.target.value : "";
  ask(() => ({ do: "check", name }));
});
byId("picture", HTMLElement).addEventListener("click", (event) => {
  const step = event.target instanceof Element ? event.target.closest("[data-step]") : null;
  if (step) walkTo(() => Number(step.getAttribute("data-step")));
});
document.addEventListener("keydown", pressed);
ask(() => ({ do: "look" })).then(async () => {
  // A search may be running since the page was shown the last time.
  const answer = await post({ do: "status" });
  if (answer.status) showStatus(answer.status);
});
