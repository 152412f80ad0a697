// Elements, and how numbers, times and states are told.

/** An element: h('button.plain', {type: 'button', onclick: go}, 'Go'). Text is always text; empty children are left out. */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  classes.length > 0 && element.classList.add(...classes);
  setAll(element, attributes);
  element.append(...children.flat(3).filter(child => child !== null && child !== undefined && child !== false && child !== ''));
  return element;
}

/** The same of SVG. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  setAll(element, attributes);
  element.append(...children);
  return element;
}

function setAll(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), value);
    } else {
      element.setAttribute(key, value === true ? '' : value);
    }
  }
}

/** Other children; what had the focus and has the same data-key has it again. */
export function refill(parent, ...children) {
  const key = parent.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  parent.replaceChildren(...children.flat(3).filter(child => child));
  if (key) {
    parent.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({preventScroll: true});
  }
}

/** Says something to those who listen. */
export function announce(text) {
  document.getElementById('announce').replaceChildren(h('p', {}, text));
}

/** A notice that stays until it is closed. */
export function notice(text) {
  const place = document.getElementById('notices');
  const box = h('div.notice', {}, h('p', {}, text),
    h('button', {type: 'button', onclick: () => box.remove()}, 'Close'));
  while (place.children.length > 2) {
    place.firstChild.remove();
  }
  place.append(box);
}

/** Runs what may fail; the reason becomes a notice. */
export async function attempt(action) {
  try {
    return await action();
  } catch (e) {
    if (e.name !== 'AbortError') {
      notice(e.message);
    }
    return undefined;
  }
}

/** A table that scrolls sideways by itself, also by keyboard. */
export function table(label, heads, rows) {
  return h('div.wide', {tabindex: 0, role: 'region', 'aria-label': label}, h('table', {},
    h('caption.unseen', {}, label),
    h('thead', {}, h('tr', {}, heads.map(head => h('th', {scope: 'col'}, head)))),
    h('tbody', {}, rows.map(row => h('tr', {}, row.map((cell, i) =>
      i === 0 ? h('th', {scope: 'row'}, cell) : h('td', {}, cell)))))));
}

const numbers = new Intl.NumberFormat('en');

const count = value => numbers.format(value);

/** `a run`, `2 runs`. */
export const several = (value, word) => `${count(value)} ${word}${value === 1 ? '' : 's'}`;

/** Four digits that say something; words where it is no number. */
export function number(value) {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'not a number' : value > 0 ? 'infinite' : 'minus infinite';
  }
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e9) {
    return numbers.format(value);
  }
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    return value.toExponential(2);
  }
  return numbers.format(Number(value.toPrecision(4)));
}

export const percent = share => share === undefined ? '' : `${(100 * share).toFixed(2)} %`;

export function bytes(size) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = size;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) {
    return `${s} s`;
  }
  if (s < 3600) {
    return `${Math.floor(s / 60)} min ${s % 60} s`;
  }
  return s < 86400 ? `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`
    : `${Math.floor(s / 86400)} d ${Math.floor(s % 86400 / 3600)} h`;
}

const instants = new Intl.DateTimeFormat('en-GB', {dateStyle: 'medium', timeStyle: 'medium'});

export const instant = iso => h('time', {datetime: iso}, instants.format(new Date(iso)));

function ago(iso) {
  const seconds = (Date.now() - Date.parse(iso)) / 1000;
  if (seconds < 10) {
    return 'just now';
  }
  return seconds < 60 ? `${10 * Math.floor(seconds / 10)} s ago`
    : seconds < 3600 ? `${Math.floor(seconds / 60)} min ago`
      : seconds < 86400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86400)} d ago`;
}

/** How long ago; it grows older by itself. */
export const age = iso => h('time.age', {datetime: iso, title: instants.format(new Date(iso))}, ago(iso));

setInterval(() => document.querySelectorAll('time.age').forEach(time => {
  time.textContent = ago(time.dateTime);
}), 10000);

const MARKS = {queued: '◷', starting: '◔', running: '▶', stopping: '◼', paused: '‖', succeeded: '✓', failed: '✕', stopped: '■', interrupted: '↻'};

export const STATES = Object.keys(MARKS);

export const ended = state => state === 'succeeded' || state === 'failed' || state === 'stopped';

/** A state as a mark and a word. */
export const badge = state => h(`span.state.${state}`, {},
  h('span', {'aria-hidden': 'true'}, MARKS[state] ?? '?'), ` ${state}`);
