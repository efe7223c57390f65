// Shows a report's heatmaps: the first once the page has been drawn, so that nothing moves later,
// the others once they are about to come into view. The program of the heatmap itself stands before
// this one.

const AFTER_MS = 300;

/** The bytes of a block of base64. */
function bytesOf(key) {
  const text = document.getElementById(key).textContent;
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const found = atob(text);
  const data = new Uint8Array(found.length);
  for (let place = 0; place < found.length; place += 1) data[place] = found.charCodeAt(place);
  return data;
}

function showHeatmap(place, parts) {
  const choice = place.parentElement.querySelector("select");
  const state = { height: 480, wish: { wish: 0 } };
  const choose = () => {
    const chosen = choice.selectedOptions[0];
    state.payload = bytesOf(chosen.value);
    state.wish = { wish: state.wish.wish + 1, unit: Number(chosen.dataset.unit) };
  };
  choose();
  const room = roomIn(place, parts.style, parts.markup);
  const heatmap = mount(room, () => ({ ...state, dark: standsOnDark(place) }), () => {});
  choice.addEventListener("change", () => {
    choose();
    heatmap.update();
  });
  whenAppearanceChanges(() => heatmap.update());
}

function showHeatmaps() {
  const places = document.querySelectorAll(".heat");
  if (!places.length) return;
  const parts = JSON.parse(document.getElementById("heatmap-parts").textContent);
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      watch.unobserve(target);
      showHeatmap(target, parts);
    }
  }, { rootMargin: "800px" });
  places.forEach((place) => watch.observe(place));
  const first = places[0];
  setTimeout(() => {
    if (first.shadowRoot) return;
    watch.unobserve(first);
    showHeatmap(first, parts);
  }, AFTER_MS);
}

document.body.classList.add("live");
showHeatmaps();
