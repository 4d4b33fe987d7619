// The behaviour that ipywidgets cannot give a panel: a name, a live region for verdicts, and a button that copies.
// It only improves the page. Without it everything still works, and code is copied by hand.

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

function render({ el }) {
  let panel, observer, waiting, keys;
  const start = () => {
    panel = el.closest(".iamlab");
    if (!panel) {
      waiting = requestAnimationFrame(start); // the view is made before it is put into the page
      return;
    }
    observer = new MutationObserver(() => dress(panel));
    observer.observe(panel, { childList: true, subtree: true });
    panel.addEventListener("click", onClick);
    keys = onKey(panel);
    window.addEventListener("keydown", keys, true); // before JupyterLab, which listens at the document
    dress(panel);
  };
  start();
  return () => {
    cancelAnimationFrame(waiting);
    observer?.disconnect();
    panel?.removeEventListener("click", onClick);
    window.removeEventListener("keydown", keys, true);
  };
}

export default { render };
