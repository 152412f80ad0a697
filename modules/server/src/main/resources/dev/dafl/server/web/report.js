// The report of a run, in a frame without the page's rights.

import {artefact, download, text} from './api.js';
import {attempt, h} from './dom.js';

const PATIENCE = 5000;

export function reportView(main, {match}) {
  const id = Number(match[1]);
  const path = decodeURI(match[2]);
  const state = h('p.note', {role: 'status'}, 'Reading the report.');
  const frame = h('iframe.report', {title: `Report of job ${id}`, sandbox: 'allow-scripts', hidden: true});
  main.append(
    h('h1', {tabindex: -1}, 'Report'),
    h('p.bar', {}, h('a', {href: `#/jobs/${id}`}, `Job ${id}`), h('button', {
      type: 'button', onclick: () => attempt(() => download(artefact(id, path), path.split('/').at(-1))),
    }, 'Download')),
    state, frame);
  let content = null;
  let ready = false;
  let late = 0;

  function show() {
    if (content !== null && ready) {
      clearTimeout(late);
      state.hidden = true;
      frame.hidden = false;
      // The frame has no origin that could be named.
      frame.contentWindow.postMessage(content, '*');
      content = null;
    }
  }

  function heard(message) {
    if (message.source === frame.contentWindow && message.data === 'ready') {
      ready = true;
      show();
    }
  }

  addEventListener('message', heard);
  text(artefact(id, path)).then(all => {
    content = all;
    frame.src = 'report-frame.html';
    late = setTimeout(() => {
      state.textContent = 'The report cannot be shown here; download it.';
    }, PATIENCE);
    show();
  }, e => {
    state.textContent = e.message;
  });
  return {
    title: `Report of job ${id}`,
    close() {
      clearTimeout(late);
      removeEventListener('message', heard);
    },
  };
}
