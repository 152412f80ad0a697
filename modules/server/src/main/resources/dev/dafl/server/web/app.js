// The page's frame: which view is shown, whose token it is, and the jobs as they change.

import {forgetToken, json, stream} from './api.js';
import {announce, h} from './dom.js';
import {compareView} from './compare.js';
import {jobView} from './job.js';
import {jobsView} from './jobs.js';
import {machineView} from './machine.js';
import {pluginsView} from './plugins.js';
import {reportView} from './report.js';
import {submitView} from './submit.js';

const SCOPES = ['read', 'submit', 'admin'];

const VIEWS = [
  [/^\/jobs$/, jobsView],
  [/^\/jobs\/([1-9]\d*)$/, jobView],
  [/^\/jobs\/([1-9]\d*)\/report\/(.+)$/, reportView],
  [/^\/compare(?:\/([\d,]*))?$/, compareView],
  [/^\/submit$/, submitView],
  [/^\/plugins$/, pluginsView],
  [/^\/machine$/, machineView],
];

const main = document.getElementById('main');

/** The jobs as they change, for whoever listens. */
function jobFeed() {
  const listeners = new Set();
  const states = new Map();
  let connected = false;
  const link = document.getElementById('link');
  const tell = (method, ...values) => [...listeners].forEach(listener => listener[method]?.(...values));
  stream('/events', {
    opened: () => {
      connected = true;
      tell('opened');
    },
    events: batch => {
      for (const {name, data} of batch) {
        if (name === 'deleted') {
          tell('deleted', typeof data === 'number' ? data : data.id);
          continue;
        }
        if (states.get(data.id) !== data.state) {
          states.set(data.id, data.state);
          announce(`Job ${data.id}, ${data.name}: ${data.state}.`);
        }
        tell('job', data);
      }
    },
    broken: cut => {
      link.textContent = cut ? 'cut off from the server, trying again' : '';
    },
  });
  return {
    /** Returns what ends it. `opened` is called now too where there is a connection: that is when to read how things are. */
    listen(listener) {
      listeners.add(listener);
      connected && listener.opened?.();
      return () => listeners.delete(listener);
    },
  };
}

async function start() {
  const who = await json('/me');
  const may = scope => SCOPES.indexOf(who.scope) >= SCOPES.indexOf(scope);
  document.getElementById('who').textContent = `${who.name} (${who.scope})`;
  const leave = document.getElementById('leave');
  leave.hidden = false;
  leave.onclick = () => {
    forgetToken();
    location.reload();
  };
  document.querySelectorAll('[data-scope]').forEach(link => {
    link.closest('li').hidden = !may(link.dataset.scope);
  });
  const feed = jobFeed();
  let view = null;
  let first = true;

  function show() {
    const hash = location.hash.slice(1) || '/jobs';
    view?.close?.();
    main.replaceChildren();
    const [path, search = ''] = hash.split('?');
    const query = new URLSearchParams(search);
    const found = VIEWS.map(([pattern, make]) => [pattern.exec(path), make]).find(([match]) => match);
    const go = to => {
      location.hash = to;
    };
    const titled = title => {
      document.title = `${title} – dafl`;
    };
    if (found) {
      view = found[1](main, {match: found[0], query, feed, may, go, titled});
    } else {
      main.append(h('h1', {tabindex: -1}, 'Not here'), h('p', {}, 'There is no such view. ', h('a', {href: '#/jobs'}, 'Jobs')));
      view = {title: 'Not here'};
    }
    titled(view.title);
    document.querySelectorAll('nav a').forEach(link => {
      const here = path.startsWith(link.getAttribute('href').slice(1));
      here ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current');
    });
    window.scrollTo(0, 0);
    // A reader hears where it is; with the first view the browser has told that already.
    first ? first = false : main.querySelector('h1')?.focus({preventScroll: true});
  }

  addEventListener('hashchange', show);
  show();
}

document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();
  main.focus();
});

start().catch(e => main.replaceChildren(h('h1', {tabindex: -1}, 'dafl'), h('p.error', {role: 'alert'}, e.message),
  h('button', {type: 'button', onclick: () => location.reload()}, 'Try again')));
