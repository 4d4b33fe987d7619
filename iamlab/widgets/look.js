// The behaviour that ipywidgets cannot give a panel: a name, a live region for verdicts, a button that copies, and typed
// words that are never overtaken by a click. It only improves the page. Without it everything still works, and code is
// copied by hand.
//
// Message to Python: {texts: {number of the field: its text}}.

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

// ipywidgets hold back what is typed while Python is busy with what was typed before, but no click: so a click could be
// answered without the last letters. Messages are not held back: before a click, a choice or Enter goes, the texts go.
function typing(panel, model) {
  const typed = new Map();
  const note = ({ target }) => {
    const [, number] = target.closest('[class*="iamlab-field-"]')?.className.match(/iamlab-field-(\d+)/) ?? [];
    if (number && target.closest(".iamlab") === panel) typed.set(number, target);
  };
  const tell = (event) => {
    if (!typed.size || (event.type === "keydown" && event.key !== "Enter")) return;
    model.send({ texts: Object.fromEntries([...typed].map(([number, field]) => [number, field.value])) });
    typed.clear();
  };
  const listeners = { input: note, click: tell, change: tell, keydown: tell };
  for (const [event, listener] of Object.entries(listeners)) panel.addEventListener(event, listener, true);
  return () => {
    for (const [event, listener] of Object.entries(listeners)) panel.removeEventListener(event, listener, true);
  };
}

function render({ el, model }) {
  let panel, stopTyping, observer, waiting, keys;
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
    stopTyping = typing(panel, model);
    keys = onKey(panel);
    window.addEventListener("keydown", keys, true); // before JupyterLab, which listens at the document
    dress(panel);
  };
  start();
  return () => {
    cancelAnimationFrame(waiting);
    observer?.disconnect();
    stopTyping?.();
    panel?.removeEventListener("click", onClick);
    window.removeEventListener("keydown", keys, true);
  };
}

export default { render };
