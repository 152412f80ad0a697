// Line charts in SVG: a few thousand points stay smooth, since no more are drawn than the screen can show.

import {h, number, percent, svg, table} from './dom.js';

const HEIGHT = 240;
const MARGIN = {top: 10, right: 24, bottom: 40, left: 62};
const COLOURS = 10;
const ROWS = 200;

/** Points in the order of their steps. A step that comes again, after a resume, replaces what was there from it on. */
export class Series {
  constructor(name) {
    this.name = name;
    this.x = [];
    this.y = [];
  }

  add(x, y) {
    while (this.x.length > 0 && this.x.at(-1) >= x) {
      this.x.pop();
      this.y.pop();
    }
    this.x.push(x);
    this.y.push(y);
  }

  /** The index of the point at or next to a step. */
  near(x) {
    let low = 0;
    let high = this.x.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      (this.x[middle] <= x ? low = middle : high = middle);
    }
    return high >= 0 && Math.abs(this.x[high] - x) < Math.abs(this.x[low] - x) ? high : low;
  }

  /** The value at a step, or the newest one before; undefined before the first. */
  at(x) {
    const i = this.near(x);
    return this.y[this.x[i] > x ? i - 1 : i];
  }
}

/** Round numbers between two values. */
function ticks(from, to, wanted) {
  const raw = (to - from) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(f => f * power).find(s => s >= raw) ?? raw;
  const all = [];
  for (let v = Math.ceil(from / step) * step; v <= to + step * 1e-9; v += step) {
    all.push(Math.abs(v) < step * 1e-9 ? 0 : v);
  }
  return all;
}

/**
 * A path through all points, and where there are many for each column of pixels one through the means of columns, and one through
 * their least and greatest values. A value that is no number is a gap.
 */
function paths(series, toX, toY) {
  const dense = series.x.length > 2 * (toX(series.x.at(-1)) - toX(series.x[0]));
  const line = [];
  const band = [];
  let pen = 'M';
  let column = NaN;
  let low = 0;
  let high = 0;
  let sum = 0;
  let points = 0;
  const put = (to, x, y) => to.push(`${pen}${toX(x).toFixed(1)} ${toY(y).toFixed(1)}`);
  const flush = () => {
    if (points > 0) {
      put(line, series.x[low], sum / points);
      dense && put(band, series.x[low], series.y[low]);
      pen = 'L';
      dense && put(band, series.x[low], series.y[high]);
    }
    points = sum = 0;
    column = NaN;
  };
  for (let i = 0; i < series.x.length; i++) {
    if (!Number.isFinite(series.y[i])) {
      flush();
      pen = 'M';
      continue;
    }
    const at = dense ? Math.round(toX(series.x[i]) / 3) : i;
    if (at !== column) {
      flush();
      column = at;
      low = high = i;
    }
    sum += series.y[i];
    points++;
    low = series.y[i] < series.y[low] ? i : low;
    high = series.y[i] > series.y[high] ? i : high;
  }
  flush();
  return {line: line.join(''), band: band.join('')};
}

const x = 'step';

