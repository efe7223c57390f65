// What is shown: a header and arrays over one copy of the bytes.

import { joinedCharacters } from "./clusters.js";

const ARRAY_TYPES = {
  int16: Int16Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  float32: Float32Array,
};
export const STEPS = 32767;

/** JSON behind its length, and where it ends. */
export function readJson(bytes, start) {
  const length = new DataView(bytes.buffer, bytes.byteOffset + start, 4).getUint32(0, true);
  const end = start + 4 + length;
  return { content: JSON.parse(new TextDecoder().decode(bytes.subarray(start + 4, end))), end };
}

/** The record of a payload, whose layout is in payload.py. */
export function readPayload(data) {
  // A copy, because the arrays must begin at multiples of four, which what was sent need not do.
  const bytes = data.slice();
  const { content: header, end } = readJson(bytes, 0);
  const { arrays, orders: orderNames, glyphs, ...about } = header;
  const record = { ...about, orderNames, glyphs: glyphs.map(readGlyph) };
  for (const [name, [type, count, offset]] of Object.entries(arrays)) {
    record[name] = new ARRAY_TYPES[type](bytes.buffer, end + offset, count);
  }
  record.characters = record.ids.length;
  record.units = record.peak.length;
  record.joined = joinedCharacters(record.ids, record.glyphs);
  return record;
}

function readGlyph([code, shown, columns, name, standsIn]) {
  const character = String.fromCodePoint(code);
  // A space, and nothing else, must get a mark where it stands alone.
  const mark = shown === " " ? "␣" : shown;
  const plain = shown.length === 1 && shown >= " " && shown <= "~";
  return { character, shown, columns, name, mark, plain, standsIn: Boolean(standsIn) };
}

/** The recorded value of a unit at a character, as exactly as it was sent. */
export function valueOf(record, unit, character) {
  return (record.values[unit * record.characters + character] * record.peak[unit]) / STEPS;
}

/** Nats it took to predict a character from those before it; NaN for the first. */
export function surpriseOf(record, character) {
  return character > 0 ? record.loss[character - 1] : NaN;
}

export function orderOf(record, name) {
  const place = record.orderNames.indexOf(name);
  return record.orders.subarray(place * record.units, (place + 1) * record.units);
}
