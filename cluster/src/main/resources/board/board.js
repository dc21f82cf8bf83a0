"use strict";
// Asks this page's own server for what has come since, and has it shown; a report has all of it, and asks nobody.
(() => {
  const LIVE_EVERY = 2000, LINES_EVERY = 3000, RUNS_EVERY = 20000;
  const { runs, ask, known, refresh } = Points;
  let chosen = [], picked = false, listed = "", live = null;
  const id = name => document.getElementById(name);
  const make = Shown.make;

  function trouble(text) {
    id("trouble").hidden = !text;
    id("trouble").textContent = text || "";
  }

  const seen = () => chosen.map(name => runs.get(name)).filter(run => run && run.about);

  async function list() {
    const answer = await ask("api/runs");
    const names = answer.runs.map(run => run.name);
    // This process's own run comes first, also where it is there only after its neighbours.
    if (!picked && names.length && chosen[0] !== names[0]) {
      const wanted = new URLSearchParams(location.search).getAll("run").filter(name => names.includes(name));
      picked = wanted.length > 0;
      if (picked || !chosen.length || answer.runs[0].own) { chosen = picked ? wanted : [names[0]]; }
      chosen.forEach(known);
    }
    const key = names.join() + "|" + chosen.join();
    if (key === listed) { return; }
    listed = key;
    id("runs").replaceChildren(...names.map(name => {
      const label = make("label"), box = make("input"), mark = make("i");
      box.type = "checkbox";
      box.checked = chosen.includes(name);
      if (box.checked) { mark.style.background = Charts.color(runs.get(name).place); }
      box.addEventListener("change", () => choose(name, box.checked));
      label.append(box, mark, name);
      return label;
    }));
  }

  function choose(name, on) {
    known(name);
    picked = true;
    chosen = on ? chosen.concat(name) : chosen.filter(other => other !== name);
    if (!chosen.length) { chosen = [name]; }
    list().then(look).catch(lost);
  }

  async function look() {
    if (!chosen.length) { await list(); }
    for (let i = 0; i < chosen.length; i++) {
      const run = known(chosen[i]);
      const over = i > 0 && run.about && run.about.record && run.about.record.finished;
      if (!over) { await refresh(run, i === 0); }
    }
    Shown.show(seen(), live);
  }

  function lost(error) {
    trouble(error instanceof TypeError ? "this page's process does not answer; asking again" : String(error.message));
  }

  // One at a time, and none while nobody looks.
  function again(task, every) {
    const next = () => setTimeout(async () => {
      if (!document.hidden) {
        try {
          await task();
          trouble(live && live.unanswered);
        } catch (error) {
          lost(error);
        }
      }
      next();
    }, every);
    next();
  }

  async function alive() {
    live = await ask("api/live");
    if (seen().length || !chosen.length) { Shown.now(seen(), live); }
    Shown.machines(live);
  }

  function controls() {
    const view = Charts.view;
    id("axis").addEventListener("change", () => { view.axis = id("axis").value; Charts.zoom(null); });
    id("smooth").addEventListener("input", () => { view.smooth = id("smooth").value / 100; Charts.redraw(); });
    id("log").addEventListener("change", () => { view.log = id("log").checked; Charts.redraw(); });
    id("marks").addEventListener("change", () => { view.marks = id("marks").checked; Charts.redraw(); });
    id("reset").addEventListener("click", () => Charts.zoom(null));
    addEventListener("resize", Charts.resize);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", Charts.redraw);
    Masks.begin();
  }

  controls();
  if (Points.isStored) {
    const run = Points.found();
    id("now").after(id("figures"));
    Shown.show([run], null);
    document.body.dataset.ready = "yes";
  } else {
    list().then(alive).then(look).then(() => { document.body.dataset.ready = "yes"; }).catch(lost);
    again(alive, LIVE_EVERY);
    again(look, LINES_EVERY);
    again(list, RUNS_EVERY);
  }
})();
