// What can be taken along of a page: its address, its pictures, its tables.

import { fileName, save } from "./saving.js";
import { picturesOn, pngOf } from "./pictures.js";
import { tablesOn } from "./tables.js";

/** Streamlit calls this when the menu opens, and whenever the page behind it is drawn again. */
export default function show({ parentElement }) {
  const root = parentElement.querySelector(".share");
  const find = (name) => root.querySelector(name);
  const page = document.querySelector("[data-testid=stMain]");
  const list = () => {
    find(".address").value = location.href;
    fill(find(".pictures"), picturesOn(page).map(pictureRow));
    fill(find(".tables"), tablesOn(page).map(tableRow));
  };
  // What a page shows may change while its menu is open: a chart is drawn, a run trains on.
  let frame = 0;
  const changes = new MutationObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(list);
  });
  changes.observe(page, { childList: true, subtree: true });
  root.onpointerenter = list;
  find(".address").onfocus = (event) => event.target.select();
  find(".copy").onclick = () => copy(find(".address"), find(".said"));
  find(".copy").disabled = false; // a press before would be lost
  list();
  return () => changes.disconnect();
}

/** Copies the address; where the browser refuses, it stands there selected. */
async function copy(field, said) {
  field.value = location.href;
  const done = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
  field.focus();
  field.select();
  const copied = done || document.execCommand("copy");
  said.textContent = copied
    ? "Copied."
    : "The browser lets no page copy here. The address is selected: copy it with Ctrl+C or ⌘C.";
}

function fill(section, rows) {
  section.hidden = !rows.length;
  const list = section.querySelector("ul");
  const names = (row) => row.dataset.name;
  // Rows that are the same stay: what has the focus keeps it.
  if (rows.map(names).join("\n") !== [...list.children].map(names).join("\n")) list.replaceChildren(...rows);
}

function pictureRow({ name, svg }) {
  const make = {
    SVG: async () => save(fileName(name, "svg"), new Blob([svg()], { type: "image/svg+xml" })),
    PNG: async () => save(fileName(name, "png"), await pngOf(svg())),
  };
  return row(name, make);
}

function tableRow({ name, take }) {
  return row(name, { CSV: take });
}

function row(name, make) {
  const made = document.createElement("li");
  made.dataset.name = name;
  const called = document.createElement("span");
  called.textContent = name;
  const buttons = Object.entries(make).map(([kind, action]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = kind;
    button.ariaLabel = `${name} as ${kind}`;
    button.onclick = action;
    return button;
  });
  made.append(called, ...buttons);
  return made;
}
