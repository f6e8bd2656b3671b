/** The page: which run is shown, the address that tells it, the keyboard. */
class Page {
  constructor() {
    this.runs = loadRuns();
    /** @type {Map<string, Viewer>} */
    this.viewers = new Map();
    this.current = "";
    this.title = document.title;
    /** @type {Settings} */
    this.settings = { changes: false, causes: false, letters: true };
    /** @type {number | undefined} */
    this.pending = undefined;
    /** The fragment of the address as it was told last. */
    this.hash = "";
    this.overview = only(document, "#overview", HTMLElement);
    this.lost = create("p", { class: "note" });
    only(document, "#verdicts", HTMLElement).after(this.lost);
    this.live = create("p", { class: "unseen", role: "status", "aria-live": "polite" });
    this.dialog = this.#dialog();
    this.chooser = this.#chooser();
    document.body.append(this.live, this.dialog);
    document.documentElement.classList.add("scripted");
    document.addEventListener("keydown", (event) => this.#key(event));
    addEventListener("hashchange", () => this.route());
    this.route();
  }

  /** Show what the address says. */
  route() {
    clearTimeout(this.pending);
    this.hash = location.hash;
    const asked = new URLSearchParams(location.hash.slice(1));
    const run = asked.get("run") ?? "";
    const step = Number.parseInt(asked.get("step") ?? "0", 10);
    this.#show(this.runs.has(run) ? run : "", Number.isNaN(step) ? 0 : step);
    this.lost.textContent = run && !this.runs.has(run) ? `There is no run ${run} in this report.` : "";
    if (this.lost.textContent) this.announce(this.lost.textContent);
  }

  /**
   * @param {string} run - empty for the verdicts
   * @param {number} step
   */
  #show(run, step) {
    const changed = run !== this.current;
    this.current = run;
    this.overview.hidden = run !== "";
    for (const section of document.querySelectorAll("section.run")) {
      if (section instanceof HTMLElement) section.hidden = section.dataset.run !== run;
    }
    this.chooser.value = run;
    const viewer = this.#viewer(run);
    // The settings may have changed since it was shown.
    if (viewer && changed) viewer.filter();
    if (viewer) viewer.go(step);
    else document.title = this.title;
    if (!changed) return;
    scrollTo(0, 0);
    // Who uses a keyboard or listens goes on here.
    const heading = run ? only(document, `#title-${CSS.escape(run)}`, HTMLElement) : only(document, "#verdicts", HTMLElement);
    heading.focus({ preventScroll: true });
  }

  /** @param {string} run */
  #viewer(run) {
    const data = this.runs.get(run);
    if (!data) return undefined;
    let viewer = this.viewers.get(run);
    if (!viewer) {
      const section = only(document, `section.run[data-run="${CSS.escape(run)}"]`, HTMLElement);
      viewer = new Viewer(section, data, {
        settings: this.settings,
        moved: (step) => this.#moved(run, data, step),
        announce: (text) => this.announce(text),
        help: () => this.#help(),
      });
      this.viewers.set(run, viewer);
    }
    return viewer;
  }

  /**
   * @param {string} run
   * @param {Run} data
   * @param {number} step
   */
  #moved(run, data, step) {
    document.title = `Step ${step} – ${data.title} – ${this.title}`;
    clearTimeout(this.pending);
    // Browsers refuse to change the address hundreds of times in a row, as a key held down would.
    this.pending = setTimeout(() => {
      // Whoever has changed it meanwhile goes somewhere else.
      if (location.hash !== this.hash) return;
      this.hash = `#run=${run}&step=${step}`;
      history.replaceState(null, "", this.hash);
    }, 150);
  }

  /** @param {string} text */
  announce(text) {
    this.live.textContent = text;
  }

  /** @param {string} run */
  open(run) {
    location.hash = run ? `run=${run}` : "";
  }

  /** @param {1 | -1} direction */
  #neighbour(direction) {
    const names = [...this.runs.keys()];
    const found = names[names.indexOf(this.current) + direction];
    if (found) this.open(found);
  }

  #chooser() {
    const chooser = create("select", { id: "chooser" }, create("option", { value: "" }, "Verdicts"));
    for (const [run, data] of this.runs) {
      const where = document.querySelector(`section.run[data-run="${CSS.escape(run)}"] .where`);
      chooser.append(create("option", { value: run }, `${data.title} ${where?.textContent ?? ""}`));
    }
    chooser.addEventListener("change", () => this.open(chooser.value));
    const label = create("label", { for: "chooser", class: "unseen" }, "Run");
    const nav = create("nav", { "aria-label": "Runs" }, label, chooser);
    if (this.runs.size) only(document, "header.top", HTMLElement).append(nav);
    return chooser;
  }

  #dialog() {
    const dialog = instance("help-template");
    if (!(dialog instanceof HTMLDialogElement)) throw new Error("the help is no dialog");
    const letters = only(dialog, 'input[data-setting="letters"]', HTMLInputElement);
    letters.addEventListener("change", () => {
      this.settings.letters = letters.checked;
    });
    return dialog;
  }

  #help() {
    this.dialog.showModal();
    only(this.dialog, "form button", HTMLElement).focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.dialog.open) return;
    const active = document.activeElement;
    if (event.key === "Escape" && active instanceof HTMLInputElement) active.blur();
    const meant = meaning(event, this.settings);
    const viewer = this.viewers.get(this.current);
    if (meant === "" || (!viewer && meant !== "help" && meant !== "later")) return;
    event.preventDefault();
    switch (meant) {
      case "help":
        return this.#help();
      case "overview":
        return this.open("");
      case "earlier":
        return this.#neighbour(-1);
      case "later":
        return this.#neighbour(1);
      case "changes":
      case "causes":
        return viewer?.toggle(meant);
      case "search":
        return viewer?.focusSearch();
      case "copy":
        return void viewer?.copy();
      default:
        return viewer?.[meant]();
    }
  }
}

new Page();
