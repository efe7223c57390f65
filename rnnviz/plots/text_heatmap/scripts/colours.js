// Values to colours. All colours come from the payload's themes, none stands here.

import { STEPS, surpriseOf } from "./payload.js";
import { clamp } from "./layout.js";

const SHADES = 1024;

function channelsOf(colour) {
  return [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));
}

/** Red, green and blue of a share: background at 0, negative at -1, positive at +1. */
export function blend(theme, share) {
  const [hue, alpha] =
    share > 0 ? [theme.positive, theme.positive_alpha] : [theme.negative, theme.negative_alpha];
  return mix(theme.background, hue, Math.abs(share) * alpha);
}

/** Red, green and blue of a surprise: background at 0 and below, the colour of its own at 1. */
export function highlight(theme, share) {
  return mix(theme.background, theme.surprise, Math.max(share, 0) * theme.surprise_alpha);
}

/** Red, green and blue of a change of surprise: background at 0, amber at 1, teal at -1. */
function shift(theme, share) {
  if (share >= 0) return highlight(theme, share);
  return mix(theme.background, theme.relief, -share * theme.relief_alpha);
}

// By what the values of a record are.
export const HUES = { value: blend, surprise: highlight, change: shift };

function mix(first, second, share) {
  const hue = channelsOf(second);
  return channelsOf(first).map((from, k) => Math.round((1 - share) * from + share * hue[k]));
}

export function cssColour(channels) {
  return `rgb(${channels.join(" ")})`;
}

/** The colours of shares -1 to +1 in 2 * SHADES + 1 steps, as pixels of an ImageData. */
export function paletteOf(theme, colour) {
  const palette = new Uint32Array(2 * SHADES + 1);
  for (let k = -SHADES; k <= SHADES; k++) {
    const [red, green, blue] = colour(theme, k / SHADES);
    palette[SHADES + k] = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  }
  return palette;
}

export function pixelOf(palette, share) {
  return palette[Math.round(SHADES + SHADES * clamp(share, -1, 1))];
}

/** How far each value of a unit is from the scale's centre, in limits. */
export function unitShares(record, unit, scale, shares) {
  const first = unit * record.characters;
  const limit = record.limits[scale * record.units + unit];
  const { centre } = record.scales[scale];
  const step = record.peak[unit] / STEPS;
  for (let i = 0; i < shares.length; i++) {
    shares[i] = (record.values[first + i] * step - centre) / limit;
  }
}

/** How surprising each character was, in limits; NaN where unknown. */
export function surpriseShares(record, shares) {
  const limit = record.surprise * Math.LN2;
  for (let i = 0; i < shares.length; i++) shares[i] = surpriseOf(record, i) / limit;
}

/** Whether a share lies beyond the scale; what rounding to float adds does not count. */
export function isClipped(share) {
  return Math.abs(share) > 1 + 1e-6;
}
