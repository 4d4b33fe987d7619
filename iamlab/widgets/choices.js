// A question's choices: one (radio buttons), several (tick boxes), or steps to put in order (buttons Up and Down).
// Model: label, mode, options ([html]), selected ([numbers]), disabled, ready (set here). Options are HTML that Python
// has escaped; everything else is set as text.

// Names of radio groups must differ in the whole page. A counter would not do: each widget has this module to itself.
const anyName = () => `iamlab-choices-${Math.random().toString(36).slice(2)}`;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function words(html) {
  const span = make("span", { class: "iamlab-choice-words" });
  span.innerHTML = html;
  return span;
}

function render({ model, el }) {
  const name = anyName();
  const ordering = () => model.get("mode") === "order";
  const body = make("div");
  const said = make("div", { role: "status", class: "iamlab-said" });
  const legend = make("legend");
  el.classList.add("iamlab-choices");
  el.append(make("fieldset", {}, legend, body, said));

  const send = (selected) => {
    model.set("selected", selected);
    model.save_changes();
  };

  const picks = () => {
    const type = model.get("mode") === "several" ? "checkbox" : "radio";
    return model.get("options").map((html, number) => {
      const input = make("input", { type, name, value: number });
      return make("label", { class: "iamlab-choice" }, input, words(html));
    });
  };

  const move = (place, by) => {
    const order = [...model.get("selected")];
    const [step] = order.splice(place, 1);
    order.splice(place + by, 0, step);
    send(order);
    draw();
    // The focus goes with the step that moved.
    const line = body.querySelectorAll("li")[place + by];
    const [up, down] = line.querySelectorAll("button");
    const wanted = by < 0 ? up : down;
    (wanted.disabled ? (by < 0 ? down : up) : wanted).focus();
    said.textContent = `Now step ${place + by + 1} of ${order.length}`;
  };

  const steps = () => {
    const order = model.get("selected");
    const lines = order.map((option, place) => {
      const text = words(model.get("options")[option]);
      const button = (title, by) => {
        const one = make("button", { type: "button", class: "jupyter-button", "aria-label": `${title}: ${text.textContent}` }, title);
        one.disabled = model.get("disabled") || place + by < 0 || place + by >= order.length;
        one.addEventListener("click", () => move(place, by));
        return one;
      };
      return make("li", {}, make("div", { class: "iamlab-step" }, text, make("span", { class: "iamlab-move" }, button("Up", -1), button("Down", 1))));
    });
    return [make("ol", {}, ...lines)];
  };

  const tick = () => {
    if (ordering()) return;
    const chosen = new Set(model.get("selected"));
    for (const input of body.querySelectorAll("input")) {
      input.checked = chosen.has(Number(input.value));
      input.disabled = model.get("disabled");
    }
  };

  const draw = () => {
    legend.textContent = model.get("label");
    said.textContent = "";
    body.replaceChildren(...(ordering() ? steps() : picks()));
    tick();
  };

  const change = () => {
    send([...body.querySelectorAll("input:checked")].map((input) => Number(input.value)));
  };

  const follow = () => (ordering() && !body.contains(document.activeElement) ? draw() : tick());

  body.addEventListener("change", change);
  for (const name of ["options", "mode", "label", "disabled"]) model.on(`change:${name}`, draw);
  model.on("change:selected", follow);
  draw();
  model.set("ready", true);
  model.save_changes();
  return () => {
    for (const name of ["options", "mode", "label", "disabled"]) model.off(`change:${name}`, draw);
    model.off("change:selected", follow);
  };
}

export default { render };