/** A chart that grows. Shares go from 0 to 1 and are told in percent. */
export function chart({title, share}) {
  const tell = share ? percent : number;
  const hidden = new Set();
  let all = [];
  let cursor = null;
  let planned = false;
  let scale = null;
  const drawing = svg('svg', {role: 'img', tabindex: 0, height: HEIGHT});
  const legend = h('ul.legend');
  const readout = h('p.readout', {'aria-live': 'polite'});
  const values = h('details.values', {}, h('summary', {}, 'Values as a table'));
  const box = h('div.drawing', {}, drawing);
  const element = h('figure.chart', {}, h('figcaption', {}, title), box, legend, readout, values);
  let vertical = null;

  function bounds() {
    const bound = {x0: Infinity, x1: -Infinity, y0: Infinity, y1: -Infinity};
    for (const s of all.filter(one => !hidden.has(one.name))) {
      for (let i = 0; i < s.x.length; i++) {
        bound.x0 = Math.min(bound.x0, s.x[i]);
        bound.x1 = Math.max(bound.x1, s.x[i]);
        if (Number.isFinite(s.y[i])) {
          bound.y0 = Math.min(bound.y0, s.y[i]);
          bound.y1 = Math.max(bound.y1, s.y[i]);
        }
      }
    }
    return bound;
  }

  function draw() {
    planned = false;
    const width = box.clientWidth;
    if (width === 0) {
      return;
    }
    const {x0, x1, y0, y1} = bounds();
    drawing.replaceChildren();
    drawing.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
    drawing.setAttribute('width', width);
    vertical = scale = null;
    if (x0 > x1 || y0 > y1) {
      drawing.append(svg('text', {x: width / 2, y: HEIGHT / 2, 'text-anchor': 'middle'}, 'nothing yet'));
      drawing.setAttribute('aria-label', `${title}: nothing yet`);
      return;
    }
    const pad = (y1 - y0 || Math.abs(y1) || 1) * 0.06;
    const bottom = share ? Math.max(0, y0 - pad) : y0 - pad;
    const top = share ? Math.min(1, y1 + pad) : y1 + pad;
    const right = x1 > x0 ? x1 : x0 + 1;
    const toX = v => MARGIN.left + (v - x0) / (right - x0) * (width - MARGIN.left - MARGIN.right);
    const toY = v => HEIGHT - MARGIN.bottom - (v - bottom) / (top - bottom || 1) * (HEIGHT - MARGIN.top - MARGIN.bottom);
    scale = {toX, from: v => x0 + (v - MARGIN.left) / (width - MARGIN.left - MARGIN.right) * (right - x0), x0, x1};
    for (const v of ticks(bottom, top || 1, 5)) {
      drawing.append(svg('line', {class: 'grid', x1: MARGIN.left, x2: width - MARGIN.right, y1: toY(v), y2: toY(v)}),
        svg('text', {x: MARGIN.left - 6, y: toY(v) + 4, 'text-anchor': 'end'}, share ? `${+(100 * v).toFixed(2)} %` : number(v)));
    }
    for (const v of ticks(x0, right, Math.max(2, Math.min(8, width / 90))).filter(Number.isInteger)) {
      drawing.append(svg('line', {class: 'grid', x1: toX(v), x2: toX(v), y1: HEIGHT - MARGIN.bottom, y2: HEIGHT - MARGIN.bottom + 4}),
        svg('text', {x: toX(v), y: HEIGHT - MARGIN.bottom + 17, 'text-anchor': 'middle'}, number(v)));
    }
    drawing.append(svg('text', {class: 'axis', x: width - MARGIN.right, y: HEIGHT - 6, 'text-anchor': 'end'}, x));
    all.forEach((series, i) => {
      if (hidden.has(series.name) || series.x.length === 0) {
        return;
      }
      const {line, band} = paths(series, toX, toY);
      drawing.append(svg('path', {class: `line c${i % COLOURS} band`, d: band}), svg('path', {class: `line c${i % COLOURS}`, d: line}));
      if (series.x.length < 30) {
        series.x.forEach((v, k) => Number.isFinite(series.y[k])
          && drawing.append(svg('circle', {class: `dot c${i % COLOURS}`, cx: toX(v), cy: toY(series.y[k]), r: 2.5})));
      }
    });
    vertical = svg('line', {class: 'cursor', y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom, visibility: 'hidden'});
    drawing.append(vertical);
    drawing.setAttribute('aria-label', `${title}, by ${x} from ${number(x0)} to ${number(x1)}. `
      + all.filter(s => s.y.length > 0).map(s => `${s.name}: ${tell(s.y.at(-1))}`).join('; ')
      + '. The arrow keys tell the values along the curves.');
    point();
    if (values.open) {
      fillTable();
    }
  }

  const plan = () => {
    if (!planned) {
      planned = true;
      requestAnimationFrame(draw);
    }
  };

  function drawLegend() {
    const names = [...legend.children].map(item => item.dataset.name);
    if (names.length !== all.length || all.some((s, i) => s.name !== names[i])) {
      legend.replaceChildren(...all.map((s, i) => h('li', {'data-name': s.name}, h('button', {
        type: 'button', 'aria-pressed': String(!hidden.has(s.name)),
        onclick: event => {
          hidden[hidden.has(s.name) ? 'delete' : 'add'](s.name);
          event.currentTarget.setAttribute('aria-pressed', String(!hidden.has(s.name)));
          plan();
        },
      }, svg('svg', {width: 26, height: 8, 'aria-hidden': 'true'}, svg('line', {class: `line c${i % COLOURS}`, x1: 0, x2: 26, y1: 4, y2: 4})),
      s.name, ' ', h('span.value')))));
    }
  }

  /** Shows values where the cursor is, or else the newest. */
  function point() {
    all.forEach((s, i) => {
      const value = legend.children[i]?.querySelector('.value');
      if (value) {
        const at = cursor === null ? s.y.at(-1) : s.at(cursor);
        value.textContent = at === undefined ? '' : tell(at);
      }
    });
    if (vertical && scale && cursor !== null) {
      const at = scale.toX(cursor);
      vertical.setAttribute('x1', at);
      vertical.setAttribute('x2', at);
      vertical.setAttribute('visibility', 'visible');
      readout.textContent = `${x} ${number(cursor)}`;
    } else {
      vertical?.setAttribute('visibility', 'hidden');
      readout.textContent = '';
    }
  }

  const longest = () => all.filter(s => !hidden.has(s.name)).reduce((a, b) => a && a.x.length >= b.x.length ? a : b, null);

  drawing.addEventListener('pointermove', event => {
    const series = longest();
    if (scale && series?.x.length > 0) {
      const at = scale.from(event.clientX - drawing.getBoundingClientRect().left);
      cursor = series.x[series.near(at)];
      point();
    }
  });
  const leave = () => {
    cursor = null;
    point();
  };
  drawing.addEventListener('pointerleave', leave);
  drawing.addEventListener('blur', leave);
  drawing.addEventListener('keydown', event => {
    const series = longest();
    if (!series || series.x.length === 0) {
      return;
    }
    const last = series.x.length - 1;
    const now = cursor === null ? last : series.near(cursor);
    const far = Math.max(1, Math.round(series.x.length / 10));
    const next = {ArrowLeft: now - 1, ArrowRight: now + 1, PageUp: now - far, PageDown: now + far, Home: 0, End: last}[event.key];
    if (next !== undefined) {
      event.preventDefault();
      cursor = series.x[Math.max(0, Math.min(last, next))];
      point();
      readout.textContent = `${x} ${number(cursor)}: ${all.filter(s => !hidden.has(s.name) && s.at(cursor) !== undefined)
        .map(s => `${s.name} ${tell(s.at(cursor))}`).join(', ')}`;
    } else if (event.key === 'Escape') {
      leave();
    }
  });

  function fillTable() {
    const steps = [...new Set(all.flatMap(s => s.x))].sort((a, b) => a - b);
    const every = Math.ceil(steps.length / ROWS) || 1;
    const kept = steps.filter((_, i) => i % every === 0 || i === steps.length - 1);
    const maps = all.map(s => new Map(s.x.map((v, i) => [v, s.y[i]])));
    values.replaceChildren(values.firstElementChild,
      every > 1 ? h('p.note', {}, `One in ${every} of ${steps.length} steps.`) : '',
      table(`${title}, values`, [x, ...all.map(s => s.name)],
        kept.map(step => [number(step), ...maps.map(m => m.has(step) ? tell(m.get(step)) : '')])));
  }
  values.addEventListener('toggle', () => values.open && fillTable());

  const resized = new ResizeObserver(plan);
  resized.observe(box);
  return {
    element,
    /** Draws what there is now, with the next frame. */
    update(series) {
      all = series;
      drawLegend();
      plan();
    },
    close: () => resized.disconnect(),
  };
}
