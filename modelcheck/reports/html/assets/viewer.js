/**
 * What holds for all runs of the page.
 *
 * @typedef {{changes: boolean, causes: boolean, letters: boolean}} Settings
 *
 * @typedef {object} Surroundings - what a viewer asks of the page
 * @property {Settings} settings
 * @property {(step: number) => void} moved - the address is to tell the step
 * @property {(text: string) => void} announce - to those who listen to the page
 * @property {() => void} help
 */

/** One run, step by step: the controls, the picture and the state beside it. */
class Viewer {
  /**
   * @param {HTMLElement} section - the run as it stands in the page
   * @param {Run} run
   * @param {Surroundings} page
   */
  constructor(section, run, page) {
    this.section = section;
    this.run = run;
    this.page = page;
    this.step = 0;
    this.search = "";
    this.agents = new Set(run.agents);
    this.root = instance("viewer-template");
    const figure = only(section, "figure.diagram", HTMLElement);
    figure.before(this.root);
    this.#part("picture").append(figure);
    this.diagram = new Diagram(this.#part("picture"), run, (step) => this.go(step));
    /** @type {Map<number, Element>} */
    this.rows = new Map();
    for (const row of section.querySelectorAll("table.steps tr[data-step]")) this.rows.set(numberOf(row, "data-step"), row);
    /** @type {Element | undefined} */
    this.current = undefined;
    this.slider = only(this.root, '[data-part="slider"]', HTMLInputElement);
    this.slider.max = String(run.steps.length - 1);
    this.#offerAgents();
    this.#listen();
  }

  /**
   * @param {number} step
   * @param {string} [note]
   */
  go(step, note = "") {
    this.step = Math.max(0, Math.min(step, this.run.steps.length - 1));
    this.draw(note);
    this.page.moved(this.step);
    const { actor, action, changes, happenings, fault } = this.run.steps[this.step];
    const told = `${fault ? "fault, " : ""}${actor ? `${actor}: ` : ""}${action}`;
    this.page.announce(`${note} Step ${this.step} of ${this.run.steps.length - 1}: ${told}. ${counted(changes.length + happenings.length, "change")}.`.trim());
  }

  next() {
    const move = forward(this.run, this.step, this.page.settings.causes);
    this.go(move.step, move.note);
  }

  back() {
    const move = backward(this.run, this.step, this.page.settings.causes);
    this.go(move.step, move.note);
  }

  first() {
    this.go(0);
  }

  last() {
    this.go(this.run.steps.length - 1);
  }

  focusSearch() {
    only(this.root, '[data-part="search"]', HTMLInputElement).focus();
  }

  async copy() {
    const link = new URL(this.#address(this.step), location.href).href;
    try {
      await navigator.clipboard.writeText(link);
      this.#note("The link to this step is copied.");
      this.page.announce("The link to this step is copied.");
    } catch {
      this.#note(`The link to this step: ${link}`);
      this.page.announce("The link to this step stands above the diagram.");
    }
  }

  /** @param {string} [note] */
  draw(note = "") {
    const { settings } = this.page;
    const filter = { agents: this.agents, search: this.search, changes: settings.changes };
    this.slider.value = String(this.step);
    this.slider.setAttribute("aria-valuetext", `step ${this.step}`);
    this.#part("count").textContent = `Step ${this.step} of ${this.run.steps.length - 1}`;
    this.#part("now").replaceChildren(...stepTold(this.run, this.step));
    this.#part("values").replaceChildren(stateTable(this.run, this.step, filter));
    this.#part("flying").replaceChildren(...flyingList(this.run, this.step, filter, (step) => this.#link(step)));
    for (const box of this.root.querySelectorAll("input[data-setting]")) {
      if (box instanceof HTMLInputElement) box.checked = box.dataset.setting === "changes" ? settings.changes : settings.causes;
    }
    this.#note(note || this.#loop());
    this.diagram.show(this.step);
    this.current?.classList.remove("current");
    this.current = this.rows.get(this.step);
    this.current?.classList.add("current");
  }

  /** Show again what is filtered. Of a long run that takes a moment, so that no step does it. */
  filter() {
    const { causes } = this.page.settings;
    this.diagram.filter(this.agents, causes);
    for (const [number, row] of this.rows) row.classList.toggle("pale", causes && !this.run.slice.includes(number));
  }

  #loop() {
    const { loop, steps } = this.run;
    if (loop === null || this.step < loop) return "";
    if (loop === steps.length - 1) return "From here on nothing happens, for ever: nobody owes a step.";
    if (this.step === loop) return `Steps ${loop + 1} to ${steps.length - 1} repeat for ever from here.`;
    return this.step === steps.length - 1 ? `The loop ends here; step ${loop + 1} follows again.` : "";
  }

  /** @param {string} text */
  #note(text) {
    const note = this.#part("note");
    note.textContent = text;
    note.hidden = text === "";
  }

