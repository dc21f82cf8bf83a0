"use strict";
// How open each head is, and each part of neurons and widths, layer by layer; at one of the steps that told.
const Masks = (() => {
  let told = [], at = -1, follows = true, playing = 0;
  const id = name => document.getElementById(name);
  const mean = values => values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;

  function cells(values, size, parts) {
    const row = document.createElement("div");
    row.className = parts ? "cells parts" : "cells";
    for (const value of values) {
      const cell = document.createElement("i");
      cell.style.background = `rgb(var(--keep) / ${value})`;
      cell.title = (100 * value).toFixed(0) + " %";
      row.append(cell);
    }
    const text = document.createElement("em");
    const kept = mean(values) * size;
    text.textContent = kept < 10 && !Number.isInteger(kept) ? kept.toFixed(1) : String(Math.round(kept));
    text.title = "expected to stay, of " + size;
    row.append(text);
    return row;
  }

  function part(text, kind) {
    const it = document.createElement("div");
    it.className = kind;
    it.textContent = text;
    return it;
  }

  function tower(masks) {
    const box = document.createElement("div");
    box.className = "tower";
    box.dataset.tower = masks.tower;
    const head = document.createElement("h3");
    head.textContent = masks.tower + " tower";
    const width = cells(masks.width, masks.widthSize, true);
    width.classList.add("span");
    box.append(head, part("width", "head"), width, part("", "head"), part("heads", "head"), part("neurons", "head"));
    masks.layers.forEach((layer, i) => box.append(
      part("layer " + (i + 1), "head"), cells(layer.heads, layer.heads.length, false),
      cells(layer.neurons, layer.neuronSize, true)));
    return box;
  }

  function draw() {
    id("masks").hidden = !told.length;
    if (!told.length) { return; }
    const line = told[at];
    id("when").max = told.length - 1;
    id("when").value = at;
    id("whentext").textContent = `stage ${line.stage + 1}, step ${line.step + 1} of its inherit phase`;
    id("towers").replaceChildren(...line.towers.map(tower));
    id("towers").dataset.step = line.steps;
  }

  function play() {
    if (playing) {
      clearInterval(playing);
      playing = 0;
    } else {
      if (at === told.length - 1) { at = 0; }
      playing = setInterval(() => {
        at = Math.min(told.length - 1, at + 1);
        follows = at === told.length - 1;
        if (follows) { play(); }
        draw();
      }, 120);
    }
    id("play").textContent = playing ? "stop" : "play";
  }

  return {
    /** Lines of masks.jsonl, oldest first. */
    show(lines) {
      const changed = lines !== told || at < 0;
      told = lines.filter(line => line.towers);
      if (follows || at >= told.length || changed && at < 0) { at = told.length - 1; }
      draw();
    },
    begin() {
      id("play").addEventListener("click", play);
      id("when").addEventListener("input", () => {
        at = +id("when").value;
        follows = at === told.length - 1;
        draw();
      });
    },
  };
})();
