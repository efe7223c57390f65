// What is written as one though it is several characters: grapheme clusters, and their shapes.

const EMOJI = /^[\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
// Marks on Latin letters and their like stand alone beside them, so that each can be seen.
const LETTER = /^\p{L}/u;
const ALPHABETIC = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hangul}]/u;

/** 1 for each character that goes on with the cluster of the one before, 0 where one begins. */
export function joinedCharacters(ids, glyphs) {
  const joined = new Uint8Array(ids.length + 1);
  if (!Intl.Segmenter) return joined;
  const text = Array.from(ids, (id) => whole(glyphs[id].character)).join("");
  let place = 0;
  for (const { segment } of new Intl.Segmenter("en").segment(text)) {
    const end = place + Array.from(segment).length;
    joined.fill(1, place + 1, end);
    place = end;
  }
  return joined;
}

/** Half a surrogate pair must not join with the next. */
function whole(character) {
  return /^\p{Surrogate}$/u.test(character) ? "\ufffd" : character;
}

/** How many characters from here on are drawn as one shape: a syllable of jamo, or a cluster. */
export function shapeOf(ids, glyphs, joined, start, end) {
  const jamo = jamoOfSyllable(ids, glyphs, start, end);
  if (jamo > 1 || joined[start] || !joined[start + 1]) return jamo;
  let after = start + 1;
  while (after < end && joined[after]) after++;
  const text = charactersOf(ids, glyphs, start, after - start);
  const isShaped = EMOJI.test(text) || (LETTER.test(text) && !ALPHABETIC.test(text));
  return isShaped ? after - start : 1;
}

/** The shape of some characters, over the cells of all. */
export function wholeOf(ids, glyphs, start, count) {
  const shown = charactersOf(ids, glyphs, start, count).normalize("NFC");
  return { shown, columns: count, standsIn: false };
}

function charactersOf(ids, glyphs, start, count) {
  return Array.from(ids.subarray(start, start + count), (id) => glyphs[id].character).join("");
}

/** How many characters from here on are jamo of one syllable; 1 where they form none. */
function jamoOfSyllable(ids, glyphs, start, end) {
  const codeAt = (i) => (i < end ? glyphs[ids[i]].character.codePointAt(0) : 0);
  const between = (code, first, last) => code >= first && code <= last;
  if (!between(codeAt(start), 0x1100, 0x1112)) return 1;
  if (!between(codeAt(start + 1), 0x1161, 0x1175)) return 1;
  return between(codeAt(start + 2), 0x11a8, 0x11c2) ? 3 : 2;
}
