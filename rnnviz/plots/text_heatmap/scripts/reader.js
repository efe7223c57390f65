// The text: characters in a <pre>, one canvas pixel a cell under them, marks above them.

import { boxOf, characterAt, clamp, layOut, writeRows } from "./layout.js";
import { isClipped, pixelOf } from "./colours.js";

const ROW_HEIGHT_PER_FONT_SIZE = 1.72;
const MIN_COLUMNS = 16;
const PROBE_CHARACTERS = 50;
const TRACK_GAP = [1, 4]; // above and below the bars

export class Reader {
  constructor(root) {
    const find = (name) => root.querySelector(name);
    this.scroller = find(".reader");
    this.gutter = find(".gutter");
    this.sheet = find(".sheet");
    this.pre = find(".text");
    this.values = find(".values");
    this.marks = find(".marks");
    this.probe = find(".probe");
    this.shown = "";
  }

  /** Lays the text out for the width there is; false where nothing has changed. */
  fit(record) {
    const natural = this.probe.getBoundingClientRect().width / PROBE_CHARACTERS;
    // Cells end on device pixels, so that colours have sharp and equal edges.
    const cell = Math.max(1, Math.round(natural * devicePixelRatio)) / devicePixelRatio;
    const digits = (record.start + record.characters).toLocaleString("en").length;
    this.gutter.style.width = `${digits}ch`;
    const room = this.scroller.clientWidth - this.sheet.offsetLeft;
    const width = Math.max(MIN_COLUMNS, Math.floor(room / cell) - 1);
    const shown = [record.text, record.start, record.under?.height, cell, natural, width].join();
    if (!natural || shown === this.shown) return false;
    this.shown = shown;
    this.cell = cell;
    this.lineHeight = Math.round(
      parseFloat(getComputedStyle(this.pre).fontSize) * ROW_HEIGHT_PER_FONT_SIZE,
    );
    // A track stands in the lower part of every row, under the line of characters.
    this.track = record.under?.height ?? 0;
    this.rowHeight = this.lineHeight + (this.track && this.track + TRACK_GAP[0] + TRACK_GAP[1]);
    this.place = layOut(record.ids, record.glyphs, record.joined, width);
    this.pre.style.letterSpacing = `${cell - natural}px`;
    writeRows(this.pre, record.ids, record.glyphs, record.joined, this.place, cell);
    this.resize(record);
    return true;
  }

  resize(record) {
    const { stride, starts } = this.place;
    const rows = starts.length - 1;
    this.scroller.style.setProperty("--row", `${this.rowHeight}px`);
    this.scroller.style.setProperty("--line", `${this.lineHeight}px`);
    this.sheet.style.width = `${stride * this.cell}px`;
    this.sheet.style.height = `${rows * this.rowHeight}px`;
    const positions = starts.slice(0, -1).map((i) => (record.start + i).toLocaleString("en"));
    this.gutter.textContent = positions.join("\n");
    this.values.width = stride;
    this.values.height = rows;
    this.image = new ImageData(stride, rows);
    this.shares = new Float32Array(record.characters);
  }

  /** Paints `this.shares`; gives how many of them lie beyond the scale. */
  paint(palette) {
    const pixels = new Uint32Array(this.image.data.buffer);
    const { row, column, columns, stride } = this.place;
    let clipped = 0;
    for (let i = 0; i < this.shares.length; i++) {
      const share = this.shares[i];
      const first = row[i] * stride + column[i];
      // No value, no colour: the hatch is among the marks.
      const pixel = Number.isNaN(share) ? 0 : pixelOf(palette, share);
      for (let k = 0; k < columns[i]; k++) pixels[first + k] = pixel;
      if (isClipped(share)) clipped++;
    }
    this.values.getContext("2d").putImageData(this.image, 0, 0);
    return clipped;
  }

  /** Draws the track, ticks, hatches, selection, hovered character and cursor in what is visible. */
  drawMarks(record, theme, { selection, cursor, hovered }) {
    const [firstRow, endRow] = this.markedRows();
    const context = this.fitMarks(firstRow, endRow);
    const { starts } = this.place;
    if (this.track) this.drawTrack(context, record, theme, starts[firstRow], starts[endRow]);
    for (let i = starts[firstRow]; i < starts[endRow]; i++) {
      if (isClipped(this.shares[i])) tick(context, this.boxOf(i), theme);
      else if (Number.isNaN(this.shares[i])) hatch(context, this.lineBoxOf(i), theme);
    }
    if (selection) this.outlineRange(context, selection, theme);
    if (hovered !== null) outline(context, this.boxOf(hovered), theme.muted, 1);
    if (cursor !== null) outline(context, this.boxOf(cursor), theme.text, 2);
  }

  /** A bar for each character on the page's background, which covers the colours of the row. */
  drawTrack(context, { track, under }, theme, first, end) {
    const [least, most] = under.ends;
    for (let i = first; i < end; i++) {
      const { left, right, top, bottom } = this.boxOf(i);
      const bar = (colour, from, to) => {
        context.fillStyle = colour;
        context.fillRect(left, from, right - left, to - from);
      };
      const foot = bottom - TRACK_GAP[1];
      const share = most > least ? (track[i] - least) / (most - least) : 0;
      bar(theme.background, top + this.lineHeight, bottom);
      bar(theme.grid, foot - 1, foot);
      bar(theme[under.colour], foot - share * this.track, foot);
    }
  }

