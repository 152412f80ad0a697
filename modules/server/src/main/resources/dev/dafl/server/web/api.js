// What is asked of the server: every request has the token, also streams, pictures and downloads.

import {h} from './dom.js';

const BASE = new URL('api/v1', document.baseURI).pathname;
const KEY = 'dafl-token';
const SILENCE = 60000;
const HIDDEN = 30000;

/** What the server says is wrong. */
export class Problem extends Error {
  constructor(status, detail, errors) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.errors = errors;
  }
}

const stored = () => sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);

export function forgetToken() {
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(KEY);
}

let asking = null;

/** Asks for a token, once for all who need one. */
function askToken(why) {
  asking ??= new Promise(resolve => {
    const token = h('input', {id: 'token', type: 'password', autocomplete: 'off', required: true, spellcheck: 'false',
      // What a header can hold.
      pattern: '\\s*[!-~]+\\s*', title: 'A token has no spaces and no letters beyond ASCII.'});
    const keep = h('input', {id: 'keep', type: 'checkbox'});
    const dialog = h('dialog', {'aria-labelledby': 'token-title'},
      h('form', {
        method: 'dialog', onsubmit: event => {
          event.preventDefault();
          const value = token.value.trim();
          if (value) {
            (keep.checked ? localStorage : sessionStorage).setItem(KEY, value);
            dialog.close();
            dialog.remove();
            asking = null;
            why ? location.reload() : resolve();
          }
        },
      },
      h('h1', {id: 'token-title'}, 'Token'),
      why && h('p.error', {role: 'alert'}, why),
      h('p', {}, 'The server has printed one when it first started; ', h('code', {}, 'dafl token'), ' makes more.'),
      h('label', {for: 'token'}, 'Token'), token,
      h('label.box', {}, keep, ' Keep it in this browser'),
      h('p.buttons', {}, h('button.main', {}, 'Go on'))));
    dialog.addEventListener('cancel', event => event.preventDefault());
    document.body.append(dialog);
    dialog.showModal();
    token.focus();
  });
  return asking;
}

/**
 * A response that is fine, or one of the statuses that the caller knows what to do with. Asks for the token where there is none
 * or the server does not take it.
 */
export async function request(path, {known = [], headers = {}, ...options} = {}) {
  for (;;) {
    const token = stored();
    if (!token) {
      await askToken('');
      continue;
    }
    let response;
    try {
      response = await fetch(BASE + path, {...options, cache: 'no-store', credentials: 'omit', redirect: 'error',
        headers: {...headers, Authorization: `Bearer ${token}`}});
    } catch (e) {
      if (e.name === 'AbortError') {
        throw e;
      }
      throw new Problem(0, 'The server does not answer.', []);
    }
    if (response.status === 401) {
      await response.body?.cancel();
      if (stored() === token) {
        forgetToken();
        await askToken('The server does not take this token.');
      } else if (asking) {
        await asking;
      }
      continue;
    }
    if (response.ok || known.includes(response.status)) {
      return response;
    }
    throw await problem(response);
  }
}

async function problem(response) {
  try {
    const body = await response.json();
    return new Problem(response.status, body.detail || body.title, body.errors ?? []);
  } catch {
    return new Problem(response.status, `The server answers with status ${response.status}.`, []);
  }
}

export const json = async (path, options) => (await request(path, options)).json();

export const text = async (path, options) => (await request(path, options)).text();

export const post = (path, body, options = {}) => json(path, {method: 'POST', ...options,
  ...(body === undefined ? {} : {body: JSON.stringify(body), headers: {'Content-Type': 'application/json'}})});

/** Where a file of a job is. */
export const artefact = (id, path) => `/jobs/${id}/artefacts/${path.split('/').map(encodeURIComponent).join('/')}`;

