// A table whose rows have buttons. Model: label, columns, rows ([{cells, actions, tone}]), more, ready (set here).
// Message to Python: {row: its number, action: the words on the button}. All text is set as text, never as HTML.
// Roles and labels are written out, because the stylesheet lays narrow tables out as cards, which are no tables any more.

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function render({ model, el }) {
  el.classList.add("iamlab-rows");

  const press = (event) => {
    const button = event.target.closest("button[data-row]");
    if (button) model.send({ row: Number(button.dataset.row), action: button.dataset.action });
  };

  const body = (rows, names) =>
    rows.map(({ cells, actions, tone }, number) => {
      const parts = cells.map((cell, place) => make("td", { role: "cell", "data-label": names[place] }, cell));
      const line = make("tr", { role: "row", ...(tone ? { class: `iamlab-tone-${tone}` } : {}) }, ...parts);
      if (names.length > cells.length) {
        const buttons = actions.map((action) =>
          make(
            "button",
            {
              type: "button",
              class: "jupyter-button lm-Widget",
              "data-row": number,
              "data-action": action,
              "aria-label": `${action}: ${cells[0]}`,
            },
            action,
          ),
        );
        line.append(make("td", { role: "cell", class: "iamlab-actions" }, ...buttons));
      }
      return line;
    });

  const draw = () => {
    // The button that was pressed keeps the keyboard's focus, if there still is one like it.
    const { row, action } = el.contains(document.activeElement) ? document.activeElement.dataset : {};
    const rows = model.get("rows");
    const names = [...model.get("columns"), ...(rows.some(({ actions }) => actions.length) ? ["Actions"] : [])];
    const headings = names.map((name) => make("th", { scope: "col", role: "columnheader" }, name));
    const table = make(
      "table",
      { role: "table", "aria-label": model.get("label") },
      make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...headings)),
      make("tbody", { role: "rowgroup" }, ...body(rows, names)),
    );
    const more = model.get("more");
    el.replaceChildren(...(rows.length ? [table] : []), ...(more ? [make("p", {}, more)] : []));
    if (action) [...el.querySelectorAll(`[data-row="${row}"]`)].find((one) => one.dataset.action === action)?.focus();
  };

  // Several traits often change together: draw once.
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      draw();
    });
  };

  el.addEventListener("click", press);
  for (const name of ["rows", "columns", "more"]) model.on(`change:${name}`, soon);
  draw();
  model.set("ready", true);
  model.save_changes();
  return () => {
    for (const name of ["rows", "columns", "more"]) model.off(`change:${name}`, soon);
  };
}

export default { render };
