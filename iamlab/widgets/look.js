// The behaviour that ipywidgets cannot give a panel: a name, a live region for verdicts, a button that copies, and
// changes that are never overtaken by a click. It only improves the page. Without it everything still works, and code is
// copied by hand.

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
  const plain = !(event.ctrlKey || event.altKey || event.metaKey);
  if (panel.contains(event.target)) event.target.toggleAttribute("data-lm-suppress-shortcuts", plain);
};

// While Python is busy with a change of a control, ipywidgets hold its next changes back, but no click: a click could be
// answered without what was typed or chosen just before it. So before a click or another control's change goes, what is
// held back goes. There is no public way: the buffer is a private one of ipywidgets 8, and without it nothing is done.
const used = new Map(); // the models of the controls that somebody has used, by their ids

async function remember(target, manager) {
  const classes = target.closest('[class*="iamlab-model-"]')?.getAttribute("class");
  const id = classes?.match(/iamlab-model-(\w+)/)[1];
  if (id && !used.has(id)) used.set(id, await manager.get_model(id));
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
    remember(target, manager);
  };
  for (const event of events) panel.addEventListener(event, listener, true);
  return () => {
    for (const event of events) panel.removeEventListener(event, listener, true);
  };
}

function render({ el, model }) {
  let panel, stopOrder, observer, waiting, keys;
  // With the next frame, so that an answer is in the page before the panel is looked through.
  const soon = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => dress(panel));
  };
  const start = () => {
    panel = el.closest(".iamlab");
    if (!panel) {
      waiting = requestAnimationFrame(start); // the view is made before it is put into the page
      return;
    }
    observer = new MutationObserver(soon);
    observer.observe(panel, { childList: true, subtree: true });
    panel.addEventListener("click", onClick);
    stopOrder = keepOrder(panel, model.widget_manager);
    keys = onKey(panel);
    window.addEventListener("keydown", keys, true); // before JupyterLab, which listens at the document
    dress(panel);
  };
  start();
  return () => {
    cancelAnimationFrame(waiting);
    observer?.disconnect();
    stopOrder?.();
    panel?.removeEventListener("click", onClick);
    window.removeEventListener("keydown", keys, true);
  };
}

export default { render };