/** Saves a file under the last name of its path. */
export async function download(path, name) {
  const blob = await (await request(path)).blob();
  const url = URL.createObjectURL(blob);
  const link = h('a', {href: url, download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** A picture that can be loaded again; its memory is given back. */
export function picture(alt) {
  const img = h('img', {alt, hidden: true});
  let url = null;
  let etag = null;
  let asked = 0;
  const release = () => url && URL.revokeObjectURL(url);
  return {
    element: img,
    /** Whether there is one. */
    async load(path) {
      const turn = ++asked;
      const response = await request(path, {known: [304, 404], headers: etag ? {'If-None-Match': etag} : {}});
      if (response.status === 404) {
        return false;
      }
      if (response.status !== 304) {
        const blob = await response.blob();
        if (turn !== asked) {
          return true;
        }
        const before = url;
        etag = response.headers.get('ETag');
        url = URL.createObjectURL(blob);
        img.src = url;
        img.hidden = false;
        before && URL.revokeObjectURL(before);
      }
      return true;
    },
    clear() {
      asked++;
      release();
      url = etag = null;
      img.hidden = true;
      img.removeAttribute('src');
    },
  };
}

/**
 * Server-sent events, through fetch. It connects again where it was cut off, after a while that doubles up to half a minute, and
 * goes on after the newest event. A page that nobody sees lets go of its connection, since a browser has few for a server.
 *
 * @param events is given all events of a piece of the stream: {name, data}
 * @param opened is called whenever it is connected
 * @param over whether a stream that has ended need not be opened again; it may be a promise
 * @param broken is called with whether it is cut off
 */
export function stream(path, {events, opened = () => {}, over = () => false, broken = () => {}}) {
  let last = '';
  let wait = 1000;
  let control = null;
  let closed = false;
  let running = false;
  let timer = 0;
  let hiding = 0;

  async function read() {
    control = new AbortController();
    const {signal} = control;
    let silence = 0;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => control?.signal === signal && control.abort(), SILENCE);
    };
    try {
      const response = await request(path, {signal,
        headers: {Accept: 'text/event-stream', ...(last ? {'Last-Event-ID': last} : {})}});
      heard();
      broken(false);
      opened();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      let event = {name: 'message', data: []};
      for (;;) {
        const {value, done} = await reader.read();
        if (done) {
          return;
        }
        heard();
        wait = 1000;
        const lines = (rest + value).split('\n');
        rest = lines.pop();
        const batch = [];
        for (const line of lines.map(l => l.endsWith('\r') ? l.slice(0, -1) : l)) {
          if (line === '') {
            if (event.data.length > 0) {
              batch.push({name: event.name, data: JSON.parse(event.data.join('\n'))});
            }
            event = {name: 'message', data: []};
          } else if (!line.startsWith(':')) {
            const colon = line.indexOf(':');
            const field = colon < 0 ? line : line.slice(0, colon);
            const content = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
            if (field === 'data') {
              event.data.push(content);
            } else if (field === 'event') {
              event.name = content;
            } else if (field === 'id') {
              last = content;
            }
          }
        }
        if (batch.length > 0 && !closed) {
          events(batch);
        }
      }
    } finally {
      clearTimeout(silence);
    }
  }

  async function run() {
    if (running || closed || document.hidden) {
      return;
    }
    running = true;
    let end = false;
    try {
      await read();
      end = await over();
    } catch (e) {
      end = e instanceof Problem && e.status >= 400 && e.status < 500 && e.status !== 429;
    }
    running = false;
    if (closed || end || document.hidden) {
      return;
    }
    broken(true);
    timer = setTimeout(run, wait * (0.75 + Math.random() / 2));
    wait = Math.min(30000, 2 * wait);
  }

  function seen() {
    clearTimeout(hiding);
    if (document.hidden) {
      hiding = setTimeout(() => control?.abort(), HIDDEN);
    } else {
      clearTimeout(timer);
      run();
    }
  }

  document.addEventListener('visibilitychange', seen);
  run();
  return {
    /** Reads on where the stream had ended. */
    again: () => {
      clearTimeout(timer);
      run();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(hiding);
      document.removeEventListener('visibilitychange', seen);
      control?.abort();
    },
  };
}
