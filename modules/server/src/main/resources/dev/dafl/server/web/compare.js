// Jobs side by side: what came out, what differs in their configurations, and their curves in one picture.

import {json, stream, text} from './api.js';
import {chart, Series} from './curves.js';
import {diff} from './diff.js';
import {attempt, badge, duration, ended, h, percent, refill, table} from './dom.js';
import {CHARTS, Curves} from './runs.js';
import {flatten} from './yaml.js';

// Each has a stream while it runs, and a browser has six connections for a server.
const MOST = 4;
const CONTEXT = 3;

export function compareView(main, {match, feed}) {
  const ids = [...new Set((match[1] ?? '').split(',').filter(Boolean).map(Number))].slice(0, MOST);
  const jobs = new Map();
  const configs = new Map();
  const curves = new Map();
  const runs = new Map();
  const streams = [];
  let closed = false;
  const results = h('div');
  const values = h('div');
  const lines = h('div');
  const overlays = h('div.charts');
  const left = h('select', {id: 'left', onchange: showDiff});
  const right = h('select', {id: 'right', onchange: showDiff});
  const charts = new Map();

  main.append(h('h1', {tabindex: -1}, 'Compare'), h('p', {}, h('a', {href: `#/jobs?compare=${ids.join(',')}`}, 'Choose'),
    ` up to ${MOST} jobs, with the boxes before their names.`));
  if (ids.length > 0) {
    main.append(
      h('section', {'aria-labelledby': 'h-results'}, h('h2', {id: 'h-results'}, 'Results'), results),
      h('section', {'aria-labelledby': 'h-overlay'}, h('h2', {id: 'h-overlay'}, 'Curves'), overlays));
  }
  if (ids.length > 1) {
    left.append(...ids.map((id, i) => h('option', {value: id, selected: i === 0}, `job ${id}`)));
    right.append(...ids.map((id, i) => h('option', {value: id, selected: i === 1}, `job ${id}`)));
    main.append(
      h('section', {'aria-labelledby': 'h-values'}, h('h2', {id: 'h-values'}, 'Values that differ'), values),
      h('section', {'aria-labelledby': 'h-lines'}, h('h2', {id: 'h-lines'}, 'Lines that differ'),
        h('p.bar', {}, h('label', {for: 'left'}, 'From'), left, h('label', {for: 'right'}, 'to'), right), lines));
  }

  const link = id => h('a', {href: `#/jobs/${id}`}, `${jobs.get(id)?.name ?? 'job'} (${id})`);
  const runOf = id => jobs.get(id)?.runs.find(run => run.name === runs.get(id)) ?? jobs.get(id)?.runs[0];
  const name = id => `${id}: ${jobs.get(id)?.kind === 'matrix' ? runOf(id)?.name : jobs.get(id)?.name}`;

  function showResults() {
    const present = ids.filter(id => jobs.has(id));
    const took = job => job.started ? duration(((job.ended ? Date.parse(job.ended) : Date.now()) - Date.parse(job.started)) / 1000) : '';
    const row = (title, tell) => [title, ...present.map(tell)];
    refill(results, table('Results', ['', ...present.map(link)], [
      row('state', id => badge(jobs.get(id).state)),
      ...(present.some(id => jobs.get(id).runs.length > 1) ? [row('run', picker)] : []),
      row('teacher', id => percent(runOf(id)?.teacher)),
      row('student', id => percent(runOf(id)?.student)),
      row('agreement', id => percent(runOf(id)?.agreement)),
      row('steps', id => runOf(id)?.steps ? `${runOf(id).step} of ${runOf(id).steps}` : ''),
      row('took', id => took(jobs.get(id))),
    ]));
  }

  function picker(id) {
    const job = jobs.get(id);
    if (job.runs.length < 2) {
      return '';
    }
    return h('select', {'aria-label': `Run of job ${id}`, 'data-key': `pick-${id}`, onchange: event => {
      runs.set(id, event.target.value);
      showResults();
      showCurves();
    }}, job.runs.map(run => h('option', {value: run.name, selected: run === runOf(id)}, run.name)));
  }

  function showValues() {
    const flat = ids.map(id => flatten(configs.get(id) ?? ''));
    const keys = [...new Set(flat.flatMap(one => [...one.keys()]))].filter(key => new Set(flat.map(one => one.get(key))).size > 1);
    refill(values, keys.length === 0 ? h('p.note', {}, 'None.')
      : table('Values that differ', ['Key', ...ids.map(link)], keys.map(key => [h('code', {}, key), ...flat.map(one => one.get(key) ?? '–')])));
  }

  function showDiff() {
    const all = diff(configs.get(Number(left.value)) ?? '', configs.get(Number(right.value)) ?? '');
    const near = all.map((_, i) => all.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1).some(line => line.kind !== 'same'));
    const shown = [];
    all.forEach((line, i) => {
      if (near[i]) {
        const mark = {same: ' ', gone: '−', new: '+'}[line.kind];
        shown.push(h(`span.${line.kind}`, {}, `${mark} `, line.kind !== 'same' && h('span.unseen', {}, line.kind === 'gone' ? 'only left: ' : 'only right: '), `${line.text}\n`));
      } else if (near[i - 1] || i === 0) {
        shown.push(h('span.skipped', {}, '⋯\n'));
      }
    });
    refill(lines, all.every(line => line.kind === 'same') ? h('p.note', {}, 'The texts are the same.')
      : h('pre.diff', {tabindex: 0, 'aria-label': 'Lines that differ'}, shown));
  }

  function showCurves() {
    // A line for each job; a chart for each series that at least one has.
    const found = new Map();
    for (const id of ids) {
      const data = curves.get(id)?.get(runOf(id)?.name);
      for (const kind of CHARTS.filter(one => !one.more)) {
        for (const series of data?.of(kind.id) ?? []) {
          const key = `${kind.id}/${series.name}`;
          const line = Object.assign(new Series(name(id)), {x: series.x, y: series.y});
          found.set(key, found.get(key) ?? {title: `${kind.title}: ${series.name}`, share: kind.share, lines: []});
          found.get(key).lines.push(line);
        }
      }
    }
    for (const [key, {title, share, lines: all}] of found) {
      if (!charts.has(key)) {
        charts.set(key, chart({title, share}));
        overlays.append(charts.get(key).element);
      }
      charts.get(key).update(all);
    }
    for (const [key, one] of charts) {
      one.element.hidden = !found.has(key);
    }
  }

  async function add(id) {
    const [job, config] = await Promise.all([json(`/jobs/${id}`), text(`/jobs/${id}/config`)]);
    if (closed) {
      return;
    }
    jobs.set(id, job);
    configs.set(id, config);
    curves.set(id, new Map());
    runs.set(id, (job.runs.find(run => run.state === 'succeeded') ?? job.runs[0])?.name);
    streams.push(stream(`/jobs/${id}/events`, {
      over: async () => ended((await json(`/jobs/${id}`)).state),
      events: batch => {
        const mine = curves.get(id);
        for (const {data} of batch) {
          const run = data.run ?? job.runs[0]?.name;
          mine.has(run) || mine.set(run, new Curves());
          mine.get(run).add(data.event);
        }
        showCurves();
      },
    }));
  }

  Promise.all(ids.map(id => attempt(() => add(id)))).then(() => {
    if (!closed && ids.length > 0) {
      showResults();
      if (ids.length > 1) {
        showValues();
        showDiff();
      }
    }
  });
  const off = feed.listen({job: job => {
    if (jobs.has(job.id)) {
      jobs.set(job.id, job);
      showResults();
    }
  }});
  return {
    title: ids.length > 0 ? `Compare ${ids.join(', ')}` : 'Compare',
    close() {
      closed = true;
      off();
      streams.forEach(one => one.close());
      charts.forEach(one => one.close());
    },
  };
}
