// All jobs, as they change.

import {actions} from './actions.js';
import {json} from './api.js';
import {age, attempt, badge, h, percent, refill, several, STATES} from './dom.js';
import {progressBar} from './runs.js';

const PAGE = 50;

export function jobsView(main, {query, feed, may}) {
  const chosen = new Set((query.get('compare') ?? '').split(',').filter(Boolean).map(Number));
  const shown = new Map();
  let state = STATES.includes(query.get('state')) ? query.get('state') : '';
  let next;
  const list = h('ul.jobs', {'aria-label': 'Jobs'});
  const empty = h('p', {hidden: true});
  const older = h('button', {type: 'button', hidden: true, onclick: () => attempt(olderPage)}, 'Older jobs');
  const compare = h('a.button', {href: '#/compare', hidden: true}, 'Compare');
  const filter = h('select', {
    id: 'state', onchange: () => {
      state = filter.value;
      history.replaceState(null, '', state ? `#/jobs?state=${state}` : '#/jobs');
      attempt(firstPage);
    },
  }, h('option', {value: ''}, 'all'), STATES.map(s => h('option', {value: s, selected: s === state}, s)));
  main.append(
    h('h1', {tabindex: -1}, 'Jobs'),
    h('div.bar', {}, h('label', {for: 'state'}, 'State'), filter, compare,
      may('submit') && h('a.button.main', {href: '#/submit'}, 'Submit an experiment')),
    list, empty, older);
  offer();

  function row(job) {
    const run = job.kind === 'experiment' ? job.runs[0] : undefined;
    const choose = h('input', {
      type: 'checkbox', 'aria-label': `Compare job ${job.id}, ${job.name}`, 'data-key': `${job.id}-choose`, onchange: event => {
        chosen[event.target.checked ? 'add' : 'delete'](job.id);
        offer();
      },
    });
    choose.checked = chosen.has(job.id);
    return [
      h('div.name', {}, choose,
        h('h2', {}, h('a', {href: `#/jobs/${job.id}`, 'data-key': `${job.id}-name`}, job.name)),
        h('span.note', {}, `${job.id}${job.kind === 'matrix' ? ', matrix' : ''}, `, age(job.submitted), ` by ${job.owner}`)),
      h('div.where', {}, badge(job.state), job.reason && h('p.note', {}, job.reason)),
      progressBar(job),
      h('dl.values', {}, run && [['teacher', run.teacher], ['student', run.student], ['agreement', run.agreement]]
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, percent(value))))),
      h('div.buttons', {}, actions(job, may, changed => changed ? put(changed) : remove(job.id))),
    ];
  }

  function offer() {
    compare.hidden = chosen.size < 2;
    compare.href = `#/compare/${[...chosen].join(',')}`;
    compare.textContent = `Compare ${several(chosen.size, 'job')}`;
  }

  function put(job, ofPage = true) {
    const known = shown.get(job.id);
    if (known && known.revision > job.revision) {
      return;
    }
    if (state && job.state !== state) {
      remove(job.id);
      return;
    }
    if (!known && !ofPage && next !== undefined && job.id < Math.min(...shown.keys())) {
      return;
    }
    const item = known?.item ?? h('li');
    refill(item, ...row(job));
    shown.set(job.id, {item, revision: job.revision});
    if (!known) {
      const after = [...list.children].find(other => Number(other.dataset.id) < job.id) ?? null;
      item.dataset.id = job.id;
      list.insertBefore(item, after);
    }
    tell();
  }

  function remove(id) {
    const known = shown.get(id);
    if (known) {
      const focused = known.item.contains(document.activeElement);
      const neighbour = known.item.nextElementSibling ?? known.item.previousElementSibling;
      known.item.remove();
      shown.delete(id);
      chosen.delete(id);
      offer();
      tell();
      focused && (neighbour?.querySelector('a') ?? main.querySelector('h1')).focus();
    }
  }

  function tell() {
    empty.hidden = shown.size > 0;
    empty.textContent = state ? `No job is ${state}.` : 'There is no job yet. Submit an experiment, here or with dafl submit.';
  }

  const page = before => json(`/jobs?limit=${PAGE}${state ? `&state=${state}` : ''}${before === undefined ? '' : `&before=${before}`}`);

  async function firstPage() {
    const asked = state;
    const {jobs, next: more} = await page();
    if (asked !== state) {
      return;
    }
    const ids = new Set(jobs.map(job => job.id));
    [...shown.keys()].filter(id => !ids.has(id)).forEach(remove);
    next = more;
    jobs.forEach(job => put(job));
    older.hidden = next === undefined;
    tell();
  }

  async function olderPage() {
    const {jobs, next: more} = await page(next);
    jobs.forEach(job => put(job));
    next = more;
    older.hidden = next === undefined;
    shown.get(jobs[0]?.id)?.item.querySelector('a').focus();
  }

  const off = feed.listen({opened: () => attempt(firstPage), job: job => put(job, false), deleted: remove});
  return {title: 'Jobs', close: off};
}
