"use strict";

// Whatever comes from a specification gets into the page as text, never as markup.

/**
 * The element with an id.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`there is no ${id}`);
  return found;
}

/**
 * Text in which characters that cannot be seen, but can turn its direction, are marked, as in all reports.
 * @param {string} text
 */
function visible(text) {
  return text.replace(/[^\P{C}\t\n]/gu, "\ufffd");
}

/**
 * A new element. Of the attributes, a function listens to an event, `true` stands for a bare one and `false` for none.
 * @param {string} tag
 * @param {Record<string, string | boolean | ((event: Event) => void)>} attributes
 * @param {(Node | string)[]} children
 * @returns {HTMLElement}
 */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.map((child) => (typeof child === "string" ? visible(child) : child)));
  return element;
}

/**
 * What a step changes, a line each.
 * @param {Difference[]} changes
 * @returns {HTMLElement[]}
 */
function changeLines(changes) {
  return changes.map(({ name, before, after, sign }) => {
    if (sign) return make("span", { class: sign === "-" ? "change mono gone" : "change mono" }, `${sign} ${before || after}`);
    return make("span", { class: "change mono" }, before ? `${name}: ${before} → ${after}` : `${name} = ${after}`);
  });
}

/**
 * @param {number} number
 * @param {string} noun
 */
function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