  /** @param {number} step */
  #link(step) {
    const made = create("a", { href: this.#address(step) }, `${step}`);
    made.dataset.go = String(step);
    return made;
  }

  /** @param {number} step */
  #address(step) {
    return `#run=${this.section.dataset.run}&step=${step}`;
  }

  #offerAgents() {
    const { agents } = this.run;
    const fieldset = this.#part("agents");
    for (const agent of agents) {
      const box = create("input", { type: "checkbox", checked: "", value: agent });
      box.addEventListener("change", () => {
        if (box.checked) this.agents.add(agent);
        else this.agents.delete(agent);
        this.#chosen();
        this.filter();
        this.draw();
      });
      fieldset.append(create("label", {}, box, " ", named(agent)));
    }
    const all = create("button", { type: "button" }, "All");
    const none = create("button", { type: "button" }, "None");
    for (const [button, chosen] of /** @type {const} */ ([[all, agents], [none, []]])) {
      button.addEventListener("click", () => {
        this.agents = new Set(chosen);
        for (const box of fieldset.querySelectorAll("input")) box.checked = this.agents.has(box.value);
        this.#chosen();
        this.filter();
        this.draw();
      });
    }
    fieldset.append(all, none);
    this.#chosen();
  }

  #chosen() {
    const { size } = this.agents;
    const total = this.run.agents.length;
    this.#part("chosen").textContent = size === total ? `Agents: all ${total}` : `Agents: ${size} of ${total}`;
  }

  #listen() {
    /** @type {Record<string, () => void>} */
    const actions = {
      first: () => this.first(),
      back: () => this.back(),
      next: () => this.next(),
      last: () => this.last(),
      copy: () => void this.copy(),
      help: () => this.page.help(),
    };
    for (const button of this.root.querySelectorAll("button[data-do]")) {
      button.addEventListener("click", actions[button.getAttribute("data-do") ?? ""]);
    }
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    const search = only(this.root, '[data-part="search"]', HTMLInputElement);
    search.addEventListener("input", () => {
      this.search = search.value.trim();
      this.draw();
    });
    for (const box of this.root.querySelectorAll("input[data-setting]")) {
      box.addEventListener("change", () => this.toggle(box.getAttribute("data-setting") === "changes" ? "changes" : "causes"));
    }
    this.section.addEventListener("click", (event) => {
      const target = event.target instanceof Element ? event.target : null;
      const link = target?.closest("a[data-go]");
      const row = target?.closest("table.steps tr[data-step]");
      if (link) this.go(numberOf(link, "data-go"));
      else if (row) this.go(numberOf(row, "data-step"));
      if (link || row) event.preventDefault();
    });
  }

  /** @param {"changes" | "causes"} setting */
  toggle(setting) {
    const { settings } = this.page;
    settings[setting] = !settings[setting];
    this.filter();
    this.draw();
    const told = {
      changes: settings.changes ? "Only what the step changes." : "The whole state.",
      causes: settings.causes ? "Only steps that the conclusion depends on." : "All steps.",
    };
    this.page.announce(told[setting]);
  }

  /** @param {string} name */
  #part(name) {
    return only(this.root, `[data-part="${name}"]`, HTMLElement);
  }
}
