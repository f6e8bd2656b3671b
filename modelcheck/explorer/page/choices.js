"use strict";

// What can be done next.

/** Letters that do something else are not among them. */
const KEYS = "1234567890abcefghijklmnopqsvwxyz";
/** Groups of steps that are no agent's: no agent can have such a name. */
const ENVIRONMENT = "", FAULTS = "faults";
/** The steps that have a key, by key. @type {Map<string, Option>} */
const byKey = new Map();
/** Further pages of single actions, while the view stays. @type {Map<number, Offer>} */
const pages = new Map();

/** @param {View} now */
function showChoices(now) {
  byKey.clear();
  byId("rest", HTMLElement).replaceChildren(...restNote(now));
  const order = [...now.agents.filter(isShown), ENVIRONMENT, FAULTS];
  byId("offers", HTMLElement).replaceChildren(...order.flatMap((group) => {
    const offers = now.offers.filter((offer) => offer.group === group);
    // Steps that change nothing come last: they are seldom what one looks for.
    const elements = [false, true].flatMap((idle) => offers.flatMap((offer) => offerElements(offer, now, idle)));
    return elements.length ? [make("div", { role: "group", "aria-label": title(group) }, make("h3", {}, title(group)), ...elements)] : [];
  }));
}

/** @param {string} group */
function title(group) {
  if (group === FAULTS) return "Faults";
  return group === ENVIRONMENT ? "The environment" : group;
}

/**
 * @param {Offer} first
 * @param {View} now
 * @param {boolean} idle Whether those are asked for that change nothing, or the others.
 */
function offerElements(first, now, idle) {
  const offer = pages.get(first.action) ?? first;
  const elements = offer.options.filter((option) => isIdle(option) === idle).map((option) => optionElement(option, offer, now));
  if (!idle && (offer.more || offer.offset > 0)) {
    const from = offer.offset + 1, to = offer.offset + offer.options.length;
    const bar = make("div", { class: "bar" }, make("span", { class: "soft" }, `${offer.name}: ${from} to ${to}${offer.more ? " of more" : ""}`));
    if (offer.offset > 0) bar.append(make("button", { click: () => { pages.delete(offer.action); showChoices(now); } }, "First ones"));
    if (offer.more) bar.append(make("button", { click: () => { more(offer.action, to); } }, "Further ones"));
    elements.push(bar);
  }
  return elements;
}

/**
 * @param {number} action
 * @param {number} offset
 */
async function more(action, offset) {
  const answer = await change({ do: "more", action, offset });
  if (answer.offer && view) {
    pages.set(action, answer.offer);
    showChoices(view);
  }
}

/** @param {Option} option */
function isIdle(option) {
  return option.outcome === "next" && option.changes.length === 0 && option.action >= 0;
}

/**
 * @param {Option} option
 * @param {Offer} offer
 * @param {View} now
 */
function optionElement(option, offer, now) {
  const key = option.outcome === "cut" ? undefined : KEYS[byKey.size];
  if (key) byKey.set(key, option);
  const next = now.steps[now.position + 1];
  const again = next !== undefined && next.action === option.action && String(next.digits) === String(option.digits);
  const kind = offer.origin === "fault" ? " fault" : option.outcome === "fail" ? " fail" : again ? " again" : isIdle(option) ? " idle" : "";
  const changes = changeLines(option.changes);
  if (changes.length > 3) changes.splice(3, 0, make("span", { class: "soft rest-of" }, `and ${counted(changes.length - 3, "more change")}`));
  if (isIdle(option)) changes.push(make("span", { class: "soft" }, "changes nothing"));
  if (option.outcome === "fail") changes.unshift(make("span", { class: "bad-word" }, `fails: ${option.problem}`));
  if (option.outcome === "cut") changes.unshift(make("span", { class: "warn-word" }, `cut off: ${option.problem}`));
  if (again) changes.unshift(make("span", { class: "soft" }, "the next step of the walk"));
  return make(
    "button",
    {
      class: `option${kind}`,
      disabled: option.outcome === "cut",
      title: offer.line === null ? "" : visible(`line ${offer.line}: ${offer.written}`),
      "aria-keyshortcuts": key ?? false,
      click: () => { take(option); },
    },
    key ? make("kbd", {}, key) : make("span"),
    make("span", { class: "label" }, option.label),
    make("span", { class: "changes" }, ...changes),
  );
}

/** @param {Option} option */
async function take(option) {
  if (waiting > 0) return;
  await change(option.action < 0 ? { do: "begin", digits: option.digits } : { do: "take", action: option.action, digits: option.digits });
  byId("choices", HTMLElement).focus({ preventScroll: true });
}

/**
 * Whether it can go on from here, and what if not.
 * @param {View} now
 */
function restNote(now) {
  const notes = [];
  const waitingList = now.waiting.length ? [make("ul", {}, ...now.waiting.map((fact) => make("li", {}, fact)))] : [];
  if (now.rest === "deadlock") {
    const allowed = now.deadlock_allowed ? " (this check allows it)" : "";
    notes.push(make("div", { class: now.deadlock_allowed ? "note" : "note bad" }, make("p", {}, make("strong", {}, "Deadlock"), `: nobody can take a step, and not all are in a final state${allowed}.`), ...waitingList));
  } else if (now.rest === "rests") {
    notes.push(make("div", { class: "note good" }, make("p", {}, "Nothing is left to do: all live agents are in a final state.")));
  } else if (now.rest === "failed") {
    notes.push(make("div", { class: "note bad" }, make("p", {}, make("strong", {}, "The step failed"), `: ${now.steps[now.position]?.problem ?? ""}`)));
  } else if (now.rest === "before") {
    notes.push(make("div", { class: "note" }, make("p", {}, "Choose how the run begins.")));
  }
  if (now.unseen > 0) {
    notes.push(make("div", { class: "note" },
      make("p", {}, `There was no time to look at ${counted(now.unseen, "more action")}. `, make("button", { click: () => { ask(() => ({ do: "longer" })); } }, "Look longer"))));
  }
  return notes;
}
