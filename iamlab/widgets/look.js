// The behaviour that ipywidgets cannot give a panel: a name, a live region for verdicts that comes into view, a button that
// copies, keys that lead in and out, a focus that is not lost, double clicks that count once, and changes that are never
// overtaken by a click. It only improves the page. Without it everything still works, and code is copied by hand.

const put = (element, attributes) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
};

function dress(panel) {
  const title = panel.querySelector(".iamlab-title");
  if (title) put(panel, { role: "group", "aria-label": title.textContent.trim() });
  for (const region of panel.querySelectorAll(".iamlab-verdict")) {
    put(region, { role: "status", "aria-live": "polite" });
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

// Out of a panel by keyboard: Esc goes to its cell, Shift+Enter to the next one. JupyterLab's own Shift+Enter would run the
// panel's cell again, and what was done in the panel would be gone.
function leave(panel, { key, shiftKey, target }) {
  const cell = panel.closest(".jp-Notebook .jp-Cell");
  const clears = target.matches("input[type=search]") && target.value;
  const escaped = key === "Escape" && !clears && !target.closest(".cm-editor");
  const onwards = key === "Enter" && shiftKey && !target.closest(".cm-editor, textarea");
  if (!cell || !(escaped || onwards)) return false;
  const next = onwards && cell.nextElementSibling;
  focus(next && next.matches(".jp-Cell") ? next : cell);
  return true;
}

function focus(element) {
  if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus();
}

// The focus is not lost with the control that had it. A button that was pressed may be disabled or gone with its page: then
// keys would go nowhere, and Tab would begin at the top. What came of it has the focus instead, or else the panel.
function keepFocus(panel) {
  let held = null;
  let waits = false; // the panel has the focus for what is yet to be said: a button is disabled before its answer comes
  const follow = ({ target }) => {
    held = panel.contains(target) ? target : null;
    waits = false;
  };
  const events = ["focusin", "pointerdown"];
  for (const event of events) window.addEventListener(event, follow, true);
  const shown = (element) => element.isConnected && element.getClientRects().length;
  const mend = () => {
    const active = document.activeElement;
    const gone = held && (held.disabled || !shown(held));
    const lost = gone && (active === document.body || active === held);
    if (!lost && !(waits && active === panel)) return;
    const verdicts = [...panel.querySelectorAll(".iamlab-verdict")];
    const said = verdicts.find((one) => one.querySelector(".iamlab-message") && shown(one));
    if (said || lost) focus(said || panel);
    waits = !said;
  };
  const stop = () => {
    for (const event of events) window.removeEventListener(event, follow, true);
  };
  return { mend, stop };
}

// A panel may be taller than the window: what is said about a click comes into view, and the page moves no more than that.
function keepInView(panel) {
  let asked = false;
  let said = null;
  const listener = () => (asked = true);
  const events = ["click", "change"];
  for (const event of events) panel.addEventListener(event, listener, true);
  const look = (records) => {
    const verdict = asked && records.map(({ target }) => target.closest(".iamlab-verdict")).find((one) => one);
    said = (verdict && verdict.querySelector(".iamlab-message")) || said;
  };
  const show = () => {
    if (!said) return;
    said.scrollIntoView({ block: "nearest" });
    said = null;
    asked = false;
  };
  const stop = () => {
    for (const event of events) panel.removeEventListener(event, listener, true);
  };
  return { look, show, stop };
}

// While Python is busy with a change of a control, ipywidgets hold its next changes back, but no click: a click could be
// answered without what was typed or chosen just before it. So before a click or another control's change goes, what is
// held back goes. There is no public way: the buffer is a private one of ipywidgets 8, and without it nothing is done.
const used = new Map(); // the models of the controls that somebody has used, by their ids

async function remember(type, target, manager) {
  const control = target.closest('[class*="iamlab-model-"]');
  const id = control?.getAttribute("class").match(/iamlab-model-(\w+)/)[1];
  if (id && !used.has(id)) used.set(id, await manager.get_model(id));
  // Some want to know when somebody goes into them: what they offer may have changed.
  if (type === "focusin" && control?.matches(".iamlab-tells-focus")) used.get(id).send({ event: "focus" });
}

function release() {
  for (const model of used.values()) {
    if (!model._msg_buffer) continue;
    model.rememberLastUpdateFor(model.send_sync_message(model._msg_buffer, model._msg_buffer_callbacks));
    model._msg_buffer = model._msg_buffer_callbacks = null;
  }
}

function keepOrder(panel, manager) {
  const events = ["focusin", "input", "change", "click"];
  const listener = ({ type, target }) => {
    if (type === "change" || type === "click") release();
    remember(type, target, manager);
  };
  for (const event of events) panel.addEventListener(event, listener, true);
  return () => {
    for (const event of events) panel.removeEventListener(event, listener, true);
  };
}

function render({ el, model }) {
  let panel, observer, waiting, keys;
  const stops = [];
  const start = () => {
    panel = el.closest(".iamlab");
    if (!panel) {
      waiting = requestAnimationFrame(start); // the view is made before it is put into the page
      return;
    }
    const kept = keepFocus(panel);
    const view = keepInView(panel);
    // With the next frame, so that an answer is in the page before the panel is looked through.
    const soon = () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => {
        dress(panel);
        kept.mend();
        view.show();
      });
    };
    observer = new MutationObserver((records) => {
      view.look(records);
      soon();
    });
    observer.observe(panel, { childList: true, subtree: true, attributeFilter: ["disabled", "style"] });
    panel.addEventListener("click", onSecondClick, true); // before the buttons' own listeners
    panel.addEventListener("click", onClick);
    keys = onKey(panel);
    window.addEventListener("keydown", keys, true); // before JupyterLab, which listens at the document
    stops.push(kept.stop, view.stop, keepOrder(panel, model.widget_manager));
    dress(panel);
  };
  start();
  return () => {
    cancelAnimationFrame(waiting);
    observer?.disconnect();
    for (const stop of stops) stop();
    panel?.removeEventListener("click", onSecondClick, true);
    panel?.removeEventListener("click", onClick);
    window.removeEventListener("keydown", keys, true);
  };
}

export default { render };
