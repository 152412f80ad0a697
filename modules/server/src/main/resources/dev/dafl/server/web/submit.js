// An experiment for the queue.

import {json, post, request, text} from './api.js';
import {announce, attempt, bytes, h, refill, several} from './dom.js';
import {editor} from './editor.js';
import {sha256} from './sha256.js';

const PAUSE = 600;
const DRAFT = 'dafl-draft';

const EXAMPLE = `# The teacher's file, and no data: what a student can learn from it alone.
name: first
seed: 1
teacher:
  model: {name: onnx, file: teacher.onnx}
student:
  model: lenet5
`;

export function submitView(main, {query, go, may}) {
  if (!may('submit')) {
    main.append(h('h1', {tabindex: -1}, 'Submit'), h('p', {}, 'This token may only read.'));
    return {title: 'Submit'};
  }
  let timer = 0;
  let checking = null;
  let closed = false;
  let identity = {body: '', id: ''};
  const uploads = new Map();
  const state = h('p.verdict', {role: 'status'});
  const problems = h('ul.problems', {'aria-label': 'Mistakes'});
  const input = (id, label, attributes) => [h('label', {for: id}, label), h('input', {id, oninput: later, ...attributes})];
  const edit = editor('Experiment in YAML', later);
  const [sourceLabel, source] = input('source', 'Name of the file', {value: 'experiment.yaml', required: true, autocomplete: 'off'});
  const [priorityLabel, priority] = input('priority', 'Priority', {type: 'number', min: -100, max: 100, value: 0});
  const [coresLabel, cores] = input('cores', 'Cores a run', {type: 'number', min: 1, placeholder: 'as the file says'});
  const rows = h('div');
  const fileRows = h('ul.uploads');
  const chooser = h('input', {id: 'file', type: 'file', multiple: true, onchange: () => attempt(async () => {
    for (const file of [...chooser.files]) {
      await upload(file);
    }
    chooser.value = '';
  })});
  const opener = h('input', {id: 'open', type: 'file', accept: '.yaml,.yml,text/*', onchange: () => attempt(async () => {
    const [file] = opener.files;
    if (file) {
      edit.value = await file.text();
      source.value = file.name;
      opener.value = '';
    }
  })});

  const form = h('form', {onsubmit: event => {
    event.preventDefault();
    attempt(submit);
  }},
  h('p.note', {id: 'config-help'}, 'Completion comes while you write, and with Ctrl+Space; arrows choose, Enter or Tab takes, Escape closes.'),
  edit.element, state, problems,
  h('fieldset', {}, h('legend', {}, 'Options'),
    h('div.options', {},
      h('p', {}, sourceLabel, source), h('p', {}, priorityLabel, priority), h('p', {}, coresLabel, cores),
      h('p', {}, h('label', {for: 'open'}, 'Read the YAML from a file'), opener))),
  h('fieldset', {}, h('legend', {}, 'Values over those of the file'),
    rows, h('button', {type: 'button', onclick: () => addRow().querySelector('input').focus()}, 'Add a value')),
  h('fieldset', {}, h('legend', {}, 'Files that it names'),
    h('p.note', {}, 'Such as a teacher. What the server has already is not sent again.'),
    h('p', {}, h('label', {for: 'file'}, 'Upload'), chooser), fileRows),
  h('p.buttons', {}, h('button.main', {}, 'Submit')));
  main.append(h('h1', {tabindex: -1}, 'Submit an experiment'), form);

  function addRow(key = '', value = '') {
    const row = h('div.set', {},
      h('label', {}, 'Key ', h('input', {class: 'key', value: key, placeholder: 'distillation.schedule.steps', autocomplete: 'off', spellcheck: 'false', oninput: later})),
      h('label', {}, 'Value ', h('input', {class: 'value', value, autocomplete: 'off', spellcheck: 'false', oninput: later})),
      h('button', {type: 'button', 'aria-label': 'Remove this value', onclick: () => {
        row.remove();
        later();
      }}, 'Remove'));
    rows.append(row);
    return row;
  }

  async function upload(file) {
    const path = h('input', {value: file.name, autocomplete: 'off', oninput: later});
    const told = h('span', {role: 'status'}, 'reading');
    const entry = {path, digest: null};
    const row = h('li', {}, h('label', {}, 'As the YAML names it ', path), h('span.note', {}, `${file.name}, ${bytes(file.size)} `), told,
      h('button', {type: 'button', 'aria-label': `Leave out ${file.name}`, onclick: () => {
        row.remove();
        uploads.delete(row);
        later();
      }}, 'Remove'));
    fileRows.append(row);
    uploads.set(row, entry);
    try {
      const digest = await sha256(file, share => {
        told.textContent = `reading, ${Math.round(100 * share)} %`;
      });
      const there = await request(`/files/${digest}`, {method: 'HEAD', known: [404]});
      if (there.status === 404) {
        told.textContent = 'uploading';
        await request(`/files/${digest}`, {method: 'PUT', body: file, headers: {'Content-Type': 'application/octet-stream'}});
      }
      entry.digest = digest;
      told.textContent = there.status === 404 ? 'uploaded' : 'is there already';
      row.dataset.digest = digest;
      later();
    } catch (e) {
      uploads.delete(row);
      told.className = 'error';
      told.textContent = e.message;
    }
  }

  function submission() {
    const set = Object.fromEntries([...rows.children].map(row => [row.querySelector('.key').value.trim(), row.querySelector('.value').value])
      .filter(([key]) => key !== ''));
    const files = Object.fromEntries([...uploads.values()].filter(one => one.digest).map(one => [one.path.value.trim(), one.digest]));
    return {
      config: edit.value, source: source.value.trim() || 'experiment.yaml', priority: Number(priority.value) || 0,
      ...(cores.value === '' ? {} : {cores: Number(cores.value)}),
      ...(Object.keys(set).length > 0 ? {set} : {}),
      ...(Object.keys(files).length > 0 ? {files} : {}),
    };
  }

  /** Checks when nothing has changed for a while. */
  function later() {
    clearTimeout(timer);
    checking?.abort();
    timer = setTimeout(check, PAUSE);
    sessionStorage.setItem(DRAFT, edit.value);
  }

  async function check() {
    if (closed) {
      return;
    }
    if (edit.value.trim() === '') {
      show([], '');
      return;
    }
    checking = new AbortController();
    const {signal} = checking;
    try {
      const checked = await post('/check', submission(), {signal});
      show([], checked.kind === 'matrix' ? `This can be queued: ${checked.name}, a matrix of ${several(checked.runs.length, 'run')}.`
        : `This can be queued: ${checked.name}.`);
    } catch (e) {
      if (!signal.aborted) {
        wrong(e);
      }
    }
  }

  function wrong(e) {
    const places = e.errors?.length > 0 ? e.errors : [{detail: e.message}];
    show(places, places.length === 1 ? e.errors?.length > 0 ? `A mistake${places[0].line ? ` in line ${places[0].line}` : ''}: ${places[0].detail}` : e.message
      : `${several(places.length, 'mistake')}. The first${places[0].line ? `, in line ${places[0].line}` : ''}: ${places[0].detail}`);
  }

  function show(places, words) {
    if (state.textContent !== words) {
      state.textContent = words;
    }
    state.className = `verdict ${places.length > 0 ? 'error' : 'good'}`;
    const here = place => place.source === undefined || place.source === (source.value.trim() || 'experiment.yaml');
    edit.show(places.filter(place => place.line && here(place)));
    refill(problems, places.length < 2 ? [] : places.map((place, i) => h('li', {},
      place.line && here(place)
        ? h('button.link', {type: 'button', 'data-key': `problem-${i}`, onclick: () => edit.goTo(place.line)}, `Line ${place.line}`)
        : place.source ? h('span', {}, `${place.source}${place.line ? `, line ${place.line}` : ''}`) : '',
      ` ${place.detail}`)));
  }

  async function submit() {
    clearTimeout(timer);
    checking?.abort();
    if ([...uploads.values()].some(one => one.digest === null)) {
      state.textContent = 'A file is still being uploaded.';
      return;
    }
    const content = submission();
    // The same content is the same job, however often an answer was lost.
    const body = JSON.stringify(content);
    if (identity.body !== body) {
      identity = {body, id: [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('')};
    }
    try {
      const job = await post('/jobs', {...content, 'client-id': identity.id});
      sessionStorage.removeItem(DRAFT);
      closed = true;
      announce(`Job ${job.id} is queued.`);
      go(`/jobs/${job.id}`);
    } catch (e) {
      wrong(e);
      edit.area.focus();
    }
  }

  attempt(async () => edit.complete(await json('/schema')));
  const from = query.get('from');
  if (/^[1-9]\d*$/.test(from ?? '')) {
    attempt(async () => {
      edit.value = await text(`/jobs/${from}/config`);
    });
  } else {
    edit.value = sessionStorage.getItem(DRAFT) || EXAMPLE;
  }
  return {
    title: 'Submit',
    close() {
      closed = true;
      clearTimeout(timer);
      checking?.abort();
      edit.close();
    },
  };
}
