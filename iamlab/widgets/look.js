// The behaviour that ipywidgets cannot give a panel: a name, live regions, answers that come into view, a button that
// copies, keys that lead in and out, a focus that is not lost and goes where Python sends it, double clicks that count
// once, and changes that are never overtaken by a click. It only improves the page. Without it everything still works,
// and code is copied by hand.

const put = (element, attributes) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
};

function dress(panel) {
  const title = panel.querySelector(".iamlab-title");
  if (title) put(panel, { role: "group", "aria-label": title.textContent.trim() });
  // The region stays and its content changes: a region that comes together with its words is often not read out.
  for (const region of panel.querySelectorAll(".iamlab-live")) {
    put(region, { role: "status", "aria-live": "polite" });
  }
  for (const button of panel.querySelectorAll(".iamlab-opens")) {
    put(button, { "aria-expanded": String(button.matches(".iamlab-opened")) });
  }
}

// A double click is one click. The second would meet a page that the first has changed, and delete the next row as well, or
// create again what was just created. Buttons that people press again and again, such as Next page, take each click.
const ONCE = ".mod-primary, [data-row]";

function onSecondClick(event) {
  if (event.detail > 1 && event.target.closest(ONCE)) event.stopPropagation();
}

async function copy(area) {
  try {
    await navigator.clipboard.writeText(area.value);
  } catch {
    // Pages that are neither https nor localhost have no clipboard of their own.
    area.select();
    document.execCommand("copy");
  }
}

function onClick(event) {
  const button = event.target.closest(".iamlab-copy");
  const area = button?.closest(".iamlab-code")?.querySelector("textarea");
  if (!area) return;
  const words = button.textContent;
  copy(area).then(() => {
    button.textContent = "Copied ✔";
    setTimeout(() => (button.textContent = words), 1500);
  });
}

// With the focus on a select, a box or a button, JupyterLab takes arrows and letters for its own: an arrow goes to the
// next cell, two d delete this one. So plain keys stay in the panel; those with Ctrl, Alt or Cmd are JupyterLab's.
const onKey = (panel) => (event) => {
  if (event.defaultPrevented || !panel.contains(event.target)) return;
  const plain = !(event.ctrlKey || event.altKey || event.metaKey);
  event.target.toggleAttribute("data-lm-suppress-shortcuts", plain);
  if (plain && leave(panel, event)) event.preventDefault();
};

// Out of a panel by keyboard: Esc goes to the group that is open around, and else to the panel's cell, Shift+Enter to the next one. JupyterLab's own Shift+Enter would run the
// panel's cell again, and what was done in the panel would be gone.
function leave(panel, { key, shiftKey, target }) {
  const cell = panel.closest(".jp-Notebook .jp-Cell");
  const summary = target.closest("details[open]")?.querySelector("summary");
  if (key === "Escape" && summary && summary !== target) {
    focus(summary); // a group may hold hundreds of tick boxes
    return true;
  }
  const clears = target.matches("input[type=search]") && target.value;
  const escaped = key === "Escape" && !clears && !target.closest(".cm-editor");
  const onwards = key === "Enter" && shiftKey && !target.closest(".cm-editor, textarea");
  if (!cell || !(escaped || onwards)) return false;
  const next = onwards && cell.nextElementSibling;
  focus(next && next.matches(".jp-Cell") ? next : cell);
  return true;
}

