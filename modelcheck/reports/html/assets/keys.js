/**
 * What a key means in a run; keys with Ctrl, Alt or Meta are the browser's.
 *
 * @param {KeyboardEvent} event
 * @param {Settings} settings
 * @returns {"" | "next" | "back" | "first" | "last" | "changes" | "causes" | "search" | "copy" | "help" | "overview" | "earlier" | "later"}
 */
function meaning(event, settings) {
  if (event.ctrlKey || event.altKey || event.metaKey) return "";
  const target = event.target;
  if (target instanceof HTMLSelectElement) return "";
  const slider = target instanceof HTMLInputElement && target.type === "range";
  if (target instanceof HTMLInputElement && target.type !== "checkbox" && !slider) return "";
  // A slider moves by its own keys, which also are those that its users expect.
  if (slider && event.key.length > 1) return "";
  switch (event.key) {
    case "ArrowRight":
    case "ArrowDown":
      return "next";
    case "ArrowLeft":
    case "ArrowUp":
      return "back";
    case "Home":
      return "first";
    case "End":
      return "last";
  }
  // Somebody who talks to the computer may have to switch these off.
  if (!settings.letters) return "";
  switch (event.key) {
    case "j":
      return "next";
    case "k":
      return "back";
    case "d":
      return "changes";
    case "c":
      return "causes";
    case "/":
      return "search";
    case "l":
      return "copy";
    case "?":
      return "help";
    case "o":
      return "overview";
    case "[":
      return "earlier";
    case "]":
      return "later";
    default:
      return "";
  }
}
