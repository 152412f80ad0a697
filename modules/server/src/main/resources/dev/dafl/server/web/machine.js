// What the server runs on, and how busy it is.

import {json} from './api.js';
import {badge, bytes, h, number, refill, several} from './dom.js';

const PAUSE = 3000;
const AT_WORK = ['running', 'stopping', 'starting', 'interrupted', 'queued'];

export function machineView(main, {feed}) {
  const facts = h('div');
  const queue = h('ul.queue');
  const none = h('p.note', {}, 'Nothing runs or waits.');
  let timer = 0;
  let closed = false;
  main.append(h('h1', {tabindex: -1}, 'Machine'), facts,
    h('section', {'aria-labelledby': 'h-queue'}, h('h2', {id: 'h-queue'}, 'At work and waiting'), queue, none));

  const meter = (name, used, all, words) => h('div.meter', {}, h('dt', {}, name),
    h('dd', {}, words, h('progress', {max: all || 1, value: Math.min(used, all || 1), 'aria-label': `${name}: ${words}`})));
  const fact = (name, words) => h('div', {}, h('dt', {}, name), h('dd', {}, words));

  async function load() {
    clearTimeout(timer);
    if (!document.hidden) {
      try {
        const m = await json('/machine');
        const usedMemory = m['memory-bytes'] - m['memory-free-bytes'];
        const usedCores = m.cores - m['cores-free'];
        refill(facts, h('dl.meters', {},
          meter('Cores', usedCores, m.cores, `${usedCores} of ${m.cores} taken`),
          meter('Slots', m.running, m.slots, `${m.running} of ${m.slots} taken`),
          m.load === undefined ? '' : meter('Load over a minute', m.load, m.cores, `${number(m.load)} on ${m.cores} cores`),
          meter('Memory', usedMemory, m['memory-bytes'], `${bytes(m['memory-free-bytes'])} of ${bytes(m['memory-bytes'])} free`),
          fact('Disk', `${bytes(m['disk-free-bytes'])} free`),
          fact('Queue', `${m.queued} waiting`),
          m.gpus.length === 0 ? fact('GPUs', 'none') : meter('GPUs', m.gpus.length - m['gpus-free'], m.gpus.length,
            `${m.gpus.length - m['gpus-free']} of ${m.gpus.length} taken: ${m.gpus.join(', ')}`),
          fact('dafl', m.version)));
      } catch (e) {
        refill(facts, h('p.error', {role: 'alert'}, e.message));
      }
    }
    if (!closed) {
      timer = setTimeout(load, PAUSE);
    }
  }

  async function loadQueue() {
    const {jobs} = await json(`/jobs?limit=200&state=${AT_WORK.join(',')}`);
    // Stable: of the same state, the newest first.
    jobs.sort((a, b) => AT_WORK.indexOf(a.state) - AT_WORK.indexOf(b.state));
    none.hidden = jobs.length > 0;
    refill(queue, jobs.map(job => h('li', {}, badge(job.state), ' ',
      h('a', {href: `#/jobs/${job.id}`, 'data-key': `job-${job.id}`}, job.name),
      h('span.note', {}, ` job ${job.id}, priority ${job.priority}, ${several(job.cores, 'core')} a run${job.reason ? `. ${job.reason}` : ''}`))));
  }

  let soon = 0;
  const changed = () => {
    soon ||= setTimeout(() => {
      soon = 0;
      loadQueue().catch(() => {});
    }, 1000);
  };
  load();
  const off = feed.listen({opened: () => loadQueue().catch(() => {}), job: changed, deleted: changed});
  return {
    title: 'Machine',
    close() {
      closed = true;
      off();
      clearTimeout(timer);
      clearTimeout(soon);
    },
  };
}
