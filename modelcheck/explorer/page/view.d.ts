// What the server tells: the classes of the same names in `modelcheck.pipeline.explore` and `modelcheck.explorer.answers`.
// A test keeps the names of the fields equal. Fields of an answer that were not asked for are absent.

interface Difference { name: string; before: string; after: string; sign: "" | "+" | "-" }
interface Option {
  action: number; digits: number[]; label: string; kind: string; outcome: "next" | "fail" | "cut"; problem: string;
  changes: Difference[];
}
interface Offer {
  action: number; name: string; group: string; origin: "protocol" | "network" | "fault"; line: number | null;
  written: string; offset: number; options: Option[]; more: boolean;
}
interface StepView {
  number: number; actor: string; label: string; kind: string; fault: boolean; line: number | null; agents: string[];
  changes: Difference[]; problem: string; action: number; digits: number[];
}
interface Component {
  name: string; owner: string; role: string; value: string; before: string; changed: boolean; packets: string[];
}
interface Asked { value: string; problem: string }
interface WatchView { text: string; values: Asked[] }
interface Repeats { start: number; still: boolean }
interface PropertyHere {
  name: string; kind: string; text: string; asked: boolean; facts: string[];
  standing: "holds" | "false" | "reached" | "not here" | "error" | "unknown";
}
interface View {
  revision: number; walk: number; file: string; protocol: string; check: string; checks: string[]; settings: string[];
  agents: string[]; title: string; conclusion: string; facts: string[]; position: number; steps: StepView[];
  repeats: Repeats | null; state: Component[]; offers: Offer[]; unseen: number;
  rest: "goes on" | "rests" | "deadlock" | "unknown" | "failed" | "before"; waiting: string[];
  deadlock_allowed: boolean; properties: PropertyHere[]; watches: WatchView[]; can_undo: boolean; can_redo: boolean;
}
interface Finding { name: string; verdict: string; expected: boolean; remark: string; steps: number | null; walkable: boolean }
interface Status {
  stage: "idle" | "running" | "done" | "stopped" | "failed"; states: number; depth: number; findings: Finding[];
  problem: string;
}
interface Picture { svg: string; style: string }
interface Saved { name: string; text: string }
interface Answer {
  view?: View; offer?: Offer; asked?: Asked; picture?: Picture; status?: Status; saved?: Saved;
  problem?: string;
}
