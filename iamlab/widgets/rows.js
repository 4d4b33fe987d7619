// A table whose rows have buttons, with a sentence above it, which is read out when it changes, and one below it.
// Model: label, columns, rows ([{cells, actions, tone}]), above, more, ready (set here).
// Message to Python: {row: its number, cells: what stood in it, action: the words on the button}. All text is set as text,
// never as HTML.
// Roles and labels are written out, because the stylesheet lays narrow tables out as cards, which are no tables any more.

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Words with places where a line may break: names such as iam:AttachUserPolicy and ARNs have no spaces. A place, not a
// character: what is copied stays what it is.
const BREAKS = /(?<=[a-z0-9])(?=[A-Z])|(?<=[:/_,.=])(?=[\w$*])/;
const LONG = /(\S{13,})/;
const TOGETHER = /.{1,24}/gsu; // at the most so many characters are kept together

function breakable(words) {
  if (!LONG.test(words)) return [words];
  const cut = (word) => word.split(BREAKS).flatMap((piece) => piece.match(TOGETHER) ?? []);
  const parts = words.split(LONG).map((part, place) => (place % 2 ? cut(part) : [part]));
  return parts.flatMap((pieces) => pieces.flatMap((piece, place) => (place ? [make("wbr"), piece] : [piece])));
}

// Over buttons stands a heading that is only read out: Actions would look like IAM's.
function heading(name) {
  const words = name ? [name] : [make("span", { class: "iamlab-unseen" }, "Buttons")];
  return make("th", { scope: "col", role: "columnheader" }, ...words);
}

// A row: its elements are made once, its texts are written as often as the page turns.
function line(number, { cells, actions }, names) {
  const texts = cells.map(() => "");
  let shown = ""; // the tone
  const parts = cells.map((_, place) => make("td", { role: "cell", "data-label": names[place] }));
  const buttons = actions.map((action) =>
    make("button", { type: "button", class: "jupyter-button lm-Widget", "data-row": number, "data-action": action }, action),
  );
  if (names.length > cells.length) parts.push(make("td", { role: "cell", class: "iamlab-actions" }, ...buttons));
  const element = make("tr", { role: "row" }, ...parts);
  const shape = (row) => JSON.stringify([row.cells.length, row.actions]);
  const made = shape({ cells, actions });
  return {
    element,
    fits: (row) => shape(row) === made,
    cells: () => [...texts],
    write({ cells, tone }) {
      if (shown !== tone) element.className = tone ? `iamlab-tone-${tone}` : "";
      shown = tone;
      cells.forEach((words, place) => {
        if (texts[place] !== words) parts[place].replaceChildren(...breakable(words));
        texts[place] = words;
      });
      for (const button of buttons) button.setAttribute("aria-label", `${button.dataset.action}: ${cells[0]}`);
    },
  };
}

function render({ model, el }) {
  el.classList.add("iamlab-rows");
  const above = make("p", { role: "status" });
  const head = make("tr", { role: "row" });
  const body = make("tbody", { role: "rowgroup" });
  const thead = make("thead", { role: "rowgroup" }, head);
  const table = make("table", { role: "table", "aria-label": model.get("label") }, thead, body);
  const frame = make("div", { class: "iamlab-table" }, table);
  const below = make("p");
  el.append(above, frame, below);

  // What the row said when the mouse went down on it: the table may be filled anew before the mouse comes up.
  let meant = null;
  const aim = (event) => {
    const button = event.target.closest("button[data-row]");
    meant = button && model.get("rows")[Number(button.dataset.row)].cells;
  };
  const press = (event) => {
    const button = event.target.closest("button[data-row]");
    if (!button) return;
    const row = Number(button.dataset.row);
    const cells = (event.detail && meant) || model.get("rows")[row].cells; // a key has no detail
    model.send({ row, cells, action: button.dataset.action });
  };

  const say = (sentence, element) => {
    const isNew = element.textContent !== sentence;
    if (isNew) element.textContent = sentence;
    element.hidden = !sentence;
    return isNew;
  };

  // The keyboard's focus goes with the row: to the nearest that says the same, and else to the one in its place.
  const follow = (cells, place, action) => {
    const rows = model.get("rows");
    const same = rows.flatMap((one, number) => (JSON.stringify(one.cells) === JSON.stringify(cells) ? [number] : []));
    const [goal = place] = same.sort((one, other) => Math.abs(one - place) - Math.abs(other - place));
    const button = [...el.querySelectorAll(`[data-row="${goal}"]`)].find((one) => one.dataset.action === action);
    if (button && button !== document.activeElement) button.focus({ preventScroll: true });
  };

  let names = [];
  let lines = []; // all that were made: a table that shrank, as in a search, may grow again
  const draw = () => {
    const { row, action } = el.contains(document.activeElement) ? document.activeElement.dataset : {};
    const pressed = action && lines[row].cells();
    const rows = model.get("rows");
    const wanted = [...model.get("columns"), ...(rows.some(({ actions }) => actions.length) ? [""] : [])];
    if (rows.length && JSON.stringify(names) !== JSON.stringify(wanted)) {
      head.replaceChildren(...wanted.map(heading));
      [names, lines] = [wanted, []];
    }
    const elements = rows.map((row, number) => {
      if (!lines[number]?.fits(row)) lines[number] = line(number, row, names);
      lines[number].write(row);
      return lines[number].element;
    });
    if (elements.length !== body.children.length || elements.some((one, number) => one !== body.children[number])) {
      body.replaceChildren(...elements);
    }
    frame.hidden = !rows.length;
    // Another page, or other rows: with the next frame, which lays the table out anyway.
    if (say(model.get("above"), above)) requestAnimationFrame(() => (frame.scrollTop = 0));
    say(model.get("more"), below);
    if (action) follow(pressed, Number(row), action);
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

  el.addEventListener("pointerdown", aim);
  el.addEventListener("click", press);
  for (const name of ["rows", "columns", "above", "more"]) model.on(`change:${name}`, soon);
  draw();
  model.set("ready", true);
  model.save_changes();
  return () => {
    for (const name of ["rows", "columns", "above", "more"]) model.off(`change:${name}`, soon);
  };
}

export default { render };
