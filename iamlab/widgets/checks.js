// Tick boxes in groups that open, with a filter above them. Model: label, groups ([{name, all, items}]), selected,
// ready (set here). All text is set as text, never as HTML.

// Ids must differ in the whole page. A counter would not do: each widget has this module to itself.
const anyId = () => `iamlab-checks-${Math.random().toString(36).slice(2)}`;

function render({ model, el }) {
  const id = anyId();
  const opened = new Set();
  el.classList.add("iamlab-checks");

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  const filter = make("input", { type: "search", id: `${id}-filter`, class: "iamlab-filter", autocomplete: "off" });
  const shown = make("div", {});
  const nothing = make("p", { role: "status" });
  const legend = make("legend", {}, model.get("label"));
  el.append(
    make("fieldset", {}, legend, make("label", { for: `${id}-filter` }, "Filter actions"), filter, nothing, shown),
  );

  const box = (words, value) => {
    const input = make("input", { type: "checkbox", value });
    return make("label", { class: "iamlab-check" }, input, make("span", {}, words));
  };

  // A group's boxes are made when it is first opened: services have up to a thousand actions.
  const fill = (section, { all, items }) => {
    if (section.dataset.filled) return;
    section.dataset.filled = "yes";
    const whole = box(all, "");
    whole.classList.add("iamlab-whole");
    section.append(whole, make("div", { class: "iamlab-items" }, ...items.map((item) => box(item, item))));
    hide(section);
    tick();
  };

  const draw = () => {
    const sections = model.get("groups").map((group) => {
      const section = make("details", { "data-name": group.name });
      section.append(make("summary", {}, make("span", {}, group.name), " ", make("span", { class: "iamlab-count" })));
      section.addEventListener("toggle", () => {
        opened[section.open ? "add" : "delete"](group.name);
        if (section.open) fill(section, group);
      });
      section.open = opened.has(group.name);
      if (section.open) fill(section, group);
      return section;
    });
    shown.replaceChildren(...sections);
    tick();
  };

  // Words that stay are not written again: the page would lay out all of the panel anew.
  const say = (element, words) => {
    if (element.textContent !== words) element.textContent = words;
  };

  const groupOf = (section) => model.get("groups").find(({ name }) => name === section.dataset.name);

  const tick = () => {
    const chosen = new Set(model.get("selected"));
    for (const section of shown.children) {
      const { items } = groupOf(section);
      const count = items.filter((item) => chosen.has(item)).length;
      say(section.querySelector(".iamlab-count"), count ? `${count} of ${items.length} selected` : `${items.length}`);
      for (const input of section.querySelectorAll(".iamlab-items input")) input.checked = chosen.has(input.value);
      const whole = section.querySelector(".iamlab-whole input");
      if (whole) {
        whole.checked = count === items.length;
        whole.indeterminate = count > 0 && count < items.length;
      }
    }
  };

  const hide = (section) => {
    const wanted = filter.value.trim().toLowerCase();
    for (const label of section.querySelectorAll(".iamlab-items label")) {
      label.hidden = !label.textContent.toLowerCase().includes(wanted);
    }
  };

  const search = () => {
    const wanted = filter.value.trim().toLowerCase();
    let found = 0;
    for (const section of shown.children) {
      const group = groupOf(section);
      const count = group.items.filter((item) => item.toLowerCase().includes(wanted)).length;
      found += count;
      section.hidden = count === 0;
      if (wanted && count) {
        fill(section, group);
        section.open = true;
      }
      hide(section);
    }
    say(nothing, found ? "" : "No action matches.");
  };

  const change = (event) => {
    const input = event.target;
    if (input.type !== "checkbox") return;
    const chosen = new Set(model.get("selected"));
    const section = input.closest("details");
    const items = input.closest(".iamlab-whole") ? groupOf(section).items : [input.value];
    for (const item of items) chosen[input.checked ? "add" : "delete"](item);
    model.set("selected", [...chosen]);
    model.save_changes();
  };

  // What was chosen goes to Python first, and is drawn then.
  const soon = () => queueMicrotask(tick);

  el.addEventListener("change", change);
  filter.addEventListener("input", search);
  model.on("change:groups", draw);
  model.on("change:selected", soon);
  draw();
  model.set("ready", true);
  model.save_changes();
  return () => {
    model.off("change:groups", draw);
    model.off("change:selected", soon);
  };
}

export default { render };
