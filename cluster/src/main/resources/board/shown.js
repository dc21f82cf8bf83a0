"use strict";
// What is known of runs, put into the page.
const Shown = (() => {
  const id = name => document.getElementById(name);

  function make(name, text, kind) {
    const it = document.createElement(name);
    if (text !== undefined) { it.textContent = text; }
    if (kind) { it.className = kind; }
    return it;
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

  // Before a run has written anything this process alone can tell where it is.
  const NOTHING = { name: "TinyCLIP", about: { own: true }, points: new Map() };

  // Where the first run is.
  function now(chosen, live) {
    const run = chosen[0] || NOTHING;
    const record = run.about.record || {};
    const done = run.points.has("metrics.jsonl") ? run.points.get("metrics.jsonl").committed : 0;
    const phases = plan(run), total = phases.reduce((sum, phase) => sum + phase.steps, 0);
    const own = run.about.own && live && live.task && !live.ended;
    const asked = !own && live && live.cluster && live.cluster.run;
    id("title").textContent = run.name;
    document.title = run === NOTHING ? "TinyCLIP runs" : run.name + (total ? ` ${Math.floor(100 * done / total)} %` : "") + " - TinyCLIP";
    id("whole").textContent = total ? `${done} of ${total} steps of the whole run` : done ? `${done} steps` : "";
    let task = record.finished ? "finished" : record.failure ? "failed: " + record.failure : run === NOTHING ? "no run here yet" : "not running here";
    let part = total ? done / total : 0;
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
    id("taskbar").parentNode.classList.toggle("busy", Boolean(own && !record.finished && live.total <= 1 && !live.done));
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

  // A table without the columns that no row has anything for.
  function filled(where, columns, rows) {
    const shown = columns.filter(([title, cell]) => rows.some(row => cell(row) !== ""));
    table(where, shown.map(([title]) => title), rows.map(row => shown.map(([title, cell]) => cell(row))));
  }

  const whole = value => Math.round(100 * value) + " %";
  const millions = value => value === undefined ? "" : number(value / 1e6, 2);
  const percent = value => value === undefined ? "" : number(100 * value, 1);
  const total = params => params && params.image + params.text + (params.tokenEmbedding || 0);

  function models(record) {
    const teacher = record.teacher ? [["teacher", record.teacher]] : [];
    const stages = (record.stages || []).map(stage => [record.teacher ? `student ${Math.round(100 * stage.keep)} %` : "trained model", stage]);
    const baseline = record.baseline && Object.keys(record.baseline.metrics || {}).length ? [["pixel baseline", record.baseline]] : [];
    return teacher.concat(stages, baseline);
  }

  // How many times as fast as the teacher, where the rounds agree on more than that they differ.
  function speedUp(model) {
    const it = model.speedUp;
    return it && it.high - it.low < Math.abs(it.median - 1) ? `${number(it.median, 2)}x (${number(it.low, 2)}-${number(it.high, 2)})` : "";
  }

  function figures(chosen) {
    const rows = [], names = new Set();
    for (const run of chosen) {
      if (!run.about || !run.about.record) { continue; }
      const record = run.about.record, reference = ((record.teacher || {}).metrics || {})["r@1"];
      for (const [label, model] of models(record)) {
        Object.keys(model.metrics || {}).forEach(metric => names.add(metric));
        const found = (model.metrics || {})["r@1"];
        const kept = reference && model.params && found !== undefined ? found / reference : undefined;
        rows.push({ label: (chosen.length > 1 ? run.name + " " : "") + label, model, kept });
      }
    }
    const place = name => (name.match(/[.]/g) || []).length;
    const metrics = [...names].sort((a, b) => place(a) - place(b) || a.localeCompare(b, "en", { numeric: true })).slice(0, 16);
    const share = name => [name + " %", row => percent((row.model.metrics || {})[name])];
    id("figures").hidden = !rows.length;
    filled(id("stages"), [
      ["model", row => row.label],
      ["image M", row => millions((row.model.params || {}).image)],
      ["text M", row => millions((row.model.params || {}).text)],
      ["in all M", row => millions(total(row.model.params))],
      ["padded M", row => millions(total(row.model.padded))],
      ["file MB", row => millions(row.model.fileBytes)],
      ["MMACs", row => row.model.macs === undefined ? "" : number(row.model.macs / 1e6, 1)],
      ...metrics.filter(name => name === "r@1").map(share),
      ["r@1 kept %", row => percent(row.kept)],
      ["pairs/s", row => number(row.model.pairsPerSecond, 0)],
      ["speed-up", row => speedUp(row.model)],
      ["sparsity", row => row.model.sparsity === undefined ? "" : number(row.model.sparsity, 3)],
      ["steps", row => row.model.steps ? String(row.model.steps) : ""],
      ["time", row => row.model.seconds ? duration(row.model.seconds) : ""],
      ...metrics.filter(name => name !== "r@1").map(share)], rows);
  }

  // From what, on what and when the first run came about.
  function facts(chosen) {
    const all = chosen[0] && chosen[0].about && chosen[0].about.facts || [];
    id("ran").hidden = !all.length;
    id("facts").replaceChildren(...all.flatMap(([name, value]) => [make("dt", name), make("dd", value)]));
  }

  function machines(live) {
    const cluster = live && live.cluster, members = cluster ? cluster.members || [] : [];
    id("machines").hidden = !members.length;
    if (!members.length) { return; }
    table(id("members"), ["machine", "roles", "state", "partitions", "pairs/s", "memory", "computing", "weights", "features", "gradient"],
      members.map(member => [member.address, member.roles, member.state, member.partitions, number(member.pairsPerSecond, 0),
        number(member.memoryBytes / 2 ** 30, 1) + " GiB", whole(member.time.computing), whole(member.time.weights),
        whole(member.time.features), whole(member.time.gradient)]));
    const links = members.flatMap(member => member.links.map(link => [member.address, link.peer, number(link.receivedBytes / 1e6, 1),
      number(link.receivedMegabytesPerSecond, 1), number(link.sentBytes / 1e6, 1)]));
    table(id("links"), ["link of", "with", "MB received", "MB/s", "MB sent"], links.slice(0, 400));
  }

  function events(chosen) {
    const run = chosen[0];
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

  function pictures(chosen) {
    const run = Points.isStored ? null : chosen[0], names = run && run.about ? run.about.pictures.filter(name => name !== "report-curves.png") : [];
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

  return {
    now, machines, make,
    /** Runs of which something is known, the first one in full. */
    show(chosen, live) {
      Charts.show(chosen);
      Masks.show(chosen.length ? chosen[0].masks : []);
      now(chosen, live);
      figures(chosen);
      facts(chosen);
      events(chosen);
      pictures(chosen);
    },
  };
})();
