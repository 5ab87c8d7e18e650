// Draws every element that says where its numbers are (data-plot), with uPlot, in the style sheet's colours. New numbers
// replace the old ones in the same plot, so nothing flickers and the reader's cursor stays.
'use strict';

(() => {
  const plots = new Map();
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const HEIGHT = 200;
  const LABEL_EDGE = 2;

  /** Two side by side are a page's width. */
  const PAPER_WIDTH = 340;

  /** How many dots a pixel has on paper. */
  const PAPER_RATIO = 3;

  /**
   * How many times as large everything is drawn as it is shown, whole. uPlot takes the screen's resolution for that of all there is, so
   * for paper it draws larger, and the style sheet makes it small again.
   */
  let finer = 1;

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

  function digits(size) {
    if (size < 0.01) return size === 0 ? 0 : Math.min(9, Math.ceil(-Math.log10(size)) + 1);
    return size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  }

  function number(value) {
    return value.toLocaleString('en', { maximumFractionDigits: digits(Math.abs(value)) }).replace('-', '−');
  }

  const tell = {
    percent: (value) => number(value * 100) + ' %',
    times: (value) => number(value) + '×',
    count: (value) => number(value),
    number: (value, unit) => number(value) + (unit ? ' ' + unit : ''),
    value: (value, unit) => number(value) + (unit ? ' ' + unit : ''),
  };

  const { day, minutes, seconds: clock, name: zoneName } = sluiceZone;
  const date = (seconds) => new Date(seconds * 1000);

  /** A time on an axis, as finely as its steps are. */
  const moment = (seconds, span, step) => (span > 2 * 86400 ? day : step < 60 ? clock : minutes)(date(seconds));

  /**
   * Steps of a time axis, in seconds. None is more than three times the one before: of too long a
   * step there would be one label, and that one outside of the plot.
   */
  const STEPS = [
    ...[1, 2, 5, 10, 15, 30],
    ...[1, 2, 5, 10, 15, 30].map((n) => n * 60),
    ...[1, 2, 3, 6, 12].map((n) => n * 3600),
    ...[1, 2, 3, 5, 7, 10, 15, 30, 60, 90, 180, 365].map((n) => n * 86400),
  ];
  const whole = (seconds) => day(date(seconds)) + ' ' + minutes(date(seconds));

  /** Lines across and marks up and down, with their words, under the series. */
  function annotations(data) {
    return (u) => {
      const { ctx } = u;
      const { left, top, width, height } = u.bbox;
      const ratio = devicePixelRatio * finer;
      ctx.save();
      ctx.font = `${11 * ratio}px system-ui, sans-serif`;
      ctx.lineWidth = ratio;
      ctx.textAlign = 'left';
      ctx.textBaseline = 'top';
      const row = 13 * ratio;
      const lines = data.lines
        .map((line) => ({ ...line, at: u.valToPos(line.value, 'y', true), colour: token(line.role === 'bad' ? 'bad' : 'ink-3') }))
        .filter((line) => line.at >= top - 1 && line.at <= top + height + 1);
      // A word that another would hide, or a line would strike out, goes elsewhere; where there is no room, its line stays.
      const taken = [];
      const isClear = (x, y, long) =>
        y >= top && y + row <= top + height + ratio &&
        !taken.some((t) => x < t.x + t.long + 6 * ratio && t.x < x + long + 6 * ratio && Math.abs(t.y - y) < row) &&
        !lines.some((line) => line.at > y - ratio && line.at < y + row - ratio);
      const curves = data.lines.length + data.marks.length > 0 ? segments(u) : [];
      const isOverCurve = (x, y, long) => curves.some((segment) => crosses(segment, x, y - ratio, x + long, y + row));
      // A word on a curve is hard to read, yet better than none.
      const write = (text, long, places) => {
        const clear = places.filter(({ x, y }) => isClear(x, y, long));
        const free = clear.find(({ x, y }) => !isOverCurve(x, y, long)) ?? clear[0];
        if (!free) return;
        taken.push({ ...free, long });
        ctx.fillText(text, free.x, free.y);
      };
      for (const { at, colour } of lines) {
        ctx.strokeStyle = colour;
        ctx.setLineDash([4 * ratio, 4 * ratio]);
        ctx.beginPath();
        ctx.moveTo(left, at);
        ctx.lineTo(left + width, at);
        ctx.stroke();
      }
      for (const { at, colour, label } of lines) {
        ctx.fillStyle = colour;
        const long = ctx.measureText(label).width;
        const sides = [left + 4 * ratio, left + width - long - 4 * ratio, left + (width - long) / 2];
        const rows = [at - row - 2 * ratio, at + 3 * ratio];
        write(label, long, sides.flatMap((x) => rows.map((y) => ({ x, y }))));
      }
      ctx.strokeStyle = ctx.fillStyle = token('ink-3');
      for (const mark of together(data.marks.map((one) => ({ x: u.valToPos(one.at, 'x', true), label: one.label })), 4 * ratio)) {
        const { x } = mark;
        if (x < left - 1 || x > left + width + 1) continue;
        ctx.setLineDash([2 * ratio, 3 * ratio]);
        ctx.beginPath();
        ctx.moveTo(x, top);
        ctx.lineTo(x, top + height);
        ctx.stroke();
        const length = ctx.measureText(mark.label).width;
        const start = x + length + 6 * ratio > left + width ? x - length - 4 * ratio : x + 4 * ratio;
        write(mark.label, length, [0, 1, 2].map((n) => ({ x: start, y: top + n * row })));
      }
      ctx.restore();
    };
  }

  /** What is drawn between measured points that follow each other, and the points themselves, in dots of the canvas. */
  function segments(u) {
    const at = u.data[0].map((x) => u.valToPos(x, 'x', true));
    return u.data.slice(1).flatMap((values) => {
      const points = values.map((value) => (value == null ? null : u.valToPos(value, 'y', true)));
      return points.flatMap((y, i) => {
        if (y == null) return [];
        const next = points[i + 1] ?? null;
        return [{ x0: at[i], y0: y, x1: next === null ? at[i] : at[i + 1], y1: next ?? y }];
      });
    });
  }

  /** Whether a segment from left to right and a box have a point in common. */
  function crosses({ x0, y0, x1, y1 }, left, top, right, bottom) {
    if (x1 < left || x0 > right) return false;
    const at = (x) => (x1 === x0 ? y0 : y0 + ((y1 - y0) * (Math.min(Math.max(x, x0), x1) - x0)) / (x1 - x0));
    const ends = [at(left), at(right)];
    return Math.max(...ends) >= top && Math.min(...ends) <= bottom;
  }

  /** Marks that nobody could tell apart, as one: each word once. They come in any order. */
  function together(marks, near) {
    const all = [];
    for (const { x, label } of [...marks].sort((a, b) => a.x - b.x)) {
      const last = all[all.length - 1];
      if (last && x - last.x < near) last.labels.add(label);
      else all.push({ x, labels: new Set([label]) });
    }
    return all.map(({ x, labels }) => ({ x, label: [...labels].join(', ') }));
  }

  /** Times under everything, hatched, with their words at the bottom. */
  function bands(data) {
    return (u) => {
      const { ctx } = u;
      const { left, top, width, height } = u.bbox;
      const ratio = devicePixelRatio * finer;
      ctx.save();
      ctx.beginPath();
      ctx.rect(left, top, width, height);
      ctx.clip();
      ctx.font = `${11 * ratio}px system-ui, sans-serif`;
      let free = left;
      for (const band of data.bands) {
        const from = Math.max(left, u.valToPos(band.from, 'x', true));
        const to = Math.min(left + width, u.valToPos(band.to, 'x', true));
        if (to <= left || from >= left + width) continue;
        ctx.fillStyle = token('line-2');
        ctx.fillRect(from, top, Math.max(ratio, to - from), height);
        ctx.save();
        ctx.beginPath();
        ctx.rect(from, top, Math.max(ratio, to - from), height);
        ctx.clip();
        ctx.strokeStyle = token('line');
        ctx.lineWidth = 2 * ratio;
        ctx.beginPath();
        for (let x = from - height; x < to; x += 8 * ratio) {
          ctx.moveTo(x, top + height);
          ctx.lineTo(x + height, top);
        }
        ctx.stroke();
        ctx.restore();
        const long = ctx.measureText(band.label).width;
        if (from >= free && from + long < left + width) {
          ctx.fillStyle = token('ink-3');
          ctx.textAlign = 'left';
          ctx.textBaseline = 'bottom';
          ctx.fillText(band.label, from + 4 * ratio, top + height - 4 * ratio);
          free = from + long + 12 * ratio;
        }
      }
      ctx.restore();
    };
  }

  /** How many values of each size there were: the more, the darker. */
  function cells(data) {
    return (u) => {
      const { bounds, columns } = data.cells;
      const { ctx } = u;
      const most = Math.max(1, ...columns.map((column) => Math.max(0, ...column.filter((_, i) => i % 2 === 1))));
      const step = data.at.length > 1 ? data.at[1] - data.at[0] : 60;
      ctx.save();
      ctx.beginPath();
      ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
      ctx.clip();
      ctx.fillStyle = token('accent');
      columns.forEach((column, c) => {
        const left = Math.floor(u.valToPos(data.at[c] - step, 'x', true));
        const right = Math.floor(u.valToPos(data.at[c], 'x', true));
        for (let i = 0; i < column.length; i += 2) {
          const bottom = Math.floor(u.valToPos(bounds[column[i]], 'y', true));
          const top = Math.floor(u.valToPos(bounds[column[i] + 1], 'y', true));
          ctx.globalAlpha = 0.06 + 0.62 * Math.sqrt(column[i + 1] / most);
          ctx.fillRect(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
        }
      });
      ctx.restore();
    };
  }

  /** The next 1, 2 or 5 times a power of ten. */
  function round(value, steps, fits) {
    const power = 10 ** Math.floor(Math.log10(value));
    return steps.map((step) => step * power).find((rounded) => fits(rounded, value)) ?? value;
  }

  function range(data) {
    if (data.y === 'value') {
      return () => {
        const all = [...(data.cells ? data.cells.bounds : []), ...data.lines.map((line) => line.value)].filter((v) => v > 0);
        return all.length ? [round(Math.min(...all), [5, 2, 1], (r, v) => r <= v), round(Math.max(...all), [1, 2, 5, 10], (r, v) => r >= v)] : [1, 10];
      };
    }
    if (data.y === 'count') {
      const all = data.series.flatMap((series) => series.values).filter((v) => v > 0);
      return () => [0.8, all.length ? round(Math.max(10, ...all), [1, 2, 5, 10], (r, v) => r >= v) : 10];
    }
    return (u, min, max) => {
      let low = Math.min(0, min ?? 0);
      let high = Math.max(0, max ?? 0);
      for (const line of data.lines) {
        low = Math.min(low, line.value);
        high = Math.max(high, line.value);
      }
      if (data.top) high = Math.min(high, data.top);
      if (high === low) high = low + 1;
      const room = (high - low) * 0.08;
      return [low < 0 ? low - room : 0, high + room];
    };
  }

  /** What an axis takes: its longest label, and at least so much that plots beside each other line up. */
  function room(least) {
    return (u, labels, at, cycle) => {
      const axis = u.axes[at];
      // What it was a moment ago changes the labels again at most once.
      if (cycle > 1) return axis._size;
      u.ctx.font = axis.font[0];
      const longest = Math.max(0, ...(labels ?? []).map((label) => u.ctx.measureText(label ?? '').width / devicePixelRatio));
      return Math.max(least * finer, Math.ceil(longest) + axis.gap + LABEL_EDGE * finer);
    };
  }

  /** What is known by estimate only lies between two lines: the first of the role is the lower one. */
  function between(data) {
    const lines = data.series.flatMap((series, s) => (series.role === 'estimate' ? [s + 1] : []));
    return lines.length === 2 ? [{ series: [lines[1], lines[0]], fill: token('estimate') + '33' }] : [];
  }

  /** Of a scale of powers, the lines that are worth a look. */
  const powers = (u, splits) => splits.map((v) => (v > 0 && Number.isInteger(Math.round(1e6 * Math.log10(v)) / 1e6) ? v : null));

  /** What was measured between two gaps has no line, so it is a point; where events are few, all of them are. */
  function alone(values) {
    const none = (i) => values[i] === null || values[i] === undefined;
    const all = [...values.keys()].filter((i) => !none(i) && none(i - 1) && none(i + 1));
    return all.length ? all : null;
  }

  function options(element, data) {
    const log = data.x === 'log';
    const say = tell[data.y];
    const grid = { stroke: token('line'), width: finer };
    const axis = { stroke: token('ink-3'), font: `${11 * finer}px system-ui, sans-serif`, gap: 5 * finer, grid, ticks: { show: false } };
    const span = data.at.length ? data.at[data.at.length - 1] - data.at[0] : 0;
    const filled = data.series.length === 1 || data.series.some((series) => series.role === 'estimate') || log;
    const under = (u) => {
      const latest = plots.get(element)?.data ?? data;
      bands(latest)(u);
      if (latest.cells) cells(latest)(u);
    };
    const sized = data.y === 'value' || data.y === 'count';
    return {
      width: finer * (document.documentElement.hasAttribute('data-paper') ? PAPER_WIDTH : element.clientWidth),
      height: finer * HEIGHT,
      padding: [10 * finer, 18 * finer, 0, 0],
      legend: { show: false },
      // What one plot points at, all of the page point at.
      cursor: { y: false, points: { size: 7 }, drag: { setScale: false, x: false, y: false }, sync: log ? undefined : { key: 'time' } },
      scales: { x: log ? { time: false, distr: 3, log: 10 } : { time: true, range: (u, from, to) => (from === to ? [from - 60, to + 60] : [from, to]) }, y: { range: (u, min, max) => range(plots.get(element)?.data ?? data)(u, min, max), ...(sized ? { distr: 3, log: 10 } : {}) } },
      axes: [
        {
          ...axis,
          size: 26 * finer,
          space: (log ? 40 : 90) * finer,
          ...(log
            ? { values: (u, splits) => splits.map((v) => (v !== null && /^[125]/.test(String(v).replace(/^0\.0*/, '')) ? number(v) : '')) }
            : { incrs: STEPS, values: (u, splits, at, space, step) => splits.map((v) => moment(v, span, step)) }),
          grid: { ...grid, show: false },
        },
        {
          ...axis,
          size: room(data.y === 'value' || data.y === 'number' ? 76 : 58),
          space: (sized ? 24 : 40) * finer,
          ...(sized ? { grid: { ...grid, filter: powers } } : {}),
          ...(data.y === 'count' ? { filter: powers } : {}),
          values: (u, splits) => splits.map((v) => (v === null || (sized && !/^[125]/.test(String(v).replace(/^0\.0*/, ''))) ? '' : say(v, data.unit))),
        },
      ],
      bands: between(data),
      series: [
        {},
        ...data.series.map((series) => ({
          label: series.label,
          stroke: () => token(series.role),
          fill: filled && series.role !== 'estimate' ? () => token(series.role) + '22' : undefined,
          width: 1.75 * finer,
          dash: (series.role === 'baseline' && !log) || series.role === 'estimate' || series.role.endsWith('-2') ? [6 * finer, 3 * finer] : undefined,
          paths: log ? uPlot.paths.stepped({ align: 1 }) : data.y === 'count' ? uPlot.paths.stepped({ align: -1 }) : undefined,
          points: { show: data.at.length < 3, size: 5 * finer, fill: () => token(series.role), filter: (u, s, all) => (all ? null : alone(u.data[s])) },
          spanGaps: false,
        })),
      ],
      hooks: {
        drawClear: [under],
        drawAxes: [(u) => annotations(plots.get(element)?.data ?? data)(u)],
        setCursor: [(u) => readOut(element, u)],
      },
    };
  }

  /** What the cursor is over, in words, where the key is otherwise. */
  function readOut(element, u) {
    const plot = plots.get(element);
    if (!plot) return;
    const { data, key } = plot;
    const i = u.cursor.idx;
    const over = i !== null && i !== undefined && u.cursor.left >= 0;
    key.querySelector('.key-at').textContent = over
      ? data.x === 'log' ? 'at ' + number(data.at[i]) : whole(data.at[i])
      : '';
    data.series.forEach((series, s) => {
      const value = over ? series.values[i] : null;
      key.querySelectorAll('.key-value')[s].textContent = value === null || value === undefined ? '' : tell[data.y](value, data.unit);
    });
  }

  function makeKey(data) {
    const key = document.createElement('p');
    key.className = 'key';
    for (const series of data.series) {
      const item = document.createElement('span');
      item.className = 'key-item is-' + series.role;
      item.append(series.label + ' ');
      const value = document.createElement('b');
      value.className = 'key-value';
      item.append(value);
      key.append(item);
    }
    const at = document.createElement('span');
    at.className = 'key-at';
    key.append(at);
    return key;
  }

  function draw(element, data) {
    // A scale of powers has no nought.
    const drawn = (values) => (data.y === 'count' ? values.map((value) => value || null) : values);
    const columns = [data.at, ...data.series.map((series) => drawn(series.values))];
    const old = plots.get(element);
    if (old && old.data.series.length !== data.series.length) {
      forget(element);
    } else if (old) {
      old.data = data;
      old.chart.setData(columns);
      tabulate(element);
      return;
    }
    const key = makeKey(data);
    element.replaceChildren(key);
    const plot = { data, key, chart: null };
    plots.set(element, plot);
    plot.chart = new uPlot(options(element, data), columns, element);
    resize.observe(element);
    tabulate(element);
  }

  /** The same numbers as a table, once a reader has opened it: newest first, times in the reader's zone. */
  function tabulate(element) {
    const place = document.querySelector(`[data-numbers="${CSS.escape(element.id)}"]`);
    if (!place) return;
    const details = place.closest('details');
    details.ontoggle = () => details.open && fill();
    if (details.open) fill();

    function fill() {
      const latest = plots.get(element).data;
      const table = document.createElement('table');
      table.className = 'plain';
      const head = table.createTHead().insertRow();
      for (const text of [latest.x === 'log' ? 'Value' : 'Time, ' + zoneName(date(latest.at[latest.at.length - 1])), ...latest.series.map((series) => series.label)]) {
        const cell = document.createElement('th');
        cell.scope = 'col';
        cell.textContent = text;
        head.append(cell);
      }
      const body = table.createTBody();
      for (let i = latest.at.length - 1; i >= 0; i--) {
        const row = body.insertRow();
        row.insertCell().textContent = latest.x === 'log' ? number(latest.at[i]) : whole(latest.at[i]);
        for (const series of latest.series) {
          const value = series.values[i];
          const cell = row.insertCell();
          cell.className = 'number';
          cell.textContent = value === null || value === undefined ? '–' : tell[latest.y](value, latest.unit);
        }
      }
      place.replaceChildren(table);
    }
  }

  function forget(element) {
    const plot = plots.get(element);
    if (plot) {
      resize.unobserve(element);
      plot.chart.destroy();
      plots.delete(element);
    }
  }

  const resize = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const plot = plots.get(target);
      const width = finer * Math.floor(contentRect.width);
      if (plot && plot.chart && width > 0 && plot.chart.width !== width) {
        plot.chart.setSize({ width, height: finer * HEIGHT });
      }
    }
  });

  async function load(element) {
    try {
      const answer = await fetch(element.dataset.plot, { headers: { Accept: 'application/json' } });
      if (answer.ok && element.isConnected) draw(element, await answer.json());
    } catch {
      // The server is away; the header says so, and the next change asks again.
    }
  }

  function refresh() {
    for (const element of [...plots.keys()]) {
      if (!element.isConnected) forget(element);
    }
    document.querySelectorAll('[data-plot]').forEach(load);
  }

  function redraw() {
    const drawn = [...plots.entries()];
    for (const [element, { data }] of drawn) {
      forget(element);
      draw(element, data);
    }
  }

  /** On paper, plots have its colours and suit its width, whatever the screen's are. */
  function onPaper(is) {
    document.documentElement.toggleAttribute('data-paper', is);
    finer = is ? Math.max(1, Math.ceil(PAPER_RATIO / devicePixelRatio)) : 1;
    redraw();
  }

  addEventListener('beforeprint', () => onPaper(true));
  addEventListener('afterprint', () => onPaper(false));
  dark.addEventListener('change', redraw);
  document.addEventListener('sluice:morphed', refresh);
  refresh();
})();
