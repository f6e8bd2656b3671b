"use strict";

// The walk so far: its diagram, its steps, and where one stands.

let pictured = -1;
let showsPicture = true;
/** @type {Promise<void>} */
let drawing = Promise.resolve();

/** @param {View} now */
function showWalk(now) {
  const last = Math.max(now.steps.length - 1, 0);
  byId("position", HTMLOutputElement).textContent = now.steps.length ? `step ${now.position} of ${last}` : "not begun";
  for (const [id, off] of /** @type {[string, boolean][]} */ ([
    ["first", now.position === 0], ["back", now.position === 0],
    ["forth", now.position === last && !(now.repeats && !now.repeats.still)], ["last", now.position === last],
  ])) byId(id, HTMLButtonElement).disabled = off;
  byId("conclusion", HTMLElement).replaceChildren(...conclusion(now));
  // A table of thousands of steps is made only where it is seen.
  byId("steps", HTMLElement).replaceChildren(...(showsPicture ? [] : [stepTable(now)]));
  showTabs();
  if (now.walk === pictured) markPicture(now);
  else if (showsPicture) drawing = drawPicture(now.walk);
  scrollToStep();
}

function showTabs() {
  byId("picture", HTMLElement).hidden = !showsPicture;
  byId("steps", HTMLElement).hidden = showsPicture;
  byId("show-picture", HTMLElement).setAttribute("aria-pressed", String(showsPicture));
  byId("show-steps", HTMLElement).setAttribute("aria-pressed", String(!showsPicture));
}

/** @param {boolean} picture */
function chooseTab(picture) {
  showsPicture = picture;
  if (view) showWalk(view);
}

/** @param {View} now */
function conclusion(now) {
  const parts = [];
  if (now.title || now.conclusion) {
    const bad = !now.title.startsWith("Reached") && now.conclusion;
    parts.push(make("div", { class: bad ? "note bad" : "note" },
      make("p", {}, now.title ? make("strong", {}, now.title) : "", now.title && now.conclusion ? ". " : "", now.conclusion),
      ...(now.facts.length ? [make("ul", {}, ...now.facts.map((fact) => make("li", {}, fact)))] : [])));
  }
  if (now.repeats) {
    const text = now.repeats.still
      ? `Behind step ${now.repeats.start} nothing happens any more, for ever.`
      : `The steps behind step ${now.repeats.start} repeat for ever; one step on from the last is the first of them.`;
    parts.push(make("p", { class: "note" }, text));
  }
  return parts;
}

/** @param {View} now */
function stepTable(now) {
  const head = [make("th", { scope: "col" }, "step"), make("th", { scope: "col" }, "what happens"),
    ...now.watches.map((watch) => make("th", { scope: "col" }, make("code", {}, watch.text)))];
  const rows = now.steps.map((step) => {
    const classes = [];
    if (step.number === now.position) classes.push("here");
    if (step.number > now.position) classes.push("beyond");
    if (step.agents.length && !step.agents.some(isShown)) classes.push("dim");
    const label = step.actor ? `${step.actor}: ${step.label}` : step.label;
    const what = make("td", {}, step.fault ? make("span", { class: "warn-word" }, "FAULT ") : "",
      make("button", { click: () => { walkTo(() => step.number); }, "aria-current": step.number === now.position && "step" }, label),
      ...changeLines(step.changes), step.problem ? make("span", { class: "bad-word" }, `error: ${step.problem}`) : "");
    return make("tr", { class: classes.join(" "), "data-step": String(step.number) },
      make("td", {}, String(step.number)), what, ...now.watches.map((watch) => valueCell(watch.values[step.number])));
  });
  return make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
}

/** @param {Asked | undefined} asked */
function valueCell(asked) {
  if (!asked) return make("td");
  if (asked.value) return make("td", {}, make("code", {}, asked.value));
  return make("td", { class: "soft", title: asked.problem }, asked.problem.includes("\n") ? "error" : asked.problem);
}

/** @param {number} walk */
async function drawPicture(walk) {
  const answer = await post({ do: "picture" });
  if (!view || view.walk !== walk) return;
  pictured = walk;
  const place = byId("picture", HTMLElement);
  place.replaceChildren();
  if (answer.picture) {
    // The policy of the page allows no style elements but its own; a sheet that is made here is none.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(answer.picture.style);
    document.adoptedStyleSheets = [sheet];
    const drawn = new DOMParser().parseFromString(answer.picture.svg, "image/svg+xml");
    place.append(document.importNode(drawn.documentElement, true));
  }
  markPicture(view);
  scrollToStep();
}

/** @param {View} now */
function markPicture(now) {
  const place = byId("picture", HTMLElement);
  for (const step of place.querySelectorAll("[data-step]")) {
    const number = Number(step.getAttribute("data-step"));
    const agents = now.steps[number]?.agents ?? [];
    step.classList.toggle("here", number === now.position);
    step.classList.toggle("beyond", number > now.position);
    step.classList.toggle("dim", agents.length > 0 && !agents.some(isShown));
  }
  const here = place.querySelector(`.mc-step[data-step="${now.position}"]`);
  if (here instanceof SVGGraphicsElement && here.ownerSVGElement) {
    const box = here.getBBox(), picture = here.ownerSVGElement.viewBox.baseVal;
    const values = { class: "here-band", x: picture.x, y: box.y - 3, width: picture.width, height: box.height + 6 };
    const band = place.querySelector(".here-band") ?? document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [name, value] of Object.entries(values)) band.setAttribute(name, String(value));
    place.querySelector(".mc-ground")?.after(band);
  }
  for (const message of place.querySelectorAll("[data-sent]")) {
    message.classList.toggle("beyond", Number(message.getAttribute("data-sent")) > now.position);
  }
}

function scrollToStep() {
  const place = byId(showsPicture ? "picture" : "steps", HTMLElement);
  const step = view && place.querySelector(`[data-step="${view.position}"]`);
  if (!step) return;
  // Within its own box only: the page stays where it is.
  const box = place.getBoundingClientRect(), at = step.getBoundingClientRect();
  if (at.top < box.top + 40) place.scrollTop += at.top - box.top - 40;
  else if (at.bottom > box.bottom - 20) place.scrollTop += Math.min(at.bottom - box.bottom + 20, at.top - box.top - 40);
}
