// The bundles of plugins that jobs may use.

import {confirmed} from './actions.js';
import {json} from './api.js';
import {announce, attempt, h, refill} from './dom.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*\.jar$/;

export function pluginsView(main, {may}) {
  const list = h('div');
  const state = h('p', {role: 'status'});
  const file = h('input', {id: 'jar', type: 'file', accept: '.jar', required: true});
  const upload = h('form.panel', {hidden: true, onsubmit: event => {
    event.preventDefault();
    attempt(() => send(file.files[0]));
  }}, h('h2', {}, 'Upload a bundle'),
  h('p', {}, 'Its code runs on the server, with the server’s rights. Jobs that were submitted before keep what they have.'),
  h('label', {for: 'jar'}, 'A jar'), file, h('p.buttons', {}, h('button.main', {}, 'Upload')));
  main.append(h('h1', {tabindex: -1}, 'Plugins'), upload, state, list);

  async function send(jar) {
    if (!NAME.test(jar.name)) {
      state.textContent = `A bundle’s file name has letters, digits, dots, dashes and underscores and ends in .jar; this is ${jar.name}.`;
      return;
    }
    state.textContent = `Uploading ${jar.name}.`;
    try {
      show(await json(`/plugins/${jar.name}`, {method: 'PUT', body: jar, headers: {'Content-Type': 'application/java-archive'}}));
      state.textContent = `${jar.name} is in use.`;
      upload.reset();
    } catch (e) {
      state.textContent = e.message;
    }
  }

  const remove = bundle => attempt(async () => {
    if (await confirmed(`Remove ${bundle.file}?`, 'Jobs that were submitted keep their copy; new ones cannot use it.', 'Remove')) {
      show(await json(`/plugins/${bundle.file}`, {method: 'DELETE'}));
      announce(`${bundle.file} is removed.`);
      main.querySelector('h1').focus();
    }
  });

  function show({bundles, uploads}) {
    upload.hidden = !(uploads && may('admin'));
    refill(list, bundles.map(bundle => h('section.bundle', {},
      h('h2', {}, bundle.bundle || bundle.file),
      h('p.note', {}, bundle.file, bundle['built-in'] ? ', came with dafl' : ', uploaded'),
      bundle.problem && h('p.error', {}, bundle.problem),
      h('dl.plugins', {}, bundle.plugins.map(plugin => h('div', {},
        h('dt', {}, h('code', {}, plugin.name), ' ', h('span.note', {}, plugin.kind)), h('dd', {}, plugin.description)))),
      !bundle['built-in'] && uploads && may('admin')
        && h('button.danger', {type: 'button', 'data-key': bundle.file, onclick: () => remove(bundle)}, `Remove ${bundle.file}`))));
  }

  json('/plugins').then(show, e => {
    state.textContent = e.message;
  });
  return {title: 'Plugins'};
}
