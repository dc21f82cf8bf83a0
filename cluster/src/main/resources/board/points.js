"use strict";
// What is known of runs: asked of this page's own server, or, in a report, found in the page itself.
const Points = (() => {
  const MOST_POINTS = 6000;
  const NO_FIGURES = ["metrics.jsonl", "masks.jsonl", "events.jsonl", "bad-samples.jsonl"];
  const runs = new Map();
  const element = document.getElementById("stored");
  const stored = element ? JSON.parse(element.textContent) : null;

  async function ask(path, query) {
    const answer = await fetch(path + (query ? "?" + new URLSearchParams(query) : ""));
    if (!answer.ok) { throw new Error(path + " answers " + answer.status); }
    return answer.json();
  }

  // What is known of a run.
  function known(name) {
    if (!runs.has(name)) {
      runs.set(name, { name, place: runs.size, files: [], points: new Map(), events: [], masks: [], asked: {}, about: null });
    }
    return runs.get(name);
  }

  // The one run of a report.
  function found() {
    const run = known(stored.about.name);
    run.about = stored.about;
    for (const [file, answer] of Object.entries(stored.series)) {
      const it = none(file, answer.every);
      add(it, answer);
      run.points.set(file, it);
    }
    const first = run.points.get("metrics.jsonl") || none("metrics.jsonl", 1);
    run.points.set("metrics.jsonl", first);
    run.files = files([first].concat([...run.points.values()].filter(it => it !== first)));
    run.masks = stored.lines["masks.jsonl"];
    run.events = stored.lines["events.jsonl"];
    return run;
  }

  // Those that have points, the steps' own first.
  function files(points) {
    return points.flatMap(it => [it, it.judged]).filter((it, i) => i === 0 || it.index.length);
  }

  // Points of a file of figures; thinned where there are more steps than a screen has places for.
  async function points(run, file) {
    let it = run.points.get(file);
    for (;;) {
      if (!it) { it = none(file, 1); }
      const answer = await ask("api/series", { run: run.name, file, from: it.next, every: it.every });
      if (answer.total < it.next) { it = null; continue; }
      if (answer.total / it.every > 2 * MOST_POINTS) {
        const every = Math.ceil(answer.total / MOST_POINTS);
        it = none(file, every);
        continue;
      }
      add(it, answer);
      run.points.set(file, it);
      if (answer.next >= answer.total || answer.next === 0) { return it; }
    }
  }

  // No points of a file yet; those of what was judged stand beside those of the steps.
  function none(file, every) {
    const it = { file, next: 0, committed: 0, every, index: [], stage: [], phase: [], series: {} };
    it.judged = { steps: it, every: 1, index: [], stage: [], phase: [], series: {} };
    return it;
  }

  function add(it, answer) {
    const judged = new Set(answer.judged), rows = answer.index.map((index, i) => i);
    addRows(it, answer, rows.filter(i => !judged.has(i)));
    addRows(it.judged, answer, rows.filter(i => judged.has(i)));
    it.next = answer.next;
    it.committed = answer.committed;
  }

  function addRows(points, answer, rows) {
    const before = points.index.length, steps = answer.steps, at = (column, i) => column && column[i] !== undefined ? column[i] : null;
    for (const i of rows) {
      points.index.push(steps && steps[i] !== null ? steps[i] : answer.index[i]);
      points.stage.push(at(answer.stage, i));
      points.phase.push(at(answer.phase, i));
    }
    for (const name of new Set([...Object.keys(points.series), ...Object.keys(answer.series)])) {
      const values = rows.map(i => at(answer.series[name], i));
      if (points.series[name] || values.some(value => value !== null)) {
        const column = points.series[name] || (points.series[name] = Array(before).fill(null));
        for (const value of values) { column.push(value); }
      }
    }
  }

  // Whole lines of a file, those that came since.
  async function lines(run, file, list) {
    let from = run.asked[file] || 0;
    for (;;) {
      const answer = await ask("api/lines", { run: run.name, file, from });
      if (answer.total < from) { list.length = 0; from = 0; continue; }
      list.push(...answer.lines);
      from = run.asked[file] = answer.next;
      if (answer.next >= answer.total) { return; }
    }
  }

  async function refresh(run, first) {
    run.about = await ask("api/run", { run: run.name });
    const figures = ["metrics.jsonl"].concat(run.about.lines.filter(name => !NO_FIGURES.includes(name)));
    const all = [];
    for (const file of figures) { all.push(await points(run, file)); }
    run.files = files(all);
    await lines(run, "events.jsonl", run.events);
    if (first) { await lines(run, "masks.jsonl", run.masks); }
  }

  return { runs, ask, known, refresh, found, isStored: Boolean(stored) };
})();
