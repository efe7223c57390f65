"use strict";
// A report in the browser: samples to be leafed through, charts to be pointed at. All of it can be
// read without: then every sample stands there, and a chart's strips have their words as titles.
(() => {
  /** One sample at a time, chosen by a slider, two buttons or the arrow keys. */
  function scrub(place) {
    const list = place.parentElement.querySelector(".samples");
    const samples = [...list.children];
    if (samples.length < 2) return;
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: 0, max: samples.length - 1, step: 1 });
    slider.setAttribute("aria-label", "Sample at iteration");
    const said = document.createElement("output");
    const show = (number) => {
      const at = Math.min(Math.max(number, 0), samples.length - 1);
      slider.value = at;
      samples.forEach((sample, other) => { sample.hidden = other !== at; });
      said.textContent = `${at + 1} of ${samples.length}`;
      slider.setAttribute("aria-valuetext", samples[at].querySelector("h4").textContent);
    };
    const step = (sign, by, label) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: sign });
      button.setAttribute("aria-label", label);
      button.addEventListener("click", () => show(Number(slider.value) + by));
      return button;
    };
    slider.addEventListener("input", () => show(Number(slider.value)));
    place.append(step("‹", -1, "Earlier sample"), slider, step("›", 1, "Later sample"), said);
    show(Number(place.dataset.best));
  }

  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("role", "status");

  /** A chart says what its curves are where one points at, or steps with the arrow keys. */
  function point(chart) {
    const strips = [...chart.querySelectorAll(".strip")];
    if (!strips.length) return;
    const told = strips.map((strip) => {
      const title = strip.querySelector("title");
      title.remove();
      return title.textContent;
    });
    let at = -1;
    const leave = () => {
      strips[at]?.classList.remove("at");
      at = -1;
      tip.hidden = true;
    };
    const show = (number) => {
      leave();
      at = number;
      strips[at].classList.add("at");
      tip.textContent = told[at];
      tip.hidden = false;
      const box = strips[at].getBoundingClientRect();
      const wide = tip.offsetWidth, high = tip.offsetHeight;
      const beside = box.right + 8 + wide < innerWidth ? box.right + 8 : box.left - 8 - wide;
      const inside = box.width > innerWidth / 3 ? innerWidth / 2 - wide / 2 : beside;
      tip.style.left = `${Math.max(4, inside)}px`;
      const top = box.width > innerWidth / 3 ? box.bottom + 4 : Math.max(box.top, 50);
      tip.style.top = `${Math.min(Math.max(4, top), innerHeight - high - 4)}px`;
    };
    strips.forEach((strip, number) => strip.addEventListener("pointerenter", () => show(number)));
    chart.addEventListener("pointerleave", leave);
    chart.addEventListener("blur", leave);
    chart.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") leave();
      if (!by) return;
      event.preventDefault();
      show(Math.min(Math.max(at + by, 0), strips.length - 1));
    });
  }

  document.body.append(tip);
  addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
  document.querySelectorAll(".scrub").forEach(scrub);
  document.querySelectorAll(".chart").forEach(point);
})();
