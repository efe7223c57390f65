// Where each character stands: rows broken at newlines and at the width, at spaces if possible.

import { shapeOf, wholeOf } from "./clusters.js";

const TAB_COLUMNS = 4;

/**
 * Rows of at most `width` columns; a newline or space may stand one column beyond.
 *
 * No row begins inside of what is written as one (`joined`), unless that is wider than a row.
 *
 * Gives, per character, its `row`, `column` and `columns`; the first character of each row in
 * `starts` (with the end of the text as a last entry); and `stride`, the columns of the grid.
 */
export function layOut(ids, glyphs, joined, width) {
  const count = ids.length;
  const place = {
    row: new Uint32Array(count),
    column: new Uint16Array(count),
    columns: new Uint8Array(count),
    starts: [0],
    stride: width + 1,
  };
  let column = 0;
  let breakAt = 0;
  for (let i = 0; i < count; i++) {
    const { character, columns: own } = glyphs[ids[i]];
    let columns = own || TAB_COLUMNS - (column % TAB_COLUMNS);
    if (own === 2 && !joined[i]) breakAt = i;
    const hangs = character === " " || character === "\n";
    if (column > 0 && column + columns > width + (hangs ? 1 : 0)) {
      column = continueOnNewRow(place, joined, breakAt, i);
      if (!own) columns = TAB_COLUMNS;
    }
    place.row[i] = place.starts.length - 1;
    place.column[i] = column;
    place.columns[i] = columns;
    column += columns;
    if (character === "\n") {
      place.starts.push(i + 1);
      column = 0;
    }
    if ((hangs || own !== 1) && !joined[i + 1]) breakAt = i + 1;
  }
  // A newline at the end begins no row of its own.
  if (place.starts.at(-1) !== count) place.starts.push(count);
  return place;
}

/** Moves the characters from the last possible break to a new row; gives the next column. */
function continueOnNewRow(place, joined, breakAt, end) {
  const start = place.starts.at(-1);
  let from = breakAt > start ? breakAt : end;
  while (from > start && joined[from]) from--;
  if (from === start) from = end;
  place.starts.push(from);
  let column = 0;
  for (let i = from; i < end; i++) {
    place.row[i] = place.starts.length - 1;
    place.column[i] = column;
    column += place.columns[i];
  }
  return column;
}

/** Fills a `<pre>` with the rows; user text goes in as text nodes and textContent only. */
export function writeRows(pre, ids, glyphs, joined, place, cell) {
  const templates = new Map();
  const rows = [];
  for (let row = 0; row + 1 < place.starts.length; row++) {
    const made = document.createElement("div");
    made.className = "row";
    let run = "";
    for (let i = place.starts[row]; i < place.starts[row + 1]; i++) {
      const glyph = glyphs[ids[i]];
      if (glyph.plain) {
        run += glyph.shown;
        continue;
      }
      const count = shapeOf(ids, glyphs, joined, i, place.starts[row + 1]);
      const shown = count > 1 ? wholeOf(ids, glyphs, i, count) : glyph;
      made.append(run, boxOf(shown, place.columns.subarray(i, i + count), cell, templates));
      run = "";
      i += count - 1;
    }
    made.append(run);
    rows.push(made);
  }
  pre.replaceChildren(...rows);
}

/** A box of exact width: fallback fonts draw other widths than the cell's, so they are held in. */
export function boxOf(glyph, columns, cell, templates) {
  const key = `${columns.join(" ")} ${glyph.shown}`;
  let template = templates.get(key);
  if (!template) {
    template = document.createElement("span");
    template.className = "box";
    template.classList.toggle("mark", glyph.standsIn);
    template.classList.toggle("tab", !glyph.columns);
    template.style.width = `${columns.reduce((sum, each) => sum + each) * cell}px`;
    template.textContent = glyph.shown;
    if (columns.length > 1) template.dataset.columns = columns.join(" ");
    templates.set(key, template);
  }
  return template.cloneNode(true);
}

/** The character at a row and column; the nearest in its row, or -1 beyond the row's ends. */
export function characterAt(place, row, column, nearest) {
  const rows = place.starts.length - 1;
  if (!nearest && (row < 0 || row >= rows || column < 0)) return -1;
  row = clamp(row, 0, rows - 1);
  const last = place.starts[row + 1] - 1;
  for (let i = place.starts[row]; i <= last; i++) {
    if (column < place.column[i] + place.columns[i]) return i;
  }
  return nearest ? last : -1;
}

export function clamp(number, low, high) {
  return Math.min(Math.max(number, low), high);
}
