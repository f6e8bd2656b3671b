"use strict";

// Requests to the server, one after another, and what the last view was.

const TOKEN = new URLSearchParams(location.search).get("token") ?? "";

/** @type {View | null} */
let view = null;
/** The agents that are not shown. @type {Set<string>} */
const hidden = new Set();
let waiting = 0;
/** @type {Promise<unknown>} */
let queue = Promise.resolve();

/**
 * @param {object} request
 * @returns {Promise<Answer>}
 */
async function post(request) {
  try {
    const response = await fetch("/api", {
      method: "POST",
      headers: { "content-type": "application/json", "x-modelcheck-token": TOKEN },
      body: JSON.stringify(request),
    });
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return isJson ? await response.json() : { problem: await response.text() };
  } catch {
    return { problem: "The server does not answer: it was ended, most likely. Start it again." };
  }
}

/**
 * Ask for something once all that was asked for before is answered; the request is made then, to fit the view of then.
 * What comes with the answer is shown.
 * @param {() => object | null} request
 * @returns {Promise<Answer>}
 */
function ask(request) {
  const turn = queue.then(async () => {
    const made = request();
    if (made === null) return {};
    const answer = await post(made);
    const problem = byId("problem", HTMLElement);
    problem.textContent = visible(answer.problem ?? "");
    problem.hidden = !answer.problem;
    if (answer.view) showView(answer.view);
    return answer;
  });
  waiting += 1;
  queue = turn.catch(() => undefined).then(() => { waiting -= 1; });
  return turn;
}

/**
 * The same with the revision of the view, for what changes the walk.
 * @param {object} request
 */
function change(request) {
  return ask(() => (view === null ? null : { ...request, revision: view.revision }));
}

/**
 * Walk to a step, counted from where one stands.
 * @param {(view: View) => number} position
 */
function walkTo(position) {
  return ask(() => {
    if (view === null || view.steps.length === 0) return null;
    const wanted = position(view);
    const last = view.steps.length - 1 + (view.repeats && !view.repeats.still ? 1 : 0);
    if (wanted < 0 || wanted > last || wanted === view.position) return null;
    return { do: "go", position: wanted, revision: view.revision };
  });
}

/** @param {string} agent */
function isShown(agent) {
  return !hidden.has(agent);
}
