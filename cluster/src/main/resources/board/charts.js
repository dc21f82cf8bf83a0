"use strict";
// Curves of runs side by side, by uPlot. A chart is one figure of every run that is chosen.
const Charts = (() => {
  const KNOWN = [
    ["loss", "loss"], ["kl", "KL divergence"], ["sparsity", "sparsity, expected and target"], ["rate", "learning rate"],
    ["gradNorm", "gradient norm"], ["pairsPerSecond", "pairs/s"]];
  const BESIDE = { sparsity: "sparsityTarget" };
  const HIDDEN = new Set(["sparsityTarget", "seconds", "judged.seconds", "judged.computing"]);
  const COLORS = ["#2f7ec7", "#d9642c", "#3c9a52", "#9361c0", "#c23f5b", "#8a7b1f", "#2a9d9d", "#888"];
  const EVENTS = {
    died: "#c8342c", "broke-down": "#c8342c", "went-back": "#c8342c", skipped: "#c8342c", "turned-away": "#c8342c",
    "bad-samples": "#b58900", "leased-again": "#d9782c", waited: "#d9782c", leaves: "#d9782c",
    joined: "#3c9a52", leads: "#6c71c4", "went-on": "#6c71c4", "stage-finished": "#2f7ec7", begun: "#2f7ec7" };
  const charts = new Map();
  const whole = new Set();
  const view = { axis: "steps", smooth: 0, log: false, marks: true, range: null };
  let runs = [];

  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const color = place => COLORS[place % COLORS.length];
  const eventColor = event => EVENTS[event] || "#888";

  function smoothed(values) {
    if (!view.smooth) { return values; }
    let mean = 0, weight = 0;
    return values.map(value => {
      if (value === null) { return null; }
      mean = mean * view.smooth + value * (1 - view.smooth);
      weight = weight * view.smooth + (1 - view.smooth);
      return mean / weight;
    });
  }

  // Steps committed, or hours of training, as the steps' own seconds add up; what was judged is where its step is.
  function axis(points) {
    if (view.axis === "steps") { return points.index; }
    const steps = points.steps || points, seconds = steps.series.seconds || [];
    let sum = 0;
    const hours = steps.index.map((step, i) => sum += (seconds[i] || 0) * steps.every / 3600);
    return points.steps ? points.index.map(step => hours[Math.min(hours.length - 1, Math.floor(step / steps.every))]) : hours;
  }

  function values(points, name) {
    const raw = points.series[name] || points.index.map(() => null);
    const shown = smoothed(raw);
    return view.log ? shown.map(value => value > 0 ? value : null) : shown;
  }

  function data(lines) {
    if (!lines.length) { return [[], []]; }
    return uPlot.join(lines.map(line => [axis(line.points), values(line.points, line.name)]),
      lines.map(() => [2]));
  }

  // A series of a run; its file of figures may tell less often than every step.
  function lines(name) {
    const found = [];
    for (const run of runs) {
      for (const points of run.files) {
        for (const one of [name, BESIDE[name]]) {
          if (one && points.series[one]) { found.push({ run, points, name: one, dashed: one !== name }); }
        }
      }
      const level = found.some(line => line.run === run) ? teacherLevel(run, name) : null;
      if (level) { found.push({ run, points: level, name, dashed: true }); }
    }
    return found;
  }

  // The teacher's figure of what was judged, as wide as the run.
  function teacherLevel(run, name) {
    const record = run.about && run.about.record, steps = run.files[0];
    if (!name.startsWith("judged.") || !record || !steps || !steps.index.length) { return null; }
    const metric = name.slice("judged.".length);
    const value = [record.evaluation && record.evaluation.teacher, record.teacher]
      .map(teacher => teacher && teacher.metrics && teacher.metrics[metric]).find(it => it !== undefined && it !== null);
    return value === undefined ? null
      : { steps, every: 1, index: [steps.index[0], steps.index[steps.index.length - 1]], series: { [name]: [value, value] } };
  }

  // Where a stage or phase ends, and what happened; for the first run.
  function marks(chart) {
    const run = runs[0];
    if (!run || !run.files.length) { return; }
    const { ctx, bbox } = chart;
    const points = run.files[0], xs = axis(points);
    const line = (x, stroke, from, dash) => {
      const at = chart.valToPos(x, "x", true);
      if (at < bbox.left || at > bbox.left + bbox.width) { return; }
      ctx.beginPath();
      ctx.strokeStyle = stroke;
      ctx.lineWidth = devicePixelRatio;
      ctx.setLineDash(dash);
      ctx.moveTo(at, bbox.top + bbox.height * from);
      ctx.lineTo(at, bbox.top + bbox.height);
      ctx.stroke();
    };
    ctx.save();
    for (let i = 1; i < points.index.length; i++) {
      if (points.stage[i] !== points.stage[i - 1] || points.phase[i] !== points.phase[i - 1]) {
        line(xs[i], css("--dim"), points.stage[i] !== points.stage[i - 1] ? 0 : 0.5, [3, 4]);
      }
    }
    if (view.marks) {
      for (const event of run.events) {
        if (event.steps === undefined || event.event === "begun") { continue; }
        const i = Math.min(xs.length - 1, Math.floor(event.steps / points.every));
        if (i >= 0) { line(xs[i], eventColor(event.event), 0.88, []); }
      }
    }
    ctx.restore();
  }

  const height = name => whole.has(name) ? 420 : 190;

  function options(width, name, drawn) {
    const tick = { stroke: css("--dim"), grid: { stroke: css("--line"), width: 1 }, ticks: { show: false }, font: "11px system-ui" };
    return {
      width, height: height(name),
      cursor: { sync: { key: "runs" }, drag: { x: true, y: false }, points: { size: 5 } },
      scales: { x: { time: false, range: view.range ? () => view.range : undefined }, y: { distr: view.log ? 3 : 1 } },
      axes: [{ ...tick, size: 24 }, { ...tick, size: 56, values: (u, ticks) => ticks.map(v => v === null ? "" : short(v)) }],
      series: [{}].concat(drawn.map(line => ({
        stroke: color(line.run.place), width: 1.4, dash: line.dashed ? [5, 4] : undefined,
        points: { show: !line.dashed && (line.points.index.length < 2 || line.points !== line.run.files[0]) } }))),
      hooks: {
        draw: [marks],
        setSelect: [chart => {
          if (chart.select.width > 2) {
            zoom([chart.posToVal(chart.select.left, "x"), chart.posToVal(chart.select.left + chart.select.width, "x")]);
          }
        }],
        setCursor: [chart => told(chart)],
      },
    };
  }

  function short(value) {
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-3 || size >= 1e6)) { return value.toExponential(1).replace("e+", "e"); }
    return String(+value.toPrecision(4));
  }

  function told(chart) {
    const title = chart.root.parentNode.parentNode.querySelector("b");
    const last = chart.data[0].length - 1;
    const i = chart.cursor.idx === null || chart.cursor.idx === undefined ? last : chart.cursor.idx;
    const numbers = chart.data.slice(1).map(column => {
      for (let j = i; j >= 0; j--) { if (column[j] !== null && column[j] !== undefined) { return short(column[j]); } }
      return "";
    });
    const x = chart.data[0][i];
    title.textContent = numbers.filter(it => it !== "").join(" / ")
      + (x === undefined ? "" : view.axis === "steps" ? "  at step " + x : "  at " + x.toFixed(2) + " h");
  }

  function zoom(range) {
    view.range = range;
    redraw(true);
  }

  function names() {
    const there = new Set();
    runs.forEach(run => run.files.forEach(points => Object.keys(points.series).forEach(name => there.add(name))));
    const known = KNOWN.map(it => it[0]).filter(name => there.has(name));
    const others = [...there].filter(name => !HIDDEN.has(name) && !known.includes(name)).sort();
    return known.concat(others).slice(0, 60);
  }

  function title(name) {
    const known = KNOWN.find(it => it[0] === name);
    return known ? known[1] : name;
  }

  function redraw(anew) {
    const grid = document.getElementById("curves");
    const wanted = names();
    for (const [name, chart] of charts) {
      if (anew || !wanted.includes(name)) {
        chart.plot.destroy();
        chart.box.remove();
        charts.delete(name);
      }
    }
    for (const name of wanted) {
      const drawn = lines(name);
      const key = drawn.map(line => line.run.name + "/" + line.name).join();
      let chart = charts.get(name);
      if (chart && chart.key !== key) {
        chart.plot.destroy();
        chart.box.remove();
        chart = undefined;
      }
      if (chart) {
        chart.plot.setData(data(drawn));
        told(chart.plot);
      } else {
        const box = document.createElement("div");
        box.className = "chart";
        box.dataset.series = name;
        box.classList.toggle("whole", whole.has(name));
        const head = document.createElement("h3"), widen = document.createElement("button");
        widen.type = "button";
        widen.textContent = title(name);
        widen.title = "as wide as the page, or as before";
        widen.addEventListener("click", () => widened(name));
        head.append(document.createElement("b"), widen);
        const room = document.createElement("div");
        box.append(head, room);
        const after = [...grid.children].find(other => wanted.indexOf(other.dataset.series) > wanted.indexOf(name));
        grid.insertBefore(box, after || null);
        const plot = new uPlot(options(Math.max(200, box.clientWidth), name, drawn), data(drawn), room);
        plot.over.addEventListener("dblclick", () => zoom(null));
        charts.set(name, { plot, box, key });
        told(plot);
      }
      charts.get(name).box.dataset.points = charts.get(name).plot.data[0].length;
    }
  }

  function widened(name) {
    if (!whole.delete(name)) { whole.add(name); }
    charts.get(name).box.classList.toggle("whole", whole.has(name));
    resize();
  }

  function resize() {
    for (const [name, chart] of charts) {
      chart.plot.setSize({ width: Math.max(200, chart.box.clientWidth), height: height(name) });
    }
  }

  return {
    color, eventColor, view, zoom,
    /** Chosen runs, each with a place (its colour), files of points, events. */
    show(chosen) {
      runs = chosen;
      redraw(false);
    },
    redraw: () => redraw(true),
    resize,
  };
})();