  /** More than is visible, so that scrolling by hand shows no bare edge before the next drawing. */
  markedRows() {
    const rows = this.place.starts.length - 1;
    const visible = Math.ceil(this.scroller.clientHeight / this.rowHeight);
    const first = Math.floor(this.top() / this.rowHeight);
    return [clamp(first - visible, 0, rows), clamp(first + 2 * visible + 1, 0, rows)];
  }

  fitMarks(firstRow, endRow) {
    const width = this.place.stride * this.cell;
    const height = (endRow - firstRow) * this.rowHeight;
    const { marks } = this;
    marks.width = Math.round(width * devicePixelRatio);
    marks.height = Math.round(height * devicePixelRatio);
    marks.style.width = `${width}px`;
    marks.style.height = `${height}px`;
    marks.style.top = `${firstRow * this.rowHeight}px`;
    const context = marks.getContext("2d");
    context.scale(devicePixelRatio, devicePixelRatio);
    context.translate(0, -firstRow * this.rowHeight);
    return context;
  }

  outlineRange(context, [start, end], theme) {
    const from = this.boxOf(start);
    const to = this.boxOf(end - 1);
    const right = this.place.stride * this.cell;
    context.beginPath();
    if (from.top === to.top) {
      context.rect(from.left, from.top, to.right - from.left, this.rowHeight);
    } else {
      const corners = [
        [from.left, from.top], [right, from.top], [right, to.top], [to.right, to.top],
        [to.right, to.bottom], [0, to.bottom], [0, from.bottom], [from.left, from.bottom],
      ];
      for (const [x, y] of corners) context.lineTo(x, y);
      context.closePath();
    }
    context.strokeStyle = theme.accent;
    context.lineWidth = 2;
    context.lineJoin = "round";
    context.stroke();
  }

  /** The cell of a character in CSS pixels of the sheet. */
  boxOf(character) {
    const left = this.place.column[character] * this.cell;
    const top = this.place.row[character] * this.rowHeight;
    const right = left + this.place.columns[character] * this.cell;
    return { left, top, right, bottom: top + this.rowHeight };
  }

  /** The same without the track. */
  lineBoxOf(character) {
    const box = this.boxOf(character);
    return { ...box, bottom: box.top + this.lineHeight };
  }

  characterUnder(event, nearest) {
    const sheet = this.sheet.getBoundingClientRect();
    const row = Math.floor((event.clientY - sheet.top) / this.rowHeight);
    const column = Math.floor((event.clientX - sheet.left) / this.cell);
    return characterAt(this.place, row, column, nearest);
  }

  /** Where in the sheet the visible part begins; its padding lies above 0. */
  top() {
    return this.scroller.scrollTop - this.sheet.offsetTop;
  }

  /** The first visible character and the one behind the last. */
  visible() {
    const { starts } = this.place;
    const rows = starts.length - 1;
    const first = Math.floor(this.top() / this.rowHeight);
    const end = Math.ceil((this.top() + this.scroller.clientHeight) / this.rowHeight);
    return [starts[clamp(first, 0, rows - 1)], starts[clamp(end, 1, rows)]];
  }

  /** The first character of the first visible row, and behind the point the hidden share of it. */
  topPlace() {
    const { starts } = this.place;
    const rows = Math.max(this.top() / this.rowHeight, 0);
    const row = Math.min(Math.floor(rows), starts.length - 2);
    return starts[row] + Math.min(Math.round((rows - row) * 1000), 999) / 1000;
  }

  scrollToTop(place) {
    const character = Math.floor(place);
    const top = this.boxOf(character).top + (place - character) * this.rowHeight;
    this.scroller.scrollTop = top && top + this.sheet.offsetTop;
  }

  /** Scrolls as little as shows a character, or, where it is far, to have it in the middle. */
  reveal(character) {
    const { scroller, sheet } = this;
    const { top, bottom, left, right } = this.boxOf(character);
    const height = scroller.clientHeight;
    const padding = sheet.offsetTop;
    const beyond = Math.max(this.top() - top, bottom - this.top() - height);
    if (beyond > 3 * this.rowHeight) scroller.scrollTop = (top + bottom - height) / 2 + padding;
    else if (top < this.top() + padding) scroller.scrollTop = top;
    else if (beyond > -padding) scroller.scrollTop = bottom - height + 2 * padding;
    const width = scroller.clientWidth - sheet.offsetLeft;
    if (left < scroller.scrollLeft) scroller.scrollLeft = left;
    else if (right > scroller.scrollLeft + width) scroller.scrollLeft = right - width;
  }
}

/** A corner that says: the value lies beyond the scale. */
function tick(context, { right, top }, theme) {
  context.fillStyle = theme.text;
  context.beginPath();
  context.moveTo(right - 5, top);
  context.lineTo(right, top);
  context.lineTo(right, top + 5);
  context.fill();
}

/** Slanted lines that say: no value here. */
function hatch(context, { left, top, right, bottom }, theme) {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.beginPath();
  for (let x = left - (bottom - top); x < right; x += 5) {
    context.moveTo(x, bottom);
    context.lineTo(x + (bottom - top), top);
  }
  context.strokeStyle = theme.muted;
  context.lineWidth = 1;
  context.globalAlpha = 0.6;
  context.stroke();
  context.restore();
}

function outline(context, { left, top, right, bottom }, colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  const inset = width / 2;
  context.strokeRect(left + inset, top + inset, right - left - width, bottom - top - width);
}
