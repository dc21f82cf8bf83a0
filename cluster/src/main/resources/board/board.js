"use strict";
// Asks this page's own server for what has come since, and shows it.
(() => {
  const LIVE_EVERY = 2000, LINES_EVERY = 3000, RUNS_EVERY = 20000, MOST_POINTS = 6000;
  const KNOWN_LINES = ["metrics.jsonl", "masks.jsonl", "events.jsonl", "bad-samples.jsonl"];
  const runs = new Map();
  let chosen = [], listed = "", live = null;
  const id = name => document.getElementById(name);

  function make(name, text, kind) {
    const it = document.createElement(name);
    if (text !== undefined) { it.textContent = text; }
    if (kind) { it.className = kind; }
    return it;
  }

  async function ask(path, query) {
    const answer = await fetch(path + (query ? "?" + new URLSearchParams(query) : ""));
    if (!answer.ok) { throw new Error(path + " answers " + answer.status); }
    return answer.json();
  }

  function trouble(text) {
    id("trouble").hidden = !text;
    id("trouble").textContent = text || "";
  }

  // What is known of a run.
  function known(name) {
    if (!runs.has(name)) {
      runs.set(name, { name, place: runs.size, files: [], points: new Map(), events: [], masks: [], asked: {}, about: null });
    }
    return runs.get(name);
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
    const figures = ["metrics.jsonl"].concat(run.about.lines.filter(name => !KNOWN_LINES.includes(name)));
    const files = [];
    for (const file of figures) {
      const it = await points(run, file);
      files.push(it, it.judged);
    }
    run.files = files.filter((it, i) => i === 0 || it.index.length);
    await lines(run, "events.jsonl", run.events);
    if (first) { await lines(run, "masks.jsonl", run.masks); }
  }

  function plan(run) {
    const settings = run.about && run.about.record && run.about.record.settings;
    const stages = settings && settings.tinyclip && settings.tinyclip.stages;
    if (!stages || run.about.record.command === "pretrain") {
      const steps = settings && settings.tinyclip.pretrain && settings.tinyclip.pretrain.steps;
      return steps ? [{ name: "pretrain", steps: +steps }] : [];
    }
    return stages.flatMap((stage, i) => [
      { name: `stage ${i + 1}, inherit`, steps: +(stage["inherit-steps"] || 0) },
      { name: `stage ${i + 1}, distill`, steps: +(stage["distill-steps"] || 0) }]).filter(phase => phase.steps);
  }

  function duration(seconds) {
    const whole = Math.max(0, Math.round(seconds)), hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
    return hours ? `${hours} h ${minutes} min` : minutes ? `${minutes} min ${whole % 60} s` : `${whole} s`;
  }

  function now() {
    const run = chosen[0] && runs.get(chosen[0]);
    if (!run || !run.about) { return; }
    const record = run.about.record || {};
    const done = run.points.has("metrics.jsonl") ? run.points.get("metrics.jsonl").committed : 0;
    const phases = plan(run), total = phases.reduce((sum, phase) => sum + phase.steps, 0);
    const own = run.about.own && live && live.task && !live.ended;
    const asked = !own && live && live.cluster && live.cluster.run;
    id("title").textContent = run.name;
    document.title = run.name + (total ? ` ${Math.floor(100 * done / total)} %` : "") + " - TinyCLIP";
    id("whole").textContent = total ? `${done} of ${total} steps of the whole run` : `${done} steps`;
    let task = record.finished ? "finished" : record.failure ? "failed: " + record.failure : "not running here", part = total ? done / total : 0;
    if (own && !record.finished) {
      task = live.total > 1 ? `${live.task}: ${live.done} of ${live.total}` : live.task;
      part = live.total ? live.done / live.total : 0;
    } else if (asked && !record.finished) {
      task = `${asked.id}: ${asked.state}, step ${asked.step} of ${asked.steps}`;
      part = asked.steps ? asked.step / asked.steps : 0;
    }
    const leader = live && live.cluster && (live.cluster.members || []).find(member => member.state === "leading");
    if (own && live.task === "starting" && leader) { task = `standing by; ${leader.address} leads`; }
    id("task").textContent = task;
    id("taskbar").style.width = (100 * Math.min(1, part)).toFixed(2) + "%";
    id("note").textContent = own ? live.note.replace(/^whole run [^,]*(, )?/, "") : record.digest ? "digest " + record.digest.slice(0, 16) : "";
    id("end").textContent = own && live.endsAt && !record.finished
      ? `${duration((live.endsAt - live.now) / 1000)} left, ends ${new Date(live.endsAt).toLocaleString([], { dateStyle: "short", timeStyle: "short" })}`
      : record.finished && record.seconds ? "took " + duration(record.seconds) : "";
    bar(phases, done);
  }

  function bar(phases, done) {
    let left = done;
    id("stagebar").replaceChildren(...phases.map(phase => {
      const room = make("span"), fill = make("i");
      room.style.flex = phase.steps;
      room.title = `${phase.name}: ${phase.steps} steps`;
      fill.style.width = 100 * Math.min(1, Math.max(0, left / phase.steps)) + "%";
      left -= phase.steps;
      room.append(fill);
      return room;
    }));
  }

  function table(where, heads, rows) {
    const head = make("tr");
    heads.forEach(text => head.append(make("th", text)));
    where.replaceChildren(head, ...rows.map(cells => {
      const row = make("tr");
      cells.forEach(text => row.append(make("td", text)));
      return row;
    }));
  }

  const number = (value, digits) => value === undefined || value === null ? "" : value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });

  function figures() {
    const rows = [], names = new Set();
    for (const name of chosen) {
      const record = runs.get(name).about && runs.get(name).about.record;
      if (!record) { continue; }
      const models = [];
      if (record.teacher) { models.push(["teacher", record.teacher]); }
      (record.stages || []).forEach(stage => models.push([`${Math.round(100 * stage.keep)} %`, stage]));
      models.forEach(([label, model]) => Object.keys(model.metrics || {}).forEach(metric => names.add(metric)));
      models.forEach(([label, model]) => rows.push({ label: (chosen.length > 1 ? name + " " : "") + label, model }));
    }
    const place = name => (name.match(/[.]/g) || []).length;
    const shown = [...names].sort((a, b) => place(a) - place(b)).slice(0, 14);
    id("figures").hidden = !rows.length;
    table(id("stages"), ["model", "image M", "text M", "MMACs", "sparsity", ...shown.map(name => name + " %"), "time"], rows.map(({ label, model }) => [
      label, number(model.params && model.params.image / 1e6, 2), number(model.params && model.params.text / 1e6, 2),
      number(model.macs / 1e6, 1), model.sparsity === undefined ? "" : number(model.sparsity, 3),
      ...shown.map(name => (model.metrics || {})[name] === undefined ? "" : number(100 * model.metrics[name], 1)),
      model.seconds ? duration(model.seconds) : ""]));
  }

  function machines() {
    const cluster = live && live.cluster, members = cluster ? cluster.members || [] : [];
    id("machines").hidden = !members.length;
    if (!members.length) { return; }
    const percent = value => Math.round(100 * value) + " %";
    table(id("members"), ["machine", "roles", "state", "partitions", "pairs/s", "memory", "computing", "weights", "features", "gradient"],
      members.map(member => [member.address, member.roles, member.state, member.partitions, number(member.pairsPerSecond, 0),
        number(member.memoryBytes / 2 ** 30, 1) + " GiB", percent(member.time.computing), percent(member.time.weights),
        percent(member.time.features), percent(member.time.gradient)]));
    const links = members.flatMap(member => member.links.map(link => [member.address, link.peer, number(link.receivedBytes / 1e6, 1),
      number(link.receivedMegabytesPerSecond, 1), number(link.sentBytes / 1e6, 1)]));
    table(id("links"), ["link of", "with", "MB received", "MB/s", "MB sent"], links.slice(0, 400));
  }

  function events() {
    const run = runs.get(chosen[0]);
    const last = run ? run.events.filter(event => typeof event.event === "string").slice(-300).reverse() : [];
    id("happened").hidden = !last.length;
    id("events").replaceChildren(...last.map(event => {
      const item = make("li"), dot = make("i");
      item.dataset.event = event.event;
      dot.style.background = Charts.eventColor(event.event);
      item.append(dot, make("time", new Date(event.time).toLocaleString([], { dateStyle: "short", timeStyle: "medium" })),
        make("b", event.steps === undefined ? "" : "step " + event.steps), event.event.replace("-", " ") + ": " + event.text);
      return item;
    }));
  }

  function pictures() {
    const run = runs.get(chosen[0]), names = run && run.about ? run.about.pictures.filter(name => name !== "report-curves.png") : [];
    const wanted = names.map(name => run.name + "/" + name + "/" + Boolean(run.about.record && run.about.record.finished)).join();
    id("seen").hidden = !names.length;
    if (id("pictures").dataset.wanted === wanted) { return; }
    id("pictures").dataset.wanted = wanted;
    id("pictures").replaceChildren(...names.map(name => {
      const image = make("img");
      image.alt = name;
      image.loading = "lazy";
      image.src = "picture?" + new URLSearchParams({ run: run.name, file: name });
      return image;
    }));
  }

  function show() {
    const seen = chosen.map(name => runs.get(name)).filter(run => run.about);
    Charts.show(seen);
    Masks.show(seen.length ? seen[0].masks : []);
    now();
    figures();
    events();
    pictures();
  }

  async function list() {
    const answer = await ask("api/runs");
    const names = answer.runs.map(run => run.name);
    if (!chosen.length && names.length) {
      const wanted = new URLSearchParams(location.search).getAll("run").filter(name => names.includes(name));
      chosen = wanted.length ? wanted : [names[0]];
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
    chosen = on ? chosen.concat(name) : chosen.filter(other => other !== name);
    if (!chosen.length) { chosen = [name]; }
    list().then(look).catch(lost);
  }

  async function look() {
    for (let i = 0; i < chosen.length; i++) {
      const run = known(chosen[i]);
      const over = i > 0 && run.about && run.about.record && run.about.record.finished;
      if (!over) { await refresh(run, i === 0); }
    }
    show();
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
    now();
    machines();
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
  list().then(alive).then(look).then(() => { document.body.dataset.ready = "yes"; }).catch(lost);
  again(alive, LIVE_EVERY);
  again(look, LINES_EVERY);
  again(list, RUNS_EVERY);
})();
