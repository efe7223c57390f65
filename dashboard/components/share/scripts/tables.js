// Tables of a page as CSV: Streamlit's own have a button that does it, others are read as they stand.

import { fileName, save } from "./saving.js";

const BUTTON = "button[aria-label^='Download as CSV']";

/** Each table that is seen: what it is called, and how it is taken along. */
export function tablesOn(page) {
  const found = [...page.querySelectorAll("[data-testid=stDataFrame], table")];
  return found.filter(isSeen).map((table) => (table.matches("table") ? plain(table) : own(table))).filter(Boolean);
}

function isSeen(element) {
  return element.checkVisibility() && !element.closest("[data-testid=stDataFrame] table");
}

function own(frame) {
  const button = frame.querySelector(BUTTON);
  return button && { name: button.ariaLabel.split(": ").slice(1).join(": "), take: () => button.click() };
}

function plain(table) {
  const rows = [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim()));
  const name = table.ariaLabel || `Table: ${rows[0].filter(Boolean).join(", ")}`;
  const take = () => {
    const text = rows.map((row) => row.map(quoted).join(",")).join("\r\n");
    save(fileName(name, "csv"), new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
  };
  return { name, take };
}

function quoted(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
