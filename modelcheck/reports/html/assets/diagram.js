/** The picture of a run: the current step in it, and what is paler because it is filtered out. */
class Diagram {
  /**
   * @param {HTMLElement} pane - what scrolls
   * @param {Run} run
   * @param {(step: number) => void} choose - called with the step that a user clicks
   */
  constructor(pane, run, choose) {
    this.pane = pane;
    this.run = run;
    /** @type {Map<number, Element>} */
    this.steps = new Map();
    for (const group of pane.querySelectorAll(".mc-step[data-step]")) this.steps.set(numberOf(group, "data-step"), group);
    /** @type {Element | undefined} */
    this.current = undefined;
    this.band = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    this.band.setAttribute("class", "current-band");
    this.#keepNames();
    pane.addEventListener("click", (event) => {
      const hit = event.target instanceof Element ? event.target.closest(".mc-step[data-step]") : null;
      if (hit) choose(numberOf(hit, "data-step"));
    });
  }

  /** @param {number} step */
  show(step) {
    this.current?.classList.remove("current");
    this.current = this.steps.get(step);
    this.current?.classList.add("current");
    if (this.current instanceof SVGGraphicsElement) this.#mark(this.current);
  }

  /**
   * Make paler what belongs to no agent that is shown, and what is no cause, if only causes are.
   *
   * @param {Set<string>} shown - agents
   * @param {boolean} causes
   */
  filter(shown, causes) {
    const all = shown.size === this.run.agents.length;
    const pale = this.run.steps.map((step, number) => {
      const concerns = all || step.agents.length === 0 || step.agents.some((agent) => shown.has(agent));
      return !concerns || (causes && !this.run.slice.includes(number));
    });
    for (const [number, group] of this.steps) group.classList.toggle("pale", pale[number]);
    for (const arrow of this.pane.querySelectorAll("[data-sent]")) {
      const ends = [arrow.getAttribute("data-sent"), arrow.getAttribute("data-received")];
      const known = ends.filter((end) => end).flatMap((end) => (end ?? "").split(" ").map(Number));
      arrow.classList.toggle("pale", known.every((end) => pale[end]));
    }
    for (const line of this.pane.querySelectorAll("[data-agent]")) {
      line.classList.toggle("pale", !all && !shown.has(line.getAttribute("data-agent") ?? ""));
    }
  }

  /** @param {SVGGraphicsElement} group */
  #mark(group) {
    const picture = group.ownerSVGElement;
    if (!picture) return;
    const box = group.getBBox();
    const view = picture.viewBox.baseVal;
    const values = { x: view.x, y: box.y - 3, width: view.width, height: box.height + 6, rx: 4 };
    for (const [key, value] of Object.entries(values)) this.band.setAttribute(key, String(value));
    // Behind everything that the picture draws, but for its background.
    if (!this.band.parentNode) picture.querySelector(".mc-ground")?.after(this.band);
    this.#scrollTo(group.querySelector(".mc-mark") ?? group);
  }

  /** @param {Element} mark */
  #scrollTo(mark) {
    const pane = this.pane.getBoundingClientRect();
    const { top, bottom, left, right } = mark.getBoundingClientRect();
    const above = pane.top + Math.min(100, pane.height / 4);
    const below = pane.bottom - Math.min(80, pane.height / 4);
    if (top < above) this.pane.scrollTop -= above - top;
    else if (bottom > below) this.pane.scrollTop += bottom - below;
    const before = pane.left + Math.min(150, pane.width / 4);
    const behind = pane.right - Math.min(150, pane.width / 4);
    if (left < before) this.pane.scrollLeft -= before - left;
    else if (right > behind) this.pane.scrollLeft += right - behind;
  }

  /** Keep the names of the agents in sight: a copy of the first header stays at the top of the pane. */
  #keepNames() {
    const picture = this.pane.querySelector("svg.mc-diagram");
    const first = this.pane.querySelector(".mc-header");
    if (!(picture instanceof SVGSVGElement) || !(first instanceof SVGGraphicsElement)) return;
    const { y, height } = first.getBBox();
    const { width } = picture.viewBox.baseVal;
    const copy = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const attributes = { class: "mc-diagram names", width, height: height + 8, viewBox: `0 ${y - 4} ${width} ${height + 8}` };
    for (const [key, value] of Object.entries(attributes)) copy.setAttribute(key, String(value));
    copy.setAttribute("aria-hidden", "true");
    for (const header of this.pane.querySelectorAll(".mc-header")) {
      if (header instanceof SVGGraphicsElement && header.getBBox().y === y) copy.append(header.cloneNode(true));
    }
    const strip = create("div", { class: "names" });
    strip.append(copy);
    this.pane.prepend(strip);
    this.pane.addEventListener("scroll", () => strip.classList.toggle("needed", this.pane.scrollTop > y));
  }
}

/**
 * @param {Element} element
 * @param {string} attribute
 */
function numberOf(element, attribute) {
  return Number(element.getAttribute(attribute));
}
