// What can be done with a job.

import {h, attempt, announce, ended} from './dom.js';
import {post, request} from './api.js';

const POSSIBLE = {
  stop: ['queued', 'starting', 'running', 'paused', 'interrupted'],
  pause: ['queued', 'starting', 'running', 'interrupted'],
  resume: ['paused'],
  retry: ['failed', 'stopped'],
};

/**
 * Buttons for what a job's state allows.
 *
 * @param changed is given the job as it is then, or null when it is deleted
 */
export function actions(job, may, changed) {
  if (!may('submit')) {
    return [];
  }
  const button = (word, onclick, kind = 'button') =>
    h(kind, {type: 'button', 'data-key': `${job.id}-${word}`, 'aria-label': `${word} job ${job.id}, ${job.name}`, onclick}, word);
  const buttons = Object.keys(POSSIBLE).filter(word => POSSIBLE[word].includes(job.state)).map(word => button(word, event => attempt(async () => {
    event.currentTarget.disabled = true;
    try {
      changed(await post(`/jobs/${job.id}/${word}`));
    } finally {
      event.target.disabled = false;
    }
  })));
  if (ended(job.state)) {
    buttons.push(button('delete', () => attempt(async () => {
      if (await confirmed(`Delete job ${job.id}, ${job.name}?`, 'Its files are deleted too: networks, pictures, log. Nothing brings them back.', 'Delete')) {
        await request(`/jobs/${job.id}`, {method: 'DELETE'});
        announce(`Job ${job.id} is deleted.`);
        changed(null);
      }
    }), 'button.danger'));
  }
  return buttons;
}

/** Asks before something that cannot be undone. */
export function confirmed(question, consequence, word) {
  return new Promise(resolve => {
    const dialog = h('dialog', {'aria-labelledby': 'question', 'aria-describedby': 'consequence'},
      h('form', {method: 'dialog'},
        h('h2', {id: 'question'}, question),
        h('p', {id: 'consequence'}, consequence),
        h('p.buttons', {},
          h('button', {value: 'no', autofocus: true}, 'Keep'),
          h('button.danger', {value: 'yes'}, word))));
    dialog.addEventListener('close', () => {
      resolve(dialog.returnValue === 'yes');
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