function focus(element, options) {
  if (!element.matches(STOPS) && !element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus(options);
}

const FIELDS = "input, select, textarea, .cm-content";
const STOPS = `${FIELDS}, button, summary, [tabindex="0"]`;
const QUIET = 60; // milliseconds without a change, after which an answer is in the page

const shown = (element) => element.isConnected && element.getClientRects().length > 0;
const usable = (element) => shown(element) && !element.disabled;

// What the panel was like when somebody clicked: what there was, who had the focus, and what was said.
function picture(panel, held) {
  const all = [...panel.querySelectorAll(STOPS)];
  const seen = new Set(all.filter(usable));
  const parents = [];
  for (let one = held; one && one !== panel; one = one.parentElement) parents.push(one.parentElement);
  const said = new Map([...panel.querySelectorAll(".iamlab-verdict")].map((one) => [one, one.textContent]));
  const place = all.indexOf(held);
  const distance = (one) => [parents.findIndex((parent) => parent.contains(one)), Math.abs(all.indexOf(one) - place)];
  const closer = ([box, steps], [otherBox, otherSteps]) => box - otherBox || steps - otherSteps;
  const nearest = (some) => some.sort((one, other) => closer(distance(one), distance(other)))[0];
  return { all, seen, said, held, nearest };
}

// Where the focus belongs after a click took its control away: what is said about the click, a field that came with the
// answer, or what is nearest to where it was, among what came and else among what is left.
function successor(panel, { seen, said, nearest }) {
  const verdicts = [...panel.querySelectorAll(".iamlab-verdict")];
  const news = verdicts.find((one) => shown(one) && one.textContent.trim() && one.textContent !== said.get(one));
  if (news) return news;
  const field = [...panel.querySelectorAll(FIELDS)].find((one) => usable(one) && !seen.has(one));
  const left = [...panel.querySelectorAll(STOPS)].filter(usable);
  return field ?? nearest(left.filter((one) => !seen.has(one))) ?? nearest(left) ?? panel;
}

// The focus is not lost with the control that had it. A button that was pressed may be disabled or gone with its page: then
// keys would go nowhere, and Tab would begin at the top. It also goes where Python sends it.
function keepFocus(panel) {
  let held = null;
  let before = null;
  let ours = null; // what was given the focus here: something better may still come, until somebody moves on
  let goal = null; // where Python sends it: that may only be on its way into the page
  let moving = false;
  const isOurs = (target) => target.closest?.(".iamlab") === panel; // a panel in a panel looks after itself
  const move = (element, options) => {
    moving = true;
    focus(element, options);
    moving = false;
    held = element;
  };
  const follow = ({ type, target }) => {
    if (moving) return;
    ours = goal = null;
    if (type === "focusin" || type === "pointerdown") held = isOurs(target) ? target : null;
  };
  // When the mouse or the key goes down, so that the click need not wait for it; only buttons go by their own click.
  const look = ({ type, target }) => {
    const button = target.closest("button");
    if (!button || !isOurs(button) || (type === "click" && before?.held === held)) return;
    before = picture(panel, type === "click" ? held : button);
  };
  const events = ["focusin", "pointerdown", "keydown"];
  for (const event of events) window.addEventListener(event, follow, true);
  const presses = ["pointerdown", "keydown", "click"];
  for (const event of presses) panel.addEventListener(event, look, true);
  const reach = () => {
    const part = panel.querySelector(`.iamlab-model-${goal}`);
    const stops = part ? [part, ...part.querySelectorAll(STOPS)].filter((one) => one.matches(STOPS) && usable(one)) : [];
    if (!stops.length) return;
    const fits = part.getBoundingClientRect().height < 0.8 * window.innerHeight;
    part.scrollIntoView({ block: fits ? "nearest" : "start" });
    goal = null;
    move(stops.find((one) => one.matches(FIELDS)) ?? stops[0], { preventScroll: true });
  };
  const mend = () => {
    if (goal) return reach();
    const active = document.activeElement;
    const gone = held && !usable(held);
    const lost = gone && (active === document.body || active === held);
    const waits = ours && active === ours;
    if (!lost && !waits) return;
    const next = waits || before?.held === held ? successor(panel, before) : panel;
    if (next !== active) move(next);
    ours = next;
  };
  const go = (name) => (goal = name);
  const stop = () => {
    for (const event of events) window.removeEventListener(event, follow, true);
    for (const event of presses) panel.removeEventListener(event, look, true);
  };
  return { mend, go, stop };
}

// A panel may be taller than the window: what a click brings comes into view, and the page moves no more than that.
function keepInView(panel) {
  let asked = false;
  let answer = null;
  const listener = () => (asked = true);
  const events = ["click", "change"];
  for (const event of events) panel.addEventListener(event, listener, true);
  const look = (records) => {
    if (!asked) return;
    for (const { target } of records) {
      const region = target.closest(".iamlab-verdict, .iamlab-answer");
      const part = region?.matches(".iamlab-verdict") ? region.querySelector(".iamlab-message") : region;
      if (part?.textContent.trim()) answer = part;
    }
  };
  const show = () => {
    if (!answer) return;
    if (shown(answer)) answer.scrollIntoView({ block: "nearest" });
    answer = null;
    asked = false;
  };
  const stop = () => {
    for (const event of events) panel.removeEventListener(event, listener, true);
  };
  return { look, show, stop };
}

// While Python is busy with a change of a control, ipywidgets hold its next changes back, but no click: a click could be
// answered without what was typed or chosen just before it. So before a click, Enter or another control's change goes, what is
// held back goes. There is no public way: the buffer is a private one of ipywidgets 8, and without it nothing is done.
const used = new Map(); // the models of the controls that somebody has used, by their ids

async function remember(control, manager) {
  const id = control?.getAttribute("class").match(/iamlab-model-(\w+)/)[1];
  if (id && !used.has(id)) used.set(id, await manager.get_model(id));
  return used.get(id);
}

// Some want to know when somebody goes into them: what they offer or show may have changed. A panel is gone into once.
async function tell(control, manager) {
  if (control?.matches(".iamlab-tells-focus")) (await remember(control, manager)).send({ event: "focus" });
}

function release() {
  for (const model of used.values()) {
    if (!model._msg_buffer) continue;
    model.rememberLastUpdateFor(model.send_sync_message(model._msg_buffer, model._msg_buffer_callbacks));
    model._msg_buffer = model._msg_buffer_callbacks = null;
  }
}

function keepOrder(panel, manager) {
  const events = ["focusin", "input", "change", "click", "keydown"];
  const listener = ({ type, key, target, relatedTarget }) => {
    if (type === "change" || type === "click" || key === "Enter") release();
    if (type === "keydown") return;
    const control = target.closest('[class*="iamlab-model-"]');
    remember(control, manager);
    if (type !== "focusin") return;
    if (!panel.contains(relatedTarget)) tell(panel, manager);
    if (!control?.matches(".iamlab")) tell(control, manager);
  };
  for (const event of events) panel.addEventListener(event, listener, true);
  return () => {
    for (const event of events) panel.removeEventListener(event, listener, true);
  };
}

function render({ el, model }) {
  let panel, observer, waiting, settling, keys;
  const stops = [];
  const start = () => {
    panel = el.closest(".iamlab");
    if (!panel) {
      waiting = requestAnimationFrame(start); // the view is made before it is put into the page
      return;
    }
    const kept = keepFocus(panel);
    const view = keepInView(panel);
    // With the next frame, so that an answer is in the page before the panel is looked through. Several messages may
    // make one answer: the focus moves when all of it is there.
    const soon = () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => {
        dress(panel);
        view.show();
      });
      clearTimeout(settling);
      settling = setTimeout(kept.mend, QUIET);
    };
    const told = ({ go }) => {
      if (go) kept.go(go);
      soon();
    };
    model.on("msg:custom", told); // every panel shows the one model: the one with the control acts
    observer = new MutationObserver((records) => {
      view.look(records);
      soon();
    });
    observer.observe(panel, { childList: true, subtree: true, attributeFilter: ["disabled", "style"] });
    panel.addEventListener("click", onSecondClick, true); // before the buttons' own listeners
    panel.addEventListener("click", onClick);
    keys = onKey(panel);
    window.addEventListener("keydown", keys, true); // before JupyterLab, which listens at the document
    stops.push(kept.stop, view.stop, keepOrder(panel, model.widget_manager), () => model.off("msg:custom", told));
    dress(panel);
  };
  start();
  return () => {
    cancelAnimationFrame(waiting);
    clearTimeout(settling);
    observer?.disconnect();
    for (const stop of stops) stop();
    panel?.removeEventListener("click", onSecondClick, true);
    panel?.removeEventListener("click", onClick);
    window.removeEventListener("keydown", keys, true);
  };
}

export default { render };
